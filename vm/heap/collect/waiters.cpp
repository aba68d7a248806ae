#include "vm/heap/collect/waiters.h"

#include <bit>
#include <new>

namespace coracle {

Waiters::Waiters(SegmentTable& table, ScratchArena& scratch)
    : table_(table),
      scratch_(scratch),
      woken_{ScratchVector<Word>(&scratch), ScratchVector<Word>(&scratch),
             ScratchVector<Word>(&scratch), ScratchVector<Word>(&scratch)} {}

/// The entry of an object, or the free one where it belongs.
Waiters::Entry& Waiters::entry_of(Word object) {
  constexpr Word golden_ratio = 0x9E37'79B9'7F4A'7C15;
  std::size_t const mask = entries_.size() - 1;
  auto i = static_cast<std::size_t>((object * golden_ratio) >> 32) & mask;
  while (entries_[i].object != object && entries_[i].object != 0) i = (i + 1) & mask;
  return entries_[i];
}

void Waiters::grow() {
  ScratchVector<Entry> before(&scratch_);
  before.swap(entries_);
  entries_.resize(std::max<std::size_t>(64, before.size() * 2));
  for (const Entry& e : before) {
    if (e.object != 0) entry_of(e.object) = e;
  }
}

void Waiters::wait(Segment& s, Word object, Role role, Word what) {
  if (s.waited_for == nullptr) {
    s.waited_for = new (scratch_.allocate(sizeof(WaitedFor), alignof(WaitedFor))) WaitedFor;
    table_.note_state(s);
  }
  if (!test_bit(s.waited_for->bits, object)) {
    set_bit(s.waited_for->bits, object);
    ++s.waited_for->count;
  }
  if (objects_ >= entries_.size() / 2) grow();
  Entry& e = entry_of(object);
  if (e.object == 0) {
    e.object = object;
    ++objects_;
  }
  waiters_.push_back({what, e.first, role, true});
  e.first = waiters_.size() - 1;
}

void Waiters::wake(Segment& s, Word object) {
  clear_bit(s.waited_for->bits, object);
  if (--s.waited_for->count == 0) {
    s.waited_for = nullptr;
    table_.note_state(s);
  }
  for (Index i = entry_of(object).first; i != nobody; i = waiters_[i].next) {
    Waiter& w = waiters_[i];
    w.waiting = false;
    woken_[index_of(w.role)].push_back(w.what);
  }
}

}  // namespace coracle
