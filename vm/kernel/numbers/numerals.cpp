#include "vm/kernel/numbers/numerals.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "vm/kernel/numbers/bignum.h"
#include "vm/kernel/numbers/flonums.h"

namespace coracle::kernel {
namespace {

constexpr Word least_radix = 2, greatest_radix = 36;
constexpr std::string_view digit_characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool is_radix(Value v) {
  return is_fixnum(v) && fixnum_value(v) >= SignedWord{least_radix} &&
         fixnum_value(v) <= SignedWord{greatest_radix};
}

/// The value of a digit, or greatest_radix if the character is not a digit in any radix.
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

/// The digits of an integer, the most significant first and not zero.
using Digits = std::vector<unsigned char>;

enum class Exactness : std::uint8_t { by_notation, exact, inexact };
struct Prefixes {
  Word base;
  Exactness exactness = Exactness::by_notation;
};

bool is_one_of(std::u32string_view characters, char32_t c) {
  return characters.find(c) != std::u32string_view::npos;
}

/// Reads the first characters of a string, from left to right.
class Scanner {
 public:
  Scanner(Value string, Word end) : string_(string), end_(end) {}

  bool at_end() const { return place_ == end_; }
  /// Skips the character if it comes next.
  bool take(char c) {
    bool const here = peek() == static_cast<char32_t>(c);
    if (here) ++place_;
    return here;
  }
  /// [#x | #o | #b | #d] and [#e | #i], in either order. False if there is any other prefix.
  bool read_prefixes(Prefixes& prefixes) {
    bool has_radix = false;
    while (take('#')) {
      char32_t const letter = peek();
      Word const radix = prefix_radix(letter);
      if (radix != 0 && !has_radix) {
        has_radix = true;
        prefixes.base = radix;
      } else if (is_one_of(U"eEiI", letter) && prefixes.exactness == Exactness::by_notation) {
        prefixes.exactness = is_one_of(U"eE", letter) ? Exactness::exact : Exactness::inexact;
      } else {
        return false;
      }
      ++place_;
    }
    return true;
  }
  /// Appends the digits that follow, and returns how many characters they are.
  Word read_digits(Word base, Digits& digits) {
    Word const first = place_;
    digits.reserve(digits.size() + (end_ - place_));
    for (; place_ < end_; ++place_) {
      unsigned const d = digit_value(string_ref(string_, place_));
      if (d >= base) break;
      if (d != 0 || !digits.empty()) digits.push_back(static_cast<unsigned char>(d));
    }
    return place_ - first;
  }
  /// (e | s | f | d | l) [sign] digit... ; an exponent very far from zero is cut off at `far`.
  std::optional<SignedWord> read_exponent() {
    constexpr SignedWord far = 1'000'000'000'000;
    if (!is_one_of(U"esfdlESFDL", peek())) return std::nullopt;
    ++place_;
    bool const negative = take('-');
    if (!negative) take('+');
    Word const first = place_;
    SignedWord exponent = 0;
    for (; peek() >= U'0' && peek() <= U'9'; ++place_) {
      exponent = std::min(10 * exponent + static_cast<SignedWord>(peek() - U'0'), far);
    }
    if (place_ == first) return std::nullopt;
    return negative ? -exponent : exponent;
  }

 private:
  char32_t peek() const { return at_end() ? U'\0' : string_ref(string_, place_); }

  Value string_;
  Word end_;
  Word place_ = 0;
};

Value integer_of_digits(Thread& t, const Digits& digits, Word base, bool negative) {
  if (digits.empty()) return make_fixnum(0);
  auto const most = static_cast<Word>(static_cast<double>(digits.size()) *
                                      std::log2(static_cast<double>(base)) / limb_bits) +
                    3;  // what the library's estimate adds, and one for rounding
  use_fuel_for_product(t, most * digits_per_limb, most * digits_per_limb, Interrupts::end);
  Limbs limbs(most);
  Word count = 0;
  run_gmp(t, Interrupts::end, most, [&] {
    count = static_cast<Word>(
        mpn_set_str(limbs.data(), digits.data(), digits.size(), static_cast<int>(base)));
  });
  return integer_of_limbs(t, limbs.data(), count, negative);
}

Value power_of_ten(Thread& t, SignedWord power) {
  Digits digits(static_cast<Word>(power) + 1, 0);
  digits.front() = 1;
  return integer_of_digits(t, digits, 10, false);
}

Value signed_flonum(Thread& t, double magnitude, bool negative) {
  return make_flonum(t, negative ? -magnitude : magnitude);
}

/// The digits times a power of ten; unbound if that has too many digits to be made in one piece.
Value exact_decimal(Thread& t, Digits digits, SignedWord power, bool negative) {
  constexpr SignedWord most = 10'000'000;
  if (digits.empty()) return make_fixnum(0);
  if (power > most || power < -most) return unbound_value;
  if (power > 0) digits.insert(digits.end(), static_cast<Word>(power), 0);
  Value const n = integer_of_digits(t, digits, 10, negative);
  return power < 0 ? ratio_of_integers(t, n, power_of_ten(t, -power), Interrupts::end) : n;
}

/// The flonum nearest to the digits times a power of ten, as the image gives it: if an exponent is
/// written, there is a limit beyond which only the exponent's sign counts. Nothing near that limit, where
/// the image decides by logarithms.
std::optional<double> decimal_to_double(Thread& t, Digits digits, SignedWord power,
                                        std::optional<SignedWord> exponent) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr SignedWord image_limit = 2046, near = 3;
  constexpr SignedWord all_less = -330, all_greater = 310;  // than any flonum but zero and infinity
  if (digits.empty()) return 0.0;
  // The number is less than ten to the power `size`, and at least a tenth of that.
  SignedWord const size = static_cast<SignedWord>(digits.size()) + power;
  if (exponent && std::abs(size) > image_limit - near) {
    if (std::abs(size) < image_limit + near) return std::nullopt;
    return *exponent < 0 ? 0.0 : infinity;
  }
  if (size < all_less) return 0.0;
  if (size > all_greater) return infinity;

