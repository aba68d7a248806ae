// Arithmetic for the reference, the slow and plain way.
//
// Owns: integers of 128 bits as digits, shifts and reversals as lists of bits and bytes, conversions
// of floating-point numbers on their bits. Invariants: works alike on every host.
// Must not know: instructions.
#pragma once

#include <cstdint>

namespace coracle::test {

/// The exact result of an operation on two signed words: its low 64 bits, and whether it has more.
struct Exact {
  std::uint64_t low;
  bool overflows;  // as a signed word
};
Exact exact_sum(std::uint64_t a, std::uint64_t b);
Exact exact_difference(std::uint64_t a, std::uint64_t b);
Exact exact_product(std::uint64_t a, std::uint64_t b);
std::uint64_t exact_quotient(std::uint64_t a, std::uint64_t b);

/// -1, 0 or 1.
int compare_signed(std::uint64_t a, std::uint64_t b);
int compare_unsigned(std::uint64_t a, std::uint64_t b);

enum class Fill { zero, sign };
std::uint64_t shift_left(std::uint64_t value, std::uint64_t count);
std::uint64_t shift_right(std::uint64_t value, std::uint64_t count, Fill fill);
/// Shifts the bits in the order of their addresses, as shift_left does in a little-endian word.
std::uint64_t shift_in_memory(std::uint64_t value, std::uint64_t count);

/// The low bytes of a value, reversed, with the rest filled in.
std::uint64_t reverse_bytes(std::uint64_t value, int bytes, Fill fill);
/// The low bytes of a value with the rest filled in.
std::uint64_t extend(std::uint64_t value, int bytes, Fill fill);

// Floating-point numbers by their bits.
std::uint64_t double_of_integer(std::uint64_t value);
std::uint64_t integer_of_double(std::uint64_t bits);
std::uint64_t double_of_float(std::uint32_t bits);
std::uint32_t float_of_double(std::uint64_t bits);
bool is_nan(std::uint64_t bits);
/// -1, 0 or 1, or 2 where a NaN can't be compared.
int compare_doubles(std::uint64_t a, std::uint64_t b);

}  // namespace coracle::test
