// Sweeping, space by space.
#include <array>
#include <bit>

#include "vm/heap/collect/sweeper.h"

namespace coracle {
namespace {

/// Whether objects that were moved to a space are swept there.
constexpr bool is_swept(Sweep sweep) {
  return sweep != Sweep::nothing && sweep != Sweep::as_reached;
}
constexpr std::size_t swept_count = 0
#define SPACE(name, number, letter, tags, sweep, cards, run_segments) +is_swept(Sweep::sweep)
#include "vm/heap/memory/spaces.def"
#undef SPACE
    ;
/// The spaces with references, in the order of the table.
constexpr std::array<Space, swept_count> swept_spaces = [] {
  std::array<Space, swept_count> spaces{};
  std::size_t n = 0;
#define SPACE(name, number, letter, tags, sweep, cards, run_segments) \
  if (is_swept(Sweep::sweep)) spaces[n++] = Space::name;
#include "vm/heap/memory/spaces.def"
#undef SPACE
  return spaces;
}();

/// The address from `from` on (of the run's end at last) whose word is marked or isn't.
Word next_word(const Segment* head, Word from, bool marked) {
  while (from < head->used_end) {
    const std::uint64_t* const marks = head[(from - head->base) >> segment_shift].marks;
    Word const bit = segment_bit_index(from);
    std::uint64_t const bits = marks == nullptr ? 0 : marks[bit >> 6];
    std::uint64_t const wanted = (marked ? bits : ~bits) >> (bit & 63);
    if (wanted != 0) {
      from += static_cast<Word>(std::countr_zero(wanted)) * word_bytes;
      break;
    }
    from += (64 - (bit & 63)) * word_bytes;
  }
  return std::min(from, head->used_end);
}

/// What a continuation's frames hold.
template <bool tracked>
struct FrameSweeper {
  SlotBatch<tracked> values;
  Sweeper<tracked> others;

  void value(Word slot) { values.sweep(slot); }
  void return_address(Word slot) {
    Word const address = load<Word>(slot);
    if (address == last && address != 0) {
      store(slot, last_now);
      if constexpr (tracked) others.note(slot, last_state);
      return;
    }
    others.return_address(slot);
    last = address;
    last_now = load<Word>(slot);
    if constexpr (tracked) {
      last_state = last_now == 0 ? 0 : others.state_of_code(last_now);
    }
  }

