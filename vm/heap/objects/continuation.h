// Continuations: what the collector and the machine's stacks have in common.
#pragma once

#include "vm/heap/objects/layout.h"

namespace coracle {

/// Makes a one-shot continuation and those that it is linked to multi-shot: none of them can be given
/// back its stack, of which it keeps what it uses. Ends at one that was promoted before, with all that
/// it is linked to, and at one that has been used.
inline void promote_to_multishot(Value k) {
  for (;; k = field<Value>(k, layout::continuation_link)) {
    auto const length = field<SignedWord>(k, layout::continuation_stack_length);
    auto const used = field<SignedWord>(k, layout::continuation_stack_clength);
    if (length == used || length == scaled_shot_1_shot) return;
    init_field(k, layout::continuation_stack_length, used);
  }
}

}  // namespace coracle
