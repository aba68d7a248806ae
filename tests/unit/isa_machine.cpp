// The small machine: each flow of the table has one line here.
#include "tests/unit/isa_machine.h"

#include <cstring>
#include <utility>

#include "vm/isa/encoding.h"
#include "vm/isa/ops.h"

namespace coracle::test {
namespace {

struct Context {
  MachineState& state;
  double* fp;
  const std::uint32_t* next;
  std::uint32_t word;
};

template <auto Body>
void run_plain(Context& c) {
  Body(c.state.regs.data(), c.fp, c.word);
}
template <auto Body>
void run_condition(Context& c) {
  c.state.condition = Body(c.state.regs.data(), c.fp, c.word);
}
template <auto Body>
void run_at_place(Context& c) {
  Body(c.state.regs.data(), c.next, c.word);
}
template <auto Body>
void run_target(Context& c) {
  c.state.target = isa_code_address(Body(c.state.regs.data(), c.next, c.word));
}
template <auto Body>
void run_arena(Context& c) {
  Body(c.state.regs.data(), c.fp, c.state.arena.data(), c.word);
}

#define BODY_plain(name) run_plain<&op_##name>
#define BODY_condition(name) run_condition<&op_##name>
#define BODY_literal(name) run_at_place<&op_##name>
#define BODY_address(name) run_at_place<&op_##name>
#define BODY_branch_false(name) run_target<&op_##name>
#define BODY_branch_true(name) run_target<&op_##name>
#define BODY_jump(name) run_target<&op_##name>
#define BODY_arena(name) run_arena<&op_##name>
#define BODY_call(name) nullptr
#define BODY_enter(name) nullptr
#define BODY_leave(name) nullptr
#define BODY_stack_call(name) nullptr
#define BODY_chunk(name) nullptr

using Runner = void (*)(Context&);
constexpr std::array<Runner, instruction_count> runners = {
#define INSTRUCTION(number, name, format, flow, meaning) BODY_##flow(name),
#include "vm/isa/isa.def"
#undef INSTRUCTION
};

/// One run of the interpreter: a program's own, or one nested in it.
class Run {
 public:
  Run(MachineState& state, std::span<const std::uint32_t> code, std::set<Opcode>& met,
      const BeforeStep& before)
      : state_(state), code_(code), met_(met), before_(before) {}

  Stop run(std::size_t at) {
    while (true) {
      if (at >= code_.size()) return {at, "outside the code"};
      if (steps_left_ == 0) return {at, "after too many steps"};
      steps_left_ -= 1;
      if (before_) {
        std::size_t const to = before_(at, state_);
        if (std::exchange(at, to) != to) continue;
      }
      const std::uint32_t word = code_[at];
      const InstructionInfo* info = find_instruction(word);
      if (info == nullptr) return {at, "dead instruction"};
      met_.insert(info->opcode);
      if (has_body(info->flow)) run_body(state_, code_.subspan(at));
      switch (info->flow) {
        case Flow::plain:
        case Flow::condition:
        case Flow::address:
        case Flow::arena: at += 1; break;
        case Flow::literal: at += 1 + literal_bytes / instruction_bytes; break;
        case Flow::branch_false: at = state_.condition == 0 ? target() : at + 1; break;
        case Flow::branch_true: at = state_.condition == 1 ? target() : at + 1; break;
        case Flow::jump: at = target(); break;
        case Flow::leave: return {at, returned};
        case Flow::enter: {
          const Stop nested = run(index_of(state_.regs[field_source(word)]));
          if (nested.reason != returned) return nested;
          at += 1;
          break;
        }
        case Flow::call: return {at, "call of a kernel entry"};
        case Flow::stack_call: return {at, "call of a foreign function"};
        case Flow::chunk: return {at, "translated code"};
      }
    }
  }

 private:
  static constexpr const char* returned = "return";

  std::size_t target() const { return index_of(*state_.target); }
  std::size_t index_of(std::uint64_t address) const {
    return static_cast<std::size_t>((address - isa_code_address(code_.data())) / instruction_bytes);
  }

  MachineState& state_;
  const std::span<const std::uint32_t> code_;
  std::set<Opcode>& met_;
  const BeforeStep& before_;
  int steps_left_ = 10'000;
};

}  // namespace

std::uint64_t memory_address(const MachineState& state) {
  return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(state.memory.data()));
}

void run_body(MachineState& state, std::span<const std::uint32_t> code) {
  double fp[CORACLE_FLOAT_REGISTERS];
  std::memcpy(fp, state.fp.data(), sizeof fp);
  Context context{state, fp, code.data() + 1, code.front()};
  runners[static_cast<std::size_t>(find_instruction(code.front()) - instruction_table)](context);
  std::memcpy(state.fp.data(), fp, sizeof fp);
}

Stop run_program(MachineState& state, std::span<const std::uint32_t> code, std::set<Opcode>& met,
                 const BeforeStep& before) {
  return Run(state, code, met, before).run(0);
}

}  // namespace coracle::test
