// Uncompressing an object of a fasl file; bounded.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "vm/base/result.h"

namespace coracle {

/// Fills `out` with exactly `size` bytes. A size that the format can't reach from so few bytes is an
/// error before anything is reserved.
Result<void> uncompress_lz4(std::span<const std::uint8_t> in, std::uint64_t size,
                            std::vector<std::uint8_t>& out);
Result<void> uncompress_zlib(std::span<const std::uint8_t> in, std::uint64_t size,
                             std::vector<std::uint8_t>& out);

}  // namespace coracle
