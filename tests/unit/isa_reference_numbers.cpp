// See the header; nothing here is meant to be fast.
#include "tests/unit/isa_reference_numbers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstring>

namespace coracle::test {
namespace {

/// A two's complement number of 128 bits, in digits of 8 bits, lowest first.
struct Digits {
  static constexpr std::size_t count = 16;
  std::array<unsigned, count> digit{};

  static Digits of_signed(std::uint64_t value) {
    Digits result;
    for (std::size_t i = 0; i < 8; i += 1) result.digit[i] = (value >> (8 * i)) % 256;
    const unsigned sign = result.digit[7] >= 128 ? 255 : 0;
    for (std::size_t i = 8; i < count; i += 1) result.digit[i] = sign;
    return result;
  }
  Exact exact() const {
    Exact result{0, false};
    for (std::size_t i = 8; i-- > 0;) result.low = result.low * 256 + digit[i];
    const unsigned sign = digit[7] >= 128 ? 255 : 0;
    for (std::size_t i = 8; i < count; i += 1) result.overflows |= digit[i] != sign;
    return result;
  }
  friend Digits operator+(const Digits& a, const Digits& b) {
    Digits result;
    unsigned carry = 0;
    for (std::size_t i = 0; i < count; i += 1) {
      const unsigned sum = a.digit[i] + b.digit[i] + carry;
      result.digit[i] = sum % 256;
      carry = sum / 256;
    }
    return result;
  }
  Digits negated() const {
    Digits result;
    for (std::size_t i = 0; i < count; i += 1) result.digit[i] = 255 - digit[i];
    Digits one;
    one.digit[0] = 1;
    return result + one;
  }
  friend Digits operator*(const Digits& a, const Digits& b) {
    Digits result;
    for (std::size_t i = 0; i < count; i += 1) {
      Digits row;
      unsigned carry = 0;
      for (std::size_t j = 0; i + j < count; j += 1) {
        const unsigned product = a.digit[i] * b.digit[j] + carry;
        row.digit[i + j] = product % 256;
        carry = product / 256;
      }
      result = result + row;
    }
    return result;
  }
};

using Bits = std::bitset<64>;
constexpr std::size_t sign_bit = 63;

std::uint64_t bits_from(const Bits& bits) { return bits.to_ullong(); }

/// A floating-point number taken apart: (-1)^negative * mantissa * 2^exponent.
struct Parts {
  bool negative;
  std::uint64_t mantissa;
  int exponent;
};

/// The bits of the nearest number with `digits` bits of mantissa, ties to even; `least` is the
/// exponent of its smallest denormal, `greatest` that of its greatest number.
std::uint64_t compose(const Parts& parts, int digits, int least, int greatest) {
  if (parts.mantissa == 0) return 0;
  const int top = 63 - std::countl_zero(parts.mantissa) + parts.exponent;  // of the leading bit
  int unit = std::max(top - digits + 1, least);                            // of the last bit kept
  std::uint64_t kept = parts.mantissa;
  const int drop = unit - parts.exponent;
  if (drop > 0) {
    const std::uint64_t whole = drop > 63 ? 0 : parts.mantissa >> drop;
    bool half = false;  // the highest bit that is dropped
    bool rest = false;
    for (int i = 0; i < std::min(drop, 64); i += 1) {
      const bool bit = (parts.mantissa >> i & 1) != 0;
      if (i == drop - 1) {
        half = bit;
      } else {
        rest |= bit;
      }
    }
    kept = whole + (half && (rest || whole % 2 == 1) ? 1 : 0);
  } else {
    kept <<= -drop;
  }
  if (kept >> digits != 0) {
    kept >>= 1;
    unit += 1;
  }
  const std::uint64_t hidden = std::uint64_t{1} << (digits - 1);
  const auto all_ones = static_cast<unsigned>(greatest - least + 2);
  if (unit > greatest) return std::uint64_t{all_ones} << (digits - 1);  // infinity
  if (kept < hidden) return kept;                                       // zero or a denormal
  return (std::uint64_t{static_cast<unsigned>(unit - least + 1)} << (digits - 1)) + (kept - hidden);
}

constexpr std::uint64_t double_sign = std::uint64_t{1} << 63;
std::uint64_t compose_double(const Parts& parts) {
  return compose(parts, 53, -1074, 971) | (parts.negative ? double_sign : 0);
}

}  // namespace

Exact exact_sum(std::uint64_t a, std::uint64_t b) {
  return (Digits::of_signed(a) + Digits::of_signed(b)).exact();
}
Exact exact_difference(std::uint64_t a, std::uint64_t b) {
  return (Digits::of_signed(a) + Digits::of_signed(b).negated()).exact();
}
Exact exact_product(std::uint64_t a, std::uint64_t b) {
  return (Digits::of_signed(a) * Digits::of_signed(b)).exact();
}

std::uint64_t exact_quotient(std::uint64_t a, std::uint64_t b) {
  if (b == 0) return 0;
  const bool a_negative = Bits(a)[sign_bit];
  const bool b_negative = Bits(b)[sign_bit];
  const Bits dividend(a_negative ? 0 - a : a);
  const std::uint64_t divisor = b_negative ? 0 - b : b;
  Bits quotient;
  std::uint64_t remainder = 0;
  for (std::size_t i = 64; i-- > 0;) {
    remainder = remainder * 2 + (dividend[i] ? 1 : 0);
    quotient[i] = remainder >= divisor;
    if (quotient[i]) remainder -= divisor;
  }
  const std::uint64_t result = bits_from(quotient);
  return a_negative == b_negative ? result : 0 - result;
}

int compare_unsigned(std::uint64_t a, std::uint64_t b) {
  const Bits x(a), y(b);
  for (std::size_t i = 64; i-- > 0;)
    if (x[i] != y[i]) return x[i] ? 1 : -1;
  return 0;
}
int compare_signed(std::uint64_t a, std::uint64_t b) {
  return compare_unsigned(bits_from(Bits(a).flip(sign_bit)), bits_from(Bits(b).flip(sign_bit)));
}

std::uint64_t shift_left(std::uint64_t value, std::uint64_t count) {
  const Bits from(value);
  Bits to;
  for (std::size_t i = count % 64; i < 64; i += 1) to[i] = from[i - count % 64];
  return bits_from(to);
}
std::uint64_t shift_right(std::uint64_t value, std::uint64_t count, Fill fill) {
  const Bits from(value);
  Bits to;
  for (std::size_t i = 0; i < 64; i += 1) {
    const std::size_t source = i + count % 64;
    to[i] = source < 64 ? from[source] : fill == Fill::sign && from[sign_bit];
  }
  return bits_from(to);
}
std::uint64_t shift_in_memory(std::uint64_t value, std::uint64_t count) {
  // Place of the bit that is the nth by address: within a byte the order is that of the bytes.
  const auto place = [](std::size_t n) {
    return std::endian::native == std::endian::little ? n : 63 - n;
  };
  const Bits from(value);
  Bits to;
  for (std::size_t n = count % 64; n < 64; n += 1) to[place(n)] = from[place(n - count % 64)];
  return bits_from(to);
}

std::uint64_t extend(std::uint64_t value, int bytes, Fill fill) {
  Bits bits(value);
  const std::size_t width = static_cast<std::size_t>(bytes) * 8;
  for (std::size_t i = width; i < 64; i += 1) bits[i] = fill == Fill::sign && bits[width - 1];
  return bits_from(bits);
}
std::uint64_t reverse_bytes(std::uint64_t value, int bytes, Fill fill) {
  std::uint64_t result = 0;
  for (int i = 0; i < bytes; i += 1) result = result * 256 + (value >> (8 * i)) % 256;
  return extend(result, bytes, fill);
}

std::uint64_t double_of_integer(std::uint64_t value) {
  const bool negative = Bits(value)[sign_bit];
  return compose_double({negative, negative ? 0 - value : value, 0});
}

std::uint64_t integer_of_double(std::uint64_t bits) {
  const bool negative = bits >= double_sign;
  const int biased = static_cast<int>(bits >> 52 & 0x7FF);
  const std::uint64_t out_of_range = double_sign;  // the least integer
  if (biased >= 1023 + 63) return out_of_range;
  if (biased < 1023) return 0;
  const std::uint64_t mantissa = (bits % (std::uint64_t{1} << 52)) + (std::uint64_t{1} << 52);
  const int exponent = biased - 1075;
  const std::uint64_t magnitude = exponent >= 0 ? mantissa << exponent : mantissa >> -exponent;
  return negative ? 0 - magnitude : magnitude;
}

std::uint64_t double_of_float(std::uint32_t bits) {
  const bool negative = bits >= 0x80000000u;
  const std::uint32_t biased = bits >> 23 & 0xFF;
  const std::uint64_t fraction = bits % 0x800000u;
  const std::uint64_t sign = negative ? double_sign : 0;
  if (biased == 0xFF) {
    const std::uint64_t quiet = fraction != 0 ? std::uint64_t{1} << 51 : 0;
    return sign | 0x7FF0000000000000u | quiet | fraction << 29;
  }
  if (biased == 0) return compose_double({negative, fraction, -149});
  return compose_double({negative, fraction + 0x800000u, static_cast<int>(biased) - 150});
}

std::uint32_t float_of_double(std::uint64_t bits) {
  const std::uint32_t sign = bits >= double_sign ? 0x80000000u : 0;
  const int biased = static_cast<int>(bits >> 52 & 0x7FF);
  const std::uint64_t fraction = bits % (std::uint64_t{1} << 52);
  if (biased == 0x7FF) {
    const auto payload = static_cast<std::uint32_t>(fraction >> 29);
    return sign | 0x7F800000u | payload | (fraction != 0 ? 0x400000u : 0);
  }
  const Parts parts = biased == 0
                          ? Parts{false, fraction, -1074}
                          : Parts{false, fraction + (std::uint64_t{1} << 52), biased - 1075};
  return sign | static_cast<std::uint32_t>(compose(parts, 24, -149, 104));
}

bool is_nan(std::uint64_t bits) { return bits << 1 > std::uint64_t{0x7FF} << 53; }

int compare_doubles(std::uint64_t a, std::uint64_t b) {
  if (is_nan(a) || is_nan(b)) return 2;
  // As integers with a sign the bits have the order of the numbers; both zeros become 0.
  const auto order = [](std::uint64_t bits) {
    return bits >= double_sign ? 0 - (bits - double_sign) : bits;
  };
  return compare_signed(order(a), order(b));
}

}  // namespace coracle::test
