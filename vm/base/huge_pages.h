// Huge pages: one page fault instead of 512 for memory that will be used as a whole.
#pragma once

#include <cstddef>

namespace coracle {

/// What such a page holds on most hosts, and what it is aligned to.
inline constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

/// Asks the host for huge pages in memory that wasn't used yet. A hint.
void use_huge_pages(void* memory, std::size_t bytes);

}  // namespace coracle
