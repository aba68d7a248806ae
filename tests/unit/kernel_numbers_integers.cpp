// The arithmetic of exact integers against GMP's.
#include <functional>

#include "tests/unit/kernel_numbers.h"
#include "vm/kernel/numbers/bignum.h"
#include "vm/kernel/numbers/integers.h"

namespace coracle {
namespace {

using namespace kernel;

struct Numbers : MachineFixture {
  /// Checks one binary entry against the reference's.
  void compare(const char* name, Value (*entry)(Thread&, Value, Value),
               void (*reference)(mpz_ptr, mpz_srcptr, mpz_srcptr), const Reference& a,
               const Reference& b) {
    Value const result = entry(t, a.value(t), b.value(t));
    Reference expected;
    reference(expected, a, b);
    if (Reference::of(result) != expected) {
      FAIL_CHECK(name << " " << a.text() << " " << b.text() << ": " << Reference::of(result).text()
                      << ", not " << expected.text());
    }
  }

  void compare_all(const Reference& a, const Reference& b) {
    compare("+", integer_add, mpz_add, a, b);
    compare("-", integer_subtract, mpz_sub, a, b);
    compare("*", integer_multiply, mpz_mul, a, b);
    compare("gcd", integer_gcd, mpz_gcd, a, b);
    if (b.sign() == 0) return;
    compare("quotient", integer_quotient, mpz_tdiv_q, a, b);
    compare("remainder", integer_remainder, mpz_tdiv_r, a, b);
    Value const both = integer_quotient_remainder(t, a.value(t), b.value(t));
    Reference q;
    Reference r;
    mpz_tdiv_qr(q, r, a, b);
    CHECK(Reference::of(car(both)) == q);
    CHECK(Reference::of(cdr(both)) == r);
  }

