// Processes, signals, time, iconv and foreign symbols, through the entries that the image calls.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "machine_fixture.h"
#include "tests/unit/needs.h"
#include "tests/unit/safe_points.h"
#include "vm/kernel/files/descriptors.h"
#include "vm/kernel/foreign/foreign.h"
#include "vm/kernel/process/processes.h"
#include "vm/kernel/process/signals.h"
#include "vm/kernel/process/time.h"
#include "vm/kernel/terminal/terminal.h"
#include "vm/kernel/text/encodings.h"

namespace coracle {
namespace {

using namespace kernel;

/// Sets the time zone for a test.
struct TimeZone {
  explicit TimeZone(const char* name) { ::setenv("TZ", name, 1); }
  ~TimeZone() { ::unsetenv("TZ"); }
};

Value date_vector(Thread& t, std::initializer_list<int> fields, Value zone) {
  Value const date = make_vector(t, 12, make_fixnum(0));
  Word i = 0;
  for (int f : fields) init_vector(date, i++, make_fixnum(f));
  init_vector(date, 8, false_value);  // the image leaves the day of the year to us
  init_vector(date, 10, zone);
  return date;
}

TEST_CASE_FIXTURE(MachineFixture, "exit statuses of commands" * needs(host::Facility::processes)) {
  CHECK(system_command(t, "exit 3") == make_fixnum(3));
  CHECK(system_command(t, "kill -9 $$") == make_fixnum(-9));
}

TEST_CASE_FIXTURE(MachineFixture, "the message of an errno is the C library's") {
  for (int error = -1; error < 200; ++error) {
    std::string const expected = std::strerror(error);  // valid until the next call
    CHECK(string_utf8(error_message(t, error)) == expected);
  }
}

TEST_CASE_FIXTURE(MachineFixture, "a process with pipes" * needs(host::Facility::processes)) {
  Value const parts = start_process(t, "cat; echo oops >&2; exit 0", true);
  Value const out = car(parts);
  Value const errors = car(cdr(parts));
  Value const in = car(cdr(cdr(parts)));
  CHECK(bytevector_write(t, in, make_bytevector(t, "hello"), 0, 5, false) == make_fixnum(5));
  CHECK(close_fd(test::SafePoints::of(t), in, false) == true_value);
  Value const buffer = make_bytevector(t, 100);
  CHECK(bytevector_read(t, out, buffer, 0, 100, false) == make_fixnum(5));
  CHECK(bytevector_read(t, out, buffer, 0, 100, false) == eof_value);
  CHECK(bytevector_read(t, errors, buffer, 0, 100, false) == make_fixnum(5));
  CHECK(bytevector_read(t, errors, buffer, 0, 100, false) == eof_value);
  CHECK(close_fd(test::SafePoints::of(t), out, false) == true_value);
  CHECK(close_fd(test::SafePoints::of(t), errors, false) == true_value);

  auto const pid = static_cast<pid_t>(fixnum_value(car(cdr(cdr(cdr(parts))))));
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) == 0);
  reap_children(t);
  CHECK(::waitpid(pid, nullptr, WNOHANG) == -1);
}

TEST_CASE_FIXTURE(MachineFixture, "the environment") {
  set_environment(t, "CORACLE_TEST", "v\xC3\xA4lue");
  CHECK(string_length(get_environment(t, "CORACLE_TEST")) == 5);
  CHECK(string_utf8(get_environment(t, "CORACLE_TEST")) == "v\xC3\xA4lue");
  CHECK(get_environment(t, "CORACLE_NO_SUCH_NAME") == false_value);
  CHECK_THROWS_AS(set_environment(t, "a=b", "c"), SchemeError);
}

TEST_CASE_FIXTURE(MachineFixture, "exit ends the machine with a status") {
  c_exit(t, 7);
  CHECK(vm.exit_status == 7);
  CHECK(t.transfer == Transfer::exit);
}

