// Weak pairs and ephemerons.
#include "vm/heap/collect/sweeper.h"

namespace coracle {

// An ephemeron whose key hasn't been reached, a guardian entry whose guardian hasn't or a foreign
// object whose owner hasn't waits on the segment of that object; the first object that is reached
// there wakes all who wait on the segment.
// So nobody is looked at again without a reason, but for objects that share a segment.

void Collector::wait(Segment* s, Word what, Waiter::Role role) {
  waiters_.push_back({what, s->waiting, role, true});
  s->waiting = static_cast<std::uint32_t>(waiters_.size() - 1);
  h_.table.note_state(*s);
}

void Collector::wake(Segment* s) {
  std::uint32_t i = s->waiting;
  s->waiting = nobody_waits;
  h_.table.note_state(*s);
  while (i != nobody_waits) {
    Waiter& w = waiters_[i];
    w.waiting = false;
    switch (w.role) {
      case Waiter::Role::ephemeron: ephemerons_.push_back(Value{w.what}); break;
      case Waiter::Role::foreign: woken_foreign_.push_back(static_cast<std::size_t>(w.what)); break;
      case Waiter::Role::guardian_held:
      case Waiter::Role::guardian_final: woken_guardians_.push_back(i); break;
    }
    i = w.next;
  }
}

/// Sweeps the values of ephemerons whose keys have been reached; true when that was any.
bool Collector::check_ephemerons() {
  if (ephemerons_.empty()) return false;
  ScratchVector<Value> batch(&h_.scratch);
  batch.swap(ephemerons_);
  for (Value const e : batch) check_ephemeron(e);
  return true;
}

void Collector::check_ephemeron(Value e) {
  Word const object = untagged(e);
  Value const key = load<Value>(object + layout::pair_car);
  if (!is_alive(key)) {
    wait(h_.segment_of(key), e.bits, Waiter::Role::ephemeron);
    return;
  }
  Generation const g = h_.segment_of(e)->generation;
  from_ = e;
  sweep_words<true>(object, object + layout::pair_size, g);
}

void Collector::finish_ephemerons() {
  for (const Waiter& w : waiters_) {
    if (!w.waiting || w.role != Waiter::Role::ephemeron) continue;
    Word const object = untagged(Value{w.what});
    store(object + layout::pair_car, broken_weak_pointer);
    store(object + layout::pair_cdr, broken_weak_pointer);
  }
}

void Collector::finish_weak_pairs() {
  SegmentTable::States const states = h_.table.states();
  for (const Range& range : weak_pairs_) {
    Generation const from = h_.table.find(range.start)->generation;
    for (Word pair = range.start; pair < range.end; pair += layout::pair_size) {
      constexpr Word ahead = 8 * layout::pair_size;
      if (range.end - pair > ahead) {
        __builtin_prefetch(host_pointer(untagged(load<Value>(pair + ahead + layout::pair_car))));
      }
      Word const slot = pair + layout::pair_car;
      Value const v = load<Value>(slot);
      if (is_fixmediate(v)) continue;
      std::uint8_t const state = states.of(untagged(v));
      if ((state & SegmentTable::state_old) != 0) {
        if (!is_alive(v)) {
          store(slot, broken_weak_pointer);
          continue;
        }
        store(slot, current(v));
      }
      note_reference(slot, from, state);
    }
  }
}

}  // namespace coracle
