// Stack frames: what a return point's header says about the frame that returns there.
//
// A return point's header lies in the instruction stream, just before the return address. It has one
// of two forms, told apart by the lowest bit of its last word:
//
//     live mask (Value)      <- return_live_mask        top link           <- return_compact_toplink
//     top link               <- return_toplink          |mask|words|e|1|   <- return_compact_mask
//     frame size in bytes    <- return_frame_size        63 7 6   2 1 0
//
// The order of the first words differs between releases. The top link is its own address less the
// code object's reference. The live mask has a bit for each word of the frame above the return
// address; a mask too large for a fixnum is a bignum.
// Must not know: who walks, and why.
#pragma once

#include <algorithm>
#include <bit>

#include "vm/base/profile.h"
#include "vm/heap/objects/kinds.h"

namespace coracle {

class ReturnPoint {
 public:
  ReturnPoint(const Profile& profile, Word address) : profile_(profile), address_(address) {}

  Value code() const {
    SignedWord const place =
        is_compact() ? profile_.return_compact_toplink : profile_.return_toplink;
    Word const link = address_ + static_cast<Word>(place);
    return Value{link - load<Word>(link)};
  }
  bool is_compact() const { return (last_word() & 1) != 0; }
  /// Bytes of the frame below the stack pointer at the call.
  Word frame_size() const {
    return is_compact() ? ((last_word() >> 2) & 0x1F) * word_bytes : last_word();
  }
  Value live_mask() const {
    return is_compact()
               ? make_fixnum(static_cast<SignedWord>(last_word() >> 7))
               : load<Value>(address_ + static_cast<Word>(SignedWord{profile_.return_live_mask}));
  }

 private:
  Word last_word() const {
    return load<Word>(address_ + static_cast<Word>(SignedWord{profile_.return_frame_size}));
  }

  const Profile& profile_;
  Word address_;
};

/// The length that a stack keeps when it is copied: one that grew far past the usual, for a single
/// large frame, is cut to what is used and some room.
inline SignedWord shortened_stack(SignedWord length, SignedWord used) {
  SignedWord const enough = used + static_cast<SignedWord>(one_shot_headroom);
  bool const excessive = length != used && length > static_cast<SignedWord>(default_stack_size);
  return excessive ? std::min(length, enough) : length;
}

/// Calls f(i) for each bit i of a live mask.
template <class F>
inline void visit_live_bits(Value mask, F f) {
  if (is_fixnum(mask)) {
    for (Word bits = static_cast<Word>(fixnum_value(mask)); bits != 0; bits &= bits - 1) {
      f(static_cast<Word>(std::countr_zero(bits)));
    }
    return;
  }
  Value const bignum = follow(mask);
  Word const digits = bignum_length(bignum);
  for (Word d = 0; d < digits; ++d) {
    for (std::uint32_t bits = bignum_digit(bignum, digits - 1 - d); bits != 0; bits &= bits - 1) {
      f(d * 32 + static_cast<Word>(std::countr_zero(bits)));
    }
  }
}

/// Walks the frames below `frame`, whose return address is `return_address`, down to `base`; shows
/// the visitor each live word and each saved return address:
///
///     frame            what comes next
///       ...            live words of the caller, by the mask of return_address
///     frame - size     return address of the caller
///
/// False when the frames don't end at `base`.
template <class V>
inline bool visit_frames(const Profile& profile, Word base, Word frame, Word return_address,
                         V& visitor) {
  // Recursion leaves one return address in frame after frame.
  Word known = 0, size = 0;
  Value mask{};
  while (frame != base) {
    if (return_address != known) {
      ReturnPoint const point(profile, return_address);
      size = point.frame_size();
      mask = point.live_mask();
      known = return_address;
    }
    if (size == 0 || size > frame - base) return false;
    frame -= size;
    return_address = load<Word>(frame);
    visitor.return_address(frame);
    visit_live_bits(mask, [&](Word i) { visitor.value(frame + word_bytes * (i + 1)); });
  }
  return true;
}

}  // namespace coracle
