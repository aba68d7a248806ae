#include "vm/heap/memory/chunk.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <new>

#include "vm/base/check.h"
#include "vm/host/memory.h"

namespace coracle {
namespace {

#if CORACLE_STRESS
constexpr std::uint32_t chunk_segments = 64;
#else
constexpr std::uint32_t chunk_segments = 128;  // 2 MB
#endif
constexpr std::uint32_t populate_segments = 8;  // 128 KB
// The first chunks, this many of them, are huge pages where the host has such: what a boot makes stays,
// and fills them, and a page fault for each small page would take a fifth of the boot's time. The pages
// of later chunks come and go; the host would have to clear memory for each, and compact its own.
constexpr std::size_t huge_chunks = 16;
// A run of at least this many gets a chunk of its own, which goes back when the run dies.
constexpr std::uint32_t own_chunk_segments = chunk_segments / 2;
static_assert(std::bit_width(own_chunk_segments - 1) <= 6);  // first_with_room_

/// First of `count` free segments in a row, or segment_count.
std::uint32_t find_free(const Chunk& chunk, std::uint32_t count) {
  std::uint32_t run = 0;
  std::uint32_t i = 0;
  while (i < chunk.segment_count) {
    std::uint64_t const rest = chunk.free_bits[i >> 6] >> (i & 63);
    if (rest == 0) {
      run = 0;
      i = (i | 63) + 1;
    } else if ((rest & 1) == 0) {
      run = 0;
      i += static_cast<std::uint32_t>(std::countr_zero(rest));
    } else {
      if (++run == count) return i + 1 - count;
      ++i;
    }
  }
  return chunk.segment_count;
}

}  // namespace

ChunkPool::ChunkPool(OsMemory& os, SegmentTable& table)
    : os_(os), table_(table), descriptors_(os, chunk_segments * sizeof(Segment), 4) {}

ChunkPool::~ChunkPool() {
  while (drop_spare()) {
  }
  while (!chunks_.empty()) remove_chunk(chunks_.size() - 1);
}

Segment* ChunkPool::allocate_run(Space space, Generation generation, std::uint32_t count,
                                 bool large) {
  if (count < own_chunk_segments) {
    auto const log = static_cast<std::size_t>(std::bit_width(count)) - 1;
    std::size_t& hint = first_with_room_[large][log];
    for (std::size_t i = hint; i < chunks_.size(); ++i) {
      Chunk& chunk = *chunks_[i];
      if (chunk.is_empty()) chunk.large = large;
      bool const fits = chunk.large == large && chunk.free_count >= count;
      std::uint32_t const first = fits ? find_free(chunk, count) : chunk.segment_count;
      if (first != chunk.segment_count) return take(chunk, first, count, space, generation, large);
      bool const has_room =
          chunk.large == large && find_free(chunk, std::bit_floor(count)) != chunk.segment_count;
      if (hint == i && !has_room) hint = i + 1;
    }
  }
  Chunk* const chunk = add_chunk(count < own_chunk_segments ? chunk_segments : count, large);
  if (chunk != nullptr) return take(*chunk, 0, count, space, generation, large);
  // Better among objects of the other sort than nowhere.
  for (const auto& other : chunks_) {
    std::uint32_t const first =
        other->free_count >= count ? find_free(*other, count) : other->segment_count;
    if (first != other->segment_count) return take(*other, first, count, space, generation, large);
  }
  return nullptr;
}

Segment* ChunkPool::take(Chunk& chunk, std::uint32_t first, std::uint32_t count, Space space,
                         Generation generation, bool large) {
  populate(chunk, first, count);
  Segment* const head = &chunk.segments[first];
  for (std::uint32_t i = 0; i < count; ++i) {
    Segment& s = head[i];
    s = Segment{};
    s.large = large;
    s.space = space;
    s.generation = generation;
    s.run = head;
    s.chunk = &chunk;
    s.base = chunk.base + Word{first + i} * segment_bytes;
    s.cards.fill(clean_card);
    chunk.free_bits[(first + i) >> 6] &= ~(std::uint64_t{1} << ((first + i) & 63));
  }
  head->run_length = count;
  head->used_end = head->base;
  table_.add_run(head);
  chunk.free_count -= count;
  free_segments_ -= count;
  return head;
}

/// Asks for pages in small batches: for each alone there would be a page fault, and all of a chunk's would
/// be resident although few may be used. Of a long object not all may be used either.
void ChunkPool::populate(Chunk& chunk, std::uint32_t first, std::uint32_t count) {
  if (first + count <= chunk.populated || count > populate_segments) return;
  std::uint32_t const start = std::max(first, chunk.populated);
  std::uint32_t const batch = chunk.large ? count : populate_segments;
  std::uint32_t const end = std::min(chunk.segment_count, std::max(first + count, start + batch));
  os_.populate(chunk.base + Word{start} * segment_bytes, Word{end - start} * segment_bytes);
  chunk.populated = end;
}

void ChunkPool::release_run(Segment* head) {
  Chunk& chunk = *head->chunk;
  std::uint32_t const first = static_cast<std::uint32_t>(head - chunk.segments);
  std::uint32_t const count = head->run_length;
  table_.remove_run(head);
  for (std::uint32_t i = 0; i < count; ++i) {
    head[i].space = Space::empty;
    chunk.free_bits[(first + i) >> 6] |= std::uint64_t{1} << ((first + i) & 63);
  }
  chunk.free_count += count;
  free_segments_ += count;
  if (chunk.segment_count != chunk_segments && chunk.is_empty()) {
    remove_chunk(chunk.index);
    return;
  }
  for (std::size_t large = 0; large < 2; ++large) {
    if (chunk.large != (large != 0) && !chunk.is_empty()) continue;
    for (std::size_t& hint : first_with_room_[large]) hint = std::min(hint, chunk.index);
  }
}

void ChunkPool::trim(Word reserve) {
  Word kept = 0;
  for (std::size_t i = chunks_.size(); i-- > 0;) {
    const Chunk& chunk = *chunks_[i];
    if (!chunk.is_empty()) continue;
    Word const bytes = Word{chunk.segment_count} * segment_bytes;
    if (kept + bytes <= reserve) {
      kept += bytes;
    } else {
      remove_chunk(i);
    }
  }
  if (free_bytes() <= reserve) return;
  for (const auto& chunk : chunks_) {
    if (chunk->free_count != 0 && !chunk->is_empty()) discard_free(*chunk);
  }
}

void ChunkPool::discard_free(const Chunk& chunk) {
  std::uint32_t first = 0;  // of the free segments in a row that end before i
  for (std::uint32_t i = 0; i <= chunk.segment_count; ++i) {
    bool const is_free =
        i < chunk.segment_count && ((chunk.free_bits[i >> 6] >> (i & 63)) & 1) != 0;
    if (is_free) continue;
    if (first < i) {
      os_.discard(chunk.base + Word{first} * segment_bytes, Word{i - first} * segment_bytes);
    }
    first = i + 1;
  }
}

bool ChunkPool::make_room_in_lists() {
  try {
    if (spare_.size() == spare_.capacity()) spare_.reserve(2 * spare_.size() + 16);
    std::size_t const most = chunks_.size() + spare_.size() + 1;
    if (chunks_.capacity() < most) chunks_.reserve(2 * most);
  } catch (const std::bad_alloc&) {
    return false;
  }
  return true;
}

std::unique_ptr<Chunk> ChunkPool::make_chunk(Word base, std::uint32_t segment_count) {
  if (base == 0) return nullptr;
  std::unique_ptr<Chunk> chunk;
  try {
    chunk = std::make_unique<Chunk>();
    chunk->free_bits.assign((segment_count + 63) / 64, 0);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
  bool const has_tables = table_.prepare(base, base + Word{segment_count} * segment_bytes);
  chunk->segments = has_tables ? allocate_descriptors(segment_count) : nullptr;
  if (chunk->segments == nullptr) return nullptr;
  chunk->base = base;
  chunk->segment_count = segment_count;
  chunk->free_count = segment_count;
  for (std::uint32_t i = 0; i < segment_count; ++i) {
    chunk->free_bits[i >> 6] |= std::uint64_t{1} << (i & 63);
  }
  return chunk;
}

Chunk* ChunkPool::add(std::unique_ptr<Chunk> chunk) {
  std::uninitialized_value_construct_n(chunk->segments, chunk->segment_count);
  free_segments_ += chunk->segment_count;
  chunk->index = chunks_.size();
  chunks_.push_back(std::move(chunk));
  return chunks_.back().get();
}

Chunk* ChunkPool::add_chunk(std::uint32_t segment_count, bool large) {
  Word const bytes = Word{segment_count} * segment_bytes;
  bool const huge = bytes == host::huge_page_bytes && huge_chunks_made_ < huge_chunks;
  if (!make_room_in_lists()) return nullptr;
  Word const base = os_.allocate(bytes, huge ? host::huge_page_bytes : segment_bytes);
  std::unique_ptr<Chunk> chunk = make_chunk(base, segment_count);
  if (chunk == nullptr) {
    if (base != 0) os_.release(base, bytes);
    return nullptr;
  }
  if (huge) {
    host::use_huge_pages(host_pointer(base), host::huge_page_bytes);
    ++huge_chunks_made_;
  }
  chunk->large = large;
  return add(std::move(chunk));
}

// A chunk that is longer than others was made for one run. Its descriptors, which must lie side by
// side, have memory of their own.
Segment* ChunkPool::allocate_descriptors(std::uint32_t count) {
  if (count <= chunk_segments) return static_cast<Segment*>(descriptors_.allocate());
  return host_pointer<Segment>(os_.allocate(Word{count} * sizeof(Segment), alignof(Segment)));
}

void ChunkPool::release_descriptors(const Chunk& chunk) {
  if (chunk.segment_count <= chunk_segments) {
    descriptors_.release(chunk.segments);
  } else {
    os_.release(address_of(chunk.segments), Word{chunk.segment_count} * sizeof(Segment));
  }
}

std::unique_ptr<Chunk> ChunkPool::extract(std::size_t index) {
  std::unique_ptr<Chunk> chunk = std::move(chunks_[index]);
  free_segments_ -= chunk->free_count;
  chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(index));
  for (std::size_t i = index; i < chunks_.size(); ++i) chunks_[i]->index = i;
  for (auto& hints : first_with_room_) {
    for (std::size_t& hint : hints) hint -= hint > index ? 1 : 0;
  }
  return chunk;
}

void ChunkPool::remove_chunk(std::size_t index) {
  std::unique_ptr<Chunk> const chunk = extract(index);
  os_.release(chunk->base, Word{chunk->segment_count} * segment_bytes);
  release_descriptors(*chunk);
}

// --- Spare chunks

Word ChunkPool::spare_chunk_bytes() { return Word{chunk_segments} * segment_bytes; }

bool ChunkPool::add_spare() {
  if (!make_room_in_lists()) return false;
  Word const base = os_.set_aside(spare_chunk_bytes(), segment_bytes);
  std::unique_ptr<Chunk> chunk = make_chunk(base, chunk_segments);
  if (chunk == nullptr) {
    if (base != 0) os_.release_aside(base, spare_chunk_bytes());
    return false;
  }
  spare_.push_back(std::move(chunk));
  return true;
}

bool ChunkPool::add_empty_to_spare() {
  if (!make_room_in_lists()) return false;
  for (std::size_t i = chunks_.size(); i-- > 0;) {
    if (!chunks_[i]->is_empty() || chunks_[i]->segment_count != chunk_segments) continue;
    spare_.push_back(extract(i));
    os_.put_aside(spare_chunk_bytes());
    return true;
  }
  return false;
}

bool ChunkPool::use_spare() {
  if (spare_.empty()) return false;
  os_.use_aside(spare_chunk_bytes());
  add(std::move(spare_.back()));
  spare_.pop_back();
  return true;
}

bool ChunkPool::drop_spare() {
  if (spare_.empty()) return false;
  os_.release_aside(spare_.back()->base, spare_chunk_bytes());
  release_descriptors(*spare_.back());
  spare_.pop_back();
  return true;
}

}  // namespace coracle
