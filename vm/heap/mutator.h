// Who changes the heap: a thread's allocation area, and the proof that all threads have stopped.
//
// Invariants: a mutator's words lie in host memory for as long as it is attached to the heap
// (Heap::attach). Only attached mutators may log stores or have guardian entries.
// Must not know: what threads are, and how they are stopped.
#pragma once

#include "vm/heap/heap.h"

namespace coracle {

class SafePoint;
namespace test {
struct SafePoints;
}

/// What C++ code allocates with: the heap and the calling thread's allocation area.
struct Mutator {
  Heap& heap;
  AllocationArea area;
  /// The objects that are shared by identity: (string) is one object, and so on.
  struct Empty {
    Value string, vector, fxvector, flvector, bytevector, immutable_string, immutable_vector,
        immutable_bytevector;
  };
  Empty empty{};
  /// Where objects are made (MakesIn).
  Generation generation = 0;
  /// The list of entries that compiled code made for guardians since the last collection: untyped
  /// objects, linked. Null where there are none.
  Value* guardian_entries = nullptr;
  /// How many critical sections, in which interrupts are disabled, the thread is in: a fixnum. Null if it
  /// can't be in any.
  const Value* disable_count = nullptr;

  Word allocate(Word bytes) { return heap.allocate(area, bytes); }
  Word allocate(Kind kind, Word bytes) {
    return generation == 0 ? allocate(bytes) : heap.allocate(kind, generation, bytes);
  }
};

/// While it lives, all mutators of a heap are stopped at safe points, the one that asked among them: the
/// heap may be collected. Only a safe point makes one; the tests of the heap, which have no threads, by a
/// struct of their own.
class MutatorsStopped {
 public:
  MutatorsStopped(const MutatorsStopped&) = delete;
  MutatorsStopped& operator=(const MutatorsStopped&) = delete;

  /// The mutator that asked, which will own what a collection returns.
  Mutator& requester() const { return requester_; }

 private:
  friend class SafePoint;
  friend struct test::SafePoints;
  explicit MutatorsStopped(Mutator& requester) : requester_(requester) {}

  Mutator& requester_;
};

}  // namespace coracle
