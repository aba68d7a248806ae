// Who waits in a collection for an object to be reached: ephemerons for their keys, guardian entries
// for their guardians, foreign objects for their owners.
//
// Owns: the waiters, by the object that they wait for, and those that were woken, by their roles.
// Invariants: waiters wait for one object, not for its segment, and are woken once, so all of them
// take memory and time in proportion to their number. Segments of such objects have a bitmap of them;
// whoever reaches an object in a segment that has one calls reached().
// Must not know: what the waiters are, copying, sweeping.
#pragma once

#include <array>

#include "vm/heap/memory/scratch.h"
#include "vm/heap/memory/segment.h"

namespace coracle {

class Waiters {
 public:
  enum class Role : std::uint8_t { ephemeron, guardian_held, guardian_final, foreign };
  static constexpr std::size_t role_count = 4;

  Waiters(SegmentTable& table, ScratchArena& scratch);

  /// `what`, which means something to the role, waits for the object at this address in segment `s`,
  /// which hasn't been reached.
  void wait(Segment& s, Word object, Role role, Word what);
  /// The object at this address, in a segment where somebody waits, has been reached.
  void reached(Segment& s, Word object) {
    if (test_bit(s.waited_for->bits, object)) wake(s, object);
  }
  /// Calls f(what) for those that were woken since the last time, those that f wakes included; false if
  /// there were none.
  template <class F>
  bool for_each_woken(Role role, F&& f) {
    ScratchVector<Word>& woken = woken_[index_of(role)];
    if (woken.empty()) return false;
    for (std::size_t i = 0; i < woken.size(); ++i) f(Word{woken[i]});
    woken.clear();
    return true;
  }
  /// Calls f(what) for those that still wait.
  template <class F>
  void for_each_waiting(Role role, F&& f) const {
    for (const Waiter& w : waiters_) {
      if (w.waiting && w.role == role) f(w.what);
    }
  }

 private:
  using Index = std::size_t;  // of waiters_; not narrower, so that it can't wrap
  static constexpr Index nobody = ~Index{0};
  struct Waiter {
    Word what;
    Index next;  // that waits for the same object
    Role role;
    bool waiting;
  };
  /// Of a hash table with open addresses.
  struct Entry {
    Word object = 0;
    Index first = nobody;
  };

  static std::size_t index_of(Role role) { return static_cast<std::size_t>(role); }
  Entry& entry_of(Word object);
  void grow();
  void wake(Segment& s, Word object);

  SegmentTable& table_;
  ScratchArena& scratch_;
  ScratchVector<Waiter> waiters_{&scratch_};
  ScratchVector<Entry> entries_{&scratch_};
  std::size_t objects_ = 0;  // in `entries_`; they stay there when they have been reached
  std::array<ScratchVector<Word>, role_count> woken_;
};

}  // namespace coracle
