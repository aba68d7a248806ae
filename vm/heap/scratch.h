// Memory that lives for one collection: bitmaps of segments.
//
// Invariants: a bitmap starts out clear; reset() takes all of them back at once.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "vm/heap/segment.h"

namespace coracle {

class ScratchArena {
 public:
  std::uint64_t* allocate_bitmap() {
    if (used_ == bitmaps_per_block * blocks_.size()) {
      blocks_.push_back(std::make_unique<Block>());
    }
    Block& block = *blocks_[used_ / bitmaps_per_block];
    std::uint64_t* const bitmap = &block[used_ % bitmaps_per_block * segment_bitmap_words];
    ++used_;
    std::fill_n(bitmap, segment_bitmap_words, 0);
    return bitmap;
  }
  void reset() {
    used_ = 0;
    if (blocks_.size() > 1) blocks_.resize(1);
  }

 private:
  static constexpr std::size_t bitmaps_per_block = 64;
  using Block = std::array<std::uint64_t, bitmaps_per_block * segment_bitmap_words>;
  std::vector<std::unique_ptr<Block>> blocks_;
  std::size_t used_ = 0;
};

}  // namespace coracle
