// Clocks, calendar dates, sleeping, and unique ids.
//
// A time is a pair of seconds and nanoseconds; a date is a vector (fields: time.cpp).
#pragma once

#include "vm/exec/entry.h"

namespace coracle::kernel {

/// The machine's own time starts now (real-time and monotonic times count from there). Without this call
/// it starts when it is first asked for.
void start_clock(Thread& t);

/// Milliseconds of processor time, and since the start of the clock.
Value cputime(Thread& t);
Value realtime(Thread& t);
Value clock_time(Thread& t, std::int32_t type);
/// The date vector of a time, or of now for #f; local for the zone #f. #f if there is none.
Value date_of_time(Thread& t, Value zone_offset, Value time);
/// The 24 characters of C's asctime; of now for #f. #f if there are none.
Value date_text(Thread& t, Value date);
/// The time of a date, whose fields are normalised; #f if there is none.
Value time_of_date(Thread& t, Value date);
void sleep_for(Thread& t, Value seconds, Value nanoseconds);
/// A random integer of 128 bits (a version 4 UUID).
Value unique_id(Thread& t);

}  // namespace coracle::kernel
