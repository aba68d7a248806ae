// Without an operating system there is none of them. (Memory, clocks and random numbers are the C++
// library's; the console is the embedder's, see vm/kernel/files/console.h.)
#pragma once

#include "vm/host/facilities.h"

namespace coracle::host {

constexpr bool has(Facility) { return false; }

}  // namespace coracle::host
