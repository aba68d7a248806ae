// What WebAssembly has: files and the environment, by Emscripten's C library, node's terminal, and what a C
// library does alone.
#pragma once

#include "vm/host/facilities.h"

namespace coracle::host {

constexpr bool has(Facility facility) {
  switch (facility) {
    case Facility::files:
    case Facility::environment:
    case Facility::terminal:
    case Facility::encodings: return true;
    case Facility::processes:
    case Facility::libraries:
    case Facility::signals:
    case Facility::threads: break;
  }
  return false;
}

}  // namespace coracle::host
