// The table of block codecs: compressed data is read back, and stored blocks are exact to the byte.
#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "boot/image/block_codec.h"

namespace coracle {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Bytes compressed(CompressFormat format, CompressLevel level, const Bytes& source) {
  const BlockCodec& codec = block_codec(format);
  Bytes block(static_cast<std::size_t>(codec.bound(source.size())));
  CodecResult const result = codec.compress(level, source, block);
  REQUIRE(result.status == CodecStatus::done);
  block.resize(result.size);
  return block;
}

Bytes stored(CompressFormat format, const Bytes& source) {
  return compressed(format, CompressLevel::stored, source);
}

Bytes decompressed(CompressFormat format, const Bytes& block, std::size_t size) {
  Bytes result(size);
  CodecResult const outcome = block_codec(format).decompress(block, result);
  REQUIRE(outcome.status == CodecStatus::done);
  REQUIRE(outcome.size == size);
  return result;
}

constexpr CompressFormat formats[] = {CompressFormat::gzip, CompressFormat::lz4};

TEST_SUITE("block codecs") {
  TEST_CASE("a format is found by its number and by its fasl code") {
    for (CompressFormat const format : formats) {
      const BlockCodec& codec = block_codec(format);
      CHECK(codec.format == format);
      CHECK(find_block_codec(codec.code) == &codec);
    }
    CHECK(find_block_codec(2) == nullptr);
    CHECK(find_block_codec(-1) == nullptr);
    CHECK(find_block_codec(FaslCode::uncompressed) == nullptr);
  }

  TEST_CASE("stored blocks by hand") {
    CHECK(stored(CompressFormat::lz4, {}) == Bytes{0x00});
    CHECK(stored(CompressFormat::lz4, bytes_of("ab")) == Bytes{0x20, 'a', 'b'});
    Bytes const fifteen = stored(CompressFormat::lz4, Bytes(15, 'a'));
    CHECK(fifteen.size() == 17);
    CHECK(fifteen[0] == 0xF0);
    CHECK(fifteen[1] == 0);
    Bytes const long_one = stored(CompressFormat::lz4, Bytes(15 + 255 + 3, 'a'));
    CHECK(Bytes(long_one.begin(), long_one.begin() + 4) == Bytes{0xF0, 255, 3, 'a'});
    CHECK(stored(CompressFormat::gzip, {}) == Bytes{0x78, 1, 1, 0, 0, 0xFF, 0xFF, 0, 0, 0, 1});
    CHECK(stored(CompressFormat::gzip, bytes_of("a")) ==
          Bytes{0x78, 1, 1, 1, 0, 0xFE, 0xFF, 'a', 0, 0x62, 0, 0x62});
    // Two blocks, of which the second is the last.
    Bytes const two = stored(CompressFormat::gzip, Bytes(0x10000, 0));
    CHECK(two.size() == 2 + 5 + 0xFFFF + 5 + 1 + 4);
    CHECK(two[2] == 0);
    CHECK(two[2 + 5 + 0xFFFF] == 1);
  }

  TEST_CASE("every level of every format is read back, and never exceeds the bound") {
    std::mt19937 random(20261126);
    for (int round = 0; round < 120; ++round) {
      std::size_t const size = random() % (round % 10 == 0 ? 300'000 : 1'000);
      unsigned const letters = 1 + random() % (round % 2 == 0 ? 4 : 256);
      Bytes source(size);
      for (std::uint8_t& b : source) b = static_cast<std::uint8_t>(random() % letters);
      for (CompressFormat const format : formats) {
        for (CompressLevel const level : {CompressLevel::stored, CompressLevel::minimum,
                                          CompressLevel::medium, CompressLevel::maximum}) {
          Bytes const block = compressed(format, level, source);
          REQUIRE(decompressed(format, block, size) == source);
          if (level != CompressLevel::stored) continue;
          CHECK(block.size() >= size);
          Bytes small(block.size() - 1);
          CHECK(block_codec(format).compress(level, source, small).status == CodecStatus::no_room);
          Bytes exact(block.size());
          REQUIRE(block_codec(format).compress(level, source, exact).size == block.size());
          CHECK(exact == block);
        }
      }
    }
  }
}

}  // namespace
}  // namespace coracle
