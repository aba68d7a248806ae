// Compression of blocks in memory, as fasl files and bytevectors hold them: zlib streams and LZ4
// blocks. Neither format says how long the result is: the caller knows, and nothing is ever written
// past the destination.
//
// Must not know: Scheme objects, the thread. (Compressed files are compressed_file.h.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace coracle {

/// Numbers of the releases (equates.h: COMPRESS_*), for formats and levels.
enum class CompressFormat : int { gzip = 0, lz4 = 1 };
enum class CompressLevel : int { minimum = 0, low = 1, medium = 2, high = 3, maximum = 4 };

/// The codecs' own levels for one of ours.
int zlib_level(CompressLevel level);
int lz4_level(CompressLevel level);

/// How a block operation ended.
enum class CodecStatus : std::uint8_t {
  done,
  source_too_large,  // for the format: nothing was done
  no_room,           // the destination is too small
  bad_data,          // the source is no compressed block
  failed,            // the library has no memory, or does not say why
};

struct CodecResult {
  CodecStatus status;
  std::size_t size = 0;  // bytes written when done
};

/// The size that always suffices for the compressed form of `size` bytes; 0 where the format can't
/// hold so many.
std::uint64_t compressed_bound(CompressFormat format, std::uint64_t size);

/// Whose bytes a compressed block has: the library's, or those that are the same on every host. (zlib's are
/// of themselves; of LZ4 there is then one level.)
enum class CodecBytes : std::uint8_t { of_library, of_source_alone };

CodecResult compress_block(CompressFormat format, CompressLevel level, CodecBytes bytes,
                           std::span<const std::uint8_t> source,
                           std::span<std::uint8_t> destination);
/// Fills the destination, or less of it (see size).
CodecResult decompress_block(CompressFormat format, std::span<const std::uint8_t> source,
                             std::span<std::uint8_t> destination);

}  // namespace coracle
