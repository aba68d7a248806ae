// The facilities that exist. Which of them an implementation has is defined in its own facilities.h, by
// a constexpr function has(Facility).
#pragma once

#include <cstdint>

namespace coracle::host {

enum class Facility : std::uint8_t {
#define FACILITY(name, text) name,
#include "vm/host/facilities.def"
#undef FACILITY
};

}  // namespace coracle::host
