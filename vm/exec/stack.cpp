#include "vm/exec/stack.h"

#include <algorithm>
#include <optional>

#include "vm/exec/vm.h"
#include "vm/heap/objects/continuation.h"
#include "vm/heap/objects/frames.h"

namespace coracle {
namespace {

using layout::cached_stack_link;
using layout::cached_stack_size;

// The fields of a continuation that this file uses. A continuation that is split may be of any
// generation, so stores into it go through the barrier.
Word stack_of(Value k) { return field<Word>(k, layout::continuation_stack); }
SignedWord length_of(Value k) { return field<SignedWord>(k, layout::continuation_stack_length); }
SignedWord used_length_of(Value k) {
  return field<SignedWord>(k, layout::continuation_stack_clength);
}
Value link_of(Value k) { return field<Value>(k, layout::continuation_link); }
Word return_address_of(Value k) { return field<Word>(k, layout::continuation_return_address); }

Word frame_size(const Thread& t, Word return_address) {
  return ReturnPoint(t.vm.profile, return_address).frame_size();
}

/// The least size of a new stack, in bytes.
#if CORACLE_STRESS
constexpr Word least_stack_size = default_stack_size / 4;
#else
constexpr Word least_stack_size = default_stack_size;
#endif

/// The boundary below a frame that ends at `point` and has this return address; nothing if such a frame
/// can't be in the stack that begins at `base`: only damaged code leaves one.
std::optional<Word> boundary_below(const Thread& t, Word point, Word return_address, Word base) {
  constexpr Word unaligned = word_bytes - 1;
  if (return_address % 4 != 0 ||
      t.heap.space_of(tagged(return_address & ~unaligned, Tag::typed)) != Space::code) {
    return std::nullopt;
  }
  Word const size = frame_size(t, return_address);
  if (size == 0 || (size & unaligned) != 0 || size > point - base) return std::nullopt;
  return point - size;
}

/// The lowest frame boundary that is not below `guard`, walking down from the frame boundary
/// `point`: the word at a boundary is the return address of the frame below it.
std::optional<Word> walk_down(const Thread& t, Word point, Word guard, Word base) {
  for (;;) {
    std::optional<Word> const below = boundary_below(t, point, load<Word>(point), base);
    if (!below || *below < guard) return below ? std::optional(point) : std::nullopt;
    point = *below;
  }
}

/// Cuts a multi-shot continuation at a frame boundary inside its stack: the frames below go to a new
/// continuation under it.
void split(Thread& t, Value k, Word boundary) {
  SignedWord const lower = static_cast<SignedWord>(boundary - stack_of(k));
  SignedWord const upper = used_length_of(k) - lower;
  int const generation = t.heap.generation_of(k);
  Space const space = t.heap.space_of(k) == Space::fresh ? Space::fresh : Space::continuation;
  Value const below = make_continuation(t, space, static_cast<Generation>(generation),
                                        field<Word>(k, layout::closure_code), stack_of(k), lower,
                                        lower, link_of(k), load<Word>(boundary), nil, false_value);
  t.heap.store(untagged(k) + layout::continuation_link, below);
  init_field(k, layout::continuation_stack_length, upper);
  init_field(k, layout::continuation_stack_clength, upper);
  init_field(k, layout::continuation_stack, boundary);
  store<Word>(boundary, t.vm.underflow_return_address());
}

}  // namespace

void reset_stack(Thread& t, SignedWord bytes) {
  // Half the one-shot headroom is enough slack: esp leaves stack_slop of it unused anyway.
  Word size = align_object(static_cast<Word>(bytes) + one_shot_headroom / 2);
  Word stack = 0;
  Value const first = t.value(Tc::stack_cache);
  // Cached stacks are linked through their own first words. The first that fits is taken; the smaller
  // ones before it are dropped.
  for (Word cached = first.bits; Value{cached} != nil;
       cached = load<Word>(cached + cached_stack_link)) {
    if (load<Word>(cached + cached_stack_size) >= size) {
      size = load<Word>(cached + cached_stack_size);
      stack = cached;
      t.set_word(Tc::stack_cache, load<Word>(cached + cached_stack_link));
      break;
    }
  }
  if (stack == 0) {
    size = std::max(size, align_object(least_stack_size));
    stack = t.heap.allocate(Space::fresh, 0, size);
  }
  t.set_word(Tc::scheme_stack, stack);
  t.set_word(Tc::scheme_stack_size, size);
  t.set_word(Tc::esp, stack + size - stack_slop);
  t.set_word(Tc::sfp, stack);
}

bool overflow_stack(Thread& t, SignedWord request) {
  Word const stack = t.word(Tc::scheme_stack);
  Word const size = t.word(Tc::scheme_stack_size);
  Word const sfp = t.word(Tc::sfp);
  Value const nuate = t.vm.symbol_value(t.vm.names.nuate);
  if (!is_code(nuate) || sfp < stack || sfp > stack + size || sfp % word_bytes != 0) return false;

  // Frames above the boundary move; those below stay where they are, in a continuation. At least
  // stack_slop stays free in the old stack, so that returning into it need not check.
  Word const guard = std::min(sfp - underflow_limit, stack + size - stack_slop);
  Word boundary = stack;
  Value below = t.value(Tc::stack_link);
  std::optional<Word> top = stack;
  if (guard > stack && guard < sfp) top = boundary_below(t, sfp, load<Word>(sfp), stack);
  if (top && *top != stack) {
    top = walk_down(t, *top, guard, stack);
    boundary = top.value_or(stack);
  }
  if (!top) return false;
  if (boundary != stack) {
    SignedWord const used = static_cast<SignedWord>(boundary - stack);
    SignedWord length = static_cast<SignedWord>(size);
    if (size < default_stack_size / 4) {
      length = used;
      promote_to_multishot(below);
    }
    below = make_continuation(t, Space::fresh, 0, entry_of_code(nuate), stack, length, used, below,
                              load<Word>(boundary), nil, false_value);
  }
  // Where the current frame ends is not known: everything above the boundary is copied.
  SignedWord const above = static_cast<SignedWord>(stack + size - boundary);
  reset_stack(t, above + request);
  // Only now, because reset_stack() may have run out of memory.
  t.set_value(Tc::stack_link, below);
  if (boundary != stack) store<Word>(boundary, t.vm.underflow_return_address());
  t.set_word(Tc::sfp, t.word(Tc::scheme_stack) + (sfp - boundary));
  std::memcpy(host_pointer(t.word(Tc::scheme_stack)), host_pointer(boundary),
              static_cast<std::size_t>(above));
  return true;
}

bool split_and_resize_stack(Thread& t) {
  Value const k = t.value(Tc::cp);
  // Damaged code may leave anything here.
  if (!has_tag(k, Tag::closure) || t.heap.space_of(k) == Space::empty) return false;
  SignedWord const values = static_cast<SignedWord>(t.word(Tc::ac0));
  if (used_length_of(k) > static_cast<SignedWord>(underflow_limit)) {
    Word const base = stack_of(k);
    Word const end = base + static_cast<Word>(used_length_of(k));
    std::optional<Word> const top_frame = boundary_below(t, end, return_address_of(k), base);
    if (!top_frame) return false;
    if (*top_frame != base) {
      std::optional<Word> const boundary = walk_down(t, *top_frame, end - underflow_limit, base);
      if (!boundary) return false;
      promote_to_multishot(k);
      split(t, k, *boundary);
    }
  }
  SignedWord const needed = used_length_of(k) + values * static_cast<SignedWord>(word_bytes) +
                            static_cast<SignedWord>(stack_slop);
  if (needed >= static_cast<SignedWord>(t.word(Tc::scheme_stack_size))) reset_stack(t, needed);
  return true;
}

SignedWord continuation_depth(Thread& t, Value k) {
  SignedWord frames = 0;
  for (; length_of(k) != scaled_shot_1_shot; k = link_of(k)) {
    Word const base = stack_of(k);
    Word point = base + static_cast<Word>(used_length_of(k)) - frame_size(t, return_address_of(k));
    frames++;
    for (; point != base; point -= frame_size(t, load<Word>(point))) frames++;
  }
  return frames;
}

Value single_continuation(Thread& t, Value k, SignedWord n) {
  for (; length_of(k) != scaled_shot_1_shot; k = link_of(k)) {
    Word const base = stack_of(k);
    Word const end = base + static_cast<Word>(used_length_of(k));
    Word top = end;
    Word bottom = end - frame_size(t, return_address_of(k));
    while (n > 0 && bottom != base) {
      n--;
      top = bottom;
      bottom = top - frame_size(t, load<Word>(top));
    }
    if (n == 0) {
      promote_to_multishot(k);  // the inspector relies on it, split or not
      if (top != end) {
        split(t, k, top);
        k = link_of(k);
      }
      if (bottom != base) split(t, k, bottom);
      return k;
    }
    n--;
  }
  return false_value;
}

}  // namespace coracle
