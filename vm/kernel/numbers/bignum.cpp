#include "vm/kernel/numbers/bignum.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <numeric>

namespace coracle::kernel {
namespace {

mp_size_t size(Word limbs) { return static_cast<mp_size_t>(limbs); }

/// |x| + |y|, for x of at least as many limbs as y, y not zero.
Value add_magnitudes(Thread& t, const IntegerView& x, const IntegerView& y, bool negative) {
  Word const n = x.limbs();
  Limbs scratch(n + 1 + y.limbs());
  Limb* const sum = scratch.data();
  Limb* const yp = sum + n + 1;
  x.copy_limbs(sum);
  y.copy_limbs(yp);
  sum[n] = mpn_add(sum, sum, size(n), yp, size(y.limbs()));
  return integer_of_limbs(t, sum, n + 1, negative);
}

/// |x| - |y|, for |x| no less than |y|, y not zero.
Value subtract_magnitudes(Thread& t, const IntegerView& x, const IntegerView& y, bool negative) {
  Word const n = x.limbs();
  Limbs scratch(n + y.limbs());
  Limb* const difference = scratch.data();
  Limb* const yp = difference + n;
  x.copy_limbs(difference);
  y.copy_limbs(yp);
  mpn_sub(difference, difference, size(n), yp, size(y.limbs()));
  return integer_of_limbs(t, difference, n, negative);
}

Value add_signed(Thread& t, const IntegerView& x, const IntegerView& y, bool y_negative) {
  if (x.negative() == y_negative) {
    return x.limbs() >= y.limbs() ? add_magnitudes(t, x, y, y_negative)
                                  : add_magnitudes(t, y, x, y_negative);
  }
  return compare_magnitudes(x, y) >= 0 ? subtract_magnitudes(t, x, y, x.negative())
                                       : subtract_magnitudes(t, y, x, y_negative);
}

/// gcd of magnitudes, x of at least as many limbs as y, y not zero.
Value gcd_magnitudes(Thread& t, const IntegerView& x, const IntegerView& y, Interrupts interrupts) {
  Word const shift = std::min(x.trailing_zero_bits(), y.trailing_zero_bits());
  // Each operand without its factors of two: mpn_gcd requires an odd one.
  auto copy_odd = [](const IntegerView& v, Limb* to) {
    Word const zeros = v.trailing_zero_bits();
    Word const first = zeros / limb_bits;
    Word n = v.limbs() - first;
    v.copy_limbs(to, first, n);
    auto const rest = static_cast<unsigned>(zeros % limb_bits);
    if (rest != 0) mpn_rshift(to, to, size(n), rest);
    if (to[n - 1] == 0) --n;
    return n;
  };
  // The result needs no more limbs than y's odd part, and shifting it back at most as many as y has.
  Limbs scratch(x.limbs() + 3 * y.limbs() + 1);
  Limb* const xp = scratch.data();
  Limb* const yp = xp + x.limbs();
  Limb* const result = yp + y.limbs();
  Word xn = copy_odd(x, xp);
  Word yn = copy_odd(y, yp);
  Limb* longer = xp;
  Limb* shorter = yp;
  if (xn < yn) {
    std::swap(xn, yn);
    std::swap(longer, shorter);
  }
  Word const whole = shift / limb_bits;
  auto const rest = static_cast<unsigned>(shift % limb_bits);
  Word n = 0;
  if (yn == 1) {
    result[whole] = mpn_gcd_1(longer, size(xn), shorter[0]);
    n = 1;
  } else {
    run_gmp(t, interrupts, xn + yn, [&] {
      n = static_cast<Word>(mpn_gcd(result + whole, longer, size(xn), shorter, size(yn)));
    });
  }
  std::fill_n(result, whole, Limb{0});
  Limb* const top = result + whole;
  top[n] = rest == 0 ? 0 : mpn_lshift(top, top, size(n), rest);
  return integer_of_limbs(t, result, whole + n + 1, false);
}

}  // namespace

Word IntegerView::trailing_zero_digits() const {
  Word n = 0;
  while (n < digits_ && digit(n) == 0) ++n;
  return n;
}

Word IntegerView::trailing_zero_bits() const {
  if (digits_ == 0) return 0;
  Word const n = trailing_zero_digits();
  return n * digit_bits + static_cast<Word>(std::countr_zero(digit(n)));
}

Word IntegerView::copy_limbs(Limb* to) const {
  copy_limbs(to, 0, limbs());
  return limbs();
}

void IntegerView::copy_limbs(Limb* to, Word first, Word count) const {
  // A local copy of the place: for all that the compiler knows, `to` points into this object.
  Word place = end_ - 4 * first * digits_per_limb;
  Word const whole = std::min(count, digits_ / digits_per_limb - first);
  for (Word i = whole; i > 0; --i) {
    Limb limb = 0;
    for (int j = 0; j < digits_per_limb; ++j) {
      place -= 4;
      limb |= static_cast<Limb>(load<Digit>(place)) << (j * digit_bits);
    }
    *to++ = limb;
  }
  if (whole < count) *to = load<Digit>(place - 4);  // half a limb
}

Limb* Limbs::allocate(Word count) {
  // No host has memory for more, and one that overcommits would say so too late.
  constexpr Word limit = std::min<Word>(Word{1} << 36, SIZE_MAX / (2 * sizeof(Limb)));
  void* const memory = count > limit ? nullptr : std::malloc(count * sizeof(Limb));
  if (memory == nullptr) throw SchemeError{"", "out of memory", {}};
  return static_cast<Limb*>(memory);
}

void Limbs::release(Limb* limbs) { std::free(limbs); }

Value integer_of_limbs(Thread& t, const Limb* limbs, Word count, bool negative) {
  while (count != 0 && limbs[count - 1] == 0) --count;
  if (count <= 64 / limb_bits) {
    Word magnitude = 0;
    for (Word i = 0; i < count; ++i) magnitude |= static_cast<Word>(limbs[i]) << (i * limb_bits);
    auto const limit = static_cast<Word>(most_positive_fixnum) + (negative ? 1 : 0);
    if (magnitude <= limit) {
      auto const n = static_cast<SignedWord>(magnitude);
      return make_fixnum(negative ? -n : n);
    }
  }
  int const in_top = (std::bit_width(limbs[count - 1]) + digit_bits - 1) / digit_bits;
  Word const digits = (count - 1) * digits_per_limb + static_cast<Word>(in_top);
  Value const result = make_bignum(t, digits, negative);
  t.use_fuel(digits);
  // The last digit is the least significant.
  Word place = untagged(result) + layout::typed_data + 4 * digits;
  for (Word i = 0; i < count; ++i) {
    Limb const limb = limbs[i];
    int const here = i == count - 1 ? in_top : digits_per_limb;
    for (int j = 0; j < here; ++j) {
      place -= 4;
      store<Digit>(place, static_cast<Digit>(limb >> (j * digit_bits)));
    }
  }
  return result;
}

int compare_magnitudes(const IntegerView& x, const IntegerView& y) {
  if (x.digits() != y.digits()) return x.digits() < y.digits() ? -1 : 1;
  for (Word i = x.digits(); i-- > 0;) {
    Digit const a = x.digit(i);
    Digit const b = y.digit(i);
    if (a != b) return a < b ? -1 : 1;
  }
  return 0;
}

Value add_integers(Thread& t, Value x, Value y) {
  if (is_fixnum(x) && is_fixnum(y)) return make_integer(t, fixnum_value(x) + fixnum_value(y));
  IntegerView const a(x);
  IntegerView const b(y);
  if (a.is_zero()) return y;
  if (b.is_zero()) return x;
  return add_signed(t, a, b, b.negative());
}

Value subtract_integers(Thread& t, Value x, Value y) {
  if (is_fixnum(x) && is_fixnum(y)) return make_integer(t, fixnum_value(x) - fixnum_value(y));
  IntegerView const a(x);
  IntegerView const b(y);
  if (a.is_zero()) return negate_integer(t, y);
  if (b.is_zero()) return x;
  return add_signed(t, a, b, !b.negative());
}

Value negate_integer(Thread& t, Value x) {
  IntegerView const v(x);
  Limbs magnitude(v.limbs());
  Word const n = v.copy_limbs(magnitude.data());
  return integer_of_limbs(t, magnitude.data(), n, !v.negative());
}

Value multiply_integers(Thread& t, Value x, Value y, Interrupts interrupts) {
  if (is_fixnum(x) && is_fixnum(y)) {
    SignedWord product;
    if (!__builtin_mul_overflow(fixnum_value(x), fixnum_value(y), &product)) {
      return make_integer(t, product);
    }
  }
  IntegerView const a(x);
  IntegerView const b(y);
  if (a.is_zero() || b.is_zero()) return make_fixnum(0);
  const IntegerView& longer = a.limbs() >= b.limbs() ? a : b;
  const IntegerView& shorter = a.limbs() >= b.limbs() ? b : a;
  Word const xn = longer.limbs();
  Word const yn = shorter.limbs();
  use_fuel_for_product(t, longer.digits(), shorter.digits(), interrupts);
  Limbs scratch(2 * (xn + yn));
  Limb* const product = scratch.data();
  Limb* const xp = product + xn + yn;
  longer.copy_limbs(xp);
  if (x == y) {
    run_gmp(t, interrupts, xn, [&] { mpn_sqr(product, xp, size(xn)); });
  } else {
    Limb* const yp = xp + xn;
    shorter.copy_limbs(yp);
    run_gmp(t, interrupts, xn + yn, [&] { mpn_mul(product, xp, size(xn), yp, size(yn)); });
  }
  return integer_of_limbs(t, product, xn + yn, a.negative() != b.negative());
}

void divide_integers(Thread& t, Value x, Value y, Value* quotient, Value* remainder,
                     Interrupts interrupts) {
  IntegerView const n(x);
  IntegerView const d(y);
  if (d.is_zero()) throw SchemeError{"/", "undefined for ~s", {y}};
  bool const quotient_negative = n.negative() != d.negative();
  if (n.digits() <= 2 && d.digits() <= 2) {
    Limb parts[64 / limb_bits];
    auto result = [&](Word magnitude, bool negative) {
      for (Limb& part : parts) {
        part = static_cast<Limb>(magnitude);
        magnitude = limb_bits == 64 ? 0 : magnitude >> (limb_bits % 64);
      }
      return integer_of_limbs(t, parts, std::size(parts), negative);
    };
    if (quotient != nullptr) *quotient = result(n.word() / d.word(), quotient_negative);
    if (remainder != nullptr) *remainder = result(n.word() % d.word(), n.negative());
    return;
  }
  Word const nn = n.limbs();
  Word const dn = d.limbs();
  if (n.digits() < d.digits()) {
    if (quotient != nullptr) *quotient = make_fixnum(0);
    if (remainder != nullptr) *remainder = x;
    return;
  }
  use_fuel_for_product(t, n.digits() - d.digits() + 1, d.digits(), interrupts);
  Word const qn = nn - dn + 1;
  Limbs scratch(nn + dn + qn + dn);
  Limb* const np = scratch.data();
  Limb* const dp = np + nn;
  Limb* const qp = dp + dn;
  Limb* const rp = qp + qn;
  n.copy_limbs(np);
  d.copy_limbs(dp);
  run_gmp(t, interrupts, nn, [&] { mpn_tdiv_qr(qp, rp, 0, np, size(nn), dp, size(dn)); });
  if (quotient != nullptr) *quotient = integer_of_limbs(t, qp, qn, quotient_negative);
  if (remainder != nullptr) *remainder = integer_of_limbs(t, rp, dn, n.negative());
}

Value gcd_integers(Thread& t, Value x, Value y, Interrupts interrupts) {
  IntegerView const a(x);
  IntegerView const b(y);
  if (a.digits() <= 2 && b.digits() <= 2) return make_unsigned(t, std::gcd(a.word(), b.word()));
  if (a.is_zero()) return b.negative() ? negate_integer(t, y) : y;
  if (b.is_zero()) return a.negative() ? negate_integer(t, x) : x;
  const IntegerView& longer = a.digits() >= b.digits() ? a : b;
  const IntegerView& shorter = a.digits() >= b.digits() ? b : a;
  use_fuel_for_product(t, longer.digits() + shorter.digits(), shorter.digits(), interrupts);
  return gcd_magnitudes(t, longer, shorter, interrupts);
}

Value ratio_of_integers(Thread& t, Value x, Value y, Interrupts interrupts) {
  Value divisor = gcd_integers(t, x, y, interrupts);
  if (IntegerView(y).negative()) divisor = negate_integer(t, divisor);
  if (divisor == make_fixnum(1)) return make_ratnum(t, x, y);
  Value numerator;
  Value denominator;
  divide_integers(t, x, divisor, &numerator, nullptr, interrupts);
  divide_integers(t, y, divisor, &denominator, nullptr, interrupts);
  return make_ratnum(t, numerator, denominator);
}

}  // namespace coracle::kernel
