// How a heap behaves: what is chosen when it is made, and what may change while it runs.
#pragma once

#include <cstddef>
#include <functional>

#include "vm/base/event_range.h"
#include "vm/heap/collect/collection_record.h"
#include "vm/heap/memory/space.h"

namespace coracle {

struct HeapOptions {
  Word collect_trip_bytes = 8u << 20;  // new bytes since the last collection that ask for one
  bool verify = false;                 // verify the heap before and after each collection
  // Bytes; 0: no limit. When they are used up, it is by up to 22 MB and a 32nd of the limit that a
  // collection and the handling of OutOfMemory may go beyond.
  std::size_t os_memory_limit = 0;
  bool retain_static_relocation = false;  // keep relocation tables of static code
  EventRange collect_only_at;             // chances to ask for a collection; empty: all
  EventRange fail_memory_at;              // requests to the operating system for memory that fail
  // Called when nothing can go on without memory: in a collection, or when there is none to handle
  // OutOfMemory. It must not return; without it, that is a failed check.
  std::function<void(Word bytes)> on_out_of_memory;
  // Called after each collection. It must not touch the heap.
  std::function<void(const CollectionRecord&)> on_collection;
};

/// What may change at any time but in a collection.
struct HeapParameters {
  explicit HeapParameters(const HeapOptions& options)
      : collect_trip_bytes(options.collect_trip_bytes), verify(options.verify) {}

  Word collect_trip_bytes;         // as in HeapOptions
  bool verify;                     // likewise
  Word largest_object = ~Word{0};  // a larger one is refused as if there were no memory for it
  /// How much empty memory stays with the heap after a collection, as a multiple of the memory of all
  /// generations but the static one (heap-reserve-ratio).
  double reserve_ratio = 1.0;
  int maximum_generation = default_maximum_generation;  // to be set by the function below
  // The least collected generation after which empty memory goes back to the operating system, and the
  // least that is marked in place.
  int minimum_free_generation = default_maximum_generation;
  int minimum_mark_generation = default_maximum_generation;
  bool counts_enabled = false;          // collections count what survives, for object_counts
  bool backreferences_enabled = false;  // and record what caused each object to be kept

  void set_maximum_generation(int g);
};

}  // namespace coracle
