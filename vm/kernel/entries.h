// The kernel's table of entries, derived from entries.def.
#pragma once

#include <span>

#include "vm/exec/entry.h"

namespace coracle {

/// All entries that the images name: foreign symbols, "(cs)NAME", and C entries by their own name;
/// by id.
std::span<const EntryDescriptor> kernel_entries();

/// Subjects that keep state on the Vm (Vm::kernel_state).
enum class KernelSlot : std::uint8_t {
  files,
  processes,
  signals,
  random,
  time,
  foreign,
  terminal,
  codecs
};

}  // namespace coracle
