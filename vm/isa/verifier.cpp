// One function for each check; the code map says which words it applies to.
#include "vm/isa/verifier.h"

#include <cstdio>
#include <string>
#include <vector>

#include "vm/isa/disassembler.h"

namespace coracle {
namespace {

class Verifier {
 public:
  Verifier(const CodeBytes& code, const CodeLimits& limits)
      : code_(code),
        limits_(limits),
        kinds_(map_code(code, limits.return_points)),
        is_inside_pair_(find_pairs()) {}

  Result<void> run() const {
    for (std::size_t at = 0; at < kinds_.size(); at += 1) {
      if (kinds_[at] == CodeWord::literal || kinds_[at] == CodeWord::header) continue;
      if (auto result = check_word(at); !result) return result;
      const Flow flow = flow_at(at);
      if (auto result = check_what_follows(at, flow); !result) return result;
      if (auto result = check_condition(at, flow); !result) return result;
      if (auto result = check_distance(at, flow); !result) return result;
      if (auto result = check_arena(at, flow); !result) return result;
    }
    return {};
  }

 private:
  tl::unexpected<Error> wrong(std::size_t at, const std::string& found,
                              const std::string& expected) const {
    char place[40];
    std::snprintf(place, sizeof place, "code+0x%zx: found ", at * instruction_bytes);
    return fail(place + found + ", expected " + expected);
  }
  std::string text(std::size_t at) const {
    return disassemble_instruction(code_.word(at), at * instruction_bytes);
  }
  Flow flow_at(std::size_t at) const { return find_instruction(code_.word(at))->flow; }
  bool is_instruction(std::size_t at) const {
    return at < kinds_.size() && kinds_[at] == CodeWord::instruction;
  }
  bool is_nop(std::size_t at) const {
    return is_instruction(at) && field_op(code_.word(at)) == static_cast<unsigned>(Opcode::nop);
  }
  Result<void> check_word(std::size_t at) const {
    const std::uint32_t word = code_.word(at);
    const std::string found = disassemble_instruction(word, 0);
    switch (fault_of(word)) {
      case WordFault::sound: return {};
      case WordFault::dead_number: return wrong(at, found, "a live opcode in the low byte");
      case WordFault::unused_bits:
        return wrong(at, found,
                     "zeros in the bits that " + std::string(find_instruction(word)->name) +
                         " does not use");
      case WordFault::no_such_register: return wrong(at, found, "a register f0 to f7");
    }
    return {};
  }

  Result<void> check_what_follows(std::size_t at, Flow flow) const {
    if (ends_run(flow)) return {};
    const std::size_t data = flow == Flow::literal ? literal_bytes / instruction_bytes : 0;
    if (at + data >= kinds_.size())
      return wrong(at, text(at) + " at the end of the code", "its data");
    for (std::size_t i = 1; i <= data; i += 1)
      if (kinds_[at + i] != CodeWord::literal)
        return wrong(at, text(at) + " before the header of a return point", "its data");
    const std::size_t next = at + 1 + data;
    if (next >= kinds_.size()) return wrong(at, text(at) + " at the end of the code", "a jump");
    if (kinds_[next] == CodeWord::header)
      return wrong(at, text(at) + " before the header of a return point", "a jump");
    return {};
  }

  /// A condition is live from the instruction that sets it to the branch on it. Only nops come
  /// between them, and nothing branches there. A condition may go unused: the compiler drops the
  /// branch after a compare-and-swap whose result is not needed.
  Result<void> check_condition(std::size_t at, Flow flow) const {
    if (is_branch_on_condition(flow) && !is_inside_pair_[at])
      return wrong(at, text(at) + " without a condition",
                   "an instruction before it that sets the condition");
    return {};
  }
  std::vector<bool> find_pairs() const {
    std::vector<bool> result(kinds_.size());
    for (std::size_t at = 1; at < kinds_.size(); at += 1) {
      if (!is_instruction(at) || !is_instruction(at - 1)) continue;
      result[at] = flow_at(at - 1) == Flow::condition || (is_nop(at - 1) && result[at - 1]);
    }
    for (std::size_t at = kinds_.size(); at-- > 0;) {
      if (!result[at] || is_branch_on_condition(flow_at(at))) continue;
      result[at] = is_nop(at) && at + 1 < result.size() && result[at + 1];
    }
    return result;
  }

  Result<void> check_distance(std::size_t at, Flow flow) const {
    const std::optional<std::int32_t> distance = distance_of(code_.word(at));
    if (!distance) return {};
    const std::int64_t bytes = static_cast<std::int64_t>((at + 1) * instruction_bytes) + *distance;
    if (bytes < 0 || bytes % 4 != 0) return wrong(at, text(at), "an instruction at its target");
    const auto target = static_cast<std::size_t>(bytes / 4);
    if (!is_instruction(target)) return wrong(at, text(at), "an instruction at its target");
    if (is_inside_pair_[target]) {
      return wrong(at, text(at) + ", which lands between a condition and its branch",
                   "a target outside the pair");
    }
    if (flow == Flow::address && (target == 0 || kinds_[target - 1] != CodeWord::header))
      return wrong(at, text(at), "a return point with its header at its target");
    return {};
  }

  Result<void> check_arena(std::size_t at, Flow flow) const {
    if (flow != Flow::arena) return {};
    const std::int32_t offset = field_imm16(code_.word(at));
    if (offset < 0 || static_cast<std::uint32_t>(offset) + 8 > limits_.arena_bytes)
      return wrong(at, text(at), "8 bytes within the call arena");
    return {};
  }

  const CodeBytes& code_;
  const CodeLimits& limits_;
  const std::vector<CodeWord> kinds_;
  const std::vector<bool> is_inside_pair_;  // a branch on a condition, or a nop before it
};

}  // namespace

Result<void> verify_code(std::span<const std::uint8_t> code, std::endian order,
                         const CodeLimits& limits) {
  if (code.empty() || code.size() % instruction_bytes != 0) {
    return fail("code: found " + std::to_string(code.size()) +
                " bytes, expected one or more 4-byte words");
  }
  return Verifier(CodeBytes(code, order), limits).run();
}

}  // namespace coracle
