#include "vm/heap/memory/block_pool.h"

#include <bit>
#include <new>

#include "vm/base/check.h"

namespace coracle {

BlockPool::BlockPool(OsMemory& os, std::size_t block_bytes, std::uint32_t first_slab)
    : os_(os),
      block_bytes_((block_bytes + cache_line - 1) & ~(cache_line - 1)),
      first_slab_(first_slab) {}

BlockPool::~BlockPool() {
  for (std::size_t i = 0; i < maximum_slabs; ++i) {
    if (Word const slab = slabs_[i].load(std::memory_order_relaxed); slab != 0) {
      os_.release(slab, slab_bytes(i));
    }
  }
}

BlockPool::Place BlockPool::place_of(std::uint32_t number) const {
  auto const slab = static_cast<std::size_t>(std::bit_width(number / first_slab_ + 1) - 1);
  return {slab, number - first_number(slab)};
}

// Slabs are read without an order of their own: whoever has a block, or a number from the free list, got
// it after its slab was made.
Word BlockPool::address_of_block(Place p) const {
  return slabs_[p.slab].load(std::memory_order_relaxed) + Word{p.index} * block_bytes_;
}

FreeList::Link& BlockPool::link(std::uint32_t number) const {
  Place const p = place_of(number);
  Word const links = address_of_block({p.slab, blocks_in(p.slab)});
  return *host_pointer<FreeList::Link>(links + Word{p.index} * sizeof(FreeList::Link));
}

void* BlockPool::allocate() {
  for (;;) {
    std::uint32_t const number = free_.take([this](std::uint32_t n) -> auto& { return link(n); });
    if (number != FreeList::end) return host_pointer(address_of_block(place_of(number)));
    if (!grow()) return nullptr;
  }
}

void BlockPool::release(void* block) {
  Word const address = address_of(block);
  for (std::size_t i = 0; i < maximum_slabs; ++i) {
    Word const slab = slabs_[i].load(std::memory_order_relaxed);
    Word const offset = address - slab;
    if (slab == 0 || offset >= Word{blocks_in(i)} * block_bytes_) continue;
    CORACLE_CHECK(offset % block_bytes_ == 0);
    auto const number = first_number(i) + static_cast<std::uint32_t>(offset / block_bytes_);
    free_.give_back(
        number, number, [this](std::uint32_t n) -> auto& { return link(n); });
    return;
  }
  CORACLE_CHECK_MESSAGE(false, "a block is given back to a pool that it isn't from");
}

bool BlockPool::grow() {
  std::lock_guard const lock(growing_);
  if (!free_.is_empty()) return true;
  std::size_t slab = 0;
  while (slab < maximum_slabs && slabs_[slab].load(std::memory_order_relaxed) != 0) ++slab;
  if (slab == maximum_slabs) return false;
  Word const memory = os_.allocate(slab_bytes(slab), cache_line);
  if (memory == 0) return false;
  slabs_[slab].store(memory, std::memory_order_relaxed);
  std::uint32_t const first = first_number(slab);
  std::uint32_t const last = first + blocks_in(slab) - 1;
  for (std::uint32_t i = first; i <= last; ++i) new (&link(i)) FreeList::Link(i + 1);
  free_.give_back(
      first, last, [this](std::uint32_t n) -> auto& { return link(n); });
  return true;
}

}  // namespace coracle
