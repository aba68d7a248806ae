#include "vm/kernel/numbers/integers.h"

#include "vm/kernel/numbers/bits.h"

namespace coracle::kernel {
namespace {

[[noreturn]] void refuse(const char* who, WordConversion why, Value v) {
  throw SchemeError{
      who,
      why == WordConversion::out_of_range ? "~s is out of range" : "~s is not an integer",
      {v}};
}

SignedWord word_or_refuse(const char* who, Value v) {
  SignedWord result;
  WordConversion const outcome = exact_integer_word(v, result);
  if (outcome != WordConversion::done) refuse(who, outcome, v);
  return result;
}

/// A fixnum as the index of a bit. The image passes none that is negative; one that is would just be a
/// very large index here.
Word bit_index(Value v) { return static_cast<Word>(fixnum_value(v)); }

bool both_fixnums(Value x, Value y) { return is_fixnum(Value{x.bits | y.bits}); }

Value quotient(Thread& t, Value x, Value y, Interrupts interrupts) {
  Value quotient;
  divide_integers(t, x, y, &quotient, nullptr, interrupts);
  return quotient;
}

Value remainder(Thread& t, Value x, Value y, Interrupts interrupts) {
  Value remainder;
  divide_integers(t, x, y, nullptr, &remainder, interrupts);
  return remainder;
}

Value quotient_and_remainder(Thread& t, Value x, Value y, Interrupts interrupts) {
  Value quotient;
  Value remainder;
  divide_integers(t, x, y, &quotient, &remainder, interrupts);
  return cons(t, quotient, remainder);
}

}  // namespace

WordConversion exact_integer_word(Value v, SignedWord& result) {
  if (is_fixnum(v)) {
    result = fixnum_value(v);
    return WordConversion::done;
  }
  if (!is_bignum(v)) return WordConversion::not_an_integer;
  IntegerView const view(v);
  if (view.digits() > 2) return WordConversion::out_of_range;
  Word const magnitude = view.word();
  if (view.negative() && magnitude > Word{1} << 63) return WordConversion::out_of_range;
  result = static_cast<SignedWord>(view.negative() ? ~magnitude + 1 : magnitude);
  return WordConversion::done;
}

WordConversion exact_integer_word32(Value v, std::int32_t& result) {
  if (is_bignum(v)) return WordConversion::out_of_range;
  if (!is_fixnum(v)) return WordConversion::not_an_integer;
  SignedWord const n = fixnum_value(v);
  if (n < INT32_MIN || n > SignedWord{UINT32_MAX}) return WordConversion::out_of_range;
  result = static_cast<std::int32_t>(n);
  return WordConversion::done;
}

SignedWord integer_value(Thread&, Value v) { return word_or_refuse("Sinteger_value", v); }
SignedWord integer64_value(Thread&, Value v) { return word_or_refuse("Sinteger64_value", v); }
std::int32_t integer32_value(Thread&, Value v) {
  std::int32_t result;
  WordConversion const outcome = exact_integer_word32(v, result);
  if (outcome != WordConversion::done) refuse("Sinteger32_value", outcome, v);
  return result;
}

void test_integer_conversions(Thread& t) {
  auto const check = [&](SignedWord n) {
    bool good = integer_value(t, make_integer(t, n)) == n &&
                integer64_value(t, make_unsigned(t, static_cast<Word>(n))) == n;
    if (auto const narrow = static_cast<std::int32_t>(n); narrow == n) {
      good &= integer32_value(t, make_integer(t, n)) == narrow &&
              integer32_value(t, make_unsigned(t, static_cast<std::uint32_t>(narrow))) == narrow;
    }
    if (!good) throw SchemeError{"s_test_schlib", "test of ~s failed", {make_integer(t, n)}};
  };
  for (int bits : {0, 31, 32, 60, 61, 63}) {
    Word const limit = Word{1} << bits;
    for (Word const n : {limit - 1, limit, limit + 1}) {
      check(static_cast<SignedWord>(n));
      check(static_cast<SignedWord>(~n + 1));
    }
  }
}

SignedWord fxmul(Thread&, SignedWord x, SignedWord y) {
  return static_cast<SignedWord>(static_cast<Word>(x) * static_cast<Word>(y));  // wraps around
}

SignedWord fxdiv(Thread& t, SignedWord x, SignedWord y) {
  if (y == 0) throw SchemeError{"fx/", "undefined for ~s", {make_fixnum(0)}};
  // The least integer divided by -1 overflows, and hosts differ in what they do then.
  return y == -1 ? fxmul(t, x, -1) : x / y;
}

Value integer_add(Thread& t, Value x, Value y) { return add_integers(t, x, y); }
Value integer_subtract(Thread& t, Value x, Value y) { return subtract_integers(t, x, y); }
Value integer_multiply(Thread& t, Value x, Value y) {
  return multiply_integers(t, x, y, Interrupts::wait);
}
Value integer_negate(Thread& t, Value x) { return negate_integer(t, x); }
Value integer_gcd(Thread& t, Value x, Value y) { return gcd_integers(t, x, y, Interrupts::wait); }

Value integer_ratio(Thread& t, Value x, Value y) {
  return ratio_of_integers(t, x, y, Interrupts::wait);
}

Value integer_quotient(Thread& t, Value x, Value y) { return quotient(t, x, y, Interrupts::wait); }
Value integer_remainder(Thread& t, Value x, Value y) {
  return remainder(t, x, y, Interrupts::wait);
}
Value integer_quotient_remainder(Thread& t, Value x, Value y) {
  return quotient_and_remainder(t, x, y, Interrupts::wait);
}

Value long_product(Thread& t, Value x, Value y) {
  return interruptible(t, [&] { return multiply_integers(t, x, y, Interrupts::end); });
}
Value long_quotient(Thread& t, Value x, Value y) {
  return interruptible(t, [&] { return quotient(t, x, y, Interrupts::end); });
}
Value long_remainder(Thread& t, Value x, Value y) {
  return interruptible(t, [&] { return remainder(t, x, y, Interrupts::end); });
}
Value long_quotient_remainder(Thread& t, Value x, Value y) {
  return interruptible(t, [&] { return quotient_and_remainder(t, x, y, Interrupts::end); });
}
Value long_gcd(Thread& t, Value x, Value y) {
  return interruptible(t, [&] { return gcd_integers(t, x, y, Interrupts::end); });
}

Value rational(Thread& t, Value n, Value d) { return make_ratnum(t, n, d); }

bool big_equal(Thread&, Value x, Value y) {
  IntegerView const a(x);
  IntegerView const b(y);
  return a.negative() == b.negative() && compare_magnitudes(a, b) == 0;
}

bool big_less(Thread&, Value x, Value y) {
  IntegerView const a(x);
  IntegerView const b(y);
  if (a.negative() != b.negative()) return a.negative();
  return a.negative() ? compare_magnitudes(b, a) < 0 : compare_magnitudes(a, b) < 0;
}

Value big_odd(Thread&, Value x) { return make_boolean(IntegerView(x).bit(0)); }

Value integer_length(Thread& t, Value x) { return make_unsigned(t, integer_bit_length(x)); }

Value big_first_bit_set(Thread& t, Value x) {
  return make_unsigned(t, IntegerView(x).trailing_zero_bits());
}

Value big_trailing_zero_bits(Thread& t, Value x) {
  return make_unsigned(t, IntegerView(x).trailing_zero_digits() * digit_bits);
}

Value integer_and(Thread& t, Value x, Value y) {
  if (both_fixnums(x, y)) return Value{x.bits & y.bits};
  return combine_bits(t, LogicalOperation::conjunction, x, y);
}

Value integer_or(Thread& t, Value x, Value y) {
  if (both_fixnums(x, y)) return Value{x.bits | y.bits};
  return combine_bits(t, LogicalOperation::disjunction, x, y);
}

Value integer_xor(Thread& t, Value x, Value y) {
  if (both_fixnums(x, y)) return Value{x.bits ^ y.bits};
  return combine_bits(t, LogicalOperation::exclusion, x, y);
}

Value integer_not(Thread& t, Value x) {
  if (is_fixnum(x)) return make_fixnum(~fixnum_value(x));
  return subtract_integers(t, make_fixnum(-1), x);
}

Value integer_test(Thread&, Value x, Value y) {
  if (both_fixnums(x, y)) return make_boolean((x.bits & y.bits) != 0);
  return make_boolean(share_bits(x, y));
}

Value integer_bit(Thread&, Value index, Value x) {
  return make_boolean(test_bit(x, bit_index(index)));
}
Value integer_clear_bit(Thread& t, Value index, Value x) {
  return with_bit(t, x, bit_index(index), false);
}
Value integer_set_bit(Thread& t, Value index, Value x) {
  return with_bit(t, x, bit_index(index), true);
}

Value integer_shift(Thread& t, Value x, Value count) {
  if (!is_fixnum(count)) throw SchemeError{"", "~s is not a number of bits", {count}};
  return shift_integer(t, x, fixnum_value(count));
}

Value big_positive_bit_field(Thread& t, Value x, Value start, Value end) {
  return bit_field(t, x, bit_index(start), bit_index(end));
}

void bignum_mask_test(Thread& t) {
  bool const allowed = test_bit(t.value(Tc::ts), t.word(Tc::ac0));
  t.set_value(Tc::ts, make_boolean(allowed));
}

}  // namespace coracle::kernel
