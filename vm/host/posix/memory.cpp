#include "vm/host/memory.h"

#include <sys/mman.h>
#include <unistd.h>

namespace coracle::host {

Word page_bytes() {
  static Word const size = static_cast<Word>(::sysconf(_SC_PAGESIZE));
  return size;
}

Word allocate_pages(Word bytes, Word alignment) {
  // The host aligns to its page size; what lies before and after an aligned block is given back at once.
  Word const page = page_bytes();
  Word const slack = alignment > page ? alignment - page : 0;
  if (bytes > SIZE_MAX - slack) return 0;
  void* const p = ::mmap(nullptr, static_cast<std::size_t>(bytes + slack), PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return 0;
  Word const start = address_of(p);
  Word const aligned = (start + alignment - 1) & ~(alignment - 1);
  if (aligned != start) ::munmap(p, static_cast<std::size_t>(aligned - start));
  Word const tail = start + slack - aligned;
  if (tail != 0) ::munmap(host_pointer(aligned + bytes), static_cast<std::size_t>(tail));
  return aligned;
}

void release_pages(Word address, Word bytes) {
  ::munmap(host_pointer(address), static_cast<std::size_t>(bytes));
}

void discard_pages(Word address, Word bytes) {
  ::madvise(host_pointer(address), static_cast<std::size_t>(bytes), MADV_DONTNEED);
}

void populate_pages([[maybe_unused]] Word address, [[maybe_unused]] Word bytes) {
#ifdef MADV_POPULATE_WRITE
  ::madvise(host_pointer(address), static_cast<std::size_t>(bytes), MADV_POPULATE_WRITE);
#endif
}

void use_huge_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  ::madvise(memory, bytes, MADV_HUGEPAGE);
#endif
}

}  // namespace coracle::host
