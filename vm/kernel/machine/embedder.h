// The program that the machine runs in, as Scheme code sees it: its functions, which Scheme can call, and
// its requests to stop a call.
//
// Owns: the interface and the entry; what implements it lives in a room above and installs itself as
// Vm::embedder.
#pragma once

#include "vm/exec/entry.h"

namespace coracle {

class Embedder {
 public:
  virtual ~Embedder() = default;
  /// Calls the function of a handle with a list of arguments. Errors are SchemeErrors.
  virtual Value call(SafePoint safe_point, Value handle, Value arguments) = 0;
  /// Called at an event check after kernel::ask_embedder, before `stops`. May suspend the running call.
  virtual void check_slice(Thread& t) = 0;
  /// Asked at an event check after kernel::ask_embedder: whether the running call is to be stopped.
  virtual bool stops(Thread& t) = 0;
  /// Whether it wants a call stopped and has not been asked (`stops`) since. For entries that run for long.
  virtual bool interrupted() const = 0;
  /// Whether there are, or were, runs: calls that go on in slices. Then a keyboard interrupt comes by
  /// `keyboard_interrupt`. For the image runs its own handler of one before it asks for signals: no slice
  /// would end until that handler returns.
  virtual bool has_runs() const = 0;
  /// Called at an event check, before `stops`: there was a keyboard interrupt.
  virtual void keyboard_interrupt() = 0;
  /// Takes the timer ticks of one long operation from those that the running call may use. False if fewer
  /// are left: then the next event check stops the call.
  virtual bool spend(Word ticks) = 0;
};

namespace kernel {

Value call_embedder(SafePoint safe_point, Value handle, Value arguments);

}  // namespace kernel
}  // namespace coracle
