// LZ4 blocks that are the same on every host: any decoder reads them, and their bytes are known.
#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "boot/image/block_codec.h"
#include "boot/image/lz4_encoder.h"

namespace coracle {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Bytes encoded(const Bytes& source) {
  Bytes block(static_cast<std::size_t>(compressed_bound(CompressFormat::lz4, source.size())));
  CodecResult const result = compress_block(CompressFormat::lz4, CompressLevel::minimum,
                                            CodecBytes::of_source_alone, source, block);
  REQUIRE(result.status == CodecStatus::done);
  block.resize(result.size);
  return block;
}

/// What liblz4 reads.
Bytes decoded(const Bytes& block, std::size_t size) {
  Bytes result(size);
  CodecResult const outcome = decompress_block(CompressFormat::lz4, block, result);
  REQUIRE(outcome.status == CodecStatus::done);
  REQUIRE(outcome.size == size);
  return result;
}

TEST_CASE("LZ4 encoder: blocks by hand") {
  CHECK(encoded({}) == Bytes{0x00});
  CHECK(encoded(bytes_of("a")) == Bytes{0x10, 'a'});
  // Twelve bytes of the same have a match, but it would begin too late.
  CHECK(encoded(Bytes(12, 'a')).size() == 13);
  // One literal, seven bytes from one before (a length of four and three), the last five.
  CHECK(encoded(Bytes(13, 'a')) == Bytes{0x13, 'a', 1, 0, 0x50, 'a', 'a', 'a', 'a', 'a'});
  // A match of 4 + 15 + 255 + 1 bytes: its length takes two bytes more.
  Bytes const long_match = encoded(Bytes(1 + 4 + 15 + 255 + 1 + 5, 'a'));
  CHECK(long_match == Bytes{0x1F, 'a', 1, 0, 255, 1, 0x50, 'a', 'a', 'a', 'a', 'a'});
  // Literals that take bytes of length, and a match far behind.
  Bytes const two =
      encoded(bytes_of("0123456789abcdefghijklmnopqrstuvwxyz<0123456789abcdef>12345"));
  CHECK(decoded(two, 59) ==
        bytes_of("0123456789abcdefghijklmnopqrstuvwxyz<0123456789abcdef>12345"));
  CHECK(two.size() < 59);
}

TEST_CASE(
    "LZ4 encoder: what liblz4 reads is the source, and no room is needed that the bound hasn't") {
  std::mt19937 random(20261122);
  for (int round = 0; round < 400; ++round) {
    // Of few or many letters, with parts that come again, near and far away.
    std::size_t const size = random() % (round % 20 == 0 ? 300000 : 3000);
    unsigned const letters = 1 + random() % (round % 2 == 0 ? 4 : 256);
    Bytes source;
    while (source.size() < size) {
      std::size_t const part = 1 + random() % 200;
      if (random() % 2 == 0 || source.empty()) {
        for (std::size_t i = 0; i < part; ++i)
          source.push_back(static_cast<std::uint8_t>(random() % letters));
      } else {
        std::size_t const from = random() % source.size();
        for (std::size_t i = 0; i < part; ++i) source.push_back(source[from + i]);
      }
    }
    Bytes const block = encoded(source);
    REQUIRE(decoded(block, source.size()) == source);
    Bytes small(block.size() - 1);
    CHECK(!encode_lz4(source, small).has_value());
    Bytes exact(block.size());
    REQUIRE(encode_lz4(source, exact) == block.size());
    REQUIRE(exact == block);
  }
}

TEST_CASE("LZ4 encoder: the bytes of a long text are those of every host") {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i * i % 977) + (i % 7 == 0 ? "\n" : " ");
  std::uint32_t sum = 0;
  Bytes const block = encoded(bytes_of(text));
  for (std::uint8_t byte : block) sum = sum * 31 + byte;
  CHECK(block.size() == 9624);
  CHECK(sum == 2735308617);
}

}  // namespace
}  // namespace coracle
