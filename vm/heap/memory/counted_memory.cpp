#include "vm/heap/memory/counted_memory.h"

#include <new>

#include "vm/heap/implementation.h"

namespace coracle {

CountedMemory::CountedMemory(Heap& heap) : heap_(heap.implementation()) {}

void* CountedMemory::do_allocate(std::size_t bytes, std::size_t alignment) {
  if (!heap_.os.charge(bytes)) {
    heap_.request_collection();  // which may make room for the next attempt
    throw OutOfMemory{bytes};
  }
  try {
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  } catch (const std::bad_alloc&) {
    heap_.os.adjust(-static_cast<SignedWord>(bytes));
    throw OutOfMemory{bytes};
  }
}

void CountedMemory::do_deallocate(void* p, std::size_t bytes, std::size_t alignment) {
  std::pmr::new_delete_resource()->deallocate(p, bytes, alignment);
  heap_.os.adjust(-static_cast<SignedWord>(bytes));
}

}  // namespace coracle
