// Entries for exact integers, and the conversions to words that other entries need.
//
// The entries' parameters are those of the image's foreign-procedure declarations; most entries are called
// after the image's own checks and its cases for fixnums. What they compute is in bignum.h and bits.h.
// Must not know: flonums.
#pragma once

#include "vm/exec/thread.h"

namespace coracle::kernel {

enum class WordConversion : std::uint8_t { done, out_of_range, not_an_integer };
/// The low 64 bits of an exact integer from -2^63 to 2^64 - 1: what Scheme passes to C as an integer of
/// a pointer's size, signed or not.
WordConversion exact_integer_word(Value v, SignedWord& result);
/// The same for -2^31 to 2^32 - 1.
WordConversion exact_integer_word32(Value v, std::int32_t& result);

// --- (cs)Sinteger_value and the like: the same, with an error for what doesn't fit.
SignedWord integer_value(Thread& t, Value v);
std::int32_t integer32_value(Thread& t, Value v);
SignedWord integer64_value(Thread& t, Value v);
/// A self-test: host integers around the limits of 32 bits, fixnums and 64 bits are converted to Values
/// and back.
void test_integer_conversions(Thread& t);

// --- Arithmetic.
SignedWord fxmul(Thread& t, SignedWord x, SignedWord y);
SignedWord fxdiv(Thread& t, SignedWord x, SignedWord y);
Value integer_add(Thread& t, Value x, Value y);
Value integer_subtract(Thread& t, Value x, Value y);
Value integer_multiply(Thread& t, Value x, Value y);
Value integer_negate(Thread& t, Value x);
/// x / y as an integer or a ratnum.
Value integer_ratio(Thread& t, Value x, Value y);
Value integer_quotient(Thread& t, Value x, Value y);
Value integer_remainder(Thread& t, Value x, Value y);
/// A pair of quotient and remainder.
Value integer_quotient_remainder(Thread& t, Value x, Value y);
Value integer_gcd(Thread& t, Value x, Value y);
/// The ratnum of a numerator and a denominator in lowest terms.
Value rational(Thread& t, Value n, Value d);

// --- The same for bignums of any size: interrupts end them (long_operation.h).
Value long_product(Thread& t, Value x, Value y);
Value long_quotient(Thread& t, Value x, Value y);
Value long_remainder(Thread& t, Value x, Value y);
Value long_quotient_remainder(Thread& t, Value x, Value y);
Value long_gcd(Thread& t, Value x, Value y);

// --- Comparison and counts, of bignums.
bool big_equal(Thread& t, Value x, Value y);
bool big_less(Thread& t, Value x, Value y);
Value big_odd(Thread& t, Value x);
Value integer_length(Thread& t, Value x);
Value big_first_bit_set(Thread& t, Value x);
/// A lower bound, less than a digit away: the image keeps a digit more where it matters.
Value big_trailing_zero_bits(Thread& t, Value x);

// --- Bits. An index is a fixnum.
Value integer_and(Thread& t, Value x, Value y);
Value integer_or(Thread& t, Value x, Value y);
Value integer_xor(Thread& t, Value x, Value y);
Value integer_not(Thread& t, Value x);
Value integer_test(Thread& t, Value x, Value y);
Value integer_bit(Thread& t, Value index, Value x);
Value integer_clear_bit(Thread& t, Value index, Value x);
Value integer_set_bit(Thread& t, Value index, Value x);
Value integer_shift(Thread& t, Value x, Value count);
Value big_positive_bit_field(Thread& t, Value x, Value start, Value end);
/// The arity check of a wrapper procedure, called by compiled code with its operands in the thread
/// context: ac0 the number of arguments, not tagged; ts the mask, a bignum, and then the answer.
void bignum_mask_test(Thread& t);

}  // namespace coracle::kernel
