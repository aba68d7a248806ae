// Other processes: shell commands; the end of this one, and stopping together with its group.
#pragma once

#include <optional>

#include "vm/base/result.h"
#include "vm/host/files.h"

namespace coracle::host {

/// Runs a shell command to its end: its exit status, or minus the signal that ended it. Nothing if it
/// can't be run (errno says why), or if its status is neither (errno is 0).
std::optional<int> run_command(const char* command);

/// A command that was started, and the other ends of its pipes.
struct Process {
  int id;
  UniqueFd input, output, errors;  // errors: open if they were to be separate
};
/// Starts a shell command. It ignores a Ctrl-C at the terminal, which is for this program.
Result<Process> start_command(const char* command, bool separate_errors);
/// Whether a process that was started here has ended, or is no longer known.
bool has_ended(int id);
/// Waits until it has ended; a signal interrupts it.
int wait_for_end(int id);
/// Kills it, and waits for its end.
void end_process(int id);

/// Runs another program in place of this one; returns only if that fails.
void become_program(const char* path, char* const arguments[]);

/// Ends the program at once: no destructor runs, and what is buffered is lost.
[[noreturn]] void exit_at_once(int status);

/// Stops the process and its group, as Ctrl-Z does; returns when it is continued.
void suspend();

}  // namespace coracle::host
