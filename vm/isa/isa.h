// The instruction table as data: what isa.def and formats.h say, for code that loops over it.
//
// Owns: Opcode, Format, Field, Flow, and the rows of the table, indexed by number.
// Invariants: everything here is expanded from isa.def and formats.h; nothing is listed twice.
// Must not know: text (assembler.h, disassembler.h), bodies (ops.h), Scheme objects.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "vm/isa/formats.h"

namespace coracle {

// What happens after an instruction. The bodies of ops.h have one signature for each flow.
#define CORACLE_FLOWS(FLOW)                                                                      \
  FLOW(plain, "the next instruction")                                                            \
  FLOW(condition,                                                                                \
       "the next instruction; if the condition is used, only nops come before the branch on it") \
  FLOW(literal, "the instruction after the 8 bytes of data that follow the word")                \
  FLOW(address, "the next instruction; the result depends on where this one stands")             \
  FLOW(branch_false, "the branch target if the condition is 0, otherwise the next instruction")  \
  FLOW(branch_true, "the branch target if the condition is 1, otherwise the next instruction")   \
  FLOW(jump, "the branch target")                                                                \
  FLOW(call, "the kernel entry; when it returns, the next instruction")                          \
  FLOW(enter,                                                                                    \
       "other code, in a nested run of the interpreter; when it ends, the next instruction")     \
  FLOW(leave, "nothing: this run of the interpreter ends")                                       \
  FLOW(arena, "the next instruction; this one uses the thread's call arena")                     \
  FLOW(stack_call,                                                                               \
       "a foreign function, through the call arena; when it returns, the next instruction")      \
  FLOW(chunk, "translated code, which says where to continue")

enum class Flow : std::uint8_t {
#define CORACLE_FLOW(name, meaning) name,
  CORACLE_FLOWS(CORACLE_FLOW)
#undef CORACLE_FLOW
};

/// Whether ops.h has a body for an instruction of this flow. An instruction without one is left to
/// whatever runs the code, and may end the run.
constexpr bool has_body(Flow flow) {
  switch (flow) {
    case Flow::plain:
    case Flow::condition:
    case Flow::literal:
    case Flow::address:
    case Flow::branch_false:
    case Flow::branch_true:
    case Flow::jump:
    case Flow::arena: return true;
    case Flow::call:
    case Flow::enter:
    case Flow::leave:
    case Flow::stack_call:
    case Flow::chunk: return false;
  }
  return false;
}

/// The live instructions, numbered as in instruction words.
enum class Opcode : std::uint8_t {
#define INSTRUCTION(number, name, format, flow, meaning) name = number,
#include "vm/isa/isa.def"
#undef INSTRUCTION
};

enum class FieldKind : std::uint8_t {
  none,
  integer_register,
  float_register,
  signed_number,
  unsigned_number,
  code_bytes,
  code_words,
};

/// What an instruction does with a register.
enum class RegisterUse : std::uint8_t {
  none,  // it isn't a register
  read,
  write,
  update,  // reads it and writes it
};

/// A run of bits of an instruction word that holds one operand.
struct Field {
  std::string_view name;
  std::uint8_t bit = 0;
  std::uint8_t width = 0;
  FieldKind kind = FieldKind::none;
  RegisterUse use = RegisterUse::none;

  constexpr bool is_read() const { return use == RegisterUse::read || use == RegisterUse::update; }
  constexpr bool is_written() const {
    return use == RegisterUse::write || use == RegisterUse::update;
  }
  constexpr bool is_signed() const {
    return kind == FieldKind::signed_number || kind == FieldKind::code_bytes ||
           kind == FieldKind::code_words;
  }
  constexpr std::uint32_t mask() const { return ((1u << width) - 1u) << bit; }

  /// The least and the greatest operand that the field holds; for code_words, in words.
  constexpr std::int32_t least() const { return is_signed() ? -(1 << (width - 1)) : 0; }
  constexpr std::int32_t greatest() const {
    if (kind == FieldKind::float_register) return CORACLE_FLOAT_REGISTERS - 1;
    return is_signed() ? (1 << (width - 1)) - 1 : (1 << width) - 1;
  }

  constexpr std::int32_t read(std::uint32_t word) const {
    const std::uint32_t bits = word << (32 - bit - width);
    return is_signed() ? static_cast<std::int32_t>(bits) >> (32 - width)
                       : static_cast<std::int32_t>(bits >> (32 - width));
  }
  constexpr std::uint32_t write(std::int32_t operand) const {
    return (static_cast<std::uint32_t>(operand) << bit) & mask();
  }
};

namespace fields {
inline constexpr Field no_field{};
#define CORACLE_FIELD(name, bit, width, kind, use) \
  inline constexpr Field name{#name, bit, width, FieldKind::kind, RegisterUse::use};
CORACLE_FIELDS(CORACLE_FIELD)
#undef CORACLE_FIELD
}  // namespace fields

enum class Format : std::uint8_t {
#define CORACLE_FORMAT(name, first, second, third) name,
  CORACLE_FORMATS(CORACLE_FORMAT)
#undef CORACLE_FORMAT
};

/// The operands of a format, in the order in which the assembler takes them.
struct FormatInfo {
  std::string_view name;
  std::array<Field, 3> all;

  constexpr std::size_t operands() const {
    std::size_t n = 0;
    while (n < all.size() && all[n].width != 0) n += 1;
    return n;
  }
  constexpr std::span<const Field> used() const { return std::span(all).first(operands()); }
  /// The bits that must be zero.
  constexpr std::uint32_t unused_bits() const {
    std::uint32_t bits = ~0xFFu;
    for (const Field& field : used()) bits &= ~field.mask();
    return bits;
  }
};

inline constexpr FormatInfo format_table[] = {
#define CORACLE_FORMAT(name, first, second, third) \
  {#name, {fields::first, fields::second, fields::third}},
    CORACLE_FORMATS(CORACLE_FORMAT)
#undef CORACLE_FORMAT
};
constexpr const FormatInfo& format_info(Format format) {
  return format_table[static_cast<std::size_t>(format)];
}

/// A row of isa.def.
struct InstructionInfo {
  Opcode opcode;
  std::string_view name;
  Format format;
  Flow flow;
  std::string_view meaning;

  constexpr std::uint8_t number() const { return static_cast<std::uint8_t>(opcode); }
  constexpr std::span<const Field> operands() const { return format_info(format).used(); }
};

inline constexpr InstructionInfo instruction_table[] = {
#define INSTRUCTION(number, name, format, flow, meaning) \
  {Opcode::name, #name, Format::format, Flow::flow, meaning},
#include "vm/isa/isa.def"
#undef INSTRUCTION
};
inline constexpr std::size_t instruction_count = std::size(instruction_table);

namespace detail {
constexpr std::array<const InstructionInfo*, 256> index_by_number() {
  std::array<const InstructionInfo*, 256> result{};
  for (const InstructionInfo& row : instruction_table) result[row.number()] = &row;
  return result;
}
inline constexpr std::array<const InstructionInfo*, 256> by_number = index_by_number();
}  // namespace detail

/// The row of a word's opcode; null if the opcode is not live.
constexpr const InstructionInfo* find_instruction(std::uint32_t word) {
  return detail::by_number[word & 0xFF];
}
constexpr const InstructionInfo& instruction_info(Opcode opcode) {
  return *detail::by_number[static_cast<std::size_t>(opcode)];
}

}  // namespace coracle
