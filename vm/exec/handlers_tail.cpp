// The fast loop: a handler for each fused sequence and for each single instruction, found by the low
// bits of the next word. A handler goes on to the next one by a tail call, with the most used
// registers in those of the host. On targets where that is untested, it returns the address of the next
// word to a loop instead.
//
// Invariants: the registers in memory are always up to date; host registers hold copies of them. So a
// function that is called, and the handler of a fault, find everything in memory.
// Must not know: the heap, threads (instructions.h).
#include "vm/exec/fusion.h"

namespace coracle {
namespace {

template <unsigned... n>
struct Registers {};

// clang is told to make the tail calls jumps. gcc does so at -O2 wherever it can, and tests/tail_calls
// checks that it did.
#if defined(__x86_64__) && defined(__OPTIMIZE__)
#if defined(__clang__)
#define CORACLE_CONVENTION __attribute__((preserve_none))
#define CORACLE_TAIL [[clang::musttail]]
using Copied = Registers<1, 15, 4, 14, 9, 2, 11, 0>;
#else
#define CORACLE_CONVENTION
#define CORACLE_TAIL
using Copied = Registers<1, 15, 4, 14>;
#endif
using Next = void;
#else
#define CORACLE_CONVENTION
#define CORACLE_TAIL
using Copied = Registers<>;
using Next = const std::uint32_t*;  // null at the end of the run
#endif

template <unsigned>
using Copy = Word;
template <class Copied>
struct HandlerOf;
template <unsigned... n>
struct HandlerOf<Registers<n...>> {
  using Type = CORACLE_CONVENTION Next (*)(const std::uint32_t* ip, Word* regs, Copy<n>...);
};
using Handler = HandlerOf<Copied>::Type;

template <std::size_t size>
struct Handlers {
  Handler at[size];
};
/// By the name of the word in the code (name_bits).
extern const Handlers<name_bits + 1> handlers;
/// By opcode: each runs its instruction as if there were no sequences.
extern const Handlers<256> single_handlers;

constexpr std::uint32_t as_it_stands = ~0u;

/// The handlers. n: the registers whose copies they pass to each other.
template <class Copied>
struct Loop;
template <unsigned... n>
struct Loop<Registers<n...>> {
  static constexpr unsigned copied = (0u | ... | (1u << n));

  /// Goes to the handler of the word at `place`.
  [[gnu::always_inline]] CORACLE_CONVENTION static inline Next go_on(
      const std::uint32_t* place, [[maybe_unused]] Word* regs, [[maybe_unused]] Copy<n>... copies) {
    if constexpr (std::is_void_v<Next>) {
      CORACLE_TAIL return handlers.at[*place & name_bits](place, regs, copies...);
    } else {
      return static_cast<Next>(place);
    }
  }

  /// Runs from `ip` to the end of the run.
  static void run(const std::uint32_t* ip, Word* regs) {
    if constexpr (std::is_void_v<Next>) {
      handlers.at[*ip & name_bits](ip, regs, regs[n]...);
    } else {
      while (ip != nullptr) ip = handlers.at[*ip & name_bits](ip, regs, regs[n]...);
    }
  }

  // ---- Single instructions ----

  /// Runs one instruction on the registers in memory. `name`: the low bits of the original word.
  template <Opcode op, std::uint32_t name>
  CORACLE_CONVENTION static Next single(const std::uint32_t* ip, Word* regs,
                                        [[maybe_unused]] Copy<n>... copies) {
    constexpr Flow flow = instruction_info(op).flow;
    std::uint32_t const w = name == as_it_stands ? *ip : (*ip & ~name_bits) | name;
    if constexpr (flow == Flow::condition) {
      return run_condition<op>(
          ip, w, regs, [&](const std::uint32_t* place, auto) __attribute__((always_inline)) {
            return go_on(place, regs, regs[n]...);
          });
    } else if constexpr (flow == Flow::plain &&
                         registers_of(static_cast<std::uint32_t>(op), true) == 0) {
      body<op>(regs, float_registers(regs), w);
      CORACLE_TAIL return go_on(ip + 1, regs, copies...);
    } else {
      auto const nested = [](Word* r, Word address) { run_fused(r, address, false); };
      ip = run_instruction<op>(ip, w, regs, nested);
      if (!has_body(flow) && ip == nullptr) return Next();
      CORACLE_TAIL return go_on(ip, regs, regs[n]...);
    }
  }

