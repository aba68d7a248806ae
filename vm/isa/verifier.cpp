// One walk over the code with all the checks but those of distances, which come afterwards, when the
// kinds of all words are known.
#include "vm/isa/verifier.h"

#include <cstdio>
#include <string>

#include "vm/isa/disassembler.h"
#include "vm/isa/registers.h"

namespace coracle {

class CodeVerifier::Walk {
 public:
  Walk(const HostCode& code, const CodeLimits& limits, std::span<CodeWord> kinds,
       std::vector<std::uint32_t>& around)
      : code_(code), limits_(limits), kinds_(kinds), around_(around) {
    around_.resize(std::max(around_.size(), kinds.size()));
  }

  std::optional<CodeFault> run() {
    Visitor visitor{*this, code_, kinds_, around_.data()};
    const std::size_t last = walk_code(HostCode(code_), limits_.return_points, kinds_, visitor);
    if (!fault_ && last == code_.words()) {
      wrong(last, "the end of the code behind a header", "an instruction");
    } else if (!fault_ && falls_through(last)) {
      wrong_instruction(last, " at the end of the code", "a jump");
    }
    const std::uint32_t* const end = visitor.next;
    for (const std::uint32_t* at = around_.data(); at != end && !fault_; ++at) check_around(*at);
    return std::move(fault_);
  }

 private:
  /// For walk_code. What it uses for each word is its own, so that it is in registers.
  struct Visitor {
    Walk& walk;
    HostCode const code;
    std::span<CodeWord> const kinds;
    std::uint32_t* next;

    [[gnu::always_inline]] void plain(std::size_t at, std::uint32_t word, const CodeRow& row) {
      // Stored always, and kept if it is needed: a jump would cost more.
      *next = static_cast<std::uint32_t>(at);
      next +=
          static_cast<unsigned>(row.looks_around) |
          (static_cast<unsigned>(row.writes_register) & (field_dest(word) == context_register)) |
          (static_cast<unsigned>(row.accesses_word) & (field_reg1(word) <= stack_register));
    }
    [[gnu::always_inline]] bool instruction(std::size_t at, std::uint32_t word,
                                            const CodeRow& row) {
      if ((word & row.zero_bits) != 0 || row.is_dead) [[unlikely]]
        return walk.wrong_word(at);
      plain(at, word, row);
      if (row.flow == Flow::literal) {
        constexpr std::size_t data = literal_bytes / instruction_bytes;
        if (at + data >= kinds.size()) [[unlikely]]
          return walk.wrong_instruction(at, " at the end of the code", "its data");
        for (std::size_t i = 1; i <= data; i += 1) {
          if (kinds[at + i] != CodeWord::instruction) [[unlikely]]
            return walk.wrong_instruction(at, before_header, "its data");
        }
        return true;
      }
      return row.flow != Flow::arena || walk.check_arena(at, word);
    }
    [[gnu::always_inline]] bool header(std::size_t from, std::size_t to, std::size_t last) {
      if (last != from && !ends_run(code_rows[code.word(last) & 0xFF].flow)) [[unlikely]]
        return walk.wrong_instruction(last, before_header, "a jump");
      return walk.check_header(from, to);
    }
  };
  static constexpr char before_header[] = " before the header of a return point";

  const CodeRow& row_at(std::size_t at) const { return code_rows[code_.word(at) & 0xFF]; }
  /// Whether control goes on behind the last instruction.
  bool falls_through(std::size_t at) const { return !ends_run(row_at(at).flow); }
  bool is_instruction(std::size_t at) const {
    return at < kinds_.size() && kinds_[at] == CodeWord::instruction;
  }

  // --- These return false, so that the walk ends. All text is made here, apart from the checks.
  [[gnu::cold, gnu::noinline]] bool wrong(std::size_t at, std::string found, std::string expected) {
    fault_ = {at * instruction_bytes, std::move(found), std::move(expected)};
    return false;
  }
  [[gnu::cold, gnu::noinline]] bool wrong_instruction(std::size_t at, const char* how,
                                                      const char* expected) {
    return wrong(at, disassemble_instruction(code_.word(at), at * instruction_bytes) + how,
                 expected);
  }
  [[gnu::cold, gnu::noinline]] bool wrong_word(std::size_t at) {
    const std::uint32_t word = code_.word(at);
    std::string expected;
    switch (fault_of(word)) {
      case WordFault::sound: break;
      case WordFault::dead_number: expected = "a live opcode in the low byte"; break;
      case WordFault::unused_bits:
        expected =
            "zeros in the bits that " + std::string(find_instruction(word)->name) + " does not use";
        break;
      case WordFault::no_such_register: expected = "a register f0 to f7"; break;
    }
    return wrong(at, disassemble_instruction(word, 0), expected);
  }

  bool check_arena(std::size_t at, std::uint32_t word) {
    const std::int32_t offset = field_imm16(word);
    if (offset >= 0 && static_cast<std::uint32_t>(offset) + 8 <= limits_.arena_bytes) return true;
    return wrong_instruction(at, "", "8 bytes within the call arena");
  }

