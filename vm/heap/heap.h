// The heap: segments of one space and generation each, allocation, the write barrier, collection.
//
// Invariants: allocation never collects (it may set the collect request); a reference stored into
// an object of an older generation goes through store() or through the log at the end of the
// allocation area, which becomes dirty cards. See HEAP.md.
// Must not know: the interpreter, the kernel's entries; roots come from a RootSource.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "vm/base/event_range.h"
#include "vm/base/profile.h"
#include "vm/base/value.h"
#include "vm/heap/collect/collection_record.h"
#include "vm/heap/memory/out_of_memory.h"
#include "vm/heap/memory/space.h"
#include "vm/heap/objects/layout.h"

namespace coracle {

/// Looks at Values in host memory.
class ValueVisitor {
 public:
  virtual ~ValueVisitor() = default;
  /// A Value in host memory; updated when its object moves.
  virtual void value(Value& slot) = 0;
};
/// What the collector asks the rest of the machine to show it. All of it lies in host memory.
class RootVisitor : public ValueVisitor {
 public:
  /// An address inside a code object (an instruction pointer); moves with the code object.
  virtual void code_address(Word& address) = 0;
  /// The running stack: `base` and `size` (bytes) of the stack object, `sfp` the frame pointer
  /// (the word at sfp is the return address of the current frame), `esp` the overflow limit. The
  /// stack is copied and all of them are updated; frames are swept by their live masks.
  virtual void running_stack(Word& base, SignedWord& size, Word& sfp, Word& esp) = 0;
};
class RootSource {
 public:
  virtual ~RootSource() = default;
  virtual void visit_roots(RootVisitor& visitor) = 0;
};

/// The allocation area of one thread: three words of its thread context. Objects grow up from ap;
/// compiled code logs the addresses of stored-into slots down from real_eap to eap:
///
///     ap ...free... eap [logged addresses] real_eap
struct AllocationArea {
  Word* ap = nullptr;
  Word* eap = nullptr;
  Word* real_eap = nullptr;
};

struct CollectRequest {
  int max_copied_generation;  // collect generations 0 to this one
  int min_target;             // objects of generation g go to clamp(g + 1, min_target, max_target)
  int max_target;             // may be static_generation
  Value count_roots{false_value};  // list of objects to account for, or #f
};

struct HeapOptions {
  Word collect_trip_bytes = 8u << 20;     // new bytes since the last collection that ask for one
  bool verify = false;                    // verify the heap before and after each collection
  std::size_t os_memory_limit = 0;        // bytes; 0: no limit
  bool retain_static_relocation = false;  // keep relocation tables of static code
  EventRange collect_only_at;             // chances to ask for a collection; empty: all
  EventRange fail_memory_at;              // requests to the operating system for memory that fail
  // Called when nothing can go on without memory: in a collection, or when there is none to handle
  // OutOfMemory. It must not return; without it, that is a failed check.
  std::function<void(Word bytes)> on_out_of_memory;
  // Called after each collection. It must not touch the heap.
  std::function<void(const CollectionRecord&)> on_collection;
};

class HeapImplementation;
class ForeignObject;
enum class Kind : std::uint8_t;

class Heap {
 public:
  Heap(const Profile& profile, HeapOptions options);
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  const Profile& profile() const { return *profile_; }

  // --- Allocation: bytes are rounded up to object_alignment; memory is not initialised. Never
  // collects. When the operating system has no more memory, the out-of-memory handler is called;
  // it does not return.
  /// `bytes` in `space` of `generation`. A segment of its own where they don't fit into one. In an
  /// old generation it takes note_address() to initialise them.
  Word allocate(Space space, Generation generation, Word bytes);
  /// Likewise for an object of this kind, which is counted in the census.
  Word allocate(Kind kind, Generation generation, Word bytes);
  /// Counts a record of an old generation, now that it has a type.
  void count_record(Value record);
  /// `bytes` of new space: from the area while there is room, else a new area or a segment of their
  /// own (get_more_room).
  Word allocate(AllocationArea& area, Word bytes) {
    Word const size = align_object(bytes);
    Word const start = *area.ap;
    if (size <= *area.eap - start) [[likely]] {
      *area.ap = start + size;
      return start;
    }
    return allocate_slow(area, size);
  }
  /// Gives the area a new segment; whatever was logged in it must have been scanned.
  void reset_area(AllocationArea& area);
  /// Turns the logged stores of the area into dirty cards and gives their room back to the area,
  /// or starts a new area when little room is left (scan-remembered-set).
  void scan_log(AllocationArea& area);

  /// To be told of each reference that was stored plainly into a slot of an object just made in an
  /// old generation: an address inside what it refers to. Returns whether that is younger.
  bool note_address(Word slot, Word address);
  /// Whether this code needs its relocation table even if it and all that it refers to are static.
  bool keeps_static_relocations(Value code) const;

