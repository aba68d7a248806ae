// One collection: precise, copying, generational; the order of its phases.
//
// First what roots, locked objects and dirty cards refer to is reached, then what that refers to, space by
// space, until nothing new has been copied. Each phase owns what it knows, and sees of the others what
// their headers offer.
// Invariants: the lists of the phases lie in the heap's scratch arena, which is reset when the collector
// is gone.
// Must not know: where roots come from beyond RootSource; the interpreter.
#pragma once

#include "vm/heap/collect/copier.h"
#include "vm/heap/collect/foreign.h"
#include "vm/heap/collect/guardians.h"
#include "vm/heap/collect/old_space.h"
#include "vm/heap/collect/sweeper.h"
#include "vm/heap/collect/waiters.h"
#include "vm/heap/collect/weak.h"

namespace coracle {

class Collector {
 public:
  Collector(HeapImplementation& heap, const CollectRequest& request) : c_(heap, request) {}
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  /// `also`: roots of this collection besides the heap's own.
  void run(RootSource& also);

 private:
  void visit_roots(RootSource& also);
  /// Reaches all that can be reached from what has been.
  void trace_all();
  void update_symbols();
  void recount_records();

  Collection const c_;
  HeapImplementation& h_ = c_.heap;
  Waiters waiters_{h_.table, h_.scratch};
  Copier copier_{c_, waiters_};
  OldSpace old_space_{c_, copier_};
  Weak weak_{c_, copier_, waiters_};
  Sweeping sweeping_{c_, copier_, weak_};
  ForeignTracing foreign_{c_, copier_, waiters_};
  Guardians guardians_{c_, copier_, sweeping_, waiters_};
};

}  // namespace coracle
