// The signals that the process gets. Faults: faults.h.
#pragma once

#include <cstdint>
#include <memory>

namespace coracle::host {

enum class Signal : std::uint8_t { interrupt, quit, broken_pipe, window_change };
/// The host's number of a signal.
int signal_number(Signal signal);

/// Signal handlers that are installed while it lives; its destructor restores those before.
class SignalHandlers {
 public:
  SignalHandlers();
  SignalHandlers(const SignalHandlers&) = delete;
  SignalHandlers& operator=(const SignalHandlers&) = delete;
  ~SignalHandlers();

  /// All signals are blocked while the handler runs, and calls that wait are interrupted. Null: the signal
  /// is ignored. False if the host has no such signal, or it can't be handled.
  bool handle(int signal, void (*handler)(int));

 private:
  struct Replaced;
  std::unique_ptr<Replaced> replaced_;  // the last one, which knows the one before
};

/// Returns when every thread sees the stores that any thread has made before, as after a fence on each.
void complete_stores_of_all_threads();

}  // namespace coracle::host