TEST_CASE_FIXTURE(MachineFixture,
                  "signals reach the thread's context" * needs(host::Facility::signals)) {
  install_signal_handlers(t);
  CHECK(t.value(Tc::keyboard_interrupt_pending) == false_value);
  t.set_value(Tc::something_pending, false_value);
  std::raise(SIGINT);
  CHECK(t.value(Tc::keyboard_interrupt_pending) == true_value);
  CHECK(t.value(Tc::something_pending) == true_value);
  t.set_value(Tc::keyboard_interrupt_pending, false_value);
  std::raise(SIGPIPE);  // ignored

  register_scheme_signal(t, SIGUSR1);
  register_scheme_signal(t, SIGUSR2);
  t.set_value(Tc::something_pending, false_value);
  for (int s : {SIGUSR1, SIGUSR2, SIGUSR1}) std::raise(s);
  CHECK(t.value(Tc::signal_interrupt_pending) == true_value);
  CHECK(t.value(Tc::something_pending) == true_value);
  Value const signals = dequeue_scheme_signals(t, t.context());
  CHECK(car(signals) == make_fixnum(SIGUSR1));
  CHECK(car(cdr(signals)) == make_fixnum(SIGUSR2));
  CHECK(car(cdr(cdr(signals))) == make_fixnum(SIGUSR1));
  CHECK(cdr(cdr(cdr(signals))) == nil);
  CHECK(dequeue_scheme_signals(t, t.context()) == nil);
  // A full queue drops further signals.
  for (int i = 0; i < 100; i++) std::raise(SIGUSR1);
  int n = 0;
  for (Value ls = dequeue_scheme_signals(t, t.context()); ls != nil; ls = cdr(ls)) n++;
  CHECK(n == 63);
}

TEST_CASE_FIXTURE(MachineFixture, "a change of the window's size is pending until it is taken" *
                                      needs(host::Facility::signals)) {
  CHECK(terminal_resize_pending(t) == false_value);
  watch_window(t);
  CHECK(terminal_resize_pending(t) == false_value);
  std::raise(SIGWINCH);
  std::raise(SIGWINCH);
  CHECK(terminal_resize_pending(t) == true_value);
  CHECK(terminal_resize_pending(t) == true_value);
  CHECK(take_window_change(t));
  CHECK(terminal_resize_pending(t) == false_value);
  CHECK(!take_window_change(t));
}

TEST_CASE("the previous signal handlers are back when the machine is gone" *
          needs(host::Facility::signals)) {
  auto handler = [] {
    struct sigaction action{};
    ::sigaction(SIGINT, nullptr, &action);
    return action.sa_handler;
  };
  auto const before = handler();
  {
    MachineFixture machine;
    install_signal_handlers(machine.t);
    CHECK((handler() != before));
  }
  CHECK((handler() == before));
}

