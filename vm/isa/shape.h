// Shapes: instruction words without their numbers. Fused sequences are specialised by shape.
//
// Owns: which bits of a word belong to its shape (the opcode and the integer registers), and the names
// of shapes for tables: shapes::ld_i64_i(8, 1) is a load into r8 from the address r1 plus a number.
// Float registers count as numbers: which ones are used differs from loop to loop, and the one
// addition to find them in memory is cheap next to floating-point arithmetic.
// Must not know: which sequences there are, how they run.
#pragma once

#include "vm/isa/encoding.h"

namespace coracle {

namespace detail {
inline constexpr std::array<std::uint32_t, 256> number_bits = [] {
  std::array<std::uint32_t, 256> bits{};
  for (const InstructionInfo& info : instruction_table) {
    for (const Field& field : info.operands()) {
      if (field.kind == FieldKind::integer_register) continue;
      bits[info.number()] |=
          field.kind == FieldKind::float_register ? field.write(field.greatest()) : field.mask();
    }
  }
  return bits;
}();
}  // namespace detail

/// The bits of an instruction that hold numbers, distances and float registers. A shape has zeros there.
constexpr std::uint32_t number_bits(Opcode op) {
  return detail::number_bits[static_cast<std::size_t>(op)];
}

/// The shape of the word of a live instruction.
constexpr std::uint32_t shape_of(std::uint32_t word) {
  return word & ~number_bits(find_instruction(word)->opcode);
}

constexpr Opcode opcode_of(std::uint32_t shape) { return static_cast<Opcode>(shape & 0xFF); }
constexpr Flow flow_of(std::uint32_t shape) { return instruction_info(opcode_of(shape)).flow; }

/// Whether an instruction can be in a fused sequence: it needs only registers and memory, and nothing
/// moves the code while it runs.
constexpr bool is_fusible(Flow flow) { return has_body(flow) && flow != Flow::arena; }

/// The branches that can be in one, together with the condition before them.
constexpr bool is_direct_branch(std::uint32_t shape) {
  return opcode_of(shape) == Opcode::branch_true_i || opcode_of(shape) == Opcode::branch_false_i;
}

/// How many words an instruction takes, its data included.
constexpr int words_of(Opcode op) {
  return instruction_info(op).flow == Flow::literal
             ? 1 + static_cast<int>(literal_bytes / instruction_bytes)
             : 1;
}

namespace shapes {
/// The shape of an instruction by its integer registers, in the order of the format's fields.
constexpr std::uint32_t shape(Opcode op, std::initializer_list<int> registers) {
  std::uint32_t word = static_cast<std::uint32_t>(op);
  auto next = registers.begin();
  for (const Field& field : instruction_info(op).operands()) {
    if ((field.mask() & number_bits(op)) == 0) word |= field.write(*next++);
  }
  return word;
}
#define INSTRUCTION(number, name, format, flow, meaning)          \
  constexpr std::uint32_t name(int a = 0, int b = 0, int c = 0) { \
    return shape(Opcode::name, {a, b, c});                        \
  }
#include "vm/isa/isa.def"
#undef INSTRUCTION
}  // namespace shapes

}  // namespace coracle
