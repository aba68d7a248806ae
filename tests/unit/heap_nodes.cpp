#include "tests/unit/heap_nodes.h"

#include <cstring>

namespace coracle::test {
namespace {

constexpr Word port_buffer_used = 42;
constexpr std::uint32_t greatest_leaf = 12000;  // bytes: some are large objects

Value number_value(int number) { return make_fixnum(number); }
/// Bits that look like references now and then.
Word raw_bits(int number, Word word) {
  return static_cast<Word>(number) * 0x1000'0001 + word * 16 + 7;
}
double leaf_double(int number) { return number + 0.25; }
Word code_offset(std::size_t i) { return 3 + 11 * i; }  // in its data, at any alignment

}  // namespace

HeapNodes::HeapNodes(HeapFixture& fixture)
    : frames(fixture), f_(fixture), continuation_entry_(fixture.root(nil)) {
  continuation_entry_ = CodeBuilder(f_, 16, code_flag_continuation).code;
  add_record_kind(6, 1, true);  // all of its words are Values
  add_record_kind(8, 2, true);
  add_record_kind(62, 3, true);  // at the edge of what a fixnum can hold
  add_record_kind(200, 7, true);
  add_record_kind(7, 2, false);
  add_record_kind(1200, 5, true);  // a large object
}

void HeapNodes::add_record_kind(Word words, Word step, bool can_change) {
  RecordKind kind{&f_.root(nil), words, {}, can_change};
  Mutator& m = f_.m;
  Value const mask = make_bignum(m, (words + 31) / 32, false);
  Word const digits = bignum_length(mask);
  Word small = 0b11;
  for (Word i = 0; i < digits; ++i) init_field<std::uint32_t>(mask, 8 + 4 * i, 0);
  auto const set = [&](Word word) {
    Word const at = 8 + 4 * (digits - 1 - word / 32);
    init_field(mask, at, field<std::uint32_t>(mask, at) | (std::uint32_t{1} << (word % 32)));
    if (word < 60) small |= Word{1} << word;
  };
  set(0);
  set(1);
  for (Word word = 2; word < words; word += step) {
    kind.slots.push_back(word);
    set(word);
  }
  Value const pointers = step == 1     ? make_fixnum(-1)
                         : words <= 60 ? make_fixnum(static_cast<SignedWord>(small))
                                       : mask;
  Value const type = make_record_type(m, static_cast<SignedWord>(words * 8), pointers,
                                      can_change ? pointers : make_fixnum(0));
  // The type of types, whose layout differs.
  init_field(type, 0, make_record_type(m, layout::rtd_size, make_fixnum(-1), make_fixnum(-1)));
  *kind.type = type;
  records_.push_back(std::move(kind));
}

std::size_t HeapNodes::slots_of(Shape shape, std::uint32_t variant, std::uint32_t wanted) const {
  switch (shape) {
    case Shape::vector: return wanted % 40 == 0 ? wanted / 40 % 3000 : wanted % 12;
    case Shape::list: return wanted % 20;
    case Shape::stencil: return wanted % 40;
    case Shape::box: return 1;
    case Shape::record: return record_kind(variant).slots.size();
    case Shape::closure: return wanted % 6;
    case Shape::code: return wanted % 10;
    case Shape::continuation: return 4;
    case Shape::symbol:
    case Shape::port:
    case Shape::weak:
    case Shape::ephemeron: return 2;
    case Shape::references:
    case Shape::immobile: return wanted % 10;
    default: return 0;
  }
}

std::uint32_t HeapNodes::variant_of(Shape shape, std::uint32_t number) const {
  if (shape == Shape::record) return number % static_cast<std::uint32_t>(records_.size());
  if (shape == Shape::table) return number % 3;
  return number % 2;
}

bool HeapNodes::can_change(Shape shape, std::uint32_t variant) const {
  if (shape == Shape::record) return record_kind(variant).can_change;
  if (shape == Shape::closure) return variant != 0;
  return shape != Shape::code && shape != Shape::continuation;
}

Value HeapNodes::make_record_node(const RecordKind& kind, int number,
                                  const std::vector<Value>& slots) {
  Value const r = make_record(f_.m, kind.words * 8);
  init_field(r, 0, *kind.type);
  for (Word i = 2; i < kind.words; ++i) init_field<Word>(r, 8 * i, raw_bits(number, i));
  init_field(r, 8, number_value(number));
  for (std::size_t i = 0; i < slots.size(); ++i) init_field(r, 8 * kind.slots[i], slots[i]);
  return r;
}

Value HeapNodes::make_code_node(int number, const std::vector<Value>& slots) {
  CodeBuilder b(f_, 16 + code_offset(slots.size()));
  std::vector<CodeBuilder::Item> items;
  for (std::size_t i = 0; i < slots.size(); ++i) items.push_back({code_offset(i), slots[i], 0x41});
  // Places count from one to the next, the first from the code's reference.
  if (!items.empty()) b.relocate(items);
  init_field(b.code, layout::code_info, number_value(number));
  return b.code;
}

Value HeapNodes::make_closure_node(std::uint32_t variant, int number,
                                   const std::vector<Value>& slots) {
  Word const n = 1 + slots.size();
  CodeBuilder const b(f_, 16, variant != 0 ? code_flag_mutable_closure : 0, n);
  Value const c = make_closure(f_.m, entry_of_code(b.code), n);
  init_field(c, layout::closure_data, number_value(number));
  for (std::size_t i = 0; i < slots.size(); ++i) {
    init_field(c, layout::closure_data + 8 + 8 * i, slots[i]);
  }
  return c;
}

Value HeapNodes::make_continuation_node(std::uint32_t variant, int number,
                                        const std::vector<Value>& slots) {
  Word const stack = f_.m.allocate(1024);
  Word const end = frames.fill(stack, {slots[0], slots[1], slots[2]});
  auto const used = static_cast<SignedWord>(end - stack);
  return make_continuation(f_.m, Space::fresh, 0, entry_of_code(continuation_entry_), stack,
                           variant == 0 ? used : 1024, used, nil, frames.return_address(),
                           number_value(number), slots[3]);
}

Value HeapNodes::make_port_node(int number, const std::vector<Value>& slots) {
  Value const p = make_record(f_.m, layout::port_size);
  for (Word i = 0; i < layout::port_size; i += 8) init_field<Word>(p, i, 0);
  init_field<Word>(p, 0, type_word::port.value | port_flag_input);
  Value const buffer = make_bytevector(f_.m, 100);
  init_field(p, layout::port_ibuffer, buffer);
  init_field<Word>(p, layout::port_ilast, buffer.bits + port_buffer_used);
  init_field<Word>(p, layout::port_obuffer, raw_bits(number, 0));
  init_field(p, layout::port_handler, slots[0]);
  init_field(p, layout::port_info, slots[1]);
  init_field(p, layout::port_name, number_value(number));
  return p;
}

Value HeapNodes::make_leaf(Shape shape, int number, std::uint32_t size) {
  Mutator& m = f_.m;
  switch (shape) {
    case Shape::flonum: return make_flonum(m, leaf_double(number));
    case Shape::numbers: {
      Value const v = make_vector(m, 5, nothing);
      Value const big = make_bignum(m, 3, false);
      for (Word i = 0; i < 3; ++i) {
        init_field(big, 8 + 4 * i,
                   static_cast<std::uint32_t>(number) + static_cast<std::uint32_t>(i));
      }
      Value const complex = make_inexactnum(m, leaf_double(number), leaf_double(number + 1));
      init_vector(v, 0, number_value(number));
      init_vector(v, 1, make_ratnum(m, big, make_fixnum(2)));
      init_vector(v, 2, make_exactnum(m, big, make_fixnum(number)));
      init_vector(v, 3, complex);
      // A part of it, as a flonum.
      init_vector(v, 4, tagged(untagged(complex) + layout::inexactnum_imag, Tag::flonum));
      return v;
    }
    case Shape::string: {
      Word const n = 2 + size % (greatest_leaf / 4);
      Value const s = make_string(m, n);
      for (Word i = 0; i < n; ++i) string_set(s, i, static_cast<char32_t>('a' + (number + i) % 26));
      string_set(s, 0, static_cast<char32_t>(number % 0x4000));
      string_set(s, 1, static_cast<char32_t>(number / 0x4000));
      return s;
    }
    case Shape::bytes: {
      Word const n = 8 + size % greatest_leaf;
      Value const b = make_bytevector(m, n);
      for (Word i = 0; i < n; ++i) bytevector_data(b)[i] = static_cast<std::uint8_t>(number + i);
      store<Word>(address_of(bytevector_data(b)), static_cast<Word>(number));
      return b;
    }
    default: return make_phantom(m, 1000 + static_cast<Word>(number));
  }
}

Value HeapNodes::make(Shape shape, std::uint32_t variant, int number, std::uint32_t size,
                      const std::vector<Value>& slots) {
  Mutator& m = f_.m;
  Word const n = slots.size();
  Value const id = number_value(number);
  variant = variant_of(shape, variant);
  auto const fill = [&](Value v, Word first) {
    init_field(v, first, id);
    for (Word i = 0; i < n; ++i) init_field(v, first + 8 + 8 * i, slots[i]);
    return v;
  };
  // A vector that tells the number, and the object itself.
  auto const with_number = [&](Value v) {
    Value const holder = make_vector(m, 2);
    init_vector(holder, 0, id);
    init_vector(holder, 1, v);
    return holder;
  };
  switch (shape) {
    case Shape::vector: return fill(make_vector(m, 1 + n), 8);
    case Shape::immobile: {
      Word const bytes = words_object_size(1 + n);
      Word const address = f_.heap.allocate(Space::immobile_impure, 0, bytes);
      store<Word>(address + bytes - 8, 0);
      store<Word>(address, ((1 + n) << 4) | type_word::vector.value);
      Value const v = fill(tagged(address, Tag::typed), 8);
      f_.heap.locks().immobilize(v);
      return v;
    }
    case Shape::list: {
      Value l = nil;
      for (Word i = n; i-- > 0;) l = cons(m, slots[i], l);
      return cons(m, id, l);
    }
    case Shape::stencil: return fill(make_stencil_vector(m, (Word{2} << n) - 1, false), 8);
    case Shape::box: return make_box(m, cons(m, id, slots[0]));
    case Shape::record: return make_record_node(record_kind(variant), number, slots);
    case Shape::closure: return make_closure_node(variant, number, slots);
    case Shape::code: return make_code_node(number, slots);
    case Shape::continuation: return make_continuation_node(variant, number, slots);
    case Shape::symbol: {
      Value const s = make_symbol(m, make_string_utf8(m, "node"), make_fixnum(7), 0);
      init_field(s, layout::symbol_value, slots[0]);
      init_field(s, layout::symbol_plist, slots[1]);
      init_field(s, layout::symbol_splist, id);
      return s;
    }
    case Shape::port: return make_port_node(number, slots);
    case Shape::references: {
      Word const length = 8 * (1 + n);
      Word const address = f_.heap.allocate(Space::reference_array, 0, bytevector_size(length));
      store<Word>(address, (length << 3) | type_word::bytevector.value);
      store<Word>(address + 8, static_cast<Word>(number));
      for (Word i = 0; i < n; ++i) {
        bool const none = is_fixmediate(slots[i]);
        store<Word>(address + 16 + 8 * i, none ? 0 : slots[i].bits + layout::reference_disp);
      }
      return tagged(address, Tag::typed);
    }
    case Shape::weak: return with_number(weak_cons(m, slots[0], slots[1]));
    case Shape::ephemeron: return with_number(ephemeron_cons(m, slots[0], slots[1]));
    case Shape::guardian: return with_number(f_.make_guardian());
    case Shape::table: return with_number(make_eq_table(f_, 8, static_cast<SignedWord>(variant)));
    default: return make_leaf(shape, number, size);
  }
}

std::pair<Word, Word> HeapNodes::place(Shape shape, Value node, std::size_t i) const {
  Word const object = untagged(node);
  Word const offset = 8 * static_cast<Word>(i);
  switch (shape) {
    case Shape::list: {
      Value p = cdr(node);
      for (std::size_t k = 0; k < i; ++k) p = cdr(p);
      return {untagged(p), 0};
    }
    case Shape::box: return {untagged(box_ref(node)) + layout::pair_cdr, 0};
    case Shape::record: {
      for (const RecordKind& kind : records_) {
        if (*kind.type == field<Value>(node, 0)) return {object + 8 * kind.slots[i], 0};
      }
      return {0, 0};
    }
    case Shape::code: return {entry_of_code(node) + code_offset(i), 0x41};
    case Shape::continuation:
      if (i == 3) return {object + layout::continuation_attachments, 0};
      return {field<Word>(node, layout::continuation_stack) + 8 * FramesCode::live_words[i], 0};
    case Shape::symbol: return {object + (i == 0 ? layout::symbol_value : layout::symbol_plist), 0};
    case Shape::port: return {object + (i == 0 ? layout::port_handler : layout::port_info), 0};
    case Shape::references: return {object + 16 + offset, layout::reference_disp};
    case Shape::weak:
    case Shape::ephemeron: return {untagged(vector_ref(node, 1)) + offset, 0};
    default: return {object + 16 + offset, 0};
  }
}

Value HeapNodes::slot(Shape shape, Value node, std::size_t i) const {
  auto const [address, displacement] = place(shape, node, i);
  Word const bits = load<Word>(address);
  if (shape == Shape::references && bits == 0) return nothing;
  return Value{bits - displacement};
}

int HeapNodes::number(Value node) const {
  auto const of = [](Value v) { return is_fixnum(v) ? static_cast<int>(fixnum_value(v)) : -1; };
  if (is_fixmediate(node)) return -1;
  if (is_pair(node)) return of(car(node));
  if (is_flonum(node)) return static_cast<int>(flonum_value(node));
  if (is_symbol(node)) return of(field<Value>(node, layout::symbol_splist));
  if (is_continuation(node)) return of(field<Value>(node, layout::continuation_winders));
  if (is_procedure(node)) return of(field<Value>(node, layout::closure_data));
  if (is_string(node)) {
    return static_cast<int>(string_ref(node, 0)) + static_cast<int>(string_ref(node, 1)) * 0x4000;
  }
  if (is_bytevector(node)) return static_cast<int>(load<Word>(address_of(bytevector_data(node))));
  if (is_box(node)) return of(car(box_ref(node)));
  if (is_code(node)) return of(field<Value>(node, layout::code_info));
  if (is_typed(node, type_word::port)) return of(field<Value>(node, layout::port_name));
  if (is_typed(node, type_word::phantom)) {
    return static_cast<int>(field<Word>(node, layout::phantom_length)) - 1000;
  }
  return of(field<Value>(node, 8));  // vectors, stencil vectors, records
}

std::string HeapNodes::what_is_wrong(Shape shape, std::uint32_t variant, Value node,
                                     int number) const {
  if (this->number(node) != number) return "has another number";
  switch (shape) {
    case Shape::record: {
      const RecordKind& kind = record_kind(variant);
      if (field<Value>(node, 0) != *kind.type) return "has another type";
      std::size_t next = 0;
      for (Word i = 2; i < kind.words; ++i) {
        if (next < kind.slots.size() && kind.slots[next] == i) {
          ++next;
        } else if (field<Word>(node, 8 * i) != raw_bits(number, i)) {
          return "a raw word has changed";
        }
      }
      return {};
    }
    case Shape::closure:
      if (string_utf8(field<Value>(closure_code(node), layout::code_name)) == "code's name")
        return {};
      return "has lost its code";
    case Shape::code:
      return string_utf8(field<Value>(node, layout::code_name)) == "code's name" ? ""
                                                                                 : "has no name";
    case Shape::continuation: {
      bool const good =
          field<Word>(node, layout::continuation_return_address) == frames.return_address() &&
          field<SignedWord>(node, layout::continuation_stack_clength) == 8 * FramesCode::words;
      return good ? "" : "has another stack";
    }
    case Shape::symbol:
      return string_utf8(field<Value>(node, layout::symbol_name)) == "node" ? "" : "has no name";
    case Shape::port: {
      Value const buffer = field<Value>(node, layout::port_ibuffer);
      bool const good = bytevector_length(buffer) == 100 &&
                        field<Word>(node, layout::port_ilast) == buffer.bits + port_buffer_used &&
                        field<Word>(node, layout::port_obuffer) == raw_bits(number, 0);
      return good ? "" : "has another buffer";
    }
    case Shape::numbers: {
      Value const ratio = vector_ref(node, 1), exact = vector_ref(node, 2);
      Value const big = field<Value>(ratio, layout::ratnum_numerator);
      Value const inexact = vector_ref(node, 3);
      bool good = big == field<Value>(exact, layout::exactnum_real) &&
                  field<Value>(exact, layout::exactnum_imag) == make_fixnum(number) &&
                  field<double>(inexact, layout::inexactnum_real) == leaf_double(number) &&
                  field<double>(inexact, layout::inexactnum_imag) == leaf_double(number + 1) &&
                  flonum_value(vector_ref(node, 4)) == leaf_double(number + 1);
      for (Word i = 0; i < 3; ++i) {
        good = good && bignum_digit(big, i) == static_cast<std::uint32_t>(number) + i;
      }
      return good ? "" : "is another number";
    }
    case Shape::string:
      for (Word i = 2; i < string_length(node); ++i) {
        if (string_ref(node, i) != static_cast<char32_t>('a' + (number + i) % 26)) return "differs";
      }
      return {};
    case Shape::bytes:
      for (Word i = 8; i < bytevector_length(node); ++i) {
        if (bytevector_data(node)[i] != static_cast<std::uint8_t>(number + i)) return "differs";
      }
      return {};
    default: return {};
  }
}

}  // namespace coracle::test
