#include "vm/heap/memory/os_memory.h"

#if __has_include(<sys/mman.h>) && !defined(__EMSCRIPTEN__)
#define CORACLE_HAS_MMAP 1
#include <sys/mman.h>
#include <unistd.h>
#else
#include <cstdlib>
#endif

namespace coracle {
namespace {

#ifdef CORACLE_HAS_MMAP
Word page_size() {
  static Word const size = static_cast<Word>(sysconf(_SC_PAGESIZE));
  return size;
}
#else
Word page_size() { return 4096; }
#endif

Word round_up(Word n, Word multiple) { return (n + multiple - 1) & ~(multiple - 1); }

Word host_allocate(Word bytes, Word alignment) {
#ifdef CORACLE_HAS_MMAP
  // The host aligns to its page; what lies before and after an aligned block goes back at once.
  Word const page = page_size();
  Word const slack = alignment > page ? alignment - page : 0;
  if (bytes > SIZE_MAX - slack) return 0;
  void* const p = mmap(nullptr, static_cast<std::size_t>(bytes + slack), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return 0;
  Word const start = address_of(p);
  Word const aligned = round_up(start, alignment);
  if (aligned != start) munmap(p, static_cast<std::size_t>(aligned - start));
  Word const tail = start + slack - aligned;
  if (tail != 0) munmap(host_pointer(aligned + bytes), static_cast<std::size_t>(tail));
  return aligned;
#else
  Word const size = round_up(bytes, alignment);
  if (size < bytes || size > SIZE_MAX) return 0;
  void* const p =
      std::aligned_alloc(static_cast<std::size_t>(alignment), static_cast<std::size_t>(size));
  if (p != nullptr) std::memset(p, 0, static_cast<std::size_t>(bytes));
  return address_of(p);
#endif
}

void host_release(Word address, Word bytes) {
#ifdef CORACLE_HAS_MMAP
  munmap(host_pointer(address), static_cast<std::size_t>(bytes));
#else
  static_cast<void>(bytes);
  std::free(host_pointer(address));
#endif
}

}  // namespace

Word OsMemory::allocate(Word bytes, Word alignment) {
  Word const size = round_up(bytes, page_size());
  if (size < bytes) return 0;
  if (failing_.contains(++requests_)) return 0;
  if (limit_ != 0 && (current_ > limit_ || size > limit_ - current_)) return 0;
  Word const address = host_allocate(size, alignment);
  if (address == 0) return 0;
  current_ += size;
  if (current_ > maximum_) maximum_ = current_;
  return address;
}

void OsMemory::discard(Word address, Word bytes) {
#ifdef CORACLE_HAS_MMAP
  Word const first = round_up(address, page_size());
  Word const end = (address + bytes) & ~(page_size() - 1);
  // A hint: where it is refused, the pages just stay.
  if (first < end) {
    madvise(host_pointer(first), static_cast<std::size_t>(end - first), MADV_DONTNEED);
  }
#else
  static_cast<void>(address);
  static_cast<void>(bytes);
#endif
}

void OsMemory::populate(Word address, Word bytes) {
#if defined(CORACLE_HAS_MMAP) && defined(MADV_POPULATE_WRITE)
  madvise(host_pointer(address), static_cast<std::size_t>(bytes), MADV_POPULATE_WRITE);
#else
  static_cast<void>(address);
  static_cast<void>(bytes);
#endif
}

void OsMemory::release(Word address, Word bytes) {
  Word const size = round_up(bytes, page_size());
  current_ -= size;
  host_release(address, size);
}

Word OsMemory::allocate_sparse(Word bytes, Word alignment) {
  Word const size = round_up(bytes, page_size());
  if (size < bytes || failing_.contains(++requests_)) return 0;
  return host_allocate(size, alignment);
}

void OsMemory::release_sparse(Word address, Word bytes) {
  host_release(address, round_up(bytes, page_size()));
}

bool OsMemory::charge(Word bytes) {
  Word const limit = limit_ != 0 ? limit_ : static_cast<Word>(INT64_MAX);
  if (bytes > limit || current_ > limit - bytes) return false;
  adjust(static_cast<SignedWord>(bytes));
  return true;
}

void OsMemory::adjust(SignedWord bytes) {
  current_ += static_cast<Word>(bytes);
  if (current_ > maximum_) maximum_ = current_;
}

}  // namespace coracle
