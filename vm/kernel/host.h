// What the subjects that use the host (vm/host) share: its errors and paths in Scheme's form, and calls
// that wait, which signals may end.
//
// Must not know: individual kernel entries.
#pragma once

#include <optional>
#include <string>

#include "vm/exec/thread.h"
#include "vm/host/errors.h"

namespace coracle::kernel {

/// What the C library says about an errno value, as a Scheme string: how most entries report that
/// the host refused. The thread keeps the number (Thread::error_number).
Value error_string(Thread& t, int error);
/// #t, or the error_string of errno: the result of an entry that only succeeds or fails.
Value success_or_error(Thread& t, bool success);

/// A path from Scheme, expanded (host::expand_path); an error for null.
std::string expand_path(const char* path);

/// True from the moment a keyboard interrupt, or a signal that Scheme code handles, came until the image's event
/// handler has taken it.
inline bool signal_pending(const Thread& t) {
  return is_true(t.value(Tc::keyboard_interrupt_pending)) ||
         is_true(t.value(Tc::signal_interrupt_pending));
}

/// Whether Scheme code wants to know of them now.
inline bool interrupts_enabled(const Thread& t) {
  return t.value(Tc::disable_count) == make_fixnum(0);
}

/// Runs the image's handlers for the signals that are pending, inside the entry. False if one of them
/// left for another place (a break that was not continued): then the entry returns at once. Scheme code
/// that has disabled interrupts itself is not disturbed; the image's own critical section around the
/// entry doesn't count as such. A second keyboard interrupt leaves in any case.
bool handle_signals(SafePoint safe_point);

/// Makes a call that may wait for long, and makes it again after each signal that interrupts it, once
/// the image's handlers have run. Nothing if the entry is to return at once.
template <class F>
auto waiting(SafePoint safe_point, F call) -> std::optional<decltype(call())> {
  for (;;) {
    auto const result = safe_point.thread.waits.wait(call);
    if (result >= 0 || errno != EINTR) return result;
    if (!handle_signals(safe_point)) return std::nullopt;
  }
}

}  // namespace coracle::kernel
