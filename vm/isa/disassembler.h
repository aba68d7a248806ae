// Text from code: one line an instruction, in the assembler's language.
//
// Owns: how an instruction looks as text.
// Invariants: total, like the code map: any words get a text. What is printed for a whole code
// object, assembled at the same address, gives the same words again.
// Must not know: symbols, relocations, the heap: whoever knows them adds comments to the lines.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vm/isa/code_map.h"

namespace coracle {

struct DisassembledLine {
  std::size_t word;   // index of its first word in the code
  std::size_t words;  // how many it takes
  CodeWord kind;
  std::string text;
};

/// One instruction that stands at `address`, for traces: "add_i r5, r4, 8". The target of a
/// distance is printed as an address. A literal's data is printed if it is given. A word that is
/// no sound instruction is ".word 0x...".
std::string disassemble_instruction(std::uint32_t word, std::uint64_t address,
                                    std::optional<std::uint64_t> literal = std::nullopt);

std::vector<DisassembledLine> disassemble_lines(const CodeBytes& code, std::uint64_t base_address);

/// All lines, each with its address and its first word before the text; of eight bytes of data, that is
/// the low half of their number.
std::string disassemble(std::span<const std::uint32_t> code, std::uint64_t base_address);

}  // namespace coracle
