// Counts of executed instructions, for --histogram and for training fused sequences.
//
// Owns: counts of instructions, of pairs, and of runs: what was executed from one taken branch to
// the next, by shapes (vm/isa/shape.h).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace coracle {

class Histogram {
 public:
  /// The instruction `word` at `place` is about to run.
  void add(const std::uint32_t* place, std::uint32_t word);
  /// The counts as text: how many instructions, and how many dispatches the fast loop needs for them; then
  /// instructions and pairs with their shares, and all runs, each most frequent first.
  /// The line of a run is its count, how many of its instructions were executed, and its shapes as
  /// hexadecimal numbers: first those that were executed, then those that follow in the code.
  std::string report();

 private:
  void finish_run();

  std::uint8_t previous_ = 0;
  std::array<std::uint64_t, 256> single_{};
  std::array<std::uint64_t, 256 * 256> pairs_{};
  std::u32string run_;                                      // shapes of the current one
  const std::uint32_t* last_ = nullptr;                     // its last instruction
  const std::uint32_t* next_ = nullptr;                     // where the run continues
  std::unordered_map<std::u32string, std::uint64_t> runs_;  // by length, then shapes
};

}  // namespace coracle
