// The state of the heap, shared by the files of this room and seen by no other room (tests/rooms).
//
// Owns: segments by generation and space, where each pair of them allocates, dirty segments, roots,
// locked objects, guardian entries, counters.
// Invariants: a run is on exactly one list of `runs`; a segment is on the dirty list of its own
// generation and the youngest of its cards, or on none when all cards are clean.
// Must not know: the interpreter, the kernel.
#pragma once

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

#include "vm/heap/memory/chunk.h"
#include "vm/heap/memory/scratch.h"
#include "vm/heap/mutator.h"
#include "vm/heap/objects/kinds.h"
#include "vm/heap/values/foreign_objects.h"
#include "vm/heap/values/locks.h"

namespace coracle {

class SymbolTable;

#if CORACLE_STRESS
inline constexpr bool always_collect = true;  // at every chance
inline constexpr std::uint32_t area_segments = 1;
#else
inline constexpr bool always_collect = false;
inline constexpr std::uint32_t area_segments = 4;
#endif
// What is set aside for when memory runs out. It covers, always, a collection that copies nothing but
// what is new, and marks the rest in place; and with the margin, the handling of an error.
//
// Copies fill at least every other byte of the runs that they get: a run is left when the next object
// doesn't fit into what remains of it, so this object and what lies there are more than a run together. It
// is only larger objects that waste room; the lists that a collection makes of small ones need less
// than that.
inline constexpr Word room_for_copies = 2;  // times what is new
// A run that isn't full in each space of the generations that copies go to, and a new allocation area.
inline constexpr Word room_for_regions = 64 * segment_bytes;
inline constexpr Word room_for_lists = Word{1} << 20;
inline constexpr Word marks_share = 32;  // of the heap: two bitmaps with a bit for each word
inline constexpr Word full_margin = Word{4} << 20;
// So much new memory is provided for from the beginning; when there is more, more is set aside.
inline constexpr Word expected_new_bytes = Word{8} << 20;
inline constexpr Word expected_room =
    room_for_copies * expected_new_bytes + room_for_regions + room_for_lists + full_margin;
// Most stacks have a run of their own, and yet are copied. Of those that are longer than this, only so
// many bytes are copied in a collection: what holds a piece of such a stack may be small.
inline constexpr std::uint32_t stack_segments = (Word{64} << 10) / segment_bytes;
inline constexpr Word most_of_long_stacks = Word{1} << 20;
// An object larger than this has a run of its own, and is never copied.
inline constexpr Word large_object_bytes = segment_bytes / 2;
// An allocation area with no more room than this is given up (equates.h: alloc_waste_maximum).
inline constexpr Word area_waste_maximum = 0x800;

/// Where one space of one generation allocates.
struct AllocationRegion {
  Word next = 0, limit = 0;     // the free part of the current run
  Segment* run = nullptr;       // its head
  Word sweep = 0;               // collecting: the first object of the run that isn't swept
  Segment* to_sweep = nullptr;  // collecting: earlier runs with objects to sweep
};

/// What a guardian watches: compiled code makes entries in the heap, the collector moves them here.
struct GuardianEntry {
  Value object, representative, tconc;
  bool ordered;
};

class HeapImplementation : public HeapParameters {
 public:
  HeapImplementation(const Profile& profile, const HeapOptions& heap_options);
  ~HeapImplementation() = default;
  HeapImplementation(const HeapImplementation&) = delete;
  HeapImplementation& operator=(const HeapImplementation&) = delete;

  const Profile& profile;
  HeapOptions options;
  OsMemory os;
  SegmentTable table;
  ChunkPool chunks;
  BlockPool list_bits;

  std::array<std::array<AllocationRegion, space_count>, generation_count> regions{};
  std::array<std::array<Segment*, space_count>, generation_count> runs{};
  // Bytes of objects in the runs, but for those that are being filled.
  std::array<std::array<Word, space_count>, generation_count> closed_bytes{};
  std::array<std::array<Segment*, generation_count>, generation_count> dirty{};  // [from][to]

  std::vector<Value*> roots;
  std::vector<RootSource*> root_sources;
  std::vector<SymbolTable*> symbol_tables;
  std::vector<Mutator*> mutators;
  Locks locks{table};
  std::array<std::vector<GuardianEntry>, generation_count> guardians{};
  ForeignObjects foreign;

  bool collecting = false;
  CollectionRecord record;  // of the collection to come, or that runs
  ScratchArena scratch{[this](Word bytes) { make_room_for_scratch(bytes); }};
  // Greater than maximum_generation between the request to lower it and the collection that does so.
  int oldest_generation = default_maximum_generation;

  // The census: what was counted as it survived collections, by generation and count number; records
  // by their types as well.
  struct Count {
    Word objects = 0, bytes = 0;
  };
  std::array<std::array<Count, count_numbers>, generation_count> counts{};
  std::unordered_map<Word, std::array<Word, generation_count>> records;
  int youngest_counted_type = generation_count;  // the generation of the keys of `records`
  void count_object(Generation g, Kind kind, Word object, Word size) {
    count_bytes(g, kind_info[static_cast<std::size_t>(kind)].count_number, size);
    if (kind == Kind::record) count_type(g, object);
  }
  void count_type(Generation g, Word object) {
    ++records[load<Word>(object)][g];
    youngest_counted_type = 0;  // for all that is known before the end of a collection
  }
  bool has_counted_records(std::size_t g) const {
    return counts[g][kind_info[static_cast<std::size_t>(Kind::record)].count_number].objects != 0;
  }
  void count_bytes(Generation g, std::size_t number, Word size) {
    Count& c = counts[g][number];
    ++c.objects;
    c.bytes += size;
  }

