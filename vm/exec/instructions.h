// Runs one instruction on the registers in memory: what all dispatches of the interpreter share. What
// an instruction computes is its body in vm/isa/ops.h; this adds the flow.
//
// Only the interpreter's files include it. Must not know: the heap, threads. Their headers change
// often, and the handlers take long to compile.
#pragma once

#include "vm/exec/execution_state.h"
#include "vm/isa/ops.h"
#include "vm/isa/shape.h"

namespace coracle {

// body<Opcode::NAME>(...) is op_NAME(...).
template <Opcode op, class... A>
[[gnu::always_inline]] inline auto body(A... a) {
#define INSTRUCTION(number, name, format, flow, meaning) BODY_##flow(name)
#define BODY_plain(name) \
  if constexpr (op == Opcode::name) return op_##name(a...);
#define BODY_condition BODY_plain
#define BODY_literal BODY_plain
#define BODY_address BODY_plain
#define BODY_branch_false BODY_plain
#define BODY_branch_true BODY_plain
#define BODY_jump BODY_plain
#define BODY_arena BODY_plain
#define BODY_call(name)
#define BODY_enter(name)
#define BODY_leave(name)
#define BODY_stack_call(name)
#define BODY_chunk(name)
#include "vm/isa/isa.def"
#undef INSTRUCTION
}

// What follows the integer registers in the thread context (Thread's constructor checks it).
inline double* float_registers(Word* regs) {
  return reinterpret_cast<double*>(regs + CORACLE_INTEGER_REGISTERS);
}
inline std::uint8_t* call_arena(Word* regs) {
  return reinterpret_cast<std::uint8_t*>(float_registers(regs) + CORACLE_FLOAT_REGISTERS);
}

/// Calls the kernel entry whose address the image holds.
void call_entry(ExecutionState& state, Word address, unsigned prototype);
/// Where the code continues after a kernel entry or a nested run; null if this run must return to C++.
const std::uint32_t* resume(ExecutionState& state);
/// Raises an error in place of an instruction, and says where the code continues, as resume() does.
const std::uint32_t* refuse_instruction(ExecutionState& state, const char* who,
                                        const char* message);

/// For an instruction that is not live: raises the error of an illegal instruction of the host.
[[noreturn]] void fail_at_dead_number();

/// Runs code the fast way, with the context's address in r0. `is_base`: the run is called from C++, not
/// by an instruction.
void run_fused(Word* regs, Word entry, bool is_base);
/// The loop of run_fused(), from `ip` to the end of the run. The build has one of several
/// (handlers_*.cpp).
void run_handlers(const std::uint32_t* ip, Word* regs);

/// Runs the instruction at `ip`, whose original word is `w`, and returns where the code continues, or
/// null. `nested(regs, address)` runs other code.
template <Opcode op, class Nested>
[[gnu::always_inline]] inline const std::uint32_t* run_instruction(const std::uint32_t* ip,
                                                                   std::uint32_t w, Word* regs,
                                                                   Nested nested) {
  constexpr Flow flow = instruction_info(op).flow;
  const std::uint32_t* const next = ip + words_of(op);
  auto const leave_trace = [&]() -> ExecutionState& {
    ExecutionState& state = ExecutionState::of_context(regs[0]);
    state.activation->ip = address_of(next);
    return state;
  };
  if constexpr (flow == Flow::plain) {
    body<op>(regs, float_registers(regs), w);
    return next;
  } else if constexpr (flow == Flow::arena) {
    body<op>(regs, float_registers(regs), call_arena(regs), w);
    return next;
  } else if constexpr (flow == Flow::literal || flow == Flow::address) {
    body<op>(regs, ip + 1, w);
    return next;
  } else if constexpr (flow == Flow::condition) {
    ExecutionState::of_context(regs[0]).condition = body<op>(regs, float_registers(regs), w);
    return next;
  } else if constexpr (flow == Flow::branch_false) {
    return ExecutionState::of_context(regs[0]).condition ? next : body<op>(regs, next, w);
  } else if constexpr (flow == Flow::branch_true) {
    return ExecutionState::of_context(regs[0]).condition ? body<op>(regs, next, w) : next;
  } else if constexpr (flow == Flow::jump) {
    return body<op>(regs, next, w);
  } else if constexpr (flow == Flow::call) {
    ExecutionState& state = leave_trace();
    call_entry(state, regs[field_source(w)], static_cast<unsigned>(field_imm16(w)));
    return resume(state);
  } else if constexpr (flow == Flow::enter) {
    ExecutionState& state = leave_trace();
    nested(regs, regs[field_source(w)]);
    return resume(state);
  } else if constexpr (flow == Flow::stack_call) {
    // What Chez's kernel says when it is built without libffi.
    return refuse_instruction(leave_trace(), "foreign-procedure",
                              "protocol not supported (libffi unavailable)");
  } else if constexpr (flow == Flow::chunk) {
    return refuse_instruction(leave_trace(), "",
                              "found code translated for another kernel, expected bytecode");
  } else {
    static_assert(flow == Flow::leave);
    return nullptr;
  }
}

/// The same for any instruction. `original`: its original word.
template <class Nested>
[[gnu::always_inline]] inline const std::uint32_t* run_any_instruction(const std::uint32_t* ip,
                                                                       std::uint32_t original,
                                                                       Word* regs, Nested nested) {
  switch (static_cast<Opcode>(original & 0xFF)) {
#define INSTRUCTION(number, name, format, flow, meaning) \
  case Opcode::name: return run_instruction<Opcode::name>(ip, original, regs, nested);
#include "vm/isa/isa.def"
#undef INSTRUCTION
  }
  ExecutionState::of_context(regs[0]).activation->ip = address_of(ip);
  fail_at_dead_number();
}

}  // namespace coracle
