// Entries for random numbers: the generator behind (random n), whose state is 32 bits of the thread
// context, and pseudo-random generators, which are records of the image.
//
// Invariants: programs see which numbers follow from a seed, so the recurrences, their constants and the
// bits that are taken from them are part of the protocol, not a choice.
// Must not know: who else uses the thread context.
#pragma once

#include "vm/exec/thread.h"

namespace coracle::kernel {

/// A fixnum from 0 up to (not including) a positive fixnum.
Value random_fixnum(Thread& t, Value limit);
Value random_flonum(Thread& t, Value limit);
std::uint32_t random_seed(Thread& t);
void set_random_seed(Thread& t, std::uint32_t seed);

// --- Pseudo-random generators: L'Ecuyer's MRG32k3a, two linear recurrences of three doubles each.
void random_state_init(Thread& t, Value state, std::uint32_t seed);
/// From 0 up to (not including) `limit`, which is at most 4294967087.
Word random_state_next_integer(Thread& t, Value state, Word limit);
/// In the open interval from 0 to 1.
double random_state_next_double(Thread& t, Value state);
/// Whether these six numbers are a state.
bool random_state_check(Thread& t, double x10, double x11, double x12, double x20, double x21,
                        double x22);

}  // namespace coracle::kernel
