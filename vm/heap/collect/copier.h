// Reaching objects: each is copied, or marked where it is, when it is reached first.
//
// Owns: what has been reached and stays where it is, and therefore must be swept there; and the lists of
// those that need more when all have their places.
// Invariants: an old segment's `generation` is its target's from the beginning, so the generation of
// a reference is that of its segment, moved or not. An object has been reached if it isn't in old
// space, or is marked, or starts with the forward marker (flonums: see forwarded_flonums).
// Must not know: who refers to what is reached.
#pragma once

#include "vm/heap/collect/collection.h"
#include "vm/heap/collect/waiters.h"
#include "vm/heap/objects/frames.h"
#include "vm/heap/objects/kinds.h"

namespace coracle {

class Copier {
 public:
  Copier(const Collection& collection, Waiters& waiters)
      : h_(collection.heap),
        waiters_(waiters),
        in_place_(collection.in_place),
        counting_(collection.counting),
        backreferences_(collection.backreferences) {}
  Copier(const Copier&) = delete;
  Copier& operator=(const Copier&) = delete;

  SegmentTable::States states() const { return h_.table.states(); }
  const Profile& profile() const { return h_.profile; }

  // --- References
  /// The state of a reference's segment when that is old space, else 0: there is nothing to do.
  std::uint8_t old_state(Value v) const {
    if (is_fixmediate(v)) return 0;
    std::uint8_t const state = h_.table.states().of(untagged(v));
    return (state & SegmentTable::state_old) != 0 ? state : 0;
  }
  Segment* old_segment(Value v) const { return old_state(v) == 0 ? nullptr : h_.segment_of(v); }
  /// Where an object of old space is or goes; moves it when it hasn't been reached before. `state` is
  /// that of its segment: most need no look at the descriptor.
  Value forward(Value v, std::uint8_t state) {
    if (is_simple(v, state)) [[likely]] {
      Word const object = untagged(v);
      if (load<Value>(object) == forward_marker) return load<Value>(object + word_bytes);
      return is_pair(v) ? move_pairs(v, state)
                        : copy(v, kind_of(v, Space::fresh), generation_in(state));
    }
    return forward_carefully(v, h_.segment_of(v));
  }
  Value relocate(Value v) {
    std::uint8_t const state = old_state(v);
    return state == 0 ? v : forward(v, state);
  }
  Word relocate_entry(Word entry);
  Word relocate_return_address(Word address);
  /// Moves `used` bytes of a block of `size`, which only its owner refers to, so that nothing needs
  /// forwarding. A block with a run of its own stays there if it fills most of it, as the stacks of a deep
  /// recursion do, or if there is no memory for a copy.
  Word copy_untyped(Word from, Segment* s, Word size, Word used);
  /// Whether a reference's object has been reached (or can't die in this collection).
  bool is_alive(Value v) const {
    std::uint8_t const state = old_state(v);
    if (state == 0) return true;
    return is_simple(v, state) ? load<Value>(untagged(v)) == forward_marker : is_alive_in_old(v);
  }
  /// Where the object is now, if it is alive.
  Value current(Value v) const {
    std::uint8_t const state = old_state(v);
    if (state == 0) return v;
    return is_simple(v, state) ? follow(v) : current_in_old(v);
  }
  /// An object of generation `from` refers to one in a segment of this state: if that is younger, the
  /// card must say so.
  void note_reference(Word slot, Generation from, std::uint8_t state) {
    auto const to = static_cast<std::uint8_t>(state & SegmentTable::state_generation);
    // 0 is outside the heap, and no generation is younger than that.
    if (to <= from && to != 0) {
      h_.mark_card(h_.table.find(slot), slot, static_cast<Generation>(to - 1));
    }
  }
  /// An object that stays where it is, and is alive whether it is reached or not.
  void reached_in_place(Value v, Kind kind, Generation g, Word size);

  /// What is being swept from now on, for backreferences: an object where it is now, #f for roots, ()
  /// for cards that are swept by themselves.
  void sweeping(Value from) { from_ = from; }

