// Numbers of any length to text and back, in time that grows little faster than the length. Interrupts
// end both entries (long_operation.h).
// Must not know: complex numbers, and what else of Scheme's syntax of numbers is left to the image.
#pragma once

#include "vm/exec/thread.h"

namespace coracle::kernel {

/// The digits of an integer's magnitude in a radix from 2 to 36, letters in upper case.
Value numeral(Thread& t, Value n, Value radix);
/// The real number that the first `length` characters of a string denote, in a radix from 2 to 36:
///   [#x | #o | #b | #d] [#e | #i] [sign] (digit... | digit.../digit... | decimal)
///   decimal: digit... with a point before, among or after them, and [(e|s|f|d|l) [sign] digit...]
/// with the prefixes in either order, and decimals in radix 10 only. Unbound for all else, for texts so
/// short that the image is as fast, and for numbers that would be too long.
Value numeral_value(Thread& t, Value string, Value length, Value radix);

}  // namespace coracle::kernel
