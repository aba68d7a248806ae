// A bounds-checked reader of bytes in memory, which knows its offset for error messages.
//
// Invariants: it never reads outside its bytes. The first failure is kept and ends the input: every
// later read gives 0 and remaining() is 0, so a caller may read several fields and ask ok() once.
// Must not know: what the bytes mean.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <span>
#include <string>

#include "vm/base/result.h"

namespace coracle {

/// "name+0x1a2c: what", the form of every message about a place in a file.
inline std::string at_offset(const std::string& name, std::uint64_t offset,
                             const std::string& what) {
  char hex[24];
  std::snprintf(hex, sizeof hex, "+0x%llx: ", static_cast<unsigned long long>(offset));
  return name + hex + what;
}

/// The file in the name of data inside a file: "a.so" in "a.so+0x20 (lz4)".
inline std::string file_of(const std::string& name) { return name.substr(0, name.find("+0x")); }

class ByteReader {
 public:
  /// `name` is what messages call the data; `base` is the offset in it of the first byte.
  ByteReader(std::span<const std::uint8_t> bytes, std::string name, std::uint64_t base = 0)
      : next_(bytes.data()),
        end_(next_ + bytes.size()),
        start_(next_),
        name_(std::move(name)),
        base_(base) {}

  std::size_t remaining() const { return static_cast<std::size_t>(end_ - next_); }
  /// The offset of the next byte, as in messages.
  std::uint64_t offset() const { return base_ + static_cast<std::uint64_t>(next_ - start_); }
  const std::string& name() const { return name_; }
  bool ok() const { return !error_.has_value(); }
  Error error() const { return *error_; }

  /// Keeps the first failure and ends the input.
  void fail_at(std::uint64_t offset, const std::string& what) {
    if (!error_) error_ = Error{at_offset(name_, offset, what)};
    next_ = end_;
  }
  void fail(const std::string& what) { fail_at(offset(), what); }
  /// The same, with an error that already says where.
  void fail_with(Error error) {
    if (!error_) error_ = std::move(error);
    next_ = end_;
  }

  [[gnu::always_inline]] std::uint8_t byte() {
    if (next_ == end_) [[unlikely]] {
      fail("found the end of the data, expected a byte");
      return 0;
    }
    return *next_++;
  }
  /// The next `n` bytes; empty after a failure.
  std::span<const std::uint8_t> bytes(std::uint64_t n) {
    if (n > remaining()) [[unlikely]] {
      fail("found the end of the data after " + std::to_string(remaining()) + " bytes, expected " +
           std::to_string(n));
      return {};
    }
    std::uint8_t const* const first = next_;
    next_ += n;
    return {first, static_cast<std::size_t>(n)};
  }

  /// An unsigned number: groups of 7 bits, the most significant first; bit 7 of a byte says that
  /// another group follows.
  [[gnu::always_inline]] std::uint64_t unsigned_number() {
    if (next_ != end_ && *next_ < 0x80) [[likely]]
      return *next_++;
    return long_unsigned_number();
  }
  /// A signed number, sign and magnitude. The first byte holds the sign (bit 7) and 6 bits, the
  /// others 7 bits, the most significant first; here bit 0 says that another group follows.
  [[gnu::always_inline]] std::int64_t signed_number() {
    if (next_ != end_ && (*next_ & 0x81) == 0) [[likely]]
      return *next_++ >> 1;
    return long_signed_number();
  }

 private:
  std::uint64_t long_unsigned_number() {
    std::uint8_t b = byte();
    std::uint64_t n = b & 0x7F;
    while ((b & 0x80) != 0) {
      b = byte();
      if (n >> 57 != 0) {
        fail("found a number wider than 64 bits, expected at most 64");
        return 0;
      }
      n = n << 7 | (b & 0x7F);
    }
    return n;
  }
  std::int64_t long_signed_number() {
    std::uint8_t const first = byte();
    std::uint8_t b = first;
    std::uint64_t n = (b & 0x7F) >> 1;
    while ((b & 1) != 0) {
      b = byte();
      if (n >> 57 != 0) {
        fail("found a number wider than 64 bits, expected at most 64");
        return 0;
      }
      n = n << 7 | b >> 1;
    }
    bool const negative = (first & 0x80) != 0;
    std::uint64_t const limit = (std::uint64_t{1} << 63) - (negative ? 0 : 1);
    if (n > limit) {
      fail("found a signed number wider than 64 bits, expected at most 64");
      return 0;
    }
    return static_cast<std::int64_t>(negative ? ~n + 1 : n);
  }

  const std::uint8_t* next_;
  const std::uint8_t* end_;
  const std::uint8_t* start_;
  std::string name_;
  std::uint64_t base_;
  std::optional<Error> error_;
};

}  // namespace coracle
