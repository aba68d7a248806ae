// Dynamic libraries.
#pragma once

#include <string>

namespace coracle::host {

/// Loads a library, which stays loaded, and returns its handle; a null path means the program itself and
/// what it is linked with. If the result is null, `reason` says why.
void* open_library(const char* path, std::string& reason);
/// The address of a symbol, or null.
void* find_symbol(void* library, const char* name);

}  // namespace coracle::host
