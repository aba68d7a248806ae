// The program that the machine runs in, as Scheme code sees it: functions of its own that Scheme calls,
// and its wish that a call ends.
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
  /// Asked at an event check after kernel::ask_embedder: whether the call that runs is to be stopped.
  virtual bool stops(Thread& t) = 0;
  /// Whether it wants that a call ends and was not asked since. For entries that run for long.
  virtual bool interrupted() const = 0;
  /// Takes the timer ticks of one long operation from what the call that runs may use. False if there are
  /// not so many: then the next event check stops the call.
  virtual bool spend(Word ticks) = 0;
};

namespace kernel {

Value call_embedder(SafePoint safe_point, Value handle, Value arguments);

}  // namespace kernel
}  // namespace coracle
