// Compression of blocks in memory, as fasl files and bytevectors hold them: zlib streams and LZ4
// blocks. Neither format says how long the result is: the caller knows, and nothing is ever written
// past the destination.
//
// Owns: the table of formats, one row each.
// Must not know: Scheme objects, the thread. (Compressed files are compressed_file.h.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <vector>

#include "boot/image/fasl.h"
#include "vm/base/result.h"

namespace coracle {

/// Numbers of the releases (equates.h: COMPRESS_*), for formats and levels. `stored` is no release's:
/// the format's own way to hold bytes as they are, which is the same on every host and with every
/// version of the library.
enum class CompressFormat : int { gzip = 0, lz4 = 1 };
enum class CompressLevel : int {
  stored = -1,
  minimum = 0,
  low = 1,
  medium = 2,
  high = 3,
  maximum = 4
};

/// The libraries' own levels for one of ours. LZ4's library has none for `stored`.
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

struct BlockCodec {
  CompressFormat format;
  FaslCode code;        // that says so in a fasl file
  const char* name;     // for messages
  std::uint64_t ratio;  // what a byte can become at most
  /// The size that always suffices for the compressed form of `size` bytes; 0 where the format can't
  /// hold so many.
  std::uint64_t (*bound)(std::uint64_t size);
  CodecResult (*compress)(CompressLevel level, std::span<const std::uint8_t> source,
                          std::span<std::uint8_t> destination);
  /// Fills the destination, or less of it (see size).
  CodecResult (*decompress)(std::span<const std::uint8_t> source,
                            std::span<std::uint8_t> destination);
};

/// The row of a format, by its number or by its fasl code; nullptr: there is none.
const BlockCodec* find_block_codec(std::int64_t format);
const BlockCodec* find_block_codec(FaslCode code);
const BlockCodec& block_codec(CompressFormat format);

/// Fills `out` with exactly `size` bytes. A size that the format can't reach from so few bytes is an
/// error before anything is reserved.
Result<void> uncompress(const BlockCodec& codec, std::span<const std::uint8_t> in,
                        std::uint64_t size, std::pmr::vector<std::uint8_t>& out);

}  // namespace coracle
