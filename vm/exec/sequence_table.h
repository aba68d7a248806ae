// The table of fused sequences as data, and the names of its rows: the first CORACLE_SEQUENCES rows of
// sequences.def, a number that CMake chooses.
//
// Only sequences.cpp and the handlers include it: the compiler takes a second to evaluate it.
#pragma once

#include <algorithm>
#include <array>

#include "vm/exec/sequences.h"

namespace coracle {

struct Sequence {
  std::array<std::uint32_t, longest_sequence> shapes;
  int length;

  template <class... S>
  constexpr explicit Sequence(S... s) : shapes{s...}, length(sizeof...(s)) {}
};

#define SEQUENCE(...) +1
inline constexpr std::size_t sequence_count = std::min<std::size_t>(CORACLE_SEQUENCES, 0
#include "vm/exec/sequences.def"
);
#undef SEQUENCE

inline constexpr auto sequence_table = [] {
  using namespace shapes;
  Sequence const rows[] = {
#define SEQUENCE(...) Sequence(__VA_ARGS__),
#include "vm/exec/sequences.def"
#undef SEQUENCE
  };
  return [&]<std::size_t... row>(std::index_sequence<row...>) {
    return std::array<Sequence, sequence_count>{rows[row]...};
  }(std::make_index_sequence<sequence_count>());
}();

/// Whether each condition of a sequence is followed by its branch, with at most nops between. A handler
/// keeps the condition in a variable of its own, so a sequence may not have one without the other.
constexpr bool has_conditions_with_branches(const Sequence& s) {
  bool pending = false;
  for (int i = 0; i < s.length; i++) {
    Opcode const op = opcode_of(s.shapes[static_cast<std::size_t>(i)]);
    Flow const flow = instruction_info(op).flow;
    bool const uses = flow == Flow::branch_true || flow == Flow::branch_false;
    if (uses != pending && op != Opcode::nop) return false;
    if (uses) pending = false;
    if (flow == Flow::condition) pending = true;
  }
  return !pending;
}
static_assert(
    [] {
      for (const Sequence& s : sequence_table) {
        if (!has_conditions_with_branches(s)) return false;
      }
      return true;
    }(),
    "a fused sequence has a condition without its branch, or a branch without its condition");

namespace detail {

/// Which opcodes are live. (find_instruction() won't do: with gcc's sanitizers, a comparison of pointers
/// is not a constant expression.)
inline constexpr std::array<bool, 256> is_live = [] {
  std::array<bool, 256> result{};
  for (const InstructionInfo& info : instruction_table) result[info.number()] = true;
  return result;
}();

inline constexpr std::size_t dead_count = 256 - instruction_count;

struct DeadNumbers {
  std::array<std::uint8_t, dead_count> all{};
  std::array<std::uint8_t, 256> rank{};  // of dead numbers only
};
inline constexpr DeadNumbers dead = [] {
  DeadNumbers result;
  std::size_t n = 0;
  for (unsigned number = 0; number < 256; number++) {
    if (is_live[number]) continue;
    result.rank[number] = static_cast<std::uint8_t>(n);
    result.all[n++] = static_cast<std::uint8_t>(number);
  }
  return result;
}();

/// Which names can begin a sequence. Each of them gets another name for the single instruction, for
/// places where no sequence was found, so that the search is not repeated.
inline constexpr std::array<bool, name_bits + 1> begins_sequence = [] {
  std::array<bool, name_bits + 1> result{};
  for (const Sequence& s : sequence_table) result[s.shapes[0] & name_bits] = true;
  return result;
}();
inline constexpr std::size_t single_count = [] {
  std::size_t n = 0;
  for (bool b : begins_sequence) n += b;
  return n;
}();

/// The names of the original words: first those of sequences, then those of single instructions.
inline constexpr std::array<std::uint16_t, sequence_count + single_count> originals = [] {
  std::array<std::uint16_t, sequence_count + single_count> result{};
  std::size_t n = 0;
  for (const Sequence& s : sequence_table) {
    result[n++] = static_cast<std::uint16_t>(s.shapes[0] & name_bits);
  }
  for (unsigned name = 0; name <= name_bits; name++) {
    if (begins_sequence[name]) result[n++] = static_cast<std::uint16_t>(name);
  }
  return result;
}();
static_assert(originals.size() <= dead_count * ((name_bits + 1) >> 8),
              "there are more sequences than names for them");

}  // namespace detail

/// The name that stands for the sequence or single instruction at an index of the list above.
constexpr std::uint32_t name_of_rewritten(std::size_t index) {
  return detail::dead.all[index % detail::dead_count] |
         static_cast<std::uint32_t>(index / detail::dead_count) << 8;
}

}  // namespace coracle
