// The part of the linker for records: fields, unique record type descriptors, hash tables.
#include <algorithm>
#include <bit>
#include <charconv>
#include <optional>
#include <string_view>

#include "boot/link.h"
#include "vm/base/endian.h"
#include "vm/heap/objects/eq_hashtable.h"

namespace coracle {
namespace {

std::string printed_symbol(Value symbol) {
  Value const name = field<Value>(symbol, layout::symbol_name);
  if (is_string(name)) return string_utf8(name);
  if (is_pair(name) && is_string(cdr(name))) return string_utf8(cdr(name));
  return "an unnamed symbol";
}

/// Equality of the contents of record type descriptors: lists of field descriptions, integers, symbols.
/// Bounded: contents larger than any genuine descriptor's, or circular, are not equal.
class Equality {
 public:
  bool equal(Value x, Value y, int depth = 0) {
    for (;;) {
      if (x == y) return true;
      if (--steps_ < 0 || depth > 64) return false;
      if (is_pair(x)) {
        if (!is_pair(y) || !equal(car(x), car(y), depth + 1)) return false;
        x = cdr(x);
        y = cdr(y);
        continue;
      }
      if (is_vector(x)) {
        if (!is_vector(y) || vector_length(x) != vector_length(y)) return false;
        for (Word i = 0; i < vector_length(x); ++i) {
          if (!equal(vector_ref(x, i), vector_ref(y, i), depth + 1)) return false;
        }
        return true;
      }
      if (!is_bignum(x) || !is_bignum(y) || type_word_of(x) != type_word_of(y)) return false;
      for (Word i = 0; i < bignum_length(x); ++i) {
        if (bignum_digit(x, i) != bignum_digit(y, i)) return false;
      }
      return true;
    }
  }

