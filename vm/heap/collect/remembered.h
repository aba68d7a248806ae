// The remembered set: what older generations may refer to in the collected ones.
//
// Owns: where objects ended when the collection began.
// Must not know: how objects are reached.
#pragma once

#include <array>

#include "vm/heap/collect/sweeper.h"

namespace coracle {

class Remembered {
 public:
  /// Before anything has been copied.
  Remembered(const Collection& collection, Copier& copier, Sweeping& sweeping)
      : c_(collection), h_(collection.heap), copier_(copier), sweeping_(sweeping) {}
  Remembered(const Remembered&) = delete;
  Remembered& operator=(const Remembered&) = delete;

  /// Sweeps the cards that may refer to collected generations, and no others.
  void sweep_dirty();
  /// Sweeps what stays in fresh segments of older generations.
  void sweep_old_fresh();

 private:
  void sweep_dirty_segment(Segment* s);
  void sweep_dirty_objects(Segment* s, Segment* head, Word limit, std::uint32_t cards);
  Word end_of_old_objects(Segment* head) const;

  const Collection& c_;
  HeapImplementation& h_;
  Copier& copier_;
  Sweeping& sweeping_;
  std::array<std::array<AllocationRegion, space_count>, generation_count> const at_start_ =
      h_.regions;
};

}  // namespace coracle
