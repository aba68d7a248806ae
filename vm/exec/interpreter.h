// The interpreter: runs instructions until the code returns to C++.
//
// Two ways to run the same instructions (instructions.h): fused sequences, each handler going on to
// the next one (handlers.cpp), and step by step, with a policy that traces, counts or checks
// (interpreter.cpp).
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
