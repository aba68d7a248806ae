// What the subjects that talk to the operating system share: descriptors that close themselves,
// calls that a signal may interrupt, messages of errno, path names as Scheme writes them.
//
// Invariants: errno is read right after the call that set it, before anything allocates.
// Must not know: single kernel entries.
#pragma once

#include <cerrno>
#include <string>
#include <utility>

#include "vm/exec/thread.h"

namespace coracle::kernel {

/// A file descriptor that is closed when its owner goes away.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = other.release();
    }
    return *this;
  }
  ~UniqueFd() { close(); }

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  /// Closes it now: 0 or an errno value. A close that a signal interrupted counts as done: the
  /// descriptor's number may already belong to somebody else.
  int close();

 private:
  int fd_ = -1;
};

/// Repeats a system call while a signal interrupts it.
template <class F>
auto uninterrupted(F call) {
  for (;;) {
    auto const result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

/// Sees that the numbers 0, 1 and 2 are taken, so that no file that is opened later becomes the
/// console. A console that was closed still can't be used: reading 0 fails, and so does writing 1 or 2.
void reserve_console_descriptors();

/// What the C library says about an errno value.
std::string error_text(int error);
/// The same as a Scheme string: how most entries report that the operating system refused. The thread
/// keeps the number (Thread::error_number).
Value error_string(Thread& t, int error);
/// #t, or the error_string of errno: the result of an entry that only succeeds or fails.
Value success_or_error(Thread& t, bool success);

/// The path that Scheme means: ~ and ~user at its start are home directories, where there are such.
std::string expand_path(const char* path);

/// True from the moment a keyboard interrupt came until the image's event handler has taken it.
inline bool keyboard_interrupt_pending(const Thread& t) {
  return is_true(t.value(Tc::keyboard_interrupt_pending));
}

}  // namespace coracle::kernel
