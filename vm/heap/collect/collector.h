// One collection: precise, copying, generational.
//
// Generations 0 to the request's greatest are "old space". What is reachable moves to its target
// generation: it is copied, or its segments change hands (locked objects' segments, large objects).
// Then sweeping goes on, space by space, until nothing new has been copied.
//
// Invariants: an old segment's `generation` is its target's from the beginning, so the generation of
// a reference is that of its segment, moved or not. An object has been reached if it isn't in old
// space, or is marked, or starts with the forward marker (flonums: see forwarded_flonums).
// Its lists lie in the heap's scratch arena, which is reset when the collector is gone.
// Must not know: where roots come from beyond RootSource; the interpreter.
#pragma once

#include <array>
#include <vector>

#include "vm/heap/collect/waiters.h"
#include "vm/heap/implementation.h"
#include "vm/heap/objects/frames.h"
#include "vm/heap/objects/kinds.h"

namespace coracle {

class Collector {
 public:
  Collector(HeapImplementation& heap, const CollectRequest& request);
  /// `also`: roots of this collection besides the heap's own.
  void run(RootSource& also);

 private:
  friend class CollectorRoots;
  friend struct InOldVisitor;
  template <bool tracked>
  friend struct Sweeper;
  template <bool tracked>
  friend class SlotBatch;

  // --- Reaching objects (copy.cpp)
  Generation target_of(Generation g) const;
  bool in_collection(int g) const { return g <= greatest_; }
  /// The state of a reference's segment when that is old space, else 0: there is nothing to do.
  std::uint8_t old_state(Value v) const {
    if (is_fixmediate(v)) return 0;
    std::uint8_t const state = h_.table.states().of(untagged(v));
    return (state & SegmentTable::state_old) != 0 ? state : 0;
  }
  Segment* old_segment(Value v) const { return old_state(v) == 0 ? nullptr : h_.segment_of(v); }
  static bool is_simple(Value v, std::uint8_t state) {
    return (state & SegmentTable::state_simple) != 0 && !has_tag(v, Tag::flonum);
  }
  static Generation generation_in(std::uint8_t state) {
    return static_cast<Generation>((state & SegmentTable::state_generation) - 1);
  }
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
  void reached_in_place(Value v, Kind kind, Generation g, Word size);
  void note_reached(Generation g, Kind kind, Value now, Word size, Value from);
  Space space_to_sweep(Space space, Value v) const;
  void mark_range(Segment* s, Word start, Word size);
  Word relocate_entry(Word entry);
  Word relocate_return_address(Word address);
  Word copy_untyped(Word from, Segment* s, Word size, Word used);
  /// Whether a reference's object has been reached (or can't die in this collection).
  bool is_alive(Value v) const {
    std::uint8_t const state = old_state(v);
    if (state == 0) return true;
    return is_simple(v, state) ? load<Value>(untagged(v)) == forward_marker : is_alive_in_old(v);
  }
  bool is_alive_in_old(Value v) const;
  /// Where the object is now, if it is alive.
  Value current(Value v) const {
    std::uint8_t const state = old_state(v);
    if (state == 0) return v;
    return is_simple(v, state) ? follow(v) : current_in_old(v);
  }
  Value current_in_old(Value v) const;

  // --- Sweeping (sweep.cpp)
  template <bool tracked>
  void sweep_slot(const SegmentTable::States& states, Word slot, Generation from);
  template <bool tracked>
  void sweep_words(Word start, Word end, Generation from);
  template <bool tracked>
  void sweep_references(Word start, Word end, Generation from);
  void sweep_card(Space space, Generation g, Word start, Word end);
  void sweep_range(Space space, Generation g, Word start, Word end);
  template <bool tracked>
  void sweep_range_as(Space space, Generation g, Word start, Word end);
  template <bool tracked>
  void sweep_stack(Value continuation, Generation from);
  bool sweep_region(Space space, Generation g);
  void sweep_marked();
  void sweep_run_again(const Segment* head);
  void sweep_object(Value v);
  /// Until nothing is left to sweep and no ephemeron waits for nothing.
  void sweep_all();
  void note_reference(Word slot, Generation from, std::uint8_t state);
  /// Whether objects that moved to a generation may refer to younger ones: to others that moved, or to
  /// some that weren't collected.
  bool must_track(Generation g) const {
    return g > least_target_ || (g > greatest_ + 1 && greatest_ < h_.oldest_generation);
  }