  // --- What stays, and is still to be swept
  bool has_more_to_sweep() const {
    return !to_sweep_.empty() || !ranges_to_sweep_.empty() || !runs_to_sweep_.empty();
  }
  /// Call f(Value) for each object, and f(Range) for each range of objects that lie side by side in a
  /// space that is swept by ranges. What f reaches is included.
  template <class F>
  void take_objects(F&& f) {
    take_all(to_sweep_, f);
  }
  template <class F>
  void take_ranges(F&& f) {
    take_all(ranges_to_sweep_, f);
  }
  /// Calls f(const Segment*) for the head of one run all of whose marked objects are to be swept, again.
  template <class F>
  void take_run(F&& f) {
    if (runs_to_sweep_.empty()) return;
    Segment* const head = runs_to_sweep_.back();
    runs_to_sweep_.pop_back();
    head->sweep_again = false;  // what is marked from now on may come too late
    f(head);
  }
  void sweep_alone(Value v) { to_sweep_.push_back(v); }
  /// Bytes of objects that were reached and not copied.
  Word stayed_bytes() const { return stayed_bytes_; }

  // --- For afterwards
  /// Entries of eq-hashtables whose keys may have moved.
  const ScratchVector<Value>& tlcs() const { return tlcs_; }
  /// One-shot continuations that have become ordinary ones.
  const ScratchVector<Value>& one_shots() const { return one_shots_; }

 private:
  /// Calls f for each item, those included that f adds.
  template <class Items, class F>
  static void take_all(Items& items, F& f) {
    while (!items.empty()) {
      auto const item = items.back();
      items.pop_back();
      f(item);
    }
  }
  static bool is_simple(Value v, std::uint8_t state) {
    return (state & SegmentTable::state_simple) != 0 && !has_tag(v, Tag::flonum);
  }
  static Generation generation_in(std::uint8_t state) {
    return static_cast<Generation>((state & SegmentTable::state_generation) - 1);
  }
  Value forward_carefully(Value v, Segment* s);
  Value forward_flonum(Value v, Segment* s);
  double flonum_at(Word address) const;
  Value move(Value v, Segment* s);
  struct PairCopier;
  Value move_pairs(Value v, std::uint8_t state);
  Value copy(Value v, Kind kind, Generation to);
  Value copy_record_alike(Value v, Generation g);
  void note_shape(Word record);
  Value finish_copy(Value v, Word to, Kind kind, Generation g, Word size);
  Value stay(Value v, Segment* s);
  void split_into_pairs(Segment* head);
  Value mark_pairs(Value v, Segment* s);
  void sweep_later(Value v, const Segment* s, Word object, Word size);
  bool may_change_bucket(Value keyval) const;
  void reached(Value now, Kind kind, Generation g, Word size);
  void note_reached(Generation g, Kind kind, Value now, Word size, Value from);
  Space space_to_sweep(Space space, Value v) const;
  void mark_range(Segment* s, Word start, Word size);
  bool is_alive_in_old(Value v) const;
  Value current_in_old(Value v) const;

  HeapImplementation& h_;
  Waiters& waiters_;
  bool const in_place_, counting_, backreferences_;
  Value from_ = false_value;
  /// What copying a record takes from its type.
  struct RecordShape {
    Value type = false_value, type_now = false_value;  // before and after it moved
    Word used = 0;
    Space space = Space::empty;
  };
  RecordShape last_shape_;
  ScratchVector<Range> ranges_to_sweep_{&h_.scratch};
  ScratchVector<Value> to_sweep_{&h_.scratch};
  ScratchVector<Segment*> runs_to_sweep_{&h_.scratch};  // because there were too many ranges
  Word copied_of_long_stacks_ = 0;
  Word stayed_bytes_ = 0;
  ScratchVector<Value> tlcs_{&h_.scratch};
  ScratchVector<Value> one_shots_{&h_.scratch};
};

}  // namespace coracle
