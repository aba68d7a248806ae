#include "vm/kernel/process/time.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <optional>

#include "vm/exec/vm.h"
#include "vm/host/clocks.h"
#include "vm/host/environment.h"
#include "vm/kernel/entries.h"
#include "vm/kernel/host.h"
#include "vm/kernel/numbers/integers.h"
#include "vm/kernel/numbers/random.h"
#include "vm/kernel/process/signals.h"

namespace coracle::kernel {
namespace {

using host::Clock;
using host::Date;
using host::nanoseconds_per_second;
using host::Time;

/// Types of time (equates.h: time_*).
enum class TimeType : std::int32_t {
  process = 0,
  thread = 1,
  duration = 2,
  monotonic = 3,
  utc = 4
};

/// Fields of a date vector (equates.h: dtvec_*).
enum DateField : Word {
  date_nanosecond = 0,
  date_second = 1,
  date_minute = 2,
  date_hour = 3,
  date_day = 4,
  date_month = 5,  // from 1
  date_year = 6,   // since 1900
  date_week_day = 7,
  date_year_day = 8,
  date_summer_time = 9,
  date_zone_offset = 10,
  date_zone_name = 11,
  date_size = 12,
};

/// The n-th of the numbers that follow from a seed (SplitMix64, by Guy Steele, Doug Lea and Christine
/// Flood, "Fast splittable pseudorandom number generators", 2014).
std::uint64_t number_from(std::uint64_t seed, std::uint64_t n) {
  std::uint64_t z = seed + (n + 1) * 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

struct MachineClock final : KernelState {
  explicit MachineClock(const Thread& t) {
    if (!t.vm.options.deterministic) start = host::now(Clock::monotonic).value_or(Time{});
  }
  Time start;
  std::uint64_t ticks = 0;       // how often a deterministic machine has asked for the time
  std::uint64_t unique_ids = 0;  // how many a deterministic machine has made

  static MachineClock& of(Thread& t) { return t.vm.kernel_states.get<MachineClock>(t); }
};

/// A deterministic machine's clocks advance by a millisecond each time they are read; its time of day
/// starts on a day of the years 2000 to 2033 that its seed chooses.
Time now(Thread& t, Clock clock) {
  if (auto const seed = t.vm.options.deterministic; seed.has_value()) {
    constexpr std::int64_t start_of_2000 = 946'684'800;
    std::uint64_t const ticks = ++MachineClock::of(t).ticks;
    Time result{static_cast<std::int64_t>(ticks / 1000),
                static_cast<std::int32_t>(ticks % 1000 * 1'000'000)};
    if (clock == Clock::real) {
      result.seconds += start_of_2000 + static_cast<std::int64_t>(number_from(*seed, 0) >> 34);
    }
    return result;
  }
  auto const result = host::now(clock);
  if (!result) {
    throw SchemeError{"current-time", "the operating system has no such clock", {}};
  }
  return *result;
}

/// Monotonic time since the start of the machine's clock.
Time since_start(Thread& t) {
  Time const start = MachineClock::of(t).start;
  Time result = now(t, Clock::monotonic);
  result.seconds -= start.seconds;
  result.nanoseconds -= start.nanoseconds;
  if (result.nanoseconds < 0) {
    result.seconds -= 1;
    result.nanoseconds += nanoseconds_per_second;
  }
  return result;
}

Value milliseconds(Thread& t, const Time& time) {
  return make_integer(t, time.seconds * 1000 + (time.nanoseconds + 500'000) / 1'000'000);
}

void require_date(Value date) {
  if (!is_vector(date) || vector_length(date) != date_size) {
    throw SchemeError{"", "~s is not a date vector", {date}};
  }
}

/// An integer field as C has it; nullopt if an int can't hold it.
std::optional<int> date_field(Value date, DateField f) {
  Value const v = vector_ref(date, f);
  if (!is_fixnum(v)) return std::nullopt;
  SignedWord const n = fixnum_value(v);
  if (n < std::numeric_limits<int>::min() + 1 || n > std::numeric_limits<int>::max()) {
    return std::nullopt;
  }
  return static_cast<int>(n);
}

/// The fields that determine the time; with `days` also the day of the week and of the year, which follow
/// from them. (The image makes a new date's vector without those.)
std::optional<std::tm> read_date(Value date, bool days) {
  require_date(date);
  struct Row {
    DateField field;
    int std::tm::*member;
    int origin;
  };
  static constexpr Row rows[] = {
      {date_second, &std::tm::tm_sec, 0},    {date_minute, &std::tm::tm_min, 0},
      {date_hour, &std::tm::tm_hour, 0},     {date_day, &std::tm::tm_mday, 0},
      {date_month, &std::tm::tm_mon, 1},     {date_year, &std::tm::tm_year, 0},
      {date_week_day, &std::tm::tm_wday, 0}, {date_year_day, &std::tm::tm_yday, 0},
  };
  std::tm result{};
  for (const Row& row : rows) {
    if (!days && (row.field == date_week_day || row.field == date_year_day)) continue;
    auto const n = date_field(date, row.field);
    if (!n) return std::nullopt;
    result.*row.member = *n - row.origin;
  }
  return result;
}

void write_date(Thread& t, Value date, const std::tm& from) {
  auto set = [&](DateField f, int n) { t.heap.set_vector(date, f, make_fixnum(n)); };
  set(date_second, from.tm_sec);
  set(date_minute, from.tm_min);
  set(date_hour, from.tm_hour);
  set(date_day, from.tm_mday);
  set(date_month, from.tm_mon + 1);
  set(date_year, from.tm_year);
  set(date_week_day, from.tm_wday);
  set(date_year_day, from.tm_yday);
}

/// The zone of a local date, or of one with an offset of its own (which has no name).
void write_local_zone(Thread& t, Value date, const Date& local) {
  t.heap.set_vector(date, date_summer_time, make_boolean(local.fields.tm_isdst > 0));
  t.heap.set_vector(date, date_zone_offset, make_fixnum(local.zone_offset));
  t.heap.set_vector(date, date_zone_name, make_string_utf8(t, local.zone_name));
}
void write_given_zone(Thread& t, Value date, Value offset) {
  t.heap.set_vector(date, date_summer_time, false_value);
  t.heap.set_vector(date, date_zone_offset, offset);
  t.heap.set_vector(date, date_zone_name, false_value);
}

/// Suspends the call until the time has passed since the first call of the entry. Returns when it is over.
void sleep_suspended(const Thread& t, SuspendableCall& call, const Time& time) {
  std::optional<Time> const monotonic = host::now(Clock::monotonic);
  if (!monotonic) return;  // then the host can't sleep, either
  std::int64_t const now = host::nanoseconds_of(*monotonic);
  std::int64_t const length = host::nanoseconds_of(time);
  if (!call.deadline) call.deadline = length > INT64_MAX - now ? INT64_MAX : now + length;
  if (now < *call.deadline && !event_due(t)) throw Suspension{SuspendedBy::sleep};
  call.deadline.reset();
}

}  // namespace

void start_clock(Thread& t) {
  MachineClock::of(t);
  if (auto const seed = t.vm.options.deterministic; seed.has_value()) {
    set_random_seed(t, static_cast<std::uint32_t>(number_from(*seed, 1)));
  }
}

Value cputime(Thread& t) { return milliseconds(t, now(t, Clock::process)); }
Value realtime(Thread& t) { return milliseconds(t, since_start(t)); }

Value clock_time(Thread& t, std::int32_t type) {
  Time time;
  switch (static_cast<TimeType>(type)) {
    case TimeType::process: time = now(t, Clock::process); break;
    case TimeType::thread: time = now(t, Clock::thread); break;
    case TimeType::duration:
    case TimeType::monotonic: time = since_start(t); break;
    case TimeType::utc: time = now(t, Clock::real); break;
    default: throw SchemeError{"current-time", "unexpected typeno ~s", {make_fixnum(type)}};
  }
  return cons(t, make_integer(t, time.seconds), make_fixnum(time.nanoseconds));
}

Value date_of_time(Thread& t, Value zone_offset, Value time) {
  SignedWord seconds;
  Value nanoseconds;
  if (is_pair(time)) {
    seconds = integer_value(t, car(time));
    nanoseconds = cdr(time);
  } else {
    Time const utc = now(t, Clock::real);
    seconds = utc.seconds;
    nanoseconds = make_fixnum(utc.nanoseconds);
  }
  bool const local = zone_offset == false_value;
  if (!local && __builtin_add_overflow(seconds, integer_value(t, zone_offset), &seconds)) {
    return false_value;
  }
  std::optional<Date> const found = local ? host::local_date(seconds) : host::utc_date(seconds);
  if (!found) return false_value;
  Value const date = make_vector(t, date_size, false_value);
  t.heap.set_vector(date, date_nanosecond, nanoseconds);
  write_date(t, date, found->fields);
  if (local) write_local_zone(t, date, *found);
  else write_given_zone(t, date, zone_offset);
  return date;
}

Value date_text(Thread& t, Value date) {
  std::optional<std::tm> fields;
  if (date == false_value) {
    if (auto const today = host::local_date(now(t, Clock::real).seconds)) fields = today->fields;
  } else {
    fields = read_date(date, true);
  }
  if (!fields) return false_value;
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto name = [](auto& names, int i) {
    return i >= 0 && i < static_cast<int>(std::size(names)) ? names[i] : "???";
  };
  char text[128];
  int const length =
      std::snprintf(text, sizeof text, "%s %s%3d %.2d:%.2d:%.2d %lld", name(days, fields->tm_wday),
                    name(months, fields->tm_mon), fields->tm_mday, fields->tm_hour, fields->tm_min,
                    fields->tm_sec, 1900LL + fields->tm_year);
  // C's asctime knows years of four digits only, and the image relies on its width.
  if (length != 24) return false_value;
  return make_string_utf8(t, {text, 24});
}

Value time_of_date(Thread& t, Value date) {
  std::optional<std::tm> const fields = read_date(date, false);
  if (!fields) return false_value;
  Value const given = vector_ref(date, date_zone_offset);
  bool const local = given == false_value;
  Date normal{*fields, 0, ""};
  auto const when = local ? host::time_of_local_date(normal) : host::time_of_utc_date(normal);
  if (!when) return false_value;
  SignedWord seconds = *when;
  if (!local && __builtin_sub_overflow(seconds, integer_value(t, given), &seconds)) {
    return false_value;
  }
  write_date(t, date, normal.fields);
  if (local) write_local_zone(t, date, normal);
  else write_given_zone(t, date, given);
  return cons(t, make_integer(t, seconds), vector_ref(date, date_nanosecond));
}

void sleep_for(Thread& t, Value seconds, Value nanoseconds) {
  Time left;
  left.seconds = std::max<SignedWord>(integer_value(t, seconds), 0);
  left.nanoseconds = static_cast<std::int32_t>(
      std::clamp<SignedWord>(integer_value(t, nanoseconds), 0, nanoseconds_per_second - 1));
  // A signal ends the sleep if the image acts on it; its event check comes next.
  if (SuspendableCall* const call = t.suspendable()) {
    sleep_suspended(t, *call, left);
  } else {
    while (t.waits.wait([&] { return host::sleep(left); }) < 0) {
      if (errno != EINTR || signal_pending(t)) break;
    }
  }
  if (interrupts_enabled(t)) t.set_word(Tc::trap, 1);
}

Value unique_id(Thread& t) {
  std::uint32_t digits[4];
  if (auto const seed = t.vm.options.deterministic; seed.has_value()) {
    std::uint64_t const id = ++MachineClock::of(t).unique_ids;
    for (std::uint64_t i = 0; i < 4; ++i) {
      digits[i] = static_cast<std::uint32_t>(number_from(*seed, 4 * id + i));
    }
  } else {
    for (std::uint32_t& d : digits) d = host::random_number();
  }
  digits[1] = (digits[1] & 0xFFFF0FFF) | 0x4000;      // version 4
  digits[2] = (digits[2] & 0x3FFFFFFF) | 0x80000000;  // the variant of RFC 4122
  int first = 0;
  while (digits[first] == 0) first++;
  Value const id = make_bignum(t, static_cast<Word>(4 - first), false);
  for (int i = first; i < 4; i++) {
    init_field<std::uint32_t>(id, layout::typed_data + 4 * static_cast<Word>(i - first), digits[i]);
  }
  return id;
}

}  // namespace coracle::kernel
