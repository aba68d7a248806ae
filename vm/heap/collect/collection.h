// What one collection is to do, for all of its phases: decided at its beginning, the same until its end.
//
// Generations 0 to the request's greatest are "old space". What is reachable moves to its target
// generation: it is copied, or its segments change hands (locked objects' segments, large objects).
#pragma once

#include <algorithm>

#include "vm/heap/implementation.h"

namespace coracle {

struct Collection {
  Collection(HeapImplementation& h, const CollectRequest& request)
      : heap(h),
        greatest(request.max_copied_generation),
        // Then a backreference's two objects are always collected together.
        least_target(static_cast<Generation>(h.backreferences_enabled ? request.max_target
                                                                      : request.min_target)),
        greatest_target(static_cast<Generation>(request.max_target)),
        in_place(!h.has_room_to_copy(greatest)),
        counting(h.counts_enabled || greatest_target == static_generation),
        backreferences(h.backreferences_enabled && greatest_target != static_generation) {}

  HeapImplementation& heap;
  int const greatest;  // collected generation
  Generation const least_target, greatest_target;
  bool const in_place;  // there is no memory for copies but those of what is new
  bool const counting;  // static objects are counted always: this is the last time they are met
  bool const backreferences;

  bool collects(int g) const { return g <= greatest; }
  Generation target_of(Generation g) const {
    int const next = std::max<int>(g + 1, least_target);
    // The static generation comes next after the greatest one.
    if (next > heap.maximum_generation) return greatest_target;
    return static_cast<Generation>(std::min<int>(next, greatest_target));
  }
  /// Whether objects that moved to a generation may refer to younger ones: to others that moved, or to
  /// some that weren't collected.
  bool must_track(Generation g) const {
    return g > least_target || (g > greatest + 1 && greatest < heap.oldest_generation);
  }
};

/// A range of addresses.
struct Range {
  Word start, end;
};

}  // namespace coracle
