// What is put right when everything has its place: hash tables keyed by address, one-shot continuations.
#pragma once

#include <span>

#include "vm/heap/implementation.h"

namespace coracle {

/// `tlcs`: those whose keys may have moved. A tlc is an entry of an eq-hashtable: keyval, the table, and
/// the next entry of its bucket. A bucket ends with its own index. Entries whose keys have moved change
/// buckets; those of weak tables whose keys are gone leave the table.
void rehash_tlcs(HeapImplementation& h, std::span<const Value> tlcs);
/// What an opportunistic one-shot continuation is linked to can't be given back its stack either.
void promote_continuations(std::span<const Value> one_shots);

}  // namespace coracle
