#include "boot/image/uncompress.h"

#include <algorithm>
#include <string>

#include "boot/image/block_codec.h"

namespace coracle {
namespace {

struct Format {
  CompressFormat format;
  const char* name;
  /// What one byte can become at most: an LZ4 block lengthens a match by 255 with each byte; deflate
  /// codes 258 bytes in two bits.
  std::uint64_t ratio;
};
constexpr Format lz4{CompressFormat::lz4, "LZ4", 255};
constexpr Format zlib{CompressFormat::gzip, "zlib", 1032};

Result<void> uncompress(const Format& format, std::span<const std::uint8_t> in, std::uint64_t size,
                        std::vector<std::uint8_t>& out) {
  std::string const name = format.name;
  std::string const promise = std::to_string(size) + " bytes";
  // The libraries take sizes as int; 2 GiB is more than any image.
  std::uint64_t const limit = std::min<std::uint64_t>(in.size() * format.ratio + 64, INT32_MAX);
  if (size > limit) {
    return fail(std::to_string(in.size()) + " bytes of " + name + " data promise " + promise +
                ", expected " + std::to_string(limit) + " or fewer");
  }
  out.resize(static_cast<std::size_t>(size));
  CodecResult const result = decompress_block(format.format, in, out);
  switch (result.status) {
    case CodecStatus::done:
      if (result.size == size) return {};
      return fail(name + " data of " + std::to_string(result.size) + " bytes, expected " + promise);
    case CodecStatus::no_room:
      return fail(name + " data of more than " + promise + ", which their size promises");
    case CodecStatus::bad_data: return fail("a bad " + name + " block, expected one of " + promise);
    default: return fail(name + " data could not be uncompressed");
  }
}

}  // namespace

Result<void> uncompress_lz4(std::span<const std::uint8_t> in, std::uint64_t size,
                            std::vector<std::uint8_t>& out) {
  return uncompress(lz4, in, size, out);
}

Result<void> uncompress_zlib(std::span<const std::uint8_t> in, std::uint64_t size,
                             std::vector<std::uint8_t>& out) {
  return uncompress(zlib, in, size, out);
}

}  // namespace coracle
