// Sweeping: bringing the references of all that was reached up to date, which reaches more.
//
// Owns: no state but the order of the spaces. What has been copied and not yet swept, the allocation
// regions tell; what stays, the Copier. What is weak it hands to Weak.
// Must not know: roots, the remembered set, guardians.
#pragma once

#include <algorithm>

#include "vm/base/check.h"
#include "vm/heap/collect/copier.h"
#include "vm/heap/collect/weak.h"

namespace coracle {

class Sweeping {
 public:
  Sweeping(const Collection& collection, Copier& copier, Weak& weak)
      : c_(collection), h_(collection.heap), copier_(copier), weak_(weak) {}
  Sweeping(const Sweeping&) = delete;
  Sweeping& operator=(const Sweeping&) = delete;

  /// Until nothing is left to sweep. Ephemerons that were reached wait in Weak.
  void sweep_all();
  /// One card of a space where it can be swept by itself.
  void sweep_card(Space space, Generation g, Word start, Word end);
  /// Values, of an object of generation `from`. Here and below, `tracked`: what is found may be younger
  /// than the object, and then its card is marked.
  template <bool tracked>
  void sweep_words(Word start, Word end, Generation from);

 private:
  template <bool tracked>
  friend struct Sweeper;

  template <bool tracked>
  void sweep_references(Word start, Word end, Generation from);
  void sweep_range(Space space, Generation g, Word start, Word end);
  template <bool tracked>
  void sweep_range_as(Space space, Generation g, Word start, Word end);
  template <bool tracked>
  void sweep_stack(Value continuation, Generation from);
  bool sweep_region(Space space, Generation g);
  void sweep_run_again(const Segment* head);
  void sweep_object(Value v);

  const Collection& c_;
  HeapImplementation& h_;
  Copier& copier_;
  Weak& weak_;
};

template <bool tracked>
inline void sweep_slot(Copier& c, const SegmentTable::States& states, Word slot, Generation from) {
  Value const v = load<Value>(slot);
  if (is_fixmediate(v)) return;
  std::uint8_t const state = states.of(untagged(v));
  if ((state & SegmentTable::state_old) != 0) store(slot, c.forward(v, state));
  if constexpr (tracked) c.note_reference(slot, from, state);
}

/// Sweeps slots; those whose objects have to move wait until there are several, so that the cache
/// misses of these objects overlap. The slots must stay where they are while the batch lives.
template <bool tracked>
class SlotBatch {
 public:
  SlotBatch(Copier& c, Generation from) : c_(c), states_(c.states()), from_(from) {}
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
    for (std::size_t i = 0; i < count_; ++i) sweep_slot<tracked>(c_, states_, slots_[i], from_);
    count_ = 0;
  }

  Copier& c_;
  SegmentTable::States const states_;
  Generation from_;
  std::size_t count_ = 0;
  Word slots_[size];
};

template <bool tracked>
inline void Sweeping::sweep_words(Word start, Word end, Generation from) {
  SlotBatch<tracked> batch(copier_, from);
  for (Word slot = start; slot < end; slot += word_bytes) batch.sweep(slot);
}

/// The visitor that sweeps one object.
template <bool tracked>
struct Sweeper {
  Sweeper(Sweeping& sweeping, Generation from_generation)
      : c(sweeping.copier_), s(sweeping), from(from_generation) {}

  Copier& c;
  Sweeping& s;
  Generation from;

  void value(Word slot) { sweep_slot<tracked>(c, c.states(), slot, from); }
  void values(Word slot, Word n) { s.sweep_words<tracked>(slot, slot + n * word_bytes, from); }
  void weak_value(Word slot) { s.weak_.add_pairs({slot, slot + layout::pair_size}); }
  void ephemeron(Value e) { s.weak_.add_ephemeron(e); }

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
    Value const code = ReturnPoint(c.profile(), return_address).code();
    return c.states().of(untagged(code));
  }

  void reference(Word slot) {
    Word const reference = load<Word>(slot);
    std::uint8_t const state = c.states().of(reference);
    if ((state & SegmentTable::state_old) != 0) {
      Value const now = c.forward(Value{reference - layout::reference_disp}, state);
      store(slot, now.bits + layout::reference_disp);
    }
    if constexpr (tracked) c.note_reference(slot, from, state);
  }

  void relocation(Value, Word place, Word item_offset) {
    Value const item{load<Word>(place) - item_offset};
    if (is_fixmediate(item)) return;
    std::uint8_t const state = c.states().of(untagged(item));
    if ((state & SegmentTable::state_old) != 0) {
      store(place, c.forward(item, state).bits + item_offset);
    }
    if constexpr (tracked) c.note_reference(place, from, state);
  }

  void relocation_table(Value code) {
    Word const slot = untagged(code) + layout::code_reloc;
    Word const table = load<Word>(slot);
    if (table == 0) return;
    if (s.c_.least_target == static_generation && !s.h_.keeps_static_relocations(code)) {
      store<Word>(slot, 0);  // static code never moves, nor does what it refers to
      return;
    }
    if (Segment* const home = s.h_.table.find(table); home != nullptr && home->old_space) {
      Word const size = reloc_table_size(load<Word>(table + layout::reloc_size));
      store(slot, c.copy_untyped(table, home, size, size));
      if (s.c_.counting) s.h_.count_bytes(from, count_of_relocation_table, size);
    }
    if constexpr (tracked) note(slot, c.states().of(load<Word>(slot)));
    store(load<Word>(slot) + layout::reloc_code, code);
  }

  void buffer(Word buffer, Word last) {
    Word const offset = load<Word>(last) - load<Word>(buffer);
    value(buffer);
    store(last, load<Word>(buffer) + offset);
  }

  void stack(Value k) { s.sweep_stack<tracked>(k, from); }

 private:
  void note_code(Word slot, Value code) {
    c.note_reference(slot, from, c.states().of(untagged(code)));
  }
};

}  // namespace coracle
