#include "vm/exec/interpreter.h"

#include "vm/exec/fault.h"
#include "vm/exec/instructions.h"
#include "vm/exec/policy.h"
#include "vm/exec/sequences.h"

namespace coracle {
namespace {

constexpr Prototype prototypes[] = {
#define PROTOTYPE(number, result, words, floats) {Passing::result, words, floats},
#include "vm/exec/calls.def"
#undef PROTOTYPE
};
constexpr int prototype_numbers[] = {
#define PROTOTYPE(number, result, words, floats) number,
#include "vm/exec/calls.def"
#undef PROTOTYPE
};
static_assert(
    [] {
      int expected = 0;
      for (int n : prototype_numbers) {
        if (n != expected++) return false;
      }
      return true;
    }(),
    "the rows of calls.def stand in the order of their numbers");

/// Whether a call by this prototype passes what the entry takes. An entry's result may be ignored.
bool matches_prototype(const EntryDescriptor& entry, unsigned number) {
  if (number >= std::size(prototypes)) return false;
  const Prototype& p = prototypes[number];
  if (entry.elsewhere != nullptr) return true;
  return entry.words == p.words && entry.floats == p.floats &&
         (p.result == Passing::none ||
          (entry.signature.result == Passing::floating) == (p.result == Passing::floating));
}

/// Runs code instruction by instruction, as it was compiled, with a policy told of each.
template <class Policy>
void run_stepwise(Thread& t, Word entry, bool is_base) {
  Activation activation{entry, t.activation, is_base};
  t.activation = &activation;
  Policy policy(t);
  Word* const regs = t.registers();
  regs[0] = t.context();
  auto const nested = [](Thread& thread, Word address) {
    run_stepwise<Policy>(thread, address, false);
  };
  for (const std::uint32_t* ip = host_pointer<const std::uint32_t>(entry); ip != nullptr;) {
    std::uint32_t const w = original_word(*ip);
    policy.step(ip, w);
    switch (static_cast<Opcode>(w & 0xFF)) {
#define INSTRUCTION(number, name, format, flow, meaning) \
  case Opcode::name: ip = run_instruction<Opcode::name>(ip, w, regs, nested); continue;
#include "vm/isa/isa.def"
#undef INSTRUCTION
    }
    activation.ip = address_of(ip);
    check_failed("an instruction that is not live", __FILE__, __LINE__);
  }
  t.activation = activation.outer;
}

void run_by_policy(Thread& t, Word entry) {
  switch (t.vm.options.mode) {
    case ExecutionMode::fast: return run_fused(t, entry, true);
    case ExecutionMode::trace: return run_stepwise<TracePolicy>(t, entry, true);
    case ExecutionMode::histogram: return run_stepwise<HistogramPolicy>(t, entry, true);
    case ExecutionMode::checked: return run_stepwise<CheckedPolicy>(t, entry, true);
  }
}

}  // namespace

unsigned prototype_of(const EntryDescriptor& entry) {
  unsigned number = 0;
  while (number < std::size(prototypes) && (!matches_prototype(entry, number) ||
                                            prototypes[number].result != entry.signature.result)) {
    ++number;
  }
  CORACLE_CHECK_MESSAGE(number < std::size(prototypes), "no prototype fits an entry");
  return number;
}

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

const std::uint32_t* resume(Thread& t) {
  Activation& activation = *t.activation;
  if (t.transfer != Transfer::none) [[unlikely]] {
    if (t.transfer != Transfer::error || !activation.is_base) return nullptr;
    t.transfer = Transfer::none;
    activation.ip = entry_of_code(t.vm.error_invoke_code);
  }
  return host_pointer<const std::uint32_t>(activation.ip);
}

void run_interpreter(Thread& t, Word entry) {
  FaultFrame frame;
  frame.activation = t.activation;
  FaultFrame* const outer = t.fault_frame;
  if (setjmp(frame.place) != 0) {
    // A fault: the runs inside this one are gone.
    t.in_kernel = true;
    t.activation = frame.activation;
    Word const handler = t.recover_from_fault();
    t.in_kernel = false;
    run_by_policy(t, handler);
  } else {
    t.fault_frame = &frame;
    t.in_kernel = false;
    run_by_policy(t, entry);
  }
  t.fault_frame = outer;
  t.in_kernel = true;
}

}  // namespace coracle
