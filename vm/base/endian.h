// The byte order of the host. Nothing else asks for it.
#pragma once

#include <bit>

#include "vm/base/value.h"

namespace coracle {

inline constexpr bool big_endian_host = std::endian::native == std::endian::big;

/// Writes the low `width` bytes (1 to 8) of `bits` at an address, in the host's byte order.
inline void store_low_bytes(Word address, Word bits, Word width) {
  Word const start = big_endian_host ? 8 - width : 0;
  std::memcpy(host_pointer(address), reinterpret_cast<const char*>(&bits) + start,
              static_cast<std::size_t>(width));
}

}  // namespace coracle
