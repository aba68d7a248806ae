#include "boot/image/block_codec.h"

#include <lz4.h>
#include <lz4hc.h>
#include <zlib.h>

#include <limits>

#include "boot/image/lz4_encoder.h"

namespace coracle {
namespace {

bool fits_zlib(std::uint64_t size) { return size <= std::numeric_limits<uLong>::max(); }
bool fits_lz4(std::uint64_t size) { return size <= LZ4_MAX_INPUT_SIZE; }

CodecStatus zlib_status(int code) {
  switch (code) {
    case Z_OK: return CodecStatus::done;
    case Z_BUF_ERROR: return CodecStatus::no_room;
    case Z_DATA_ERROR: return CodecStatus::bad_data;
    default: return CodecStatus::failed;
  }
}

CodecResult lz4_result(int size) {
  if (size < 0) return {CodecStatus::bad_data};
  return {CodecStatus::done, static_cast<std::size_t>(size)};
}

char* chars(std::span<std::uint8_t> s) { return reinterpret_cast<char*>(s.data()); }
const char* chars(std::span<const std::uint8_t> s) {
  return reinterpret_cast<const char*>(s.data());
}

}  // namespace

int zlib_level(CompressLevel level) {
  switch (level) {
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
    case CompressLevel::minimum:
    case CompressLevel::low: return 1;
    case CompressLevel::medium: return LZ4HC_CLEVEL_MIN;
    case CompressLevel::high: return (LZ4HC_CLEVEL_MIN + LZ4HC_CLEVEL_MAX) / 2;
    case CompressLevel::maximum: return LZ4HC_CLEVEL_MAX;
  }
  return 1;
}

std::uint64_t compressed_bound(CompressFormat format, std::uint64_t size) {
  switch (format) {
    case CompressFormat::gzip: return fits_zlib(size) ? compressBound(static_cast<uLong>(size)) : 0;
    case CompressFormat::lz4:
      return fits_lz4(size) ? static_cast<std::uint64_t>(LZ4_compressBound(static_cast<int>(size)))
                            : 0;
  }
  return 0;
}

CodecResult compress_block(CompressFormat format, CompressLevel level, CodecBytes bytes,
                           std::span<const std::uint8_t> source,
                           std::span<std::uint8_t> destination) {
  switch (format) {
    case CompressFormat::gzip: {
      if (!fits_zlib(source.size())) return {CodecStatus::source_too_large};
      uLong size = static_cast<uLong>(destination.size());
      int const code = compress2(destination.data(), &size, source.data(),
                                 static_cast<uLong>(source.size()), zlib_level(level));
      return {zlib_status(code), size};
    }
    case CompressFormat::lz4: {
      if (!fits_lz4(source.size())) return {CodecStatus::source_too_large};
      if (bytes == CodecBytes::of_source_alone) {
        std::optional<std::size_t> const size = encode_lz4(source, destination);
        return size ? CodecResult{CodecStatus::done, *size} : CodecResult{CodecStatus::no_room};
      }
      int const from = static_cast<int>(source.size());
      // More room than a compressed block can take is of no use, and an int must hold it.
      int const room = static_cast<int>(
          std::min<std::uint64_t>(destination.size(), compressed_bound(format, source.size())));
      int const size =
          level == CompressLevel::minimum
              ? LZ4_compress_default(chars(source), chars(destination), from, room)
              : LZ4_compress_HC(chars(source), chars(destination), from, room, lz4_level(level));
      if (size <= 0) return {CodecStatus::no_room};
      return {CodecStatus::done, static_cast<std::size_t>(size)};
    }
  }
  return {CodecStatus::failed};
}

CodecResult decompress_block(CompressFormat format, std::span<const std::uint8_t> source,
                             std::span<std::uint8_t> destination) {
  switch (format) {
    case CompressFormat::gzip: {
      if (!fits_zlib(source.size()) || !fits_zlib(destination.size())) {
        return {CodecStatus::source_too_large};
      }
      uLong size = static_cast<uLong>(destination.size());
      int const code =
          uncompress(destination.data(), &size, source.data(), static_cast<uLong>(source.size()));
      return {zlib_status(code), size};
    }
    case CompressFormat::lz4:
      if (!fits_lz4(destination.size()) || source.size() > std::numeric_limits<int>::max()) {
        return {CodecStatus::source_too_large};
      }
      return lz4_result(LZ4_decompress_safe(chars(source), chars(destination),
                                            static_cast<int>(source.size()),
                                            static_cast<int>(destination.size())));
  }
  return {CodecStatus::failed};
}

}  // namespace coracle