TEST_CASE_FIXTURE(MachineFixture, "clocks") {
  start_clock(t);
  SignedWord const start = fixnum_value(realtime(t));
  CHECK(start >= 0);
  sleep_for(t, make_fixnum(0), make_fixnum(20'000'000));
  CHECK(fixnum_value(realtime(t)) >= start + 19);
  for (int type = 0; type < 5; type++) {
    Value const time = clock_time(t, type);
    CHECK(fixnum_value(cdr(time)) >= 0);
    CHECK(fixnum_value(cdr(time)) < 1'000'000'000);
  }
  CHECK(fixnum_value(car(clock_time(t, 4))) > 1'700'000'000);
  CHECK_THROWS_AS(clock_time(t, 9), SchemeError);
  CHECK(is_fixnum(cputime(t)));
}

TEST_CASE_FIXTURE(MachineFixture, "dates of a given zone") {
  auto date = [&](SignedWord seconds, SignedWord zone) {
    return date_of_time(t, make_fixnum(zone), cons(t, make_integer(t, seconds), make_fixnum(5)));
  };
  struct Row {
    SignedWord seconds, zone;
    const char* text;
  };
  for (const Row& row :
       {Row{0, 0, "Thu Jan  1 00:00:00 1970"}, Row{-1, 0, "Wed Dec 31 23:59:59 1969"},
        Row{0, -3600, "Wed Dec 31 23:00:00 1969"},
        Row{4'102'444'800, 0, "Fri Jan  1 00:00:00 2100"},
        Row{-2'177'452'800, 0, "Tue Jan  1 00:00:00 1901"}}) {
    Value const d = date(row.seconds, row.zone);
    CHECK(string_utf8(date_text(t, d)) == row.text);
    CHECK(vector_ref(d, 0) == make_fixnum(5));
    CHECK(vector_ref(d, 9) == false_value);
    CHECK(vector_ref(d, 10) == make_fixnum(row.zone));
    CHECK(vector_ref(d, 11) == false_value);
    Value const back = time_of_date(t, d);
    CHECK(car(back) == make_fixnum(row.seconds));
    CHECK(cdr(back) == make_fixnum(5));
  }
  // A year that C's int can't hold.
  CHECK(date(most_positive_fixnum, 0) == false_value);
  CHECK(date_text(t, date(SignedWord{1} << 40, 0)) == false_value);
}

TEST_CASE_FIXTURE(MachineFixture, "local dates") {
  CHECK(is_string(date_text(t, false_value)));
  TimeZone const zone("CET-1CEST,M3.5.0,M10.5.0/3");
  // nanosecond second minute hour day month year: 1 July 2021, 12:00
  Value const summer = date_vector(t, {0, 0, 0, 12, 1, 7, 121}, false_value);
  Value const when = time_of_date(t, summer);
  CHECK(car(when) == make_fixnum(1'625'133'600));
  CHECK(vector_ref(summer, 9) == true_value);
  CHECK(vector_ref(summer, 10) == make_fixnum(7200));
  CHECK(string_utf8(vector_ref(summer, 11)) == "CEST");
  CHECK(vector_ref(summer, 7) == make_fixnum(4));
  Value const winter = date_of_time(t, false_value, cons(t, make_fixnum(1'611'000'000), nil));
  CHECK(vector_ref(winter, 9) == false_value);
  CHECK(vector_ref(winter, 10) == make_fixnum(3600));
  CHECK(string_utf8(vector_ref(winter, 11)) == "CET");
  // An hour that the local zone skips exists in a zone with a fixed offset.
  Value const leap = date_vector(t, {0, 0, 30, 2, 28, 3, 121}, make_fixnum(0));
  CHECK(car(time_of_date(t, leap)) == make_fixnum(1'616'898'600));
  CHECK(vector_ref(leap, 3) == make_fixnum(2));
  // Fields are normalised.
  Value const february = date_vector(t, {0, 0, 0, 0, 30, 2, 121}, make_fixnum(0));
  CHECK(is_pair(time_of_date(t, february)));
  CHECK(vector_ref(february, 4) == make_fixnum(2));
  CHECK(vector_ref(february, 5) == make_fixnum(3));
  CHECK(is_string(date_text(t, false_value)));
}

TEST_CASE_FIXTURE(MachineFixture, "unique ids are UUIDs of version 4") {
  Value const a = unique_id(t);
  Value const b = unique_id(t);
  REQUIRE(is_bignum(a));
  Word const n = bignum_length(a);
  CHECK(n <= 4);
  CHECK((bignum_digit(a, n - 2) >> 30) == 2);
  if (n >= 3) CHECK(((bignum_digit(a, n - 3) >> 12) & 0xF) == 4);
  CHECK(bignum_digit(a, n - 1) != bignum_digit(b, bignum_length(b) - 1));
}

TEST_CASE_FIXTURE(MachineFixture, "conversions of characters") {
  const char* const utf32 = native_little_endian(t) ? "UTF-32LE" : "UTF-32BE";
  Value const encode = iconv_open(t, "ISO-8859-1", utf32);
  Value const decode = iconv_open(t, utf32, "ISO-8859-1");
  REQUIRE(is_fixnum(encode));
  REQUIRE(is_fixnum(decode));
  Word const encoder = static_cast<Word>(fixnum_value(encode));
  Word const decoder = static_cast<Word>(fixnum_value(decode));

  Value const text = make_string_utf8(t, "na\xC3\xAFve");
  Value const bytes = make_bytevector(t, 10);
  Value const end = iconv_from_string(t, encoder, text, 0, 5, bytes, 1, 10);
  CHECK(car(end) == make_fixnum(5));
  CHECK(cdr(end) == make_fixnum(6));
  CHECK(bytevector_data(bytes)[3] == 0xEF);
  Value const again = coracle::make_string(t, 5);
  Value const back = iconv_to_string(t, decoder, bytes, 1, 6, again, 0, 5);
  CHECK(car(back) == make_fixnum(6));
  CHECK(cdr(back) == make_fixnum(5));
  CHECK(string_utf8(again) == "na\xC3\xAFve");

  // A character that ISO-8859-1 doesn't have is invalid; a lack of room is reported as such.
  Value const greek = make_string_utf8(t, "\xCE\xB1");
  CHECK(iconv_from_string(t, encoder, greek, 0, 1, bytes, 0, 10) == make_fixnum(1));
  Value const wide = iconv_open(t, "UTF-16LE", utf32);
  CHECK(iconv_from_string(t, static_cast<Word>(fixnum_value(wide)), greek, 0, 1, bytes, 0, 1) ==
        make_fixnum(3));
  Value const narrow = iconv_open(t, utf32, "UTF-8");
  bytevector_data(bytes)[0] = 0xCE;
  CHECK(iconv_to_string(t, static_cast<Word>(fixnum_value(narrow)), bytes, 0, 1, again, 0, 5) ==
        make_fixnum(2));

  CHECK(iconv_open(t, "NO-SUCH-CODE", utf32) == false_value);
  iconv_close(t, encoder);
  CHECK_THROWS_AS(iconv_from_string(t, encoder, text, 0, 5, bytes, 0, 10), SchemeError);
  CHECK_THROWS_AS(iconv_to_string(t, decoder, bytes, 0, 11, again, 0, 5), SchemeError);
  CHECK_THROWS_AS(iconv_to_string(t, decoder, bytes, 0, 5, again, 3, 9), SchemeError);
}

TEST_CASE_FIXTURE(MachineFixture, "foreign symbols" * needs(host::Facility::libraries)) {
  Word const address = lookup_foreign_entry(t, "(cs)getpid");
  REQUIRE(vm.entry_at(address) != nullptr);
  CHECK(std::string(foreign_address_name(t, address)) == "(cs)getpid");
  CHECK(foreign_address_name(t, address + 1) == nullptr);
  CHECK(lookup_foreign_entry(t, "(cs)no_such_entry") == 0);
  // Entries of Windows are not there: the image asks before it uses them.
  CHECK(lookup_foreign_entry(t, "(cs)find_files") == 0);
  // C entries are not foreign symbols.
  CHECK(lookup_foreign_entry(t, "get-thread-context") == 0);
  bool seen = false;
  for (Value ls = foreign_entries(t); ls != nil; ls = cdr(ls)) {
    seen |= string_utf8(car(ls)) == "(cs)getpid";
    CHECK(string_utf8(car(ls)) != "(cs)find_files");
  }
  CHECK(seen);
}

TEST_CASE_FIXTURE(MachineFixture, "memory outside the heap, and copies") {
  Word const memory = allocate_memory(t, 16);
  store<Word>(memory, 42);
  CHECK(load<Word>(memory) == 42);
  free_memory(t, memory);
  CHECK_THROWS_AS(allocate_memory(t, -1), SchemeError);

  Value const bytes = make_bytevector(t, "abcdef");
  // The image adds the displacement of the data to a tagged reference.
  auto const start = static_cast<SignedWord>(address_of(bytevector_data(bytes)) - bytes.bits);
  byte_copy(t, bytes, start, bytes, start + 2, 4);
  CHECK(std::memcmp(bytevector_data(bytes), "ababcd", 6) == 0);
}

}  // namespace
}  // namespace coracle