  /// In bytes, as the header before a return point says it.
  std::uint64_t frame_size(std::size_t return_point) const {
    const std::uint64_t last_word = code_.wide(return_point - 2);
    return (last_word & 1) != 0 ? (last_word >> 2 & 0x1F) * 8 : last_word;
  }

  /// What the collector reads in a header: the size of a frame, and which of its words are live. (A mask
  /// that is not a fixnum comes as a relocation, and is 0 before.)
  [[gnu::always_inline]] bool check_header(std::size_t from, std::size_t to) {
    const ReturnPointLayout& layout = limits_.return_points;
    const std::uint64_t last_word = code_.wide(to - 2);
    std::uint64_t const size = frame_size(to);
    std::uint64_t live, expected = layout.header;
    if ((last_word & 1) != 0) {
      live = last_word >> 7;
      expected = layout.compact_header;
    } else {
      const std::uint64_t mask = code_.wide(to - layout.live_mask / instruction_bytes);
      if ((mask & 7) != 0) [[unlikely]]
        return wrong_header(to, mask, "live mask", "a fixnum");
      live = mask >> 3;
    }
    if ((to - from) * instruction_bytes != expected) [[unlikely]]
      return wrong_header(to, (to - from) * instruction_bytes, "header of bytes", "another length");
    // The frame below the last one is the one whose code begins with a header, and has no words.
    if (size % 8 != 0 || size > limits_.frame_bytes || (size == 0 && from != 0)) [[unlikely]]
      return wrong_frame_size(to, size);
    // Bit 0 is the word above the return address.
    const std::uint64_t words = size / 8;
    if (words <= 64 && live >> (words == 0 ? 0 : words - 1) != 0) [[unlikely]]
      return wrong_header(to, live, "live mask", "bits of words of the frame");
    return true;
  }
  [[gnu::cold, gnu::noinline]] bool wrong_frame_size(std::size_t return_point, std::uint64_t size) {
    char limit[24];
    std::snprintf(limit, sizeof limit, "0x%x", limits_.frame_bytes);
    return wrong_header(return_point, size, "frame size",
                        std::string("a multiple of 8, at least 8, at most ") + limit);
  }
  [[gnu::cold, gnu::noinline]] bool wrong_header(std::size_t return_point, std::uint64_t number,
                                                 const char* what, std::string expected) {
    char digits[24];
    std::snprintf(digits, sizeof digits, " 0x%llx", static_cast<unsigned long long>(number));
    return wrong(return_point, std::string("a return point with the ") + what + digits,
                 std::move(expected));
  }

  /// What only the kinds of all words tell.
  [[gnu::always_inline]] void check_around(std::size_t at) {
    const std::uint32_t word = code_.word(at);
    const CodeRow& row = code_rows[word & 0xFF];
    if (is_branch_on_condition(row.flow) && !has_condition(at)) [[unlikely]] {
      wrong_instruction(at, " without a condition",
                        "an instruction before it that sets the condition");
      return;
    }
    if (!check_registers(at, word, row) || !row.has_distance()) return;
    const std::int64_t bytes =
        static_cast<std::int64_t>((at + 1) * instruction_bytes) + row.distance(word);
    const auto target = static_cast<std::size_t>(bytes) / instruction_bytes;
    if (bytes % 4 != 0 || !is_instruction(target)) [[unlikely]] {
      wrong_instruction(at, "", "an instruction at its target");
    } else if (is_inside_pair(target)) [[unlikely]] {
      wrong_instruction(at, ", which lands between a condition and its branch",
                        "a target outside the pair");
    } else if (row.flow == Flow::address && (target == 0 || kinds_[target - 1] != CodeWord::header))
        [[unlikely]] {
      wrong_instruction(at, "", "a return point with its header at its target");
    } else if (row.flow == Flow::address) {
      check_frame(at, target);
    }
  }

  /// How the thread context and the stack may be used. Only these registers' places are known.
  [[gnu::always_inline]] bool check_registers(std::size_t at, std::uint32_t word,
                                              const CodeRow& row) {
    if (row.accesses_word && field_reg1(word) <= stack_register) {
      const std::int32_t offset = field_imm16(word);
      const bool is_context = field_reg1(word) == context_register;
      if (offset % 8 != 0 || (is_context && (offset < 0 || static_cast<std::uint32_t>(offset) >=
                                                               limits_.context_bytes)))
          [[unlikely]] {
        return wrong_instruction(
            at, "", is_context ? "a word of the thread context" : "a word of the stack");
      }
    }
    if (row.writes_register && field_dest(word) == context_register) [[unlikely]] {
      return wrong_instruction(at, "", "another destination than the thread context's register");
    }
    if ((word & 0xFFFF) == (number(Opcode::branch_mem_i) | stack_register << 8) &&
        field_imm16(word) != 0) [[unlikely]] {
      return wrong_instruction(at, "", "the return address, at 0");
    }
    return true;
  }

