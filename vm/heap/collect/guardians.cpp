// Guardians: handing over what became unreachable.
//
// An entry watches an object for a guardian, whose tconc is a queue: a pair of the queue's first pair
// and its last. An entry is
//
//   held      its object lives; the entry stays as long as the guardian does
//   final     its object is dead and the guardian lives: the representative is queued
//   pending   the guardian hasn't been reached (yet): the entry waits for it, and dies with it
//
// Queueing brings representatives to life, and with them whatever they refer to, other guardians among
// that; so this goes on in rounds. Entries of ordered guardians are final only when nothing else brings
// their objects to life: what their representatives refer to is kept first, they come last.
#include "vm/heap/collect/guardians.h"

#include "vm/heap/collect/registrations.h"
#include "vm/heap/objects/objects.h"

namespace coracle {

/// Sweeps an object of old space where it is, so that what it refers to lives but it doesn't.
struct InOldVisitor {
  Copier& c;
  Sweeping& s;
  void value(Word slot) { store(slot, c.relocate(load<Value>(slot))); }
  void values(Word slot, Word n) {
    for (Word i = 0; i < n; ++i) value(slot + i * word_bytes);
  }
  void weak_value(Word) {}
  void ephemeron(Value) {}
  void code_entry(Word slot) { store(slot, c.relocate_entry(load<Word>(slot))); }
  void return_address(Word slot) { store(slot, c.relocate_return_address(load<Word>(slot))); }
  void reference(Word slot) { Sweeper<false>(s, 0).reference(slot); }
  void relocation(Value code, Word place, Word offset) {
    Sweeper<false>(s, 0).relocation(code, place, offset);
  }
  void relocation_table(Value) {}  // the copy takes it along
  void buffer(Word buffer, Word last) { Sweeper<false>(s, 0).buffer(buffer, last); }
  void stack(Value k) {
    Word const object = untagged(k);
    value(object + layout::continuation_link);
    return_address(object + layout::continuation_return_address);
    Word const base = load<Word>(object + layout::continuation_stack);
    visit_frames(c.profile(), base, base + load<Word>(object + layout::continuation_stack_clength),
                 load<Word>(object + layout::continuation_return_address), *this);
  }
};

namespace {

/// Whether an object refers to itself.
struct SelfReference {
  Value self;
  bool found = false;
  void value(Word slot) { found |= load<Value>(slot) == self; }
  void values(Word slot, Word n) {
    for (Word i = 0; i < n; ++i) value(slot + i * word_bytes);
  }
  void weak_value(Word) {}
  void ephemeron(Value) {}
  void code_entry(Word) {}
  void reference(Word slot) { found |= load<Word>(slot) == self.bits + layout::reference_disp; }
  void relocation(Value, Word place, Word offset) {
    found |= load<Word>(place) - offset == self.bits;
  }
  void relocation_table(Value) {}
  void buffer(Word buffer, Word) { value(buffer); }
  void stack(Value) { found = true; }  // frames may refer to their continuation: keep it whole
};

}  // namespace

void Guardians::sweep_in_old(Value v) {
  Segment* const s = copier_.old_segment(v);
  if (s == nullptr || copier_.is_alive(v)) return;
  Kind const kind = kind_of(v, s->space);
  SelfReference self{v};
  visit_references(kind, untagged(v), self);
  if (self.found) {
    copier_.relocate(v);
    return;
  }
  InOldVisitor visitor{copier_, sweeping_};
  visit_references(kind, untagged(v), visitor);
}

void Guardians::store_tracked(Word slot, Value v) {
  store(slot, v);
  if (is_fixmediate(v)) return;
  SegmentTable::States const states = h_.table.states();
  auto const from = static_cast<std::uint8_t>(states.of(slot) & SegmentTable::state_generation);
  copier_.note_reference(slot, static_cast<Generation>(from - 1), states.of(untagged(v)));
}

/// Puts a representative at the end of a guardian's queue. Both are where they stay.
void Guardians::deliver(Value tconc, Value representative) {
  Value const last = cdr(tconc);
  Word const end = h_.allocate_in(Space::impure, 0, layout::pair_size);
  store(end + layout::pair_car, make_fixnum(0));
  store(end + layout::pair_cdr, make_fixnum(0));
  Value const new_last = tagged(end, Tag::pair);
  store_tracked(untagged(last) + layout::pair_car, representative);
  store_tracked(untagged(last) + layout::pair_cdr, new_last);
  store_tracked(untagged(tconc) + layout::pair_cdr, new_last);
}

/// An ftype pointer's referent has a count in its first word; the entry is final when that drops to
/// zero, and its object is the representative.
bool Guardians::release_ftype(GuardianEntry& entry) {
  entry.representative = copier_.current(entry.object);
  Word const counter = field<Word>(entry.representative, layout::typed_data);
  auto const count = load<SignedWord>(counter) - 1;
  store(counter, count);
  return count == 0;
}

void Guardians::classify(const GuardianEntry& entry) {
  if (copier_.is_alive(entry.object)) {
    held_.push_back(entry);
  } else if (copier_.is_alive(entry.tconc)) {
    final_.push_back(entry);
  } else {
    wait_for_guardian(entry, Waiters::Role::guardian_final);
  }
}

void Guardians::wait_for_guardian(const GuardianEntry& entry, Waiters::Role role) {
  waiting_.push_back(entry);
  waiters_.wait(*h_.segment_of(entry.tconc), untagged(entry.tconc), role, waiting_.size() - 1);
}

void Guardians::gather() {
  auto const can_die = [&](Value v) {
    if (is_fixmediate(v)) return false;
    Segment const* const s = h_.segment_of(v);
    return s != nullptr && (s->old_space || s->generation != static_generation);
  };
  for (Mutator* m : h_.mutators) {
    if (m->guardian_entries == nullptr) continue;
    for (Word e = m->guardian_entries->bits; e != nil.bits && e != 0;
         e = load<Word>(e + layout::guardian_next)) {
      GuardianEntry const entry{load<Value>(e + layout::guardian_obj),
                                load<Value>(e + layout::guardian_rep),
                                load<Value>(e + layout::guardian_tconc),
                                load<Value>(e + layout::guardian_ordered) == true_value};
      if (can_die(entry.object)) classify(entry);
    }
    *m->guardian_entries = nil;
  }
  for (int g = 0; g <= c_.greatest; ++g) {
    std::vector<GuardianEntry> entries;
    entries.swap(h_.guardians[static_cast<std::size_t>(g)]);
    for (const GuardianEntry& entry : entries) classify(entry);
  }
}

/// Files an entry whose object and guardian live under the youngest generation that it concerns.
void Guardians::hold(GuardianEntry entry) {
  entry.object = copier_.current(entry.object);
  entry.tconc = copier_.current(entry.tconc);
  copier_.sweeping(entry.tconc);
  entry.representative = copier_.relocate(entry.representative);
  int youngest = static_generation;
  for (Value const v : {entry.object, entry.representative, entry.tconc}) {
    if (is_fixmediate(v)) continue;
    if (Segment const* const s = h_.segment_of(v))
      youngest = std::min<int>(youngest, s->generation);
  }
  if (youngest == static_generation) return;  // nothing of it is ever collected again
  h_.guardians[static_cast<std::size_t>(youngest)].push_back(entry);
  if (c_.counting) {
    // It takes no memory of the heap.
    h_.count_bytes(static_cast<Generation>(youngest), count_of_guardian, 0);
  }
}

void Guardians::run(const std::function<void()>& trace) {
  Word const before = target_bytes();
  gather();
  ScratchVector<GuardianEntry> ordered(&h_.scratch);  // final but for their turn
  bool ordered_turn = false;
  for (;;) {
    bool progress = !final_.empty();
    for (GuardianEntry& entry : final_) {
      copier_.sweeping(copier_.current(entry.tconc));
      if (entry.representative == ftype_guardian_marker && !release_ftype(entry)) continue;
      if (!ordered_turn && entry.ordered) {
        if (copier_.is_alive(entry.object)) {
          held_.push_back(entry);
        } else {
          sweep_in_old(entry.representative);
          ordered.push_back(entry);
        }
        continue;
      }
      deliver(copier_.current(entry.tconc), copier_.relocate(entry.representative));
    }
    final_.clear();
    for (const GuardianEntry& entry : held_) {
      if (copier_.is_alive(entry.tconc)) {
        hold(entry);
        progress = true;
      } else {
        wait_for_guardian(entry, Waiters::Role::guardian_held);
      }
    }
    held_.clear();
    if (!progress && !ordered_turn && !ordered.empty()) {
      ordered_turn = progress = true;
      for (const GuardianEntry& entry : ordered) {
        (copier_.is_alive(entry.object) ? held_ : final_).push_back(entry);
      }
      ordered.clear();
    }
    if (!progress) break;
    trace();
    auto const entry_at = [&](Word i) { return waiting_[static_cast<std::size_t>(i)]; };
    waiters_.for_each_woken(Waiters::Role::guardian_held,
                            [&](Word i) { held_.push_back(entry_at(i)); });
    waiters_.for_each_woken(Waiters::Role::guardian_final,
                            [&](Word i) { final_.push_back(entry_at(i)); });
  }
  h_.bytes_finalized = target_bytes() - before;
}

Value unregister_guardian(Mutator& m, Value tconc) {
  HeapImplementation& h = m.heap.implementation();
  Value result = nil;
  auto const add = [&](Value representative, Value object) {
    result = cons(m, representative == ftype_guardian_marker ? object : representative, result);
  };
  // Entries of compiled code are linked; a removed one is unlinked from the one before.
  for (Mutator* other : h.mutators) {
    Value* const list = other->guardian_entries;
    Word previous = 0;
    for (Word e = list == nullptr ? nil.bits : list->bits; e != nil.bits && e != 0;) {
      Word const next = load<Word>(e + layout::guardian_next);
      if (load<Value>(e + layout::guardian_tconc) == tconc) {
        add(load<Value>(e + layout::guardian_rep), load<Value>(e + layout::guardian_obj));
        if (previous == 0) {
          *list = Value{next};
        } else {
          store(previous + layout::guardian_next, next);
        }
      } else {
        previous = e;
      }
      e = next;
    }
  }
  for (auto& entries : h.guardians) {
    std::erase_if(entries, [&](const GuardianEntry& entry) {
      if (entry.tconc != tconc) return false;
      add(entry.representative, entry.object);
      return true;
    });
  }
  return result;
}

}  // namespace coracle
