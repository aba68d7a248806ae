// The signals that the process gets. Faults: faults.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

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
  /// For a handler that leaves by a jump: blocks what was blocked when handlers were installed.
  void unblock() const;

 private:
  struct Replaced;
  std::unique_ptr<Replaced> replaced_;  // the last one, which knows the one before
};

/// For a signal's handler: when it returns, the signal does what it does without one.
void end_by_signal(int signal);

/// While it lives, a signal that ends the process (Ctrl-C, a request to end, a terminal that is gone, a limit of
/// a file's size) removes a file first. One lives at a time.
class RemovedBySignal {
 public:
  explicit RemovedBySignal(std::string path);
  RemovedBySignal(const RemovedBySignal&) = delete;
  RemovedBySignal& operator=(const RemovedBySignal&) = delete;
  ~RemovedBySignal();

 private:
  std::string path_;
  SignalHandlers handlers_;
};

/// Returns when every thread sees the stores that any thread has made before, as after a fence on each.
void complete_stores_of_all_threads();

}  // namespace coracle::host
