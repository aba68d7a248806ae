// Code objects for the compiler, the linker and the inspector.
#pragma once

#include "vm/exec/entry.h"

namespace coracle::kernel {

Value make_code(Thread& t, SignedWord flags, SignedWord free_variables, Value name,
                Value arity_mask, SignedWord length, Value info, Value profile_infos);
Value make_reloc_table(Thread& t, Value code, Value size);
Value make_closure(Thread& t, Value offset, Value code);
/// Stores into code at byte offsets from its reference; x is an exact integer.
Value set_code_byte(Thread& t, Value code, Value offset, Value x);
Value set_code_word(Thread& t, Value code, Value offset, Value x);
Value set_code_long(Thread& t, Value code, Value offset, Value x);
void set_code_long2(Thread& t, Value code, Value offset, Value high, Value low);
Value set_code_quad(Thread& t, Value code, Value offset, Value x);
Value set_reloc(Thread& t, Value code, Value n, Value entry);
/// The object at a relocation's place.
Value get_code_obj(Thread& t, std::int32_t type, Value code, SignedWord offset,
                   SignedWord item_offset);
Value get_reloc(Thread& t, Value code, bool with_offsets);
/// Stores the objects of a list into the places of the code's relocations, in order.
void link_code_object(Thread& t, Value code, Value objects);
Value lookup_library_entry(Thread& t, SignedWord index, bool required);
Word lookup_c_entry(Thread& t, SignedWord index);
/// Host caches need no flushing: instructions are data here.
Value flush_instruction_cache(Thread& t);
Value profile_counters(Thread& t);
Value profile_release_counters(Thread& t);

}  // namespace coracle::kernel
