// Guardians of a collection: handing over what became unreachable.
//
// Owns: the entries of collected generations until it is known what becomes of each.
// Must not know: how objects are swept.
#pragma once

#include <functional>

#include "vm/heap/collect/sweeper.h"

namespace coracle {

class Guardians {
 public:
  Guardians(const Collection& collection, Copier& copier, Sweeping& sweeping, Waiters& waiters)
      : c_(collection),
        h_(collection.heap),
        copier_(copier),
        sweeping_(sweeping),
        waiters_(waiters) {}
  Guardians(const Guardians&) = delete;
  Guardians& operator=(const Guardians&) = delete;

  /// `trace`: to be called when something has been reached, until nothing more is.
  void run(const std::function<void()>& trace);

 private:
  void gather();
  void hold(GuardianEntry entry);
  void wait_for_guardian(const GuardianEntry& entry, Waiters::Role role);
  void classify(const GuardianEntry& entry);
  void deliver(Value tconc, Value representative);
  bool release_ftype(GuardianEntry& entry);
  void sweep_in_old(Value v);
  void store_tracked(Word slot, Value v);
  /// Bytes of what is in target generations, so far as it has been reached.
  Word target_bytes() const {
    return copier_.stayed_bytes() + h_.bytes_of_generations(c_.least_target, c_.greatest_target);
  }

  const Collection& c_;
  HeapImplementation& h_;
  Copier& copier_;
  Sweeping& sweeping_;
  Waiters& waiters_;
  ScratchVector<GuardianEntry> waiting_{&h_.scratch};  // or were; Waiters know them by their places
  ScratchVector<GuardianEntry> held_{&h_.scratch}, final_{&h_.scratch};
};

}  // namespace coracle
