#include "vm/heap/collect/weak.h"

#include "vm/heap/collect/sweeper.h"

namespace coracle {

bool Weak::check_ephemerons(Sweeping& sweeping) {
  bool const any = !ephemerons_.empty();
  for (std::size_t i = 0; i < ephemerons_.size(); ++i) check_ephemeron(sweeping, ephemerons_[i]);
  ephemerons_.clear();
  return waiters_.for_each_woken(Waiters::Role::ephemeron, [&](Word e) {
    check_ephemeron(sweeping, Value{e});
  }) || any;
}

void Weak::check_ephemeron(Sweeping& sweeping, Value e) {
  Word const object = untagged(e);
  Value const key = load<Value>(object + layout::pair_car);
  if (!copier_.is_alive(key)) {
    waiters_.wait(*h_.segment_of(key), untagged(key), Waiters::Role::ephemeron, e.bits);
    return;
  }
  Generation const g = h_.segment_of(e)->generation;
  copier_.sweeping(e);
  sweeping.sweep_words<true>(object, object + layout::pair_size, g);
}

void Weak::finish_ephemerons() {
  waiters_.for_each_waiting(Waiters::Role::ephemeron, [](Word e) {
    Word const object = untagged(Value{e});
    store(object + layout::pair_car, broken_weak_pointer);
    store(object + layout::pair_cdr, broken_weak_pointer);
  });
}

void Weak::finish_pairs() {
  SegmentTable::States const states = h_.table.states();
  for (const Range& range : pairs_) {
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
        if (!copier_.is_alive(v)) {
          store(slot, broken_weak_pointer);
          continue;
        }
        store(slot, copier_.current(v));
      }
      copier_.note_reference(slot, from, state);
    }
  }
}

}  // namespace coracle
