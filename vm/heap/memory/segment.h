// Segments: 16 KB of memory that hold objects of one space and one generation.
//
// Owns: the descriptor of a segment, and the table that finds it by address.
// Invariants: the segments of a run lie one after another and were allocated together; an object
// never crosses the end of its run; a run is described by its first segment (its head), but flags,
// space and generation are the same in all of its segments.
// Must not know: objects, roots, the collector's algorithm.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "vm/heap/memory/os_memory.h"
#include "vm/heap/memory/space.h"

namespace coracle {

struct Chunk;
struct WaitedFor;

#if CORACLE_STRESS
// The size of a page, and as many cards as otherwise.
inline constexpr Word segment_shift = 12, card_shift = 7;
#else
inline constexpr Word segment_shift = 14, card_shift = 9;
#endif
inline constexpr Word segment_bytes = Word{1} << segment_shift;
inline constexpr Word card_bytes = Word{1} << card_shift;
inline constexpr Word cards_per_segment = segment_bytes / card_bytes;

inline constexpr std::uint8_t clean_card = 0xFF;

struct alignas(8) Segment {
  // What compiled code and the kernel's entries read: two bytes and a word.
  Space space = Space::empty;
  Generation generation = 0;
  // Of a collection.
  bool old_space = false;              // being collected: its objects are copied out or marked
  bool mark = false;                   // old space whose objects stay where they are
  bool large = false;                  // the run holds one object (young: or a block of pairs)
  std::uint8_t immobile = 0;           // reasons to stay in place; saturates at immobile_for_good
  std::uint8_t youngest = clean_card;  // the least of `cards`
  bool kept = false;                   // heads, old space: something here stays where it is
  Word list_bits = 0;                  // address of two bits for each 16 bytes, or 0

  Segment* run = nullptr;         // the head of its run
  Segment* next = nullptr;        // heads: the next run of this space and generation
  Segment* sweep_next = nullptr;  // heads: the next run with objects to sweep
  Segment* dirty_next = nullptr;
  Segment** dirty_link = nullptr;  // what points here in the list of dirty segments
  Chunk* chunk = nullptr;
  Word base = 0;                               // address of the first byte
  Word used_end = 0;                           // heads: where the objects of the run end
  Word dead_bytes = 0;                         // heads: of holes between objects that stayed
  Word sweep_start = 0;                        // heads: first object to sweep
  std::uint64_t* marks = nullptr;              // a bit for each 8 bytes: the object here stays
  std::uint64_t* forwarded_flonums = nullptr;  // likewise: this flonum's data is its new address
  WaitedFor* waited_for = nullptr;             // objects here that somebody waits for, or null
  std::uint32_t run_length = 0;                // heads: segments
  bool sweep_again = false;                    // heads: is among those that are to be swept again
  std::array<std::uint8_t, cards_per_segment> cards{};  // youngest generation referred to