  /// A call moves the stack pointer past the caller's frame, and its return point moves it back, by as much as
  /// the header says. (Where that doesn't fit into the instruction, the compiler has other ways.)
  [[gnu::always_inline]] void check_frame(std::size_t adr, std::size_t return_point) {
    const std::uint64_t bytes = frame_size(return_point);
    if (bytes > static_cast<std::uint64_t>(fields::imm16.greatest())) return;
    const auto size = static_cast<std::int32_t>(bytes);
    std::size_t back = return_point;
    while (row_at(back).is_nop && is_instruction(back + 1)) ++back;
    const bool moves = (code_.word(back) & 0xFF) == number(Opcode::sub_i) || moves_stack(back);
    if (moves && code_.word(back) != stack_move(Opcode::sub_i, size)) [[unlikely]] {
      wrong_move(back, " at the return point", Opcode::sub_i, size);
      return;
    }
    // The return address is the frame's first word.
    const std::uint32_t store = code_.word(adr + 1);
    const std::uint32_t first = encode({&instruction_info(Opcode::st_i64_i),
                                        {static_cast<std::int32_t>(field_dest(code_.word(adr))),
                                         static_cast<std::int32_t>(stack_register), 0}});
    if ((store & 0xFFFF) == (first & 0xFFFF) && store != first) [[unlikely]] {
      wrong_instruction(adr + 1, "", "the return address in the frame's first word");
      return;
    }
    // The last move before the call, on the way that has no jump; frames below may have been made before it.
    for (std::size_t at = adr; at-- > 0 && kinds_[at] != CodeWord::header;) {
      if (kinds_[at] == CodeWord::literal) continue;
      if (ends_run(row_at(at).flow)) return;
      if (!moves_stack(at)) continue;
      if ((code_.word(at) & 0xFF) == number(Opcode::add_i) &&
          code_.word(at) != stack_move(Opcode::add_i, size)) [[unlikely]] {
        wrong_move(at, " before the call", Opcode::add_i, size);
      }
      return;
    }
  }
  bool moves_stack(std::size_t at) const {
    const std::uint32_t word = code_.word(at);
    return code_rows[word & 0xFF].writes_register && field_dest(word) == stack_register;
  }
  std::uint32_t stack_move(Opcode opcode, std::int32_t size) const {
    const auto stack = static_cast<std::int32_t>(stack_register);
    return encode({&instruction_info(opcode), {stack, stack, size}});
  }
  [[gnu::cold, gnu::noinline]] void wrong_move(std::size_t at, const char* where, Opcode opcode,
                                               std::int32_t size) {
    const std::string frame = " of a frame of " + std::to_string(size) + " bytes";
    wrong_instruction(at, (where + frame).c_str(),
                      disassemble_instruction(stack_move(opcode, size), 0).c_str());
  }
  static constexpr std::uint32_t number(Opcode opcode) { return instruction_info(opcode).number(); }

  // A condition lives from the instruction that sets it to the branch that follows; nothing but
  // nops stand between, and no branch leads there. It may go unused: the compiler drops the branch
  // after a compare-and-swap whose success nobody asks for.
  [[gnu::always_inline]] bool has_condition(std::size_t branch) const {
    for (std::size_t at = branch; at-- > 0 && is_instruction(at);) {
      const CodeRow& row = row_at(at);
      if (row.flow == Flow::condition) return true;
      if (!row.is_nop) return false;
    }
    return false;
  }
  bool is_inside_pair(std::size_t at) const {
    const CodeRow* row = &row_at(at);
    while (row->is_nop && is_instruction(at + 1)) row = &row_at(++at);
    return is_branch_on_condition(row->flow);
  }

  const HostCode code_;
  const CodeLimits& limits_;
  const std::span<CodeWord> kinds_;
  std::vector<std::uint32_t>& around_;  // where the instructions are that look around
  std::optional<CodeFault> fault_;
};

std::optional<CodeFault> CodeVerifier::verify(const HostCode& code, std::span<CodeWord> kinds) {
  return Walk(code, limits_, kinds, around_).run();
}

Result<void> verify_code(std::span<const std::uint8_t> code, std::endian order,
                         const CodeLimits& limits) {
  if (code.empty() || code.size() % instruction_bytes != 0) {
    return fail("code: found " + std::to_string(code.size()) +
                " bytes, expected one or more 4-byte words");
  }
  std::vector<std::uint8_t> copy(code.begin(), code.end());
  reorder_code(copy, order, std::endian::native, limits.return_points);
  std::vector<CodeWord> kinds(code.size() / instruction_bytes, CodeWord::instruction);
  const auto fault = CodeVerifier(limits).verify(HostCode(copy), kinds);
  if (!fault) return {};
  char place[40];
  std::snprintf(place, sizeof place, "code+0x%zx: found ", fault->offset);
  return fail(place + fault->found + ", expected " + fault->expected);
}

}  // namespace coracle
