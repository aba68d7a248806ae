#include "vm/exec/interpreter.h"

#include <cstdio>

#include "vm/exec/fault.h"
#include "vm/exec/policy.h"
#include "vm/exec/vm.h"
#include "vm/isa/isa.h"
#include "vm/isa/ops.h"

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
  if (entry.status != EntryStatus::implemented) return true;
  return entry.words == p.words && entry.floats == p.floats &&
         (p.result == Passing::none ||
          (entry.signature.result == Passing::floating) == (p.result == Passing::floating));
}

}  // namespace
}  // namespace coracle

#include "vm/exec/interpreter_loop.h"

namespace coracle {

unsigned prototype_of(const EntryDescriptor& entry) {
  unsigned number = 0;
  while (number < std::size(prototypes) && (!matches_prototype(entry, number) ||
                                            prototypes[number].result != entry.signature.result)) {
    ++number;
  }
  CORACLE_CHECK_MESSAGE(number < std::size(prototypes), "no prototype fits an entry");
  return number;
}

namespace {

void run_by_policy(Thread& t, Word entry) {
  switch (t.vm.options.mode) {
    case ExecutionMode::fast: return run_loop<FastPolicy>(t, entry, true);
    case ExecutionMode::trace: return run_loop<TracePolicy>(t, entry, true);
    case ExecutionMode::histogram: return run_loop<HistogramPolicy>(t, entry, true);
    case ExecutionMode::checked: return run_loop<CheckedPolicy>(t, entry, true);
  }
}

}  // namespace

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
