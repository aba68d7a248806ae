#include "boot/image/filter_streams.h"

#include <algorithm>
#include <bit>

#include "vm/base/byte_reader.h"

namespace coracle {

void StreamWriter::put(std::vector<std::uint8_t>& to, std::uint64_t n) {
  int shift = n == 0 ? 0 : (63 - std::countl_zero(n)) / 7 * 7;
  for (; shift > 0; shift -= 7) to.push_back(static_cast<std::uint8_t>(n >> shift | 0x80));
  to.push_back(static_cast<std::uint8_t>(n & 0x7F));
}

void StreamWriter::append_to(std::vector<std::uint8_t>& all) const {
  for (const auto& s : streams_) put(all, s.size());
  for (const auto& s : streams_) all.insert(all.end(), s.begin(), s.end());
}

StreamReader::StreamReader(std::span<const std::uint8_t> all) {
  ByteReader in(all, "");
  std::array<std::uint64_t, filter_stream_count> sizes{};
  for (std::uint64_t& size : sizes) size = in.unsigned_number();
  for (std::size_t i = 0; i < filter_stream_count; ++i) {
    std::span<const std::uint8_t> const bytes = in.bytes(sizes[i]);
    streams_[i] = {bytes.data(), bytes.data() + bytes.size()};
  }
  if (!in.ok() || in.remaining() != 0) fail("the sizes of the streams are wrong");
}

bool StreamReader::at_end() const {
  return std::ranges::all_of(streams_, [](const Range& r) { return r.next == r.end; });
}

std::span<const std::uint8_t> StreamReader::bytes(FilterStream s, std::uint64_t n) {
  Range& r = of(s);
  if (n > static_cast<std::uint64_t>(r.end - r.next)) {
    fail("a stream is too short");
    return {};
  }
  std::span<const std::uint8_t> const result(r.next, static_cast<std::size_t>(n));
  r.next += n;
  return result;
}

std::uint64_t StreamReader::long_number(FilterStream s, std::uint8_t first) {
  std::uint64_t n = first & 0x7F;
  for (;;) {
    std::uint8_t const b = byte(s);
    if (n >> 57 != 0) {
      fail("a number has more than 64 bits");
      return 0;
    }
    n = n << 7 | (b & 0x7F);
    if ((b & 0x80) == 0) return n;
  }
}

}  // namespace coracle
