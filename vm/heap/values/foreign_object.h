// Host memory that holds Values and lives as long as a Scheme object, its owner.
//
// A program derives a class from ForeignObject and hands an object of it to Heap::add_foreign. While
// the owner lives, so does all that the Values refer to, and they are updated as objects move. When
// the owner has died, or the heap ends, the foreign object is deleted.
// Invariants: a foreign object belongs to the generation of its owner: a collection traces those whose
// owners it reaches, and of the older ones those that may refer to the generations that it collects.
// For that a Value is changed through Heap::store(holder, slot, value), no other way.
#pragma once

#include "vm/heap/heap.h"

namespace coracle {

class ForeignObject {
 public:
  ForeignObject() = default;
  /// Runs at the end of a collection that found the owner dead, or when the heap ends. What the
  /// Values referred to may be gone.
  virtual ~ForeignObject() = default;
  ForeignObject(const ForeignObject&) = delete;
  ForeignObject& operator=(const ForeignObject&) = delete;

  /// Shows every Value that this object holds. It runs in the middle of a collection: no call of the
  /// heap's functions, no look at what the Values refer to.
  virtual void trace(ValueVisitor& visitor) = 0;

  /// The owner; #f before add_foreign.
  Value owner() const { return owner_; }

 private:
  friend class ForeignObjects;
  friend class ForeignTracing;
  Value owner_ = false_value;
  std::uint8_t youngest_ = 0xFF;    // as a card: the youngest generation that it may refer to
  ForeignObject* next_ = nullptr;   // in the list of those with the same youngest generation,
  ForeignObject** link_ = nullptr;  // and what points here in it
};

}  // namespace coracle
