// Words from operands and back; the assembler and the disassembler against each other; ISA.md.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "tests/unit/isa_document.h"
#include "tests/unit/isa_files.h"
#include "vm/isa/assembler.h"
#include "vm/isa/disassembler.h"
#include "vm/isa/encoding.h"
#include "vm/isa/verifier.h"

namespace coracle::test {
namespace {

template <class T>
std::string message_of(const Result<T>& result) {
  return result ? "" : result.error().message;
}

/// Edge operands of a field: both ends, zero, and their neighbours.
std::vector<std::int32_t> edge_operands(const Field& field) {
  std::vector<std::int32_t> result;
  for (const std::int32_t value :
       {field.least(), field.least() + 1, -1, 0, 1, field.greatest() - 1, field.greatest()})
    if (value >= field.least() && value <= field.greatest()) result.push_back(value);
  return result;
}

/// Calls use(instruction) for every combination of edge operands.
template <class Use>
void for_each_operands(const InstructionInfo& info, const Use& use) {
  Instruction instruction{.info = &info};
  const auto go_on = [&](auto& self, std::size_t i) -> void {
    if (i == info.operands().size()) {
      use(instruction);
      return;
    }
    for (const std::int32_t value : edge_operands(info.operands()[i])) {
      instruction.operands[i] = value;
      self(self, i + 1);
    }
  };
  go_on(go_on, 0);
}

TEST_CASE("isa: decode gives back what encode took, for every row and edge operand") {
  for (const InstructionInfo& info : instruction_table) {
    CAPTURE(info.name);
    for_each_operands(info, [&](const Instruction& instruction) {
      const std::uint32_t word = encode(instruction);
      REQUIRE((word & 0xFF) == info.number());
      REQUIRE(decode(word) == instruction);
      const std::vector<std::int64_t> wide(
          instruction.operands.begin(),
          instruction.operands.begin() + static_cast<std::ptrdiff_t>(info.operands().size()));
      REQUIRE(encode(info, wide).value() == word);
    });
  }
}

TEST_CASE("isa: fields of a format never overlap and never touch the opcode") {
  for (const FormatInfo& format : format_table) {
    CAPTURE(format.name);
    std::uint32_t seen = 0xFF;
    for (const Field& field : format.used()) {
      CHECK((seen & field.mask()) == 0);
      seen |= field.mask();
    }
    CHECK(~seen == format.unused_bits());
  }
}

TEST_CASE("isa: the readers of formats.h agree with the fields of the table") {
  for (std::uint32_t i = 0; i < 32; i += 1) {
    for (const std::uint32_t word : {1u << i, ~(1u << i), 0x9E3779B9u * i}) {
#define CORACLE_FIELD(name, bit, width, kind, use) \
  CHECK(static_cast<std::int64_t>(field_##name(word)) == fields::name.read(word));
      CORACLE_FIELDS(CORACLE_FIELD)
#undef CORACLE_FIELD
    }
  }
}

TEST_CASE("isa: decode accepts nothing but what encode makes") {
  int live = 0;
  for (std::uint32_t number = 0; number < 256; number += 1) {
    const InstructionInfo* info = find_instruction(number);
    if (info == nullptr) {
      CHECK(fault_of(number) == WordFault::dead_number);
      CHECK(!decode(number));
      continue;
    }
    live += 1;
    for (std::uint32_t bit = 8; bit < 32; bit += 1) {
      const std::uint32_t word = number | 1u << bit;
      const std::optional<Instruction> decoded = decode(word);
      CHECK((!decoded || encode(*decoded) == word));
      if ((format_info(info->format).unused_bits() >> bit & 1) != 0)
        CHECK(fault_of(word) == WordFault::unused_bits);
    }
  }
  CHECK(live == static_cast<int>(instruction_count));
  CHECK(fault_of(0x0000085C) == WordFault::no_such_register);  // fadd f8, f0, f0
}

TEST_CASE("isa: encode refuses operands out of range, and the wrong number of them") {
  const InstructionInfo& add = instruction_info(Opcode::add_i);
  const std::vector<std::int64_t> too_great = {1, 2, 40000};
  CHECK(message_of(encode(add, too_great)) ==
        "add_i: found 40000 for operand imm16, expected -32768 to 32767");
  const std::vector<std::int64_t> too_few = {1, 2};
  CHECK(message_of(encode(add, too_few)) == "add_i: found 2 operands, expected 3");
  const std::vector<std::int64_t> no_register = {8, 0};
  CHECK(!encode(instruction_info(Opcode::mov_d_d), no_register));
}

TEST_CASE("isa: the assembler reads what the disassembler prints, for every row") {
  constexpr std::uint64_t base = 0x7FFF'1230'0000;
  for (const InstructionInfo& info : instruction_table) {
    CAPTURE(info.name);
    for_each_operands(info, [&](const Instruction& instruction) {
      std::vector<std::uint32_t> words = {encode(instruction)};
      if (info.flow == Flow::literal) words.insert(words.end(), {0x89ABCDEF, 0x01234567});
      std::string text;
      for (const DisassembledLine& line : disassemble_lines(CodeBytes(words), base))
        text += line.text + "\n";
      INFO(text);
      const Result<std::vector<std::uint32_t>> again = assemble(text, base);
      REQUIRE(again.has_value());
      REQUIRE(*again == words);
    });
  }
}

TEST_CASE("isa: words that are not instructions are printed as data") {
  // A dead number, bits that are not used, a literal without all of its data.
  const std::vector<std::uint32_t> words = {0xFF, 0x100, 0x0000085C, 0x00000401, 0x12345678};
  std::string text;
  for (const DisassembledLine& line : disassemble_lines(CodeBytes(words), 0))
    text += line.text + "\n";
  CHECK(text ==
        ".word 0x000000ff\n.word 0x00000100\n.word 0x0000085c\n.word 0x00000401\n"
        ".word 0x12345678\n");
  CHECK(assemble(text).value() == words);
}

TEST_CASE("isa: the disassembly of a code object") {
  const auto words = assemble(R"(
        eq_i r5, -1
        branch_true_i done      ; forwards
        literal r4, 0x123456789ABCDEF0
        adr r0, back
        branch_r r4
        .compact_header
back:   branch_i back
done:   fadd f1, f2, f3
        return_)",
                              0x1000);
  REQUIRE(words.has_value());
  CHECK(disassemble(*words, 0x1000) ==
        "00001000  ffff054b  eq_i r5, -1\n"
        "00001004  000028cf  branch_true_i 0x1030\n"
        "00001008  00000401  literal r4, 0x123456789abcdef0\n"
        "00001014  000050d7  adr r0, 0x102c\n"
        "00001018  000400d0  branch_r r4\n"
        "0000101c  0000005d  .quad 0x5d  ; header of a return point\n"
        "00001024  00000005  .quad 0x5  ; header of a return point\n"
        "0000102c  fffffcd1  branch_i 0x102c\n"
        "00001030  0003215c  fadd f1, f2, f3\n"
        "00001034  000000d5  return_\n");
}

TEST_CASE("isa: the assembler names the line of a mistake") {
  const auto message = [](std::string_view text) { return message_of(assemble(text)); };
  CHECK(message("nop\nfrob r1") ==
        "line 2: found \"frob\", expected an instruction or a directive");
  CHECK(message("add_i r1, r2, 40000") ==
        "line 1: add_i: found 40000 for operand imm16, expected -32768 to 32767");
  CHECK(message("add_i r1, r2") == "line 1: add_i: found 2 operands, expected 3");
  CHECK(message("add_i r1, r2, 3, 4") == "line 1: add_i: found 4 operands, expected 3");
  CHECK(message("add_r r1, f2, r3") ==
        "line 1: add_r: found \"f2\", expected a register r0 to r15");
  CHECK(message("fadd f1, f2, f8") == "line 1: fadd: found \"f8\", expected a register f0 to f7");
  CHECK(message("mov_i_i r16, r0") ==
        "line 1: mov_i_i: found \"r16\", expected a register r0 to r15");
  CHECK(message("add_i r1, r2, x") == "line 1: add_i: found \"x\", expected a number");
  CHECK(message("branch_i nowhere") ==
        "line 1: branch_i: found \"nowhere\", expected a number or a label");
  CHECK(message("a: nop\na: nop") ==
        "line 2: found a second label \"a\", expected each label once");
  CHECK(message("1a: nop") == "line 1: found \"1a\", expected a label");
  CHECK(message(".word 0x100000000") ==
        "line 1: .word: found \"0x100000000\", expected a number of at most 32 bits");
  CHECK(message(".word") == "line 1: .word: found 0 operands, expected 1");
  CHECK(message(".header 1") == "line 1: .header: found 1 operand, expected 0");
  CHECK(message("adr r0, 0x6") ==
        "line 1: adr: found \"0x6\", expected the address of an instruction");
}

TEST_CASE("isa: code keeps its meaning when its byte order is converted") {
  const auto words = assemble(R"(
        adr r15, back
        literal r4, 0x123456789ABCDEF0
        branch_r r4
        .header
back:   return_)");
  REQUIRE(words.has_value());
  const CodeBytes code(*words);
  const std::vector<CodeWord> kinds = map_code(code);
  CHECK(std::ranges::count(kinds, CodeWord::header) == 8);
  CHECK(std::ranges::count(kinds, CodeWord::literal) == 2);
  // As in a file: instructions as 4 bytes, data as 8, lowest byte first.
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < kinds.size();) {
    const std::size_t size = kinds[i] == CodeWord::instruction ? 4 : 8;
    const std::uint64_t value = size == 8 ? code.wide(i) : code.word(i);
    for (std::size_t byte = 0; byte < size; byte += 1)
      bytes.push_back(static_cast<std::uint8_t>(value >> (8 * byte)));
    i += size / 4;
  }
  const std::vector<std::uint8_t> file = bytes;
  CHECK(verify_code(file).has_value());

  reorder_code(bytes, std::endian::little, std::endian::big);
  CHECK(bytes != file);
  CHECK(verify_code(bytes, std::endian::big).has_value());
  CHECK(map_code(CodeBytes(bytes, std::endian::big)) == kinds);
  CHECK(CodeBytes(bytes, std::endian::big).wide(2) == 0x123456789ABCDEF0);
  reorder_code(bytes, std::endian::big, std::endian::little);
  CHECK(bytes == file);

  reorder_code(bytes, std::endian::little, std::endian::native);
  CHECK(std::memcmp(bytes.data(), words->data(), bytes.size()) == 0);
}

TEST_CASE("isa: ISA.md is what the table prints") {
  const std::filesystem::path path = source_root() / "vm/isa/ISA.md";
  if (rewrites_golden_files()) write_text(path, isa_document());
  const std::optional<std::string> text = read_text(path);
  REQUIRE(text.has_value());
  CHECK_MESSAGE(*text == isa_document(), "CORACLE_GOLDEN_REWRITE=1 rewrites it");
}

}  // namespace
}  // namespace coracle::test
