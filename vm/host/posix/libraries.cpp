#include "vm/host/libraries.h"

#include <dlfcn.h>

namespace coracle::host {

void* open_library(const char* path, std::string& reason) {
  void* const handle = ::dlopen(path, RTLD_NOW);
  if (handle == nullptr) {
    const char* const text = ::dlerror();
    reason = text == nullptr ? "" : text;
  }
  return handle;
}

void* find_symbol(void* library, const char* name) { return ::dlsym(library, name); }

}  // namespace coracle::host
