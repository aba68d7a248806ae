// Signals: Ctrl-C, and those for which the image registered a handler.
//
// Our signal handlers only store: a mark in the thread context that the image's event check finds, the
// signal's number in a queue, or the fact that the window changed. Everything else happens at that check,
// in Scheme.
#pragma once

#include "vm/exec/entry.h"

namespace coracle::kernel {

/// Sends the process's signals to this thread, from now until its machine goes away or another
/// thread takes them: SIGINT is a keyboard interrupt, SIGQUIT aborts the process, SIGPIPE is ignored.
/// (Faults: fault_signals.h.)
void install_signal_handlers(Thread& t);

/// A second Ctrl-C, before the image has taken the first one, must not wait for an event check that may
/// never come. True if there was one: then the error that makes the image reset itself has been raised,
/// and the entry returns at once. For entries that may run for long.
bool noncontinuable_interrupt(Thread& t);
/// True from the moment a keyboard interrupt came until the image's event handler, or the embedder, has taken it.
bool keyboard_interrupt_pending(const Thread& t);
/// True if there was one that noncontinuable_interrupt has not seen.
bool second_interrupt_pending(const Thread& t);

/// True if the image's next event check will find a signal, a keyboard interrupt or a request to stop: then
/// an entry doesn't suspend the call that runs, but returns for that check. `critical_sections`: as of a
/// Suspension.
bool event_due(const Thread& t, int critical_sections = 0);

/// How the image sees that the program around the machine (embedder.h) stops a call: as a signal of this
/// number, which no operating system has.
inline constexpr SignedWord embedder_signal = 1'000'000;
/// Makes the image's next event check ask the embedder whether its call is to be stopped, and ends a wait
/// of the thread, so that the check comes. May be called on any thread and in signal handlers.
void ask_embedder(Thread& t);
/// The same, called on the thread itself.
void ask_embedder_again(Thread& t);

/// A list of the signals that came since the last call, in order.
Value dequeue_scheme_signals(Thread& t, Word context);
void register_scheme_signal(Thread& t, SignedWord signal);
/// From now on, calls `told` with each signal whose handler is about to be changed; null: no more calls.
void tell_of_signals(Thread& t, void (*told)(int));

/// From now on, changes of the size of the terminal's window are noticed (SIGWINCH).
void watch_window(Thread& t);
/// True if there was one that has not been taken yet.
bool window_change_pending(Thread& t);
/// The same, and takes it.
bool take_window_change(Thread& t);

}  // namespace coracle::kernel
