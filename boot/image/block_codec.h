// Compresses blocks in memory, as in fasl files and bytevectors: zlib streams and LZ4 blocks. Neither
// format says how long the uncompressed data are; the caller must know. Nothing is ever written past the
// destination.
//
// Owns: the table of formats, one row each.
// Must not know: Scheme objects, the thread, compressed files (compressed_file.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <vector>

#include "boot/image/fasl.h"
#include "vm/base/result.h"

namespace coracle {

/// The releases' numbers for formats and levels (equates.h: COMPRESS_*). `stored` is Coracle's own: the
/// bytes uncompressed, as the format can hold them. The result is the same on every host and with every
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

/// The libraries' own level for one of ours. LZ4's library has none for `stored`.
int zlib_level(CompressLevel level);
int lz4_level(CompressLevel level);

/// How a block operation ended.
enum class CodecStatus : std::uint8_t {
  done,
  source_too_large,  // for the format; nothing was done
  no_room,           // the destination is too small
  bad_data,          // the source is not a compressed block
  failed,            // the library ran out of memory, or gives no reason
};

struct CodecResult {
  CodecStatus status;
  std::size_t size = 0;  // bytes written when done
};

struct BlockCodec {
  CompressFormat format;
  FaslCode code;        // marks the format in a fasl file
  const char* name;     // for messages
  std::uint64_t ratio;  // most uncompressed bytes per compressed byte
  /// A size that always suffices for `size` bytes in compressed form; 0 if the format can't hold so many.
  std::uint64_t (*bound)(std::uint64_t size);
  CodecResult (*compress)(CompressLevel level, std::span<const std::uint8_t> source,
                          std::span<std::uint8_t> destination);
  /// Fills the destination or part of it; the result's size says how much.
  CodecResult (*decompress)(std::span<const std::uint8_t> source,
                            std::span<std::uint8_t> destination);
};

/// The row of a format, by its number or by its fasl code; nullptr if there is none.
const BlockCodec* find_block_codec(std::int64_t format);
const BlockCodec* find_block_codec(FaslCode code);
const BlockCodec& block_codec(CompressFormat format);

/// Fills `out` with exactly `size` bytes. If so few compressed bytes can't make that many, it fails before
/// reserving memory.
Result<void> uncompress(const BlockCodec& codec, std::span<const std::uint8_t> in,
                        std::uint64_t size, std::pmr::vector<std::uint8_t>& out);

}  // namespace coracle
