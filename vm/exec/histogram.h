// Counts of executed instructions, for --histogram and for training fused sequences.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace coracle {

class Histogram {
 public:
  void add(std::uint8_t opcode) {
    single_[opcode]++;
    pairs_[previous_ * 256u + opcode]++;
    previous_ = opcode;
  }
  /// The table as text: instructions, then the most frequent pairs, with counts and shares.
  std::string report() const;

 private:
  std::uint8_t previous_ = 0;
  std::array<std::uint64_t, 256> single_{};
  std::array<std::uint64_t, 256 * 256> pairs_{};
};

}  // namespace coracle
