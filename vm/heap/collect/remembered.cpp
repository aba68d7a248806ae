#include "vm/heap/collect/remembered.h"

#include <bit>

namespace coracle {

/// Where the objects that were here before this collection end: new ones may follow in the same run.
Word Remembered::end_of_old_objects(Segment* head) const {
  const AllocationRegion& r = at_start_[head->generation][index_of(head->space)];
  return r.run == head ? r.next : head->used_end;
}

void Remembered::sweep_dirty() {
  ScratchVector<Segment*> segments(&h_.scratch);
  for (std::size_t from = static_cast<std::size_t>(c_.greatest) + 1; from < generation_count;
       ++from) {
    for (std::size_t to = 0; to <= static_cast<std::size_t>(c_.greatest); ++to) {
      for (Segment* s = h_.dirty[from][to]; s != nullptr; s = s->dirty_next) segments.push_back(s);
    }
  }
  for (Segment* s : segments) sweep_dirty_segment(s);
}

void Remembered::sweep_dirty_segment(Segment* s) {
  // The cards start over as clean, so that sweeping leaves on each the youngest that it found.
  std::uint32_t cards = 0;
  static_assert(cards_per_segment <= 32);
  std::uint8_t youngest = clean_card;
  for (std::size_t i = 0; i < cards_per_segment; ++i) {
    std::uint8_t& card = s->cards[i];
    if (card <= c_.greatest) {
      cards |= std::uint32_t{1} << i;
      card = clean_card;
    } else {
      youngest = std::min(youngest, card);
    }
  }
  h_.list_dirty(s, youngest);
  h_.record.cards_scanned += static_cast<Word>(std::popcount(cards));

  Segment* const head = s->run;
  Word const limit = std::min(s->end(), end_of_old_objects(head));
  switch (info_of(s->space).cards) {
    case Cards::none: return;  // of fresh segments: see sweep_old_fresh
    case Cards::alone:
      for (; cards != 0; cards &= cards - 1) {
        Word const start = s->base + (static_cast<Word>(std::countr_zero(cards)) << card_shift);
        if (start >= limit) return;
        Word const end = std::min(start + card_bytes, limit);
        h_.record.words_scanned += (end - start) / word_bytes;
        sweeping_.sweep_card(s->space, s->generation, start, end);
      }
      return;
    case Cards::from_run_start:
    case Cards::symbols: return sweep_dirty_objects(s, head, limit, cards);
  }
}

/// Where objects have raw words, their starts must be known: they are found from the run's start.
void Remembered::sweep_dirty_objects(Segment* s, Segment* head, Word limit, std::uint32_t cards) {
  Space const space = s->space;
  const SpaceInfo& info = info_of(space);
  Sweeper<true> visitor(sweeping_, s->generation);
  Word object = head->base;
  // Symbols are all of one size: no need to pass the earlier ones. (They don't cross segments.)
  for (; cards != 0; cards &= cards - 1) {
    Word const start = s->base + (static_cast<Word>(std::countr_zero(cards)) << card_shift);
    if (start >= limit) return;
    if (info.cards == Cards::symbols) {
      Word const first =
          head->base + (start - head->base) / layout::symbol_size * layout::symbol_size;
      object = std::max(object, first);
    }
    Word const end = std::min(start + card_bytes, limit);
    while (object < end) {
      Word size = object_alignment;
      if (!is_hole(object, info.tag)) {
        Value const v = tagged(object, info.tag);
        copier_.sweeping(v);
        Kind const kind = kind_of(v, space);
        size = size_of(kind, object);
        if (object + size > start) {
          h_.record.words_scanned += size / word_bytes;
          visit_references(kind, object, visitor);
        }
      }
      object += size;
    }
  }
}

/// Objects in fresh segments of collected or older generations: they were locked when their segment
/// grew old. Objects of all kinds lie there, so cards say nothing; there are few, so they are simply
/// swept each time.
void Remembered::sweep_old_fresh() {
  auto const sweep = [&](Value v) {
    Segment* const s = h_.segment_of(v);
    if (s->old_space || s->space != Space::fresh) return;
    copier_.sweeping(v);
    Sweeper<true> visitor(sweeping_, s->generation);
    visit_references(kind_of(v, s->space), untagged(v), visitor);
  };
  h_.locks.locked.for_each(sweep);
  h_.locks.locked_before.for_each(sweep);
}

}  // namespace coracle
