// What the interpreter's loops keep of a thread, beside its registers: the part of a Thread that the
// handlers are compiled with.
#pragma once

#include "vm/base/value.h"

namespace coracle {

/// One run of the interpreter: a frame of the C++ stack that holds an instruction pointer. The
/// collector updates `ip` when it moves the code.
struct Activation {
  Word ip = 0;
  Activation* outer = nullptr;
  bool is_base = true;  // entered by a call from C++, not by an instruction
};

struct ExecutionState {
  /// That of the thread whose context this is: the word before the context is its address.
  static ExecutionState& of_context(Word context) {
    return **host_pointer<ExecutionState*>(context - word_bytes);
  }

  /// Set by a condition that runs by itself; the branch reads it.
  int condition = 0;
#if CORACLE_STRESS
  bool rewrites_now = false;  // see handlers.cpp
#endif
  Activation* activation = nullptr;  // innermost
};

}  // namespace coracle
