#include "vm/heap/collect/old_space.h"

#include <bit>
#include <span>

namespace coracle {

/// Whether a run of an old generation is so full that it is better to mark its objects than to copy
/// them: that takes about as long, but no memory. One that isn't is copied, so at most a quarter of
/// such generations can be holes. How full a run is, isn't known until it has been marked once.
/// Where there is no memory for copies, all runs stay.
bool OldSpace::stays_in_place(const Segment& head) const {
  if (c_.in_place) return true;
  int const g = head.generation;
  return g >= h_.minimum_mark_generation && c_.target_of(head.generation) == g &&
         head.dead_bytes <= (head.used_end - head.base) / 4;
}

void OldSpace::set_up() {
  for (int g = 0; g <= c_.greatest; ++g) {
    Generation const target = c_.target_of(static_cast<Generation>(g));
    for (std::size_t space = 0; space < space_count; ++space) {
      h_.close_region(static_cast<Space>(space), static_cast<Generation>(g));
      Segment*& list = h_.runs[static_cast<std::size_t>(g)][space];
      for (Segment* head = list; head != nullptr; head = head->next) {
        runs_.push_back(head);
        // In fresh segments only locked objects stay.
        bool const mark = !head->large && head->space != Space::fresh &&
                          (head->immobile != 0 || stays_in_place(*head));
        for (std::uint32_t i = 0; i < head->run_length; ++i) {
          Segment& s = head[i];
          if (s.youngest != clean_card) {
            h_.list_dirty(&s, clean_card);
            s.cards.fill(clean_card);
          }
          s.old_space = true;
          s.mark = mark;
          s.generation = target;
        }
        h_.table.note_states(head);
      }
      list = nullptr;
      h_.closed_bytes[static_cast<std::size_t>(g)][space] = 0;
    }
    if (h_.has_counted_records(static_cast<std::size_t>(g))) {
      for (auto& [rtd, counts] : h_.records) counts[static_cast<std::size_t>(g)] = 0;
    }
    h_.counts[static_cast<std::size_t>(g)] = {};
    h_.backreferences[static_cast<std::size_t>(g)].clear();
  }
  for (auto& spaces : h_.regions) {
    for (AllocationRegion& r : spaces) {
      r.sweep = r.next;
      r.to_sweep = nullptr;
    }
  }
}

void OldSpace::pin_locked() {
  h_.locks.locked_before.remove_if([&](Value v) { return copier_.old_segment(v) != nullptr; });
  h_.locks.locked.for_each([&](Value v) {
    Segment* const s = copier_.old_segment(v);
    if (s == nullptr || s->space != Space::fresh || s->large) return;
    if (s->marks == nullptr) s->marks = h_.scratch.allocate_bitmap();
    h_.table.note_state(*s);
    set_bit(s->marks, untagged(v));
    s->run->kept = true;
  });
  h_.locks.locked.for_each([&](Value v) {
    Segment* const s = copier_.old_segment(v);
    if (s == nullptr) return;
    if (c_.counting) {
      h_.count_bytes(s->generation, count_of_locked, size_of(kind_of(v, s->space), untagged(v)));
    }
    if (s->space == Space::fresh && !s->large) {
      Kind const kind = kind_of(v, s->space);
      copier_.reached_in_place(v, kind, s->generation, size_of(kind, untagged(v)));
      copier_.sweep_alone(v);
    } else {
      copier_.relocate(v);
    }
  });
}

void OldSpace::release() {
  for (Segment* head : runs_) {
    for (std::uint32_t i = 0; i < head->run_length; ++i) {
      if (head[i].list_bits != 0 && !head->mark && !head->large) copy_list_bits(&head[i]);
    }
    if (!head->kept) {
      h_.free_run(head);
      continue;
    }
    if (head->mark) {
      count_holes(head);
      fill_holes(head);
    }
    for (std::uint32_t i = 0; i < head->run_length; ++i) {
      Segment& s = head[i];
      s.old_space = s.mark = s.kept = false;
      s.marks = s.forwarded_flonums = nullptr;
      s.waited_for = nullptr;
    }
    h_.table.note_states(head);
    Segment*& list = h_.runs[head->generation][index_of(head->space)];
    head->next = list;
    list = head;
    h_.closed_bytes[head->generation][index_of(head->space)] += head->live_bytes();
  }
}

void OldSpace::count_holes(Segment* head) {
  Word live = 0;
  for (std::uint32_t i = 0; i < head->run_length; ++i) {
    if (head[i].marks == nullptr) continue;
    for (std::uint64_t const bits : std::span(head[i].marks, segment_bitmap_bytes / 8)) {
      live += static_cast<Word>(std::popcount(bits)) * word_bytes;
    }
  }
  head->dead_bytes = head->used_end - head->base - live;
}

/// Zeros in place of the dead objects of a run that stays: they can be swept, and passed by whoever
/// walks from object to object.
void OldSpace::fill_holes(Segment* head) {
  if (info_of(head->space).sweep == Sweep::nothing) return;
  constexpr Word word_covers = 64 * word_bytes;  // of memory, by a word of the bitmap
  for (Word a = head->base; a < head->used_end; a += word_covers) {
    Segment const& s = head[(a - head->base) >> segment_shift];
    std::uint64_t dead =
        s.marks == nullptr ? ~std::uint64_t{0} : ~s.marks[segment_bit_index(a) >> 6];
    for (; dead != 0; dead &= dead - 1) {
      store<Word>(a + static_cast<Word>(std::countr_zero(dead)) * word_bytes, 0);
    }
  }
}

/// Moves the list bits of pairs that were copied out of a segment. Marked pairs keep theirs.
void OldSpace::copy_list_bits(Segment* s) {
  for (Word i = 0; i < segment_bitmap_bytes; ++i) {
    std::uint8_t const byte = load<std::uint8_t>(s->list_bits + i);
    for (int shift = 0; byte != 0 && shift < 8; shift += 2) {
      int const bits = (byte >> shift) & 3;
      if (bits == 0) continue;
      Word const pair = s->base + (i * 8 + static_cast<Word>(shift)) * word_bytes;
      if (s->marks != nullptr && test_bit(s->marks, pair)) continue;
      if (load<Value>(pair) != forward_marker) continue;
      Value const now = load<Value>(pair + word_bytes);
      Segment* const to = h_.segment_of(now);
      if (to->list_bits == 0) to->list_bits = h_.new_list_bits();
      Word const index = segment_bit_index(untagged(now));
      Word const target = to->list_bits + (index >> 3);
      store(target, static_cast<std::uint8_t>(load<std::uint8_t>(target) | (bits << (index & 7))));
    }
  }
}

}  // namespace coracle