  // --- Write barrier: what C++ code stores into an object that wasn't allocated just now.
  /// Stores a reference into a slot of a heap object of any generation. Where the slot holds an
  /// address inside the object (a code entry, a relocation), that is `v` plus the displacement.
  void store(Word slot, Value v, Word displacement = 0);
  /// The same for a Value in the host memory of a foreign object.
  void store(ForeignObject& holder, Value& slot, Value v);
  /// `count` words, which hold Values, from anywhere into a heap object. Source and target of copy()
  /// don't overlap, those of move() may.
  void copy(Word to, Word from, Word count);
  void move(Word to, Word from, Word count);
  void fill(Word to, Word count, Value v);
  void set_car(Value p, Value v) { store(untagged(p) + layout::pair_car, v); }
  void set_cdr(Value p, Value v) { store(untagged(p) + layout::pair_cdr, v); }
  void set_box(Value b, Value v) { store(untagged(b) + layout::box_ref, v); }
  void set_vector(Value v, Word i, Value x) { store(untagged(v) + 8 + 8 * i, x); }

  // --- Segments, as Scheme sees them.
  /// The address of the three-level segment table that compiled code reads (weak-pair? and such).
  Word segment_table() const;
  bool contains(Word address) const;
  /// Generation of a reference's object, or -1 outside the heap.
  int generation_of(Value v) const;
  /// Space of a reference's object, or Space::empty outside the heap.
  Space space_of(Value v) const;
  Word list_bits(Value pair) const;
  void set_list_bits(Value pair, Word bits);

  // --- Collection.
  /// Collects as the request says, with the roots of `roots` and those added by add_root. Returns
  /// a list of the bytes that each object of count_roots accounts for, if it is a list.
  Value collect(const CollectRequest& request, RootSource& roots, AllocationArea& area);
  /// Registers a Value in host memory as a root for the heap's life.
  void add_root(Value* slot);
  /// Registers a source of roots until remove_roots, beside the one that collect() is given.
  void add_roots(RootSource& source);
  void remove_roots(RootSource& source);
  /// Makes host memory with Values a part of the life of `owner`, an object of the heap (see
  /// foreign_object.h). The heap owns the foreign object from now on.
  void add_foreign(Value owner, std::unique_ptr<ForeignObject> object);
  void lock(Value v);
  void unlock(Value v);
  bool is_locked(Value v) const;
  std::vector<Value> locked_objects() const;
  /// Keeps the object's segment in place (an object of an immobile space) until static.
  void immobilize(Value v);
  void mobilize(Value v);

  int maximum_generation() const;
  void set_maximum_generation(int g);
  int minimum_free_generation() const;
  void set_minimum_free_generation(int g);
  int minimum_mark_generation() const;
  void set_minimum_mark_generation(int g);
  void set_collect_trip_bytes(Word bytes);
  /// A larger object is refused as if there were no memory for it.
  void set_largest_object(Word bytes);
  /// How much empty memory stays with the heap after a collection, as a multiple of the memory of
  /// all generations but the static one (heap-reserve-ratio).
  void set_reserve_ratio(double ratio);
  /// True once since it was last asked when enough was allocated to ask for a collection.
  bool take_collect_request();
  /// Called (not during a collection) when collect-trip-bytes is passed; sets a flag, no more.
  void on_collect_request(void (*handler)(void*), void* context);

  // --- Statistics. generation < 0: all; space < 0: all.
  Word bytes_allocated(int generation, int space, const AllocationArea& area) const;
  Word bytes_finalized() const;
  /// What the heap holds, as a text: segments by space and generation; with a map also each chunk.
  std::string allocation_report(bool with_map) const;
  /// Requests to the operating system so far.
  std::uint64_t memory_requests() const;
  Word current_memory_bytes() const;
  Word maximum_memory_bytes() const;
  void reset_maximum_memory_bytes();
  bool object_counts_enabled() const;
  void enable_object_counts(bool enabled);
  /// What survived collections while counting was enabled (and all that is static): a list of
  /// (kind-or-record-type (generation count . bytes) ...), kinds by their symbols.
  Value object_counts(AllocationArea& area);
  /// For each object of a list the bytes that it holds in generations up to `greatest`, but for what
  /// objects before it hold (compute-size-increments).
  Value size_increments(Value objects, Generation greatest, AllocationArea& area);
  /// Whether collections record what caused each object to be kept.
  bool backreferences_enabled() const;
  void enable_backreferences(bool enabled);
  /// A list for each generation up to the greatest, of (object . what refers to it): pairs for what
  /// was collected into that generation last, if that was recorded. #f stands for a root, () for some
  /// object that wasn't collected.
  Value object_backreferences(AllocationArea& area);
  void adjust_phantom(Value phantom, Word new_length);

  // --- Guardians. Entries are untyped objects linked from the thread context's guardian_entries.
  Value unregister_guardian(Value tconc, AllocationArea& area);
  /// The guardian_entries word of the thread context (compiled code pushes there).
  void set_guardian_list(Value* head);

  // --- Code.
  /// Code objects with profile counters, newest first: the kernel's profile entries read it.
  Value profile_counters = nil;

  /// Whether each collection verifies the heap before and after (HeapOptions::verify).
  bool verifying() const;
  void set_verifying(bool enabled);
  /// Verifies every reference, card, generation and space; returns what is wrong, one line each.
  std::vector<std::string> verify(RootSource& roots, AllocationArea& area);

  HeapImplementation& implementation() { return *implementation_; }

 private:
  Word allocate_slow(AllocationArea& area, Word size);
  void close_area(AllocationArea& area);
  void check_heap(RootSource& roots, AllocationArea& area, const char* when);

  const Profile* profile_;
  std::unique_ptr<HeapImplementation> implementation_;
};

}  // namespace coracle
