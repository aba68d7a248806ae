#include "vm/kernel/process/processes.h"

#include <fcntl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <optional>
#include <vector>

#include "vm/exec/vm.h"
#include "vm/kernel/entries.h"
#include "vm/kernel/host.h"

namespace coracle::kernel {
namespace {

/// The processes that start_process made and nobody has waited for.
struct Children final : KernelState {
  std::vector<pid_t> pids;

  static Children& of(Thread& t) {
    auto& state = t.vm.kernel_state[static_cast<std::size_t>(KernelSlot::processes)];
    if (state == nullptr) state = std::make_unique<Children>();
    return static_cast<Children&>(*state);
  }
};

struct Pipe {
  UniqueFd read, write;
};

/// A pipe that other commands don't inherit. Its ends lie above the standard descriptors even where
/// those are closed, so that a child can put them in place one by one.
std::optional<Pipe> open_pipe() {
  int ends[2];
  if (::pipe(ends) != 0) return std::nullopt;
  Pipe low{UniqueFd(ends[0]), UniqueFd(ends[1])};
  Pipe pipe{UniqueFd(::fcntl(ends[0], F_DUPFD_CLOEXEC, 3)),
            UniqueFd(::fcntl(ends[1], F_DUPFD_CLOEXEC, 3))};
  if (pipe.read.get() < 0 || pipe.write.get() < 0) return std::nullopt;
  return pipe;
}

Pipe require_pipe() {
  auto pipe = open_pipe();
  if (!pipe) throw SchemeError{"process", "cannot open pipes", {}};
  return std::move(*pipe);
}

/// What the child does between fork and exec: only what is safe there.
[[noreturn]] void become_shell(const char* command, int input, int output, int errors) {
  // A Ctrl-C at the terminal is for the parent's break handler.
  ::signal(SIGINT, SIG_IGN);
  if (::dup2(input, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(errors, 2) < 0) ::_exit(1);
#if defined(__GLIBC__) && defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 34)
  ::closefrom(3);
#define CORACLE_CLOSED_FROM_3
#endif
#endif
#ifndef CORACLE_CLOSED_FROM_3
  for (int fd = 3; fd < 1024; fd++) ::close(fd);
#endif
  ::execl("/bin/sh", "/bin/sh", "-c", command, static_cast<char*>(nullptr));
  ::_exit(1);
}

}  // namespace

void c_exit(Thread& t, std::int32_t status) { t.exit(status); }

Value system_command(Thread& t, const char* command) {
  if (command == nullptr) throw SchemeError{"system", "a command is missing", {}};
  errno = 0;
  int const status = std::system(command);
  if (status == -1 && errno != 0) {
    throw SchemeError{"system", "~a", {error_string(t, errno)}};
  }
  if (WIFEXITED(status)) return make_fixnum(WEXITSTATUS(status));
  if (WIFSIGNALED(status)) return make_fixnum(-WTERMSIG(status));
  throw SchemeError{"system", "cannot determine subprocess exit status", {}};
}

Value start_process(Thread& t, const char* command, bool separate_errors) {
  if (command == nullptr) throw SchemeError{"process", "a command is missing", {}};
  reap_children(t);  // who starts many has few zombies
  Pipe input = require_pipe();
  Pipe output = require_pipe();
  std::optional<Pipe> errors;
  if (separate_errors) errors = require_pipe();

  pid_t const child = ::fork();
  if (child == 0) {
    int const output_end = output.write.get();
    become_shell(command, input.read.get(), output_end, errors ? errors->write.get() : output_end);
  }
  if (child < 0) throw SchemeError{"process", "cannot fork subprocess", {}};
  Children::of(t).pids.push_back(child);
  Value const from = make_fixnum(output.read.release());
  Value const to = make_fixnum(input.write.release());
  Value const id = make_fixnum(child);
  if (!errors) return list(t, {from, to, id});
  return list(t, {from, make_fixnum(errors->read.release()), to, id});
}

void reap_children(Thread& t) {
  std::erase_if(Children::of(t).pids, [](pid_t pid) {
    int status;
    pid_t const result = ::waitpid(pid, &status, WNOHANG);
    // Gone: it has ended, or somebody else has waited for it.
    return result == pid || (result < 0 && errno == ECHILD);
  });
}

std::int32_t get_process_id(Thread&) { return static_cast<std::int32_t>(::getpid()); }

Value get_environment(Thread& t, const char* name) {
  const char* const value = name == nullptr ? nullptr : std::getenv(name);
  return value == nullptr ? false_value : make_string_utf8(t, value);
}

void set_environment(Thread& t, const char* name, const char* value) {
  if (name == nullptr || value == nullptr) errno = EINVAL;
  else if (::setenv(name, value, 1) == 0) return;
  throw SchemeError{"putenv", "environment extension failed: ~a", {error_string(t, errno)}};
}

bool interactivep(Thread&) { return ::isatty(0) != 0 && ::isatty(1) != 0; }

Value error_message(Thread& t, std::int32_t error) {
  return make_string_utf8(t, error_text(error));
}
std::int32_t last_error(Thread& t) { return t.error_number; }

}  // namespace coracle::kernel
