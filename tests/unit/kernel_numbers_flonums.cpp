// Conversions between exact numbers and flonums: a result is right where the exact distance to its
// neighbours says so.
#include <bit>
#include <cmath>
#include <limits>

#include "tests/unit/kernel_numbers.h"
#include "vm/kernel/numbers/flonums.h"
#include "vm/kernel/numbers/integers.h"

namespace coracle {
namespace {

using namespace kernel;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest = std::numeric_limits<double>::max();

struct Ratio {
  mpq_t q;
  Ratio() { mpq_init(q); }
  explicit Ratio(double d) : Ratio() { mpq_set_d(q, d); }
  ~Ratio() { mpq_clear(q); }
  Ratio(const Ratio&) = delete;
  Ratio& operator=(const Ratio&) = delete;
};

/// Infinity counts as 2^1024, where flonums would continue if they had larger exponents.
void set_flonum(mpq_t q, double d) {
  if (std::isinf(d)) {
    mpq_set_d(q, std::ldexp(1.0, 1023));
    mpq_mul_2exp(q, q, 1);
    if (d < 0) mpq_neg(q, q);
  } else {
    mpq_set_d(q, d);
  }
}

bool is_even(double d) { return (std::bit_cast<Word>(d) & 1) == 0; }

/// Whether `d` is the flonum nearest to `exact`.
bool is_nearest(mpq_srcptr exact, double d) {
  if (std::isnan(d) || (std::signbit(d) ? 1 : 0) != (mpq_sgn(exact) < 0 ? 1 : 0)) return false;
  auto distance = [&](double e, mpq_t result) {
    set_flonum(result, e);
    mpq_sub(result, result, exact);
    mpq_abs(result, result);
  };
  Ratio own;
  Ratio other;
  distance(d, own.q);
  for (double towards : {-infinity, infinity}) {
    double const neighbour = std::nextafter(d, towards);
    if (neighbour == d) continue;
    distance(neighbour, other.q);
    int const order = mpq_cmp(own.q, other.q);
    if (order > 0 || (order == 0 && !is_even(d))) return false;
  }
  return true;
}

struct Flonums : MachineFixture {
  void check_ratio(const Reference& n, const Reference& d) {
    if (d.sign() == 0) return;
    Ratio exact;
    mpz_set(mpq_numref(exact.q), n);
    mpz_set(mpq_denref(exact.q), d);
    mpq_canonicalize(exact.q);
    double const result = real_to_double(integer_ratio(t, n.value(t), d.value(t)));
    if (!is_nearest(exact.q, result)) {
      FAIL_CHECK(n.text() << " / " << d.text() << " is not " << result);
    }
  }
  void check_integer(const Reference& n) { check_ratio(n, Reference(1)); }
};

}  // namespace

TEST_CASE_FIXTURE(Flonums, "flonums: the nearest of an integer") {
  Operands operands(21);
  for_operand_pairs(22, 3000, [&](const Reference& a, const Reference& b) {
    check_integer(a);
    check_ratio(a, b);
  });
  for (int i = 0; i < 3000; ++i) check_integer(operands.integer(operands.below(1100)));
}

TEST_CASE_FIXTURE(Flonums, "flonums: halfway between two, and just beside that") {
  // m * 2^s + half a unit in the last place, plus or minus one far below.
  Operands operands(23);
  for (int i = 0; i < 3000; ++i) {
    Reference m = operands.integer(52);
    mpz_abs(m, m);
    mpz_setbit(m, 52);
    mpz_mul_2exp(m, m, 1);
    mpz_setbit(m, 0);
    mpz_mul_2exp(m, m, operands.below(1000));
    for (SignedWord beside : {-1, 0, 1}) {
      Reference n;
      mpz_add(n, m, Reference(beside));
      check_integer(n);
      // The same around and below the least normalised flonum, 2^-1022.
      Reference d;
      mpz_setbit(d, mpz_sizeinbase(n, 2) + 1000 + operands.below(80));
      check_ratio(n, d);
      mpz_neg(n, n);
      check_ratio(n, d);
    }
  }
}

TEST_CASE_FIXTURE(Flonums, "flonums: ratios of every size") {
  Operands operands(24);
  for (int i = 0; i < 3000; ++i) {
    check_ratio(operands.integer(operands.below(1300)), operands.integer(operands.below(1300)));
    check_ratio(operands.integer(operands.below(70)), operands.integer(operands.below(1200)));
  }
}

TEST_CASE_FIXTURE(Flonums, "flonums: the ends of the range") {
  Reference power;
  mpz_setbit(power, 1024);
  CHECK(real_to_double(power.value(t)) == infinity);
  Reference half;  // a unit in the last place of the largest
  mpz_setbit(half, 970);
  Reference n;
  mpz_sub(n, power, half);
  CHECK(real_to_double(n.value(t)) == infinity);
  mpz_sub_ui(n, n, 1);
  CHECK(real_to_double(n.value(t)) == largest);
  mpz_neg(n, power);
  CHECK(real_to_double(n.value(t)) == -infinity);
  mpz_setbit(n, 1'000'000);
  CHECK(real_to_double(n.value(t)) == -infinity);

  auto inverse = [&](Word bits, SignedWord numerator) {
    Reference d;
    mpz_setbit(d, bits);
    return real_to_double(integer_ratio(t, make_fixnum(numerator), d.value(t)));
  };
  CHECK(inverse(1074, 1) == std::numeric_limits<double>::denorm_min());
  CHECK(inverse(1075, 1) == 0.0);
  CHECK(inverse(1076, 3) == std::numeric_limits<double>::denorm_min());
  CHECK(inverse(5000, 1) == 0.0);
  CHECK(std::signbit(inverse(1075, -1)));
  CHECK(inverse(1022, 1) == std::numeric_limits<double>::min());
}

TEST_CASE_FIXTURE(Flonums, "flonums: conversion of reals of other kinds") {
  CHECK(real_to_double(make_flonum(t, 2.5)) == 2.5);
  CHECK(real_to_double(make_fixnum(-3)) == -3.0);
  CHECK_THROWS_AS(real_to_double(nil), SchemeError);
  CHECK(flonum_value(inexact(t, make_fixnum(7))) == 7.0);
  CHECK(flonum_to_fixnum(t, make_flonum(t, -2.9)) == make_fixnum(-2));
  CHECK(flonum_to_fixnum(t, make_flonum(t, 0x1p59)) == make_fixnum(SignedWord{1} << 59));
  // What doesn't fit a fixnum gives some fixnum, without undefined behaviour.
  for (double d : {infinity, -infinity, std::nan(""), 1e300}) {
    CHECK(is_fixnum(flonum_to_fixnum(t, make_flonum(t, d))));
  }
}

TEST_CASE_FIXTURE(Flonums, "flonums: significand, exponent and sign") {
  auto check = [&](double d, SignedWord significand, SignedWord exponent, SignedWord sign) {
    Value const v = decode_float(t, make_flonum(t, d));
    REQUIRE(vector_length(v) == 3);
    CHECK(vector_ref(v, 0) == make_fixnum(significand));
    CHECK(vector_ref(v, 1) == make_fixnum(exponent));
    CHECK(vector_ref(v, 2) == make_fixnum(sign));
  };
  check(1.0, SignedWord{1} << 52, -52, 1);
  check(-1.5, SignedWord{3} << 51, -52, -1);
  check(0.0, 0, 0, 1);
  check(-0.0, 0, 0, -1);
  check(std::numeric_limits<double>::denorm_min(), 1, -1074, 1);
  check(std::numeric_limits<double>::min(), SignedWord{1} << 52, -1074, 1);
  check(largest, (SignedWord{1} << 53) - 1, 971, 1);
  check(infinity, SignedWord{1} << 52, 972, 1);
  CHECK_THROWS_AS(decode_float(t, make_fixnum(1)), SchemeError);
}

TEST_CASE_FIXTURE(Flonums, "flonums: rounding functions, and the order of two arguments") {
  CHECK(fl_round(t, 2.5) == 2.0);
  CHECK(fl_round(t, -3.5) == -4.0);
  CHECK(fl_truncate(t, -2.7) == -2.0);
  CHECK(fl_floor(t, -2.2) == -3.0);
  CHECK(fl_ceiling(t, 2.2) == 3.0);
  CHECK(fl_mod(t, -7.0, 3.0) == -1.0);
  CHECK(fl_expt(t, 2.0, 10.0) == 1024.0);
  CHECK(fl_log_base(t, 8.0, 2.0) == 3.0);
  CHECK(fl_atan2(t, 1.0, 0.0) == std::acos(0.0));
}

}  // namespace coracle
