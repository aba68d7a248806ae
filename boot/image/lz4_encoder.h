// LZ4 blocks that are the same on every host. What liblz4 makes of the same bytes depends on the host's
// word size and byte order and on the library's version; a deterministic machine can't have that.
//
// Must not know: the other formats, Scheme objects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace coracle {

/// Writes the LZ4 block of the source (2^31 bytes at most), which any decoder reads
/// (github.com/lz4/lz4, doc/lz4_Block_format.md) and which follows from the source alone. Returns its
/// size in bytes; nothing if the destination has no room for it.
std::optional<std::size_t> encode_lz4(std::span<const std::uint8_t> source,
                                      std::span<std::uint8_t> destination);

}  // namespace coracle
