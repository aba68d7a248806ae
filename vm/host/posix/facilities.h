// What POSIX systems have: everything.
#pragma once

#include "vm/host/facilities.h"

namespace coracle::host {

constexpr bool has(Facility) { return true; }

}  // namespace coracle::host
