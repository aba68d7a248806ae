#include "vm/exec/interpreter.h"

#include <atomic>

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
    "the rows of calls.def must be in the order of their numbers");

/// Whether a call with this prototype passes what the entry takes. It may ignore the entry's result.
bool matches_prototype(const EntryDescriptor& entry, unsigned number) {
  if (number >= std::size(prototypes)) return false;
  const Prototype& p = prototypes[number];
  if (entry.elsewhere != nullptr) return true;
  return entry.words == p.words && entry.floats == p.floats &&
         (p.result == Passing::none ||
          (entry.signature.result == Passing::floating) == (p.result == Passing::floating));
}

/// While it lives, a fault counts as one of native code.
class RunsNative {
 public:
  RunsNative(Thread& t, const char* name) : thread_(t) {
    t.native.kernel_entry = name;
    // No access may move past this fence: a signal handler reads the name.
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  ~RunsNative() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    thread_.native.kernel_entry = nullptr;
  }
  RunsNative(const RunsNative&) = delete;
  RunsNative& operator=(const RunsNative&) = delete;

 private:
  Thread& thread_;
};

Thread& thread_of(ExecutionState& state) { return static_cast<Thread&>(state); }

/// Runs code instruction by instruction, as it was compiled, and reports each to a policy.
template <class Policy>
void run_stepwise(Thread& t, Word entry, bool is_base) {
  Activation activation{entry, t.activation, is_base};
  t.activation = &activation;
  Policy policy(t);
  Word* const regs = t.registers();
  regs[0] = t.context();
  auto const nested = [](Word* registers, Word address) {
    run_stepwise<Policy>(thread_of(ExecutionState::of_context(registers[0])), address, false);
  };
  for (const std::uint32_t* ip = host_pointer<const std::uint32_t>(entry); ip != nullptr;) {
    std::uint32_t const w = original_word(*ip);
    {
      RunsNative const native(t, "a policy of the interpreter");
      policy.step(ip, w);
    }
    ip = run_any_instruction(ip, w, regs, nested);
  }
  t.activation = activation.outer;
}

void run_by_policy(Thread& t, Word entry) {
  switch (t.vm.options.mode) {
    case ExecutionMode::fast:
      t.registers()[0] = t.context();
      return run_fused(t.registers(), entry, true);
    case ExecutionMode::trace: return run_stepwise<TracePolicy>(t, entry, true);
    case ExecutionMode::histogram: return run_stepwise<HistogramPolicy>(t, entry, true);
    case ExecutionMode::checked: return run_stepwise<CheckedPolicy>(t, entry, true);
  }
}

}  // namespace

namespace {

/// Raises the error that `make` returns, or the one that it throws.
template <class Make>
void raise_guarded(Thread& t, Make make) {
  entry_detail::guarded(t, {}, [&] { throw make(); });
}

void call_other_address(Thread& t, Word address, unsigned prototype) {
  RunsNative const native(t, "a call by address");
  if (t.vm.call_library_function != nullptr && prototype < std::size(prototypes) &&
      t.vm.call_library_function(t, address, prototypes[prototype])) {
    return;
  }
  raise_guarded(t, [&] {
    return SchemeError{"",
                       "found a call to address 0x~x, expected a kernel entry or a loaded function",
                       {make_unsigned(t, address)}};
  });
}

}  // namespace

void run_fused(Word* regs, Word entry, bool is_base) {
  ExecutionState& state = ExecutionState::of_context(regs[0]);
  Activation activation{entry, state.activation, is_base};
  state.activation = &activation;
  run_handlers(host_pointer<const std::uint32_t>(entry), regs);
  state.activation = activation.outer;
}

unsigned prototype_of(const EntryDescriptor& entry) {
  unsigned number = 0;
  while (number < std::size(prototypes) && (!matches_prototype(entry, number) ||
                                            prototypes[number].result != entry.signature.result)) {
    ++number;
  }
  CORACLE_CHECK_MESSAGE(number < std::size(prototypes), "no prototype matches an entry");
  return number;
}

void call_entry(ExecutionState& state, Word address, unsigned prototype) {
  Thread& t = thread_of(state);
  const EntryDescriptor* entry = t.vm.entry_at(address);
  if (entry == nullptr) [[unlikely]]
    return call_other_address(t, address, prototype);
  RunsNative const native(t, entry->name);
  while (!matches_prototype(*entry, prototype)) [[unlikely]] {
    if (entry->overload != nullptr) {
      entry = entry->overload;
      continue;
    }
    return raise_guarded(t, [&] {
      return SchemeError{"",
                         std::string("found a call to kernel entry ") + entry->name +
                             " with prototype ~s, expected one that matches its parameters",
                         {make_fixnum(prototype)}};
    });
  }
  entry->call(t);
}

const std::uint32_t* refuse_instruction(ExecutionState& state, const char* who,
                                        const char* message) {
  {
    Thread& t = thread_of(state);
    RunsNative const native(t, who);
    raise_guarded(t, [&] { return SchemeError{who, message, {}}; });
  }
  return resume(state);
}

void fail_at_dead_number() { recover_from_fault(fault_site(), "illegal instruction"); }

const std::uint32_t* resume(ExecutionState& state) {
  Thread& t = thread_of(state);
  Activation& activation = *t.activation;
  if (t.transfer != Transfer::none) [[unlikely]] {
    if (t.transfer == Transfer::suspend) t.set_suspended_at(activation.ip - instruction_bytes);
    if (t.transfer != Transfer::error || !activation.is_base) return nullptr;
    t.transfer = Transfer::none;
    activation.ip = entry_of_code(t.vm.error_invoke_code);
  }
  return host_pointer<const std::uint32_t>(activation.ip);
}

void run_interpreter(Thread& t, Word entry) {
  FaultFrame frame(t);
  if (setjmp(frame.place) == 0) {
    frame.enter();
    t.native = {};
    run_by_policy(t, entry);
  } else {
    // A fault: the runs inside this one are gone.
    t.activation = frame.activation;
    t.native.kernel_entry = "the recovery from a fault";
    Word const handler = t.recover_from_fault();
    t.native = {};
    if (handler != 0) run_by_policy(t, handler);
  }
  t.native = frame.native;
}

}  // namespace coracle
