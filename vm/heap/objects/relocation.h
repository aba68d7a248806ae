// Relocations: where a code object's instructions hold references, and how to read and write them.
//
// A relocation table is an untyped object: its size in words, its code object, then entries. Each
// entry's code offset counts from the place of the entry before it, the first from the code object's
// reference; the place holds object + item offset as a word of any alignment.
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

/// An entry of a relocation table, or its first word:
///
///      55           30 29            4 3    1  0
///     +---------------+---------------+------+---+
///     |  item offset  |  code offset  | type | x |   x = 1: an extended entry. The offsets are the two
///     +---------------+---------------+------+---+   words that follow, the item's first.
struct RelocationWord {
  static constexpr int type_shift = 1, code_offset_shift = 4, item_offset_shift = 30;
  static constexpr Word extended_bit = 1, greatest_type = 7, greatest_offset = 0x3FF'FFFF;
  Word bits;

  static constexpr RelocationWord extended(Word type) {
    return {type << type_shift | extended_bit};
  }
  static constexpr RelocationWord of(Word type, Word code_offset, Word item_offset) {
    return {type << type_shift | code_offset << code_offset_shift |
            item_offset << item_offset_shift};
  }
  constexpr bool is_extended() const { return (bits & extended_bit) != 0; }
  constexpr Word type() const { return bits >> type_shift & greatest_type; }
  constexpr Word code_offset() const { return bits >> code_offset_shift & greatest_offset; }
  constexpr Word item_offset() const { return bits >> item_offset_shift & greatest_offset; }
};

/// Calls f(ResolvedRelocation) for each entry of the table at `table` (0: none).
template <class F>
void for_each_relocation(Word table, F&& f) {
  if (table == 0) return;
  Word item = table + layout::reloc_data;
  Word const end = item + word_bytes * load<Word>(table + layout::reloc_size);
  Word offset = 0;
  while (item < end) {
    RelocationWord const entry{load<Word>(item)};
    item += word_bytes;
    ResolvedRelocation r{entry.type(), 0, entry.item_offset()};
    Word code_offset = entry.code_offset();
    if (entry.is_extended()) {
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