  Word last = 0, last_now = 0;  // as it was before and after its code moved
  std::uint8_t last_state = 0;  // of that code's segment, now
};

}  // namespace

template <bool tracked>
void Sweeping::sweep_stack(Value k, Generation from) {
  Word const object = untagged(k);
  Word stack = load<Word>(object + layout::continuation_stack);
  auto const used = load<SignedWord>(object + layout::continuation_stack_clength);
  Segment* const s = stack == 0 ? nullptr : h_.table.find(stack);
  if (s != nullptr && s->old_space) {
    // Each continuation has its own piece of a stack, so nobody else needs to hear where it went.
    auto length = load<SignedWord>(object + layout::continuation_stack_length);
    CORACLE_CHECK_MESSAGE(length >= used, "a continuation's stack is shorter than what it uses");
    length = shortened_stack(length, used);
    store(object + layout::continuation_stack_length, length);
    stack = length == 0 ? 0
                        : copier_.copy_untyped(stack, s, static_cast<Word>(length),
                                               static_cast<Word>(used));
    store(object + layout::continuation_stack, stack);
    if (c_.counting && length != 0) {
      h_.count_bytes(from, count_of_stack, static_cast<Word>(length));
    }
  }
  Sweeper<tracked> visitor(*this, from);
  visitor.value(object + layout::continuation_link);
  visitor.return_address(object + layout::continuation_return_address);
  FrameSweeper<tracked> frames{{copier_, from}, {*this, from}};
  bool const sound = visit_frames(h_.profile, stack, stack + static_cast<Word>(used),
                                  load<Word>(object + layout::continuation_return_address), frames);
  CORACLE_CHECK_MESSAGE(sound, "a continuation's frames don't fit its stack");
}

template <bool tracked>
void Sweeping::sweep_references(Word start, Word end, Generation from) {
  Sweeper<tracked> visitor(*this, from);
  // A type word is too small for an address, so that it needs no telling from the elements.
  for (Word slot = start; slot < end; slot += word_bytes) visitor.reference(slot);
}

void Sweeping::sweep_card(Space space, Generation g, Word start, Word end) {
  copier_.sweeping(nil);
  switch (info_of(space).sweep) {
    case Sweep::words: return sweep_words<true>(start, end, g);
    case Sweep::addresses: return sweep_references<true>(start, end, g);
    case Sweep::weak_pairs:
    case Sweep::ephemerons: return sweep_range_as<true>(space, g, start, end);
    case Sweep::objects:
    case Sweep::as_reached:
    case Sweep::nothing: break;
  }
  CORACLE_CHECK_MESSAGE(false, "a card that can't be swept by itself");
}

template <bool tracked>
void Sweeping::sweep_range_as(Space space, Generation g, Word start, Word end) {
  Sweeper<tracked> visitor(*this, g);
  auto const each = [&](Tag tag) {
    for (Word object = start; object < end;) {
      if (is_hole(object, tag)) {
        object += object_alignment;
        continue;
      }
      Value const v = tagged(object, tag);
      copier_.sweeping(v);
      Kind const kind = kind_of(v, space);
      visit_references(kind, object, visitor);
      object += size_of(kind, object);
    }
  };
  const SpaceInfo& info = info_of(space);
  switch (info.sweep) {
    case Sweep::words:
      if (!c_.backreferences) return sweep_words<tracked>(start, end, g);
      for (Word pair = start; pair < end; pair += layout::pair_size) {  // see space_to_sweep
        copier_.sweeping(tagged(pair, Tag::pair));
        visitor.values(pair, 2);
      }
      return;
    case Sweep::addresses:
      if (c_.backreferences) return each(Tag::typed);
      return sweep_references<tracked>(start, end, g);
    case Sweep::weak_pairs:
      weak_.add_pairs({start, end});
      if (!c_.backreferences) {
        SlotBatch<tracked> batch(copier_, g);
        for (Word pair = start; pair < end; pair += layout::pair_size) {
          batch.sweep(pair + layout::pair_cdr);
        }
        return;
      }
      for (Word pair = start; pair < end; pair += layout::pair_size) {
        copier_.sweeping(tagged(pair, Tag::pair));
        visitor.value(pair + layout::pair_cdr);
      }
      return;
    case Sweep::ephemerons:
      for (Word e = start; e < end; e += layout::ephemeron_size) {
        visitor.ephemeron(tagged(e, Tag::pair));
      }
      return;
    case Sweep::objects:  // a loop for each tag, so that kind_of is asked about one only
      if (info.tag == Tag::symbol) return each(Tag::symbol);
      if (info.tag == Tag::closure) return each(Tag::closure);
      if (info.tag == Tag::typed) return each(Tag::typed);
      break;
    case Sweep::as_reached:
    case Sweep::nothing: break;
  }
  CORACLE_CHECK_MESSAGE(false, "a space that isn't swept by ranges");
}

void Sweeping::sweep_range(Space space, Generation g, Word start, Word end) {
  if (c_.must_track(g)) {
    sweep_range_as<true>(space, g, start, end);
  } else {
    sweep_range_as<false>(space, g, start, end);
  }
}

bool Sweeping::sweep_region(Space space, Generation g) {
  AllocationRegion& r = h_.regions[g][index_of(space)];
  bool swept = false;
  for (;;) {
    if (Segment* const head = r.to_sweep; head != nullptr) {
      r.to_sweep = head->sweep_next;
      head->sweep_next = nullptr;
      sweep_range(space, g, head->sweep_start, head->used_end);
    } else if (r.sweep != r.next) {
      Word const start = r.sweep;
      r.sweep = r.next;  // the run may be closed, with what follows, while this part is swept
      sweep_range(space, g, start, r.sweep);
    } else {
      return swept;
    }
    swept = true;
  }
}

void Sweeping::sweep_object(Value v) {
  Segment* const s = h_.segment_of(v);
  Kind const kind = kind_of(v, s->space);
  copier_.sweeping(v);
  if (c_.must_track(s->generation)) {
    Sweeper<true> visitor(*this, s->generation);
    visit_references(kind, untagged(v), visitor);
  } else {
    Sweeper<false> visitor(*this, s->generation);
    visit_references(kind, untagged(v), visitor);
  }
}

/// Sweeps all objects of a run that have been marked. To sweep one twice does no harm.
void Sweeping::sweep_run_again(const Segment* head) {
  if (head->large) return sweep_range(head->space, head->generation, head->base, head->used_end);
  for (Word end = head->base;;) {
    Word const start = next_word(head, end, true);
    if (start == head->used_end) return;
    end = next_word(head, start, false);
    sweep_range(head->space, head->generation, start, end);
  }
}

void Sweeping::sweep_all() {
  bool swept = true;
  while (swept) {
    swept = false;
    for (int g = c_.least_target; g <= c_.greatest_target; ++g) {
      for (Space const space : swept_spaces) {
        swept |= sweep_region(space, static_cast<Generation>(g));
      }
    }
    if (!copier_.has_more_to_sweep()) continue;
    copier_.take_objects([&](Value v) { sweep_object(v); });
    copier_.take_ranges([&](Range range) {
      Segment const* const s = h_.table.find(range.start);
      sweep_range(s->space, s->generation, range.start, range.end);
    });
    copier_.take_run([&](const Segment* head) { sweep_run_again(head); });
    swept = true;
  }
}

template void Sweeping::sweep_stack<true>(Value, Generation);
template void Sweeping::sweep_stack<false>(Value, Generation);
template void Sweeping::sweep_range_as<true>(Space, Generation, Word, Word);
template void Sweeping::sweep_range_as<false>(Space, Generation, Word, Word);

}  // namespace coracle
