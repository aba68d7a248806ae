#include "vm/heap/heap.h"

#include <algorithm>

#include "vm/base/check.h"
#include "vm/heap/implementation.h"

namespace coracle {

Heap::Heap(const Profile& profile, HeapOptions options)
    : profile_(&profile), implementation_(std::make_unique<HeapImplementation>(profile, options)) {
  add_root(&profile_counters);
}

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

/// Ends allocation in the area's run; what wasn't used of it doesn't count.
void Heap::close_area(AllocationArea& area) {
  if (*area.real_eap == 0) return;
  HeapImplementation& h = *implementation_;
  // A full area ends one past its run's last address.
  Segment* const head = h.table.find(*area.real_eap - 1)->run;
  Word const unused = *area.real_eap - *area.ap;
  head->used_end = *area.ap;
  h.closed_bytes[0][index_of(Space::fresh)] -= unused;
  h.new_bytes -= std::min(unused, h.new_bytes);
  *area.ap = *area.eap = *area.real_eap = 0;
}

void Heap::reset_area(AllocationArea& area) {
  HeapImplementation& h = *implementation_;
  // First the run, which there may be no memory for: the area stays as it is then.
  Segment* const head = h.new_run(Space::fresh, 0, Word{area_segments} << segment_shift, false);
  close_area(area);
  head->used_end = head->run_end();
  h.closed_bytes[0][index_of(Space::fresh)] += head->run_end() - head->base;
  *area.ap = head->base;
  *area.eap = *area.real_eap = head->run_end();
}

void Heap::scan_log(AllocationArea& area) {
  HeapImplementation& h = *implementation_;
  Word last_card = 0;
  for (Word p = *area.eap; p < *area.real_eap; p += word_bytes) {
    Word const slot = load<Word>(p);
    Word const card = slot >> card_shift;
    if (card == last_card) continue;  // consecutive stores often hit one object
    last_card = card;
    h.note_store(slot);
  }
  *area.eap = *area.real_eap;
  if (*area.eap - *area.ap <= area_waste_maximum) reset_area(area);
  h.chance_to_collect(false);
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

// --- Roots, locks

void Heap::add_root(Value* slot) { implementation_->roots.push_back(slot); }
void Heap::add_roots(RootSource& source) { implementation_->root_sources.push_back(&source); }
void Heap::remove_roots(RootSource& source) { std::erase(implementation_->root_sources, &source); }

void Heap::lock(Value v) {
  int const g = generation_of(v);
  if (g < 0 || g == static_generation) return;
  immobilize(v);
  implementation_->locked.add(v);
}

void Heap::unlock(Value v) {
  int const g = generation_of(v);
  if (g < 0 || g == static_generation) return;
  HeapImplementation& h = *implementation_;
  if (!h.locked.remove(v)) return;
  mobilize(v);
  // A fresh segment that grew old holds objects of all kinds, and its cards can't be swept: what
  // stays there is swept whole at each collection, locked or not (see sweep_old_fresh_objects).
  if (g > 0 && space_of(v) == Space::fresh && !h.locked.contains(v) &&
      !h.locked_before.contains(v)) {
    h.locked_before.add(v);
  }
}

bool Heap::is_locked(Value v) const {
  int const g = generation_of(v);
  if (g < 0 || g == static_generation) return true;  // such an object doesn't move anyway
  return implementation_->locked.contains(v);
}

std::vector<Value> Heap::locked_objects() const {
  std::vector<Value> result;
  implementation_->locked.for_each([&](Value v) { result.push_back(v); });
  return result;
}

void Heap::immobilize(Value v) {
  int const g = generation_of(v);
  if (g < 0 || g == static_generation) return;
  std::uint8_t& reasons = implementation_->segment_of(v)->run->immobile;
  if (reasons != immobile_for_good) ++reasons;
}

void Heap::mobilize(Value v) {
  int const g = generation_of(v);
  if (g < 0 || g == static_generation) return;
  std::uint8_t& reasons = implementation_->segment_of(v)->run->immobile;
  if (reasons != immobile_for_good && reasons != 0) --reasons;
}

// --- Parameters

int Heap::maximum_generation() const { return implementation_->maximum_generation; }
int Heap::minimum_free_generation() const { return implementation_->minimum_free_generation; }
void Heap::set_minimum_free_generation(int g) { implementation_->minimum_free_generation = g; }
int Heap::minimum_mark_generation() const { return implementation_->minimum_mark_generation; }
void Heap::set_minimum_mark_generation(int g) { implementation_->minimum_mark_generation = g; }
void Heap::set_largest_object(Word bytes) { implementation_->largest_object = bytes; }

void Heap::set_collect_trip_bytes(Word bytes) {
  implementation_->options.collect_trip_bytes = bytes;
}

void Heap::set_maximum_generation(int g) {
  CORACLE_CHECK(g >= 0 && g < static_generation);
  HeapImplementation& h = *implementation_;
  if (h.minimum_free_generation == h.maximum_generation || h.minimum_free_generation > g) {
    h.minimum_free_generation = g;
  }
  h.maximum_generation = g;
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

Word Heap::bytes_allocated(int generation, int space, const AllocationArea& area) const {
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
    if (g == 0 && fresh) total -= *area.real_eap - *area.ap;
  }
  return total;
}

Word Heap::bytes_finalized() const { return implementation_->bytes_finalized; }
std::uint64_t Heap::memory_requests() const { return implementation_->os.requests(); }
Word Heap::current_memory_bytes() const { return implementation_->os.current_bytes(); }
Word Heap::maximum_memory_bytes() const { return implementation_->os.maximum_bytes(); }
void Heap::reset_maximum_memory_bytes() { implementation_->os.reset_maximum(); }
void Heap::set_reserve_ratio(double ratio) { implementation_->reserve_ratio = ratio; }
bool Heap::verifying() const { return implementation_->options.verify; }
void Heap::set_verifying(bool enabled) { implementation_->options.verify = enabled; }
bool Heap::object_counts_enabled() const { return implementation_->counts_enabled; }
void Heap::enable_object_counts(bool enabled) { implementation_->counts_enabled = enabled; }
bool Heap::backreferences_enabled() const { return implementation_->backreferences_enabled; }
void Heap::enable_backreferences(bool enabled) {
  implementation_->backreferences_enabled = enabled;
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

// --- Guardians

void Heap::set_guardian_list(Value* head) { implementation_->new_guardians = head; }

}  // namespace coracle
