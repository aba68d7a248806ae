// Instruction words from operands and back, by the table.
//
// Owns: decode, encode, and what a distance in a word means.
// Invariants: decode(encode(x)) is x for every instruction whose operands are in range, and decode
// accepts exactly the words that encode makes.
// Must not know: text, memory, where code stands.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vm/base/result.h"
#include "vm/isa/isa.h"

namespace coracle {

inline constexpr std::size_t instruction_bytes = 4;
/// The data after a literal.
inline constexpr std::size_t literal_bytes = 8;

struct Instruction {
  const InstructionInfo* info;
  std::array<std::int32_t, 3> operands{};  // in the order of the format's fields

  friend constexpr bool operator==(const Instruction&, const Instruction&) = default;
};

/// What is wrong with a word, if anything: every word that the compiler emits is `sound`.
enum class WordFault : std::uint8_t { sound, dead_number, unused_bits, no_such_register };

constexpr WordFault fault_of(std::uint32_t word) {
  const InstructionInfo* info = find_instruction(word);
  if (info == nullptr) return WordFault::dead_number;
  if ((word & format_info(info->format).unused_bits()) != 0) return WordFault::unused_bits;
  for (const Field& field : info->operands())
    if (field.read(word) > field.greatest()) return WordFault::no_such_register;
  return WordFault::sound;
}

/// The instruction in a word, or nothing if the word is not sound.
constexpr std::optional<Instruction> decode(std::uint32_t word) {
  if (fault_of(word) != WordFault::sound) return std::nullopt;
  Instruction result{.info = find_instruction(word)};
  std::size_t i = 0;
  for (const Field& field : result.info->operands()) result.operands[i++] = field.read(word);
  return result;
}

/// The word of an instruction whose operands are known to be in range.
constexpr std::uint32_t encode(const Instruction& instruction) {
  std::uint32_t word = instruction.info->number();
  std::size_t i = 0;
  for (const Field& field : instruction.info->operands())
    word |= field.write(instruction.operands[i++]);
  return word;
}

/// The same, with a check of every operand. An operand may be wider than its field.
Result<std::uint32_t> encode(const InstructionInfo& info, std::span<const std::int64_t> operands);

/// The message about a wrong number of operands.
std::string wrong_operand_count(std::string_view name, std::size_t found, std::size_t expected);

/// The distance operand of an instruction, in bytes from its end; nothing if it has none.
constexpr std::optional<std::int32_t> distance_of(std::uint32_t word) {
  const InstructionInfo* info = find_instruction(word);
  if (info == nullptr) return std::nullopt;
  for (const Field& field : info->operands()) {
    if (field.kind == FieldKind::code_bytes) return field.read(word);
    if (field.kind == FieldKind::code_words)
      return field.read(word) * static_cast<std::int32_t>(instruction_bytes);
  }
  return std::nullopt;
}

constexpr bool is_branch_on_condition(Flow flow) {
  return flow == Flow::branch_false || flow == Flow::branch_true;
}

/// True if control never continues with the next word.
constexpr bool ends_run(Flow flow) {
  return flow == Flow::jump || flow == Flow::leave || flow == Flow::chunk;
}

}  // namespace coracle
