#include "vm/host/clocks.h"

#include <time.h>  // NOLINT(modernize-deprecated-headers): clock_gettime is POSIX's

namespace coracle::host {

std::optional<Time> now(Clock clock) {
  constexpr clockid_t ids[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID,
                               CLOCK_THREAD_CPUTIME_ID};
  timespec time{};
  if (::clock_gettime(ids[static_cast<int>(clock)], &time) != 0) return std::nullopt;
  return Time{time.tv_sec, static_cast<std::int32_t>(time.tv_nsec)};
}

int sleep(Time& left) {
  timespec time{};
  time.tv_sec = static_cast<time_t>(left.seconds);
  time.tv_nsec = left.nanoseconds;
  int const result = ::nanosleep(&time, &time);
  left = {time.tv_sec, static_cast<std::int32_t>(time.tv_nsec)};
  return result;
}

}  // namespace coracle::host
