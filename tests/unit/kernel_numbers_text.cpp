// Numbers as text: integers against GMP's, decimals against the C library's.
#include <bit>
#include <cmath>
#include <cstdlib>
#include <functional>

#include "tests/unit/kernel_numbers.h"
#include "vm/kernel/numbers/bignum.h"
#include "vm/kernel/numbers/numerals.h"

namespace coracle {
namespace {

using namespace kernel;

/// GMP's text in a radix, as Scheme writes it.
std::string reference_text(const Reference& r, int radix) {
  std::vector<char> buffer(mpz_sizeinbase(r, radix) + 2);
  mpz_get_str(buffer.data(), -radix, r);  // a negative radix: letters in upper case
  return buffer.data();
}

struct Text : MachineFixture {
  std::string text_of(Value n, int radix) {
    Value const s = numeral(t, n, make_fixnum(radix));
    std::string result;
    for (Word i = 0; i < string_length(s); ++i) result += static_cast<char>(string_ref(s, i));
    return result;
  }
  /// unbound_value if the text is left to the image.
  Value value_of(std::string_view text, SignedWord radix) {
    Value const s = make_string_utf8(t, text);
    return numeral_value(t, s, make_fixnum(static_cast<SignedWord>(text.size())),
                         make_fixnum(radix));
  }
  void compare(const Reference& magnitude, int radix) {
    std::string const expected = reference_text(magnitude, radix);
    Value const value = magnitude.value(t);
    CHECK_MESSAGE(text_of(value, radix) == expected, "in radix ", radix);
    for (bool negative : {false, true}) {
      std::string const padded = (negative ? "-" : "") + std::string(40, '0') + expected;
      Reference signed_value(magnitude);
      if (negative) mpz_neg(signed_value, signed_value);
      Value const read = value_of(padded, radix);
      REQUIRE(read != unbound_value);
      CHECK_MESSAGE(Reference::of(read) == signed_value, "in radix ", radix);
    }
  }
};

}  // namespace

TEST_CASE_FIXTURE(Text, "numerals: integers around the limits of representations in every radix") {
  Operands operands(1);
  for (int i = 0; i < 3000; ++i) {
    Reference n = operands.edge_integer();
    mpz_abs(n, n);
    compare(n, 2 + i % 35);
  }
}

TEST_CASE_FIXTURE(Text, "numerals: powers of the radix and their neighbours") {
  for (unsigned long radix = 2; radix <= 36; ++radix) {
    for (unsigned long exponent : {1, 19, 40, 64, 500, 3000}) {
      Reference n;
      mpz_ui_pow_ui(n, radix, exponent);
      compare(n, static_cast<int>(radix));
      mpz_sub_ui(n, n, 1);
      compare(n, static_cast<int>(radix));
    }
  }
}

TEST_CASE_FIXTURE(Text, "numerals: integers of every size up to a million digits") {
  Operands operands(2);
  for (int i = 0; i < 40; ++i) {
    Reference n = operands.integer(operands.below(3'321'929) >> operands.below(16));
    mpz_abs(n, n);
    compare(n, i % 2 == 0 ? 10 : static_cast<int>(2 + operands.below(35)));
  }
}

TEST_CASE_FIXTURE(Text, "numerals: what is read") {
  std::string const digits = std::string(50, '0') + "123";
  CHECK(value_of(digits, 10) == make_fixnum(123));
  CHECK(value_of("+" + digits, 10) == make_fixnum(123));
  CHECK(value_of("-" + digits, 10) == make_fixnum(-123));
  CHECK(value_of("#x" + digits, 10) == make_fixnum(0x123));
  CHECK(value_of("#O-" + digits, 10) == make_fixnum(-0123));
  CHECK(value_of("#d" + digits, 16) == make_fixnum(123));
  CHECK(value_of("#B" + std::string(50, '0') + "101", 10) == make_fixnum(5));
  CHECK(value_of(std::string(50, '0') + "zZ", 36) == make_fixnum(35 * 36 + 35));
  CHECK(value_of(std::string(50, '0'), 10) == make_fixnum(0));
  CHECK(value_of("-" + std::string(50, '0'), 10) == make_fixnum(0));
  // Nothing past the given length, which may be less than the string's.
  Value const s = make_string_utf8(t, digits + "4x");
  CHECK(numeral_value(t, s, make_fixnum(54), make_fixnum(10)) == make_fixnum(1234));
}

TEST_CASE_FIXTURE(Text, "numerals: prefixes of exactness") {
  std::string const digits = std::string(50, '0') + "11";
  for (const char* exact : {"#e", "#E", "#d#e", "#e#d"})
    CHECK(value_of(exact + digits, 10) == make_fixnum(11));
  CHECK(value_of("#x#e-" + digits, 10) == make_fixnum(-17));
  for (const char* inexact : {"#i", "#I", "#d#i", "#i#D"}) {
    CHECK(flonum_value(value_of(inexact + digits, 10)) == 11.0);
  }
  CHECK(flonum_value(value_of("#i#b-" + digits, 10)) == -3.0);
  CHECK(std::signbit(flonum_value(value_of("#i-" + std::string(50, '0'), 10))));
}

TEST_CASE_FIXTURE(Text, "numerals: ratios") {
  std::string const zeros(50, '0');
  auto const ratio = value_of("-" + zeros + "6/" + zeros + "4", 10);
  REQUIRE(is_ratnum(ratio));
  CHECK(field<Value>(ratio, layout::ratnum_numerator) == make_fixnum(-3));
  CHECK(field<Value>(ratio, layout::ratnum_denominator) == make_fixnum(2));
  CHECK(value_of(zeros + "6/3", 10) == make_fixnum(2));
  CHECK(value_of("-" + zeros + "/3", 10) == make_fixnum(0));
  CHECK(flonum_value(value_of("#i-" + zeros + "1/3", 10)) == -1.0 / 3);
  CHECK(std::signbit(flonum_value(value_of("#i-" + zeros + "/3", 10))));
}

TEST_CASE_FIXTURE(Text, "numerals: decimals, as the C library reads them") {
  Operands operands(3);
  for (int i = 0; i < 2000; ++i) {
    std::string digits = reference_text(operands.integer(operands.below(4000)), 10);
    std::erase(digits, '-');
    digits.insert(0, 40, '0');
    digits.insert(operands.below(digits.size() + 1), 1, '.');
    auto const length = static_cast<int>(digits.size());
    std::string const text = (i % 2 == 0 ? "-" : "") + digits + "e" +
                             std::to_string(static_cast<int>(operands.below(700)) - 350 -
                                            static_cast<int>(operands.below(length)));
    Value const v = value_of(text, 10);
    REQUIRE(v != unbound_value);
    CHECK_MESSAGE(std::bit_cast<Word>(flonum_value(v)) ==
                      std::bit_cast<Word>(std::strtod(text.c_str(), nullptr)),
                  text);
  }
}

TEST_CASE_FIXTURE(Text, "numerals: exact decimals") {
  std::string const zeros(50, '0');
  CHECK(value_of("#e" + zeros + "15.e1", 10) == make_fixnum(150));
  CHECK(value_of("#e-" + zeros + "1.5E+1", 10) == make_fixnum(-15));
  CHECK(value_of("#e-." + zeros + "e9", 10) == make_fixnum(0));
  Value const tenth = value_of("#e" + zeros + "12.50e-1", 10);
  REQUIRE(is_ratnum(tenth));
  CHECK(field<Value>(tenth, layout::ratnum_numerator) == make_fixnum(5));
  CHECK(field<Value>(tenth, layout::ratnum_denominator) == make_fixnum(4));
}

TEST_CASE_FIXTURE(Text, "numerals: what is left to the image") {
  std::string const digits(60, '7');
  for (const std::string& text : {std::string("777"),
                                  digits + "a",
                                  "+-" + digits,
                                  digits + "-",
                                  "#" + digits,
                                  "#e#e" + digits,
                                  "#x#b" + digits,
                                  "#e#i" + digits,
                                  "#e#x#e" + digits,
                                  "#10r" + digits,
                                  "#b" + digits,
                                  "#x" + digits + ".7",
                                  " " + digits,
                                  digits + "/",
                                  digits + "/0",
                                  digits + "/-7",
                                  "/" + digits,
                                  digits + "/7e1",
                                  digits + ".7.7",
                                  digits + ".7/7",
                                  digits + "e",
                                  digits + "e+",
                                  digits + "e+-7",
                                  digits + "e7.",
                                  digits + ".7#",
                                  digits + "|53",
                                  "." + std::string(50, '.'),
                                  "+." + std::string(50, 'e'),
                                  "#e" + digits + "e10000001",
                                  "#e" + digits + "e-99999999999999999999",
                                  digits + "i",
                                  digits + ":",
                                  digits + "@",
                                  digits + "[",
                                  digits + "`",
                                  digits + "{"}) {
    CHECK_MESSAGE(value_of(text, 10) == unbound_value, text);
  }
  for (SignedWord radix : {SignedWord{0}, SignedWord{1}, SignedWord{37}, most_negative_fixnum}) {
    CHECK(value_of(digits, radix) == unbound_value);
  }
  Value const s = make_string_utf8(t, digits);
  CHECK(numeral_value(t, s, make_fixnum(61), make_fixnum(10)) == unbound_value);
  CHECK(numeral_value(t, s, make_fixnum(-1), make_fixnum(10)) == unbound_value);
  CHECK(numeral_value(t, nil, make_fixnum(60), make_fixnum(10)) == unbound_value);
  CHECK(numeral_value(t, s, nil, make_fixnum(10)) == unbound_value);
  CHECK(numeral_value(t, s, make_fixnum(60), make_flonum(t, 10.0)) == unbound_value);
}

TEST_CASE_FIXTURE(Text, "numerals: values that have no text are refused") {
  auto refused = [&](Value n, Value radix) {
    try {
      numeral(t, n, radix);
    } catch (const SchemeError&) {
      return true;
    }
    return false;
  };
  CHECK(refused(make_flonum(t, 1.0), make_fixnum(10)));
  CHECK(refused(make_fixnum(1), make_fixnum(37)));
  CHECK(refused(make_fixnum(1), make_fixnum(1)));
  CHECK(refused(make_fixnum(1), nil));
}

}  // namespace coracle
