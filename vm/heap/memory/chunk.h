// Chunks: what the heap gets from the operating system, cut into segments.
//
// Owns: chunks, their segments' descriptors (with the cards), which segments are free; spare chunks for
// when memory runs out.
// Invariants: large objects, which never move, have chunks of their own, so that the others can become
// empty, as long as there is memory for that; an empty chunk goes back to the operating system in
// trim(), one that was made for a single run at once. Spare chunks are set aside (see OsMemory): nothing
// in them is used, and to use one takes no memory.
// Must not know: spaces and generations beyond writing them into the descriptors.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "vm/heap/memory/block_pool.h"
#include "vm/heap/memory/segment.h"

namespace coracle {

struct Chunk {
  Word base = 0;
  std::size_t index = 0;  // in the pool
  std::uint32_t segment_count = 0;
  std::uint32_t free_count = 0;
  std::uint32_t populated = 0;  // segments from the first on whose pages have been asked for
  bool large = false;           // holds runs of one object each; of no meaning while it is empty
  Segment* segments = nullptr;  // the descriptors
  std::vector<std::uint64_t> free_bits;  // a bit for each segment

  bool is_empty() const { return free_count == segment_count; }
};

class ChunkPool {
 public:
  ChunkPool(OsMemory& os, SegmentTable& table);
  ~ChunkPool();
  ChunkPool(const ChunkPool&) = delete;
  ChunkPool& operator=(const ChunkPool&) = delete;

  /// The head of a run of `count` segments, clean descriptors, memory as it happens to be; null
  /// when the operating system has no more. `large`: for one object.
  Segment* allocate_run(Space space, Generation generation, std::uint32_t count, bool large);
  /// Frees a run.
  void release_run(Segment* head);
  /// Gives empty chunks back, but for `reserve` bytes of them; if that leaves more than the reserve
  /// free in chunks that are partly used, lets go of the pages there.
  void trim(Word reserve);
  const std::vector<std::unique_ptr<Chunk>>& chunks() const { return chunks_; }
  Word free_bytes() const { return Word{free_segments_} * segment_bytes; }

  // --- Spare chunks.
  static Word spare_chunk_bytes();
  Word spare_bytes() const { return spare_.size() * spare_chunk_bytes(); }
  /// Sets a chunk aside: false when the operating system has no more memory for that.
  bool add_spare();
  /// Sets an empty chunk aside that was in use, if there is one.
  bool add_empty_to_spare();
  /// From now on, runs are allocated from a spare chunk, too; false when there is none.
  bool use_spare();
  /// Gives a spare chunk back to the operating system; false when there is none.
  bool drop_spare();

 private:
  Segment* take(Chunk& chunk, std::uint32_t first, std::uint32_t count, Space space,
                Generation generation, bool large);
  void populate(Chunk& chunk, std::uint32_t first, std::uint32_t count);
  /// Room in the lists for one more chunk, and for all spare ones; false when there is no memory.
  bool make_room_in_lists();
  /// A chunk of this memory (0: there is none), or null.
  std::unique_ptr<Chunk> make_chunk(Word base, std::uint32_t segment_count);
  Chunk* add_chunk(std::uint32_t segment_count, bool large);
  Chunk* add(std::unique_ptr<Chunk> chunk);
  std::unique_ptr<Chunk> extract(std::size_t index);
  void remove_chunk(std::size_t index);
  /// Room for the descriptors of a chunk, or null.
  Segment* allocate_descriptors(std::uint32_t count);
  void release_descriptors(const Chunk& chunk);
  void discard_free(const Chunk& chunk);

  OsMemory& os_;
  SegmentTable& table_;
  BlockPool descriptors_;  // a block is enough for the descriptors of an ordinary chunk
  std::vector<std::unique_ptr<Chunk>> chunks_, spare_;
  // [large][i]: no chunk of the sort, and no empty one, before this one has 2^i free segments in a row.
  std::array<std::array<std::size_t, 6>, 2> first_with_room_{};
  std::uint64_t free_segments_ = 0;
  std::size_t huge_chunks_made_ = 0;
};

}  // namespace coracle
