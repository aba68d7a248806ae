#include "vm/host/memory.h"

#include <cstdlib>
#include <cstring>

namespace coracle::host {

Word page_bytes() { return 4096; }

Word allocate_pages(Word bytes, Word alignment) {
  // aligned_alloc takes a size that is a multiple of the alignment.
  if (bytes > SIZE_MAX - (alignment - 1)) return 0;
  Word const size = (bytes + alignment - 1) & ~(alignment - 1);
  void* const p =
      std::aligned_alloc(static_cast<std::size_t>(alignment), static_cast<std::size_t>(size));
  if (p != nullptr) std::memset(p, 0, static_cast<std::size_t>(bytes));
  return address_of(p);
}

void release_pages(Word address, Word) { std::free(host_pointer(address)); }

void discard_pages(Word, Word) {}
void populate_pages(Word, Word) {}
void use_huge_pages(void*, std::size_t) {}

}  // namespace coracle::host
