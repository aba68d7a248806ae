#include "boot/image/lz4_encoder.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace coracle {
namespace {

// Numbers of the block format.
constexpr std::size_t least_match = 4, greatest_offset = 0xFFFF;
constexpr std::size_t last_literals = 5;       // the last bytes are in no match
constexpr std::size_t last_match_before = 12;  // bytes from the start of the last match to the end
constexpr std::size_t nibble = 15;             // a length in a token; then bytes follow, each of
constexpr std::size_t full_byte = 255;         // this but for the last

constexpr std::size_t window = greatest_offset + 1;
constexpr int hash_bits = 15;
constexpr int attempts = 16;  // places that are tried for a match

class Encoder {
 public:
  Encoder(std::span<const std::uint8_t> source, std::span<std::uint8_t> destination)
      : source_(source), destination_(destination) {}

  std::optional<std::size_t> encode() {
    for (std::size_t at = 0; can_begin_match(at);) {
      Match match = longest_match(at);
      if (match.length < least_match) {
        ++at;
        continue;
      }
      // A longer one that begins at the next byte saves more.
      for (;;) {
        Match const next = longest_match(at + 1);
        if (next.length <= match.length) break;
        match = next;
        ++at;
      }
      put_match(match, at);
      at += match.length;
    }
    put_literals(source_.size(), 0);
    if (size_ > destination_.size()) return std::nullopt;
    return size_;
  }

 private:
  struct Match {
    std::size_t from = 0, length = 0;
  };

  bool can_begin_match(std::size_t at) const { return at + last_match_before <= source_.size(); }

  /// By the four bytes there, as a number that is the same on every host.
  std::uint32_t hash(std::size_t at) const {
    std::uint32_t const four = std::uint32_t{source_[at]} | std::uint32_t{source_[at + 1]} << 8 |
                               std::uint32_t{source_[at + 2]} << 16 |
                               std::uint32_t{source_[at + 3]} << 24;
    // Knuth's multiplicative hash: by 2^32 over the golden ratio.
    return (four * 2654435769u) >> (32 - hash_bits);
  }
  /// The longest match at a place, or one of length 0; of several the nearest.
  Match longest_match(std::size_t at) {
    Match best;
    if (!can_begin_match(at)) return best;
    for (; entered_ < at; ++entered_) {
      std::uint32_t& latest = latest_[hash(entered_)];
      before_[entered_ % window] = latest;
      latest = static_cast<std::uint32_t>(entered_ + 1);
    }
    std::uint32_t next = latest_[hash(at)];
    for (int i = 0; i < attempts && next != 0 && at - (next - 1) <= greatest_offset; ++i) {
      std::size_t const from = next - 1;
      std::size_t length = 0;
      while (at + length < source_.size() - last_literals &&
             source_[from + length] == source_[at + length]) {
        ++length;
      }
      if (length > best.length) best = {from, length};
      next = before_[from % window];
    }
    return best;
  }

  void put_match(const Match& match, std::size_t at) {
    std::size_t const more = match.length - least_match;
    put_literals(at, more);
    put(static_cast<std::uint8_t>(at - match.from));
    put(static_cast<std::uint8_t>((at - match.from) >> 8));
    put_rest_of_length(more);
    taken_ = at + match.length;
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
  // Places, as numbers from 1; 0: none. Entered are all before entered_.
  std::size_t entered_ = 0;
  std::vector<std::uint32_t> latest_ =
      std::vector<std::uint32_t>(std::size_t{1} << hash_bits);  // by hash
  std::vector<std::uint32_t> before_ =
      std::vector<std::uint32_t>(window);  // with the same hash, by place
};

}  // namespace

std::optional<std::size_t> encode_lz4(std::span<const std::uint8_t> source,
                                      std::span<std::uint8_t> destination) {
  return Encoder(source, destination).encode();
}

}  // namespace coracle
