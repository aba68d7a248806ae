// Foreign objects in a collection: tracing those whose owners live.
//
// Owns: those of collected generations until it is known whether their owners live.
// Must not know: what they are.
#pragma once

#include "vm/heap/collect/copier.h"

namespace coracle {

class ForeignTracing {
 public:
  ForeignTracing(const Collection& collection, Copier& copier, Waiters& waiters)
      : c_(collection), h_(collection.heap), copier_(copier), waiters_(waiters) {}
  ForeignTracing(const ForeignTracing&) = delete;
  ForeignTracing& operator=(const ForeignTracing&) = delete;

  /// Those of older generations are traced when they may refer to a collected one. Those of collected
  /// generations when their owner has been reached: until then they wait, as ephemerons do.
  void trace();
  /// Traces those that were woken; true when there were any.
  bool trace_woken();
  /// Files the living, and puts the others on the heap's list of dead ones.
  void finish();

 private:
  void check(std::size_t i);
  void trace(ForeignObject& f);

  const Collection& c_;
  HeapImplementation& h_;
  Copier& copier_;
  Waiters& waiters_;
  ScratchVector<std::unique_ptr<ForeignObject>> objects_{&h_.scratch};
};

}  // namespace coracle
