// Where the fields of the image's own records lie that the linker builds: offsets in bytes from the
// object's start. All supported releases agree; a test compares them with equates.h. What the collector
// reads of them too is in its own table.
#pragma once

#include "vm/heap/objects/layout.h"

namespace coracle::hashtable_layout {

// eq-hashtable and symbol-hashtable; `variant` is the first's subtype and the second's equivalence.
inline constexpr Word type = 8, is_mutable = 16, vector = layout::eq_hashtable_vector,
                      minimum_length = 32, size = layout::eq_hashtable_size,
                      variant = layout::eq_hashtable_subtype, least_size = 56;

}  // namespace coracle::hashtable_layout
