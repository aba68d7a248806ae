// Clocks, waiting for a time, and the calendar.
#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>

namespace coracle::host {

inline constexpr std::int32_t nanoseconds_per_second = 1'000'000'000;

struct Time {
  std::int64_t seconds = 0;
  std::int32_t nanoseconds = 0;  // never negative
};

/// The time of day, since 1970; the time since some fixed moment; the processor time of the process and
/// of this thread.
enum class Clock : std::uint8_t { real, monotonic, process, thread };
/// Nothing if the host has no such clock.
std::optional<Time> now(Clock clock);
/// A time in nanoseconds; the greatest number if they are more.
constexpr std::int64_t nanoseconds_of(const Time& time) {
  std::int64_t result = 0;
  bool const too_large = __builtin_mul_overflow(time.seconds, nanoseconds_per_second, &result) ||
                         __builtin_add_overflow(result, time.nanoseconds, &result);
  return too_large ? INT64_MAX : result;
}

/// Sleeps for `left`: 0 when the time is over. If a signal interrupts it, `left` is the time that remains.
int sleep(Time& left);

/// A moment as C's calendar fields, and the time zone that they are in.
struct Date {
  std::tm fields{};
  std::int64_t zone_offset = 0;  // seconds east of Greenwich
  std::string zone_name;
};
/// The date of a time; nothing if C's fields can't hold it. Local dates are in the zone that the environment
/// names at the time of the call.
std::optional<Date> local_date(std::int64_t seconds);
std::optional<Date> utc_date(std::int64_t seconds);
/// The time of a date, whose fields are normalised; nothing if there is none.
std::optional<std::int64_t> time_of_local_date(Date& date);
std::optional<std::int64_t> time_of_utc_date(Date& date);

}  // namespace coracle::host
