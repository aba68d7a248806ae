// Faults: a load or store of compiled code that the host's memory refuses becomes a Scheme error.
//
// Unsafe code (optimize-level 3, foreign-ref) may touch memory that is not there. The host says so
// by a signal; its handler asks where the fault was (fault_site) and, if it was in the interpreter,
// calls recover_from_fault(), which goes back to the innermost base run of the interpreter. There the
// image's handler is called as for any error, with the stack and the allocation area reset, because
// nobody knows what state the code left them in.
// Invariants: only the interpreter's own frames are jumped over, on the host thread that they are on,
// and they hold nothing that needs a destructor. A fault inside native code (a kernel entry, a
// function of a shared object) is never recovered from.
// Must not know: signals.
#pragma once

#include <csetjmp>

#include "vm/exec/thread.h"

namespace coracle {

/// A base run of the interpreter on this host thread, and where it can be entered again.
struct FaultFrame {
  explicit FaultFrame(Thread& t);
  ~FaultFrame();
  FaultFrame(const FaultFrame&) = delete;
  FaultFrame& operator=(const FaultFrame&) = delete;

  std::jmp_buf place;
  Thread& thread;
  Activation* const activation;  // the innermost one outside this run
  NativeCode const native;       // what called this run
  FaultFrame* const outer;       // on this host thread
};

/// Where this host thread is.
struct FaultSite {
  FaultFrame* frame = nullptr;  // null: the thread runs no Scheme code
  NativeCode native;            // what is running if it isn't the interpreter
  bool in_interpreter() const { return frame != nullptr && !native.is_running(); }
};

// For signal handlers: they take no lock and allocate nothing.
FaultSite fault_site();
/// `message`: what the Scheme error says. The site is in the interpreter.
[[noreturn]] void recover_from_fault(const FaultSite& site, const char* message);

}  // namespace coracle
