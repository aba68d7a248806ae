// The streams of the filter (filter.def), being written and being read.
//
// Invariants: a reader never leaves its streams. Its first failure is kept; what is read after it is 0.
// Must not know: what the streams mean.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace coracle {

enum class FilterStream : std::uint8_t {
#define STREAM(name, meaning) name,
#include "boot/image/filter.def"
#undef STREAM
};
inline constexpr std::size_t filter_stream_count = 0
#define STREAM(name, meaning) +1
#include "boot/image/filter.def"
#undef STREAM
    ;

/// A signed number as an unsigned one, small if it is near 0, and back.
constexpr std::uint64_t fold(std::int64_t n) {
  return static_cast<std::uint64_t>(n) << 1 ^ static_cast<std::uint64_t>(n >> 63);
}
constexpr std::int64_t unfold(std::uint64_t n) {
  return static_cast<std::int64_t>(n >> 1 ^ (~(n & 1) + 1));
}

class StreamWriter {
 public:
  void byte(FilterStream s, std::uint8_t b) { to(s).push_back(b); }
  void number(FilterStream s, std::uint64_t n) { put(to(s), n); }
  void folded(FilterStream s, std::int64_t n) { number(s, fold(n)); }
  void bytes(FilterStream s, std::span<const std::uint8_t> bytes) {
    to(s).insert(to(s).end(), bytes.begin(), bytes.end());
  }

  /// The sizes of the streams, and the streams.
  void append_to(std::vector<std::uint8_t>& all) const;

 private:
  std::vector<std::uint8_t>& to(FilterStream s) { return streams_[static_cast<std::size_t>(s)]; }
  static void put(std::vector<std::uint8_t>& to, std::uint64_t n);

  std::array<std::vector<std::uint8_t>, filter_stream_count> streams_;
};

class StreamReader {
 public:
  /// Of what StreamWriter::append_to appended.
  explicit StreamReader(std::span<const std::uint8_t> all);

  bool ok() const { return failure_ == nullptr; }
  /// What failed first, for messages.
  const char* failure() const { return failure_; }
  void fail(const char* what) {
    if (failure_ == nullptr) failure_ = what;
  }
  /// Whether all bytes of all streams have been read.
  bool at_end() const;

  [[gnu::always_inline]] std::uint8_t byte(FilterStream s) {
    Range& r = of(s);
    if (r.next == r.end) [[unlikely]] {
      fail("a stream is too short");
      return 0;
    }
    return *r.next++;
  }
  [[gnu::always_inline]] std::uint64_t number(FilterStream s) {
    std::uint8_t const b = byte(s);
    return b < 0x80 ? b : long_number(s, b);
  }
  std::int64_t folded(FilterStream s) { return unfold(number(s)); }
  /// The next `n` bytes; empty after a failure.
  std::span<const std::uint8_t> bytes(FilterStream s, std::uint64_t n);
  /// All bytes that are left; they stay.
  std::span<const std::uint8_t> rest(FilterStream s) { return {of(s).next, of(s).end}; }

 private:
  struct Range {
    const std::uint8_t *next = nullptr, *end = nullptr;
  };
  Range& of(FilterStream s) { return streams_[static_cast<std::size_t>(s)]; }
  std::uint64_t long_number(FilterStream s, std::uint8_t first);

  std::array<Range, filter_stream_count> streams_{};
  const char* failure_ = nullptr;
};

}  // namespace coracle
