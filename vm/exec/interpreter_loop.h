// The interpreter's loop: one handler for each instruction, expanded from the instruction table.
//
// Handlers differ by flow only; what an instruction computes is its body in vm/isa/ops.h. A
// condition and the branch that uses it run as one: the handler of a condition looks at the next
// word and, in the usual case, takes or passes the branch itself, each way ending in a dispatch of
// its own (a shared tail would let the compiler turn the branch into a conditional move). When
// something else follows (a nop), the condition is kept in `condition` for a later branch.
//
// Dispatch: CORACLE_DISPATCH_GOTO selects computed goto, else a switch. Only the macros below know.
// Included once, by interpreter.cpp.

#if !defined(CORACLE_DISPATCH_SWITCH) && (defined(__GNUC__) && !defined(__EMSCRIPTEN__))
#define CORACLE_DISPATCH_GOTO 1
#endif

namespace coracle {
namespace {

/// What the loop does when a kernel entry asked for a transfer: true when this run goes on (at the
/// new `ip`), false when it must return to C++.
bool resume_after_transfer(Thread& t, Activation& activation) {
  if (t.transfer == Transfer::error && activation.is_base) {
    t.transfer = Transfer::none;
    activation.ip = entry_of_code(t.vm.error_invoke_code);
    return true;
  }
  return false;
}

/// Calls the kernel entry whose descriptor's address the image holds.
void call_entry(Thread& t, Word address, unsigned prototype) {
  const EntryDescriptor* entry = t.vm.entry_at(address);
  if (entry == nullptr) [[unlikely]] {
    if (t.vm.call_library_function != nullptr && prototype < std::size(prototypes) &&
        t.vm.call_library_function(t, address, prototypes[prototype])) {
      return;
    }
    t.raise(SchemeError{
        "", "call of an address that is no kernel entry: ~x", {make_unsigned(t, address)}});
    return;
  }
  while (!matches_prototype(*entry, prototype)) [[unlikely]] {
    if (const EntryDescriptor* overload = t.vm.overload_after(entry)) {
      entry = overload;
      continue;
    }
    t.raise(SchemeError{"",
                        std::string("kernel entry ") + entry->name +
                            " called by prototype ~s, which is not its own",
                        {make_fixnum(prototype)}});
    return;
  }
  t.in_kernel = true;
  entry->call(t);
  t.in_kernel = false;
}

template <class Policy>
void run_loop(Thread& t, Word entry, bool is_base) {
  Activation activation{entry, t.activation, is_base};
  t.activation = &activation;
  Policy policy(t);
  Word* const regs = t.registers();
  double* const fp = t.float_registers();
  std::uint8_t* const arena =
      host_pointer<std::uint8_t>(t.context() + t.vm.profile.offset(Tc::pb_call_arena));
  const std::uint32_t* ip = host_pointer<const std::uint32_t>(entry);
  std::uint32_t w;
  int condition = 0;
  regs[0] = t.context();

#ifdef CORACLE_DISPATCH_GOTO
  const void* labels[256];
  for (const void*& label : labels) label = &&dead;
#define INSTRUCTION(number, name, format, flow, meaning) labels[number] = &&at_##name;
#include "vm/isa/isa.def"
#undef INSTRUCTION
#define DISPATCH goto* labels[w & 0xFF]
#define HANDLER(name) at_##name:
#else
#define DISPATCH goto dispatch
#define HANDLER(name) case Opcode::name:
#endif
// The next instruction: `ip` points at it; afterwards past it, with the word in w.
#define FETCH               \
  do {                      \
    w = *ip++;              \
    policy.step(ip - 1, w); \
  } while (0)
#define NEXT  \
  do {        \
    FETCH;    \
    DISPATCH; \
  } while (0)

// One handler for each flow.
#define HANDLE_plain(name)              \
  HANDLER(name) op_##name(regs, fp, w); \
  NEXT;
#define HANDLE_arena(name)                     \
  HANDLER(name) op_##name(regs, fp, arena, w); \
  NEXT;
#define HANDLE_address(name)            \
  HANDLER(name) op_##name(regs, ip, w); \
  NEXT;
#define HANDLE_literal(name)            \
  HANDLER(name) op_##name(regs, ip, w); \
  ip += CORACLE_LITERAL_WORDS;          \
  NEXT;
#define HANDLE_jump(name)                    \
  HANDLER(name) ip = op_##name(regs, ip, w); \
  NEXT;
#define HANDLE_branch_false(name) \
  HANDLER(name) if (!condition) { \
    ip = op_##name(regs, ip, w);  \
    NEXT;                         \
  }                               \
  NEXT;
#define HANDLE_branch_true(name) \
  HANDLER(name) if (condition) { \
    ip = op_##name(regs, ip, w); \
    NEXT;                        \
  }                              \
  NEXT;
#define HANDLE_condition(name)                                                          \
  HANDLER(name) if (op_##name(regs, fp, w)) {                                           \
    FETCH;                                                                              \
    if (field_op(w) == static_cast<std::uint32_t>(Opcode::branch_false_i)) [[likely]] { \
      NEXT;                                                                             \
    }                                                                                   \
    if (field_op(w) == static_cast<std::uint32_t>(Opcode::branch_true_i)) {             \
      ip = op_branch_true_i(regs, ip, w);                                               \
      NEXT;                                                                             \
    }                                                                                   \
    condition = 1;                                                                      \
    DISPATCH;                                                                           \
  }                                                                                     \
  else {                                                                                \
    FETCH;                                                                              \
    if (field_op(w) == static_cast<std::uint32_t>(Opcode::branch_true_i)) {             \
      NEXT;                                                                             \
    }                                                                                   \
    if (field_op(w) == static_cast<std::uint32_t>(Opcode::branch_false_i)) {            \
      ip = op_branch_false_i(regs, ip, w);                                              \
      NEXT;                                                                             \
    }                                                                                   \
    condition = 0;                                                                      \
    DISPATCH;                                                                           \
  }
#define RESUME                                               \
  do {                                                       \
    if (t.transfer != Transfer::none) [[unlikely]] {         \
      if (!resume_after_transfer(t, activation)) goto leave; \
    }                                                        \
    ip = host_pointer<const std::uint32_t>(activation.ip);   \
    NEXT;                                                    \
  } while (0)
#define HANDLE_call(name)                                                    \
  HANDLER(name) activation.ip = address_of(ip);                              \
  call_entry(t, regs[field_dest(w)], static_cast<unsigned>(field_imm16(w))); \
  RESUME;
#define HANDLE_enter(name)                         \
  HANDLER(name) activation.ip = address_of(ip);    \
  run_loop<Policy>(t, regs[field_dest(w)], false); \
  RESUME;
#define HANDLE_stack_call(name)                                                   \
  HANDLER(name) activation.ip = address_of(ip);                                   \
  t.raise(SchemeError{"", "calls of foreign functions are not implemented", {}}); \
  RESUME;
#define HANDLE_chunk(name)                                                                      \
  HANDLER(name) activation.ip = address_of(ip);                                                 \
  t.raise(SchemeError{"", "the code was translated for a kernel that is not linked here", {}}); \
  RESUME;
#define HANDLE_leave(name) HANDLER(name) goto leave;

#ifdef CORACLE_DISPATCH_GOTO
  NEXT;
#else
  FETCH;
dispatch:
  switch (static_cast<Opcode>(field_op(w))) {
#endif
#define INSTRUCTION(number, name, format, flow, meaning) HANDLE_##flow(name)
#include "vm/isa/isa.def"
#undef INSTRUCTION
#ifndef CORACLE_DISPATCH_GOTO
}
#else
dead:
#endif
activation.ip = address_of(ip);
check_failed("an instruction that is not live", __FILE__, __LINE__);

leave: t.activation = activation.outer;

#undef DISPATCH
#undef HANDLER
#undef FETCH
#undef NEXT
#undef RESUME
}

}  // namespace
}  // namespace coracle
