// Processes: running commands, ending this one, the environment, and whether a person is at the terminal.
#pragma once

#include "vm/exec/entry.h"

namespace coracle::kernel {

/// Ends the program: the machine unwinds first (Vm::exit_status).
void c_exit(Thread& t, std::int32_t status);
/// Runs a shell command to its end: its exit status, or minus the signal that ended it.
Value system_command(Thread& t, const char* command);
/// Starts a shell command with pipes: a list of the descriptors to read its output, (its errors,)
/// and to write its input, and of its process id.
Value start_process(Thread& t, const char* command, bool separate_errors);
/// Lets the operating system forget the started processes that have ended. Called before another one is
/// started.
void reap_children(Thread& t);

std::int32_t get_process_id(Thread& t);
Value get_environment(Thread& t, const char* name);
void set_environment(Thread& t, const char* name, const char* value);
/// True if both standard input and standard output are a terminal.
bool interactivep(Thread& t);
Value error_message(Thread& t, std::int32_t error);
std::int32_t last_error(Thread& t);

}  // namespace coracle::kernel
