// Indices, sizes, and parts of bytevectors and strings that the image passes: checked where they
// arrive, because an image compiled without checks (or a hostile one) may pass any.
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

/// Refuses what is not a string, and a range [start, end) that is not inside it.
inline void require_string_range(Value string, Word start, Word end) {
  if (!is_string(string)) throw SchemeError{"", "~s is not a string", {string}};
  if (start > end || end > string_length(string)) {
    throw SchemeError{"",
                      "invalid start ~s and end ~s for ~s",
                      {make_fixnum(static_cast<SignedWord>(start)),
                       make_fixnum(static_cast<SignedWord>(end)), string}};
  }
}

/// Refuses a number that is not from `least` to `most`.
inline void require_between(SignedWord n, SignedWord least, SignedWord most) {
  if (n < least || n > most) {
    throw SchemeError{"",
                      "found ~s, expected a number from ~s to ~s",
                      {make_fixnum(n), make_fixnum(least), make_fixnum(most)}};
  }
}

/// The value of a fixnum that is an index or a size: not negative.
inline Word index_value(Value v) {
  if (!is_fixnum(v) || fixnum_value(v) < 0) throw SchemeError{"", "~s is not an index", {v}};
  return static_cast<Word>(fixnum_value(v));
}

}  // namespace coracle::kernel
