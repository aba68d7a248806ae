// Exact integers as text, for integers of any size: in time that grows little faster than their length.
// Must not know: the syntax of Scheme's numbers, beyond that of an integer.
#pragma once

#include "vm/exec/thread.h"

namespace coracle::kernel {

/// The digits of an integer's magnitude in a radix from 2 to 36, letters in upper case.
Value numeral(Thread& t, Value n, Value radix);
/// The exact integer that the first `length` characters of a string are, in a radix from 2 to 36:
/// [#x | #o | #b | #d] [sign] digit... . Unbound for all else, and for what is so short that the image
/// is as quick.
Value numeral_value(Thread& t, Value string, Value length, Value radix);

}  // namespace coracle::kernel
