// The walk over code: one pass forward. An `adr` announces each header before the walk gets there.
#include "vm/isa/code_map.h"

#include <algorithm>

namespace coracle {

std::vector<CodeWord> map_code(const CodeBytes& code, const ReturnPointLayout& layout) {
  struct {
    static void plain(std::size_t, std::uint32_t, const CodeRow&) {}
    static bool instruction(std::size_t, std::uint32_t, const CodeRow&) { return true; }
    static bool header(std::size_t, std::size_t, std::size_t) { return true; }
  } const nothing;
  std::vector<CodeWord> kinds(code.words(), CodeWord::instruction);
  walk_code(code, layout, kinds, nothing);
  return kinds;
}

void reorder_code(std::span<std::uint8_t> code, std::endian from, std::endian to,
                  const ReturnPointLayout& layout) {
  if (from == to) return;
  const std::vector<CodeWord> kinds = map_code(CodeBytes(code, from), layout);
  for (std::size_t i = 0; i < kinds.size();) {
    const bool is_data = kinds[i] == CodeWord::header || kinds[i] == CodeWord::literal;
    const std::size_t words = is_data && i + 1 < kinds.size() ? 2 : 1;
    std::ranges::reverse(code.subspan(i * instruction_bytes, words * instruction_bytes));
    i += words;
  }
}

}  // namespace coracle
