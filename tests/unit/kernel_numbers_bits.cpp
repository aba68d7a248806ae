// Logical operations, shifts and counts of bits against GMP's, which are in two's complement too.
#include "tests/unit/kernel_numbers.h"
#include "vm/kernel/numbers/integers.h"

namespace coracle {
namespace {

using namespace kernel;

struct Bits : MachineFixture {
  static Value index(Word i) { return make_fixnum(static_cast<SignedWord>(i)); }

  void check(const char* name, Value result, const Reference& expected, const Reference& a,
             const std::string& b) {
    if (Reference::of(result) != expected) {
      FAIL_CHECK(name << " " << a.text() << " " << b << ": " << Reference::of(result).text()
                      << ", not " << expected.text());
    }
  }

  /// All operations that take an index or a count, at this one.
  void check_at(const Reference& a, Word i) {
    Value const x = a.value(t);
    std::string const at = std::to_string(i);
    Reference expected;
    bool const set = mpz_tstbit(a, i) != 0;
    CHECK(is_true(integer_bit(t, index(i), x)) == set);
    expected = a;
    mpz_setbit(expected, i);
    check("set bit", integer_set_bit(t, index(i), x), expected, a, at);
    expected = a;
    mpz_clrbit(expected, i);
    check("clear bit", integer_clear_bit(t, index(i), x), expected, a, at);
    mpz_mul_2exp(expected, a, i);
    check("shift left", integer_shift(t, x, index(i)), expected, a, at);
    mpz_fdiv_q_2exp(expected, a, i);
    check("shift right", integer_shift(t, x, make_fixnum(-static_cast<SignedWord>(i))), expected, a,
          at);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Bits, "bits: logical operations") {
  auto compare = [&](const Reference& a, const Reference& b) {
    Value const x = a.value(t);
    Value const y = b.value(t);
    Reference expected;
    mpz_and(expected, a, b);
    check("and", integer_and(t, x, y), expected, a, b.text());
    CHECK(is_true(integer_test(t, x, y)) == (expected.sign() != 0));
    mpz_ior(expected, a, b);
    check("or", integer_or(t, x, y), expected, a, b.text());
    mpz_xor(expected, a, b);
    check("xor", integer_xor(t, x, y), expected, a, b.text());
    mpz_com(expected, a);
    check("not", integer_not(t, x), expected, a, "");
  };
  for_operand_pairs(11, 5000, compare);
  Operands operands(12);
  for (int i = 0; i < 300; ++i) {
    compare(operands.integer(operands.below(5000)), operands.integer(operands.below(5000)));
  }
}

TEST_CASE_FIXTURE(Bits, "bits: tests without a bit in common, one limb apart") {
  for (Word i : {0, 31, 32, 63, 64, 100}) {
    Reference a;
    mpz_setbit(a, i);
    Reference b;
    mpz_setbit(b, i + 1);
    mpz_setbit(b, i + 200);
    CHECK(integer_test(t, a.value(t), b.value(t)) == false_value);
    mpz_com(a, a);  // all but bit i
    CHECK(integer_test(t, a.value(t), b.value(t)) == true_value);
    Reference c;
    mpz_setbit(c, i);
    CHECK(integer_test(t, a.value(t), c.value(t)) == false_value);
  }
}

TEST_CASE_FIXTURE(Bits, "bits: single bits and shifts at every distance") {
  for_operand_pairs(13, 0, [&](const Reference& a, const Reference& b) {
    if (mpz_cmp(b, Reference(3)) > 0 || b.sign() < 0) return;
    for (Word i = mpz_get_ui(b); i < 200; i += 4) check_at(a, i);
  });
  Operands operands(14);
  for (int i = 0; i < 3000; ++i) check_at(operands.edge_integer(), operands.below(900));
  for (int i = 0; i < 100; ++i) check_at(operands.integer(20'000), operands.below(25'000));
}

TEST_CASE_FIXTURE(Bits, "bits: shifts that round up to the next power of two, fields below zeros") {
  for (Word length = 1; length < 300; ++length) {
    // -(2^length - 1), whose bits are all set: shifted right, it is a power of two.
    Reference ones(1);
    mpz_mul_2exp(ones, ones, length);
    mpz_ui_sub(ones, 1, ones);
    for (Word i = 0; i < 70; ++i) check_at(ones, i);
    // 2^length + 1: zeros below the highest bit of a field.
    Reference a(1);
    mpz_mul_2exp(a, a, length);
    mpz_add_ui(a, a, 1);
    for (Word start = 0; start < 3; ++start) {
      Reference expected(start == 0 ? 1 : 0);
      check("field", big_positive_bit_field(t, a.value(t), index(start), index(length)), expected,
            a, std::to_string(start));
    }
  }
}

TEST_CASE_FIXTURE(Bits, "bits: an index far past the end gives the sign") {
  Word const far = static_cast<Word>(most_positive_fixnum);
  for (SignedWord n : {SignedWord{5}, SignedWord{-5}, most_positive_fixnum}) {
    Reference r(n);
    mpz_mul_2exp(r, r, 70);
    for (Value x : {make_fixnum(n), r.value(t)}) {
      CHECK(is_true(integer_bit(t, index(far), x)) == (n < 0));
      CHECK((n < 0 ? integer_set_bit(t, index(far), x) : integer_clear_bit(t, index(far), x)) == x);
      CHECK(integer_shift(t, x, make_fixnum(most_negative_fixnum)) == make_fixnum(n < 0 ? -1 : 0));
    }
  }
  CHECK(integer_shift(t, make_fixnum(0), index(far)) == make_fixnum(0));
}

TEST_CASE_FIXTURE(Bits, "bits: a number that no memory can hold is an error") {
  Value const far = make_fixnum(most_positive_fixnum);
  CHECK_THROWS_AS(integer_shift(t, make_fixnum(1), far), SchemeError);
  CHECK_THROWS_AS(integer_set_bit(t, far, make_fixnum(1)), SchemeError);
  CHECK_THROWS_AS(integer_clear_bit(t, far, make_fixnum(-1)), SchemeError);
}

TEST_CASE_FIXTURE(Bits, "bits: fields") {
  Operands operands(15);
  for (int i = 0; i < 5000; ++i) {
    Reference a = operands.edge_integer();
    mpz_abs(a, a);
    Word const start = operands.below(400);
    Word const end = start + 1 + operands.below(400);
    Reference expected;
    mpz_fdiv_q_2exp(expected, a, start);
    mpz_fdiv_r_2exp(expected, expected, end - start);
    check("field", big_positive_bit_field(t, a.value(t), index(start), index(end)), expected, a,
          std::to_string(start) + " " + std::to_string(end));
  }
}

TEST_CASE_FIXTURE(Bits, "bits: lengths and zeros") {
  for_operand_pairs(16, 3000, [&](const Reference& a, const Reference& b) {
    if (b.sign() == 0 && a.sign() == 0) return;
    Reference const& n = a.sign() == 0 ? b : a;
    Value const x = n.value(t);
    Reference positive = n;
    if (n.sign() < 0) mpz_com(positive, n);
    SignedWord const length =
        positive.sign() == 0 ? 0 : static_cast<SignedWord>(mpz_sizeinbase(positive, 2));
    CHECK(integer_length(t, x) == make_fixnum(length));
    auto const zeros = static_cast<SignedWord>(mpz_scan1(n, 0));
    CHECK(big_first_bit_set(t, x) == make_fixnum(zeros));
    CHECK(big_trailing_zero_bits(t, x) == make_fixnum(zeros / 32 * 32));
  });
}

TEST_CASE_FIXTURE(Bits, "bits: an arity mask that is a bignum") {
  Reference mask;
  mpz_setbit(mask, 70);
  mpz_setbit(mask, 3);
  for (bool negative : {false, true}) {
    Reference m = mask;
    if (negative) mpz_com(m, m);
    for (Word count : {0, 3, 64, 70, 71, 1000}) {
      t.set_word(Tc::ac0, count);
      t.set_value(Tc::ts, m.value(t));
      bignum_mask_test(t);
      CHECK(t.value(Tc::ts) == make_boolean(mpz_tstbit(m, count) != 0));
    }
  }
}

}  // namespace coracle
