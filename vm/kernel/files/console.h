// A console that the embedder makes: what the image reads from descriptor 0 and writes to 1 and 2. Where
// there is none, they are the host's.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "vm/exec/vm.h"

namespace coracle::kernel {

/// Installed by Vm::kernel_states.add(std::make_unique<Console>(...)).
struct Console final : KernelState {
  using Read = std::function<std::int64_t(std::span<std::uint8_t>)>;
  using Write = std::function<std::int64_t(int descriptor, std::span<const std::uint8_t>)>;
  Console(Read r, Write w) : read(std::move(r)), write(std::move(w)) {}

  // The number of bytes, 0 at the end of the input; no_input_yet, or another negative number for an error.
  Read read;
  Write write;

  /// Of a read: the call that runs is suspended until the embedder goes on with it (suspendable_call.h).
  static constexpr std::int64_t no_input_yet = -2;
};

}  // namespace coracle::kernel
