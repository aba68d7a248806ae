#include "vm/heap/objects/objects.h"

#include <bit>
#include <limits>

#include "vm/base/utf8.h"
#include "vm/heap/objects/kinds.h"

namespace coracle {
namespace {

Value typed_object(Mutator& m, Word bytes, Word type) {
  Word const address = m.allocate(kinds::kind_of_type_word(type), bytes);
  store<Word>(address, type);
  return tagged(address, Tag::typed);
}

/// A type word with a length above `shift`. The bound is less than what the field holds where the
/// size in bytes would overflow a word first.
Word length_type(Word n, int shift, TypeWord type, Word element_bytes, const char* what) {
  Word const limit = std::min(maximum_length, (~Word{0} >> 2) / element_bytes);
  if (n > limit || n > (~Word{0} >> shift)) throw LengthError{what};
  return (n << shift) | type.value;
}

Value pair_in(Mutator& m, Space space, Value a, Value d) {
  Word const address = m.heap.allocate(space, 0, layout::pair_size);
  store(address + layout::pair_car, a);
  store(address + layout::pair_cdr, d);
  return tagged(address, Tag::pair);
}

}  // namespace

void make_empty_objects(Mutator& m) {
  auto const header = [&](Word type) { return typed_object(m, 8, type); };
  m.empty.string = header(type_word::string.value);
  m.empty.vector = header(type_word::vector.value);
  m.empty.fxvector = header(type_word::fxvector.value);
  m.empty.flvector = header(type_word::flvector.value);
  m.empty.bytevector = header(type_word::bytevector.value);
  m.empty.immutable_string = header(type_word::string.value | immutable_string_flag);
  m.empty.immutable_vector = header(type_word::vector.value | immutable_vector_flag);
  m.empty.immutable_bytevector = header(type_word::bytevector.value | immutable_bytevector_flag);
  for (Value* root :
       {&m.empty.string, &m.empty.vector, &m.empty.fxvector, &m.empty.flvector, &m.empty.bytevector,
        &m.empty.immutable_string, &m.empty.immutable_vector, &m.empty.immutable_bytevector}) {
    // The word after the header is padding, but it may be swept with the rest of its segment.
    init_field<Word>(*root, layout::typed_data, 0);
    m.heap.add_root(root);
  }
}

// --- Pairs and boxes

Value cons(Mutator& m, Value a, Value d) {
  Value const result = tagged(m.allocate(Kind::pair, layout::pair_size), Tag::pair);
  init_reference(m, result, layout::pair_car, a);
  init_reference(m, result, layout::pair_cdr, d);
  return result;
}

Value list(Mutator& m, std::initializer_list<Value> items) {
  Value result = nil;
  for (auto it = std::rbegin(items); it != std::rend(items); ++it) result = cons(m, *it, result);
  return result;
}

Value weak_cons(Mutator& m, Value a, Value d) { return pair_in(m, Space::weak_pair, a, d); }

Value ephemeron_cons(Mutator& m, Value a, Value d) {
  Word const address = m.heap.allocate(Space::ephemeron, 0, layout::ephemeron_size);
  store(address + layout::pair_car, a);
  store(address + layout::pair_cdr, d);
  store<Word>(address + layout::ephemeron_prev_ref, 0);
  store<Word>(address + layout::ephemeron_next, 0);
  return tagged(address, Tag::pair);
}

Value make_box(Mutator& m, Value v) {
  Value const result = typed_object(m, layout::box_size, type_word::box.value);
  init_reference(m, result, layout::box_ref, v);
  return result;
}

// --- Numbers

Value make_flonum(Mutator& m, double d) {
  Word const address = m.allocate(Kind::flonum, layout::flonum_size);
  store(address + layout::flonum_data, d);
  return tagged(address, Tag::flonum);
}

Value make_exactnum(Mutator& m, Value real, Value imag) {
  Value const result = typed_object(m, layout::exactnum_size, type_word::exactnum.value);
  init_reference(m, result, layout::exactnum_real, real);
  init_reference(m, result, layout::exactnum_imag, imag);
  init_field<Word>(result, layout::exactnum_pad, 0);
  return result;
}

Value make_inexactnum(Mutator& m, double real, double imag) {
  Value const result = typed_object(m, layout::inexactnum_size, type_word::inexactnum.value);
  init_field<Word>(result, layout::inexactnum_pad, 0);
  init_field(result, layout::inexactnum_real, real);
  init_field(result, layout::inexactnum_imag, imag);
  return result;
}

Value make_ratnum(Mutator& m, Value n, Value d) {
  if (d == make_fixnum(1)) return n;
  Value const result = typed_object(m, layout::ratnum_size, type_word::ratnum.value);
  init_reference(m, result, layout::ratnum_numerator, n);
  init_reference(m, result, layout::ratnum_denominator, d);
  init_field<Word>(result, layout::ratnum_pad, 0);
  return result;
}

namespace {
Value bignum_of_magnitude(Mutator& m, Word magnitude, bool negative) {
  auto const high = static_cast<std::uint32_t>(magnitude >> 32);
  Word const digits = high != 0 ? 2 : 1;
  Value const result = make_bignum(m, digits, negative);
  if (high != 0) init_field<std::uint32_t>(result, layout::typed_data, high);
  init_field<std::uint32_t>(result, layout::typed_data + 4 * (digits - 1),
                            static_cast<std::uint32_t>(magnitude));
  return result;
}
}  // namespace

Value make_integer(Mutator& m, SignedWord n) {
  if (fits_fixnum(n)) return make_fixnum(n);
  Word const bits = static_cast<Word>(n);
  return bignum_of_magnitude(m, n < 0 ? ~bits + 1 : bits, n < 0);
}

Value make_unsigned(Mutator& m, Word n) {
  if (n <= static_cast<Word>(most_positive_fixnum)) return make_fixnum(static_cast<SignedWord>(n));
  return bignum_of_magnitude(m, n, false);
}

Value make_integer(Mutator& m, std::span<const std::uint32_t> digits, bool negative) {
  while (!digits.empty() && digits.front() == 0) digits = digits.subspan(1);
  if (digits.size() <= 2) {
    Word magnitude = 0;
    for (std::uint32_t const d : digits) magnitude = magnitude << 32 | d;
    if (magnitude <= static_cast<Word>(most_positive_fixnum) + (negative ? 1 : 0)) {
      return make_fixnum(static_cast<SignedWord>(negative ? ~magnitude + 1 : magnitude));
    }
  }
  Value const n = make_bignum(m, digits.size(), negative);
  for (Word i = 0; i < digits.size(); ++i) {
    init_field<std::uint32_t>(n, layout::typed_data + 4 * i, digits[i]);
  }
  return n;
}

Value make_bignum(Mutator& m, Word digits, bool negative) {
  if (digits > maximum_bignum_length) throw LengthError{"bignum"};
  Word const type = length_type(digits, 6, type_word::bignum, 4, "bignum");
  return typed_object(m, bignum_size(digits), type | (negative ? 0x20 : 0));
}

// --- Vectors and their like

Value make_vector(Mutator& m, Word n) {
  if (n == 0) return m.empty.vector;
  Word const type = length_type(n, 4, type_word::vector, 8, "vector");
  return typed_object(m, words_object_size(n), type);
}

Value make_vector(Mutator& m, Word n, Value fill) {
  Value const result = make_vector(m, n);
  for (Word i = 0; i < n; ++i) init_vector(m, result, i, fill);
  return result;
}

Value make_fxvector(Mutator& m, Word n) {
  if (n == 0) return m.empty.fxvector;
  return typed_object(m, words_object_size(n),
                      length_type(n, 4, type_word::fxvector, 8, "fxvector"));
}

Value make_flvector(Mutator& m, Word n) {
  if (n == 0) return m.empty.flvector;
  return typed_object(m, words_object_size(n),
                      length_type(n, 4, type_word::flvector, 8, "flvector"));
}

Value make_bytevector(Mutator& m, Word n) {
  if (n == 0) return m.empty.bytevector;
  return typed_object(m, bytevector_size(n),
                      length_type(n, 3, type_word::bytevector, 1, "bytevector"));
}

Value make_bytevector(Mutator& m, std::string_view bytes) {
  Value const result = make_bytevector(m, bytes.size());
  if (!bytes.empty()) std::memcpy(bytevector_data(result), bytes.data(), bytes.size());
  return result;
}

Value make_stencil_vector(Mutator& m, Word mask, bool system) {
  TypeWord const type = system ? type_word::system_stencil_vector : type_word::stencil_vector;
  return typed_object(m, words_object_size(static_cast<Word>(std::popcount(mask))),
                      (mask << 6) | type.value);
}

// --- Strings

namespace {
Value uninitialised_string(Mutator& m, Word n) {
  if (n == 0) return m.empty.string;
  return typed_object(m, string_size(n), length_type(n, 4, type_word::string, 4, "string"));
}
}  // namespace

Value make_string(Mutator& m, Word n) {
  Value const result = uninitialised_string(m, n);
  for (Word i = 0; i < n; ++i) string_set(result, i, 0);
  return result;
}

Value make_string_utf8(Mutator& m, std::string_view utf8) {
  Word n = 0;
  for (std::size_t i = 0; i < utf8.size(); ++n) i += decode_utf8(utf8.substr(i)).length;
  Value const result = uninitialised_string(m, n);
  std::size_t at = 0;
  for (Word i = 0; i < n; ++i) {
    Utf8Character const d = decode_utf8(utf8.substr(at));
    string_set(result, i, d.character);
    at += d.length;
  }
  return result;
}

Value make_string_utf32(Mutator& m, std::u32string_view s) {
  Value const result = uninitialised_string(m, s.size());
  for (std::size_t i = 0; i < s.size(); ++i) string_set(result, i, s[i]);
  return result;
}

std::string string_utf8(Value s) {
  std::string result;
  Word const n = string_length(s);
  result.reserve(static_cast<std::size_t>(n));
  for (Word i = 0; i < n; ++i) append_utf8(result, string_ref(s, i));
  return result;
}

// --- Records, procedures, and what only the kernel makes

Value make_record(Mutator& m, Word bytes) {
  return tagged(m.allocate(Kind::record, bytes), Tag::typed);
}

Value make_closure(Mutator& m, Word entry, Word free_variables) {
  Value const result =
      tagged(m.allocate(Kind::closure, words_object_size(free_variables)), Tag::closure);
  init_address(m, result, layout::closure_code, entry);
  return result;
}

Value make_tlc(Mutator& m, Value keyval, Value table, Value next) {
  Word const address = m.allocate(layout::tlc_size);
  store<Word>(address, type_word::tlc.value);
  Value const result = tagged(address, Tag::typed);
  init_field(result, layout::tlc_keyval, keyval);
  init_field(result, layout::tlc_ht, table);
  init_field(result, layout::tlc_next, next);
  return result;
}

Value make_phantom(Mutator& m, Word length) {
  Value const result = typed_object(m, layout::phantom_size, type_word::phantom.value);
  init_field<Word>(result, layout::phantom_length, 0);
  m.heap.adjust_phantom(result, length);
  return result;
}

Value make_code(Mutator& m, Word flags, Word length) {
  if (length > maximum_length) throw LengthError{"code"};
  Word const size = code_size(length);
  Word const address = m.generation == 0 ? m.heap.allocate(Space::code, 0, size)
                                         : m.heap.allocate(Kind::code, m.generation, size);
  store<Word>(address, (flags << code_flags_shift) | type_word::code.value);
  store<Word>(address + layout::code_length, length);
  return tagged(address, Tag::typed);
}

Word make_relocation_table(Mutator& m, Word entries, Value code) {
  if (entries > maximum_length / 8) throw LengthError{"relocation table"};
  Word const address = m.allocate(reloc_table_size(entries));
  store<Word>(address + layout::reloc_size, entries);
  store(address + layout::reloc_code, code);
  return address;
}

Value make_continuation(Mutator& m, Space space, Generation generation, Word code_entry, Word stack,
                        SignedWord length, SignedWord clength, Value link, Word return_address,
                        Value winders, Value attachments) {
  Word const address = space == Space::fresh && generation == 0
                           ? m.allocate(layout::continuation_size)
                           : m.heap.allocate(space, generation, layout::continuation_size);
  Value const k = tagged(address, Tag::closure);
  init_field(k, layout::closure_code, code_entry);
  init_field(k, layout::continuation_stack, stack);
  init_field(k, layout::continuation_stack_length, length);
  init_field(k, layout::continuation_stack_clength, clength);
  m.heap.store(address + layout::continuation_link, link);  // k may be of an old generation
  init_field(k, layout::continuation_return_address, return_address);
  init_field(k, layout::continuation_winders, winders);
  init_field(k, layout::continuation_attachments, attachments);
  return k;
}

Value make_symbol(Mutator& m, Value name, Value hash, Word pvalue_entry) {
  Value const s = tagged(m.allocate(Kind::symbol, layout::symbol_size), Tag::symbol);
  init_field(s, layout::symbol_value, unbound_value);
  init_address(m, s, layout::symbol_pvalue, pvalue_entry);
  init_field(s, layout::symbol_plist, nil);
  init_reference(m, s, layout::symbol_name, name);
  init_field(s, layout::symbol_splist, nil);
  init_field(s, layout::symbol_hash, hash);
  return s;
}

}  // namespace coracle