  // A number halfway between two flonums has at most 767 digits; of the digits after those it only matters
  // whether any is not zero.
  constexpr Word significant = 770;
  if (digits.size() > significant) {
    auto const rest = digits.begin() + significant;
    bool const tail = std::any_of(rest, digits.end(), [](unsigned char d) { return d != 0; });
    power += digits.end() - rest;
    digits.erase(rest, digits.end());
    if (tail) {
      digits.push_back(1);
      --power;
    }
  }
  if (power > 0) digits.insert(digits.end(), static_cast<Word>(power), 0);
  Value const n = integer_of_digits(t, digits, 10, false);
  return power < 0 ? quotient_to_double(n, power_of_ten(t, -power)) : real_to_double(n);
}

Value text_of_integer(Thread& t, Value n, Value radix) {
  if (!is_radix(radix)) throw SchemeError{"", "~s is not a valid radix", {radix}};
  IntegerView const view(n);
  auto const base = static_cast<int>(fixnum_value(radix));
  // One digit more than the logarithm, for its rounding; and the library may write a zero in front.
  auto const most = static_cast<Word>(static_cast<double>(view.bit_length()) / std::log2(base)) + 3;
  std::vector<unsigned char> digits(most);
  Word count = 1;
  digits[0] = 0;
  if (!view.is_zero()) {
    use_fuel_for_product(t, view.digits(), view.digits(), Interrupts::end);
    Limbs limbs(view.limbs());
    view.copy_limbs(limbs.data());
    run_gmp(t, Interrupts::end, view.limbs(), [&] {
      count = mpn_get_str(digits.data(), base, limbs.data(), static_cast<mp_size_t>(view.limbs()));
    });
  }
  Word leading = 0;
  while (leading + 1 < count && digits[leading] == 0) ++leading;
  Value const string = make_string(t, count - leading);
  for (Word i = leading; i < count; ++i) {
    string_set(string, i - leading, static_cast<char32_t>(digit_characters[digits[i]]));
  }
  return string;
}

Value value_of_text(Thread& t, Value string, Value length, Value radix) {
  constexpr Word quick_by_image = 40;
  if (!is_string(string) || !is_fixnum(length) || !is_radix(radix)) return unbound_value;
  auto const end = static_cast<Word>(fixnum_value(length));
  if (end < quick_by_image || end > string_length(string)) return unbound_value;
  Scanner text(string, end);
  Prefixes prefixes{static_cast<Word>(fixnum_value(radix))};
  if (!text.read_prefixes(prefixes)) return unbound_value;
  auto const [base, exactness] = prefixes;
  bool const negative = text.take('-');
  if (!negative) text.take('+');

  Digits digits;
  Word const whole = text.read_digits(base, digits);
  // An inexact number gets its sign last, so that zero can have one, too.
  bool const inexact = exactness == Exactness::inexact;
  bool const below_zero = negative && !inexact;
  if (whole != 0 && text.at_end()) {
    Value const n = integer_of_digits(t, digits, base, below_zero);
    return inexact ? signed_flonum(t, real_to_double(n), negative) : n;
  }
  if (whole != 0 && text.take('/')) {
    Digits under;
    text.read_digits(base, under);
    if (under.empty() || !text.at_end()) return unbound_value;
    Value const n = integer_of_digits(t, digits, base, below_zero);
    Value const d = integer_of_digits(t, under, base, false);
    return inexact ? signed_flonum(t, quotient_to_double(n, d), negative)
                   : ratio_of_integers(t, n, d, Interrupts::end);
  }

  if (base != 10) return unbound_value;
  Word const fraction = text.take('.') ? text.read_digits(base, digits) : 0;
  if (whole + fraction == 0) return unbound_value;
  std::optional<SignedWord> exponent;
  if (!text.at_end()) {
    exponent = text.read_exponent();
    if (!exponent || !text.at_end()) return unbound_value;
  }
  SignedWord const power = exponent.value_or(0) - static_cast<SignedWord>(fraction);
  if (exactness == Exactness::exact) return exact_decimal(t, std::move(digits), power, negative);
  std::optional<double> const d = decimal_to_double(t, std::move(digits), power, exponent);
  return d ? signed_flonum(t, *d, negative) : unbound_value;
}

}  // namespace

Value numeral(Thread& t, Value n, Value radix) {
  return interruptible(t, [&] { return text_of_integer(t, n, radix); });
}

Value numeral_value(Thread& t, Value string, Value length, Value radix) {
  return interruptible(t, [&] { return value_of_text(t, string, length, radix); });
}

}  // namespace coracle::kernel
