#include "vm/heap/memory/os_memory.h"

#include "vm/host/memory.h"

namespace coracle {
namespace {

Word whole_pages(Word bytes) {
  return (bytes + host::page_bytes() - 1) & ~(host::page_bytes() - 1);
}

}  // namespace

Word OsMemory::host_pages(Word size, Word alignment) {
  return failing_.contains(++requests_) ? 0 : host::allocate_pages(size, alignment);
}

Word OsMemory::allocate(Word bytes, Word alignment) {
  Word const size = whole_pages(bytes);
  if (size < bytes || !is_within(limit_, current_, size)) return 0;
  Word const address = host_pages(size, alignment);
  if (address != 0) adjust(static_cast<SignedWord>(size));
  return address;
}

bool OsMemory::has_room(Word counted, Word allocated) {
  Word const size = whole_pages(allocated);
  if (size < allocated || !is_within(limit_, current_, counted)) return false;
  Word const address = host_pages(size, host::page_bytes());
  if (address == 0) return false;
  host::release_pages(address, size);
  return true;
}

Word OsMemory::set_aside(Word bytes, Word alignment) {
  Word const size = whole_pages(bytes);
  if (!is_within(limit_ + overdraft_, current_ + aside_, size)) return 0;
  Word const address = host_pages(size, alignment);
  if (address != 0) aside_ += size;
  return address;
}

void OsMemory::release_aside(Word address, Word bytes) {
  aside_ -= whole_pages(bytes);
  host::release_pages(address, whole_pages(bytes));
}

void OsMemory::use_aside(Word bytes) {
  aside_ -= whole_pages(bytes);
  adjust(static_cast<SignedWord>(whole_pages(bytes)));
}

void OsMemory::put_aside(Word bytes) {
  aside_ += whole_pages(bytes);
  adjust(-static_cast<SignedWord>(whole_pages(bytes)));
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
  return size < bytes ? 0 : host_pages(size, alignment);
}

void OsMemory::release_sparse(Word address, Word bytes) {
  host::release_pages(address, whole_pages(bytes));
}

bool OsMemory::charge(Word bytes) {
  if (!is_within(limit_, current_, bytes)) return false;
  adjust(static_cast<SignedWord>(bytes));
  return true;
}

void OsMemory::adjust(SignedWord bytes) {
  current_ += static_cast<Word>(bytes);
  if (current_ > maximum_) maximum_ = current_;
}

}  // namespace coracle
