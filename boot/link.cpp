#include "boot/link.h"

#include <bit>

#include "boot/shortcuts.h"
#include "vm/base/endian.h"
#include "vm/exec/sequences.h"
#include "vm/heap/memory/counted_memory.h"
#include "vm/heap/objects/relocation.h"
#include "vm/isa/code_map.h"

namespace coracle {
namespace {

std::string fasl_name(FaslCode code) { return fasl_code_name(static_cast<std::uint8_t>(code)); }

void set_flag(Value v, Word flag) { init_field(v, 0, type_word_of(v) | flag); }

static_assert(code_entry_displacement == entry_displacement);
static_assert(symbol_value_displacement ==
              layout::symbol_value + word_bytes - static_cast<Word>(Tag::symbol));

/// The object that a relocation of `code` leads to, for check_relocation().
struct RelocationTarget {
  Value object, code;
  Word size;                        // of the code
  std::span<const CodeWord> kinds;  // of its words

  bool is_code() const { return coracle::is_code(object); }
  bool is_symbol() const { return coracle::is_symbol(object); }
  bool is_record() const { return coracle::is_record(object); }
  bool is_positive_bignum() const { return is_bignum(object) && !bignum_negative(object); }
  bool is_place_of_instruction(Word byte) const {
    if (byte >= (object == code ? size : code_length(object))) return false;
    if (object == code) return kinds[byte / instruction_bytes] == CodeWord::instruction;
    if (byte == 0) return true;
    // What has run may have been rewritten.
    std::uint32_t const word = load<std::uint32_t>(entry_of_code(object) + byte);
    return fault_of(original_word(word)) == WordFault::sound;
  }
};

}  // namespace

Linker::Ref Linker::leaf(ByteReader& in, const FaslItem& item) {
  Word const w = item.words[0];
  switch (item.code) {
    case FaslCode::symbol: return {vm_.symbols.intern(thread_, item.text[0], false_value)};
    case FaslCode::gensym:
      return {
          vm_.symbols.intern_gensym(thread_, item.text[0], item.text[1], false_value, false_value)};
    case FaslCode::uninterned_symbol: return {make_uninterned(item.text[0])};
    case FaslCode::string: return {make_string_utf32(thread_, item.text[0])};
    case FaslCode::immutable_string: {
      if (item.text[0].empty()) return {thread_.empty.immutable_string};
      Value const s = make_string_utf32(thread_, item.text[0]);
      set_flag(s, immutable_string_flag);
      return {s};
    }
    case FaslCode::bytevector:
    case FaslCode::immutable_bytevector: {
      bool const immutable = item.code == FaslCode::immutable_bytevector;
      if (immutable && item.octets.empty()) return {thread_.empty.immutable_bytevector};
      Value const v = make_bytevector(thread_, item.octets.size());
      if (!item.octets.empty()) {
        std::memcpy(bytevector_data(v), item.octets.data(), item.octets.size());
      }
      if (immutable) set_flag(v, immutable_bytevector_flag);
      return {v};
    }
    case FaslCode::fxvector: {
      Value const v = make_fxvector(thread_, item.fixnums.size());
      for (Word i = 0; i < item.fixnums.size(); ++i) {
        SignedWord const n = item.fixnums[i];
        if (!fits_fixnum(n)) {
          in.fail_at(item.offset,
                     "found " + std::to_string(n) + " in an fxvector, expected a fixnum");
        }
        init_vector(v, i, make_fixnum(n));
      }
      return {v};
    }
    case FaslCode::flonum:
      return {make_flonum(thread_, std::bit_cast<double>(w << 32 | (item.words[1] & 0xFFFF'FFFF)))};
    case FaslCode::small_integer: return {make_integer(thread_, static_cast<SignedWord>(w))};
    case FaslCode::large_integer: return {make_integer(thread_, item.digits, item.words[0] != 0)};
    case FaslCode::immediate:
      if (!is_fixmediate(Value{w}) || Value{w} == forward_marker) {
        in.fail_at(item.offset, "found the bits " + std::to_string(w) +
                                    ", expected those of an immediate object");
      }
      return {Value{w}};
    case FaslCode::entry:
      if (!may_hold_code(in, item)) return {};
      if (w >= vm_.profile.c_entry_names.size()) {
        in.fail_at(item.offset, "found C entry " + std::to_string(w) + ", expected one below " +
                                    std::to_string(vm_.profile.c_entry_names.size()));
        return {};
      }
      return {Value{vm_.c_entry(w)}};
    case FaslCode::library: return {library_entry(in, item)};
    case FaslCode::library_code: {
      Value const v = library_entry(in, item);
      return {is_procedure(v) ? closure_code(v) : v};
    }
    case FaslCode::base_rtd:
      if (vm_.base_rtd == false_value) {
        in.fail_at(item.offset, "found a reference to the base record type before its definition");
      }
      return {vm_.base_rtd};
    case FaslCode::phantom:
      if (w > maximum_length) {
        in.fail_at(item.offset, "found a phantom bytevector of " + std::to_string(w) +
                                    " bytes, expected at most " + std::to_string(maximum_length));
        return {};
      }
      return {make_phantom(thread_, w)};
    default: break;
  }
  in.fail_at(item.offset,
             "found fasl " + fasl_name(item.code) + ", expected an object without parts");
  return {};
}

bool Linker::may_hold_code(ByteReader& in, const FaslItem& item) const {
  if (!data_only_) [[likely]]
    return true;
  in.fail_at(item.offset, "found fasl " + fasl_name(item.code) + ", expected data without code");
  return false;
}

Value Linker::library_entry(ByteReader& in, const FaslItem& item) {
  if (!may_hold_code(in, item)) return false_value;
  Word const index = item.words[0];
  if (index >= vm_.profile.library_entry_count) {
    in.fail_at(item.offset, "found library entry " + std::to_string(index) +
                                ", expected one below " +
                                std::to_string(vm_.profile.library_entry_count));
    return false_value;
  }
  Value const v = vm_.library_entry(index);
  if (v == false_value) {
    in.fail_at(item.offset, "library entry " + std::to_string(index) + " is not installed");
  }
  return v;
}

Value Linker::make_uninterned(std::u32string_view name) {
  Value s = thread_.empty.immutable_string;
  if (!name.empty()) {
    s = make_string_utf32(thread_, name);
    set_flag(s, immutable_string_flag);
  }
  return vm_.symbols.make_uninterned(thread_, s);
}

Linker::Node Linker::open(ByteReader& in, const FaslItem& item) {
  Value const zero = make_fixnum(0);
  Word const w = item.words[0];
  Node node;
  switch (item.code) {
    case FaslCode::pair:
      node.first = w;
      node.object = node.part = cons(thread_, zero, nil);
      break;
    case FaslCode::weak_pair: node.object = weak_cons(thread_, zero, zero); break;
    case FaslCode::ephemeron: node.object = ephemeron_cons(thread_, zero, zero); break;
    case FaslCode::box:
    case FaslCode::immutable_box: node.object = make_box(thread_, zero); break;
    case FaslCode::vector: node.object = make_vector(thread_, w, zero); break;
    case FaslCode::immutable_vector:
      node.object = w == 0 ? thread_.empty.immutable_vector : make_vector(thread_, w, zero);
      break;
    case FaslCode::flvector: {
      Value const v = node.object = make_flvector(thread_, w);
      for (Word i = 0; i < w; ++i) init_field<Word>(v, 8 + 8 * i, 0);
      break;
    }
    case FaslCode::stencil_vector:
    case FaslCode::system_stencil_vector: {
      if (w >> 58 != 0) {
        in.fail_at(item.offset, "found a stencil vector with a mask of more than 58 bits");
        break;
      }
      Value const v = make_stencil_vector(thread_, w, item.code == FaslCode::system_stencil_vector);
      for (int i = 0; i < std::popcount(w); ++i) init_vector(v, static_cast<Word>(i), zero);
      node.object = v;
      break;
    }
    case FaslCode::closure: {
      if (!may_hold_code(in, item)) break;
      // Until its code is read, the closure refers to a code object that every machine has.
      MakesIn const generation(thread_, generation_of_code());
      node.object = make_closure(thread_, entry_of_code(vm_.dummy_code), 0);
      node.first = w;
      break;
    }
    case FaslCode::code: {
      Word const length = item.words[2];
      if (!may_hold_code(in, item) || !check_code_flags(in, item.offset, w)) break;
      MakesIn const generation(thread_, generation_of_code());
      Value const code = make_code(thread_, w, length);
      init_field<Word>(code, layout::code_reloc, 0);
      init_field(code, layout::code_name, false_value);
      init_field(code, layout::code_arity_mask, zero);
      init_field(code, layout::code_closure_length, item.words[1]);
      init_field(code, layout::code_info, false_value);
      init_field(code, layout::code_pinfos, nil);
      node.object = code;
      node.first = length;
      ++open_code_;
      break;
    }
    case FaslCode::record:
      node.object = open_record(w);
      node.first = w;
      break;
    case FaslCode::eq_hashtable:
    case FaslCode::symbol_hashtable: return open_hashtable(in, item);
    default: break;  // made last, from their parts: numbers of two parts, record type descriptors
  }
  return node;
}

void Linker::child(ByteReader& in, FaslCode code, Node& node, Word index, Ref ref) {
  Value const v = ref.value;
  switch (code) {
    case FaslCode::pair:
      if (index == node.first) {
        init_reference(thread_, node.part, layout::pair_cdr, v);
      } else if (index == 0) {
        init_reference(thread_, node.part, layout::pair_car, v);
      } else {
        Value const next = cons(thread_, v, nil);
        init_reference(thread_, node.part, layout::pair_cdr, next);
        node.part = next;
      }
      break;
    case FaslCode::weak_pair:
    case FaslCode::ephemeron:
      init_reference(thread_, node.object, index == 0 ? layout::pair_car : layout::pair_cdr, v);
      break;
    case FaslCode::box:
    case FaslCode::immutable_box: init_reference(thread_, node.object, layout::box_ref, v); break;
    case FaslCode::vector:
    case FaslCode::immutable_vector:
    case FaslCode::stencil_vector:
    case FaslCode::system_stencil_vector: init_vector(thread_, node.object, index, v); break;
    case FaslCode::flvector:
      if (is_flonum(v)) {
        init_field(node.object, 8 + 8 * index, flonum_value(v));
      } else {
        in.fail("an element of an flvector is not a flonum");
      }
      break;
    case FaslCode::closure:
      if (!is_code(v)) {
        in.fail("the code of a closure is not a code object");
        break;
      }
      // The collector finds the code object by the entry address, and the closure's size in the code, so
      // both must be right.
      if (v.bits + node.first != entry_of_code(v)) {
        in.fail("found the entry of a closure " + std::to_string(node.first) +
                " bytes after its code, expected " + std::to_string(entry_displacement));
        break;
      }
      if (coracle::field<Word>(v, layout::code_closure_length) != 0 ||
          (code_flags(v) & code_flag_continuation) != 0) {
        in.fail("found a closure over code with free variables, expected code without any");
        break;
      }
      init_address(thread_, node.object, layout::closure_code,
                   entry_of_code(entered(v, node.first)));
      break;
    case FaslCode::code: code_part(in, node, index, v); break;
    case FaslCode::record: record_type(in, node, v); break;
    case FaslCode::rtd:
      if (index == 0) find_descriptor(in, node, v);
      else new_descriptor(in, node, v);
      break;
    case FaslCode::eq_hashtable:
    case FaslCode::symbol_hashtable:
      if (index % 2 == 0) node.part = v;
      else hashtable_entry(in, code, node, v);
      break;
    case FaslCode::ratnum:
    case FaslCode::exactnum:
    case FaslCode::inexactnum: {
      bool const integer = is_fixnum(v) || is_bignum(v);
      bool const exact = integer || (code == FaslCode::exactnum && is_ratnum(v));
      if (code == FaslCode::inexactnum ? !is_flonum(v) : !exact) {
        in.fail("a part of " + fasl_name(code) + " is not " +
                (code == FaslCode::inexactnum ? "a flonum"
                 : code == FaslCode::exactnum ? "an exact real number"
                                              : "an exact integer"));
      } else if (code == FaslCode::ratnum && index == 1 &&
                 (is_fixnum(v) ? fixnum_value(v) < 2 : bignum_negative(v))) {
        // Arithmetic divides by denominators without a check.
        in.fail("the denominator of a ratnum is less than 2");
      } else if (index == 0) {
        node.part = v;
      } else if (code == FaslCode::inexactnum) {
        node.object = make_inexactnum(thread_, flonum_value(node.part), flonum_value(v));
      } else if (code == FaslCode::exactnum) {
        node.object = make_exactnum(thread_, node.part, v);
      } else {
        node.object = make_ratnum(thread_, node.part, v);
      }
      break;
    }
    default: break;
  }
}

Linker::Ref Linker::close(ByteReader& in, FaslCode code, Node& node) {
  switch (code) {
    case FaslCode::rtd:
      if (node.object == forward_marker) unregistered_type(in, node);
      break;
    case FaslCode::immutable_box: set_flag(node.object, immutable_box_flag); break;
    case FaslCode::immutable_vector: set_flag(node.object, immutable_vector_flag); break;
    case FaslCode::code: close_code(node); break;
    case FaslCode::record: close_record(in, node.object); break;
    default: break;
  }
  return {node.object};
}

// --- Code.

Generation Linker::generation_of_code() const {
  // Code inside no other code runs once, to define the rest; it needn't be static.
  return open_code_ == 0 ? 0 : thread_.generation;
}

bool Linker::check_code_flags(ByteReader& in, std::uint64_t offset, Word flags) {
  if ((flags & code_flag_continuation) == 0) return true;
  if (vm_.loading_base && !vm_.has_continuation_code) return vm_.has_continuation_code = true;
  in.fail_at(offset, "found code of continuations, expected it once, in the base boot file");
  return false;
}

void Linker::code_part(ByteReader&, Node& node, Word index, Value v) {
  Value const code = node.object;
  switch (index) {
    case 0:
      // Names that are strings are shared: each is the name string of the symbol spelled that way.
      if (is_string(v)) {
        std::u32string name;
        for (Word i = 0; i < string_length(v); ++i) name.push_back(string_ref(v, i));
        bool const immutable = (type_word_of(v) & immutable_string_flag) != 0;
        Value const symbol = vm_.symbols.intern(thread_, name, immutable ? v : false_value);
        v = coracle::field<Value>(symbol, layout::symbol_name);
      }
      init_reference(thread_, code, layout::code_name, v);
      break;
    case 1: init_reference(thread_, code, layout::code_arity_mask, v); break;
    case 2: init_reference(thread_, code, layout::code_info, v); break;
    default: init_reference(thread_, code, layout::code_pinfos, v); break;
  }
}

void Linker::code_bytes(ByteReader& in, Node& node, std::span<const std::uint8_t> bytes) {
  std::uint64_t const start = in.offset() - bytes.size();
  if (bytes.empty() || bytes.size() % instruction_bytes != 0) {
    in.fail_at(start, "found " + std::to_string(bytes.size()) +
                          " bytes of code, expected one or more 4-byte words");
    return;
  }
  auto* const code = host_pointer<std::uint8_t>(entry_of_code(node.object));
  std::memcpy(code, bytes.data(), bytes.size());
  if constexpr (big_endian_host) {
    // In files the least significant byte comes first.
    reorder_code({code, bytes.size()}, std::endian::little, std::endian::native,
                 limits_.return_points);
  }
  if (!verifies_) return;
  node.kinds = kinds_.size();
  kinds_.resize(kinds_.size() + bytes.size() / instruction_bytes);
  std::optional<CodeFault> const fault =
      verifier_.verify(HostCode({code, bytes.size()}), std::span(kinds_).subspan(node.kinds));
  if (fault) {
    in.fail_at(start + fault->offset, "found " + fault->found + ", expected " + fault->expected);
  }
}

void Linker::relocation_table(ByteReader&, Node& node, Word words) {
  node.next = words;
  // Here the code is complete but for its relocations. Those may already enter it, so the shortcut is
  // made before they are read.
  if (vm_.loading_base) {
    if (std::optional<Value> const shortcut = make_shortcut(thread_, node.object)) {
      shortcuts_.push_back({node.object, *shortcut});
    }
  }
}

Value Linker::entered(Value code, Word item_offset) const {
  for (const Shortcut& s : shortcuts_) {
    if (s.original == code && enters_shortcut(code, item_offset)) return s.code;
  }
  return code;
}

void Linker::relocation(ByteReader& in, Node& node, const FaslRelocation& r, Ref ref) {
  if (!check_relocation_place(in, r, node.first, node.second)) return;
  if (verifies_) {
    std::span<const CodeWord> const kinds = std::span(kinds_).subspan(node.kinds);
    RelocationTarget const target{ref.value, node.object, node.first, kinds};
    if (!check_relocation(in, r, kinds, limits_.return_points, target)) return;
  }
  auto put = [&](Word w) { relocations_.push_back(w); };
  if (r.extended) {
    put(RelocationWord::extended(r.type).bits);
    put(r.item_offset);
    put(r.code_offset);
  } else {
    put(RelocationWord::of(r.type, r.code_offset, r.item_offset).bits);
  }
  // Code that refers to itself means its own addresses, not its shortcut's.
  Value const v = ref.value == node.object ? ref.value : entered(ref.value, r.item_offset);
  Word const offset = node.object.bits + r.place - untagged(node.object);
  if (init_reference(thread_, node.object, offset, v, r.item_offset)) node.refers_to_younger = true;
}

void Linker::close_code(Node& node) {
  // The table is made last, when all its entries have places. Static code that refers to nothing younger
  // needs none, unless an option asks for it.
  std::span<const Word> const words = std::span(relocations_).last(node.next);
  --open_code_;
  if (generation_of_code() != static_generation || node.refers_to_younger ||
      vm_.heap.keeps_static_relocations(node.object)) {
    Word const table = make_relocation_table(thread_, words.size(), node.object);
    for (Word i = 0; i < words.size(); ++i) {
      store<Word>(table + layout::reloc_data + 8 * i, words[i]);
    }
    init_address(thread_, node.object, layout::code_reloc, table);
  }
  relocations_.resize(relocations_.size() - words.size());
  if (verifies_) kinds_.resize(node.kinds);
  Value const counters = coracle::field<Value>(node.object, layout::code_pinfos);
  if (counters != nil) {
    vm_.profile_counters =
        cons(thread_, weak_cons(thread_, node.object, counters), vm_.profile_counters);
  }
}

Result<Value> link_object(Thread& thread, std::span<const std::uint8_t> bytes, std::string name,
                          std::uint64_t base, std::span<const ObjectRef> externals, MayHold what) {
  ByteReader in(bytes, std::move(name), base);
  CountedMemory memory(thread.heap);
  Linker linker(thread, memory, what);
  Result<ObjectRef> object =
      FaslReader<Linker>(in, linker, externals, thread.vm.profile.fasl_counts_externals, &memory)
          .read();
  if (object) linker.finish(in);
  if (!in.ok()) return tl::unexpected<Error>(in.error());
  return object->value;
}

}  // namespace coracle
