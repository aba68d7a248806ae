// Every body of vm/isa/ops.h on edge operands, against the reference.
//
// Owns: which operands are edges, and the choice of registers. Invariants: a row of the table that
// no test runs is a failure. Must not know: what the bodies should compute.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <vector>

#include "tests/unit/isa_machine.h"
#include "tests/unit/isa_reference.h"
#include "tests/unit/isa_reference_numbers.h"
#include "vm/isa/disassembler.h"
#include "vm/isa/encoding.h"

namespace coracle::test {
namespace {

constexpr std::uint64_t least_integer = std::uint64_t{1} << 63;

const std::vector<std::uint64_t> edge_integers = {0,
                                                  1,
                                                  2,
                                                  3,
                                                  7,
                                                  63,
                                                  64,
                                                  65,
                                                  127,
                                                  128,
                                                  255,
                                                  0x7FFF,
                                                  0x8000,
                                                  0x80FF,
                                                  0xFFFF,
                                                  0x7FFFFFFF,
                                                  0x80000000,
                                                  0xFFFFFFFF,
                                                  0x100000000,
                                                  3037000500 /* its square is above 2^63 */,
                                                  0x0123456789ABCDEF,
                                                  0xFEDCBA9876543210,
                                                  0x20000000000001 /* 2^53 + 1 */,
                                                  0x20000000000003,
                                                  0x7FFFFFFFFFFFFDFF /* rounds down as a double */,
                                                  0x7FFFFFFFFFFFFE00 /* and up */,
                                                  least_integer - 1,
                                                  least_integer,
                                                  least_integer + 1,
                                                  ~std::uint64_t{63},
                                                  ~std::uint64_t{1},
                                                  ~std::uint64_t{0}};

const std::vector<std::int32_t> edge_immediates = {0,  1,  -1,  2,   7,   8,      63,    64,
                                                   65, -8, -63, -64, -65, 0x5678, 32767, -32768};

constexpr std::uint64_t default_nan = 0x7FF8000000000000;
const std::vector<std::uint64_t> edge_doubles = {
    0, least_integer /* -0.0 */, 0x3FF0000000000000 /* 1 */, 0xBFF0000000000000,
    0x3FE0000000000000 /* 0.5 */, 0xBFEFFFFFFFFFFFFF /* just above -1 */,
    0x3FB999999999999A /* 0.1 */, 0x400921FB54442D18 /* pi */, 0xC00921FB54442D18,
    1 /* least denormal */, 0x000FFFFFFFFFFFFF /* greatest denormal */,
    0x0010000000000000 /* least normal */, 0x7FEFFFFFFFFFFFFF /* greatest */, 0xFFEFFFFFFFFFFFFF,
    0x7FF0000000000000 /* infinity */, 0xFFF0000000000000, default_nan,
    0x7FF0000000000001 /* signalling NaN */, 0xFFF8000000001234 /* NaN with a payload */,
    0x43DFFFFFFFFFFFFF /* just below 2^63 */, 0x43E0000000000000 /* 2^63 */,
    0xC3E0000000000000 /* -2^63 */, 0xC3E0000000000001 /* just below -2^63 */,
    0x43F0000000000000 /* 2^64 */, 0x4340000000000001 /* 2^53 + 2 */,
    // Where floats end: the greatest, what still rounds to it, what rounds to infinity; the least,
    // half of it, just above half.
    0x47EFFFFFE0000000, 0x47EFFFFFEFFFFFFF, 0x47EFFFFFF0000000, 0x36A0000000000000,
    0x3690000000000000, 0x3690000000000001, 0x380FFFFFFFFFFFFF,
    // Ties: to even below and above.
    0x3FF0000010000000, 0x3FF0000030000000, 0x3FF0000010000001,
    // Floats in the low half: 1, -0.0, infinity, denormals, NaNs.
    0xDEADBEEF3F800000, 0xDEADBEEF80000000, 0x000000007F800000, 0x0000000000000001,
    0x12345678007FFFFF, 0xDEADBEEF7FC00000, 0x000000007F800001};

/// Fills registers that an instruction should not touch.
std::uint64_t filler(std::size_t i) { return 0x5A5A000000000000 + i * 0x0101010101; }

class Bodies {
 public:
  /// Runs the word's body and the reference from the same state, and compares the states after.
  void compare(const MachineState& before, std::span<const std::uint32_t> code) {
    MachineState actual = before;  // the registers point into its memory from here on
    relocate(actual, memory_address(before), memory_address(actual));
    const std::uint64_t memory = memory_address(actual);
    MachineState expected = actual;
    run_body(actual, code);
    run_reference(expected, code, memory);
    const InstructionInfo& info = *find_instruction(code.front());
    if (makes_nan(info.opcode)) {
      forget_nan_bits(actual, info);
      forget_nan_bits(expected, info);
    }
    runs_[info.opcode] += 1;
    if (actual == expected) return;
    INFO(disassemble_instruction(code.front(), 0));
    for (std::size_t i = 0; i < before.regs.size(); i += 1)
      CHECK_MESSAGE(actual.regs[i] == expected.regs[i], "r" << i << " was " << before.regs[i]);
    for (std::size_t i = 0; i < before.fp.size(); i += 1)
      CHECK_MESSAGE(actual.fp[i] == expected.fp[i], "f" << i << " was " << before.fp[i]);
    CHECK(actual.memory == expected.memory);
    CHECK(actual.arena == expected.arena);
    CHECK(actual.condition == expected.condition);
    CHECK(actual.target == expected.target);
    FAIL("body and reference differ");
  }
  int runs(Opcode opcode) { return runs_[opcode]; }

