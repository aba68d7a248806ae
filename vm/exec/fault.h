// Faults: a load or store of compiled code that the host's memory refuses becomes a Scheme error.
//
// Unsafe code (optimize-level 3, foreign-ref) may touch memory that is not there. The host says so
// by a signal; its handler calls fault_in_interpreter(), which goes back to the innermost base run
// of the interpreter, and there the image's handler is called as for any error, with the stack and
// the allocation area reset, because nobody knows what state the code left them in.
// Invariants: only the interpreter's own frames are jumped over, and they hold nothing that needs a
// destructor; a fault inside a kernel entry is never recovered from.
#pragma once

#include <csetjmp>

#include "vm/exec/thread.h"

namespace coracle {

/// Where a base run of the interpreter can be entered again.
struct FaultFrame {
  std::jmp_buf place;
  Activation* activation = nullptr;  // the innermost one outside this run
};

/// For signal handlers: does not return if the thread was running code in the interpreter.
/// `message`: what the Scheme error says.
void fault_in_interpreter(Thread& t, const char* message);

}  // namespace coracle
