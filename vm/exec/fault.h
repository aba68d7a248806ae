// Faults: when compiled code loads from or stores to memory that the host refuses, that is a Scheme
// error.
//
// Unsafe code (optimize-level 3, foreign-ref) may access unmapped memory. The host reports this by a
// signal. The signal's handler asks where the fault was (fault_site) and, if it was in the
// interpreter, calls recover_from_fault(), which jumps back to the innermost base run of the
// interpreter. There the image's handler is called as for any error, with a fresh stack and allocation
// area, because the code may have left them in any state.
// Invariants: the jump skips only the interpreter's own frames, on their own host thread, and these
// hold nothing that needs a destructor. A fault in native code (a kernel entry, a function of a shared
// object) is never recovered from. An interrupt that code doesn't look for ends the code in the same way.
// Must not know: signals.
#pragma once

#include <atomic>
#include <csetjmp>

#include "vm/exec/thread.h"

namespace coracle {

/// A base run of the interpreter on this host thread, and where to re-enter it.
struct FaultFrame {
  explicit FaultFrame(Thread& t);
  ~FaultFrame();
  FaultFrame(const FaultFrame&) = delete;
  FaultFrame& operator=(const FaultFrame&) = delete;
  /// From now on `place` is where a fault jumps to.
  void enter();

  std::jmp_buf place;
  Thread& thread;
  Activation* const activation;  // the innermost one outside this run
  NativeCode const native;       // what called this run
  FaultFrame* const outer;       // on this host thread
  std::atomic<unsigned> faults{0};
};

/// What this host thread is running.
struct FaultSite {
  FaultFrame* frame = nullptr;  // null: the thread runs no Scheme code
  NativeCode native;            // what is running if it isn't the interpreter
  bool in_interpreter() const { return frame != nullptr && !native.is_running(); }
};

// For signal handlers: they take no lock and allocate nothing.
FaultSite fault_site();
/// `message`: that of the Scheme error. The site must be in the interpreter.
[[noreturn]] void recover_from_fault(const FaultSite& site, const char* message);

}  // namespace coracle
