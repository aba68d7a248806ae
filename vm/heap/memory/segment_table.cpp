#include <algorithm>

#include "vm/heap/memory/out_of_memory.h"
#include "vm/heap/memory/segment.h"

namespace coracle {
namespace {

constexpr Word t1_bits = 16, t2_bits = 17, root_bits = 17;
constexpr Word t1_bytes = (Word{1} << t1_bits) * word_bytes;
constexpr Word t2_bytes = (Word{1} << t2_bits) * word_bytes;
constexpr Word root_bytes = (Word{1} << root_bits) * word_bytes;
constexpr Word table_alignment = 4096;
constexpr int region_shift = segment_shift + t1_bits;  // a t1 table describes one gigabyte

// Regions in the window. Hosts map downwards from the first chunk as a rule, so most of the window
// lies below it. A 32-bit host has four regions in all.
constexpr Word window_regions = sizeof(void*) == 4 ? 4 : 64;
constexpr Word window_regions_above = 4;
constexpr Word window_bytes = window_regions * (t1_bytes + (Word{1} << t1_bits));  // tables, states

Word t1_index(Word address) { return (address >> segment_shift) & ((Word{1} << t1_bits) - 1); }
Word t2_index(Word address) { return (address >> region_shift) & ((Word{1} << t2_bits) - 1); }
Word root_index(Word address) { return address >> (region_shift + t2_bits); }

}  // namespace

SegmentTable::SegmentTable(OsMemory& os) : os_(os) {
  root_ = os_.allocate_sparse(root_bytes, table_alignment);
  if (root_ == 0) throw OutOfMemory{root_bytes};
}

SegmentTable::~SegmentTable() {
  for (auto const& [address, bytes] : tables_) os_.release_sparse(address, bytes);
  os_.release_sparse(root_, root_bytes);
}

/// A table of zeros, or 0 when there is no memory.
Word SegmentTable::new_table(Word bytes) {
  Word const address = os_.allocate_sparse(bytes, table_alignment);
  if (address != 0) tables_.emplace_back(address, bytes);
  return address;
}

Word SegmentTable::t1_table(Word address) const {
  if (root_index(address) >= (Word{1} << root_bits)) return 0;
  Word const t2 = load<Word>(root_ + root_index(address) * word_bytes);
  return t2 == 0 ? 0 : load<Word>(t2 + t2_index(address) * word_bytes);
}

Segment* SegmentTable::find_far(Word address) const {
  Word const t1 = t1_table(address);
  return t1 == 0 ? nullptr : host_pointer<Segment>(load<Word>(t1 + t1_index(address) * word_bytes));
}

bool SegmentTable::prepare(Word start, Word end) {
  if (window_ == 0) {
    Word const memory = new_table(window_bytes);
    if (memory == 0) return false;
    Word const region = start >> region_shift;
    Word const below = window_regions - window_regions_above;
    Word const first = sizeof(void*) == 4 || region < below ? 0 : region - below;
    window_ = memory;
    states_ = memory + window_regions * t1_bytes;
    window_first_ = first << t1_bits;
    window_size_ = window_regions << t1_bits;
  }
  for (Word region = start >> region_shift; region <= (end - 1) >> region_shift; ++region) {
    Word const address = region << region_shift;
    Word const root_slot = root_ + root_index(address) * word_bytes;
    if (load<Word>(root_slot) == 0) {
      Word const t2 = new_table(t2_bytes);
      if (t2 == 0) return false;
      store<Word>(root_slot, t2);
    }
    Word const t2_slot = load<Word>(root_slot) + t2_index(address) * word_bytes;
    if (load<Word>(t2_slot) == 0) {
      Word const number = address >> segment_shift;
      Word t1;
      if (number - window_first_ < window_size_) {
        t1 = window_ + (number - window_first_) * word_bytes;
      } else {
        t1 = new_table(t1_bytes);
        if (t1 == 0) return false;
      }
      store<Word>(t2_slot, t1);
    }
  }
  return true;
}

void SegmentTable::set_run(const Segment* head, Segment* first) {
  for (Word i = 0; i < head->run_length; ++i) {
    Word const address = head->base + i * segment_bytes;
    Word const index = (address >> segment_shift) - window_first_;
    Word const t1 = index < window_size_ ? window_ + index * word_bytes
                                         : t1_table(address) + t1_index(address) * word_bytes;
    store<Word>(t1, first == nullptr ? 0 : address_of(first + i));
  }
}

void SegmentTable::set_states(const Segment* head, std::uint8_t state) {
  for (Word i = 0; i < head->run_length; ++i) {
    Word const index = (head->base >> segment_shift) + i - window_first_;
    if (index < window_size_) store(states_ + index, state);
  }
}

void SegmentTable::note_states(const Segment* head) { set_states(head, state_of(head)); }

void SegmentTable::add_run(Segment* head) {
  set_run(head, head);
  note_states(head);
}

void SegmentTable::remove_run(const Segment* head) {
  set_run(head, nullptr);
  set_states(head, state_of(nullptr));
}

}  // namespace coracle
