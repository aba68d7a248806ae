// Dynamic libraries.
#pragma once

#include <string>

namespace coracle::host {

/// A handle of a library, which stays loaded; null: the program itself and what it is linked with. A
/// null result leaves the reason in `reason`.
void* open_library(const char* path, std::string& reason);
/// The address of a symbol, or null.
void* find_symbol(void* library, const char* name);

}  // namespace coracle::host
