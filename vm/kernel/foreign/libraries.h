// Shared objects (dynamic libraries) that programs load, and the foreign symbols in them.
//
// Owns: the list of loaded libraries, of symbols found in them, and of kernel entries that the program
// has removed from the foreign symbols. Libraries stay loaded: the image may hold addresses in them.
// A symbol of a library is the only address of host code that the image gets; calls of it go through
// call_library_function, by the types of the image's call prototype.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vm/exec/entry.h"

namespace coracle::kernel {

/// Loads a library; null: the program itself and what it is linked with.
void load_shared_object(Thread& t, const char* path);
/// The address of a symbol in the most recently loaded library that has it, or 0.
Word find_in_libraries(Thread& t, const char* name);
/// Makes a function of the program itself a foreign symbol, in place of any other of that name.
void register_symbol(Thread& t, const char* name, Word address);
/// Its address, or 0.
Word find_registered(const Thread& t, std::string_view name);
/// The names of all of them, with their addresses.
std::vector<std::pair<std::string, Word>> registered_symbols(const Thread& t);

/// Whether a library's function is running, or was left by a call into the machine.
bool in_library_function(const Thread& t);
/// Ends the innermost running library function, which has called into the machine, by a jump to where it
/// was called: the thread's transfer says what Scheme does next. Returns if there is none. The frames in
/// between must hold nothing that needs a destructor.
void abandon_library_function(Thread& t);

/// A list of the handles of the libraries, as integers, the last one first.
Value foreign_dynamic_table(Thread& t);
/// The name by which an address in a library was found, or null.
const char* library_symbol_name(const Thread& t, Word address);

/// Removes the foreign symbol of this name: lookups no longer find it. #f if there is none.
Value remove_foreign_entry(Thread& t, const char* name);
bool is_removed(const Thread& t, std::string_view name);

}  // namespace coracle::kernel
