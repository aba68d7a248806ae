#include "vm/heap/memory/counted_memory.h"

#include <new>

#include "vm/heap/implementation.h"

namespace coracle {

CountedMemory::CountedMemory(Heap& heap) : heap_(&heap.implementation()) {}

void CountedMemory::count_in(Heap& heap) {
  HeapImplementation& h = heap.implementation();
  if (!h.os.charge(held_)) throw OutOfMemory{h.os.current_bytes() + held_};
  heap_ = &h;
  held_ = 0;
}

void* CountedMemory::do_allocate(std::size_t bytes, std::size_t alignment) {
  if (heap_ != nullptr && !heap_->os.charge(bytes)) {
    heap_->request_collection();  // which may make room for the next attempt
    throw OutOfMemory{bytes};
  }
  void* p = nullptr;
  try {
    p = std::pmr::new_delete_resource()->allocate(bytes, alignment);
  } catch (const std::bad_alloc&) {
    if (heap_ != nullptr) heap_->os.adjust(-static_cast<SignedWord>(bytes));
    throw OutOfMemory{bytes};
  }
  if (heap_ == nullptr) held_ += bytes;
  return p;
}

void CountedMemory::do_deallocate(void* p, std::size_t bytes, std::size_t alignment) {
  std::pmr::new_delete_resource()->deallocate(p, bytes, alignment);
  if (heap_ == nullptr) held_ -= bytes;
  else heap_->os.adjust(-static_cast<SignedWord>(bytes));
}

}  // namespace coracle
