// Memory that lives for one collection: its lists, and bitmaps of segments.
//
// Taken piece by piece, given back all at once: reset() starts over. Containers of the standard
// library use it as their memory resource (ScratchVector); what they let go of while they grow comes
// back with the rest.
// Invariants: blocks double in size, where there is memory for that; as much as a collection of moderate
// size takes stays for the next one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <memory_resource>
#include <vector>

#include "vm/heap/memory/segment.h"

namespace coracle {

class ScratchArena : public std::pmr::memory_resource {
 public:
  /// `make_room` is called with the bytes that there is no memory for, and returns when it has made
  /// some room. (In a collection it must not throw: that could come from a destructor.) Without it,
  /// std::bad_alloc is thrown.
  explicit ScratchArena(std::function<void(Word)> make_room = {})
      : make_room_(std::move(make_room)) {}
  /// A bitmap with a bit for each 8 bytes of a segment, all clear.
  std::uint64_t* allocate_bitmap() {
    auto* const bitmap = static_cast<std::uint64_t*>(allocate(segment_bitmap_bytes, word_bytes));
    std::fill_n(bitmap, segment_bitmap_words, 0);
    return bitmap;
  }
  /// Takes everything back. Nothing that lies here may be used any more.
  void reset();
  /// Bytes of all blocks.
  std::size_t bytes_held() const;

 private:
  struct Block {
    std::unique_ptr<std::byte[]> memory;
    std::size_t size;
  };
  static constexpr std::size_t first_block = std::size_t{64} << 10;
  static constexpr std::size_t most_kept = std::size_t{2} << 20;

  void add_block(std::size_t least);
  void make_room(std::size_t bytes);
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::function<void(Word)> make_room_;
  std::vector<Block> blocks_;
  std::size_t current_ = 0;  // the block that is being used up; those before it are
  std::size_t used_ = 0;     // bytes of it
};

template <class T>
using ScratchVector = std::pmr::vector<T>;

}  // namespace coracle
