// Waits that can be interrupted: for input, for the other end of a FIFO, for a lock, for another
// process, for a time.
//
// A signal interrupts a system call only once the call has begun. One that comes just before is lost, and
// checking a flag first doesn't help: the signal may come between the check and the call. So the interrupt
// of a wait is repeated until the wait is over.
//
// Must not know: why a wait is interrupted, and what comes of it.
#pragma once

#include <cerrno>
#include <memory>

namespace coracle::host {

/// The waits of one thread at a time; the thread may change between two of them.
class Waits {
 public:
  Waits();
  Waits(const Waits&) = delete;
  Waits& operator=(const Waits&) = delete;
  ~Waits();

  /// Makes the current wait, or else the next one, fail with EINTR. May be called on any thread and in
  /// signal handlers.
  void interrupt();

  /// Makes a call that may wait for long; it fails as errors.h says. EINTR comes once for any number of
  /// interrupts since the last one, and may come late: look for its cause, and wait again if there is none.
  template <class F>
  auto wait(F call) -> decltype(call()) {
    if (!begin()) {
      errno = EINTR;
      return -1;
    }
    auto const result = call();
    end(result < 0 && errno == EINTR);
    return result;
  }

 private:
  /// False if there was an interrupt since the last wait: then this one is already over.
  bool begin();
  /// Leaves errno as it is.
  void end(bool was_interrupted);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace coracle::host
