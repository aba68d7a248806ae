// How the functions of vm/host fail: with a negative number, a null pointer or an empty optional, and
// errno. A facility that an implementation doesn't have fails with ENOSYS.
//
// Invariant: errno is read right after the call that set it, before anything allocates.
#pragma once

#include <cerrno>
#include <string>

namespace coracle::host {

/// What the C library says about an errno value.
std::string error_text(int error);

/// Repeats a call while a signal interrupts it. For calls that never wait for long.
template <class F>
auto uninterrupted(F call) {
  for (;;) {
    auto const result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

}  // namespace coracle::host
