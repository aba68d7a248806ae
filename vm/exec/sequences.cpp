#include "vm/exec/sequences.h"

#include <algorithm>

#include "vm/exec/sequence_table.h"

namespace coracle {
namespace {

constexpr std::size_t no_sequence = ~std::size_t{0};
constexpr std::uint32_t dead_shape = 0xFF;  // no instruction has it
static_assert(find_instruction(dead_shape) == nullptr);

/// The indexes of sequences in the order of a dictionary, of which the first letter of a word is the
/// name of its first instruction.
constexpr auto dictionary = [] {
  std::array<std::uint16_t, sequence_count> result{};
  for (std::size_t i = 0; i < sequence_count; i++) result[i] = static_cast<std::uint16_t>(i);
  std::sort(result.begin(), result.end(), [](std::uint16_t a, std::uint16_t b) {
    const auto& [x, m] = sequence_table[a];
    const auto& [y, n] = sequence_table[b];
    if ((x[0] & name_bits) != (y[0] & name_bits)) return (x[0] & name_bits) < (y[0] & name_bits);
    return std::lexicographical_compare(x.begin(), x.begin() + m, y.begin(), y.begin() + n);
  });
  return result;
}();

/// Where those of a name begin in the dictionary.
constexpr auto first_of_name = [] {
  std::array<std::uint16_t, name_bits + 2> result{};
  for (const Sequence& s : sequence_table) result[(s.shapes[0] & name_bits) + 1]++;
  for (std::size_t name = 1; name < result.size(); name++) {
    result[name] = static_cast<std::uint16_t>(result[name] + result[name - 1]);
  }
  return result;
}();

/// The name of a single instruction that begins no sequence here, by its original name.
constexpr auto single_names = [] {
  std::array<std::uint16_t, name_bits + 1> result{};
  for (std::size_t i = sequence_count; i < detail::originals.size(); i++) {
    result[detail::originals[i]] = static_cast<std::uint16_t>(name_of_rewritten(i));
  }
  return result;
}();

/// The index of the longest sequence of which the first word has a name and next_shape() gives the
/// shapes, one after the other (dead_shape where there is none); or no_sequence.
template <class NextShape>
std::size_t longest_of(std::uint32_t name, NextShape next_shape) {
  std::size_t result = no_sequence;
  // The part of the dictionary whose words begin with the shapes that were read; one that is as long
  // as what was read stands at its front.
  const std::uint16_t* first = dictionary.data() + first_of_name[name];
  const std::uint16_t* last = dictionary.data() + first_of_name[name + 1];
  for (std::size_t depth = 0; first != last; depth++) {
    std::uint32_t const shape = next_shape();
    auto const shape_here = [&](std::uint16_t i) { return sequence_table[i].shapes[depth]; };
    first = std::lower_bound(first, last, shape,
                             [&](std::uint16_t i, std::uint32_t s) { return shape_here(i) < s; });
    last = std::upper_bound(first, last, shape,
                            [&](std::uint32_t s, std::uint16_t i) { return s < shape_here(i); });
    if (first != last && sequence_table[*first].length == static_cast<int>(depth) + 1) {
      result = *first++;
    }
  }
  return result;
}

}  // namespace

std::uint32_t original_of_rewritten(std::uint32_t word) {
  std::size_t const index =
      detail::dead.rank[word & 0xFF] + detail::dead_count * ((word & name_bits) >> 8);
  if (index >= detail::originals.size()) return word;
  return (word & ~name_bits) | detail::originals[index];
}

std::uint32_t rewritten_word(const std::uint32_t* place) {
  std::uint32_t const word = original_word(*place);
  std::uint32_t const name = word & name_bits;
  std::size_t const found = longest_of(name, [&] {
    std::uint32_t const original = original_word(*place);
    const InstructionInfo* const info = find_instruction(original);
    if (info == nullptr) return dead_shape;
    place += words_of(info->opcode);
    return shape_of(original);
  });
  return (word & ~name_bits) |
         (found == no_sequence ? single_names[name] : name_of_rewritten(found));
}

std::size_t dispatched_together(std::u32string_view shapes) {
  std::uint32_t const name = static_cast<std::uint32_t>(shapes[0]) & name_bits;
  auto next = shapes.begin();
  std::size_t const found =
      longest_of(name, [&] { return next == shapes.end() ? dead_shape : std::uint32_t{*next++}; });
  if (found != no_sequence) return static_cast<std::size_t>(sequence_table[found].length);
  const InstructionInfo* const info = find_instruction(name);
  bool const pair = info != nullptr && info->flow == Flow::condition && shapes.size() > 1 &&
                    is_direct_branch(shapes[1]);
  return pair ? 2 : 1;
}

}  // namespace coracle
