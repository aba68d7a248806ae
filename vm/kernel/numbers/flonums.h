// Entries for flonums: conversions between them and exact numbers, and the functions of the host's
// mathematical library.
//
// Invariants: a conversion to a flonum rounds once, to the nearest, and to even if two are equally near;
// beyond the largest it gives infinity. Every host rounds alike, because the rounding uses integer
// operations, or a single division of flonums that are exact.
// Must not know: the arithmetic of exact integers beyond reading them (bignum.h).
#pragma once

#include "vm/exec/thread.h"

namespace coracle::kernel {

/// The flonum nearest to a real number.
double real_to_double(Value v);
/// The flonum nearest to a quotient of exact integers, in lowest terms or not.
double quotient_to_double(Value n, Value d);

Value inexact(Thread& t, Value x);
/// A flonum as a fixnum, truncated.
Value flonum_to_fixnum(Thread& t, Value x);
/// #(significand exponent sign), straight from the bits: infinities and NaNs are not treated specially.
Value decode_float(Thread& t, Value x);

double fl_floor(Thread& t, double x);
double fl_ceiling(Thread& t, double x);
double fl_round(Thread& t, double x);
double fl_truncate(Thread& t, double x);
double fl_mod(Thread& t, double x, double y);
double fl_exp(Thread& t, double x);
double fl_log(Thread& t, double x);
double fl_log_base(Thread& t, double x, double base);
double fl_expt(Thread& t, double x, double y);
double fl_sqrt(Thread& t, double x);
double fl_hypot(Thread& t, double x, double y);
double fl_sin(Thread& t, double x);
double fl_cos(Thread& t, double x);
double fl_tan(Thread& t, double x);
double fl_asin(Thread& t, double x);
double fl_acos(Thread& t, double x);
double fl_atan(Thread& t, double x);
double fl_atan2(Thread& t, double y, double x);
double fl_sinh(Thread& t, double x);
double fl_cosh(Thread& t, double x);
double fl_tanh(Thread& t, double x);
double fl_asinh(Thread& t, double x);
double fl_acosh(Thread& t, double x);
double fl_atanh(Thread& t, double x);

}  // namespace coracle::kernel
