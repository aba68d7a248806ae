// Random programs for the translator's tests, and the one right way to run them.
//
// Owns: the programs, by number: the same everywhere. Those that are printed in C when the tests are built
// (tests/translate) are among them.
// Must not know: doctest, C.
#pragma once

#include <random>
#include <vector>

#include "tests/unit/isa_machine.h"
#include "vm/isa/registers.h"

namespace coracle::test {

/// The word of an instruction; operands that its format lacks are left out.
std::uint32_t word_of(Opcode op, std::array<std::int32_t, 3> operands);

/// How many samples are translated to C with the tests.
inline constexpr unsigned printed_samples = 300;

/// A program and the state that it begins with. r1 is the address of the memory, whose first word is the address
/// of the program's last instruction, which returns. All samples get there.
struct Sample {
  explicit Sample(unsigned number);

  /// Runs it with `before` and r0 = `context`, and compares where it ends, and with what, with the run of its
  /// bodies alone. Empty if all is equal.
  std::string difference(std::uint64_t context, const BeforeStep& before) const;

  unsigned number;
  std::vector<std::uint32_t> code;

 private:
  void begin(MachineState& state) const;

  std::array<std::uint64_t, CORACLE_INTEGER_REGISTERS> regs_{};
  std::array<std::uint64_t, CORACLE_FLOAT_REGISTERS> fp_{};
};

/// Puts garbage into those of the registers r2 to r15 and f0 to f7 that are in a set.
void spoil(MachineState& state, RegisterSet set, std::mt19937_64& garbage);

}  // namespace coracle::test
