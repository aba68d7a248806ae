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

/// What the loop does with a word. Handlers are numbered: first the sequences, then the instructions.
struct Target {
  std::uint16_t handler;
  std::uint16_t original;  // the name of the original word
};

constexpr std::uint32_t handler_of(Opcode op) {
  return static_cast<std::uint32_t>(sequence_count) + static_cast<std::uint32_t>(op);
}
constexpr std::uint32_t outside = handler_of(Opcode{}) + 256;
/// The number of a row of sequences.def. Those beyond the table get numbers that no Target has.
constexpr std::uint32_t handler_of_row(std::uint32_t row) {
  return row < sequence_count ? row : 0x10000 + row;
}

/// By the name of the word in the code (name_bits).
struct Targets {
  Target at[name_bits + 1];
};
constexpr Targets targets = [] {
  Targets result{};
  for (std::uint32_t name = 0; name <= name_bits; name++) {
    bool const runs =
        detail::is_live[name & 0xFF] && !detail::begins_sequence[name] && is_fusible(flow_of(name));
    result.at[name] = {static_cast<std::uint16_t>(runs ? handler_of(opcode_of(name)) : outside),
                       static_cast<std::uint16_t>(name)};
  }
  for (std::size_t i = 0; i < detail::originals.size(); i++) {
    std::uint16_t const original = detail::originals[i];
    std::size_t const handler = i < sequence_count ? i : handler_of(opcode_of(original));
    result.at[name_of_rewritten(i)] = {static_cast<std::uint16_t>(handler), original};
  }
  return result;
}();

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
    Target const target = targets.at[word & name_bits];
    Exit exit;
    switch (std::uint32_t{target.handler}) {
#define INSTRUCTION(number, name, format, flow, meaning)                          \
  case handler_of(Opcode::name):                                                  \
    exit = single<Opcode::name>(ip, (word & ~name_bits) | target.original, regs); \
    CORACLE_GO_ON(exit);
#include "vm/isa/isa.def"
#undef INSTRUCTION
#define SEQUENCE(...) ROW(__COUNTER__ - first, __VA_ARGS__)
#define ROW(row, ...)                         \
  case handler_of_row(row):                   \
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
