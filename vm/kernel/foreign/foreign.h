// Foreign symbols, memory outside the heap, and raw copies.
//
// What the image takes for the address of a kernel function stands for its entry (vm/exec/entry.h).
// Symbols of shared objects: libraries.h.
#pragma once

#include <string_view>

#include "vm/exec/entry.h"

namespace coracle::kernel {

/// The descriptor of a foreign symbol, or null: entries of other operating systems don't exist, so that
/// the image does without them, and C entries are not foreign symbols.
const EntryDescriptor* lookup_foreign(const Thread& t, std::string_view name);

/// The address that the image uses for a foreign symbol, or 0. Libraries come first.
Word lookup_foreign_entry(Thread& t, const char* name);
/// A list of the names of all foreign symbols.
Value foreign_entries(Thread& t);
/// The same with addresses, as a vector of one list of pairs of a NUL-terminated bytevector and an
/// integer.
Value foreign_static_table(Thread& t);
/// The name of the foreign symbol at an address, or null.
const char* foreign_address_name(Thread& t, Word address);

/// Code that C can call. Basic pb has none: making one is an error, looking for one finds #f.
[[noreturn]] void instantiate_code_object(Thread& t);
Value find_callable_code_object(Thread& t, Word address);

bool native_little_endian(Thread& t);
/// Copies bytes, or words, between objects. An offset is what the image adds to the reference.
void byte_copy(Thread& t, Value source, SignedWord source_offset, Value destination,
               SignedWord destination_offset, SignedWord count);
void word_copy(Thread& t, Value source, SignedWord source_offset, Value destination,
               SignedWord destination_offset, SignedWord count);
Word allocate_memory(Thread& t, SignedWord size);
void free_memory(Thread& t, Word address);

}  // namespace coracle::kernel
