// The table of fused sequences as data, and the names that stand for them in code: the first CORACLE_SEQUENCES rows of
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

/// Which names can begin a sequence. Each of them gets another name for the single instruction, for
/// places where no sequence was found, so that the search is not repeated.
inline constexpr std::array<bool, name_bits + 1> begins_sequence = [] {
  std::array<bool, name_bits + 1> result{};
  for (const Sequence& s : sequence_table) result[s.shapes[0] & name_bits] = true;
  return result;
}();
inline constexpr std::size_t single_count =
    static_cast<std::size_t>(std::count(begins_sequence.begin(), begins_sequence.end(), true));

/// What stands for a rewritten word: a name with a dead number.
struct RewrittenNames {
  std::array<std::uint8_t, 256> single_numbers{};  // by opcode, of those that begin sequences
  std::array<std::uint16_t, sequence_count> rows{};
  std::array<std::uint16_t, name_bits + 1> originals{};  // by name; all others are their own
};
inline constexpr RewrittenNames rewritten_names = [] {
  RewrittenNames result;
  for (std::size_t name = 0; name <= name_bits; name++) {
    result.originals[name] = static_cast<std::uint16_t>(name);
  }
  std::array<bool, name_bits + 1> taken{};
  unsigned next_number = 0;
  for (std::size_t op = 0; op < 256; op++) {
    for (std::size_t name = op; name <= name_bits; name += 256) {
      if (!begins_sequence[name]) continue;
      std::uint8_t& number = result.single_numbers[op];
      while (number == 0 || is_live[number]) {
        if (next_number > 0xFF) throw "there are too few dead numbers";
        number = static_cast<std::uint8_t>(next_number++);
      }
      std::size_t const single = number | (name & ~std::size_t{0xFF});
      taken[single] = true;
      result.originals[single] = static_cast<std::uint16_t>(name);
    }
  }
  std::size_t name = 0;
  for (std::size_t row = 0; row < sequence_count; row++) {
    while (is_live[name & 0xFF] || taken[name]) {
      if (name++ == name_bits) throw "there are more sequences than names for them";
    }
    result.rows[row] = static_cast<std::uint16_t>(name);
    result.originals[name] = static_cast<std::uint16_t>(sequence_table[row].shapes[0] & name_bits);
    taken[name] = true;
  }
  return result;
}();

}  // namespace detail

/// The name that stands for a row of the table.
constexpr std::uint32_t name_of_row(std::size_t row) { return detail::rewritten_names.rows[row]; }

/// The name that stands for a single instruction whose name can begin a sequence.
constexpr std::uint32_t name_of_single(std::uint32_t name) {
  return detail::rewritten_names.single_numbers[name & 0xFF] | (name & ~0xFFu);
}

}  // namespace coracle
