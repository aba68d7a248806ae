#include "vm/kernel/numerals.h"

#include <array>
#include <cmath>
#include <vector>

#include "vm/kernel/bignum.h"

namespace coracle::kernel {
namespace {

constexpr Word least_radix = 2, greatest_radix = 36;
constexpr std::string_view digit_characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool is_radix(Value v) {
  return is_fixnum(v) && fixnum_value(v) >= SignedWord{least_radix} &&
         fixnum_value(v) <= SignedWord{greatest_radix};
}

/// The value of a digit, or greatest_radix where a character is none in any radix.
unsigned digit_value(char32_t c) {
  if (c >= U'0' && c <= U'9') return static_cast<unsigned>(c - U'0');
  if (c >= U'a' && c <= U'z') return static_cast<unsigned>(c - U'a') + 10;
  if (c >= U'A' && c <= U'Z') return static_cast<unsigned>(c - U'A') + 10;
  return greatest_radix;
}

/// The radix that a prefix names, or 0.
Word prefix_radix(char32_t letter) {
  switch (letter) {
    case U'x':
    case U'X': return 16;
    case U'o':
    case U'O': return 8;
    case U'b':
    case U'B': return 2;
    case U'd':
    case U'D': return 10;
    default: return 0;
  }
}

}  // namespace

Value numeral(Thread& t, Value n, Value radix) {
  if (!is_radix(radix)) throw SchemeError{"", "~s is not a valid radix", {radix}};
  IntegerView const view(n);
  auto const base = static_cast<int>(fixnum_value(radix));
  // One digit more than the logarithm, for its rounding; and the library may write a zero in front.
  auto const most = static_cast<Word>(static_cast<double>(view.bit_length()) / std::log2(base)) + 3;
  std::vector<unsigned char> digits(most);
  Word count = 1;
  digits[0] = 0;
  if (!view.is_zero()) {
    use_fuel_for_product(t, view.digits(), view.digits());
    Limbs limbs(view.limbs());
    view.copy_limbs(limbs.data());
    expect_scratch(view.limbs());
    count = mpn_get_str(digits.data(), base, limbs.data(), static_cast<mp_size_t>(view.limbs()));
  }
  Word leading = 0;
  while (leading + 1 < count && digits[leading] == 0) ++leading;
  Value const string = make_string(t, count - leading);
  for (Word i = leading; i < count; ++i) {
    string_set(string, i - leading, static_cast<char32_t>(digit_characters[digits[i]]));
  }
  return string;
}

Value numeral_value(Thread& t, Value string, Value length, Value radix) {
  constexpr Word quick_by_image = 40;
  if (!is_string(string) || !is_fixnum(length) || !is_radix(radix)) return unbound_value;
  auto const end = static_cast<Word>(fixnum_value(length));
  if (end < quick_by_image || end > string_length(string)) return unbound_value;
  auto base = static_cast<Word>(fixnum_value(radix));
  Word i = 0;
  if (string_ref(string, 0) == U'#') {
    base = prefix_radix(string_ref(string, 1));
    if (base == 0) return unbound_value;
    i = 2;
  }
  bool const negative = string_ref(string, i) == U'-';
  if (negative || string_ref(string, i) == U'+') ++i;
  std::vector<unsigned char> digits;
  digits.reserve(end - i);
  for (; i < end; ++i) {
    unsigned const d = digit_value(string_ref(string, i));
    if (d >= base) return unbound_value;
    if (d == 0 && digits.empty()) continue;
    digits.push_back(static_cast<unsigned char>(d));
  }
  if (digits.empty()) return make_fixnum(0);
  auto const most = static_cast<Word>(static_cast<double>(digits.size()) *
                                      std::log2(static_cast<double>(base)) / limb_bits) +
                    3;  // what the library's estimate adds, and one for rounding
  use_fuel_for_product(t, most * digits_per_limb, most * digits_per_limb);
  Limbs limbs(most);
  expect_scratch(most);
  auto const count = static_cast<Word>(
      mpn_set_str(limbs.data(), digits.data(), digits.size(), static_cast<int>(base)));
  return integer_of_limbs(t, limbs.data(), count, negative);
}

}  // namespace coracle::kernel
