// Faults that are not the machine's: of other host threads, sent by another process, or of code that runs
// no Scheme. What becomes of a process is seen from outside, by its parent.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "tests/unit/machine_fixture.h"
#include "vm/kernel/process/fault_signals.h"

namespace coracle {
namespace {

/// The handlers that the program installs.
struct FaultHandlers : host::FaultHandlers {
  FaultHandlers() : host::FaultHandlers(kernel::handle_fault) {}
};

constexpr int status_of_own_handler = 77;
constexpr int status_alive = 78;
constexpr unsigned seconds_at_most = 60;

/// The status of a process that runs `body`, as waitpid gives it. What it prints is ignored.
template <class Body>
int status_of_process(Body body) {
  pid_t const child = ::fork();
  if (child == 0) {
    ::close(STDERR_FILENO);
    ::alarm(seconds_at_most);
    // Not the test program's handlers, nor a sanitizer's.
    for (int s : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::signal(s, SIG_DFL);
    body();
    ::_exit(status_alive);
  }
  REQUIRE(child > 0);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

bool died_of(int status, int signal) { return WIFSIGNALED(status) && WTERMSIG(status) == signal; }
bool ended_with(int status, int code) { return WIFEXITED(status) && WEXITSTATUS(status) == code; }

/// A store that no host allows; the compiler doesn't see where it goes.
void fault() {
  Word volatile nowhere = 8;
  store<std::uint32_t>(nowhere, 1);
}

void handle_by_exit(int) { ::_exit(status_of_own_handler); }

constexpr std::string_view endless = R"(
  loop:  add_i    r6, r6, 1
         branch_i loop
)";

TEST_CASE("a fault of another host thread, while the interpreter runs, ends the process") {
  for (ExecutionMode mode : {ExecutionMode::fast, ExecutionMode::checked}) {
    int const status = status_of_process([&] {
      FaultHandlers const handlers;
      MachineFixture machine(mode);
      std::thread other([&] {
        volatile Word* const counter = &machine.r(6);
        while (*counter < 1000) std::this_thread::yield();
        fault();
      });
      machine.r(6) = 0;
      machine.run(endless);
    });
    CHECK(died_of(status, SIGSEGV));
  }
}

TEST_CASE("a fault outside Scheme goes to the handler installed before") {
  CHECK(died_of(status_of_process([] {
                  FaultHandlers const handlers;
                  fault();
                }),
                SIGSEGV));
  CHECK(ended_with(status_of_process([] {
                     ::signal(SIGSEGV, handle_by_exit);
                     FaultHandlers const handlers;
                     fault();
                   }),
                   status_of_own_handler));
  CHECK(ended_with(status_of_process([] {
                     ::signal(SIGSEGV, handle_by_exit);
                     { FaultHandlers const handlers; }
                     fault();
                   }),
                   status_of_own_handler));
}

TEST_CASE("of two objects that handle faults the first one counts") {
  CHECK(ended_with(status_of_process([] {
                     ::signal(SIGSEGV, handle_by_exit);
                     FaultHandlers const handlers;
                     { FaultHandlers const others; }
                     FaultHandlers const more;
                     fault();
                   }),
                   status_of_own_handler));
}

TEST_CASE("a signal that was sent is not a fault of the interpreter") {
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    int const status = status_of_process([&] {
      FaultHandlers const handlers;
      MachineFixture machine;
      pthread_t const main_thread = ::pthread_self();
      std::thread other([&] {
        volatile Word* const counter = &machine.r(6);
        while (*counter < 1000) std::this_thread::yield();
        ::pthread_kill(main_thread, signal);
      });
      machine.r(6) = 0;
      machine.run(endless);
    });
    CHECK(died_of(status, signal));
  }
}

TEST_CASE("a thread gets a stack for signals and loses it again") {
  std::thread([] {
    auto has_stack = [] {
      stack_t current{};
      ::sigaltstack(nullptr, &current);
      return (current.ss_flags & SS_DISABLE) == 0;
    };
    bool const before = has_stack();  // a sanitizer's
    {
      host::SignalStack const stack;
      CHECK(has_stack());
      { host::SignalStack const another; }
      CHECK(has_stack());
    }
    CHECK(has_stack() == before);
  }).join();
}

}  // namespace
}  // namespace coracle
