// Boot files that are known by their sums.
//
// Must not know: how files are read.
#pragma once

#include <cstdint>

#include "boot/image/image_format.h"

namespace coracle {

/// Whether a known file has this size: if none has, its sum needn't be computed.
bool is_size_of_known_file(std::uint64_t size);
bool is_known_file(std::uint64_t size, const Sum128& sum);

}  // namespace coracle
