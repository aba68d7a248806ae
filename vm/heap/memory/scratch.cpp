#include "vm/heap/memory/scratch.h"

#include <cstring>

namespace coracle {

void* ScratchArena::do_allocate(std::size_t bytes, std::size_t alignment) {
  for (; current_ < blocks_.size(); ++current_, used_ = 0) {
    const Block& block = blocks_[current_];
    void* place = block.memory.get() + used_;
    std::size_t left = block.size - used_;
    if (std::align(alignment, bytes, place, left) == nullptr) continue;
    used_ = block.size - left + bytes;
    return place;
  }
  std::size_t const least = blocks_.empty() ? first_block : 2 * blocks_.back().size;
  std::size_t const size = std::max(least, bytes + alignment);
  blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
  return do_allocate(bytes, alignment);
}

void ScratchArena::reset() {
  while (!blocks_.empty() && blocks_.back().size > greatest_kept) blocks_.pop_back();
#if CORACLE_STRESS
  for (const Block& block : blocks_) std::memset(block.memory.get(), 0xD6, block.size);
#endif
  current_ = used_ = 0;
}

std::size_t ScratchArena::bytes_held() const {
  std::size_t total = 0;
  for (const Block& block : blocks_) total += block.size;
  return total;
}

}  // namespace coracle
