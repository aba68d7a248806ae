#include "boot/api/convert.h"

#include "vm/kernel/numbers/flonums.h"

namespace coracle {
namespace {

/// An exact integer's sign and magnitude, if the magnitude has at most 64 bits.
struct Magnitude {
  bool negative;
  Word bits;
};
std::optional<Magnitude> magnitude(Value v) {
  if (is_fixnum(v)) {
    SignedWord const n = fixnum_value(v);
    return Magnitude{n < 0, n < 0 ? 0 - static_cast<Word>(n) : static_cast<Word>(n)};
  }
  if (!is_bignum(v) || bignum_length(v) > 2) return std::nullopt;
  Word bits = 0;
  for (Word i = 0; i < bignum_length(v); ++i) bits = bits << 32 | bignum_digit(v, i);
  return Magnitude{bignum_negative(v), bits};
}

}  // namespace

std::optional<SignedWord> signed_in_range(Value v, SignedWord least, SignedWord greatest) {
  std::optional<Magnitude> const m = magnitude(v);
  Word const limit = Word{1} << 63;
  if (!m || m->bits > limit || (m->bits == limit && !m->negative)) return std::nullopt;
  auto const n = static_cast<SignedWord>(m->negative ? 0 - m->bits : m->bits);
  return n >= least && n <= greatest ? std::optional(n) : std::nullopt;
}

std::optional<Word> unsigned_in_range(Value v, Word greatest) {
  std::optional<Magnitude> const m = magnitude(v);
  return m && !m->negative && m->bits <= greatest ? std::optional(m->bits) : std::nullopt;
}

std::optional<double> real_value(Value v) {
  bool const real = is_fixnum(v) || is_flonum(v) || is_bignum(v) || is_ratnum(v);
  return real ? std::optional(kernel::real_to_double(v)) : std::nullopt;
}

std::optional<Symbol> Conversion<Symbol>::from_scheme(const ApiContext&, Value v) {
  if (!is_symbol(v)) return std::nullopt;
  Value const name = field<Value>(v, layout::symbol_name);
  if (is_string(name)) return Symbol{string_utf8(name)};
  // A gensym's name is a pair, whose cdr is the name that is printed, or #f.
  if (is_pair(name) && is_string(cdr(name))) return Symbol{string_utf8(cdr(name))};
  return std::nullopt;
}

}  // namespace coracle
