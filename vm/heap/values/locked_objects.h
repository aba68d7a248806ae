// A set of objects that stay where they are, in the order in which they joined it, with a count for
// each: how often it was locked.
//
// Invariants: objects are known by their addresses, so none of them moves while it is in the set.
// Adding, removing and finding take constant time.
#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "vm/base/value.h"

namespace coracle {

class LockedObjects {
 public:
  void add(Value v) {
    auto const [place, is_new] = places_.try_emplace(v.bits, entries_.size());
    if (is_new) entries_.push_back({v, 0});
    ++entries_[place->second].count;
  }
  /// Takes one from the object's count; false if it isn't in the set.
  bool remove(Value v) {
    auto const found = places_.find(v.bits);
    if (found == places_.end()) return false;
    Entry& e = entries_[found->second];
    if (--e.count == 0) {
      places_.erase(found);
      if (entries_.size() > 2 * places_.size()) drop_removed();
    }
    return true;
  }
  bool contains(Value v) const { return places_.contains(v.bits); }
  template <class F>
  void for_each(F&& f) const {
    for (const Entry& e : entries_) {
      if (e.count != 0) f(e.object);
    }
  }
  template <class Predicate>
  void remove_if(Predicate&& p) {
    for (Entry& e : entries_) {
      if (e.count != 0 && p(e.object)) e.count = 0;
    }
    drop_removed();
  }

 private:
  struct Entry {
    Value object;
    std::size_t count;  // 0: removed
  };
  void drop_removed() {
    std::erase_if(entries_, [](const Entry& e) { return e.count == 0; });
    places_.clear();
    for (std::size_t i = 0; i < entries_.size(); ++i) places_.emplace(entries_[i].object.bits, i);
  }

  std::vector<Entry> entries_;
  std::unordered_map<Word, std::size_t> places_;  // in `entries_`
};

}  // namespace coracle