 private:
  static void relocate(MachineState& state, std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t& reg : state.regs)
      if (reg - from < memory_bytes) reg = reg - from + to;
  }
  /// Hosts differ in the sign and the payload of a NaN that arithmetic produces.
  static void forget_nan_bits(MachineState& state, const InstructionInfo& info) {
    for (std::uint64_t& bits : state.fp)
      if (is_nan(bits)) bits = default_nan;
    if (info.opcode != Opcode::mov_d_s) return;
    for (std::uint64_t& bits : state.fp)
      if ((bits & 0x7FFFFFFF) > 0x7F800000) bits = (bits & ~std::uint64_t{0xFFFFFFFF}) | 0x7FC00000;
  }

  std::map<Opcode, int> runs_;
};

MachineState fresh_state() {
  MachineState state;
  for (std::size_t i = 0; i < state.regs.size(); i += 1) state.regs[i] = filler(i);
  for (std::size_t i = 0; i < state.fp.size(); i += 1) state.fp[i] = filler(i + 32);
  for (std::size_t i = 0; i < state.memory.size(); i += 1)
    state.memory[i] = static_cast<std::uint8_t>(i * 37 + 129);
  for (std::size_t i = 0; i < state.arena.size(); i += 1)
    state.arena[i] = static_cast<std::uint8_t>(i * 29 + 3);
  return state;
}

/// Registers for the fields of a format: all different, each pair the same, and all the same.
constexpr std::array<std::array<std::int32_t, 3>, 6> register_choices = {
    {{3, 4, 5}, {4, 4, 5}, {5, 4, 5}, {5, 4, 4}, {6, 6, 6}, {0, 7, 1}}};

bool is_register(const Field& field) {
  return field.kind == FieldKind::integer_register || field.kind == FieldKind::float_register;
}

const std::vector<std::uint64_t>& edges_of(const Field& field) {
  return field.kind == FieldKind::float_register ? edge_doubles : edge_integers;
}
std::uint64_t& register_of(MachineState& state, const Field& field, std::size_t index) {
  return field.kind == FieldKind::float_register ? state.fp[index] : state.regs[index];
}

/// Calls use(instruction, state) for every choice of registers and of edge values in them and in
/// the immediate operand. Registers that are only written get few values.
template <class Use>
void for_each_edge(const InstructionInfo& info, const Use& use) {
  const std::span<const Field> operands = info.operands();
  for (const auto& choice : register_choices) {
    Instruction instruction{.info = &info};
    const auto go_on = [&](auto& self, std::size_t i, const MachineState& state) -> void {
      if (i == operands.size()) {
        use(instruction, state);
        return;
      }
      const Field& field = operands[i];
      if (!is_register(field)) {
        for (const std::int32_t value : edge_immediates) {
          instruction.operands[i] = field.is_signed() ? value : value & field.greatest();
          self(self, i + 1, state);
        }
        return;
      }
      instruction.operands[i] = choice[i];
      const auto index = static_cast<std::size_t>(choice[i]);
      const std::vector<std::uint64_t>& values = edges_of(field);
      const std::size_t step = operands.size() == 3 && i == 0 ? 13 : 1;
      for (std::size_t v = 0; v < values.size(); v += step) {
        MachineState with_value = state;
        register_of(with_value, field, index) = values[v];
        self(self, i + 1, with_value);
      }
    };
    go_on(go_on, 0, fresh_state());
  }
}

void run_registers_only(Bodies& bodies, const InstructionInfo& info) {
  for_each_edge(info, [&](const Instruction& instruction, const MachineState& state) {
    const std::array<std::uint32_t, 1> code = {encode(instruction)};
    bodies.compare(state, code);
  });
}

/// Loads and stores at every alignment, forwards and backwards from the base, also with the value
/// and the address in the same register.
void run_memory(Bodies& bodies, const InstructionInfo& info) {
  const bool by_register = info.operands()[2].kind == FieldKind::integer_register;
  const Field& dest_field = info.operands()[0];
  for (const auto& choice : register_choices) {
    if (by_register && choice[1] == choice[2]) continue;
    for (std::int32_t place = 16; place < 32; place += 1) {
      for (const std::int32_t displacement : {0, 1, 8, 13, -1, -8, -16}) {
        for (const std::uint64_t value : edges_of(dest_field)) {
          MachineState state = fresh_state();
          Instruction instruction{.info = &info, .operands = {choice[0], choice[1], choice[2]}};
          const auto dest = static_cast<std::size_t>(choice[0]);
          register_of(state, dest_field, dest) = value;
          for (std::size_t i = 0; i < 8; i += 1)  // what a load finds, in either byte order
            state.memory[static_cast<std::size_t>(place) + i] =
                static_cast<std::uint8_t>(value >> (8 * i));
          state.regs[static_cast<std::size_t>(choice[1])] =
              memory_address(state) + static_cast<std::uint64_t>(place - displacement);
          if (by_register) {
            state.regs[static_cast<std::size_t>(choice[2])] =
                static_cast<std::uint64_t>(std::int64_t{displacement});
          } else {
            instruction.operands[2] = displacement;
          }
          const std::array<std::uint32_t, 1> code = {encode(instruction)};
          bodies.compare(state, code);
        }
      }
    }
  }
}

/// inc, lock, cas: the address is in dest; the word there is zero, one, the second operand, or its
/// negative.
void run_shared_memory(Bodies& bodies, const InstructionInfo& info) {
  for_each_edge(info, [&](const Instruction& instruction, const MachineState& state) {
    std::uint64_t other = 0;
    if (info.operands().size() > 1) {
      const std::int32_t operand = instruction.operands[1];
      other = is_register(info.operands()[1]) ? state.regs[static_cast<std::size_t>(operand)]
                                              : static_cast<std::uint64_t>(std::int64_t{operand});
    }
    for (const std::uint64_t word : {std::uint64_t{0}, std::uint64_t{1}, other, 0 - other}) {
      MachineState with_memory = state;
      const auto bytes = std::bit_cast<std::array<std::uint8_t, 8>>(word);
      std::copy(bytes.begin(), bytes.end(), with_memory.memory.begin() + 21);
      with_memory.regs[static_cast<std::size_t>(instruction.operands[0])] =
          memory_address(with_memory) + 21;
      const std::array<std::uint32_t, 1> code = {encode(instruction)};
      bodies.compare(with_memory, code);
    }
  });
}

void run_branch_through_memory(Bodies& bodies, const InstructionInfo& info) {
  const bool by_register = is_register(info.operands()[1]);
  for (std::int32_t place = 8; place < 24; place += 1) {
    for (const std::int32_t displacement : {0, 5, 8, -8}) {
      MachineState state = fresh_state();
      Instruction instruction{.info = &info, .operands = {5, by_register ? 6 : displacement}};
      state.regs[5] = memory_address(state) + static_cast<std::uint64_t>(place - displacement);
      if (by_register) state.regs[6] = static_cast<std::uint64_t>(std::int64_t{displacement});
      const std::array<std::uint32_t, 1> code = {encode(instruction)};
      bodies.compare(state, code);
    }
  }
}

void run_arena(Bodies& bodies, const InstructionInfo& info) {
  for (const std::int32_t offset : {0, 8, 3, 512, 1016})
    for (const std::int32_t reg : {0, 4, 7}) {
      const std::array<std::uint32_t, 1> code = {
          encode({.info = &info, .operands = {reg, offset}})};
      bodies.compare(fresh_state(), code);
    }
}

/// At both alignments that code may have.
void run_literal(Bodies& bodies, const InstructionInfo& info) {
  for (const std::uint64_t value : edge_integers) {
    const auto halves = std::bit_cast<std::array<std::uint32_t, 2>>(value);
    const std::uint32_t word = encode({.info = &info, .operands = {9}});
    alignas(8) const std::array<std::uint32_t, 4> code = {word, word, halves[0], halves[1]};
    bodies.compare(fresh_state(), std::span(code).subspan(1));
    alignas(8) const std::array<std::uint32_t, 3> shifted = {word, halves[0], halves[1]};
    bodies.compare(fresh_state(), shifted);
  }
}

void run_distances(Bodies& bodies, const InstructionInfo& info) {
  const Field& field = info.operands().back();
  const std::size_t last = info.operands().size() - 1;
  REQUIRE(last < 3);
  for (const std::int32_t distance : {0, 1, 4, -4, 1000, field.least(), field.greatest()}) {
    Instruction instruction{.info = &info};
    instruction.operands[last] = distance;
    const std::array<std::uint32_t, 1> code = {encode(instruction)};
    bodies.compare(fresh_state(), code);
  }
}

bool has_distance(const InstructionInfo& info) {
  const FieldKind kind = info.operands().back().kind;
  return kind == FieldKind::code_bytes || kind == FieldKind::code_words;
}

void run_edges(Bodies& bodies, const InstructionInfo& info) {
  if (info.name.starts_with("ld_") || info.name.starts_with("st_")) {
    run_memory(bodies, info);
  } else if (info.name.starts_with("inc_") || info.name == "lock" || info.name == "cas") {
    run_shared_memory(bodies, info);
  } else if (info.name.starts_with("branch_mem_")) {
    run_branch_through_memory(bodies, info);
  } else if (info.flow == Flow::arena) {
    run_arena(bodies, info);
  } else if (info.flow == Flow::literal) {
    run_literal(bodies, info);
  } else if (!info.operands().empty() && has_distance(info)) {
    run_distances(bodies, info);
  } else {
    run_registers_only(bodies, info);
  }
}

TEST_CASE("isa: every body on edge operands against the reference") {
  Bodies bodies;
  for (const InstructionInfo& info : instruction_table) {
    if (!has_body(info.flow)) continue;  // executed by tests/golden
    CAPTURE(info.name);
    run_edges(bodies, info);
    CHECK(bodies.runs(info.opcode) > 0);
  }
}

// The reference uses the host's own floating-point arithmetic, so check it against known results.
TEST_CASE("isa: known results of floating-point arithmetic") {
  struct Case {
    Opcode opcode;
    std::uint64_t a, b, result;
  };
  const std::array cases = {
      // 0.1 + 0.2
      Case{Opcode::fadd, 0x3FB999999999999A, 0x3FC999999999999A, 0x3FD3333333333334},
      // the greatest denormal + the least
      Case{Opcode::fadd, 0x000FFFFFFFFFFFFF, 1, 0x0010000000000000},
      // 1 + (2^-53 + 2^-78): 1 where a host rounds to 64 bits of mantissa first (x87)
      Case{Opcode::fadd, 0x3FF0000000000000, 0x3CA0000008000000, 0x3FF0000000000001},
      Case{Opcode::fsub, 0x3FF0000000000000, 0x3FF0000000000000, 0},
      // -0.0 - 0.0
      Case{Opcode::fsub, least_integer, 0, least_integer},
      // 0.1 * 0.1; the greatest number twice
      Case{Opcode::fmul, 0x3FB999999999999A, 0x3FB999999999999A, 0x3F847AE147AE147C},
      Case{Opcode::fmul, 0x7FEFFFFFFFFFFFFF, 0x4000000000000000, 0x7FF0000000000000},
      // 1 / 3; -1 / 0
      Case{Opcode::fdiv, 0x3FF0000000000000, 0x4008000000000000, 0x3FD5555555555555},
      Case{Opcode::fdiv, 0xBFF0000000000000, 0, 0xFFF0000000000000},
      // square roots of 2 and of -0.0
      Case{Opcode::fsqrt, 0, 0x4000000000000000, 0x3FF6A09E667F3BCD},
      Case{Opcode::fsqrt, 0, least_integer, least_integer},
  };
  for (const Case& known : cases) {
    const InstructionInfo& info = instruction_info(known.opcode);
    CAPTURE(info.name);
    MachineState state = fresh_state();
    state.fp[1] = known.a;
    state.fp[2] = known.b;
    const bool unary = info.operands().size() == 2;
    const std::array<std::uint32_t, 1> code = {
        unary ? encode({.info = &info, .operands = {3, 2}})
              : encode({.info = &info, .operands = {3, 1, 2}})};
    run_body(state, code);
    CHECK(state.fp[3] == known.result);
  }
}

}  // namespace
}  // namespace coracle::test
