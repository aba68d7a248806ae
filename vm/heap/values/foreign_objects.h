// The heap's foreign objects: who they are, by generation, and which may refer to younger ones.
//
// Invariants: a foreign object is in the list of its owner's generation; one that may refer to a
// generation younger than that is on the dirty list of the youngest such generation, too.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "vm/heap/memory/segment.h"
#include "vm/heap/values/foreign_object.h"

namespace coracle {

class ForeignObjects {
 public:
  using List = std::vector<std::unique_ptr<ForeignObject>>;

  std::array<List, generation_count> of_generation;
  List dead;  // their owners have died in the collection that is under way

  void add(Value owner, Generation g, std::unique_ptr<ForeignObject> object);
  /// The barrier: it may refer to generation `youngest`.
  void note(ForeignObject& f, std::uint8_t youngest) {
    if (youngest < f.youngest_) list_dirty(f, youngest);
  }
  /// Puts it on the dirty list of `youngest` (clean_card: on none).
  void list_dirty(ForeignObject& f, std::uint8_t youngest);
  static std::uint8_t youngest(const ForeignObject& f) { return f.youngest_; }

  /// Calls f(ForeignObject&) for those on the dirty list of a generation.
  template <class F>
  void for_each_dirty(std::size_t to, F&& f) const {
    for (ForeignObject* o = dirty_[to]; o != nullptr; o = o->next_) f(*o);
  }

 private:
  std::array<ForeignObject*, generation_count> dirty_{};
};

}  // namespace coracle
