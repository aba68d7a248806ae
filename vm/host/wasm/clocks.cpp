// WebAssembly itself has no clock: these are JavaScript's.
#include "vm/host/clocks.h"

#include <emscripten/em_js.h>
#include <time.h>  // NOLINT(modernize-deprecated-headers): clock_gettime is POSIX's

#include <cmath>

namespace coracle::host {

// clang-format off
/// The processor time that the program has taken, in milliseconds. A browser doesn't tell: there it is the
/// time since the page began.
EM_JS(double, coracle_processor_time, (), {
  if (!ENVIRONMENT_IS_NODE) return performance.now();
  const usage = process.cpuUsage();
  return (usage.user + usage.system) / 1000;
})

/// Waits without using the processor; not at all where a page's main thread must not wait.
EM_JS(void, coracle_wait, (double milliseconds), {
  if (ENVIRONMENT_IS_WEB) return;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
})
// clang-format on

std::optional<Time> now(Clock clock) {
  if (clock == Clock::process || clock == Clock::thread) {
    double const time = coracle_processor_time();
    double const seconds = std::floor(time / 1000);
    return Time{static_cast<std::int64_t>(seconds),
                static_cast<std::int32_t>((time - seconds * 1000) * 1e6)};
  }
  timespec time{};
  if (::clock_gettime(clock == Clock::real ? CLOCK_REALTIME : CLOCK_MONOTONIC, &time) != 0) {
    return std::nullopt;
  }
  return Time{time.tv_sec, static_cast<std::int32_t>(time.tv_nsec)};
}

int sleep(Time& left) {
  auto const milliseconds = [] {
    std::optional<Time> const time = now(Clock::monotonic);
    return time ? static_cast<double>(time->seconds) * 1e3 + time->nanoseconds / 1e6 : 0;
  };
  double const end = milliseconds() + static_cast<double>(left.seconds) * 1e3 + left.nanoseconds / 1e6;
  for (;;) {
    double const rest = end - milliseconds();
    if (rest <= 0) break;
    coracle_wait(rest);
  }
  left = {};
  return 0;
}

}  // namespace coracle::host
