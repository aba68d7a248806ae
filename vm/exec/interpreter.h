// The interpreter: runs instructions until the code returns to C++.
//
// One source (interpreter_loop.h) makes all instantiations: the fast loop, and those of the policies
// trace, histogram and checked. The dispatch (switch or computed goto) is chosen at the loop's edge.
#pragma once

#include "vm/exec/entry.h"
#include "vm/exec/thread.h"

namespace coracle {

/// Runs from the instruction at `entry` until a `return` instruction or until the thread's transfer
/// says that a C++ frame further out is returned to. The machine's options choose the policy.
void run_interpreter(Thread& t, Word entry);

/// The number of a prototype (calls.def) by which an entry may be called.
unsigned prototype_of(const EntryDescriptor& entry);

}  // namespace coracle
