// The C library's calendar.
#include "vm/host/clocks.h"

#include <time.h>  // NOLINT(modernize-deprecated-headers): timegm and tzset are not ISO C's

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

std::optional<Date> utc_date(std::int64_t seconds) {
  Date date;
  time_t const when = seconds;
  if (::gmtime_r(&when, &date.fields) == nullptr) return std::nullopt;
  // Emscripten's makes up a date for a time that is too far for JavaScript.
  tm fields = date.fields;
  if (::timegm(&fields) != when) return std::nullopt;
  return date;
}

std::optional<Date> local_date(std::int64_t seconds) {
  ::tzset();
  Date date;
  time_t const when = seconds;
  if (!utc_date(seconds)) return std::nullopt;
  if (::localtime_r(&when, &date.fields) == nullptr) return std::nullopt;
  set_zone(date);
  return date;
}

std::optional<std::int64_t> time_of_local_date(Date& date) { return time_of(date, ::mktime); }
std::optional<std::int64_t> time_of_utc_date(Date& date) {
  auto const seconds = time_of(date, ::timegm);
  // Emscripten's leaves a day that the month doesn't have as it is.
  time_t const when = seconds.value_or(0);
  if (seconds) ::gmtime_r(&when, &date.fields);
  return seconds;
}

}  // namespace coracle::host
