// What a heap holds, and whether it is sound: for Scheme's questions about its memory, and for people.
//
// Invariants: nothing here changes the heap, but for the lists that are made by the mutator that asks.
// Must not know: how a collection works.
#pragma once

#include <string>
#include <vector>

#include "vm/heap/mutator.h"

namespace coracle {

/// What the heap holds, as a text: segments by space and generation; with a map also each chunk.
std::string allocation_report(const Heap& heap, bool with_map);
/// What survived collections while they counted (and all that is static): a list of
/// (kind-or-record-type (generation count . bytes) ...), kinds by their symbols.
Value object_counts(Mutator& m);
/// For each object of a list the bytes that it holds in generations up to `greatest`, but for what
/// objects before it hold (compute-size-increments).
Value size_increments(Mutator& m, Value objects, Generation greatest);
/// A list for each generation up to the greatest, of (object . what refers to it): pairs for what
/// was collected into that generation last, if that was recorded. #f stands for a root, () for some
/// object that wasn't collected.
Value object_backreferences(Mutator& m);
/// Bytes of what was kept only for guardians in the last collection.
Word bytes_finalized(const Heap& heap);
/// Bytes that phantom bytevectors of a generation stand for.
Word phantom_bytes(const Heap& heap, Generation g);
/// Whether OutOfMemory was thrown since the last collection.
bool memory_ran_out(const Heap& heap);
/// Whether less memory is set aside than the next collection may need.
bool is_short_of_memory(const Heap& heap);
/// Verifies every reference, card, generation and space; returns what is wrong, one line each.
std::vector<std::string> verify(Heap& heap);

}  // namespace coracle
