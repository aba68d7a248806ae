#include "vm/exec/sequences.h"

#include "vm/exec/sequence_table.h"

namespace coracle {
namespace {

constexpr std::size_t no_sequence = ~std::size_t{0};
constexpr std::uint32_t dead_shape = 0xFF;  // no instruction has it
static_assert(find_instruction(dead_shape) == nullptr);

/// The prefixes of all sequences, as a tree: a node is what was read so far, and the next shape leads to
/// another node. All edges are in one hash table with open addressing.
struct Prefixes {
  struct Edge {
    std::uint32_t shape;
    std::uint16_t from, to;  // to: 0 in an empty place; 0 is the root
  };
  static constexpr std::size_t size = std::size_t{1} << 14;

  std::array<Edge, size> edges{};
  std::array<std::uint16_t, size> row{};  // by node: 1 + the sequence that ends there, or 0

  static constexpr std::size_t place(std::size_t from, std::uint32_t shape) {
    std::uint64_t const key = std::uint64_t{shape} << 16 | from;
    return static_cast<std::size_t>(key * 0x9E37'79B9'7F4A'7C15 >> 50);  // the golden ratio
  }
  /// The edge, or the empty place where it would be.
  constexpr std::size_t find(std::size_t from, std::uint32_t shape) const {
    std::size_t i = place(from, shape);
    while (edges[i].to != 0 && (edges[i].shape != shape || edges[i].from != from)) {
      i = (i + 1) & (size - 1);
    }
    return i;
  }
};
constexpr Prefixes prefixes = [] {
  Prefixes result;
  std::size_t nodes = 1;
  for (std::size_t i = 0; i < sequence_count; i++) {
    std::size_t node = 0;
    for (int depth = 0; depth < sequence_table[i].length; depth++) {
      std::uint32_t const shape = sequence_table[i].shapes[static_cast<std::size_t>(depth)];
      Prefixes::Edge& edge = result.edges[result.find(node, shape)];
      if (edge.to == 0) {
        if (nodes == Prefixes::size / 4 * 3) throw "Prefixes::size is too small";
        edge = {shape, static_cast<std::uint16_t>(node), static_cast<std::uint16_t>(nodes++)};
      }
      node = edge.to;
    }
    result.row[node] = static_cast<std::uint16_t>(i + 1);
  }
  return result;
}();

/// The index of the longest sequence that begins the shapes from next_shape(), or no_sequence.
/// next_shape() returns one shape after the other, and dead_shape at the end.
template <class NextShape>
std::size_t longest_of(NextShape next_shape) {
  std::size_t result = no_sequence, node = 0;
  for (;;) {
    node = prefixes.edges[prefixes.find(node, next_shape())].to;
    if (node == 0) return result;
    if (prefixes.row[node] != 0) result = std::size_t{prefixes.row[node]} - 1;
  }
}

}  // namespace

std::uint32_t original_of_rewritten(std::uint32_t word) {
  return (word & ~name_bits) | detail::rewritten_names.originals[word & name_bits];
}

std::uint32_t rewritten_word(const std::uint32_t* place) {
  std::uint32_t const word = original_word(*place);
  std::uint32_t const name = word & name_bits;
  std::size_t const found = longest_of([&] {
    std::uint32_t const original = original_word(*place);
    const InstructionInfo* const info = find_instruction(original);
    if (info == nullptr) return dead_shape;
    place += words_of(info->opcode);
    return shape_of(original);
  });
  return (word & ~name_bits) | (found == no_sequence ? name_of_single(name) : name_of_row(found));
}

std::size_t dispatched_together(std::u32string_view shapes) {
  std::uint32_t const name = static_cast<std::uint32_t>(shapes[0]) & name_bits;
  auto next = shapes.begin();
  std::size_t const found =
      longest_of([&] { return next == shapes.end() ? dead_shape : std::uint32_t{*next++}; });
  if (found != no_sequence) return static_cast<std::size_t>(sequence_table[found].length);
  const InstructionInfo* const info = find_instruction(name);
  bool const pair = info != nullptr && info->flow == Flow::condition && shapes.size() > 1 &&
                    is_direct_branch(shapes[1]);
  return pair ? 2 : 1;
}

}  // namespace coracle
