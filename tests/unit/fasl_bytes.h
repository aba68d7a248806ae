// Writing fasl bytes by hand, for tests of what reads them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "boot/image/fasl.h"
#include "vm/isa/isa.h"

namespace coracle::test {

class FaslBytes {
 public:
  FaslBytes& byte(unsigned b) {
    bytes_.push_back(static_cast<std::uint8_t>(b));
    return *this;
  }
  /// Code of `length` bytes, a multiple of 4: literals as long as there is room, whose data begin at
  /// bytes 4, 16, 28 and so on; then nops, and a return.
  FaslBytes& instructions(std::uint64_t length) {
    std::uint64_t const literals = length < 16 ? 0 : (length - 4) / 12;
    for (std::uint64_t i = 0; i < literals; ++i) {
      byte(static_cast<unsigned>(Opcode::literal)).byte(1).byte(0).byte(0);
      for (int data = 0; data < 8; ++data) byte(0);
    }
    for (std::uint64_t at = 12 * literals; at < length; at += 4) {
      byte(static_cast<unsigned>(at + 4 < length ? Opcode::nop : Opcode::return_));
      byte(0).byte(0).byte(0);
    }
    return *this;
  }
  FaslBytes& code(FaslCode c) { return byte(static_cast<unsigned>(c)); }
  /// An unsigned number: groups of 7 bits, the most significant first.
  FaslBytes& number(std::uint64_t n) {
    std::vector<std::uint8_t> groups{static_cast<std::uint8_t>(n & 0x7F)};
    while ((n >>= 7) != 0) groups.push_back(static_cast<std::uint8_t>(0x80 | (n & 0x7F)));
    bytes_.insert(bytes_.end(), groups.rbegin(), groups.rend());
    return *this;
  }
  /// A signed number: sign and 6 bits, then groups of 7 bits; bit 0 says that more follow.
  FaslBytes& integer(std::int64_t n) {
    auto magnitude = static_cast<std::uint64_t>(n);
    if (n < 0) magnitude = ~magnitude + 1;
    std::vector<std::uint8_t> groups;
    while (magnitude >= 64) {
      groups.push_back(static_cast<std::uint8_t>((magnitude & 0x7F) << 1));
      magnitude >>= 7;
    }
    groups.push_back(static_cast<std::uint8_t>(magnitude << 1 | (n < 0 ? 0x80 : 0)));
    for (std::size_t i = groups.size(); i-- > 0;) byte(groups[i] | (i == 0 ? 0u : 1u));
    return *this;
  }
  FaslBytes& text(std::u32string_view s) {
    number(s.size());
    for (char32_t const c : s) number(c);
    return *this;
  }
  FaslBytes& raw(std::span<const std::uint8_t> more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
    return *this;
  }
  FaslBytes& raw(std::string_view more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
    return *this;
  }

  // Objects.
  FaslBytes& fixnum(std::int64_t n) { return code(FaslCode::small_integer).integer(n); }
  FaslBytes& string(std::u32string_view s) { return code(FaslCode::string).text(s); }
  FaslBytes& symbol(std::u32string_view s) { return code(FaslCode::symbol).text(s); }
  FaslBytes& flonum(std::uint64_t bits) {
    return code(FaslCode::flonum).number(bits >> 32).number(bits & 0xFFFFFFFF);
  }

  // Files.
  FaslBytes& header(std::uint64_t version = 0x0A000000, std::uint64_t machine = 1,
                    std::string_view dependencies = "") {
    raw(std::string_view("\0\0\0\0chez", 8)).number(version).number(machine);
    return raw("(").raw(dependencies).raw(")");
  }
  /// An object that is stored as it is.
  FaslBytes& plain(const FaslBytes& object, Situation situation = Situation::visit_revisit) {
    byte(static_cast<unsigned>(situation)).number(object.bytes().size() + 2);
    return code(FaslCode::uncompressed).code(FaslCode::fasl).raw(object.bytes());
  }
  /// An object whose compressed bytes are given.
  FaslBytes& compressed(FaslCode compression, std::uint64_t size,
                        std::span<const std::uint8_t> data) {
    FaslBytes promise;
    promise.number(size);
    byte(static_cast<unsigned>(Situation::visit_revisit))
        .number(2 + promise.bytes().size() + data.size());
    return code(compression).code(FaslCode::fasl).raw(promise.bytes()).raw(data);
  }

  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace coracle::test
