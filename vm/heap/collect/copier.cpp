// Reaching an object: copying it, or marking it where it is.
#include <limits>
#include <utility>

#include "vm/base/check.h"
#include "vm/heap/collect/copier.h"

namespace coracle {
namespace {

#if CORACLE_STRESS
constexpr std::size_t most_ranges = 64;
#else
constexpr std::size_t most_ranges = std::size_t{1} << 15;  // half a megabyte
#endif

/// Objects are multiples of 16 bytes; most are short, so a call of memcpy would cost more.
inline void copy_words(Word to, Word from, Word size) {
  struct Pair {
    Word a, b;
  };
  for (Word i = 0; i < size; i += sizeof(Pair)) store(to + i, load<Pair>(from + i));
}

inline void forward_to(Word object, Value now) {
  store(object, forward_marker);
  store(object + word_bytes, now);
}

/// Spaces that are swept word by word must not hold stray bits after an object's last word.
inline void clear_padding(Word object, Word used, Word size) {
  if (size - used >= word_bytes) store<Word>(object + size - word_bytes, 0);
}

}  // namespace

Value Copier::forward_carefully(Value v, Segment* s) {
  if (has_tag(v, Tag::flonum)) return forward_flonum(v, s);
  Word const object = untagged(v);
  if (s->marks != nullptr && test_bit(s->marks, object)) return v;
  if (!s->mark && load<Value>(object) == forward_marker) return load<Value>(object + word_bytes);
  return move(v, s);
}

/// A flonum has no room for a forward marker: any bits can be its data, and what follows the data is
/// no part of it (a flonum may be a part of an inexact complex number). So a bitmap tells which ones
/// have been copied, and the data is replaced by the new reference.
Value Copier::forward_flonum(Value v, Segment* s) {
  Word const address = untagged(v);
  if (s->marks != nullptr && test_bit(s->marks, address)) return v;
  if (s->forwarded_flonums != nullptr && test_bit(s->forwarded_flonums, address)) {
    return load<Value>(address);
  }
  if (s->waited_for != nullptr) waiters_.reached(*s, address);
  if (s->mark || s->large) return stay(v, s);
  Generation const g = s->generation;
  Word const to = h_.allocate_in(Space::data, g, layout::flonum_size);
  store(to, load<Word>(address));
  Value const now = tagged(to, Tag::flonum);
  if (s->forwarded_flonums == nullptr) s->forwarded_flonums = h_.scratch.allocate_bitmap();
  set_bit(s->forwarded_flonums, address);
  store(address, now);
  if (counting_ || backreferences_) {
    note_reached(g, Kind::flonum, now, layout::flonum_size, from_);
  }
  return now;
}

double Copier::flonum_at(Word address) const {
  Segment const* const s = h_.table.find(address);
  if (s->forwarded_flonums != nullptr && test_bit(s->forwarded_flonums, address)) {
    return flonum_value(load<Value>(address));
  }
  return load<double>(address);
}

Value Copier::move(Value v, Segment* s) {
  if (s->waited_for != nullptr) waiters_.reached(*s, untagged(v));
  if (s->mark || s->large) return stay(v, s);
  Kind const kind = kind_of(v, s->space);
  return kind == Kind::pair ? move_pairs(v, SegmentTable::state_of(s))
                            : copy(v, kind, s->generation);
}

/// Copies pairs to where there is room for them, one after the other.
struct Copier::PairCopier {
  SegmentTable::States const states;
  std::uint8_t const wanted;  // the state of segments whose pairs nothing else is to be asked about
  Word next;                  // where the next copy goes
  Word const limit;

  bool can_move(Value v) const {
    return is_pair(v) && states.of(untagged(v)) == wanted && limit - next >= layout::pair_size;
  }

