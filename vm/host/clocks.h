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

/// Of the day, since 1970; since some moment; processor time of the process and of this thread.
enum class Clock : std::uint8_t { real, monotonic, process, thread };
/// Nothing where the host has no such clock.
std::optional<Time> now(Clock clock);

/// Sleeps: 0 when the time is over. If a signal interrupts it, `left` is what is left of the time.
int sleep(Time& left);

/// A moment's fields as C has them, and the zone that they are in.
struct Date {
  std::tm fields{};
  std::int64_t zone_offset = 0;  // seconds east of Greenwich
  std::string zone_name;
};
/// The date of a time; nothing where C's fields can't hold it. Local: by the zone that the environment names now.
std::optional<Date> local_date(std::int64_t seconds);
std::optional<Date> utc_date(std::int64_t seconds);
/// The time of a date's fields, which become normal; nothing where there is none.
std::optional<std::int64_t> time_of_local_date(Date& date);
std::optional<std::int64_t> time_of_utc_date(Date& date);

}  // namespace coracle::host