  // --- Roots and the remembered set (collector.cpp, remembered.cpp)
  bool stays_in_place(const Segment& head) const;
  void set_up_old_space();
  void pin_locked();
  void sweep_roots(RootSource& also);
  void sweep_dirty();
  void sweep_dirty_segment(Segment* s);
  void sweep_old_fresh();
  void sweep_dirty_objects(Segment* s, Segment* head, Word limit, std::uint32_t cards);
  Word end_of_old_objects(Segment* head) const;
  void finish();
  void recount_records();
  void release_old_space();
  void count_holes(Segment* head);
  void fill_holes(Segment* head);
  void copy_list_bits(Segment* s);

  // --- Weak things (weak.cpp, guardians.cpp)
  /// `what`: an ephemeron's bits, or an index into guardian_pool_ or foreign_.
  void wait(Value object, Waiters::Role role, Word what) {
    waiters_.wait(*h_.segment_of(object), untagged(object), role, what);
  }
  bool check_ephemerons();
  void check_ephemeron(Value e);
  void finish_ephemerons();
  void finish_weak_pairs();
  void gather_guardians();
  void handle_guardians();
  void hold(GuardianEntry entry);
  void wait_for_guardian(const GuardianEntry& entry, Waiters::Role role);
  void classify(const GuardianEntry& entry);
  void deliver(Value tconc, Value representative);
  bool release_ftype(GuardianEntry& entry);
  void sweep_in_old(Value v);
  void store_tracked(Word slot, Value v);
  /// Bytes of what is in target generations, so far as it has been reached.
  Word target_bytes() const {
    return stayed_bytes_ + h_.bytes_of_generations(least_target_, greatest_target_);
  }

  // --- Foreign objects (foreign.cpp)
  void sweep_foreign();
  void check_foreign(std::size_t i);
  bool check_woken_foreign();
  void trace_foreign(ForeignObject& f);
  void finish_foreign();

  // --- Afterwards (afterwards.cpp)
  void rehash_tlcs();
  void promote_continuations();

  HeapImplementation& h_;
  int greatest_;  // collected generation
  Generation least_target_, greatest_target_;
  bool in_place_;  // there is no memory for copies but those of what is new
  Word copied_of_long_stacks_ = 0;
  bool counting_;  // static objects are counted always: this is the last time they are met
  bool backreferences_;
  // What is being swept, for backreferences: an object where it is now, #f for roots, () for cards
  // that are swept by themselves.
  Value from_ = false_value;
  /// What copying a record takes from its type.
  struct RecordShape {
    Value type = false_value, type_now = false_value;  // before and after it moved
    Word used = 0;
    Space space = Space::empty;
  };
  RecordShape last_shape_;
  std::array<std::array<AllocationRegion, space_count>, generation_count> at_start_;
  ScratchVector<Segment*> old_runs_{&h_.scratch};
  struct Range {
    Word start, end;
  };
  ScratchVector<Range> ranges_to_sweep_{&h_.scratch};   // of objects that stay
  ScratchVector<Value> to_sweep_{&h_.scratch};          // others that do
  ScratchVector<Segment*> runs_to_sweep_{&h_.scratch};  // whole, again: there were too many ranges
  Word stayed_bytes_ = 0;                   // of objects that were reached and not copied
  ScratchVector<Value> tlcs_{&h_.scratch};  // whose keys may have moved
  ScratchVector<Value> one_shots_{&h_.scratch};
  ScratchVector<Range> weak_pairs_{&h_.scratch};  // whose first words are still as they were
  ScratchVector<Value> ephemerons_{&h_.scratch};  // to check
  Waiters waiters_{h_.table, h_.scratch};
  ScratchVector<GuardianEntry> guardian_pool_{&h_.scratch};
  ScratchVector<GuardianEntry> held_{&h_.scratch}, final_{&h_.scratch};
  ScratchVector<std::unique_ptr<ForeignObject>> foreign_{&h_.scratch};  // of collected generations
};

}  // namespace coracle
