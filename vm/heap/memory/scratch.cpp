#include "vm/heap/memory/scratch.h"

#include <cstring>
#include <new>

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
  add_block(bytes + alignment);
  return do_allocate(bytes, alignment);
}

void ScratchArena::add_block(std::size_t least) {
  while (blocks_.size() == blocks_.capacity()) {
    try {
      blocks_.reserve(2 * blocks_.size() + 64);
    } catch (const std::bad_alloc&) {
      make_room((2 * blocks_.size() + 64) * sizeof(Block));
    }
  }
  std::size_t const twice = blocks_.empty() ? 0 : 2 * blocks_.back().size;
  for (std::size_t size = std::max({twice, least, first_block});;
       size = std::max(least, first_block)) {
    std::unique_ptr<std::byte[]> memory(new (std::nothrow) std::byte[size]);
    if (memory != nullptr) {
      blocks_.push_back({std::move(memory), size});
      return;
    }
    if (size <= std::max(least, first_block)) make_room(size);
  }
}

void ScratchArena::make_room(std::size_t bytes) {
  if (!make_room_) throw std::bad_alloc();
  make_room_(bytes);
}

void ScratchArena::reset() {
  std::size_t kept = 0;
  std::erase_if(blocks_, [&](const Block& block) {
    kept += block.size;
    return kept > most_kept;
  });
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
