#include "vm/heap/implementation.h"

#include <algorithm>
#include <utility>

#include "vm/base/check.h"

namespace coracle {

HeapImplementation::HeapImplementation(const Profile& p, const HeapOptions& heap_options)
    : HeapParameters(heap_options),
      profile(p),
      options(heap_options),
      os(heap_options.os_memory_limit, expected_room + heap_options.os_memory_limit / marks_share,
         heap_options.fail_memory_at),
      table(os),
      chunks(os, table),
      list_bits(os, segment_bitmap_bytes, 16) {
  keep_room(false, true);
}

/// To be called before so many bytes are allocated, of which `copied` are to be copied by the next
/// collection: throws OutOfMemory when there wouldn't be room for a collection then, and a margin.
void HeapImplementation::keep_room_to_collect(Word copied, Word others) {
  // What is allocated may come from what is set aside.
  Word const taken = (room_for_copies + 1) * copied + others;
  for (;;) {
    Word const wanted = room_to_collect() + margin + taken;
    if (room() >= wanted) {
      // What fills the memory may be garbage by now.
      if (may_ask_early && room() < wanted + margin / 4 && is_short_of_memory()) {
        may_ask_early = false;
        memory_is_needed = true;
        request_collection();
      }
      return;
    }
    if (chunks.add_spare()) continue;
    // An error that leaves a critical section may leave interrupts disabled, and so no chance to collect.
    // The section is short as a rule: the margin is for it, too. A collection follows it, or the error.
    if (room() >= wanted - margin && in_critical_section()) {
      if (!std::exchange(memory_is_needed, true)) request_collection();
      return;
    }
    if (margin < segment_bytes) fail_out_of_memory(copied + others);
    margin /= 2;
    run_out(copied + others);
  }
}

bool HeapImplementation::in_critical_section() const {
  return std::any_of(mutators.begin(), mutators.end(), [](const Mutator* m) {
    return m->disable_count != nullptr && *m->disable_count != make_fixnum(0);
  });
}

void HeapImplementation::run_out(Word bytes) {
  memory_ran_out = memory_is_needed = true;
  request_collection();
  throw OutOfMemory{bytes};
}

/// What allocate() returns, which is null where there is no memory: then it is called again with what is
/// set aside. `from_chunks`: it takes segments. A collection may go beyond the limit, but it is the last
/// that it does.
template <class Allocate>
auto HeapImplementation::insist(Word bytes, bool from_chunks, Allocate allocate) {
  for (;;) {
    if (auto const result = allocate(); result != nullptr) return result;
    bool const small = from_chunks && bytes <= ChunkPool::spare_chunk_bytes() / 2;
    if (small && chunks.use_spare()) continue;
    if (!collecting) run_out(bytes);
    {
      OsMemory::Overdraft const overdraft(os);
      if (auto const result = allocate(); result != nullptr) return result;
    }
    if (!chunks.drop_spare()) fail_out_of_memory(bytes);
  }
}

void HeapImplementation::make_room_for_scratch(Word bytes) {
  if (chunks.drop_spare()) return;
  if (!collecting) run_out(bytes);
  fail_out_of_memory(bytes);
}

Segment* HeapImplementation::new_run(Space space, Generation g, Word size, bool large) {
  if (large && !collecting && size > largest_object) throw OutOfMemory{size};
  Word const count = (size + segment_bytes - 1) >> segment_shift;
  bool const copied = space == Space::fresh && !large;
  if (!collecting) {
    Word const taken = count << segment_shift;
    // The largest ones are never taken from what is set aside.
    if (copied || taken <= ChunkPool::spare_chunk_bytes() / 2) {
      keep_room_to_collect(copied ? taken : 0, copied ? 0 : taken);
    }
  }
  Segment* const head = insist(size, true, [&]() -> Segment* {
    if (count > 0xFFFF'FFFF) return nullptr;
    Segment* const run = chunks.allocate_run(space, g, static_cast<std::uint32_t>(count), large);
    return run != nullptr || large || count == 1 ? run : chunks.allocate_run(space, g, 1, false);
  });
  head->next = runs[g][index_of(space)];
  runs[g][index_of(space)] = head;
  Word const bytes = Word{head->run_length} << segment_shift;
  if (copied) to_copy += bytes;
  if (g == 0 && !collecting) count_new_bytes(bytes);
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

void HeapImplementation::keep_room(bool ran_out, bool of_all) {
  // What is new, and what stays fresh because it is locked.
  to_copy = 0;
  for (std::size_t g = 0; g < static_generation; ++g) {
    for (Segment* head = runs[g][index_of(Space::fresh)]; head != nullptr; head = head->next) {
      if (!head->large) to_copy += Word{head->run_length} << segment_shift;
    }
  }
  room_for_marks = os.current_bytes() / marks_share;
  Word const wanted = expected_room + room_for_marks;
  while (chunks.spare_bytes() < wanted && (chunks.add_spare() || chunks.add_empty_to_spare())) {
  }
  while (chunks.spare_bytes() >= wanted + ChunkPool::spare_chunk_bytes()) chunks.drop_spare();
  if (!is_short_of_memory()) {
    margin = full_margin;
  } else if (ran_out) {
    // Less than before, so that what is left can be used.
    Word const used = room_to_collect();
    margin = std::min(margin, room() > used ? (room() - used) / 4 : 0);
  }  // else it stays: what is left can't dwindle, from collection to collection, without an error
  if (of_all || !is_short_of_memory()) may_ask_early = ran_out || !is_short_of_memory();
}

bool HeapImplementation::has_room_to_copy(int greatest) {
  Word const used = room_for_regions + room_for_lists + room_for_marks + most_of_long_stacks;
  Word const left = room() > used ? room() - used : 0;
  if (room_for_copies * bytes_of_generations(0, greatest) <= left) return true;
  Word copied = 0;
  for (std::size_t g = 0; g <= static_cast<std::size_t>(greatest); ++g) {
    for (const Segment* head : runs[g]) {
      for (; head != nullptr; head = head->next) {
        if (!head->large || head->run_length <= stack_segments) copied += head->live_bytes();
      }
    }
  }
  // As a rule copies take as much as there was; where it is the host that has no more, the rule isn't
  // enough.
  Word const wanted = room_for_copies * copied;
  return wanted <= left || os.has_room(copied > left ? copied - left : 0, wanted - left);
}

void HeapImplementation::fail_out_of_memory(Word bytes) {
  if (options.on_out_of_memory) options.on_out_of_memory(bytes);
  check_failed("out of memory", __FILE__, __LINE__);
}

Word HeapImplementation::new_list_bits() {
  void* const bits = insist(segment_bitmap_bytes, false, [this] { return list_bits.allocate(); });
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
