// Files that the embedder brings when Scheme first asks for them, for instance over a network.
#pragma once

#include <functional>
#include <string>

#include "vm/exec/vm.h"

namespace coracle::kernel {

/// Installed by Vm::kernel_states.add(std::make_unique<ProvidedFiles>(...)).
struct ProvidedFiles final : KernelState {
  /// Whether the host's file system says the truth about a path by now. If not, the embedder gets what is
  /// there, and goes on with the call when it has it. Throws a SchemeError that says why that isn't to be
  /// had.
  using IsPresent = std::function<bool(const std::string& path)>;
  explicit ProvidedFiles(IsPresent f) : is_present(std::move(f)) {}

  IsPresent is_present;
};

/// For an entry, before it asks the host about a path: suspends the call that runs until the embedder has
/// brought what is there. False, with errno EINTR, if an event is to be handled first. `critical_sections`:
/// those that the image makes around the entry.
bool await_file(Thread& t, const std::string& path, int critical_sections);

}  // namespace coracle::kernel