  CORACLE_CONVENTION static Next dead_number(const std::uint32_t* ip, Word* regs, Copy<n>...) {
    ExecutionState::of_context(regs[0]).activation->ip = address_of(ip);
    fail_at_dead_number();
  }

  /// Rewrites the word at `ip` to name the sequence there, or else the single instruction, and runs it.
  CORACLE_CONVENTION static Next rewrite(const std::uint32_t* ip, Word* regs, Copy<n>... copies) {
    if (!rewrites_now(ExecutionState::of_context(regs[0]))) {
      CORACLE_TAIL return single_handlers.at[*ip & 0xFF](ip, regs, copies...);
    }
    *const_cast<std::uint32_t*>(ip) = rewritten_word(ip);
    CORACLE_TAIL return go_on(ip, regs, copies...);
  }

  // ---- Sequences ----

  template <std::uint32_t... shapes>
  CORACLE_CONVENTION static Next sequence(const std::uint32_t* ip, Word* regs, Copy<n>... copies) {
    Word r[CORACLE_INTEGER_REGISTERS];
    ((r[n] = copies), ...);
    return run_steps<copied, 0, shapes...>(
        ip, regs, r, 0, [&](const std::uint32_t* place, auto) __attribute__((always_inline)) {
          return go_on(place, regs, r[n]...);
        });
  }
};
using FastLoop = Loop<Copied>;

// ---- The table ----

/// The names of instructions that can begin a sequence.
constexpr auto beginning_names = [] {
  std::array<std::uint32_t, detail::single_count> result{};
  std::size_t n = 0;
  for (std::uint32_t name = 0; name <= name_bits; name++) {
    if (detail::begins_sequence[name]) result[n++] = name;
  }
  return result;
}();

constexpr Handlers<256> make_single_handlers() {
  Handlers<256> result;
  for (Handler& handler : result.at) handler = &FastLoop::dead_number;
#define INSTRUCTION(number, name, format, flow, meaning) \
  result.at[number] = &FastLoop::single<Opcode::name, as_it_stands>;
#include "vm/isa/isa.def"
#undef INSTRUCTION
  return result;
}
constinit const Handlers<256> single_handlers = make_single_handlers();

constexpr Handlers<name_bits + 1> make_handlers() {
  Handlers<name_bits + 1> result;
  constexpr Handlers<256> singles = make_single_handlers();
  for (unsigned name = 0; name <= name_bits; name++) {
    result.at[name] = detail::begins_sequence[name] ? &FastLoop::rewrite : singles.at[name & 0xFF];
  }
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    const Handler rewritten[] = {
        &FastLoop::single<opcode_of(beginning_names[i]), beginning_names[i]>...};
    for (std::size_t n = 0; n < std::size(rewritten); n++) {
      result.at[name_of_single(beginning_names[n])] = rewritten[n];
    }
  }(std::make_index_sequence<detail::single_count>());
  std::size_t row = 0;
#define SEQUENCE(...) result.at[name_of_row(row++)] = &FastLoop::sequence<__VA_ARGS__>;
  using namespace shapes;
#include "vm/exec/sequences.def"
#undef SEQUENCE
  return result;
}
constinit const Handlers<name_bits + 1> handlers = make_handlers();

}  // namespace

void run_handlers(const std::uint32_t* ip, Word* regs) { FastLoop::run(ip, regs); }

}  // namespace coracle
