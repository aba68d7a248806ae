// The write barrier: what an older object may refer to in a younger one is noted where it is stored.
#include <algorithm>
#include <cstring>

#include "vm/heap/implementation.h"

namespace coracle {

void HeapImplementation::note_store(Word slot) {
  Segment* const s = table.find(slot);
  // Storage outside the heap has no cards: whoever owns it shows it to the collector.
  if (s == nullptr || s->generation == 0) return;
  mark_card(s, slot, 0);
}

void HeapImplementation::note_stores(Word start, Word count) {
  Word const end = start + count * word_bytes;
  for (Word slot = start; slot < end; slot = (slot | (card_bytes - 1)) + 1) note_store(slot);
}

void HeapImplementation::store_reference(Word slot, Value v, Word displacement) {
  store<Word>(slot, v.bits + displacement);
  if (!is_fixmediate(v)) note_store(slot);
}

void Heap::store(Word slot, Value v, Word displacement) {
  implementation_->store_reference(slot, v, displacement);
}

void Heap::store(ForeignObject& holder, Value& slot, Value v) {
  slot = v;
  if (is_fixmediate(v) || generation_of(holder.owner()) == 0) return;
  implementation_->foreign.note(holder, 0);
}

void Heap::copy(Word to, Word from, Word count) {
  std::memcpy(host_pointer(to), host_pointer(from), static_cast<std::size_t>(count * word_bytes));
  implementation_->note_stores(to, count);
}

void Heap::move(Word to, Word from, Word count) {
  std::memmove(host_pointer(to), host_pointer(from), static_cast<std::size_t>(count * word_bytes));
  implementation_->note_stores(to, count);
}

void Heap::fill(Word to, Word count, Value v) {
  for (Word i = 0; i < count; ++i) coracle::store(to + i * word_bytes, v);
  if (!is_fixmediate(v)) implementation_->note_stores(to, count);
}

}  // namespace coracle
