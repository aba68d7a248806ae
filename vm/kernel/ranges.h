// Parts of bytevectors and strings that the image names by start and count: checked here, because
// an image compiled without checks (or a hostile one) may name any.
#pragma once

#include <span>

#include "vm/exec/thread.h"

namespace coracle::kernel {

inline bool is_range(SignedWord start, SignedWord count, Word length) {
  return start >= 0 && count >= 0 && static_cast<Word>(start) <= length &&
         static_cast<Word>(count) <= length - static_cast<Word>(start);
}

/// `count` bytes of a bytevector from `start`. They stay where they are until the next safe point.
inline std::span<std::uint8_t> bytevector_range(Value bytevector, SignedWord start,
                                                SignedWord count) {
  if (!is_bytevector(bytevector) || !is_range(start, count, bytevector_length(bytevector))) {
    throw SchemeError{"",
                      "invalid start ~s and count ~s for ~s",
                      {make_fixnum(start), make_fixnum(count), bytevector}};
  }
  return {bytevector_data(bytevector) + start, static_cast<std::size_t>(count)};
}

}  // namespace coracle::kernel
