// What the C++ library knows of time. It knows no zones: local time is UTC.
#include "vm/host/clocks.h"

#include <chrono>
#include <limits>

namespace coracle::host {
namespace {

template <class Duration>
Time time_of(Duration since_start) {
  auto const seconds = std::chrono::floor<std::chrono::seconds>(since_start);
  auto const rest = std::chrono::duration_cast<std::chrono::nanoseconds>(since_start - seconds);
  return {static_cast<std::int64_t>(seconds.count()), static_cast<std::int32_t>(rest.count())};
}

}  // namespace

std::optional<Time> now(Clock clock) {
  switch (clock) {
    case Clock::real: return time_of(std::chrono::system_clock::now().time_since_epoch());
    case Clock::monotonic: return time_of(std::chrono::steady_clock::now().time_since_epoch());
    case Clock::process:
    case Clock::thread: break;
  }
  std::clock_t const ticks = std::clock();
  if (ticks == static_cast<std::clock_t>(-1)) return std::nullopt;
  return time_of(std::chrono::duration<std::int64_t, std::ratio<1, CLOCKS_PER_SEC>>(ticks));
}

/// Nothing else could run in the meantime, so this is a busy wait.
int sleep(Time& left) {
  auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(left.seconds) +
                   std::chrono::nanoseconds(left.nanoseconds);
  while (std::chrono::steady_clock::now() < end) {
  }
  return 0;
}

std::optional<Date> utc_date(std::int64_t seconds) {
  using namespace std::chrono;
  constexpr std::int64_t a_day = 86'400;
  std::int64_t const day = seconds / a_day - (seconds % a_day < 0);
  // Only the years that std::chrono::year can hold.
  if (day < sys_days(year::min() / 1 / 1).time_since_epoch().count() ||
      day > sys_days(year::max() / 12 / 31).time_since_epoch().count()) {
    return std::nullopt;
  }
  sys_days const days{std::chrono::days(day)};
  year_month_day const date(days);
  int const second = static_cast<int>(seconds - day * a_day);
  Date result;
  result.zone_name = "UTC";
  result.fields.tm_sec = second % 60;
  result.fields.tm_min = second / 60 % 60;
  result.fields.tm_hour = second / 3600;
  result.fields.tm_mday = static_cast<int>(static_cast<unsigned>(date.day()));
  result.fields.tm_mon = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  result.fields.tm_year = static_cast<int>(date.year()) - 1900;
  result.fields.tm_wday = static_cast<int>(weekday(days).c_encoding());
  result.fields.tm_yday = static_cast<int>((days - sys_days(date.year() / 1 / 1)).count());
  return result;
}
std::optional<Date> local_date(std::int64_t seconds) { return utc_date(seconds); }

std::optional<std::int64_t> time_of_utc_date(Date& date) {
  using namespace std::chrono;
  const std::tm& f = date.fields;
  std::int64_t const months = std::int64_t{f.tm_year} * 12 + f.tm_mon + 1900 * 12;
  std::int64_t const y = months / 12 - (months % 12 < 0);
  if (y < static_cast<int>(year::min()) || y > static_cast<int>(year::max())) return std::nullopt;
  auto const first =
      sys_days(year(static_cast<int>(y)) / static_cast<int>(months - y * 12 + 1) / 1);
  std::int64_t const day = first.time_since_epoch().count() + std::int64_t{f.tm_mday} - 1;
  std::int64_t const seconds = ((day * 24 + f.tm_hour) * 60 + f.tm_min) * 60 + f.tm_sec;
  std::optional<Date> normal = utc_date(seconds);
  if (!normal) return std::nullopt;
  date = std::move(*normal);
  return seconds;
}
std::optional<std::int64_t> time_of_local_date(Date& date) { return time_of_utc_date(date); }

}  // namespace coracle::host
