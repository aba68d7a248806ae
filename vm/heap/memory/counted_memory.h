// Host memory that counts as held by a heap, so that the heap's limit governs it: what reading a file
// takes besides the objects themselves.
//
// Invariants: what is allocated is counted until it is deallocated; past the limit OutOfMemory is thrown.
// Must not know: what the memory is for.
#pragma once

#include <cstddef>
#include <memory_resource>

namespace coracle {

class Heap;
class HeapImplementation;

class CountedMemory : public std::pmr::memory_resource {
 public:
  /// Counts what is allocated, for a heap that is made later.
  CountedMemory() = default;
  /// The heap outlives it.
  explicit CountedMemory(Heap& heap);
  /// From now on the heap holds what has been counted. It outlives it.
  void count_in(Heap& heap);

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  HeapImplementation* heap_ = nullptr;
  std::size_t held_ = 0;  // while there is no heap
};

}  // namespace coracle
