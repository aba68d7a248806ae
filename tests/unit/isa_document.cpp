// The text of ISA.md; a unit test compares it with the file.
#include "tests/unit/isa_document.h"

#include <string_view>

#include "vm/isa/isa.h"

namespace coracle {
namespace {

constexpr std::string_view introduction =
    R"(# The instruction set

Printed from the tables in `isa.def`, `formats.h` and `isa.h`. Change those, then print it again:

    tools/build release unit_tests
    CORACLE_GOLDEN_REWRITE=1 build/release/tests/unit_tests -tc='*ISA.md*'

An instruction is a 32-bit word: little-endian in files, in the host's byte order in memory. There are
sixteen 64-bit integer registers, `r0` to `r15`, eight floating-point registers, `f0` to `f7`, and one
condition. The code verifier checks these rules, and all code of the genuine images keeps them:

- A condition is live from the instruction that sets it to the branch on it. Only nops come between
  them, and nothing branches to these nops or to that branch. A condition may go unused.
- A relative branch stays within its code object and goes to an instruction.
- Code never falls through into the header of a return point, nor past its own end.
- `adr` takes only the addresses of return points, which have a header (drawn in `code_map.h`). The
  first `adr` of a return point comes before that header.
- Before a call, `add_i r1, r1, n` moves the stack pointer past a frame of the size that the header of its
  return point says; `sub_i r1, r1, n` there moves it back. (A size above 32767 is in no instruction.)
- Nothing writes `r0`, which holds the thread context: a load or store by a number from it is of one of its words.
  By a number from `r1`, the stack pointer, it is of a word at a multiple of 8. The word at 0 is the return address:
  there the result of an `adr` is stored, if it is stored in the frame next, and `branch_mem_i r1` takes it from there.
- Bits that a format does not use are zero. Literals are zero in files; relocations fill them in.

)";

std::string_view kind_name(FieldKind kind) {
  switch (kind) {
    case FieldKind::none: return "";
    case FieldKind::integer_register: return "register r0 to r15";
    case FieldKind::float_register: return "register f0 to f7";
    case FieldKind::signed_number: return "signed number";
    case FieldKind::unsigned_number: return "unsigned number";
    case FieldKind::code_bytes: return "signed distance from the next word, in bytes";
    case FieldKind::code_words: return "signed distance from the next word, in words";
  }
  return "";
}

std::string use_text(RegisterUse use) {
  switch (use) {
    case RegisterUse::none: return "";
    case RegisterUse::read: return ", read";
    case RegisterUse::write: return ", written";
    case RegisterUse::update: return ", read and written";
  }
  return "";
}

std::string bits_of(const Field& field) {
  return std::to_string(field.bit) + " to " + std::to_string(field.bit + field.width - 1);
}

/// Escapes `|`, which would end a cell.
std::string escape(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c;
  }
  return result;
}

class Table {
 public:
  Table(std::string& out, std::initializer_list<std::string_view> heads) : out_(out) {
    row(heads);
    for (std::size_t i = 0; i < heads.size(); i += 1) out_ += "|---";
    out_ += "|\n";
  }
  void row(std::initializer_list<std::string_view> cells) {
    for (const std::string_view cell : cells) out_ += "| " + escape(cell) + " ";
    out_ += "|\n";
  }

 private:
  std::string& out_;
};

std::string code_font(std::string_view text) { return "`" + std::string(text) + "`"; }

void print_fields(std::string& out) {
  out += "## Fields\n\n`op` is bits 0 to 7. The others:\n\n";
  Table table(out, {"field", "bits", "holds"});
#define CORACLE_FIELD(name, bit, width, kind, use)    \
  table.row({code_font(#name), bits_of(fields::name), \
             std::string(kind_name(FieldKind::kind)) + use_text(RegisterUse::use)});
  CORACLE_FIELDS(CORACLE_FIELD)
#undef CORACLE_FIELD
}

void print_formats(std::string& out) {
  out += "\n## Formats\n\n";
  Table table(out, {"format", "operands in the assembler's order"});
  for (const FormatInfo& format : format_table) {
    std::string operands;
    for (const Field& field : format.used())
      operands += (operands.empty() ? "" : ", ") + code_font(field.name);
    table.row({code_font(format.name), operands});
  }
}

void print_flows(std::string& out) {
  out += "\n## Flows\n\n";
  Table table(out, {"flow", "what runs after the instruction"});
#define CORACLE_FLOW(name, meaning) table.row({code_font(#name), meaning});
  CORACLE_FLOWS(CORACLE_FLOW)
#undef CORACLE_FLOW
}

std::string_view flow_name(Flow flow) {
  switch (flow) {
#define CORACLE_FLOW(name, meaning) \
  case Flow::name: return #name;
    CORACLE_FLOWS(CORACLE_FLOW)
#undef CORACLE_FLOW
  }
  return "";
}

void print_instructions(std::string& out) {
  out += "\n## Instructions\n\n" + std::to_string(instruction_count) +
         " numbers are live. 16-bit operands are sign-extended unless the field is unsigned. A "
         "question is\nthe condition that the instruction sets.\n\n";
  Table table(out, {"number", "name", "format", "flow", "meaning"});
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const InstructionInfo& info : instruction_table) {
    const std::string number = {'0', 'x', digits[info.number() >> 4], digits[info.number() & 15]};
    table.row({number, code_font(info.name), code_font(format_info(info.format).name),
               flow_name(info.flow), info.meaning});
  }
}

}  // namespace

std::string isa_document() {
  std::string out(introduction);
  print_fields(out);
  print_formats(out);
  print_flows(out);
  print_instructions(out);
  return out;
}

}  // namespace coracle
