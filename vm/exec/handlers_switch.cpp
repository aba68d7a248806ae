// The fast loop as switches, for WebAssembly, where the tail calls of handlers_tail.cpp are slow.
//
// An engine runs a function slowly until it has compiled it well, which takes time and memory out of proportion for a
// large one, and then uses the new code when the function is called again. So there are two loops. The plain one
// dispatches by opcodes alone and is compiled within milliseconds: a thread begins with it. The one with
// fused sequences is tried early, so that the engine compiles it, and used when that has had the time.
//
// Neither has calls: they are left for what calls, for what has to be rewritten, and at event checks.
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
const std::uint32_t* run_fused_loop(const std::uint32_t* ip, Word* regs) {
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

/// The same, by opcodes. Words that were rewritten are put back.
const std::uint32_t* run_plain_loop(const std::uint32_t* ip, Word* regs) {
  for (;;) {
    std::uint32_t const word = *ip;
    Exit exit;
    switch (static_cast<Opcode>(word & 0xFF)) {
#define INSTRUCTION(number, name, format, flow, meaning) \
  case Opcode::name: exit = single<Opcode::name>(ip, word, regs); CORACLE_GO_ON(exit);
#include "vm/isa/isa.def"
#undef INSTRUCTION
    }
    std::uint32_t const original = original_of_rewritten(word);
    if (original == word) return ip;
    *const_cast<std::uint32_t*>(ip) = original;
  }
}

// Called through variables, because Emscripten's optimizer otherwise makes one function of both loops and their caller,
// which would not be called again.
using LoopFunction = const std::uint32_t*(const std::uint32_t* ip, Word* regs);
LoopFunction* volatile const plain_loop = run_plain_loop;
LoopFunction* volatile const fused_loop = run_fused_loop;

/// Rewrites the word at `ip` if it begins no sequence yet, or runs one instruction; null ends the run.
const std::uint32_t* run_outside_fused(const std::uint32_t* ip, Word* regs) {
  if (detail::begins_sequence[*ip & name_bits] &&
      rewrites_now(ExecutionState::of_context(regs[0]))) {
    *const_cast<std::uint32_t*>(ip) = rewritten_word(ip);
    return ip;
  }
  return run_any_instruction(ip, original_word(*ip), regs, nested);
}

// Which loop, by the work that a thread has done: event checks of the plain loop, each after a thousand procedures and
// loops, 60,000 to 110,000 instructions; and ways out of the fused one, while it is tried.
#if CORACLE_STRESS
constexpr std::uint32_t fused_is_tried = 3;
#else
constexpr std::uint32_t fused_is_tried = 300;  // a boot has 260
#endif
// Enough for V8 (13.6), which compiles a function when the distances that it jumped back are 13 MB together.
constexpr std::uint32_t trial = 100;
// Later by what V8 takes to compile the loop, 0.14 to 0.17 s (AMD EPYC).
constexpr std::uint32_t fused_is_ready = fused_is_tried * 4 + trial;

constexpr bool is_plain(std::uint32_t work) {
  return work < fused_is_tried || (work >= fused_is_tried + trial && work < fused_is_ready);
}

}  // namespace

void run_handlers(const std::uint32_t* ip, Word* regs) {
  std::uint32_t& work = ExecutionState::of_context(regs[0]).work;
  while (ip != nullptr) {
    if (is_plain(work)) {
      ip = plain_loop(ip, regs);
      std::uint32_t const word = original_word(*ip);
      const InstructionInfo* const info = find_instruction(word);
      if (info != nullptr && is_fusible(info->flow)) ++work;
      ip = run_any_instruction(ip, word, regs, nested);
    } else {
      if (work < fused_is_ready) ++work;
      ip = run_outside_fused(fused_loop(ip, regs), regs);
    }
  }
}

}  // namespace coracle
