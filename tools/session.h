// A session of the program: what the options mean for a machine, from booting to the exit status.
#pragma once

#include <memory>
#include <new>

#include "boot/machine.h"
#include "tools/options.h"
#include "vm/kernel/process/fault_signals.h"

namespace coracle {

/// The exit status when memory runs out where no Scheme program can handle it.
inline constexpr int status_out_of_memory = 2;

/// Ends the program with that status. `bytes`: how many were wanted; 0 if that isn't known.
[[noreturn]] void end_out_of_memory(Word bytes);

/// Calls `f`, which may run out of memory.
template <class F>
auto ending_without_memory(F f) -> decltype(f()) {
  try {
    return f();
  } catch (const OutOfMemory& e) {
    end_out_of_memory(e.bytes);
  } catch (const std::bad_alloc&) {
    end_out_of_memory(0);
  }
}

/// A session in steps, for programs that make it a run. Errors are reported on standard error.
class Session {
 public:
  explicit Session(const Options& options);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// False if it can't be booted; then there is no machine. `faults` learn when it is.
  bool boot(kernel::ProgramFaults* faults = nullptr);
  Machine& machine();
  /// Runs the scripts, the program or the REPL that the options ask for; returns the exit status.
  int run();
  /// The same, as a run (boot/api/run.h).
  Run begin();
  /// At the end, with the exit status so far; returns the final one.
  int finish(int status);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Boots, runs and finishes a session; returns the exit status.
int run_session(const Options& options);

/// The release of Chez Scheme that a session would boot; if no boot files are found, the first one in the
/// table of profiles.
std::string release_to_boot(const Options& options);

/// The table of the kernel's entries, as --entries prints it.
std::string entries_table();

}  // namespace coracle
