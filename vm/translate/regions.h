// Regions: which blocks of a graph are translated together, as one function.
//
// Owns: the partition of the translated blocks. A region has a head, and its other blocks are reached from that
// head alone; so the code of regions that go to each other's heads is linear in the code they translate.
// Invariants: each translated block that a head reaches is in one region, and no others are in any.
// Must not know: the target's language, what a profile is.
#pragma once

#include "vm/translate/graph.h"

namespace coracle {

struct Region {
  std::uint32_t head = Block::none;
  std::vector<std::uint32_t> blocks;  // in the order of the code, the head among them
};

/// Whether a block can be translated at all: something is left of it without the instruction that is left to the
/// interpreter.
constexpr bool is_translatable(const Block& block) {
  return block.ending != Ending::left || block.last != block.begin;
}

/// The blocks where it pays that the interpreter goes in: where other code may go to, where it goes on after an
/// instruction that was left to it, and where loops begin.
std::vector<std::uint32_t> entries_of(const Graph& graph);

class Regions {
 public:
  /// `chosen`: by block, whether it is to be translated. `entries`: blocks where the interpreter, or other
  /// translated code, goes in. Those that can't be translated are left out of both.
  Regions(const Graph& graph, const std::vector<bool>& chosen,
          std::span<const std::uint32_t> entries);

  std::span<const Region> all() const { return regions_; }
  /// The region that a block is in: an index of `all()`; Block::none for one that isn't translated.
  std::uint32_t region_of(std::uint32_t block) const { return region_of_[block]; }
  bool is_head(std::uint32_t block) const {
    return region_of_[block] != Block::none && regions_[region_of_[block]].head == block;
  }

 private:
  std::vector<Region> regions_;  // in the order of their heads
  std::vector<std::uint32_t> region_of_;
};

}  // namespace coracle
