// Exact integers as infinite rows of bits, in two's complement: logical operations, shifts, fields,
// counts of bits.
//
// Invariants: those of bignum.h. Magnitudes are turned into two's complement limb by limb as they are
// read, and results back as they are written; nothing is stored in that form.
// Must not know: the entries' names, flonums.
#pragma once

#include "vm/kernel/numbers/bignum.h"

namespace coracle::kernel {

enum class LogicalOperation : std::uint8_t { conjunction, disjunction, exclusion };

Value combine_bits(Thread& t, LogicalOperation operation, Value x, Value y);
/// Whether some bit is set in both.
bool share_bits(Value x, Value y);
bool test_bit(Value x, Word index);
/// x with bit `index` set or cleared; x itself if it already is.
Value with_bit(Thread& t, Value x, Word index, bool set);
/// x times 2 to the power `count`, rounded towards minus infinity.
Value shift_integer(Thread& t, Value x, SignedWord count);
/// Bits [start, end) of a non-negative x.
Value bit_field(Thread& t, Value x, Word start, Word end);
/// The number of bits below the infinite row of the sign.
Word integer_bit_length(Value x);

}  // namespace coracle::kernel