  /// Copies the pair `object` to `to`, and those behind it as long as they can be moved; and lists in
  /// their cars that lie near (as when they were made just before): they are in the cache now.
  template <bool with_cars>
  void copy_chain(Word object, Word to) {
    for (;;) {
      Value head = load<Value>(object + layout::pair_car);
      Value const tail = load<Value>(object + layout::pair_cdr);
      forward_to(object, tagged(to, Tag::pair));
      if constexpr (with_cars) {
        constexpr Word near = 128;
        if (untagged(head) - object + near < 2 * near && can_move(head) &&
            load<Value>(untagged(head)) != forward_marker) {
          Word const place = next;
          next += layout::pair_size;
          copy_chain<false>(untagged(head), place);
          head = tagged(place, Tag::pair);
        }
      }
      store(to + layout::pair_car, head);
      if (!can_move(tail)) {
        store(to + layout::pair_cdr, tail);
        return;
      }
      object = untagged(tail);
      if (load<Value>(object) == forward_marker) {
        store(to + layout::pair_cdr, load<Value>(object + word_bytes));
        return;
      }
      store(to + layout::pair_cdr, tagged(next, Tag::pair));
      to = next;
      next += layout::pair_size;
    }
  }
};

/// Copies a pair and the pairs behind it, as far as they are in old space of the same generation and
/// nothing else is to be asked: a list's pairs then lie side by side, and are reached at little cost.
Value Copier::move_pairs(Value v, std::uint8_t state) {
  Generation const g = generation_in(state);
  AllocationRegion& r = h_.regions[g][index_of(Space::impure)];
  Word const first = h_.allocate_in(Space::impure, g, layout::pair_size);
  PairCopier copier{h_.table.states(),
                    static_cast<std::uint8_t>(state | SegmentTable::state_simple), r.next, r.limit};
  if (backreferences_) {
    copier.copy_chain<false>(untagged(v), first);  // so that each pair is found from the one before
  } else {
    copier.copy_chain<true>(untagged(v), first);
  }
  r.next = copier.next;
  if (counting_ || backreferences_) {
    Value from = from_;
    for (Word a = first; a < r.next; a += layout::pair_size) {
      Value const now = tagged(a, Tag::pair);
      note_reached(g, Kind::pair, now, layout::pair_size, from);
      from = now;
    }
  }
  return tagged(first, Tag::pair);
}

void Copier::note_reached(Generation g, Kind kind, Value now, Word size, Value from) {
  if (counting_) h_.count_object(g, kind, untagged(now), size);
  if (backreferences_) h_.backreferences[g].push_back({now, from});
}

/// A sweep word by word doesn't know whose words they are. So where backreferences are recorded only
/// pairs go to spaces that are swept so.
Space Copier::space_to_sweep(Space space, Value v) const {
  if (!backreferences_ || info_of(space).sweep != Sweep::words) [[likely]]
    return space;
  return has_tag(v, Tag::closure) ? Space::closure : Space::impure_typed;
}

/// Whether the entry of an eq-hashtable with this keyval may have to change buckets, or to leave. Where
/// nearly everything stays, most need not, and there is no memory for a list of them all.
bool Copier::may_change_bucket(Value keyval) const {
  Segment const* const s = old_segment(keyval);
  if (s == nullptr || !in_place_ || !s->mark || s->space != Space::impure) return s != nullptr;
  Segment const* const key = is_fixmediate(car(keyval)) ? nullptr : h_.segment_of(car(keyval));
  return key != nullptr && !(key->old_space && (key->mark || key->large));
}

/// What a few kinds need when they have been copied or marked.
[[gnu::always_inline]] inline void Copier::reached(Value now, Kind kind, Generation g, Word size) {
  Word const object = untagged(now);
  if (counting_ || backreferences_) [[unlikely]]
    note_reached(g, kind, now, size, from_);
  switch (kind) {
    case Kind::closure: {
      // See ClosureSpace: code and closure must agree before the closure is swept word by word.
      Word const slot = object + layout::closure_code;
      store(slot, relocate_entry(load<Word>(slot)));
      break;
    }
    case Kind::continuation:
      // A one-shot continuation made in passing, to be given back its stack soon, becomes an
      // ordinary one: its stack shrinks to what it uses. So do those that it is linked to.
      if (load<SignedWord>(object + layout::continuation_stack_length) == opportunistic_1_shot) {
        store(object + layout::continuation_stack_length,
              load<SignedWord>(object + layout::continuation_stack_clength));
        one_shots_.push_back(now);
      }
      break;
    case Kind::tlc: {
      Value const next = field<Value>(now, layout::tlc_next);
      if (next != false_value && may_change_bucket(field<Value>(now, layout::tlc_keyval))) {
        tlcs_.push_back(now);
      }
      break;
    }
    case Kind::phantom: {
      Word const length = load<Word>(object + layout::phantom_length);
      h_.phantom_bytes[g] += length;
      if (counting_)
        h_.counts[g][kind_info[static_cast<std::size_t>(kind)].count_number].bytes += length;
      break;
    }
    default: break;
  }
}

/// Inlined into each case of copy(), where the kind is known.
[[gnu::always_inline]] inline Value Copier::finish_copy(Value v, Word to, Kind kind, Generation g,
                                                        Word size) {
  Word const object = untagged(v);
  if (kind == Kind::inexactnum) {
    // A part that was reached as a flonum before has given up its data.
    for (Word const part : {layout::inexactnum_real, layout::inexactnum_imag}) {
      store(to + part, flonum_at(object + part));
    }
  }
  Value const now{to + (v.bits - object)};
  forward_to(object, now);
  reached(now, kind, g, size);
  return now;
}

/// Many records have the type of the one before. Their copies refer to the type where it is now.
Value Copier::copy_record_alike(Value v, Generation g) {
  const RecordShape& shape = last_shape_;
  Word const object = untagged(v);
  Word const size = align_object(shape.used);
  Word const to = h_.allocate_in(shape.space, g, size);
  copy_words(to, object, size);
  clear_padding(to, shape.used, size);
  store(to, shape.type_now);
  return finish_copy(v, to, Kind::record, g, size);
}

void Copier::note_shape(Word object) {
  Value const type = load<Value>(object);
  Value const now = follow(type);
  if (old_state(now) != 0) return;  // it may move yet
  last_shape_ = {type, now, kinds::RecordSize::of(object),
                 space_to_sweep(kinds::RecordSpace::of(object), tagged(object, Tag::typed))};
}

Value Copier::copy(Value v, Kind kind, Generation g) {
  Word const object = untagged(v);
  if (kind == Kind::record) {
    if (load<Value>(object) == last_shape_.type) return copy_record_alike(v, g);
    note_shape(object);
  }
  switch (kind) {
#define OBJECT_KIND(kind, tag, type, size_policy, space_policy, references, count, name) \
  case Kind::kind: {                                                                     \
    Word const used = kinds::size_policy::of(object);                                    \
    Word const size = align_object(used);                                                \
    Space const space = space_to_sweep(kinds::space_policy::of(object), v);              \
    Word const to = h_.allocate_in(space, g, size);                                      \
    copy_words(to, object, size);                                                        \
    clear_padding(to, used, size);                                                       \
    return finish_copy(v, to, Kind::kind, g, size);                                      \
  }
#include "vm/heap/objects/layout.def"
#undef OBJECT_KIND
  }
  __builtin_unreachable();
}

void Copier::reached_in_place(Value v, Kind kind, Generation g, Word size) {
  reached(v, kind, g, size);
}

/// Keeps an object where it is, and its run with it.
Value Copier::stay(Value v, Segment* s) {
  Segment* const head = s->run;
  if (s->large && s->space == Space::fresh && has_tag(v, Tag::pair)) split_into_pairs(head);
  if (s->large && head->kept) return v;
  head->kept = true;
  Kind const kind = kind_of(v, s->space);
  if (kind == Kind::pair && !s->large) return mark_pairs(v, s);
  Word const object = untagged(v);
  Word const used = bytes_of(kind, object);
  Word const size = align_object(used);
  if (s->large) {
    if (s->space == Space::fresh) {
      // The only object of its run: so the whole run can join the space of the object's kind.
      Space const space = space_to_sweep(space_for(kind, object), v);
      for (std::uint32_t i = 0; i < head->run_length; ++i) head[i].space = space;
    }
  } else {
    mark_range(s, object, size);
  }
  clear_padding(object, used, size);
  stayed_bytes_ += size;
  reached_in_place(v, kind, s->generation, size);
  sweep_later(v, s, object, size);
  return v;
}

/// A list of many arguments is allocated at once: then a run of its own holds many objects, not one, and
/// is from now on like others that hold pairs. They stay this time.
void Copier::split_into_pairs(Segment* head) {
  for (std::uint32_t i = 0; i < head->run_length; ++i) {
    Segment& s = head[i];
    s.large = false;
    s.mark = true;
    s.space = Space::impure;
    h_.table.note_state(s);
  }
}

/// Marks a pair, and the pairs behind it in the same segment.
Value Copier::mark_pairs(Value v, Segment* s) {
  if (s->marks == nullptr) s->marks = h_.scratch.allocate_bitmap();
  Value pair = v;
  Value from = from_;
  Word start = untagged(v), end = start;  // marked, but not yet to be swept
  do {
    Word const object = untagged(pair);
    Word const bit = segment_bit_index(object);
    s->marks[bit >> 6] |= std::uint64_t{3} << (bit & 63);
    stayed_bytes_ += layout::pair_size;
    if (s->waited_for != nullptr) waiters_.reached(*s, object);
    if (counting_ || backreferences_) {
      note_reached(s->generation, Kind::pair, pair, layout::pair_size, from);
      from = pair;
    }
    if (object != end || backreferences_) {
      if (start != end) sweep_later(tagged(start, Tag::pair), s, start, end - start);
      start = object;
    }
    end = object + layout::pair_size;
    pair = load<Value>(object + layout::pair_cdr);
  } while (is_pair(pair) && untagged(pair) - s->base < segment_bytes &&
           !test_bit(s->marks, untagged(pair)));
  sweep_later(tagged(start, Tag::pair), s, start, end - start);
  return v;
}

/// An object that stays must be swept. Where spaces can be swept without looking at kinds, objects that
/// lie side by side are swept together. When there are too many such ranges, the runs of further ones are
/// swept again: so their list stays short however many objects a large vector, say, refers to.
void Copier::sweep_later(Value v, const Segment* s, Word object, Word size) {
  Sweep const sweep = info_of(s->space).sweep;
  if (sweep == Sweep::nothing) return;
  if (sweep == Sweep::as_reached || backreferences_) {
    to_sweep_.push_back(v);
  } else if (!ranges_to_sweep_.empty() && ranges_to_sweep_.back().end == object &&
             h_.table.find(object - 1)->run == s->run) {
    ranges_to_sweep_.back().end += size;
  } else if (ranges_to_sweep_.size() >= most_ranges && !counting_) {  // it would count some twice
    if (!std::exchange(s->run->sweep_again, true)) runs_to_sweep_.push_back(s->run);
  } else {
    ranges_to_sweep_.push_back({object, object + size});
  }
}

/// Marks all of an object, not only its start: so the holes between objects can be told afterwards.
void Copier::mark_range(Segment* s, Word start, Word size) {
  Word const end = start + size;
  for (Word a = start; a < end;) {
    Segment* const at = s + ((a - s->base) >> segment_shift);
    if (at->marks == nullptr) at->marks = h_.scratch.allocate_bitmap();
    Word const first = segment_bit_index(a);
    // Bits of one word of the bitmap at a time.
    Word const n = std::min((end - a) / word_bytes, 64 - (first & 63));
    at->marks[first >> 6] |= (~std::uint64_t{0} >> (64 - n)) << (first & 63);
    a += n * word_bytes;
  }
}

Word Copier::relocate_entry(Word entry) {
  if (entry == 0) return 0;
  Value const code = code_of_entry(entry);
  return entry + (relocate(code).bits - code.bits);
}

Word Copier::relocate_return_address(Word address) {
  if (address == 0) return 0;
  Value const code = ReturnPoint(h_.profile, address).code();
  return address + (relocate(code).bits - code.bits);
}

Word Copier::copy_untyped(Word from, Segment* s, Word size, Word used) {
  if (s->mark) {
    s->run->kept = true;
    mark_range(s, from, align_object(used));
    return from;
  }
  Segment* const head = s->run;
  bool const fills_run = used >= (head->run_end() - head->base) / 4 * 3;
  bool const too_many = s->large && head->run_length > stack_segments &&
                        (copied_of_long_stacks_ += size) > most_of_long_stacks;
  if (s->large && (in_place_ || fills_run || too_many)) {
    head->kept = true;
    for (std::uint32_t i = 0; i < head->run_length; ++i) head[i].space = Space::data;
    return from;
  }
  Word const to = h_.allocate_in(Space::data, s->generation, align_object(size));
  std::memcpy(host_pointer(to), host_pointer(from), static_cast<std::size_t>(used));
  return to;
}

bool Copier::is_alive_in_old(Value v) const {
  Segment const* const s = h_.segment_of(v);
  Word const object = untagged(v);
  if (s->marks != nullptr && test_bit(s->marks, object)) return true;
  if (s->large) return s->run->kept;
  if (has_tag(v, Tag::flonum)) {
    return s->forwarded_flonums != nullptr && test_bit(s->forwarded_flonums, object);
  }
  return !s->mark && load<Value>(object) == forward_marker;
}

Value Copier::current_in_old(Value v) const {
  Segment const* const s = h_.segment_of(v);
  if (s->large || s->mark) return v;
  Word const object = untagged(v);
  if (s->marks != nullptr && test_bit(s->marks, object)) return v;
  if (has_tag(v, Tag::flonum)) {
    bool const moved = s->forwarded_flonums != nullptr && test_bit(s->forwarded_flonums, object);
    return moved ? load<Value>(object) : v;
  }
  return follow(v);
}

}  // namespace coracle
