#include "vm/heap/implementation.h"

#include <algorithm>
#include <utility>

#include "vm/base/check.h"

namespace coracle {

HeapImplementation::HeapImplementation(const Profile& p, const HeapOptions& heap_options)
    : HeapParameters(heap_options),
      profile(p),
      options(heap_options),
      os(heap_options.os_memory_limit, heap_options.fail_memory_at),
      table(os),
      chunks(os, table),
      list_bits(os, segment_bitmap_bytes, 16) {
  keep_reserve();
}

/// What allocate() returns, which is null where there is no memory; for that case see OutOfMemory.
template <class Allocate>
auto HeapImplementation::insist(Word bytes, Allocate allocate) {
  auto result = allocate();
  if (result == nullptr) {
    if (!release_reserve()) fail_out_of_memory(bytes);
    if (!collecting) {
      request_collection();  // the sooner is there a reserve again
      throw OutOfMemory{bytes};
    }
    result = allocate();
    if (result == nullptr) fail_out_of_memory(bytes);
  }
  return result;
}

Segment* HeapImplementation::new_run(Space space, Generation g, Word size, bool large) {
  if (large && !collecting && size > largest_object) throw OutOfMemory{size};
  Word const count = (size + segment_bytes - 1) >> segment_shift;
  Segment* const head = insist(size, [&] {
    return count > 0xFFFF'FFFF
               ? nullptr
               : chunks.allocate_run(space, g, static_cast<std::uint32_t>(count), large);
  });
  head->next = runs[g][index_of(space)];
  runs[g][index_of(space)] = head;
  if (g == 0 && !collecting) count_new_bytes(count << segment_shift);
  return head;
}

Word HeapImplementation::allocate_in_slow(Space space, Generation g, Word size) {
  AllocationRegion& r = regions[g][index_of(space)];
  if (size > large_object_bytes) {
    Segment* const head = new_run(space, g, size, true);
    head->used_end = head->base + size;
    closed_bytes[g][index_of(space)] += size;
    if (collecting) {
      head->sweep_start = head->base;
      head->sweep_next = r.to_sweep;
      r.to_sweep = head;
    }
    return head->base;
  }
  close_region(space, g);
  Word const segments = info_of(space).run_segments;
  Segment* const head = new_run(space, g, segments << segment_shift, false);
  r.run = head;
  r.sweep = head->base;
  r.next = head->base + size;
  r.limit = head->run_end();
  return head->base;
}

void HeapImplementation::close_region(Space space, Generation g) {
  AllocationRegion& r = regions[g][index_of(space)];
  if (r.run == nullptr) return;
  r.run->used_end = r.next;
  closed_bytes[g][index_of(space)] += r.next - r.run->base;
  if (collecting && r.sweep != r.next) {
    r.run->sweep_start = r.sweep;
    r.run->sweep_next = r.to_sweep;
    r.to_sweep = r.run;
  }
  r.run = nullptr;
  r.next = r.limit = r.sweep = 0;
}

void HeapImplementation::close_area(AllocationArea& area) {
  if (*area.real_eap == 0) return;
  // A full area ends one past its run's last address.
  Segment* const head = table.find(*area.real_eap - 1)->run;
  Word const unused = *area.real_eap - *area.ap;
  head->used_end = *area.ap;
  closed_bytes[0][index_of(Space::fresh)] -= unused;
  new_bytes -= std::min(unused, new_bytes);
  *area.ap = *area.eap = *area.real_eap = 0;
}

Word HeapImplementation::bytes_of_generations(int least, int greatest) const {
  Word total = 0;
  for (auto g = static_cast<std::size_t>(least); g <= static_cast<std::size_t>(greatest); ++g) {
    total += phantom_bytes[g];
    for (std::size_t space = 0; space < space_count; ++space) total += bytes_in(g, space);
  }
  return total;
}

void HeapImplementation::note_region_ends() {
  for (auto& spaces : regions) {
    for (AllocationRegion& r : spaces) {
      if (r.run != nullptr) r.run->used_end = r.next;
    }
  }
}

void HeapImplementation::list_dirty(Segment* s, std::uint8_t youngest) {
  if (s->dirty_link != nullptr) {
    *s->dirty_link = s->dirty_next;
    if (s->dirty_next != nullptr) s->dirty_next->dirty_link = s->dirty_link;
    s->dirty_link = nullptr;
    s->dirty_next = nullptr;
  }
  s->youngest = youngest;
  if (youngest == clean_card) return;
  Segment*& first = dirty[s->generation][youngest];
  s->dirty_next = first;
  s->dirty_link = &first;
  if (first != nullptr) first->dirty_link = &s->dirty_next;
  first = s;
}

void HeapImplementation::count_new_bytes(Word bytes) {
  new_bytes += bytes;
  chance_to_collect(new_bytes + phantom_bytes[0] >= collect_trip_bytes);
}

void HeapImplementation::chance_to_collect(bool wanted) {
  ++collect_chances;
  const EventRange& only = options.collect_only_at;
  bool const now = only.is_empty() ? wanted || always_collect : only.contains(collect_chances);
  if (now) request_collection();
}

void HeapImplementation::request_collection() {
  collect_requested = true;
  if (request_handler != nullptr) request_handler(request_context);
}

void HeapImplementation::keep_reserve() {
  if (reserve == 0) reserve = os.allocate(reserve_bytes, segment_bytes);
}

bool HeapImplementation::release_reserve() {
  if (reserve == 0) return false;
  os.release(std::exchange(reserve, 0), reserve_bytes);
  return true;
}

void HeapImplementation::fail_out_of_memory(Word bytes) {
  if (options.on_out_of_memory) options.on_out_of_memory(bytes);
  check_failed("out of memory", __FILE__, __LINE__);
}

Word HeapImplementation::new_list_bits() {
  void* const bits = insist(segment_bitmap_bytes, [this] { return list_bits.allocate(); });
  std::memset(bits, 0, segment_bitmap_bytes);
  return address_of(bits);
}

Word HeapImplementation::nonstatic_bytes() const {
  Word segments = 0;
  for (std::size_t g = 0; g < static_generation; ++g) {
    for (const Segment* head : runs[g]) {
      for (; head != nullptr; head = head->next) segments += head->run_length;
    }
  }
  return segments * segment_bytes;
}

void HeapImplementation::free_run(Segment* head) {
  for (std::uint32_t i = 0; i < head->run_length; ++i) {
    Segment& s = head[i];
    if (s.youngest != clean_card) list_dirty(&s, clean_card);
    if (s.list_bits != 0) list_bits.release(host_pointer(s.list_bits));
  }
#if CORACLE_STRESS
  std::memset(host_pointer(head->base), 0xD6,
              static_cast<std::size_t>(head->run_end() - head->base));
#endif
  chunks.release_run(head);
}

}  // namespace coracle