  /// Why objects of a generation were kept when they were collected into it: what referred to each.
  struct Backreference {
    Value object, from;
  };
  std::array<std::vector<Backreference>, generation_count> backreferences;

  Word new_bytes = 0;  // given to generation 0 since the last collection
  std::array<Word, generation_count> phantom_bytes{};
  Word bytes_finalized = 0;
  bool collect_requested = false;
  std::uint64_t collect_chances = 0;
  void (*request_handler)(void*) = nullptr;
  void* request_context = nullptr;
  Word to_copy = 0;               // bytes of the runs whose objects the next collection must copy
  Word room_for_marks = 0;        // see marks_share
  Word margin = full_margin;      // to handle OutOfMemory with; halved each time it is thrown
  bool memory_ran_out = false;    // since the last collection: OutOfMemory was thrown
  bool memory_is_needed = false;  // since the last collection: one of everything was asked for
  bool may_ask_early = true;      // for a collection, before the margin is reached

  Segment* segment_of(Value v) const { return table.find(untagged(v)); }

  /// `size` bytes (aligned) of a space and generation.
  Word allocate_in(Space space, Generation g, Word size) {
    AllocationRegion& r = regions[g][index_of(space)];
    Word const start = r.next;
    if (size <= r.limit - start) [[likely]] {
      r.next = start + size;
      return start;
    }
    return allocate_in_slow(space, g, size);
  }
  /// A run on the list of its space and generation. Throws OutOfMemory, but not in a collection. One
  /// that isn't for a large object has fewer segments if there aren't so many in a row.
  Segment* new_run(Space space, Generation g, Word size, bool large);
  /// Clear list bits for a segment; throws as new_run.
  Word new_list_bits();
  /// Ends allocation in the region's run.
  void close_region(Space space, Generation g);
  Word bytes_in(std::size_t g, std::size_t space) const {
    const AllocationRegion& r = regions[g][space];
    return closed_bytes[g][space] + (r.run == nullptr ? 0 : r.next - r.run->base);
  }
  /// As Heap's: a template is copied by its table, and options may ask for the others.
  bool keeps_static_relocations(Value code) const {
    return options.retain_static_relocation || (code_flags(code) & code_flag_template) != 0;
  }
  /// Bytes of objects in the generations, phantom ones too.
  Word bytes_of_generations(int least, int greatest) const;
  /// Ends allocation in an area's run; what wasn't used of it doesn't count.
  void close_area(AllocationArea& area);
  /// Writes where objects end in the runs that are being filled, for walkers of the heap.
  void note_region_ends();

  /// The card of `slot` in segment `s` may refer to generation `to`.
  void mark_card(Segment* s, Word slot, std::uint8_t to) {
    std::uint8_t& card = s->cards[card_index(slot)];
    if (to < card) {
      ++record.cards_recorded;
      card = to;
      if (to < s->youngest) list_dirty(s, to);
    }
  }
  /// Puts the segment on the dirty list of `youngest` (clean_card: on none).
  void list_dirty(Segment* s, std::uint8_t youngest);
  /// The barrier: something was stored into the slot, or into several.
  void note_store(Word slot);
  void note_stores(Word start, Word count);
  /// A store with the barrier, as Heap::store.
  void store_reference(Word slot, Value v, Word displacement = 0);

  void count_new_bytes(Word bytes);
  /// Bytes that nothing else uses and that a collection can: of free segments and spare chunks.
  Word room() const { return chunks.free_bytes() + chunks.spare_bytes(); }
  /// Whether a thread is in a critical section.
  bool in_critical_section() const;
  /// What a collection would need now.
  Word room_to_collect() const {
    return room_for_copies * to_copy + room_for_regions + room_for_lists + room_for_marks;
  }
  /// Whether less is set aside than after a collection that found enough.
  bool is_short_of_memory() const { return chunks.spare_bytes() < expected_room + room_for_marks; }
  /// At the end of a collection: sets aside what the next one may need, so far as there is memory.
  /// `ran_out`: OutOfMemory was thrown before. `of_all`: everything was collected but what is static.
  void keep_room(bool ran_out, bool of_all);
  /// Whether the generations up to `greatest` can be collected by copying.
  bool has_room_to_copy(int greatest);
  [[noreturn]] void fail_out_of_memory(Word bytes);
  /// The heap has a chance to ask for a collection, and uses it if that is `wanted` (or if options
  /// say so): at each new run, and when the log was scanned.
  void chance_to_collect(bool wanted);
  void request_collection();
  /// Bytes of the segments of all generations but the static one.
  Word nonstatic_bytes() const;
  /// Frees a run and what hangs on its descriptors.
  void free_run(Segment* head);

 private:
  Word allocate_in_slow(Space space, Generation g, Word size);
  void keep_room_to_collect(Word copied, Word others);
  [[noreturn]] void run_out(Word bytes);
  void make_room_for_scratch(Word bytes);
  template <class Allocate>
  auto insist(Word bytes, bool from_chunks, Allocate allocate);
};

/// Ends the program, with the verifier's lines, if anything is wrong before or after a collection
/// (inspect/verifier.cpp).
void check_heap(HeapImplementation& h, const char* when);

}  // namespace coracle
