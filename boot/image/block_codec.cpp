#include "boot/image/block_codec.h"

#include <lz4.h>
#include <lz4hc.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

namespace coracle {
namespace {

using Source = std::span<const std::uint8_t>;
using Destination = std::span<std::uint8_t>;

// --- zlib.

bool fits_zlib(std::uint64_t size) { return size <= std::numeric_limits<uLong>::max(); }

CodecStatus zlib_status(int code) {
  switch (code) {
    case Z_OK: return CodecStatus::done;
    case Z_BUF_ERROR: return CodecStatus::no_room;
    case Z_DATA_ERROR: return CodecStatus::bad_data;
    default: return CodecStatus::failed;
  }
}

std::uint64_t zlib_bound(std::uint64_t size) {
  return fits_zlib(size) ? compressBound(static_cast<uLong>(size)) : 0;
}

/// A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4). Not by the library, whose block sizes
/// depend on its version.
CodecResult store_zlib(Source source, Destination destination) {
  constexpr std::size_t block = 0xFFFF, head = 5;
  std::size_t const blocks = std::max<std::size_t>((source.size() + block - 1) / block, 1);
  std::size_t const size = 2 + source.size() + head * blocks + 4;
  if (size > destination.size()) return {CodecStatus::no_room};
  std::uint8_t* to = destination.data();
  auto const put = [&](std::initializer_list<std::size_t> bytes) {
    for (std::size_t const b : bytes) *to++ = static_cast<std::uint8_t>(b);
  };
  put({0x78, 0x01});
  std::size_t at = 0;
  for (std::size_t i = 0; i < blocks; ++i) {
    std::size_t const n = std::min(block, source.size() - at);
    put({i + 1 == blocks ? 1u : 0u, n, n >> 8, ~n, ~n >> 8});
    if (n != 0) std::memcpy(to, source.data() + at, n);
    to += n;
    at += n;
  }
  std::size_t const sum = adler32_z(adler32_z(0, nullptr, 0), source.data(), source.size());
  put({sum >> 24, sum >> 16, sum >> 8, sum});
  return {CodecStatus::done, size};
}

CodecResult compress_zlib(CompressLevel level, Source source, Destination destination) {
  if (!fits_zlib(source.size())) return {CodecStatus::source_too_large};
  if (level == CompressLevel::stored) return store_zlib(source, destination);
  uLong size = static_cast<uLong>(destination.size());
  int const code = compress2(destination.data(), &size, source.data(),
                             static_cast<uLong>(source.size()), zlib_level(level));
  return {zlib_status(code), size};
}

CodecResult decompress_zlib(Source source, Destination destination) {
  if (!fits_zlib(source.size()) || !fits_zlib(destination.size())) {
    return {CodecStatus::source_too_large};
  }
  uLong size = static_cast<uLong>(destination.size());
  int const code =
      ::uncompress(destination.data(), &size, source.data(), static_cast<uLong>(source.size()));
  return {zlib_status(code), size};
}

// --- LZ4.

bool fits_lz4(std::uint64_t size) { return size <= LZ4_MAX_INPUT_SIZE; }

char* chars(Destination s) { return reinterpret_cast<char*>(s.data()); }
const char* chars(Source s) { return reinterpret_cast<const char*>(s.data()); }

std::uint64_t lz4_bound(std::uint64_t size) {
  return fits_lz4(size) ? static_cast<std::uint64_t>(LZ4_compressBound(static_cast<int>(size))) : 0;
}

/// A block of one sequence with nothing but literals, as the last sequence of every block is. From 15
/// literals on, the token's high half is 15; the rest of their count follows in bytes of 255 and a smaller one.
CodecResult store_lz4(Source source, Destination destination) {
  std::size_t const n = source.size();
  std::size_t const head = n < 15 ? 1 : 2 + (n - 15) / 255;
  if (head + n > destination.size()) return {CodecStatus::no_room};
  std::uint8_t* const to = destination.data();
  if (n < 15) {
    to[0] = static_cast<std::uint8_t>(n << 4);
  } else {
    std::fill_n(to, head - 1, std::uint8_t{255});
    to[0] = 0xF0;
    to[head - 1] = static_cast<std::uint8_t>((n - 15) % 255);
  }
  if (n != 0) std::memcpy(to + head, source.data(), n);
  return {CodecStatus::done, head + n};
}

CodecResult compress_lz4(CompressLevel level, Source source, Destination destination) {
  if (!fits_lz4(source.size())) return {CodecStatus::source_too_large};
  if (level == CompressLevel::stored) return store_lz4(source, destination);
  int const from = static_cast<int>(source.size());
  // Capped at what a compressed block can take, so that an int can hold it.
  int const room =
      static_cast<int>(std::min<std::uint64_t>(destination.size(), lz4_bound(source.size())));
  int const size =
      level == CompressLevel::minimum
          ? LZ4_compress_default(chars(source), chars(destination), from, room)
          : LZ4_compress_HC(chars(source), chars(destination), from, room, lz4_level(level));
  if (size <= 0) return {CodecStatus::no_room};
  return {CodecStatus::done, static_cast<std::size_t>(size)};
}

CodecResult decompress_lz4(Source source, Destination destination) {
  if (!fits_lz4(destination.size()) || source.size() > std::numeric_limits<int>::max()) {
    return {CodecStatus::source_too_large};
  }
  int const size =
      LZ4_decompress_safe(chars(source), chars(destination), static_cast<int>(source.size()),
                          static_cast<int>(destination.size()));
  if (size < 0) return {CodecStatus::bad_data};
  return {CodecStatus::done, static_cast<std::size_t>(size)};
}

// --- The formats. Deflate can code 258 bytes in two bits; in LZ4 each further byte lengthens a match by 255.

constexpr BlockCodec codecs[] = {
    {CompressFormat::gzip, FaslCode::gzip, "zlib", 1032, zlib_bound, compress_zlib,
     decompress_zlib},
    {CompressFormat::lz4, FaslCode::lz4, "LZ4", 255, lz4_bound, compress_lz4, decompress_lz4},
};

}  // namespace

const BlockCodec* find_block_codec(std::int64_t format) {
  for (const BlockCodec& codec : codecs) {
    if (static_cast<std::int64_t>(codec.format) == format) return &codec;
  }
  return nullptr;
}

const BlockCodec* find_block_codec(FaslCode code) {
  for (const BlockCodec& codec : codecs) {
    if (codec.code == code) return &codec;
  }
  return nullptr;
}

const BlockCodec& block_codec(CompressFormat format) {
  return *find_block_codec(static_cast<std::int64_t>(format));
}

int zlib_level(CompressLevel level) {
  switch (level) {
    case CompressLevel::stored: return Z_NO_COMPRESSION;
    case CompressLevel::minimum:
    case CompressLevel::low: return Z_BEST_SPEED;
    case CompressLevel::medium: return 5;
    case CompressLevel::high: return 7;
    case CompressLevel::maximum: return Z_BEST_COMPRESSION;
  }
  return Z_DEFAULT_COMPRESSION;
}

int lz4_level(CompressLevel level) {
  switch (level) {
    case CompressLevel::stored:
    case CompressLevel::minimum:
    case CompressLevel::low: return 1;
    case CompressLevel::medium: return LZ4HC_CLEVEL_MIN;
    case CompressLevel::high: return (LZ4HC_CLEVEL_MIN + LZ4HC_CLEVEL_MAX) / 2;
    case CompressLevel::maximum: return LZ4HC_CLEVEL_MAX;
  }
  return 1;
}

Result<void> uncompress(const BlockCodec& codec, std::span<const std::uint8_t> in,
                        std::uint64_t size, std::pmr::vector<std::uint8_t>& out) {
  std::string const name = codec.name;
  std::string const promise = std::to_string(size) + " bytes";
  // The libraries take sizes as int; 2 GiB is more than any image.
  std::uint64_t const limit = std::min<std::uint64_t>(in.size() * codec.ratio + 64, INT32_MAX);
  if (size > limit) {
    return fail("found a size of " + promise + " for " + std::to_string(in.size()) + " bytes of " +
                name + " data, expected at most " + std::to_string(limit));
  }
  out.resize(static_cast<std::size_t>(size));
  CodecResult const result = codec.decompress(in, out);
  switch (result.status) {
    case CodecStatus::done:
      if (result.size == size) return {};
      return fail("found " + name + " data of " + std::to_string(result.size) +
                  " bytes, expected " + promise);
    case CodecStatus::no_room: return fail("found more " + name + " data, expected " + promise);
    case CodecStatus::bad_data:
      return fail("found a bad " + name + " block, expected one of " + promise);
    default: return fail(name + " data could not be uncompressed");
  }
}

}  // namespace coracle
