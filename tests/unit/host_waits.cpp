// Waits of the host that are interrupted. An interrupt from inside the call itself comes just before the
// system call, which is when a single signal would be lost.
#include "tests/unit/needs.h"
#include "vm/host/waits.h"

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <thread>

#include "vm/host/clocks.h"
#include "vm/host/files.h"
#include "vm/host/processes.h"
#include "vm/host/terminal.h"

namespace coracle::host {
namespace {

struct Pipe {
  Pipe() { REQUIRE(::pipe(ends) == 0); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    for (int const end : ends) close_file(end);
  }
  int ends[2];
};

/// Calls `check` with each kind of call that waits for ever.
template <class F>
void each_endless_call(F check) {
  Pipe empty, full;
  set_non_blocking(full.ends[1], true);
  char bytes[4096] = {};
  while (write_file(full.ends[1], bytes, sizeof bytes) > 0) continue;
  set_non_blocking(full.ends[1], false);
  char folder[] = "/tmp/coracle-waits-XXXXXX";
  REQUIRE(::mkdtemp(folder) != nullptr);
  std::string const fifo = std::string(folder) + "/fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  Result<Process> const process = start_command("exec sleep 600", false);
  REQUIRE(process);

  check("read", [&] { return read_file(empty.ends[0], bytes, 1); });
  check("input", [&] { return input_ready(empty.ends[0], true); });
  check("write", [&] { return write_file(full.ends[1], bytes, 1); });
  check("output", [&] { return wait_for_output(full.ends[1]); });
  check("open for reading", [&] { return open_file(fifo.c_str(), {.read = true}); });
  check("open for writing", [&] { return open_file(fifo.c_str(), {.write = true}); });
  check("end of a process", [&] { return wait_for_end(process->id); });
  check("sleep", [&] {
    Time left{600, 0};
    return sleep(left);
  });

  end_process(process->id);
  remove_file(fifo.c_str());
  remove_directory(folder);
}

TEST_CASE("waits: an interrupt that comes right before the system call ends it" *
          needs(host::Facility::signals)) {
  Waits waits;
  each_endless_call([&](const char* what, auto call) {
    CAPTURE(what);
    auto const result = waits.wait([&] {
      waits.interrupt();
      return call();
    });
    int const error = errno;
    CHECK(result == -1);
    CHECK(error == EINTR);
  });
}

TEST_CASE("waits: an interrupt that comes before the wait ends it, and no other") {
  Waits waits;
  waits.interrupt();
  waits.interrupt();
  bool called = false;
  CHECK(waits.wait([&] { return called = true, 0; }) == -1);
  CHECK(errno == EINTR);
  CHECK(!called);
  CHECK(waits.wait([&] { return called = true, 5; }) == 5);
  CHECK(called);
  Time left{0, 20'000'000};
  CHECK(waits.wait([&] { return sleep(left); }) == 0);
}

TEST_CASE("waits: other threads interrupt at any time, also after the waiting thread has changed" *
          needs(host::Facility::threads)) {
  Waits waits;
  each_endless_call([&](const char* what, auto call) {
    CAPTURE(what);
    std::thread waiter([&] {
      for (int i = 0; i < 20; ++i) {
        std::thread other([&, i] {
          Time left{0, 50'000 * i};
          sleep(left);
          waits.interrupt();
        });
        CHECK(waits.wait(call) == -1);
        other.join();
      }
    });
    waiter.join();
  });
  Time left{0, 20'000'000};
  CHECK(waits.wait([&] { return sleep(left); }) == 0);
}

TEST_CASE("waits: failures and results are passed through") {
  Waits waits;
  char byte = 0;  // an emulator looks at the address first
  CHECK(waits.wait([&] { return read_file(-1, &byte, 1); }) == -1);
  CHECK(errno == EBADF);
  CHECK(waits.wait([] { return std::int64_t{1} << 40; }) == std::int64_t{1} << 40);
}

}  // namespace
}  // namespace coracle::host
