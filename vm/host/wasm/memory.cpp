// Pages come from the end of WebAssembly's memory, which grows with zeros in it; memory that is never used takes
// nothing of the computer's. Runs of pages that were released, or left over when one was aligned, are kept: they join
// with their neighbours, are given out first, and filled with zeros then. Nothing can be given back.
#include "vm/host/memory.h"

#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

namespace coracle::host {
namespace {

constexpr std::uintptr_t page = 4096;

/// Stands at the start of a run of free pages.
struct Run {
  Run* next;  // the one after it in memory
  std::uintptr_t bytes;

  std::uintptr_t start() const { return reinterpret_cast<std::uintptr_t>(this); }
  std::uintptr_t end() const { return start() + bytes; }
};

Run* first_run = nullptr;

constexpr std::uintptr_t align_up(std::uintptr_t n, std::uintptr_t alignment) {
  return (n + alignment - 1) & ~(alignment - 1);
}

void keep(std::uintptr_t start, std::uintptr_t bytes) {
  if (bytes == 0) return;
  Run* before = nullptr;
  Run* after = first_run;
  while (after != nullptr && after->start() < start) before = std::exchange(after, after->next);
  Run* run = nullptr;
  if (before != nullptr && before->end() == start) {
    run = before;
    run->bytes += bytes;
  } else {
    run = new (host_pointer<void>(start)) Run{after, bytes};
    (before != nullptr ? before->next : first_run) = run;
  }
  if (after != nullptr && run->end() == after->start()) {
    run->next = after->next;
    run->bytes += after->bytes;
  }
}

/// From the first run of kept pages that has room; 0 if none has.
std::uintptr_t take_kept(std::uintptr_t bytes, std::uintptr_t alignment) {
  for (Run** link = &first_run; *link != nullptr; link = &(*link)->next) {
    std::uintptr_t const start = (*link)->start(), end = (*link)->end();
    std::uintptr_t const address = align_up(start, alignment);
    if (address < start || address > end || end - address < bytes) continue;
    *link = (*link)->next;
    keep(start, address - start);
    keep(address + bytes, end - address - bytes);
    std::memset(host_pointer<void>(address), 0, bytes);
    return address;
  }
  return 0;
}

/// `bytes` more, from the end of the memory; 0 if it can't grow.
std::uintptr_t grow(std::uintptr_t bytes) {
  if (bytes > INTPTR_MAX) return 0;
  void* const more = sbrk(static_cast<std::intptr_t>(bytes));
  return more == reinterpret_cast<void*>(-1) ? 0 : reinterpret_cast<std::uintptr_t>(more);
}

}  // namespace

Word page_bytes() { return page; }

Word allocate_pages(Word bytes, Word alignment) {
  if (bytes > SIZE_MAX - alignment) return 0;
  std::uintptr_t const size = static_cast<std::uintptr_t>(bytes);
  std::uintptr_t const step = static_cast<std::uintptr_t>(alignment);
  std::uintptr_t const kept = take_kept(size, step);
  if (kept != 0) return kept;
  // Others take memory from the end, too, in any amounts.
  std::uintptr_t const here = reinterpret_cast<std::uintptr_t>(sbrk(0));
  std::uintptr_t const start = align_up(here, page), address = align_up(start, step);
  if (address < here || size > SIZE_MAX - address || grow(address + size - here) == 0) return 0;
  keep(start, address - start);
  return address;
}

void release_pages(Word address, Word bytes) {
  keep(static_cast<std::uintptr_t>(address), static_cast<std::uintptr_t>(bytes));
}

void discard_pages(Word, Word) {}
void populate_pages(Word, Word) {}
void use_huge_pages(void*, std::size_t) {}

}  // namespace coracle::host
