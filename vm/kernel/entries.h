// The kernel's table of entries, derived from entries.def.
#pragma once

#include <span>

#include "vm/exec/entry.h"

namespace coracle {

/// All entries that the images name: foreign symbols, "(cs)NAME", and C entries by their own name;
/// by id.
std::span<const EntryDescriptor> kernel_entries();

/// True for an entry that is missing only because the host lacks a facility. The image may name it;
/// calling it is an error.
bool host_lacks(const EntryDescriptor& entry);

}  // namespace coracle
