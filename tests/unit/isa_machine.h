// A machine small enough to see whole: registers, a little memory, and the bodies of vm/isa/ops.h.
//
// Owns: the state that the tests of vm/isa compare, running one body, and running a short program.
// Invariants: a correct program touches nothing outside the state.
// Must not know: the real interpreter, the heap.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "vm/isa/isa.h"

namespace coracle::test {

inline constexpr std::size_t memory_bytes = 64;
inline constexpr std::size_t arena_bytes = 1024;

struct MachineState {
  std::array<std::uint64_t, CORACLE_INTEGER_REGISTERS> regs{};
  std::array<std::uint64_t, CORACLE_FLOAT_REGISTERS> fp{};  // bits of doubles
  std::array<std::uint8_t, memory_bytes> memory{};
  std::array<std::uint8_t, arena_bytes> arena{};
  std::optional<int> condition;         // if the instruction sets one
  std::optional<std::uint64_t> target;  // where a branch goes when it is taken

  friend bool operator==(const MachineState&, const MachineState&) = default;
};

/// The address of a state's memory, for its registers.
std::uint64_t memory_address(const MachineState& state);

/// Runs the body of the instruction at the front of `code`.
void run_body(MachineState& state, std::span<const std::uint32_t> code);

/// What ended a program: the index of the word, and why.
struct Stop {
  std::size_t word;
  std::string reason;
};

/// Called with the index of each word that a program comes to; returns where it goes on, mostly there.
using BeforeStep = std::function<std::size_t(std::size_t at, MachineState& state)>;

/// Runs a program from its first word until it returns, reaches something that this machine lacks
/// (a kernel entry, a foreign function, translated code), or takes too long. Adds every opcode that
/// it meets to `met`.
Stop run_program(MachineState& state, std::span<const std::uint32_t> code, std::set<Opcode>& met,
                 const BeforeStep& before = {});

}  // namespace coracle::test
