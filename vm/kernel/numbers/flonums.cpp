#include "vm/kernel/numbers/flonums.h"

#include <bit>
#include <cfloat>
#include <cmath>

#include "vm/kernel/numbers/bignum.h"

namespace coracle::kernel {
namespace {

//  63   62       52 51                                0
// +----+-----------+-----------------------------------+
// |sign| exponent  | fraction, without its leading one |
// +----+-----------+-----------------------------------+
constexpr int fraction_bits = 52;
constexpr int exponent_bias = 1023;
constexpr int largest_exponent = 1023;  // of the leading bit
constexpr int least_exponent = -1022;   // of a normalised number's leading bit
constexpr int exponent_field_mask = 0x7FF;
constexpr Word fraction_mask = (Word{1} << fraction_bits) - 1;

/// `top` times 2 to the power `exponent`, a little more if `inexact_tail`. Bit 63 of `top` is set.
double rounded(bool negative, Word top, bool inexact_tail, SignedWord exponent) {
  SignedWord const leading = exponent + 63;
  Word const sign = negative ? Word{1} << 63 : 0;
  if (leading > largest_exponent) {
    return std::bit_cast<double>(sign | static_cast<Word>(exponent_field_mask) << fraction_bits);
  }
  SignedWord drop = 63 - fraction_bits;  // bits below those that the flonum keeps
  if (leading < least_exponent) drop += least_exponent - leading;
  if (drop > 64) return std::bit_cast<double>(sign);  // less than half of the least flonum
  Word kept = drop == 64 ? 0 : top >> drop;
  Word const half = Word{1} << (drop - 1);
  bool const beyond_half = (top & (half - 1)) != 0 || inexact_tail;
  if ((top & half) != 0 && (beyond_half || (kept & 1) != 0)) ++kept;
  // Rounding up to the next power of two carries into the exponent's field, which is then right, even from
  // the greatest denormalised number to the least normalised one, and from the greatest to infinity. The
  // leading one of a normalised number carries into it, too, hence the subtraction of 1.
  if (leading >= least_exponent) {
    kept += static_cast<Word>(leading + exponent_bias - 1) << fraction_bits;
  }
  return std::bit_cast<double>(sign | kept);
}

double integer_to_double(const IntegerView& v) {
  auto const below = static_cast<SignedWord>(v.bit_length()) - 64;
  bool const tail = below > 0 && v.trailing_zero_bits() < static_cast<Word>(below);
  return rounded(v.negative(), v.bits_at<Word>(below), tail, below);
}

double ratio_to_double(const IntegerView& n, const IntegerView& d) {
  if (d.is_zero()) throw SchemeError{"/", "undefined for ~s", {make_fixnum(0)}};
  if (n.is_zero()) return 0;
  // The numerator is shifted so that the quotient has 65 or 66 bits: enough to round.
  auto const d_bits = static_cast<SignedWord>(d.bit_length());
  SignedWord const shift = 65 + d_bits - static_cast<SignedWord>(n.bit_length());
  bool tail = shift < 0 && n.trailing_zero_bits() < static_cast<Word>(-shift);
  Word const nn = static_cast<Word>(d_bits + 65 + limb_bits - 1) / limb_bits;
  Word const dn = d.limbs();
  Word const qn = nn - dn + 1;
  Limbs scratch(nn + dn + qn + dn);
  Limb* const np = scratch.data();
  Limb* const dp = np + nn;
  Limb* const qp = dp + dn;
  Limb* const rp = qp + qn;
  for (Word i = 0; i < nn; ++i) {
    np[i] = n.bits_at<Limb>(static_cast<SignedWord>(i * limb_bits) - shift);
  }
  d.copy_limbs(dp);
  // The quotient is short, so this takes little longer than reading the operands.
  run_gmp(nullptr, nn, [&] {
    mpn_tdiv_qr(qp, rp, 0, np, static_cast<mp_size_t>(nn), dp, static_cast<mp_size_t>(dn));
  });
  for (Word i = 0; i < dn && !tail; ++i) tail = rp[i] != 0;
  Word low = 0;
  for (int i = 0; i < 64 / limb_bits; ++i) low |= static_cast<Word>(qp[i]) << (i * limb_bits);
  Word const high = qp[64 / limb_bits];
  int const extra = static_cast<int>(std::bit_width(high));
  tail = tail || (low & ((Word{1} << extra) - 1)) != 0;
  return rounded(n.negative(), high << (64 - extra) | low >> extra, tail, extra - shift);
}

/// Whether both are exact as doubles, so that the host's division rounds just once.
bool divides_alike(Value n, Value d) {
  constexpr SignedWord limit = SignedWord{1} << (fraction_bits + 1);
  auto exact = [](Value v) {
    return is_fixnum(v) && fixnum_value(v) >= -limit && fixnum_value(v) <= limit;
  };
  return FLT_EVAL_METHOD == 0 && exact(n) && exact(d) && d != make_fixnum(0);
}

}  // namespace

double real_to_double(Value v) {
  if (is_flonum(v)) return flonum_value(v);
  if (is_fixnum(v)) return static_cast<double>(fixnum_value(v));
  if (is_bignum(v)) return integer_to_double(IntegerView(v));
  if (is_ratnum(v)) {
    auto const n = field<Value>(v, layout::ratnum_numerator);
    auto const d = field<Value>(v, layout::ratnum_denominator);
    if (divides_alike(n, d)) {
      return static_cast<double>(fixnum_value(n)) / static_cast<double>(fixnum_value(d));
    }
    return ratio_to_double(IntegerView(n), IntegerView(d));
  }
  throw SchemeError{"", "~s is not a real number", {v}};
}

double quotient_to_double(Value n, Value d) {
  return ratio_to_double(IntegerView(n), IntegerView(d));
}

Value inexact(Thread& t, Value x) { return make_flonum(t, real_to_double(x)); }

Value flonum_to_fixnum(Thread&, Value x) {
  double const d = flonum_value(x);
  // The image passes only flonums in range; others give what the instruction for it gives.
  bool const in_range = d >= -0x1p63 && d < 0x1p63;
  return make_fixnum(in_range ? static_cast<SignedWord>(d) : INT64_MIN);
}

Value decode_float(Thread& t, Value x) {
  if (!is_flonum(x)) throw SchemeError{"decode-float", "~s is not a float", {x}};
  auto const bits = field<Word>(x, layout::flonum_data);
  Word significand = bits & fraction_mask;
  SignedWord exponent = static_cast<SignedWord>(bits >> fraction_bits) & exponent_field_mask;
  if (exponent != 0) {
    significand |= fraction_mask + 1;
    exponent -= exponent_bias + fraction_bits;
  } else if (significand != 0) {
    exponent = least_exponent - fraction_bits;
  }
  Value const result = make_vector(t, 3);
  init_vector(result, 0, make_fixnum(static_cast<SignedWord>(significand)));
  init_vector(result, 1, make_fixnum(exponent));
  init_vector(result, 2, make_fixnum(bits >> 63 != 0 ? -1 : 1));
  return result;
}

double fl_floor(Thread&, double x) { return std::floor(x); }
double fl_ceiling(Thread&, double x) { return std::ceil(x); }
double fl_round(Thread&, double x) { return std::rint(x); }  // to even
double fl_truncate(Thread&, double x) { return std::trunc(x); }
double fl_mod(Thread&, double x, double y) { return std::fmod(x, y); }
double fl_exp(Thread&, double x) { return std::exp(x); }
double fl_log(Thread&, double x) { return std::log(x); }
double fl_log_base(Thread&, double x, double base) { return std::log(x) / std::log(base); }
double fl_expt(Thread&, double x, double y) { return std::pow(x, y); }
double fl_sqrt(Thread&, double x) { return std::sqrt(x); }
double fl_hypot(Thread&, double x, double y) { return std::hypot(x, y); }
double fl_sin(Thread&, double x) { return std::sin(x); }
double fl_cos(Thread&, double x) { return std::cos(x); }
double fl_tan(Thread&, double x) { return std::tan(x); }
double fl_asin(Thread&, double x) { return std::asin(x); }
double fl_acos(Thread&, double x) { return std::acos(x); }
double fl_atan(Thread&, double x) { return std::atan(x); }
double fl_atan2(Thread&, double y, double x) { return std::atan2(y, x); }
double fl_sinh(Thread&, double x) { return std::sinh(x); }
double fl_cosh(Thread&, double x) { return std::cosh(x); }
double fl_tanh(Thread&, double x) { return std::tanh(x); }
double fl_asinh(Thread&, double x) { return std::asinh(x); }
double fl_acosh(Thread&, double x) { return std::acosh(x); }
double fl_atanh(Thread&, double x) { return std::atanh(x); }

}  // namespace coracle::kernel
