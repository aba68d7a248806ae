// Where the fields of the image's own records lie that the linker builds: offsets in bytes from the
// object's start. All supported releases agree; a test compares them with equates.h.
#pragma once

#include "vm/base/value.h"

namespace coracle::hashtable_layout {

// eq-hashtable and symbol-hashtable; `variant` is the first's subtype and the second's equivalence.
inline constexpr Word type = 8, is_mutable = 16, vector = 24, minimum_length = 32, size = 40,
                      variant = 48, least_size = 56;

}  // namespace coracle::hashtable_layout