  std::string refusal(const std::function<void()>& body) {
    try {
      body();
    } catch (const SchemeError& e) {
      return e.who + ": " + e.message;
    }
    return "no error";
  }
};

}  // namespace

TEST_CASE_FIXTURE(Numbers, "integers: arithmetic at the edges") {
  for_operand_pairs(1, 4000, [&](const Reference& a, const Reference& b) { compare_all(a, b); });
}

TEST_CASE_FIXTURE(Numbers, "integers: arithmetic of every size up to a thousand digits") {
  Operands operands(2);
  for (int i = 0; i < 300; ++i) {
    compare_all(operands.integer(operands.below(33000)), operands.integer(operands.below(33000)));
    compare_all(operands.integer(operands.below(33000)), operands.edge_integer());
  }
}

TEST_CASE_FIXTURE(Numbers, "integers: arithmetic where GMP's fastest methods begin") {
  Operands operands(3);
  Reference const a = operands.integer(1'500'000);
  Reference const b = operands.integer(700'000);
  compare_all(a, b);
  compare_all(b, a);
  compare_all(a, a);
}

TEST_CASE_FIXTURE(Numbers, "integers: arithmetic of every size up to a million digits") {
  Operands operands(11);
  // 3'321'928 bits; sizes of all orders of magnitude are equally likely.
  auto size = [&] { return operands.below(3'321'929) >> operands.below(16); };
  for (int i = 0; i < 40; ++i) {
    Reference const a = operands.integer(size());
    compare_all(a, operands.integer(size()));
  }
}

TEST_CASE_FIXTURE(Numbers, "integers: common divisors with powers of two of every size") {
  Operands operands(4);
  for (int i = 0; i < 2000; ++i) {
    Reference const g = operands.integer(operands.below(300));
    Reference a;
    Reference b;
    mpz_mul(a, g, operands.integer(operands.below(300)));
    mpz_mul(b, g, operands.integer(operands.below(300)));
    mpz_mul_2exp(a, a, operands.below(200));
    mpz_mul_2exp(b, b, operands.below(200));
    compare("gcd", integer_gcd, mpz_gcd, a, b);
  }
}

TEST_CASE_FIXTURE(Numbers, "integers: negation, comparison, oddness") {
  for_operand_pairs(5, 2000, [&](const Reference& a, const Reference& b) {
    Value const x = a.value(t);
    Value const y = b.value(t);
    Reference minus;
    mpz_neg(minus, a);
    CHECK(Reference::of(integer_negate(t, x)) == minus);
    CHECK(big_less(t, x, y) == (mpz_cmp(a, b) < 0));
    CHECK(big_equal(t, x, y) == (mpz_cmp(a, b) == 0));
    CHECK(is_true(big_odd(t, x)) == (mpz_tstbit(a, 0) != 0));
  });
}

TEST_CASE_FIXTURE(Numbers, "integers: ratios are in lowest terms, their sign in the numerator") {
  for_operand_pairs(6, 2000, [&](const Reference& a, const Reference& b) {
    if (b.sign() == 0) return;
    Value const ratio = integer_ratio(t, a.value(t), b.value(t));
    mpq_t expected;
    mpq_init(expected);
    mpz_set(mpq_numref(expected), a);
    mpz_set(mpq_denref(expected), b);
    mpq_canonicalize(expected);
    Value n = ratio;
    Value d = make_fixnum(1);
    if (is_ratnum(ratio)) {
      n = field<Value>(ratio, layout::ratnum_numerator);
      d = field<Value>(ratio, layout::ratnum_denominator);
      CHECK(d != make_fixnum(1));
    }
    CHECK(mpz_cmp(Reference::of(n), mpq_numref(expected)) == 0);
    CHECK(mpz_cmp(Reference::of(d), mpq_denref(expected)) == 0);
    mpq_clear(expected);
  });
}

TEST_CASE_FIXTURE(Numbers,
                  "integers: a quotient of fewer digits is zero, its remainder the same object") {
  Reference a;
  mpz_ui_pow_ui(a, 3, 100);
  Reference b;
  mpz_ui_pow_ui(b, 3, 200);
  Value const x = a.value(t);
  CHECK(integer_quotient(t, x, b.value(t)) == make_fixnum(0));
  CHECK(integer_remainder(t, x, b.value(t)) == x);
}

TEST_CASE_FIXTURE(Numbers, "integers: fixnum products wrap around, quotients truncate") {
  CHECK(fxmul(t, most_positive_fixnum, 3) == most_positive_fixnum * 3);
  CHECK(fxmul(t, SignedWord{1} << 40, SignedWord{1} << 40) == 0);
  CHECK(fxdiv(t, -7, 2) == -3);
  CHECK(fxdiv(t, most_negative_fixnum, -1) == -most_negative_fixnum);
  CHECK(fxdiv(t, INT64_MIN, -1) == INT64_MIN);
}

TEST_CASE_FIXTURE(Numbers, "integers: conversions to words") {
  auto value = [&](const char* hexadecimal) {
    Reference r;
    REQUIRE(mpz_set_str(r, hexadecimal, 16) == 0);
    return r.value(t);
  };
  CHECK(integer_value(t, make_fixnum(-5)) == -5);
  CHECK(integer_value(t, value("7fffffffffffffff")) == INT64_MAX);
  CHECK(integer_value(t, value("-8000000000000000")) == INT64_MIN);
  CHECK(integer_value(t, value("-7fffffffffffffff")) == -INT64_MAX);
  CHECK(integer_value(t, value("ffffffffffffffff")) == -1);
  CHECK(integer64_value(t, value("8000000000000000")) == INT64_MIN);
  CHECK(integer32_value(t, make_fixnum(-5)) == -5);
  CHECK(integer32_value(t, make_fixnum(0xFFFFFFFF)) == -1);
  CHECK(integer32_value(t, make_fixnum(INT32_MIN)) == INT32_MIN);

  std::string const range = "~s is out of range";
  for (const char* text : {"10000000000000000", "-8000000000000001", "-ffffffffffffffff"}) {
    CHECK(refusal([&] { integer_value(t, value(text)); }) == "Sinteger_value: " + range);
    CHECK(refusal([&] { integer64_value(t, value(text)); }) == "Sinteger64_value: " + range);
    SignedWord ignored;
    CHECK(exact_integer_word(value(text), ignored) == WordConversion::out_of_range);
  }
  for (SignedWord n : {SignedWord{INT32_MIN} - 1, SignedWord{1} << 32}) {
    CHECK(refusal([&] { integer32_value(t, make_fixnum(n)); }) == "Sinteger32_value: " + range);
  }
  CHECK(refusal([&] { integer32_value(t, value("10000000000000000")); }) ==
        "Sinteger32_value: " + range);
  CHECK(refusal([&] { integer_value(t, nil); }) == "Sinteger_value: ~s is not an integer");
  CHECK(refusal([&] { integer32_value(t, make_flonum(t, 1.0)); }) ==
        "Sinteger32_value: ~s is not an integer");
}

TEST_CASE_FIXTURE(Numbers,
                  "integers: operands that aren't integers, and division by zero, are refused") {
  CHECK(refusal([&] { integer_add(t, make_fixnum(1), nil); }) == ": ~s is not an exact integer");
  CHECK(refusal([&] { integer_multiply(t, make_flonum(t, 1.0), make_fixnum(1)); }) ==
        ": ~s is not an exact integer");
  CHECK(refusal([&] { integer_quotient(t, make_fixnum(1), make_fixnum(0)); }) ==
        "/: undefined for ~s");
  CHECK(refusal([&] { fxdiv(t, 1, 0); }) == "fx/: undefined for ~s");
}

TEST_CASE_FIXTURE(Numbers, "integers: long arithmetic uses timer fuel") {
  Operands operands(7);
  Reference a;
  mpz_ui_pow_ui(a, 3, 10'000);
  Value const x = a.value(t);
  Word const digits = bignum_length(x);
  auto used = [&](auto&& body) {
    Word const full = 1'000'000'000;
    t.set_word(Tc::trap, full);
    body();
    return full - t.word(Tc::trap);
  };
  CHECK(used([&] { integer_add(t, make_fixnum(1), make_fixnum(2)); }) == 0);
  CHECK(used([&] { integer_add(t, x, x); }) == bignum_length(integer_add(t, x, x)));
  CHECK(used([&] { integer_multiply(t, x, x); }) >= digits * 64);
  CHECK(used([&] { integer_gcd(t, x, make_fixnum(12345)); }) >= digits);
  t.set_word(Tc::trap, 5);
  integer_multiply(t, x, x);
  CHECK(t.word(Tc::trap) == 1);
}

}  // namespace coracle
