#include "vm/heap/heap.h"

#include <utility>
#include <vector>

#include "vm/base/check.h"
#include "vm/heap/implementation.h"

namespace coracle {

Heap::Heap(const Profile& profile, HeapOptions options)
    : profile_(&profile), implementation_(std::make_unique<HeapImplementation>(profile, options)) {}

Heap::~Heap() = default;

// --- Allocation

Word Heap::allocate(Space space, Generation generation, Word bytes) {
  Word const size = align_object(bytes);
  Word const start = implementation_->allocate_in(space, generation, size);
  // Outside fresh segments objects may be swept word by word, unused words with them.
  if (size - bytes >= word_bytes) coracle::store<Word>(start + size - word_bytes, 0);
  return start;
}

Word Heap::allocate(Kind kind, Generation generation, Word bytes) {
  const KindInfo& info = kind_info[static_cast<std::size_t>(kind)];
  Word const start = allocate(info.general_space, generation, bytes);
  implementation_->count_bytes(generation, info.count_number, align_object(bytes));
  return start;
}

bool Heap::note_address(Word slot, Word address) {
  HeapImplementation& h = *implementation_;
  SegmentTable::States const states = h.table.states();
  // 0: outside the heap, otherwise the generation and 1. What is static is younger than nothing.
  int const to = states.of(address) & SegmentTable::state_generation;
  if (to == 0 || to == static_generation + 1) return false;
  int const from = states.of(slot) & SegmentTable::state_generation;
  if (to >= from) return false;
  h.mark_card(h.table.find(slot), slot, static_cast<std::uint8_t>(to - 1));
  return true;
}

bool Heap::keeps_static_relocations(Value code) const {
  return implementation_->keeps_static_relocations(code);
}

void Heap::count_record(Value record) {
  implementation_->count_type(implementation_->segment_of(record)->generation, untagged(record));
}

Word Heap::allocate_slow(AllocationArea& area, Word size) {
  HeapImplementation& h = *implementation_;
  CORACLE_CHECK(!h.collecting);
  CORACLE_CHECK_MESSAGE(size != 0, "an object's size overflows");
  scan_log(area);  // gives the log's room back, and starts a new area when that isn't much
  Word const start = *area.ap;
  // A new area must not be used up by one object, and a larger object is better off in a run of its
  // own: the collector never copies it then.
  if (size <= large_object_bytes && size <= *area.eap - start) {
    *area.ap = start + size;
    return start;
  }
  return h.allocate_in(Space::fresh, 0, size);
}

void Heap::reset_area(AllocationArea& area) {
  HeapImplementation& h = *implementation_;
  // First the run, which there may be no memory for: the area stays as it is then.
  Segment* const head = h.new_run(Space::fresh, 0, Word{area_segments} << segment_shift, false);
  h.close_area(area);
  head->used_end = head->run_end();
  h.closed_bytes[0][index_of(Space::fresh)] += head->run_end() - head->base;
  *area.ap = head->base;
  *area.eap = *area.real_eap = head->run_end();
}

namespace {

/// Damaged code may leave anything in an area's words. Then they become those of a sound area again: what may
/// have been allocated counts as objects, and what can't be found any more is left alone.
void repair(const HeapImplementation& h, AllocationArea& area) {
  Word const end = *area.real_eap;
  Segment const* const last = h.table.find(end - 1);
  Segment const* const head = last != nullptr ? last->run : nullptr;
  if (head == nullptr || head->space != Space::fresh || head->generation != 0 ||
      head->run_end() != end) {
    *area.ap = *area.eap = *area.real_eap = 0;  // no area, until it is reset
    return;
  }
  if (*area.eap < head->base || *area.eap > end || *area.eap % word_bytes != 0) *area.eap = end;
  if (*area.ap < head->base || *area.ap > *area.eap || *area.ap % object_alignment != 0) {
    *area.ap = *area.eap & ~(object_alignment - 1);
  }
}

}  // namespace

void Heap::drain_log(AllocationArea& area) {
  HeapImplementation& h = *implementation_;
  repair(h, area);
  Word last_card = 0;
  for (Word p = *area.eap; p < *area.real_eap; p += word_bytes) {
    Word const slot = load<Word>(p);
    Word const card = slot >> card_shift;
    if (card == last_card) continue;  // consecutive stores often hit one object
    last_card = card;
    h.note_store(slot);
  }
  *area.eap = *area.real_eap;
}

void Heap::scan_log(AllocationArea& area) {
  drain_log(area);
  if (*area.eap - *area.ap <= area_waste_maximum) reset_area(area);
  implementation_->chance_to_collect(false);
}

// --- Segments as Scheme sees them

Word Heap::segment_table() const { return implementation_->table.root(); }

bool Heap::contains(Word address) const { return implementation_->table.find(address) != nullptr; }

int Heap::generation_of(Value v) const {
  if (is_fixmediate(v)) return -1;
  Segment const* const s = implementation_->segment_of(v);
  return s == nullptr ? -1 : s->generation;
}

Space Heap::space_of(Value v) const {
  if (is_fixmediate(v)) return Space::empty;
  Segment const* const s = implementation_->segment_of(v);
  return s == nullptr ? Space::empty : s->space;
}

Word Heap::list_bits(Value pair) const {
  Segment const* const s = implementation_->segment_of(pair);
  if (s == nullptr || s->list_bits == 0) return 0;
  Word const i = segment_bit_index(untagged(pair));
  return (load<std::uint8_t>(s->list_bits + (i >> 3)) >> (i & 7)) & 3;
}

void Heap::set_list_bits(Value pair, Word bits) {
  Segment* const s = implementation_->segment_of(pair);
  if (s == nullptr) return;
  if (s->list_bits == 0) s->list_bits = implementation_->new_list_bits();
  Word const i = segment_bit_index(untagged(pair));
  Word const byte = s->list_bits + (i >> 3);
  coracle::store<std::uint8_t>(
      byte, static_cast<std::uint8_t>(load<std::uint8_t>(byte) | ((bits & 3) << (i & 7))));
}

// --- Roots

void Heap::add_root(Value* slot) { implementation_->roots.push_back(slot); }
void Heap::add_roots(RootSource& source) { implementation_->root_sources.push_back(&source); }
void Heap::remove_roots(RootSource& source) { std::erase(implementation_->root_sources, &source); }

Locks& Heap::locks() { return implementation_->locks; }

// --- Mutators

void Heap::attach(Mutator& m) { implementation_->mutators.push_back(&m); }
void Heap::detach(Mutator& m) { std::erase(implementation_->mutators, &m); }
std::span<Mutator* const> Heap::mutators() const { return implementation_->mutators; }

// --- Parameters

HeapParameters& Heap::parameters() { return *implementation_; }
OsMemory& Heap::memory() { return implementation_->os; }

void HeapParameters::set_maximum_generation(int g) {
  CORACLE_CHECK(g >= 0 && g < static_generation);
  if (minimum_free_generation == maximum_generation || minimum_free_generation > g) {
    minimum_free_generation = g;
  }
  maximum_generation = g;
}

bool Heap::take_collect_request() {
  bool const requested = implementation_->collect_requested;
  implementation_->collect_requested = false;
  return requested;
}

void Heap::on_collect_request(void (*handler)(void*), void* context) {
  implementation_->request_handler = handler;
  implementation_->request_context = context;
}

// --- Statistics

Word Heap::bytes_allocated(int generation, int space) const {
  HeapImplementation& h = *implementation_;
  Word total = 0;
  for (std::size_t g = 0; g < generation_count; ++g) {
    // Generations past the greatest exist only while it is being lowered; they count as part of it.
    bool const wanted = generation < 0 || static_cast<std::size_t>(generation) == g ||
                        (generation == h.maximum_generation && g != static_generation &&
                         g > static_cast<std::size_t>(generation));
    if (!wanted) continue;
    total += h.phantom_bytes[g];
    for (std::size_t s = 0; s < space_count; ++s) {
      if (space < 0 || static_cast<std::size_t>(space) == s) total += h.bytes_in(g, s);
    }
    bool const fresh = space < 0 || static_cast<std::size_t>(space) == index_of(Space::fresh);
    if (g != 0 || !fresh) continue;
    for (const Mutator* m : h.mutators) total -= *m->area.real_eap - *m->area.ap;
  }
  return total;
}

void Heap::adjust_phantom(Value phantom, Word new_length) {
  HeapImplementation& h = *implementation_;
  Word const old_length = field<Word>(phantom, layout::phantom_length);
  if (new_length > old_length) {
    if (!h.os.charge(new_length - old_length)) throw OutOfMemory{new_length};
  } else {
    h.os.adjust(static_cast<SignedWord>(new_length - old_length));
  }
  init_field<Word>(phantom, layout::phantom_length, new_length);
  h.phantom_bytes[h.segment_of(phantom)->generation] += new_length - old_length;
  h.count_new_bytes(0);
}

}  // namespace coracle
