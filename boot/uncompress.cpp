#include "boot/uncompress.h"

#include <lz4.h>
#include <zlib.h>

#include <string>

namespace coracle {
namespace {

// What one byte can become at most: an LZ4 block lengthens a match by 255 with each byte; deflate
// codes 258 bytes in two bits.
constexpr std::uint64_t lz4_ratio = 255, zlib_ratio = 1032;

Result<void> check_size(std::size_t in, std::uint64_t size, std::uint64_t ratio, const char* format) {
  std::uint64_t const limit = in * ratio + 64;
  // Both libraries take sizes as int or unsigned long; 2 GiB is more than a whole heap image.
  if (size <= limit && size <= INT32_MAX && in <= INT32_MAX) return {};
  return fail(std::to_string(in) + " bytes of " + format + " promise " + std::to_string(size) +
              ", expected " + std::to_string(limit) + " or fewer");
}

tl::unexpected<Error> wrong_size(const char* format, std::uint64_t found, std::uint64_t expected) {
  return fail(std::string(format) + " data of " + std::to_string(found) + " bytes, expected " +
              std::to_string(expected));
}

}  // namespace

Result<void> uncompress_lz4(std::span<const std::uint8_t> in, std::uint64_t size,
                            std::vector<std::uint8_t>& out) {
  Result<void> const sound = check_size(in.size(), size, lz4_ratio, "LZ4");
  if (!sound) return sound;
  out.resize(static_cast<std::size_t>(size));
  char none = 0;
  int const n = LZ4_decompress_safe(reinterpret_cast<const char*>(in.data()),
                                    out.empty() ? &none : reinterpret_cast<char*>(out.data()),
                                    static_cast<int>(in.size()), static_cast<int>(size));
  if (n < 0) {
    return fail("the LZ4 block is corrupt at its byte " + std::to_string(-(n + 1)) +
                ", or holds more than the promised " + std::to_string(size) + " bytes");
  }
  if (static_cast<std::uint64_t>(n) != size) return wrong_size("LZ4", static_cast<std::uint64_t>(n), size);
  return {};
}

Result<void> uncompress_zlib(std::span<const std::uint8_t> in, std::uint64_t size,
                             std::vector<std::uint8_t>& out) {
  Result<void> const sound = check_size(in.size(), size, zlib_ratio, "zlib data");
  if (!sound) return sound;
  out.resize(static_cast<std::size_t>(size));
  Bytef none = 0;
  uLongf length = static_cast<uLongf>(size);
  int const status = uncompress(out.empty() ? &none : out.data(), &length, in.data(),
                                static_cast<uLong>(in.size()));
  switch (status) {
    case Z_OK: break;
    case Z_BUF_ERROR:
      return fail("the zlib data are truncated or hold more than the promised " +
                  std::to_string(size) + " bytes");
    case Z_DATA_ERROR: return fail("the zlib data are corrupt");
    default: return fail("uncompressing zlib data failed with status " + std::to_string(status));
  }
  if (length != size) return wrong_size("zlib", length, size);
  return {};
}

}  // namespace coracle
