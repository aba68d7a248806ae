// Relocations: where a code object's instructions hold references, and how to read and write them.
//
// A relocation table is an untyped object: its size in words, its code object, then entries (their
// bits are drawn in layout.h). Each entry's code offset counts from the place of the entry before
// it, the first from the code object's reference; the place holds object + item offset as a word of
// any alignment.
#pragma once

#include "vm/heap/objects/layout.h"

namespace coracle {

/// One relocation with its place resolved.
struct ResolvedRelocation {
  Word type;
  Word offset;       // bytes from the code object's reference (its tagged bits) to the place
  Word item_offset;  // bytes from the object's reference to what the place holds
  Word place(Value code) const { return code.bits + offset; }
  Value object(Value code) const { return Value{load<Word>(place(code)) - item_offset}; }
};

/// Calls f(ResolvedRelocation) for each entry of the table at `table` (0: none).
template <class F>
void for_each_relocation(Word table, F&& f) {
  if (table == 0) return;
  Word item = table + layout::reloc_data;
  Word const end = item + word_bytes * load<Word>(table + layout::reloc_size);
  Word offset = 0;
  while (item < end) {
    Word const entry = load<Word>(item);
    item += word_bytes;
    ResolvedRelocation r{(entry >> 1) & 7, 0, (entry >> 30) & 0x3FFFFFF};
    Word code_offset = (entry >> 4) & 0x3FFFFFF;
    if ((entry & 1) != 0) {
      r.item_offset = load<Word>(item);
      code_offset = load<Word>(item + word_bytes);
      item += 2 * word_bytes;
    }
    offset += code_offset;
    r.offset = offset;
    f(r);
  }
}
template <class F>
void for_each_relocation(Value code, F&& f) {
  for_each_relocation(field<Word>(code, layout::code_reloc), f);
}

}  // namespace coracle
