// What the interpreter's loops need of a thread, besides its registers. It is the only part of a Thread
// that the handlers know.
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
  /// The state of the thread that the context belongs to. The word before the context is its address.
  static ExecutionState& of_context(Word context) {
    return **host_pointer<ExecutionState*>(context - word_bytes);
  }

  /// Set by a condition that runs apart from its branch, which reads it.
  int condition = 0;
#if CORACLE_STRESS
  bool rewrites_now = false;  // see fusion.h
#endif
  Activation* activation = nullptr;  // innermost
  /// How much the thread has run, by which handlers_switch.cpp chooses its loop.
  std::uint32_t work = 0;
};

}  // namespace coracle
