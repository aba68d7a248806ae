#include "vm/host/clocks.h"

#include <time.h>  // NOLINT(modernize-deprecated-headers): clock_gettime is POSIX's

namespace coracle::host {

static_assert(sizeof(time_t) == 8, "dates after 2038: compile with _TIME_BITS=64");

namespace {

void set_zone(Date& date) {
  date.zone_offset = date.fields.tm_gmtoff;
  date.zone_name = date.fields.tm_zone != nullptr ? date.fields.tm_zone : "";
}

/// The fields' time by `convert`: mktime or timegm.
std::optional<std::int64_t> time_of(Date& date, time_t (*convert)(tm*)) {
  date.fields.tm_isdst = -1;
  // -1 is also a valid time (a second before 1970); only a failure leaves the day of the week as it is.
  date.fields.tm_wday = -1;
  time_t const when = convert(&date.fields);
  if (when == -1 && date.fields.tm_wday == -1) return std::nullopt;
  set_zone(date);
  return when;
}

}  // namespace

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

std::optional<Date> local_date(std::int64_t seconds) {
  ::tzset();
  Date date;
  time_t const when = seconds;
  if (::localtime_r(&when, &date.fields) == nullptr) return std::nullopt;
  set_zone(date);
  return date;
}

std::optional<Date> utc_date(std::int64_t seconds) {
  Date date;
  time_t const when = seconds;
  if (::gmtime_r(&when, &date.fields) == nullptr) return std::nullopt;
  return date;
}

std::optional<std::int64_t> time_of_local_date(Date& date) { return time_of(date, ::mktime); }
std::optional<std::int64_t> time_of_utc_date(Date& date) { return time_of(date, ::timegm); }

}  // namespace coracle::host
