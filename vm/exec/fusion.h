// How instructions run together: a fused sequence, and a condition with the branch after it. A dispatch
// (handlers_*.cpp) makes its handlers of these.
//
// Owns: the order of bodies and exits, and what a sequence knows of the integer registers: it works on
// copies, read when they are first needed and stored when they change.
// Invariants: after each instruction the registers in memory are up to date.
// Must not know: how a handler goes on. It passes a function `exit(place, kind)`, which is called last,
// once for each way out, with the address of the next word and an ExitKind as a type.
#pragma once

#include <type_traits>
#include <utility>

#include "vm/exec/instructions.h"
#include "vm/exec/sequence_table.h"
#include "vm/isa/registers.h"

namespace coracle {

enum class ExitKind : std::uint8_t {
  usual,
  event_check,  // of a loop or a procedure, which has counted down to zero
};
template <ExitKind kind>
using ExitTag = std::integral_constant<ExitKind, kind>;

/// The way out by the branch that is taken when the condition of `op` is true.
template <Opcode op>
using TakenTag =
    ExitTag<op == Opcode::subz_signal_i || op == Opcode::subz_signal_r ? ExitKind::event_check
                                                                       : ExitKind::usual>;
using UsualTag = ExitTag<ExitKind::usual>;

/// The integer registers that a shape names; if `written`, only the one that it writes.
constexpr unsigned registers_of(std::uint32_t shape, bool written) {
  Effect const effect = effect_of(shape);
  return (written ? effect.writes : effect.reads | effect.writes) & integer_registers;
}

template <unsigned mask>
[[gnu::always_inline]] inline void copy_registers(Word* to, const Word* from) {
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (
        [&] {
          if constexpr ((mask >> i & 1) != 0) to[i] = from[i];
        }(),
        ...);
  }(std::make_index_sequence<CORACLE_INTEGER_REGISTERS>());
}

/// What is known at compile time about an instruction of a sequence.
struct Step {
  std::uint32_t shape;
  int offset;          // of its word from the sequence's first
  unsigned known = 0;  // registers that have been copied before it
  Opcode condition{};  // of a branch: what it depends on
};
template <unsigned known_first, std::uint32_t... shapes>
constexpr auto steps_of = [] {
  std::array<Step, sizeof...(shapes)> result{Step{shapes, 0}...};
  int offset = 0;
  unsigned known = known_first;
  Opcode condition{};
  for (Step& step : result) {
    step.offset = offset;
    step.known = known;
    step.condition = condition;
    offset += words_of(opcode_of(step.shape));
    known |= registers_of(step.shape, false);
    if (flow_of(step.shape) == Flow::condition) condition = opcode_of(step.shape);
  }
  return result;
}();

/// Runs the instructions of a sequence at `ip` from index i on. r: copies of registers; those of the
/// mask `known` are there from the start. condition: the outcome of the last condition.
template <unsigned known, std::size_t i, std::uint32_t... shapes, class Exit>
[[gnu::always_inline]] inline auto run_steps(const std::uint32_t* ip, Word* regs, Word* r,
                                             [[maybe_unused]] int condition, const Exit& exit) {
  constexpr auto steps = steps_of<known, shapes...>;
  if constexpr (i == sizeof...(shapes)) {
    constexpr Step last = steps[i - 1];
    return exit(ip + last.offset + words_of(opcode_of(last.shape)), UsualTag());
  } else {
    constexpr Step step = steps[i];
    constexpr Opcode op = opcode_of(step.shape);
    constexpr Flow flow = instruction_info(op).flow;
    std::uint32_t const w = (ip[step.offset] & number_bits(op)) | step.shape;
    [[maybe_unused]] const std::uint32_t* const next = ip + step.offset + 1;
    copy_registers<registers_of(step.shape, false) & ~step.known>(r, regs);
    if constexpr (flow == Flow::plain) {
      body<op>(r, float_registers(regs), w);
    } else if constexpr (flow == Flow::condition) {
      condition = body<op>(r, float_registers(regs), w);
    } else if constexpr (flow == Flow::literal || flow == Flow::address) {
      body<op>(r, next, w);
    } else if constexpr (flow == Flow::jump) {
      return exit(body<op>(r, next, w), UsualTag());
    } else if constexpr (flow == Flow::branch_false) {
      if (!condition) [[unlikely]]
        return exit(body<op>(r, next, w), UsualTag());
    } else if constexpr (flow == Flow::branch_true) {
      if (condition) [[unlikely]]
        return exit(body<op>(r, next, w), TakenTag<step.condition>());
    }
    if constexpr (flow != Flow::jump) {
      copy_registers<registers_of(step.shape, true)>(regs, r);
      return run_steps<known, i + 1, shapes...>(ip, regs, r, condition, exit);
    }
  }
}

/// Runs the condition at `ip`, whose original word is `w`, on the registers in memory, together with the
/// branch after it. Each outcome has an exit of its own.
template <Opcode op, class Exit>
[[gnu::always_inline]] inline auto run_condition(const std::uint32_t* ip, std::uint32_t w,
                                                 Word* regs, const Exit& exit) {
  static_assert(instruction_info(op).flow == Flow::condition);
  std::uint32_t const b = ip[1];
  if (body<op>(regs, float_registers(regs), w)) {
    if (opcode_of(b) == Opcode::branch_false_i) [[likely]]
      return exit(ip + 2, UsualTag());
    if (opcode_of(b) == Opcode::branch_true_i)
      return exit(op_branch_true_i(regs, ip + 2, b), TakenTag<op>());
    ExecutionState::of_context(regs[0]).condition = 1;
  } else {
    if (opcode_of(b) == Opcode::branch_true_i) [[likely]]
      return exit(ip + 2, UsualTag());
    if (opcode_of(b) == Opcode::branch_false_i)
      return exit(op_branch_false_i(regs, ip + 2, b), UsualTag());
    ExecutionState::of_context(regs[0]).condition = 0;
  }
  return exit(ip + 1, UsualTag());
}

#if CORACLE_STRESS
/// Only every other word that could be rewritten is, so that the same code runs both ways.
inline bool rewrites_now(ExecutionState& state) { return state.rewrites_now = !state.rewrites_now; }
#else
constexpr bool rewrites_now(ExecutionState&) { return true; }
#endif

}  // namespace coracle
