#include "vm/kernel/lz4_encoder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace coracle {
namespace {

// Numbers of the block format.
constexpr std::size_t least_match = 4, greatest_offset = 0xFFFF;
constexpr std::size_t last_literals = 5;       // the last bytes are in no match
constexpr std::size_t last_match_before = 12;  // bytes from the start of the last match to the end
constexpr std::size_t nibble = 15;             // a length in a token; then bytes follow, each of
constexpr std::size_t full_byte = 255;         // this but for the last

constexpr int hash_bits = 14;
// Where nothing matches, the search takes longer steps, by one more after each 2^patience bytes.
constexpr int patience = 6;

class Encoder {
 public:
  Encoder(std::span<const std::uint8_t> source, std::span<std::uint8_t> destination)
      : source_(source), destination_(destination) {}

  std::optional<std::size_t> encode() {
    std::size_t at = 0;
    while (at + last_match_before <= source_.size()) {
      std::size_t const from = look_up(at);
      if (from == nowhere || at - from > greatest_offset || four(from) != four(at)) {
        at += 1 + ((at - taken_) >> patience);
      } else {
        at = put_match(from, at);
      }
    }
    put_literals(source_.size(), 0);
    if (size_ > destination_.size()) return std::nullopt;
    return size_;
  }

 private:
  static constexpr std::size_t nowhere = ~std::size_t{0};

  /// Four bytes as a number, the same on every host.
  std::uint32_t four(std::size_t at) const {
    return std::uint32_t{source_[at]} | std::uint32_t{source_[at + 1]} << 8 |
           std::uint32_t{source_[at + 2]} << 16 | std::uint32_t{source_[at + 3]} << 24;
  }
  /// The last place looked up with the same hash, or nowhere.
  std::size_t look_up(std::size_t at) {
    // Knuth's multiplicative hash: by 2^32 over the golden ratio.
    std::uint32_t const hash = (four(at) * 2654435769u) >> (32 - hash_bits);
    std::uint32_t const before =
        std::exchange(next_to_latest_[hash], static_cast<std::uint32_t>(at + 1));
    return before == 0 ? nowhere : before - 1;
  }

  /// The bytes at `at` are those at `from`, four at least. Returns where that ends.
  std::size_t put_match(std::size_t from, std::size_t at) {
    std::size_t end = at + least_match;
    while (end < source_.size() - last_literals && source_[end] == source_[end - at + from]) ++end;
    while (at > taken_ && from > 0 && source_[at - 1] == source_[from - 1]) --at, --from;
    std::size_t const more = end - at - least_match;
    put_literals(at, more);
    put(static_cast<std::uint8_t>(at - from));
    put(static_cast<std::uint8_t>((at - from) >> 8));
    put_rest_of_length(more);
    return taken_ = end;
  }
  /// A token, with what a match that follows is longer than it must be, and the bytes not taken yet.
  void put_literals(std::size_t end, std::size_t more) {
    std::size_t const count = end - taken_;
    put(static_cast<std::uint8_t>(std::min(count, nibble) << 4 | std::min(more, nibble)));
    put_rest_of_length(count);
    if (size_ + count <= destination_.size() && count != 0) {
      std::memcpy(&destination_[size_], &source_[taken_], count);
    }
    size_ += count;
    taken_ = end;
  }
  void put_rest_of_length(std::size_t length) {
    if (length < nibble) return;
    for (length -= nibble; length >= full_byte; length -= full_byte) put(full_byte);
    put(static_cast<std::uint8_t>(length));
  }
  void put(std::uint8_t byte) {
    if (size_ < destination_.size()) destination_[size_] = byte;
    ++size_;
  }

  std::span<const std::uint8_t> source_;
  std::span<std::uint8_t> destination_;
  std::size_t taken_ = 0;  // bytes of the source that are in the block
  std::size_t size_ = 0;   // of the block, if there is room for it
  std::array<std::uint32_t, std::size_t{1} << hash_bits> next_to_latest_{};  // by hash; 0: none
};

}  // namespace

std::optional<std::size_t> encode_lz4(std::span<const std::uint8_t> source,
                                      std::span<std::uint8_t> destination) {
  return Encoder(source, destination).encode();
}

}  // namespace coracle
