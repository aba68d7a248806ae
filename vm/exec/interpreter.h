// The interpreter: runs instructions until the code returns to C++.
//
// There are two ways to run the same instructions (instructions.h): as fused sequences, in a fast loop
// (handlers_*.cpp), and step by step, with a policy that traces, counts or checks (interpreter.cpp).
#pragma once

#include "vm/exec/entry.h"
#include "vm/exec/thread.h"

namespace coracle {

/// Runs from the instruction at `entry` until a `return_` instruction, or until the thread's transfer
/// leads back to a C++ frame. The machine's options choose the policy.
void run_interpreter(Thread& t, Word entry);

/// The number of a prototype (calls.def) with which an entry may be called.
unsigned prototype_of(const EntryDescriptor& entry);

}  // namespace coracle
