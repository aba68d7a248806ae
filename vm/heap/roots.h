// What the rest of the machine shows the collector: its references into the heap.
//
// Must not know: who holds them.
#pragma once

#include "vm/base/value.h"

namespace coracle {

/// Looks at Values in host memory.
class ValueVisitor {
 public:
  virtual ~ValueVisitor() = default;
  /// A Value in host memory; updated when its object moves.
  virtual void value(Value& slot) = 0;
};
/// What the collector asks the rest of the machine to show it. All of it lies in host memory.
class RootVisitor : public ValueVisitor {
 public:
  /// An address inside a code object (an instruction pointer); moves with the code object.
  virtual void code_address(Word& address) = 0;
  /// The running stack: `base` and `size` (bytes) of the stack object, `sfp` the frame pointer
  /// (the word at sfp is the return address of the current frame), `esp` the overflow limit. The
  /// stack is copied and all of them are updated; frames are swept by their live masks.
  virtual void running_stack(Word& base, SignedWord& size, Word& sfp, Word& esp) = 0;
};
class RootSource {
 public:
  virtual ~RootSource() = default;
  virtual void visit_roots(RootVisitor& visitor) = 0;
};

}  // namespace coracle
