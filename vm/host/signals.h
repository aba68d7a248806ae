// The signals that the process gets. Faults: faults.h.
#pragma once

#include <cstdint>
#include <memory>

namespace coracle::host {

enum class Signal : std::uint8_t { interrupt, quit, broken_pipe, window_change };
/// The host's number of a signal.
int signal_number(Signal signal);

/// Handlers that are installed while it lives; then those before are back.
class SignalHandlers {
 public:
  SignalHandlers();
  SignalHandlers(const SignalHandlers&) = delete;
  SignalHandlers& operator=(const SignalHandlers&) = delete;
  ~SignalHandlers();

  /// The handler runs while all signals wait, and calls that wait are interrupted. Null: the signal
  /// is ignored. False where the host knows no such signal, or none that can be handled.
  bool handle(int signal, void (*handler)(int));

 private:
  struct Replaced;
  std::unique_ptr<Replaced> replaced_;  // the last one, which knows the one before
};

/// Returns when all threads' stores of before are seen by all, as after a fence on each of them.
void complete_stores_of_all_threads();

}  // namespace coracle::host
