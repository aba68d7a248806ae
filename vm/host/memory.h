// Memory in pages: what the heap is made of.
#pragma once

#include <cstddef>

#include "vm/base/value.h"

namespace coracle::host {

/// What a huge page holds on most hosts, and what it is aligned to.
inline constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

/// A power of two; all sizes below are multiples of it.
Word page_bytes();

/// The address of `bytes` zero bytes, a multiple of `alignment` (a power of two), or 0 if there is no
/// more memory.
Word allocate_pages(Word bytes, Word alignment);
/// Gives back a whole allocation.
void release_pages(Word address, Word bytes);

// Hints: a host without such a call ignores them.

/// The pages are not needed for now; they read as zeros or as they were when they are used again.
void discard_pages(Word address, Word bytes);
/// The pages are about to be written: one call instead of a page fault for each.
void populate_pages(Word address, Word bytes);
/// The memory has not been used yet and will be used as a whole: one page fault instead of 512.
void use_huge_pages(void* memory, std::size_t bytes);

}  // namespace coracle::host
