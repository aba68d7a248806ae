// Return points: the header of data before the instruction that a call returns to, which says how
// large the caller's frame is and which of its words are live.
//
// A full header is 32 bytes, a compact one 16; both end at the return address, and bit 0 of the word
// 8 bytes before it tells them apart (in a full header that word is the frame's size in bytes, which
// is even):
//
//   full      | mv return address | live mask | toplink | frame size |  return address ...
//   compact   |                                 toplink | mask, size |
//
//   mask, size of a compact header:   | live mask  ... 7 | words of the frame 6..2 | 1 | 1 |
//
// (the order of the words of a full header differs between releases: see Profile).
#pragma once

#include "vm/base/profile.h"
#include "vm/base/value.h"

namespace coracle {

class ReturnPoint {
 public:
  ReturnPoint(const Profile& profile, Word return_address)
      : profile_(&profile), address_(return_address) {}

  bool is_compact() const { return (compact_word() & 1) != 0; }
  /// Bytes of the caller's frame.
  Word frame_size() const {
    return is_compact() ? ((compact_word() >> 2) & 0x1F) * 8 : at(profile_->return_frame_size);
  }

 private:
  Word at(std::int16_t displacement) const {
    return load<Word>(address_ + static_cast<Word>(SignedWord{displacement}));
  }
  Word compact_word() const { return at(profile_->return_compact_mask); }

  const Profile* profile_;
  Word address_;
};

}  // namespace coracle