  Word end() const { return base + segment_bytes; }
  /// Of objects, in all of the run (heads).
  Word live_bytes() const { return used_end - base - dead_bytes; }
  Word run_end() const { return base + run_length * segment_bytes; }  // heads
};
static_assert(offsetof(Segment, space) == 0 && offsetof(Segment, generation) == 1 &&
              offsetof(Segment, list_bits) == 8);

inline constexpr std::uint8_t immobile_for_good = 255;
inline constexpr Word segment_bitmap_words = segment_bytes / word_bytes / 64;
inline constexpr Word segment_bitmap_bytes = segment_bytes / word_bytes / 8;

/// The bit of an address in a bitmap with a bit for each 8 bytes of a segment.
inline Word segment_bit_index(Word address) { return (address & (segment_bytes - 1)) >> 3; }
inline bool test_bit(const std::uint64_t* bits, Word address) {
  Word const i = segment_bit_index(address);
  return (bits[i >> 6] >> (i & 63)) & 1;
}
inline void set_bit(std::uint64_t* bits, Word address) {
  Word const i = segment_bit_index(address);
  bits[i >> 6] |= std::uint64_t{1} << (i & 63);
}
inline void clear_bit(std::uint64_t* bits, Word address) {
  Word const i = segment_bit_index(address);
  bits[i >> 6] &= ~(std::uint64_t{1} << (i & 63));
}
inline std::size_t card_index(Word address) {
  return static_cast<std::size_t>((address & (segment_bytes - 1)) >> card_shift);
}

/// The objects of a segment that somebody waits for (see collect/waiters.h).
struct WaitedFor {
  std::uint64_t bits[segment_bitmap_words] = {};  // a bit for each 8 bytes
  std::uint32_t count = 0;
};

/// From an address to its segment, in the shape that compiled code reads:
///
///      63          47 46          30 29          14 13         0
///     +--------------+--------------+--------------+-----------+
///     |  root index  |   t2 index   |   t1 index   |  offset   |   entries: 64-bit addresses, 0: none
///     +--------------+--------------+--------------+-----------+
///
/// The t1 tables of the gigabytes around the first chunk (the window) lie side by side, so that find()
/// needs one comparison and one load there. Beside them lies a byte for each segment, what a sweep
/// wants to know of most references: such bytes stay in the first-level cache where descriptors don't.
/// Tables are mapped, not filled: pages never touched cost nothing.
class SegmentTable {
 public:
  explicit SegmentTable(OsMemory& os);
  ~SegmentTable();
  SegmentTable(const SegmentTable&) = delete;
  SegmentTable& operator=(const SegmentTable&) = delete;

  /// The segment of an address, or null outside the heap.
  Segment* find(Word address) const {
    Word const index = (address >> segment_shift) - window_first_;
    if (index < window_size_) [[likely]] {
      return host_pointer<Segment>(load<Word>(window_ + index * word_bytes));
    }
    return find_far(address);
  }
  /// What a sweep asks first: 0 outside the heap, else
  ///
  ///      7     6        5 4 3            0
  ///     +-----+--------+---+--------------+   old: in old space
  ///     | old | simple |   | generation+1 |   simple: old, and objects that aren't flonums are copied
  ///     +-----+--------+---+--------------+   out with no more questions
  static constexpr std::uint8_t state_old = 0x80, state_simple = 0x40, state_generation = 0x0F;
  struct States {
    Word bytes, first, size;
    const SegmentTable* table;
    std::uint8_t of(Word address) const {
      Word const index = (address >> segment_shift) - first;
      return index < size ? load<std::uint8_t>(bytes + index) : state_of(table->find_far(address));
    }
  };
  /// A copy of where the states are, for loops: the compiler can't know that stores don't change it.
  States states() const { return {states_, window_first_, window_size_, this}; }
  static std::uint8_t state_of(const Segment* s) {
    if (s == nullptr) return 0;
    bool const simple = s->old_space && !s->mark && !s->large && s->marks == nullptr &&
                        s->waited_for == nullptr && !info_of(s->space).tells_kind();
    return static_cast<std::uint8_t>((s->generation + 1) | (s->old_space ? state_old : 0) |
                                     (simple ? state_simple : 0));
  }
  /// To be called when something has changed that the state is made of.
  void note_state(const Segment& s) {
    Word const index = (s.base >> segment_shift) - window_first_;
    if (index < window_size_) store(states_ + index, state_of(&s));
  }
  /// The same for all segments of a run, which are alike.
  void note_states(const Segment* head);

  /// Makes room for the segments of [start, end); false when there is no memory for tables.
  bool prepare(Word start, Word end);
  /// The segments of a run are found from now on.
  void add_run(Segment* head);
  void remove_run(const Segment* head);
  Word root() const { return root_; }

 private:
  Segment* find_far(Word address) const;
  Word t1_table(Word address) const;
  Word new_table(Word bytes);
  void set_run(const Segment* head, Segment* first);
  void set_states(const Segment* head, std::uint8_t state);

  OsMemory& os_;
  std::vector<std::pair<Word, Word>> tables_;  // address and bytes of the others
  Word root_ = 0;
  Word window_ = 0;        // address of the window's t1 tables
  Word states_ = 0;        // address of the window's states
  Word window_first_ = 0;  // its first segment number
  Word window_size_ = 0;   // in segments
};

}  // namespace coracle
