// What becomes of a fault: in compiled code a Scheme error (vm/exec/fault.h); in native code a message,
// and the program ends.
#pragma once

#include <atomic>

#include "vm/host/faults.h"

namespace coracle::kernel {

/// The exit status of a program whose C stack is full: the same as when memory runs out.
inline constexpr int status_stack_full = 2;

/// For host::FaultHandlers. In the interpreter's loop, on any host thread, a fault is a Scheme error. In a
/// kernel entry or in a C function that the image called, the program ends by the signal, with a
/// message that names it; where the C stack is full, with status_stack_full. All other faults (of
/// threads that run no Scheme code) go to the handler that was installed before, and so do those that end
/// the program.
void handle_fault(const host::Fault& fault);

/// The exit status of a program that can't boot.
inline constexpr int status_boot_failed = 1;

/// Handles the faults of a process that is one program, as handle_fault does; in a frame of the thread
/// that runs it. Until booted() is called, a fault of the kernel on that thread comes most likely of a
/// damaged boot file, and ends the program with status_boot_failed.
class ProgramFaults : public host::FaultHandlers {
 public:
  ProgramFaults();
  void booted() { boots_ = false; }

 private:
  static void handle(const host::Fault& fault);
  std::atomic<bool> boots_ = true;
};

}  // namespace coracle::kernel
