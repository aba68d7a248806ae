#include "tests/unit/translate_samples.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "vm/isa/encoding.h"
#include "vm/isa/ops.h"

namespace coracle::test {

std::uint32_t word_of(Opcode op, std::array<std::int32_t, 3> operands) {
  return encode(Instruction{.info = &instruction_info(op), .operands = operands});
}

namespace {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::vector<std::uint32_t> program() {
    std::size_t const size = 8 + below(40);
    std::vector<std::uint32_t> code;
    while (code.size() < size) add(code, size);
    // Wherever it began with a literal's data, a program ends by what leaves it.
    code.push_back(word_of(Opcode::branch_mem_i, {1, exit_place}));
    code.push_back(word_of(Opcode::return_, {}));
    return code;
  }
  std::uint64_t word() { return random_(); }
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

  static constexpr std::int32_t exit_place = 0;

 private:
  /// Data of a literal: a branch into it ends the program.
  std::uint32_t dead_word() { return static_cast<std::uint32_t>(word()) | 0xFF; }
  /// A register of the program's own. No address can be seen in it, so that the program runs the same everywhere.
  std::int32_t free_register() { return static_cast<std::int32_t>(2 + below(14)); }

  std::int32_t operand(const Field& field) {
    switch (field.kind) {
      case FieldKind::integer_register: return free_register();
      case FieldKind::float_register: return static_cast<std::int32_t>(below(8));
      case FieldKind::signed_number: return static_cast<std::int32_t>(below(9)) - 4;
      default: return static_cast<std::int32_t>(below(1u << field.width) & 0xFFFFu);
    }
  }
  std::uint32_t random_operands(const InstructionInfo& info) {
    std::uint32_t word = info.number();
    for (const Field& field : info.operands()) word |= field.write(operand(field));
    return word;
  }
  /// Memory is read and written by a number from r1 alone, past the exit's address.
  std::uint32_t access(const InstructionInfo& info) {
    std::uint32_t word = info.number();
    word |= info.operands()[0].write(operand(info.operands()[0]));
    word |= info.operands()[1].write(1);
    return word | info.operands()[2].write(static_cast<std::int32_t>(8 + below(48)));
  }

  void add(std::vector<std::uint32_t>& code, std::size_t size) {
    for (;;) {
      const InstructionInfo& info = instruction_table[below(instruction_count)];
      bool const is_memory = info.name.starts_with("ld_") || info.name.starts_with("st_");
      if (is_memory) {
        if (info.name.ends_with("_r")) continue;
        return code.push_back(access(info));
      }
      switch (info.flow) {
        case Flow::plain: return code.push_back(random_operands(info));
        case Flow::condition:
          if (info.name == "inc_r" || info.name == "inc_i" || info.name == "lock" ||
              info.name == "cas") {
            continue;
          }
          code.push_back(random_operands(info));
          if (below(8) == 0) code.push_back(word_of(Opcode::nop, {}));
          return code.push_back(branch(
              below(2) == 0 ? Opcode::branch_true_i : Opcode::branch_false_i, code.size(), size));
        case Flow::literal:
          code.push_back(random_operands(info));
          code.push_back(dead_word());
          return code.push_back(dead_word());
        case Flow::jump:
          if (below(4) == 0) return code.push_back(branch(Opcode::branch_i, code.size(), size));
          if (below(8) == 0) return code.push_back(word_of(Opcode::branch_mem_i, {1, exit_place}));
          continue;
        case Flow::leave:
          if (below(8) == 0) return code.push_back(word_of(Opcode::return_, {}));
          continue;
        default: continue;
      }
    }
  }
  /// To anywhere, also into the data of literals: there the graph must leave it to the interpreter.
  std::uint32_t branch(Opcode op, std::size_t at, std::size_t size) {
    auto const target = static_cast<std::int32_t>(below(static_cast<unsigned>(size) + 2));
    return word_of(op, {(target - static_cast<std::int32_t>(at) - 1) * 4});
  }

  std::mt19937_64 random_;
};

}  // namespace

Sample::Sample(unsigned n) : number(n) {
  for (unsigned attempt = 0;; ++attempt) {
    Generator generator(std::uint64_t{n} << 32 | attempt);
    code = generator.program();
    for (std::uint64_t& r : regs_) r = generator.word() >> generator.below(64);
    for (std::uint64_t& f : fp_) f = generator.word();
    MachineState state;
    begin(state);
    std::set<Opcode> met;
    // Which of two NaNs an operation returns is the compiler's choice. And a branch depends on the condition right
    // before it, not on an older one.
    bool is_good = true;
    std::size_t after_condition = code.size();
    auto const look = [&](std::size_t at, MachineState& s) {
      for (std::uint64_t const f : s.fp) is_good &= !std::isnan(std::bit_cast<double>(f));
      const InstructionInfo* info = find_instruction(code[at]);
      bool const follows = at == after_condition;
      after_condition = code.size();
      if (info == nullptr) return at;
      if (is_branch_on_condition(info->flow)) is_good &= follows;
      if (info->flow == Flow::condition || (info->opcode == Opcode::nop && follows)) {
        after_condition = at + 1;
      }
      return at;
    };
    if (run_program(state, code, met, look).reason == "return" && is_good) return;
  }
}

void Sample::begin(MachineState& state) const {
  state = {};
  state.regs = regs_;
  state.fp = fp_;
  state.regs[1] = memory_address(state);
  std::uint64_t const last = isa_code_address(code.data() + code.size() - 1);
  std::memcpy(state.memory.data() + Generator::exit_place, &last, sizeof last);
}

std::string Sample::difference(std::uint64_t context, const BeforeStep& before) const {
  MachineState state;  // one for both runs: they see the same addresses
  std::set<Opcode> met;
  std::uint32_t leaving = 0;  // the last instruction but the return
  auto const note = [&](std::size_t at, MachineState&) {
    if (at + 1 != code.size()) leaving = code[at];
    return at;
  };
  begin(state);
  state.regs[0] = context;
  Stop const expected = run_program(state, code, met, note);
  MachineState const first = state;
  begin(state);
  state.regs[0] = context;
  Stop const found = run_program(state, code, met, before);

  std::string const who = "sample " + std::to_string(number);
  if (found.word != expected.word || found.reason != expected.reason) {
    return who + " ended at word " + std::to_string(found.word) + " by " + found.reason +
           ", expected word " + std::to_string(expected.word) + ", " + expected.reason;
  }
  if (state.memory != first.memory) return who + ": memory";
  // At an exit by the convention of a return some registers are dead.
  bool const by_exit = static_cast<Opcode>(leaving & 0xFF) == Opcode::branch_mem_i;
  std::size_t const compared = by_exit ? 5 : first.regs.size();
  for (std::size_t r = 0; r < compared; ++r) {
    if (state.regs[r] != first.regs[r]) return who + ": r" + std::to_string(r);
  }
  if (!by_exit && state.fp != first.fp) return who + ": float registers";
  return "";
}

void spoil(MachineState& state, RegisterSet set, std::mt19937_64& garbage) {
  for (unsigned r = 2; r < CORACLE_INTEGER_REGISTERS; ++r) {
    if ((set & integer_register(r)) != 0) state.regs[r] = garbage();
  }
  for (unsigned f = 0; f < CORACLE_FLOAT_REGISTERS; ++f) {
    if ((set & float_register(f)) != 0) state.fp[f] = garbage();
  }
}

}  // namespace coracle::test
