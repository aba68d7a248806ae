// Prints an instruction by a loop over the fields of its format.
#include "vm/isa/disassembler.h"

#include <charconv>

namespace coracle {
namespace {

std::string hex(std::uint64_t value, std::size_t digits = 1) {
  char buffer[16];
  std::string result(buffer, std::to_chars(buffer, buffer + sizeof buffer, value, 16).ptr);
  if (result.size() < digits) result.insert(0, digits - result.size(), '0');
  return result;
}

std::string number(std::uint64_t value) { return "0x" + hex(value); }

std::string operand(const Field& field, std::uint32_t word, std::uint64_t next) {
  const std::int32_t value = field.read(word);
  switch (field.kind) {
    case FieldKind::none: return "";
    case FieldKind::integer_register: return "r" + std::to_string(value);
    case FieldKind::float_register: return "f" + std::to_string(value);
    case FieldKind::signed_number:
    case FieldKind::unsigned_number: return std::to_string(value);
    case FieldKind::code_bytes:
    case FieldKind::code_words: {
      const std::int64_t unit = field.kind == FieldKind::code_words ? 4 : 1;
      return number(next + static_cast<std::uint64_t>(value * unit));
    }
  }
  return "";
}

std::string wide_data(std::uint64_t value) { return ".quad " + number(value); }

}  // namespace

std::string disassemble_instruction(std::uint32_t word, std::uint64_t address,
                                    std::optional<std::uint64_t> literal) {
  if (fault_of(word) != WordFault::sound) return ".word 0x" + hex(word, 8);
  const InstructionInfo& info = *find_instruction(word);
  std::string text(info.name);
  const char* separator = " ";
  for (const Field& field : info.operands()) {
    text += separator + operand(field, word, address + instruction_bytes);
    separator = ", ";
  }
  if (info.flow == Flow::literal && literal) text += ", " + number(*literal);
  return text;
}

std::vector<DisassembledLine> disassemble_lines(const CodeBytes& code, std::uint64_t base_address,
                                                const ReturnPointLayout& layout) {
  constexpr std::size_t literal_words = literal_bytes / instruction_bytes;
  const std::vector<CodeWord> kinds = map_code(code, layout);
  std::vector<DisassembledLine> lines;
  const auto is_wide = [&](std::size_t at) {
    return at + 1 < kinds.size() && kinds[at] == kinds[at + 1];
  };
  for (std::size_t at = 0; at < kinds.size();) {
    const std::uint32_t word = code.word(at);
    DisassembledLine line{at, 1, kinds[at], ""};
    if (kinds[at] == CodeWord::header && is_wide(at)) {
      line.words = 2;
      line.text = wide_data(code.wide(at)) + "  ; header of a return point";
    } else if (kinds[at] == CodeWord::instruction && fault_of(word) == WordFault::sound &&
               find_instruction(word)->flow == Flow::literal) {
      // A literal without all of its data, at the end of the code, can only be printed as data.
      if (at + literal_words < kinds.size()) {
        line.words += literal_words;
        line.text = disassemble_instruction(word, 0, code.wide(at + 1));
      } else {
        line.text = ".word 0x" + hex(word, 8);
      }
    } else if (kinds[at] == CodeWord::instruction) {
      line.text = disassemble_instruction(word, base_address + at * instruction_bytes);
    } else {
      line.text = ".word 0x" + hex(word, 8);
    }
    at += line.words;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string disassemble(std::span<const std::uint32_t> code, std::uint64_t base_address) {
  std::string result;
  CodeBytes const bytes(code);
  for (const DisassembledLine& line : disassemble_lines(bytes, base_address)) {
    std::uint32_t const word = line.kind == CodeWord::header && line.words == 2
                                   ? static_cast<std::uint32_t>(bytes.wide(line.word))
                                   : bytes.word(line.word);
    result += hex(base_address + line.word * instruction_bytes, 8) + "  " + hex(word, 8) + "  " +
              line.text + "\n";
  }
  return result;
}

}  // namespace coracle
