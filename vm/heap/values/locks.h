// Objects that live although nothing may refer to them, and objects that stay where they are.
//
// Owns: which objects are locked, and how often; each run counts the reasons to stay (Segment::immobile).
// Invariants: a locked object is immobile. Static objects are neither: they live and stay anyway.
// Must not know: how a collection treats them.
#pragma once

#include "vm/heap/memory/segment.h"
#include "vm/heap/values/locked_objects.h"

namespace coracle {

class Locks {
 public:
  explicit Locks(const SegmentTable& table) : table_(table) {}

  /// Locks nest. An object outside the heap, or a static one, is as good as locked.
  void lock(Value v);
  void unlock(Value v);
  bool is_locked(Value v) const;
  std::vector<Value> objects() const;
  /// Keeps the object's segment in place (an object of an immobile space) until static.
  void immobilize(Value v);
  void mobilize(Value v);

  // --- For the collector and the verifier.
  LockedObjects locked;
  LockedObjects locked_before;  // objects in fresh segments that grew old, when they were unlocked

 private:
  /// The segment of an object that may be collected, or null.
  Segment* segment_of(Value v) const;

  const SegmentTable& table_;
};

}  // namespace coracle
