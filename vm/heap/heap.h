// The heap: segments of one space and generation each, allocation, the write barrier, collection.
// What only looks at it is in inspect/inspect.h.
//
// Invariants: allocation never collects (it may set the collect request); a reference stored into
// an object of an older generation goes through store() or through the log at the end of the
// allocation area, which becomes dirty cards. See HEAP.md.
// Must not know: the interpreter, the kernel's entries; roots come from a RootSource.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "vm/base/profile.h"
#include "vm/base/value.h"
#include "vm/heap/memory/os_memory.h"
#include "vm/heap/memory/out_of_memory.h"
#include "vm/heap/memory/space.h"
#include "vm/heap/objects/layout.h"
#include "vm/heap/options.h"
#include "vm/heap/roots.h"

namespace coracle {

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

class HeapImplementation;
class ForeignObject;
class Locks;
class MutatorsStopped;
struct Mutator;
enum class Kind : std::uint8_t;

class Heap {
 public:
  Heap(const Profile& profile, HeapOptions options);
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  const Profile& profile() const { return *profile_; }

  // --- Allocation: bytes are rounded up to object_alignment; memory is not initialised. Never
  // collects.
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

  /// A reference was stored plainly into a slot of an object just made in an old generation; `address` is
  /// inside what it refers to. Marks the card if that is younger, and returns whether it is.
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

  // --- Mutators: whose allocation areas and guardian entries the collector takes care of.
  void attach(Mutator& m);
  void detach(Mutator& m);
  std::span<Mutator* const> mutators() const;

  // --- Collection.
  /// Collects as the request says. Returns a list of the bytes that each object of count_roots accounts
  /// for, if it is a list.
  Value collect(const MutatorsStopped& stopped, const CollectRequest& request);
  /// Registers a Value in host memory as a root for the heap's life.
  void add_root(Value* slot);
  /// Registers a source of roots until remove_roots.
  void add_roots(RootSource& source);
  void remove_roots(RootSource& source);
  /// Makes host memory with Values a part of the life of `owner`, an object of the heap (see
  /// foreign_object.h). The heap owns the foreign object from now on.
  void add_foreign(Value owner, std::unique_ptr<ForeignObject> object);
  /// Objects that are to live, or to stay where they are.
  Locks& locks();
  void adjust_phantom(Value phantom, Word new_length);
  /// Whether the heap has asked for a collection since this was called last.
  bool take_collect_request();
  /// Called (not during a collection) when collect_trip_bytes is passed; sets a flag, no more.
  void on_collect_request(void (*handler)(void*), void* context);

  HeapParameters& parameters();
  /// Memory held from the operating system.
  OsMemory& memory();
  /// Bytes of objects. generation < 0: of all; space < 0: of all.
  Word bytes_allocated(int generation, int space) const;

  /// The state, for this room's files alone.
  HeapImplementation& implementation() { return *implementation_; }
  const HeapImplementation& implementation() const { return *implementation_; }

 private:
  Word allocate_slow(AllocationArea& area, Word size);
  /// Turns the logged stores into dirty cards.
  void drain_log(AllocationArea& area);

  const Profile* profile_;
  std::unique_ptr<HeapImplementation> implementation_;
};

}  // namespace coracle