 private:
  int steps_ = 1'000'000;
};

/// True for a record that open_record made and that has no type yet.
bool is_unfinished(Value v) {
  return has_tag(v, Tag::typed) && field<Value>(v, 0) == make_fixnum(0);
}

/// The parent in a descriptor's vector of ancestors: the last but one (the last is the descriptor).
Value parent_of(Value rtd) {
  Value const ancestry = field<Value>(rtd, layout::rtd_ancestry);
  if (!is_vector(ancestry) || vector_length(ancestry) < 2) return false_value;
  return vector_ref(ancestry, vector_length(ancestry) - 2);
}

bool same_descriptor(Value x, Value y) {
  auto word = [](Value rtd, Word offset) { return field<Value>(rtd, offset); };
  Value const type_x = word(x, 0), type_y = word(y, 0);
  if (type_x != type_y && !(type_x == x && type_y == y)) return false;
  Equality e;
  return parent_of(x) == parent_of(y) &&
         e.equal(word(x, layout::rtd_pointer_mask), word(y, layout::rtd_pointer_mask)) &&
         e.equal(word(x, layout::rtd_mutable_pointer_mask),
                 word(y, layout::rtd_mutable_pointer_mask)) &&
         e.equal(word(x, layout::rtd_fields), word(y, layout::rtd_fields)) &&
         word(x, layout::rtd_record_size) == word(y, layout::rtd_record_size) &&
         word(x, layout::rtd_flags) == word(y, layout::rtd_flags);
}

/// Bit `i` of an exact integer; the least significant one is 0.
bool bit_of(Value n, Word i) {
  if (is_fixnum(n)) return ((fixnum_value(n) >> std::min<Word>(i, 62)) & 1) != 0;
  Word const digits = bignum_length(n);
  return i / 32 < digits && ((bignum_digit(n, digits - 1 - i / 32) >> (i % 32)) & 1) != 0;
}

/// Whether this is a record type's mask of references: a bit for each word, or -1 for all of them.
bool is_mask(Value v) {
  return is_fixnum(v) ? fixnum_value(v) >= -1 : is_bignum(v) && !bignum_negative(v);
}

/// Whether a mask of references covers all words of a record type descriptor after the type.
bool has_words_of_descriptor(Value mask) {
  if (!is_mask(mask)) return false;
  for (Word word = 1; word < layout::rtd_size / word_bytes; ++word) {
    if (!bit_of(mask, word)) return false;
  }
  return true;
}

/// Bytes in a record of a field of that type, by its name (foreign-datatypes and filter-foreign-type in
/// Chez's cmacros.ss). Types that are not named here take a word.
Word field_width(std::string_view type) {
  struct Width {
    std::string_view type;
    Word bytes;
  };
  constexpr Width widths[] = {
      {"char", 1},         {"short", 2},        {"unsigned-short", 2}, {"int", 4},
      {"unsigned", 4},     {"unsigned-int", 4}, {"wchar", 4},          {"wchar_t", 4},
      {"single-float", 4}, {"float", 4},        {"boolean", 4},
  };
  for (const Width& w : widths) {
    if (type == w.type) return w.bytes;
  }
  for (std::string_view const prefix : {"integer-", "unsigned-"}) {
    if (!type.starts_with(prefix)) continue;
    Word bits = 0;
    std::string_view const digits = type.substr(prefix.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (bits % 8 == 0 && bits >= 8 && bits <= 64) return bits / 8;
  }
  return word_bytes;
}

/// Whether a symbol has that name, of ASCII characters.
bool is_named(Value symbol, std::string_view name) {
  Value const own = field<Value>(symbol, layout::symbol_name);
  if (!is_string(own) || string_length(own) != name.size()) return false;
  for (Word i = 0; i < name.size(); ++i) {
    if (string_ref(own, i) != static_cast<unsigned char>(name[i])) return false;
  }
  return true;
}

/// A field as a descriptor lists it: a vector of the mark fld, name, mutability, type and the field's
/// displacement from a reference to the record.
struct ListedField {
  Value type;  // a symbol
  SignedWord offset;

  bool is_object() const { return is_named(type, "scheme-object") || is_named(type, "ptr"); }
};
std::optional<ListedField> listed_field(Value v) {
  constexpr Word type = 3, displacement = 4, length = 5;
  if (!is_vector(v) || vector_length(v) != length) return std::nullopt;
  if (!is_symbol(vector_ref(v, type)) || !is_fixnum(vector_ref(v, displacement)))
    return std::nullopt;
  return ListedField{vector_ref(v, type),
                     fixnum_value(vector_ref(v, displacement)) -
                         static_cast<SignedWord>(word_bytes - static_cast<Word>(Tag::typed))};
}

/// How many fields a descriptor lists. All must lie inside of its records: objects where the mask of
/// references says so, and numbers elsewhere. Release 10.2 writes the number of fields where all are objects.
Result<Word> count_fields(Value rtd) {
  constexpr auto first = static_cast<SignedWord>(word_bytes);
  auto const size = fixnum_value(field<Value>(rtd, layout::rtd_record_size));
  Value const mask = field<Value>(rtd, layout::rtd_pointer_mask);
  Value fields = field<Value>(rtd, layout::rtd_fields);
  auto const is_reference = [&](SignedWord byte) {
    return bit_of(mask, static_cast<Word>(byte / first));
  };
  auto const wrong = [&](const std::string& type, SignedWord offset) {
    return fail("the field of type " + type + " at byte " + std::to_string(offset) +
                " of records of " + std::to_string(size) +
                " bytes, expected fields where the records have them");
  };
  auto const object_fits = [&](SignedWord offset) {
    return offset >= first && offset <= size - first && offset % first == 0 &&
           (!is_mask(mask) || is_reference(offset));
  };
  auto const number_fits = [&](const ListedField& f) {
    auto const width = static_cast<SignedWord>(field_width(printed_symbol(f.type)));
    if (f.offset < first || f.offset > size - width) return false;
    // A fixnum is an object and a number. Records with another kind of mask are not in files.
    if (is_named(f.type, "fixnum") || !is_mask(mask)) return true;
    return !is_reference(f.offset) && !is_reference(f.offset + width - 1);
  };
  Word count = 0;
  if (is_fixnum(fields)) {
    for (; static_cast<SignedWord>(count) < fixnum_value(fields); ++count) {
      auto const offset = static_cast<SignedWord>(word_bytes * (count + 1));
      if (!object_fits(offset)) return wrong("scheme-object", offset);
    }
    return count;
  }
  // Each field has a byte of its own: a list that is longer has no end.
  for (; is_pair(fields) && count < static_cast<Word>(size); fields = cdr(fields), ++count) {
    std::optional<ListedField> const f = listed_field(car(fields));
    if (!f) return fail("an object in its list of fields, expected fields alone");
    bool const fits = f->is_object() ? object_fits(f->offset) : number_fits(*f);
    if (!fits) return wrong(printed_symbol(f->type), f->offset);
  }
  if (fields != nil) return fail("fields in no list or an endless one, expected a list");
  return count;
}

std::string wrong_field(bool is_reference, Word offset) {
  return "found " + std::string(is_reference ? "an object" : "a number") + " at byte " +
         std::to_string(offset) + " of a record, expected " +
         (is_reference ? "a number by its type" : "an object by its type");
}

bool is_power_of_two(Word n) { return std::has_single_bit(n); }

}  // namespace

// --- Records.

Value Linker::open_record(Word size) {
  Value const record = make_record(thread_, size);
  // All words are fixnum 0, which is a sound object until it gets its type and fields.
  for (Word i = 0; i < align_object(size); i += 8) init_field<Word>(record, i, 0);
  return record;
}

void Linker::record_type(ByteReader& in, Node& node, Value rtd) {
  // The collector finds a record's size and references by its type, so the type must be sound. Only the
  // base type, which comes first, is its own type; all its words are references.
  if (rtd == node.object && vm_.base_rtd == false_value && node.first == layout::rtd_size) {
    node.part = make_fixnum(-1);
    open_types_.insert(rtd.bits);
    set_type(node.object, rtd);
    return;
  }
  // A descriptor can't be relied on until all of it has been read.
  if (is_unfinished(rtd) || (!open_types_.empty() && open_types_.contains(rtd.bits))) {
    node.part = forward_marker;
    node.second = early_.size();
    early_.push_back({node.object, rtd, node.first, in.offset()});
    return;
  }
  node.part = check_type(in, in.offset(), rtd, node.first);
  if (!in.ok()) return;
  if (describes_descriptors(rtd)) open_types_.insert(node.object.bits);
  set_type(node.object, rtd);
}

void Linker::close_record(ByteReader& in, Value record) {
  if (open_types_.empty() || open_types_.erase(record.bits) == 0) return;
  check_descriptor(in, in.offset(), record);
}

void Linker::set_type(Value record, Value rtd) {
  init_reference(thread_, record, 0, rtd);
  if (thread_.generation != 0) vm_.heap.count_record(record);
}

/// Whether the instances of a type are record type descriptors: the type is the base type, or descends from
/// it and has its fields in the same places. (Before there is a base type, a type that is its own type is
/// about to become it.)
bool Linker::describes_descriptors(Value rtd) const {
  if (vm_.base_rtd == false_value) return coracle::field<Value>(rtd, 0) == rtd;
  if (rtd == vm_.base_rtd) return true;
  Value const ancestry = coracle::field<Value>(rtd, layout::rtd_ancestry);
  bool descends = false;
  for (Word i = 0; is_vector(ancestry) && i < vector_length(ancestry); ++i) {
    descends = descends || vector_ref(ancestry, i) == vm_.base_rtd;
  }
  if (!descends) return false;
  return has_words_of_descriptor(coracle::field<Value>(rtd, layout::rtd_pointer_mask)) &&
         fixnum_value(coracle::field<Value>(rtd, layout::rtd_record_size)) >=
             static_cast<SignedWord>(layout::rtd_size);
}

bool Linker::is_descriptor(Value v) const {
  return is_record(v) && describes_descriptors(coracle::field<Value>(v, 0));
}

Value Linker::check_type(ByteReader& in, std::uint64_t offset, Value rtd, Word record_size) const {
  auto fail = [&](const std::string& what) {
    in.fail_at(offset, what);
    return make_fixnum(0);
  };
  if (!is_descriptor(rtd)) {
    return fail("the type of a record is not a record type descriptor");
  }
  Value const size = coracle::field<Value>(rtd, layout::rtd_record_size);
  if (!is_fixnum(size) || static_cast<Word>(fixnum_value(size)) != record_size) {
    return fail("found a type for records of another size, expected one for " +
                std::to_string(record_size) + " bytes");
  }
  Value const mask = coracle::field<Value>(rtd, layout::rtd_pointer_mask);
  return is_mask(mask) ? mask : fail("found a type whose records no file can hold");
}

void Linker::check_descriptor(ByteReader& in, std::uint64_t offset, Value rtd) {
  auto const part = [&](Word at) { return coracle::field<Value>(rtd, at); };
  auto const fail = [&](const char* what) {
    in.fail_at(offset, std::string("found a record type descriptor ") + what);
  };
  Value const size = part(layout::rtd_record_size);
  if (!is_fixnum(size) || fixnum_value(size) < static_cast<SignedWord>(word_bytes)) {
    return fail("without a size, expected a number of bytes");
  }
  // #t is release 10.2's mark for records that hold an address inside another object. A file can't have one.
  Value const mask = part(layout::rtd_pointer_mask);
  if (!is_mask(mask) && mask != true_value) {
    return fail("without a mask of references, expected an exact integer, -1 or greater");
  }
  Value const ancestry = part(layout::rtd_ancestry);
  if (!is_vector(ancestry) || vector_length(ancestry) < 2) {
    return fail("without ancestry, expected a vector of two elements or more");
  }
  descriptors_.push_back({rtd, offset});
  // The base type is its own instance.
  if (coracle::field<Value>(rtd, 0) != rtd) return;
  if (fixnum_value(size) != static_cast<SignedWord>(layout::rtd_size) ||
      !has_words_of_descriptor(mask)) {
    fail("that is its own type, expected one that describes itself");
  }
}

void Linker::check_lineage(ByteReader& in, const ReadDescriptor& d) const {
  auto const part = [](Value rtd, Word at) { return coracle::field<Value>(rtd, at); };
  auto const fail = [&](const std::string& what) {
    Value const uid = part(d.rtd, layout::rtd_uid);
    std::string const name = is_symbol(uid) ? printed_symbol(uid) : "without a uid";
    in.fail_at(d.offset, "found the record type descriptor " + name + " with " + what);
  };
  Result<Word> const count = count_fields(d.rtd);
  if (!count) return fail(count.error().message);
  Value const ancestry = part(d.rtd, layout::rtd_ancestry);
  for (Word i = 1; i < vector_length(ancestry); ++i) {
    if (!is_descriptor(vector_ref(ancestry, i))) {
      return fail("an ancestor that is none, expected record type descriptors");
    }
  }
  Value const parent = parent_of(d.rtd);
  if (parent == false_value) return;
  if (!is_descriptor(parent)) return fail("a parent that is none, expected #f or a descriptor");
  Result<Word> const inherited = count_fields(parent);
  bool const same_form =
      is_fixnum(part(d.rtd, layout::rtd_fields)) == is_fixnum(part(parent, layout::rtd_fields));
  if (!inherited || *inherited > *count || !same_form) {
    fail("other fields than its parent has, expected those and its own");
  }
}

void Linker::finish(ByteReader& in) {
  std::size_t next = 0;  // of early_fields_
  std::sort(early_fields_.begin(), early_fields_.end(),
            [](const EarlyField& a, const EarlyField& b) { return a.record < b.record; });
  for (std::size_t i = 0; i < early_.size(); ++i) {
    const EarlyRecord& early = early_[i];
    Value const mask = check_type(in, early.offset, early.type, early.size);
    if (!in.ok()) return;
    for (; next < early_fields_.size() && early_fields_[next].record == i; ++next) {
      const EarlyField& f = early_fields_[next];
      if (bit_of(mask, f.word) != f.is_reference) {
        in.fail_at(early.offset, wrong_field(f.is_reference, 8 * f.word));
        return;
      }
    }
    set_type(early.record, early.type);
    if (describes_descriptors(early.type)) check_descriptor(in, early.offset, early.record);
    if (!in.ok()) return;
  }
  for (const ReadDescriptor& d : descriptors_) {
    check_lineage(in, d);
    if (!in.ok()) return;
  }
}

void Linker::field(ByteReader& in, Node& node, FaslFieldType type, Word offset, Word bits) {
  Word const width = fasl_field_width(type);
  for (Word word = offset / 8; word <= (offset + width - 1) / 8; ++word) {
    if (node.part == forward_marker) {
      early_fields_.push_back({static_cast<std::size_t>(node.second), word, false});
    } else if (bit_of(node.part, word)) {
      in.fail(wrong_field(false, 8 * word));
      return;
    }
  }
  store_low_bytes(untagged(node.object) + offset, bits, width);
}

void Linker::pointer_field(ByteReader& in, Node& node, Word offset, Ref ref) {
  bool const early = node.part == forward_marker;
  if (offset % 8 != 0 || (!early && !bit_of(node.part, offset / 8))) {
    in.fail(wrong_field(true, offset));
    return;
  }
  if (early) early_fields_.push_back({static_cast<std::size_t>(node.second), offset / 8, true});
  init_reference(thread_, node.object, offset, ref.value);
}

// --- Record type descriptors: one for each uid, on the uid's system property list.

void Linker::find_descriptor(ByteReader& in, Node& node, Value uid) {
  if (!is_symbol(uid)) {
    in.fail("the uid of a record type is not a symbol");
    return;
  }
  node.part = uid;
  Value list = coracle::field<Value>(uid, layout::symbol_splist);
  for (; is_pair(list); list = cdr(cdr(list))) {
    if (car(list) == vm_.names.rtd_key) {
      node.object = car(cdr(list));
      return;
    }
  }
}

void Linker::new_descriptor(ByteReader& in, Node& node, Value rtd) {
  Value const uid = node.part;
  if (!is_descriptor(rtd)) {
    in.fail("record type " + printed_symbol(uid) +
            " is a record of another type, expected a record type descriptor");
    return;
  }
  if (defined({node.object})) {
    if (!same_descriptor(rtd, node.object)) {
      // The user's mistake rather than damage: worded as for make-record-type-descriptor.
      in.fail_with(
          Error{"incompatible record type " + printed_symbol(uid) + " in " + file_of(in.name())});
    }
    return;
  }
  node.object = rtd;
  Value const list = coracle::field<Value>(uid, layout::symbol_splist);
  vm_.heap.store(untagged(uid) + layout::symbol_splist,
                 cons(thread_, vm_.names.rtd_key, cons(thread_, rtd, list)));
}

void Linker::unregistered_type(ByteReader& in, const Node& node) {
  in.fail("unregistered record type " + printed_symbol(node.part) +
          ": the file has no descriptor for it");
}

// --- Hash tables. Their buckets are rebuilt, since keys hash by address.

Linker::Node Linker::open_hashtable(ByteReader& in, const FaslItem& item) {
  namespace ht = hashtable_layout;
  bool const by_address = item.code == FaslCode::eq_hashtable;
  Word const minimum = item.words[by_address ? 2 : 1];
  Word const variant = item.words[by_address ? 1 : 2];
  Word const length = item.words[3], entries = item.words[4];
  Node node;
  Value const rtd = vm_.symbol_value(by_address ? vm_.names.eq_ht_rtd : vm_.names.symbol_ht_rtd);
  auto fail = [&](const std::string& what) {
    in.fail_at(item.offset,
               (by_address ? "found an eq-hashtable " : "found a symbol-hashtable ") + what);
    return node;
  };
  if (!is_descriptor(rtd)) return fail("before its record type is defined");
  Word const size =
      static_cast<Word>(fixnum_value(coracle::field<Value>(rtd, layout::rtd_record_size)));
  if (size < ht::least_size) {
    return fail("whose type has " + std::to_string(size) + " bytes, expected at least " +
                std::to_string(ht::least_size));
  }
  if (!is_power_of_two(length) || !is_power_of_two(minimum) || minimum > maximum_length) {
    return fail("with a vector of " + std::to_string(length) + " and at least " +
                std::to_string(minimum) + " buckets, expected powers of two");
  }
  if (variant > (by_address ? 2 : 3)) {
    return fail("of the unknown variant " + std::to_string(variant));
  }
  Value equivalence = make_fixnum(static_cast<SignedWord>(variant));
  if (!by_address) {
    Value const names[] = {vm_.names.eqp, vm_.names.eqvp, vm_.names.equalp, vm_.names.symboleqp};
    equivalence = vm_.symbol_value(names[variant]);
    if (!is_procedure(equivalence)) return fail("before its equivalence is defined");
  }

  // A table that was once large and now holds little may claim more buckets than the file justifies.
  // With fewer it is the same table, and it grows when it is used.
  Word const buckets = std::min(length, std::bit_ceil(std::max<Word>(entries, 8)));
  Value const vector = make_vector(thread_, buckets);
  for (Word i = 0; i < buckets; ++i) {
    init_vector(vector, i, by_address ? make_fixnum(static_cast<SignedWord>(i)) : nil);
  }
  Value const table = open_record(size);
  init_reference(thread_, table, 0, rtd);
  init_reference(thread_, table, ht::type, by_address ? vm_.names.eq : vm_.names.symbol);
  init_field(table, ht::is_mutable, make_boolean(item.words[0] != 0));
  init_reference(thread_, table, ht::vector, vector);
  init_field(table, ht::minimum_length, make_fixnum(static_cast<SignedWord>(minimum)));
  init_field(table, ht::size, make_fixnum(static_cast<SignedWord>(entries)));
  init_reference(thread_, table, ht::variant, equivalence);
  node.object = table;
  node.first = variant;
  node.table = buckets - 1;
  return node;
}

void Linker::hashtable_entry(ByteReader& in, FaslCode code, Node& node, Value value) {
  namespace ht = hashtable_layout;
  Value const key = node.part;
  Value const vector = coracle::field<Value>(node.object, ht::vector);
  if (code == FaslCode::symbol_hashtable) {
    if (!is_symbol(key)) {
      in.fail("the key of an entry in a symbol-hashtable is not a symbol");
      return;
    }
    Value const hash = coracle::field<Value>(key, layout::symbol_hash);
    Word const i = static_cast<Word>(fixnum_value(hash)) & node.table;
    init_vector(thread_, vector, i,
                cons(thread_, cons(thread_, key, value), vector_ref(vector, i)));
    return;
  }
  // An entry must not be older than its key: it hangs in the bucket of the key's address, and the
  // collector rehashes only entries of the generations that it collects.
  Word const i = eq_hash(key) & node.table;
  Value tlc;
  {
    MakesIn const new_space(thread_, 0);
    Value const entry = node.first == 0   ? cons(thread_, key, value)
                        : node.first == 1 ? weak_cons(thread_, key, value)
                                          : ephemeron_cons(thread_, key, value);
    tlc = make_tlc(thread_, entry, node.object, vector_ref(vector, i));
  }
  init_vector(thread_, vector, i, tlc);
}

}  // namespace coracle
