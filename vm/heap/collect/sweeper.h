// The visitor that brings an object's references up to date, for the collector's own files.
#pragma once

#include <algorithm>

#include "vm/base/check.h"
#include "vm/heap/collect/collector.h"

namespace coracle {

/// An object of generation `from` refers to one in a segment of this state: if that is younger, the
/// card must say so.
inline void Collector::note_reference(Word slot, Generation from, std::uint8_t state) {
  auto const to = static_cast<std::uint8_t>(state & SegmentTable::state_generation);
  // 0 is outside the heap, and no generation is younger than that.
  if (to <= from && to != 0) {
    h_.mark_card(h_.table.find(slot), slot, static_cast<Generation>(to - 1));
  }
}

template <bool tracked>
inline void Collector::sweep_slot(const SegmentTable::States& states, Word slot, Generation from) {
  Value const v = load<Value>(slot);
  if (is_fixmediate(v)) return;
  std::uint8_t const state = states.of(untagged(v));
  if ((state & SegmentTable::state_old) != 0) store(slot, forward(v, state));
  if constexpr (tracked) note_reference(slot, from, state);
}

/// Sweeps slots; those whose objects have to move wait until there are several, so that the cache
/// misses of these objects overlap. The slots must stay where they are while the batch lives.
template <bool tracked>
class SlotBatch {
 public:
  SlotBatch(Collector& c, Generation from) : c_(c), states_(c.h_.table.states()), from_(from) {}
  ~SlotBatch() { flush(); }
  SlotBatch(const SlotBatch&) = delete;
  SlotBatch& operator=(const SlotBatch&) = delete;

  void sweep(Word slot) {
    Value const v = load<Value>(slot);
    if (is_fixmediate(v)) return;
    std::uint8_t const state = states_.of(untagged(v));
    if ((state & SegmentTable::state_old) == 0) {
      if constexpr (tracked) c_.note_reference(slot, from_, state);
      return;
    }
    __builtin_prefetch(host_pointer(untagged(v)), 1);
    slots_[count_++] = slot;
    if (count_ == size) flush();
  }

 private:
  static constexpr std::size_t size = 16;
  void flush() {
    for (std::size_t i = 0; i < count_; ++i) c_.sweep_slot<tracked>(states_, slots_[i], from_);
    count_ = 0;
  }

  Collector& c_;
  SegmentTable::States const states_;
  Generation from_;
  std::size_t count_ = 0;
  Word slots_[size];
};

template <bool tracked>
inline void Collector::sweep_words(Word start, Word end, Generation from) {
  SlotBatch<tracked> batch(*this, from);
  for (Word slot = start; slot < end; slot += word_bytes) batch.sweep(slot);
}

/// `tracked`: what is found may be younger than the object, and then its card is marked.
template <bool tracked>
struct Sweeper {
  Collector& c;
  Generation from;

  void value(Word slot) { c.sweep_slot<tracked>(c.h_.table.states(), slot, from); }
  void values(Word slot, Word n) { c.sweep_words<tracked>(slot, slot + n * word_bytes, from); }
  void weak_value(Word slot) { c.weak_pairs_.push_back({slot, slot + layout::pair_size}); }
  void ephemeron(Value e) { c.ephemerons_.push_back(e); }

  void code_entry(Word slot) {
    Word const entry = load<Word>(slot);
    if (entry == 0) return;
    store(slot, c.relocate_entry(entry));
    if constexpr (tracked) note_code(slot, code_of_entry(load<Word>(slot)));
  }

  void return_address(Word slot) {
    Word const address = load<Word>(slot);
    if (address == 0) return;
    store(slot, c.relocate_return_address(address));
    if constexpr (tracked) note(slot, state_of_code(load<Word>(slot)));
  }
  void note(Word slot, std::uint8_t state) { c.note_reference(slot, from, state); }
  /// The state of the segment of the code that an address returns to.
  std::uint8_t state_of_code(Word return_address) const {
    Value const code = ReturnPoint(c.h_.profile, return_address).code();
    return c.h_.table.states().of(untagged(code));
  }

  void reference(Word slot) {
    Word const reference = load<Word>(slot);
    std::uint8_t const state = c.h_.table.states().of(reference);
    if ((state & SegmentTable::state_old) != 0) {
      Value const now = c.forward(Value{reference - layout::reference_disp}, state);
      store(slot, now.bits + layout::reference_disp);
    }
    if constexpr (tracked) c.note_reference(slot, from, state);
  }

  void relocation(Value, Word place, Word item_offset) {
    Value const item{load<Word>(place) - item_offset};
    if (is_fixmediate(item)) return;
    std::uint8_t const state = c.h_.table.states().of(untagged(item));
    if ((state & SegmentTable::state_old) != 0) {
      store(place, c.forward(item, state).bits + item_offset);
    }
    if constexpr (tracked) c.note_reference(place, from, state);
  }

  void relocation_table(Value code) {
    Word const slot = untagged(code) + layout::code_reloc;
    Word const table = load<Word>(slot);
    if (table == 0) return;
    if (c.least_target_ == static_generation && !c.h_.keeps_static_relocations(code)) {
      store<Word>(slot, 0);  // static code never moves, nor does what it refers to
      return;
    }
    if (Segment* const s = c.h_.table.find(table); s != nullptr && s->old_space) {
      Word const size = reloc_table_size(load<Word>(table + layout::reloc_size));
      store(slot, c.copy_untyped(table, s, size, size));
      if (c.counting_) c.h_.count_bytes(from, count_of_relocation_table, size);
    }
    if constexpr (tracked) note(slot, c.h_.table.states().of(load<Word>(slot)));
    store(load<Word>(slot) + layout::reloc_code, code);
  }

  void buffer(Word buffer, Word last) {
    Word const offset = load<Word>(last) - load<Word>(buffer);
    value(buffer);
    store(last, load<Word>(buffer) + offset);
  }

  void stack(Value k) { c.sweep_stack<tracked>(k, from); }

 private:
  void note_code(Word slot, Value code) {
    c.note_reference(slot, from, c.h_.table.states().of(untagged(code)));
  }
};

}  // namespace coracle
