// Weak pairs and ephemerons of a collection.
//
// Owns: those that were reached, until it is settled what becomes of them.
// Must not know: how their referents are reached.
#pragma once

#include "vm/heap/collect/copier.h"

namespace coracle {

class Sweeping;

class Weak {
 public:
  Weak(const Collection& collection, Copier& copier, Waiters& waiters)
      : h_(collection.heap), copier_(copier), waiters_(waiters) {}
  Weak(const Weak&) = delete;
  Weak& operator=(const Weak&) = delete;

  /// Weak pairs side by side, whose second words are swept.
  void add_pairs(Range pairs) { pairs_.push_back(pairs); }
  void add_ephemeron(Value e) { ephemerons_.push_back(e); }

  /// Sweeps the ephemerons whose keys have been reached; the others wait for them. False when there were
  /// none to look at.
  bool check_ephemerons(Sweeping& sweeping);
  /// When nothing more can be reached: first words are brought up to date, or broken.
  void finish_pairs();
  /// Breaks those that still wait.
  void finish_ephemerons();

 private:
  void check_ephemeron(Sweeping& sweeping, Value e);

  HeapImplementation& h_;
  Copier& copier_;
  Waiters& waiters_;
  ScratchVector<Range> pairs_{&h_.scratch};  // whose first words are still as they were
  ScratchVector<Value> ephemerons_{&h_.scratch};
};

}  // namespace coracle
