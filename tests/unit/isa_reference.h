// What each instruction does, written a second time, in another way than in vm/isa/ops.h.
//
// Owns: the reference that the bodies are tested against: arithmetic digit by digit, logic bit by
// bit, memory byte by byte, conversions of floating-point numbers on their bits.
// Invariants: uses nothing of ops.h and formats.h but the types of the table.
// Must not know: how the bodies do it.
#pragma once

#include <cstdint>
#include <span>

#include "tests/unit/isa_machine.h"

namespace coracle::test {

/// Does to `state` what the instruction at the front of `code` does. The registers hold addresses in
/// the memory at `memory_address`, which need not be the state's own. An instruction without a body
/// does nothing.
void run_reference(MachineState& state, std::span<const std::uint32_t> code,
                   std::uint64_t memory_address);

/// True if an instruction's result may be a NaN whose bits depend on the host.
bool makes_nan(Opcode opcode);

}  // namespace coracle::test
