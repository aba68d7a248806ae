// Making objects from C, and accessing them.
#include <cstring>

#include "boot/chez/session.h"
#include "vm/kernel/numbers/integers.h"

namespace coracle::chez {
namespace {

constexpr const char* out_of_range = "~s is out of range";
constexpr const char* not_an_integer = "~s is not an integer";

template <class T>
int try_integer(std::optional<T> found, Value v, T* result, const char** reason) {
  if (found) {
    *result = *found;
    return 1;
  }
  if (reason != nullptr) *reason = is_fixnum(v) || is_bignum(v) ? out_of_range : not_an_integer;
  return 0;
}

/// From -2^63 to 2^64 - 1.
std::optional<iptr> word_value(Value v) {
  if (auto const n = unsigned_in_range(v, UINT64_MAX)) return static_cast<iptr>(*n);
  return signed_in_range(v, INT64_MIN, INT64_MAX);
}
/// From -2^31 to 2^32 - 1.
std::optional<Sint32_t> half_value(Value v) {
  auto const n = signed_in_range(v, INT32_MIN, UINT32_MAX);
  return n ? std::optional(static_cast<Sint32_t>(*n)) : std::nullopt;
}

template <class T>
T insist(const char* function, int (*get)(ptr, T*, const char**), ptr x) {
  T result = 0;
  const char* reason = nullptr;
  if (get(x, &result, &reason) == 0) report(function, reason, Value{x});
  return result;
}

/// The bytes as Latin-1 characters.
std::u32string latin_1(const char* s, std::size_t n) {
  std::u32string text;
  for (std::size_t i = 0; i < n; ++i) text += static_cast<unsigned char>(s[i]);
  return text;
}

Word length(iptr n, const char* what) {
  if (n < 0) throw LengthError{what};
  return static_cast<Word>(n);
}

Value symbol_of(Machine& m, const char* s) {
  std::u32string const name = latin_1(s, std::strlen(s));
  return m.vm().symbols.intern(m.thread(), name, make_string_utf32(m.thread(), name));
}

}  // namespace

extern "C" {

int Stry_integer_value(ptr x, iptr* result, const char** reason) {
  return try_integer(word_value(Value{x}), Value{x}, result, reason);
}
int Stry_integer32_value(ptr x, Sint32_t* result, const char** reason) {
  return try_integer(half_value(Value{x}), Value{x}, result, reason);
}
int Stry_integer64_value(ptr x, Sint64_t* result, const char** reason) {
  return Stry_integer_value(x, result, reason);
}
int Stry_unsigned_value(ptr x, uptr* result, const char** reason) {
  return Stry_integer_value(x, reinterpret_cast<iptr*>(result), reason);
}
int Stry_unsigned32_value(ptr x, Suint32_t* result, const char** reason) {
  return Stry_integer32_value(x, reinterpret_cast<Sint32_t*>(result), reason);
}
int Stry_unsigned64_value(ptr x, Suint64_t* result, const char** reason) {
  return Stry_unsigned_value(x, result, reason);
}
iptr Sinteger_value(ptr x) { return insist<iptr>("Sinteger_value", Stry_integer_value, x); }
Sint32_t Sinteger32_value(ptr x) {
  return insist<Sint32_t>("Sinteger32_value", Stry_integer32_value, x);
}
Sint64_t Sinteger64_value(ptr x) {
  return insist<Sint64_t>("Sinteger64_value", Stry_integer64_value, x);
}

#define CORACLE_BODY(expression)                              \
  return guarded(__func__, [&]([[maybe_unused]] Machine& m) { \
    [[maybe_unused]] Thread& t = m.thread();                  \
    return expression;                                        \
  })
#define CORACLE_MAKER(expression)            \
  return guarded(__func__, [&](Machine& m) { \
    [[maybe_unused]] Thread& t = m.thread(); \
    return Value{expression}.bits;           \
  })

void Sset_box(ptr b, ptr x) { CORACLE_BODY(t.heap.set_box(Value{b}, Value{x})); }
void Sset_car(ptr p, ptr x) { CORACLE_BODY(t.heap.set_car(Value{p}, Value{x})); }
void Sset_cdr(ptr p, ptr x) { CORACLE_BODY(t.heap.set_cdr(Value{p}, Value{x})); }
void Svector_set(ptr v, iptr i, ptr x) {
  CORACLE_BODY(t.heap.set_vector(Value{v}, static_cast<Word>(i), Value{x}));
}

ptr Scons(ptr a, ptr d) { CORACLE_MAKER(cons(t, Value{a}, Value{d})); }
ptr Sbox(ptr x) { CORACLE_MAKER(make_box(t, Value{x})); }
ptr Sflonum(double x) { CORACLE_MAKER(make_flonum(t, x)); }
ptr Sinteger(iptr n) { CORACLE_MAKER(make_integer(t, n)); }
ptr Sinteger32(Sint32_t n) { CORACLE_MAKER(make_integer(t, n)); }
ptr Sinteger64(Sint64_t n) { CORACLE_MAKER(make_integer(t, n)); }
ptr Sunsigned(uptr n) { CORACLE_MAKER(make_unsigned(t, n)); }
ptr Sunsigned32(Suint32_t n) { CORACLE_MAKER(make_unsigned(t, n)); }
ptr Sunsigned64(Suint64_t n) { CORACLE_MAKER(make_unsigned(t, n)); }
ptr Sstring_to_symbol(const char* s) { CORACLE_MAKER(symbol_of(m, s)); }
ptr Sstring(const char* s) { CORACLE_MAKER(make_string_utf32(t, latin_1(s, std::strlen(s)))); }
ptr Smake_vector(iptr n, ptr x) { CORACLE_MAKER(make_vector(t, length(n, "vector"), Value{x})); }

ptr Sstring_of_length(const char* s, iptr n) {
  if (n < 0) return Sstring(s);
  return guarded(__func__, [&](Machine& m) {
    Value const string = make_string(m.thread(), length(n, "string"));
    // After the end of the C string, the characters stay NUL.
    for (Word i = 0; i < string_length(string) && *s != 0; ++i, ++s) {
      string_set(string, i, static_cast<unsigned char>(*s));
    }
    return string.bits;
  });
}
ptr Sstring_utf8(const char* s, iptr n) {
  std::string_view const text(s, n < 0 ? std::strlen(s) : static_cast<std::size_t>(n));
  CORACLE_MAKER(make_string_utf8(t, text));
}
ptr Smake_uninitialized_string(iptr n) { CORACLE_MAKER(make_string(t, length(n, "string"))); }
ptr Smake_string(iptr n, int c) {
  return guarded(__func__, [&](Machine& m) {
    Value const string = make_string(m.thread(), length(n, "string"));
    for (Word i = 0; i < string_length(string); ++i)
      string_set(string, i, static_cast<char32_t>(c));
    return string.bits;
  });
}
ptr Smake_bytevector(iptr n, int byte) {
  return guarded(__func__, [&](Machine& m) {
    Value const v = make_bytevector(m.thread(), length(n, "bytevector"));
    if (n != 0) std::memset(bytevector_data(v), byte, static_cast<std::size_t>(n));
    return v.bits;
  });
}
ptr Smake_fxvector(iptr n, ptr x) {
  return guarded(__func__, [&](Machine& m) {
    Value const v = make_fxvector(m.thread(), length(n, "fxvector"));
    for (Word i = 0; i < fxvector_length(v); ++i) init_field(v, layout::typed_data + 8 * i, x);
    return v.bits;
  });
}
ptr Smake_flvector(iptr n, double x) {
  return guarded(__func__, [&](Machine& m) {
    Value const v = make_flvector(m.thread(), length(n, "flvector"));
    for (Word i = 0; i < flvector_length(v); ++i) init_field(v, layout::typed_data + 8 * i, x);
    return v.bits;
  });
}

ptr Ssymbol_to_string(ptr symbol) {
  return guarded(__func__, [&](Machine& m) {
    Value const name = field<Value>(Value{symbol}, layout::symbol_name);
    if (is_string(name)) return name.bits;
    if (is_pair(name)) return cdr(name).bits;
    return m.string("gensym").bits;  // a gensym that has no name yet
  });
}

ptr Srecord_type(ptr record) { return type_word_of(Value{record}); }
ptr Srecord_type_parent(ptr rtd) {
  // The ancestry is a vector: the base type, ..., the parent, the type itself.
  Value const ancestry = field<Value>(Value{rtd}, layout::rtd_ancestry);
  Word const n = vector_length(ancestry);
  return n < 2 ? false_value.bits : vector_ref(ancestry, n - 2).bits;
}
int Srecord_type_uniformp(ptr rtd) {
  return field<Value>(Value{rtd}, layout::rtd_pointer_mask) == make_fixnum(-1);
}
uptr Srecord_type_size(ptr rtd) {
  return static_cast<uptr>(fixnum_value(field<Value>(Value{rtd}, layout::rtd_record_size)));
}

}  // extern "C"
}  // namespace coracle::chez
