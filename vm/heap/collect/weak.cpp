// Weak pairs and ephemerons.
#include "vm/heap/collect/sweeper.h"

namespace coracle {

/// Sweeps the values of ephemerons whose keys have been reached; true when there were any to check.
/// The others wait for their keys.
bool Collector::check_ephemerons() {
  bool const any = !ephemerons_.empty();
  for (std::size_t i = 0; i < ephemerons_.size(); ++i) check_ephemeron(ephemerons_[i]);
  ephemerons_.clear();
  return waiters_.for_each_woken(Waiters::Role::ephemeron,
                                 [&](Word e) { check_ephemeron(Value{e}); }) ||
         any;
}

void Collector::check_ephemeron(Value e) {
  Word const object = untagged(e);
  Value const key = load<Value>(object + layout::pair_car);
  if (!is_alive(key)) {
    wait(key, Waiters::Role::ephemeron, e.bits);
    return;
  }
  Generation const g = h_.segment_of(e)->generation;
  from_ = e;
  sweep_words<true>(object, object + layout::pair_size, g);
}

void Collector::finish_ephemerons() {
  waiters_.for_each_waiting(Waiters::Role::ephemeron, [](Word e) {
    Word const object = untagged(Value{e});
    store(object + layout::pair_car, broken_weak_pointer);
    store(object + layout::pair_cdr, broken_weak_pointer);
  });
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
