// The fast loop: a handler for each fused sequence and for each single instruction, found by the low
// bits of the next word. A handler goes on to the next one by a tail call, with the registers
// used most in those of the host; on targets where nobody tried that, it returns the next place to a
// loop.
//
// Invariants: the registers in memory are always right; those that travel in host registers are
// copies of them. So whoever is called, and a fault, finds everything in memory.
#include <utility>

#include "vm/exec/instructions.h"
#include "vm/exec/interpreter.h"
#include "vm/exec/sequence_table.h"

namespace coracle {
namespace {

// clang is told that tail calls are jumps; gcc makes jumps of all of them that it can at -O2, and a test
// looks whether it did (tests/tail_calls).
#if defined(__x86_64__) && defined(__OPTIMIZE__)
#define CORACLE_TAIL_CALLS 1
#if defined(__clang__)
#define CORACLE_CONVENTION __attribute__((preserve_none))
#define CORACLE_TAIL [[clang::musttail]]
#define CORACLE_COPIED(REGISTER) \
  REGISTER(1) REGISTER(15) REGISTER(4) REGISTER(14) REGISTER(9) REGISTER(2) REGISTER(11) REGISTER(0)
#else
#define CORACLE_CONVENTION
#define CORACLE_TAIL
#define CORACLE_COPIED(REGISTER) REGISTER(1) REGISTER(15) REGISTER(4) REGISTER(14)
#endif
#define CORACLE_PARAMETER(n) , [[maybe_unused]] Word r##n
#define CORACLE_FROM_MEMORY(n) , regs[n]
#define CORACLE_FROM_LOCAL(n) , r[n]
#define CORACLE_AS_IT_WAS(n) , r##n
#define CORACLE_KNOW(n) r[n] = r##n;
#define CORACLE_BIT(n) | 1u << n
using Handler = CORACLE_CONVENTION void (*)(const std::uint32_t* ip,
                                            Word* regs CORACLE_COPIED(CORACLE_PARAMETER));
#define CORACLE_HANDLER CORACLE_CONVENTION void
#define CORACLE_GO_ON(next, copies)                                                          \
  do {                                                                                       \
    const std::uint32_t* const place = next;                                                 \
    CORACLE_TAIL return handlers.at[*place & name_bits](place, regs CORACLE_COPIED(copies)); \
  } while (0)
#define CORACLE_LEAVE return
#else
#define CORACLE_CONVENTION
#define CORACLE_TAIL
#define CORACLE_COPIED(REGISTER)
using Handler = const std::uint32_t* (*)(const std::uint32_t* ip, Word* regs);
#define CORACLE_HANDLER const std::uint32_t*
#define CORACLE_GO_ON(next, copies) return next
#define CORACLE_LEAVE return nullptr
#endif
#define CORACLE_PARAMETERS                  \
  [[maybe_unused]] const std::uint32_t *ip, \
      [[maybe_unused]] Word *regs CORACLE_COPIED(CORACLE_PARAMETER)

template <std::size_t size>
struct Handlers {
  Handler at[size];
};
/// By the names of words as they stand in code.
extern const Handlers<name_bits + 1> handlers;
/// By the numbers of instructions: each as if there were no sequences.
extern const Handlers<256> single_handlers;

constexpr unsigned copied_registers = 0 CORACLE_COPIED(CORACLE_BIT);

// ---- Single instructions ----

/// The integer registers of a shape: those it names, and of these the one that it writes.
constexpr unsigned registers_of(std::uint32_t shape, bool written) {
  unsigned result = 0;
  for (const Field& field : instruction_info(opcode_of(shape)).operands()) {
    bool const counts = !written || field.name == fields::dest.name;
    if (field.kind == FieldKind::integer_register && counts) result |= 1u << field.read(shape);
  }
  return result;
}

constexpr std::uint32_t as_it_stands = ~0u;

/// Runs one instruction on the registers in memory. `name`: the low bits of the original word.
template <Opcode op, std::uint32_t name>
CORACLE_HANDLER single(CORACLE_PARAMETERS) {
  constexpr Flow flow = instruction_info(op).flow;
  std::uint32_t const w = name == as_it_stands ? *ip : (*ip & ~name_bits) | name;
  if constexpr (flow == Flow::condition) {
    // Each way gets a dispatch of its own.
    std::uint32_t const b = ip[1];
    if (body<op>(regs, float_registers(regs), w)) {
      if (opcode_of(b) == Opcode::branch_false_i) [[likely]]
        CORACLE_GO_ON(ip + 2, CORACLE_FROM_MEMORY);
      if (opcode_of(b) == Opcode::branch_true_i)
        CORACLE_GO_ON(op_branch_true_i(regs, ip + 2, b), CORACLE_FROM_MEMORY);
      Thread::of_context(regs[0]).condition = 1;
    } else {
      if (opcode_of(b) == Opcode::branch_true_i) [[likely]]
        CORACLE_GO_ON(ip + 2, CORACLE_FROM_MEMORY);
      if (opcode_of(b) == Opcode::branch_false_i)
        CORACLE_GO_ON(op_branch_false_i(regs, ip + 2, b), CORACLE_FROM_MEMORY);
      Thread::of_context(regs[0]).condition = 0;
    }
    CORACLE_GO_ON(ip + 1, CORACLE_FROM_MEMORY);
  } else if constexpr (flow == Flow::plain &&
                       registers_of(static_cast<std::uint32_t>(op), true) == 0) {
    body<op>(regs, float_registers(regs), w);
    CORACLE_GO_ON(ip + 1, CORACLE_AS_IT_WAS);
  } else {
    auto const nested = [](Thread& t, Word address) { run_fused(t, address, false); };
    ip = run_instruction<op>(ip, w, regs, nested);
    if (!has_body(flow) && ip == nullptr) CORACLE_LEAVE;
    CORACLE_GO_ON(ip, CORACLE_FROM_MEMORY);
  }
}

CORACLE_HANDLER dead_number(CORACLE_PARAMETERS) {
  Thread::of_context(regs[0]).activation->ip = address_of(ip);
  check_failed("an instruction that is not live", __FILE__, __LINE__);
}

#if CORACLE_STRESS
/// Every other time that something could be rewritten, the instruction runs as it is, so that the same
/// code runs both ways.
bool rewrites_now(Thread& t) { return t.rewrites_now = !t.rewrites_now; }
#else
constexpr bool rewrites_now(Thread&) { return true; }
#endif

/// Names the sequence at `ip`, or the single instruction if there is none, and runs that.
CORACLE_HANDLER rewrite(CORACLE_PARAMETERS) {
  if (!rewrites_now(Thread::of_context(regs[0]))) {
    std::uint32_t const w = *ip;
    CORACLE_TAIL return single_handlers.at[w & 0xFF](ip, regs CORACLE_COPIED(CORACLE_AS_IT_WAS));
  }
  *const_cast<std::uint32_t*>(ip) = rewritten_word(ip);
  CORACLE_GO_ON(ip, CORACLE_AS_IT_WAS);
}

// ---- Sequences ----

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

/// What is known of the instruction of an index in a sequence.
struct Step {
  std::uint32_t shape;
  int offset;          // of its word from the first one
  unsigned known = 0;  // registers whose contents the handler has already
};
template <std::uint32_t... shapes>
constexpr auto steps_of = [] {
  std::array<Step, sizeof...(shapes)> result{Step{shapes, 0}...};
  int offset = 0;
  unsigned known = copied_registers;
  for (Step& step : result) {
    step.offset = offset;
    step.known = known;
    offset += words_of(opcode_of(step.shape));
    known |= registers_of(step.shape, false);
  }
  return result;
}();

template <std::uint32_t... shapes>
CORACLE_HANDLER sequence(CORACLE_PARAMETERS) {
  constexpr auto steps = steps_of<shapes...>;
  Word r[CORACLE_INTEGER_REGISTERS];
  CORACLE_COPIED(CORACLE_KNOW)
  [[maybe_unused]] int condition = 0;
#define CORACLE_STEP(i)                                                                          \
  if constexpr (i < sizeof...(shapes)) {                                                         \
    constexpr Step step = steps[i < sizeof...(shapes) ? i : 0];                                  \
    constexpr Opcode op = opcode_of(step.shape);                                                 \
    constexpr Flow flow = instruction_info(op).flow;                                             \
    constexpr std::uint32_t numbers = number_bits(op);                                           \
    std::uint32_t const w = (ip[step.offset] & numbers) | step.shape;                            \
    [[maybe_unused]] const std::uint32_t* const next = ip + step.offset + 1;                     \
    constexpr unsigned used = registers_of(step.shape, false),                                   \
                       written = registers_of(step.shape, true);                                 \
    copy_registers<used & ~step.known>(r, regs);                                                 \
    if constexpr (flow == Flow::plain) body<op>(&r[0], float_registers(regs), w);                \
    else if constexpr (flow == Flow::condition)                                                  \
      condition = body<op>(&r[0], float_registers(regs), w);                                     \
    else if constexpr (flow == Flow::literal || flow == Flow::address) body<op>(&r[0], next, w); \
    else if constexpr (flow == Flow::jump)                                                       \
      CORACLE_GO_ON(body<op>(&r[0], next, w), CORACLE_FROM_LOCAL);                               \
    else if constexpr (flow == Flow::branch_false) {                                             \
      if (!condition) [[unlikely]]                                                               \
        CORACLE_GO_ON(body<op>(&r[0], next, w), CORACLE_FROM_LOCAL);                             \
    } else if constexpr (flow == Flow::branch_true) {                                            \
      if (condition) [[unlikely]]                                                                \
        CORACLE_GO_ON(body<op>(&r[0], next, w), CORACLE_FROM_LOCAL);                             \
    }                                                                                            \
    copy_registers<written>(regs, r);                                                            \
  }
  CORACLE_STEP(0)
  CORACLE_STEP(1)
  CORACLE_STEP(2)
  CORACLE_STEP(3)
  CORACLE_STEP(4)
  CORACLE_STEP(5)
  CORACLE_STEP(6)
  CORACLE_STEP(7)
  CORACLE_STEP(8)
  CORACLE_STEP(9)
  CORACLE_STEP(10)
  CORACLE_STEP(11)
  static_assert(longest_sequence == 12, "as many steps as a sequence can have");
#undef CORACLE_STEP
  constexpr Step last = steps[sizeof...(shapes) - 1];
  CORACLE_GO_ON(ip + last.offset + words_of(opcode_of(last.shape)), CORACLE_FROM_LOCAL);
}

// ---- The table ----

template <std::size_t index>
constexpr Handler single_of_index() {
  constexpr std::uint32_t name = detail::originals[index];
  return &single<opcode_of(name), name>;
}

constexpr Handlers<256> make_single_handlers() {
  Handlers<256> result;
  for (Handler& handler : result.at) handler = &dead_number;
#define INSTRUCTION(number, name, format, flow, meaning) \
  result.at[number] = &single<Opcode::name, as_it_stands>;
#include "vm/isa/isa.def"
#undef INSTRUCTION
  return result;
}
constinit const Handlers<256> single_handlers = make_single_handlers();

constexpr Handlers<name_bits + 1> make_handlers() {
  Handlers<name_bits + 1> result;
  constexpr Handlers<256> singles = make_single_handlers();
  for (unsigned name = 0; name <= name_bits; name++) {
    result.at[name] = detail::begins_sequence[name] ? &rewrite : singles.at[name & 0xFF];
  }
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    constexpr Handler fallbacks[] = {single_of_index<sequence_count + i>()...};
    std::size_t index = sequence_count;
    for (Handler handler : fallbacks) result.at[name_of_rewritten(index++)] = handler;
  }(std::make_index_sequence<detail::single_count>());
  std::size_t n = 0;
#define SEQUENCE(...) result.at[name_of_rewritten(n++)] = &sequence<__VA_ARGS__>;
  using namespace shapes;
#include "vm/exec/sequences.def"
#undef SEQUENCE
  return result;
}
constinit const Handlers<name_bits + 1> handlers = make_handlers();

}  // namespace

void run_fused(Thread& t, Word entry, bool is_base) {
  Activation activation{entry, t.activation, is_base};
  t.activation = &activation;
  Word* const regs = t.registers();
  regs[0] = t.context();
  const std::uint32_t* ip = host_pointer<const std::uint32_t>(entry);
#if CORACLE_TAIL_CALLS
  handlers.at[*ip & name_bits](ip, regs CORACLE_COPIED(CORACLE_FROM_MEMORY));
#else
  while (ip != nullptr) ip = handlers.at[*ip & name_bits](ip, regs);
#endif
  t.activation = activation.outer;
}

}  // namespace coracle
