// Numbers as text, of any length: in time that grows little faster than it.
// Interrupts end both entries (long_operation.h).
// Must not know: complex numbers, and what else of Scheme's syntax of numbers is left to the image.
#pragma once

#include "vm/exec/thread.h"

namespace coracle::kernel {

/// The digits of an integer's magnitude in a radix from 2 to 36, letters in upper case.
Value numeral(Thread& t, Value n, Value radix);
/// The real number that the first `length` characters of a string are, in a radix from 2 to 36:
///   [#x | #o | #b | #d] [#e | #i] [sign] (digit... | digit.../digit... | decimal)
///   decimal: digit... with a point among them, before or behind, and [(e|s|f|d|l) [sign] digit...]
/// the prefixes in either order, decimals in radix 10 alone. Unbound for all else, for what is so short
/// that the image is as quick, and for what would be too long.
Value numeral_value(Thread& t, Value string, Value length, Value radix);

}  // namespace coracle::kernel
