// Checks of invariants: a failed one prints what is known and aborts (CONTRIBUTING.md, Errors, 3).
#pragma once

#include <string_view>

namespace coracle {

/// Called before a failed check aborts, to print the machine's state. It is process-wide, because
/// code that holds no Vm has checks, too (CONTRIBUTING.md, law 2).
struct CheckReporter {
  void (*report)(void* context);
  void* context;
};
/// The reporter must live until it is cleared. Both functions may be called on any thread.
void set_check_reporter(const CheckReporter& reporter);
/// Forgets the reporter if it is still this one.
void clear_check_reporter(const CheckReporter& reporter);

/// Prints `message` with the source line, lets the reporter print, then aborts.
[[noreturn]] void check_failed(std::string_view message, const char* file, int line);

}  // namespace coracle

/// Checks an invariant in every build: the condition must be cheap.
#define CORACLE_CHECK(condition)                     \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::coracle::check_failed("check failed: " #condition, __FILE__, __LINE__))
/// The same, with a message.
#define CORACLE_CHECK_MESSAGE(condition, message)    \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::coracle::check_failed(message, __FILE__, __LINE__))
