// Blocks of one size, for what the heap needs besides objects: descriptors of segments with their
// cards, list bits. Several threads may take blocks and give them back; only getting more memory takes
// a lock. The heap has one mutator as yet, for which a plain list would do: this one is kept for the
// threads to come, which will share the pools.
//
// Blocks come from the operating system in slabs, each twice as large as the one before, so a block's
// number tells where it lies:
//
//     slab 0: blocks 0 to f - 1    slab 1: f to 3f - 1    slab 2: 3f to 7f - 1   ...
//
// Invariants: the links of the free list stand beside the blocks, not in them (see free_list.h). Slabs
// are kept for the pool's life. Nobody else uses the OsMemory while a pool may grow.
#pragma once

#include <array>
#include <cstddef>
#include <mutex>

#include "vm/heap/memory/free_list.h"
#include "vm/heap/memory/os_memory.h"

namespace coracle {

class BlockPool {
 public:
  /// `first_slab`: how many blocks the first slab has.
  BlockPool(OsMemory& os, std::size_t block_bytes, std::uint32_t first_slab);
  ~BlockPool();
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  /// A block, aligned as a cache line is, its bytes as they happen to be; null when the operating
  /// system has no more memory.
  void* allocate();
  void release(void* block);
  std::size_t block_bytes() const { return block_bytes_; }

 private:
  static constexpr std::size_t cache_line = 64;
  static constexpr std::size_t maximum_slabs = 24;

  struct Place {
    std::size_t slab;
    std::uint32_t index;  // in the slab
  };
  Place place_of(std::uint32_t number) const;
  std::uint32_t blocks_in(std::size_t slab) const { return first_slab_ << slab; }
  std::uint32_t first_number(std::size_t slab) const { return blocks_in(slab) - first_slab_; }
  Word slab_bytes(std::size_t slab) const {
    return Word{blocks_in(slab)} * (block_bytes_ + sizeof(FreeList::Link));
  }
  Word address_of_block(Place p) const;
  FreeList::Link& link(std::uint32_t number) const;
  /// Adds a slab, unless another thread has done so; false when there is no memory.
  bool grow();

  OsMemory& os_;
  std::size_t block_bytes_;
  std::uint32_t first_slab_;
  FreeList free_;
  std::array<std::atomic<Word>, maximum_slabs> slabs_{};  // addresses: blocks, then their links
  std::mutex growing_;
};

}  // namespace coracle
