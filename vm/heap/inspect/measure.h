// How much memory objects hold: a walk over all that is reachable from them, moving nothing.
//
// Owns: what has been reached since it was made; it uses the segments' mark bitmaps, which nobody
// else needs between collections, and clears them at its end.
// Invariants: each object is measured once, for the root that reaches it first. A weak pair doesn't
// reach its first word. An ephemeron reaches its value for the root that reaches its key, whether
// that comes before it or after it.
// Must not know: what is collected.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "vm/heap/implementation.h"
#include "vm/heap/objects/objects.h"

namespace coracle {

class Measure {
 public:
  /// Goes through objects of generations up to `followed` (roots may be older), and counts those up
  /// to `counted`.
  Measure(HeapImplementation& heap, Generation followed, Generation counted);
  ~Measure();
  Measure(const Measure&) = delete;
  Measure& operator=(const Measure&) = delete;

  /// Sets an object aside: other roots don't reach it, it is measured by a call of size() of its own.
  void set_aside(Value v);
  /// Bytes of a root and what is reachable from it, as far as no root before has reached it.
  Word size(Value root);
  /// Likewise, but 0 unless a root before refers to it.
  Word size_if_reached(Value root);

 private:
  friend struct MeasureVisitor;

  void reach(Value v);
  void reach_ephemeron(Value e);
  void add(Generation g, Word bytes) {
    if (g <= counted_) total_ += bytes;
  }
  /// False when it was marked before.
  bool mark(Segment* s, Value v);
  bool is_reached(Value key) const;
  void measure_all();

  HeapImplementation& h_;
  Generation followed_, counted_;
  Word total_ = 0;
  std::vector<Segment*> marked_segments_;
  std::vector<Value> to_visit_;
  std::unordered_map<Word, bool> set_aside_;      // by bits: whether something refers to it
  std::unordered_multimap<Word, Value> waiting_;  // ephemerons by their keys' bits
};

/// What (collect g min max objects) returns for a list of objects, in its order. The objects that the
/// list doesn't hold weakly are added to `kept`: they live through the collection.
std::vector<Word> account_for(HeapImplementation& heap, Value objects, Generation collected,
                              std::vector<Value>& kept);
Value list_of_sizes(Mutator& m, const std::vector<Word>& sizes);

}  // namespace coracle
