// Hashtables of the images: where the fields of their records lie that C++ code reads and writes, and
// the hash of a key by its address. All supported releases agree; a test compares the offsets with
// equates.h.
#pragma once

#include "vm/heap/objects/layout.h"

namespace coracle {

// eq-hashtable and symbol-hashtable; `variant` is the first's subtype and the second's equivalence.
namespace hashtable_layout {
inline constexpr Word type = 8, is_mutable = 16, vector = 24, minimum_length = 32, size = 40,
                      variant = 48, least_size = 56;
}  // namespace hashtable_layout

/// The hash of an eq-hashtable's key, as the images compute it from the bits of the reference.
inline Word eq_hash(Value key) {
  SignedWord x = static_cast<SignedWord>(key.bits) >> 3;
  for (int const bits : {32, 16, 8}) {
    SignedWord const mask = (SignedWord{1} << bits) - 1;
    x ^= (x >> bits) & mask;
  }
  return static_cast<Word>(x);
}

}  // namespace coracle
