#include "vm/host/processes.h"

#include <fcntl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "vm/host/errors.h"

namespace coracle::host {
namespace {

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

/// What the child does after fork: only what is safe before exec.
[[noreturn]] void become_shell(const char* command, int input, int output, int errors) {
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

std::optional<int> run_command(const char* command) {
  errno = 0;
  int const status = std::system(command);
  if (status == -1 && errno != 0) return std::nullopt;
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  if (WIFSIGNALED(status)) return -WTERMSIG(status);
  errno = 0;
  return std::nullopt;
}

Result<Process> start_command(const char* command, bool separate_errors) {
  std::optional<Pipe> input = open_pipe();
  std::optional<Pipe> output = open_pipe();
  std::optional<Pipe> errors = separate_errors ? open_pipe() : std::optional<Pipe>(Pipe{});
  if (!input || !output || !errors) return fail("cannot open pipes");
  pid_t const child = ::fork();
  if (child == 0) {
    int const output_end = output->write.get();
    become_shell(command, input->read.get(), output_end,
                 separate_errors ? errors->write.get() : output_end);
  }
  if (child < 0) return fail("cannot fork subprocess");
  return Process{static_cast<int>(child), std::move(input->write), std::move(output->read),
                 std::move(errors->read)};
}

bool has_ended(int id) {
  int status;
  pid_t const result = ::waitpid(id, &status, WNOHANG);
  return result == id || (result < 0 && errno == ECHILD);
}

int wait_for_end(int id) {
  int status;
  return ::waitpid(id, &status, 0) < 0 && errno != ECHILD ? -1 : 0;
}

void end_process(int id) {
  ::kill(id, SIGKILL);
  uninterrupted([&] { return wait_for_end(id); });
}

void become_program(const char* path, char* const arguments[]) { ::execv(path, arguments); }

void exit_at_once(int status) { std::_Exit(status); }

void suspend() { ::kill(0, SIGTSTP); }

}  // namespace coracle::host
