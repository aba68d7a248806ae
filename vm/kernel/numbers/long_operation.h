// Operations of GMP that can end before they are done: because of a keyboard interrupt, because the
// program around the machine wants its call to end, or because the host has no memory for them.
//
// GMP itself offers no way out. But it asks for scratch memory again and again: in a product of numbers
// of 10^6 limbs at least every 0.33 s, of 5*10^6 limbs every 0.85 s (GMP 6.2.1, on an Intel Xeon), and mostly
// more often in quotients, common divisors and text. It is left there by longjmp, over frames of C that own
// nothing but the scratch memory, which is freed here.
// Invariants: GMP's functions mpn_* keep no state of their own between or during calls, so nothing is
// left half-done. Memory that GMP takes outside such an operation, perhaps for other users in the
// process, is not our concern and comes from where it came before.
// Must not know: what is computed.
#pragma once

#include <utility>

#include "vm/exec/thread.h"

namespace coracle::kernel {

/// What an operation does about interrupts.
enum class Interrupts : std::uint8_t {
  wait,  // they are handled after it
  end,   // they end it (Interrupted)
};

/// Thrown where an operation ended because of an interrupt.
struct Interrupted {};

namespace long_operation_detail {
/// Calls work(argument), which calls GMP's functions and owns nothing. If there is a thread, its
/// interrupts end the work.
void run(const Thread* interruptible, void (*work)(void*), void* argument);
void serve_interrupt(Thread& t);
}  // namespace long_operation_detail

/// The result of an entry's body. If the body was interrupted, the entry is called again when the image
/// has handled the interrupt.
template <class F>
Value interruptible(Thread& t, F&& body) {
  try {
    return body();
  } catch (const Interrupted&) {
    long_operation_detail::serve_interrupt(t);
    return void_value;  // not used
  }
}

/// Uses timer ticks for a product or quotient of numbers of so many digits. Throws Interrupted if the
/// program around the machine grants the call fewer.
void use_fuel_for_product(Thread& t, Word longer, Word shorter, Interrupts interrupts);

/// Runs `work`, which calls GMP's functions for operands of so many limbs. It may be left half-way
/// (OutOfMemory, or Interrupted if there is a thread), so it must own nothing, and what it has written is
/// then not used.
template <class F>
void run_gmp(const Thread* interruptible, Word limbs, F work) {
  constexpr Word short_work = 10'000;  // about 10 ms
  if (limbs <= short_work) {
    work();
  } else {
    long_operation_detail::run(
        interruptible, [](void* f) { (*static_cast<F*>(f))(); }, &work);
  }
}
template <class F>
void run_gmp(Thread& t, Interrupts interrupts, Word limbs, F work) {
  run_gmp(interrupts == Interrupts::end ? &t : nullptr, limbs, std::move(work));
}

}  // namespace coracle::kernel
