// The fast loop as one switch, for WebAssembly, where the tail calls of handlers_tail.cpp are slow.
//
// Compilers, and the engines that compile WebAssembly, take time and memory out of proportion for a large
// function. So it has few fused sequences, one case for each instruction, and no calls: it is left
// for what calls, for what has to be rewritten, and at event checks. An engine that has compiled the
// function better in the meantime uses the new code only then.
//
// Invariants: the registers in memory are always up to date, as in handlers_tail.cpp.
// Must not know: the heap, threads (instructions.h).
#include "vm/exec/fusion.h"

namespace coracle {
namespace {

/// The labels of the switch are names (name_bits). What has no name gets a number that is none.
constexpr std::uint32_t unused = name_bits + 1;
static_assert(unused >> 8 == 32, "LABELS_16 stands twice for each instruction");

/// The label of `op`, in words as compiled, for names with these high bits.
constexpr std::uint32_t label_as_compiled(Opcode op, std::uint32_t high) {
  std::uint32_t const name = static_cast<std::uint32_t>(op) | high << 8;
  bool const runs = !detail::begins_sequence[name] && is_fusible(flow_of(name));
  return runs ? name : unused + name;
}
/// The same in words that were rewritten because no sequence begins there.
constexpr std::uint32_t label_of_single(Opcode op, std::uint32_t high) {
  std::uint32_t const name = static_cast<std::uint32_t>(op) | high << 8;
  return detail::begins_sequence[name] ? name_of_single(name) : 2 * unused + name;
}
/// The label of a row of sequences.def, which may be beyond the table.
constexpr std::uint32_t label_of_row(std::uint32_t row) {
  return row < sequence_count ? name_of_row(row) : 3 * unused + row;
}

/// Where the code continues after a handler, and whether the loop is left there.
struct Exit {
  const std::uint32_t* place;
  bool leaves;
};
struct MakeExit {
  template <ExitKind kind>
  [[gnu::always_inline]] Exit operator()(const std::uint32_t* place, ExitTag<kind>) const {
    return {place, kind == ExitKind::event_check};
  }
};

template <std::uint32_t... shapes>
[[gnu::always_inline]] inline Exit sequence(const std::uint32_t* ip, Word* regs) {
  Word r[CORACLE_INTEGER_REGISTERS];
  return run_steps<0, 0, shapes...>(ip, regs, r, 0, MakeExit());
}

const auto nested = [](Word* regs, Word address) { run_fused(regs, address, false); };

template <Opcode op>
[[gnu::always_inline]] inline Exit single(const std::uint32_t* ip, std::uint32_t w, Word* regs) {
  constexpr Flow flow = instruction_info(op).flow;
  if constexpr (flow == Flow::condition) {
    return run_condition<op>(ip, w, regs, MakeExit());
  } else if constexpr (is_fusible(flow)) {
    return {run_instruction<op>(ip, w, regs, nested), false};
  } else {
    return {ip, true};
  }
}

// The end of a case. Its exits meet here, where an empty instruction keeps the compiler from sending each to
// the head of the loop by itself: V8 (13.6) takes memory by the number of ways to the head, times the size
// of the function.
#define CORACLE_GO_ON(exit)               \
  if ((exit).leaves) return (exit).place; \
  ip = (exit).place;                      \
  asm volatile("" : "+r"(ip));            \
  continue

/// Runs from `ip` to the next place where the loop must be left, or may be.
[[gnu::noinline]] const std::uint32_t* run_inside(const std::uint32_t* ip, Word* regs) {
  using namespace shapes;
  enum : std::uint32_t { first = __COUNTER__ + 1 };
  for (;;) {
    std::uint32_t const word = *ip;
    Exit exit;
    switch (word & name_bits) {
#define LABELS(op, high)                    \
  case label_as_compiled(Opcode::op, high): \
  case label_of_single(Opcode::op, high):
#define LABELS_4(op, high) \
  LABELS(op, high) LABELS(op, (high) + 1) LABELS(op, (high) + 2) LABELS(op, (high) + 3)
#define LABELS_16(op, high) \
  LABELS_4(op, high) LABELS_4(op, (high) + 4) LABELS_4(op, (high) + 8) LABELS_4(op, (high) + 12)
#define INSTRUCTION(number, name, format, flow, meaning)                              \
  LABELS_16(name, 0) LABELS_16(name, 16) exit = single<Opcode::name>(ip, word, regs); \
  CORACLE_GO_ON(exit);
#include "vm/isa/isa.def"
#undef INSTRUCTION
#undef LABELS_16
#undef LABELS_4
#undef LABELS
#define SEQUENCE(...) ROW(__COUNTER__ - first, __VA_ARGS__)
#define ROW(row, ...)                         \
  case label_of_row(row):                     \
    if constexpr (row < sequence_count) {     \
      exit = sequence<__VA_ARGS__>(ip, regs); \
      CORACLE_GO_ON(exit);                    \
    }                                         \
    return ip;
#include "vm/exec/sequences.def"
#undef ROW
#undef SEQUENCE
      default: return ip;
    }
  }
}

/// Rewrites the word at `ip` if it begins no sequence yet, or runs one instruction; null ends the run.
const std::uint32_t* run_outside(const std::uint32_t* ip, Word* regs) {
  if (detail::begins_sequence[*ip & name_bits] &&
      rewrites_now(ExecutionState::of_context(regs[0]))) {
    *const_cast<std::uint32_t*>(ip) = rewritten_word(ip);
    return ip;
  }
  return run_any_instruction(ip, original_word(*ip), regs, nested);
}

}  // namespace

void run_handlers(const std::uint32_t* ip, Word* regs) {
  while (ip != nullptr) ip = run_outside(run_inside(ip, regs), regs);
}

}  // namespace coracle
