#include "vm/heap/memory/os_memory.h"

#include "vm/host/memory.h"

namespace coracle {
namespace {

Word whole_pages(Word bytes) {
  return (bytes + host::page_bytes() - 1) & ~(host::page_bytes() - 1);
}

}  // namespace

Word OsMemory::allocate(Word bytes, Word alignment) {
  Word const size = whole_pages(bytes);
  if (size < bytes) return 0;
  if (failing_.contains(++requests_)) return 0;
  if (limit_ != 0 && (current_ > limit_ || size > limit_ - current_)) return 0;
  Word const address = host::allocate_pages(size, alignment);
  if (address == 0) return 0;
  current_ += size;
  if (current_ > maximum_) maximum_ = current_;
  return address;
}

void OsMemory::discard(Word address, Word bytes) {
  Word const first = whole_pages(address);
  Word const end = (address + bytes) & ~(host::page_bytes() - 1);
  // A hint: where it is refused, the pages just stay.
  if (first < end) host::discard_pages(first, end - first);
}

void OsMemory::populate(Word address, Word bytes) { host::populate_pages(address, bytes); }

void OsMemory::release(Word address, Word bytes) {
  Word const size = whole_pages(bytes);
  current_ -= size;
  host::release_pages(address, size);
}

Word OsMemory::allocate_sparse(Word bytes, Word alignment) {
  Word const size = whole_pages(bytes);
  if (size < bytes || failing_.contains(++requests_)) return 0;
  return host::allocate_pages(size, alignment);
}

void OsMemory::release_sparse(Word address, Word bytes) {
  host::release_pages(address, whole_pages(bytes));
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
