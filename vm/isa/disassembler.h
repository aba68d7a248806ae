// The disassembler: text from code, one line for each instruction, in the assembler's language.
//
// Owns: how an instruction looks as text.
// Invariants: total, like the code map: it prints any words. The text of a whole code object,
// assembled at the same address, gives the same words again.
// Must not know: symbols, relocations, the heap. Callers that know them add comments to the lines.
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
  std::size_t words;  // how many it covers
  CodeWord kind;
  std::string text;
};

/// One instruction that stands at `address`, for traces: "add_i r5, r4, 8". A distance is printed
/// as the address of its target. A literal's data is printed if it is given. A word that is not a
/// sound instruction is printed as ".word 0x...".
std::string disassemble_instruction(std::uint32_t word, std::uint64_t address,
                                    std::optional<std::uint64_t> literal = std::nullopt);

std::vector<DisassembledLine> disassemble_lines(const CodeBytes& code, std::uint64_t base_address,
                                                const ReturnPointLayout& layout = {});

/// All lines, each with its address and its first word before the text. For 8 bytes of data, that
/// word is the low half of their value.
std::string disassemble(std::span<const std::uint32_t> code, std::uint64_t base_address);

}  // namespace coracle
