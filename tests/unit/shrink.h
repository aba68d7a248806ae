// Making a failing sequence of steps short.
//
// shrink() leaves out what the failure doesn't need; run_apart() runs something in a process of its
// own, so that it may crash.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

namespace coracle::test {

/// A failing sequence made shorter by leaving out steps, until no single one of those that remain can be
/// left out. `fails` says whether a sequence of some of the steps fails.
template <class Step, class Fails>
std::vector<Step> shrink(std::vector<Step> steps, Fails fails) {
  for (std::size_t size = steps.size(); size > 0;) {
    bool shorter = false;
    for (std::size_t start = 0; start < steps.size();) {
      std::size_t const end = std::min(start + size, steps.size());
      std::vector<Step> part(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(start));
      part.insert(part.end(), steps.begin() + static_cast<std::ptrdiff_t>(end), steps.end());
      if (fails(part)) {
        steps = std::move(part);
        shorter = true;
      } else {
        start = end;
      }
    }
    if (size > 1) {
      size = size / 2;
    } else if (!shorter) {
      break;
    }
  }
  return steps;
}

inline constexpr unsigned seconds_apart = 300;

/// What `body` returns when it runs in a process of its own, if the host has any; if the process dies, the cause.
template <class Body>
std::string run_apart(Body body) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  pid_t const child = fork();
  if (child < 0) {
    int const error = errno;
    close(ends[0]);
    close(ends[1]);
    return error == ENOSYS ? body() : "no process";
  }
  if (child == 0) {
    close(ends[0]);
    // The test program's own handlers would report to a parent that waits for this process.
    for (int const s : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTERM}) signal(s, SIG_DFL);
    alarm(seconds_apart);
    std::string const result = body();
    for (std::size_t at = 0; at < result.size();) {
      ssize_t const n = write(ends[1], result.data() + at, result.size() - at);
      if (n <= 0) break;
      at += static_cast<std::size_t>(n);
    }
    _exit(0);
  }
  close(ends[1]);
  std::string result;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof buffer)) > 0;) {
    result.append(buffer, static_cast<std::size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return "died of signal " + std::to_string(WTERMSIG(status));
  if (WEXITSTATUS(status) != 0) return "exited with " + std::to_string(WEXITSTATUS(status));
  return result;
}

}  // namespace coracle::test
