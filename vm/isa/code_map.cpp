// The walk over code: one pass forward. An `adr` announces each header before the walk gets there.
#include "vm/isa/code_map.h"

#include <algorithm>

namespace coracle {

std::uint32_t CodeBytes::word(std::size_t index) const {
  const std::span at = bytes_.subspan(index * instruction_bytes, instruction_bytes);
  std::uint32_t result = 0;
  for (std::size_t i = 0; i < at.size(); i += 1)
    result = result << 8 | at[order_ == std::endian::big ? i : at.size() - 1 - i];
  return result;
}

std::uint64_t CodeBytes::wide(std::size_t index) const {
  const std::uint64_t first = word(index);
  const std::uint64_t second = word(index + 1);
  return order_ == std::endian::big ? first << 32 | second : second << 32 | first;
}

std::optional<std::size_t> header_words_before(const CodeBytes& code, std::size_t return_point,
                                               const ReturnPointLayout& layout) {
  constexpr std::size_t wide_words = 8 / instruction_bytes;
  if (return_point < wide_words || return_point > code.words()) return std::nullopt;
  const bool compact = (code.wide(return_point - wide_words) & 1) != 0;
  const std::size_t size = (compact ? layout.compact_header : layout.header) / instruction_bytes;
  if (return_point < size) return std::nullopt;
  const std::size_t toplink =
      return_point - (compact ? layout.compact_toplink : layout.toplink) / instruction_bytes;
  if (code.wide(toplink) != layout.code_data + toplink * instruction_bytes) return std::nullopt;
  return size;
}

std::vector<CodeWord> map_code(const CodeBytes& code, const ReturnPointLayout& layout) {
  std::vector<CodeWord> kinds(code.words(), CodeWord::instruction);
  const auto mark = [&](std::size_t from, std::size_t count, CodeWord kind) {
    const std::size_t end = std::min(kinds.size(), from + count);
    for (std::size_t i = from; i < end; i += 1) kinds[i] = kind;
    return end;
  };
  const std::size_t entry = layout.header / instruction_bytes;
  std::size_t at = 0;
  if (header_words_before(code, entry, layout) == entry) at = mark(0, entry, CodeWord::header);
  while (at < kinds.size()) {
    if (kinds[at] == CodeWord::header) {
      at += 1;
      continue;
    }
    const std::uint32_t word = code.word(at);
    const InstructionInfo* info = find_instruction(word);
    if (info == nullptr) kinds[at] = CodeWord::dead;
    at += 1;
    if (info == nullptr) continue;
    if (info->flow == Flow::literal)
      at = mark(at, literal_bytes / instruction_bytes, CodeWord::literal);
    if (info->flow == Flow::address) {
      // A negative distance leads to a return point whose header the walk has already passed.
      const std::int64_t distance = distance_of(word).value_or(0) / 4;
      const std::size_t target = at + static_cast<std::size_t>(distance);
      if (distance <= 0 || target > kinds.size()) continue;
      const std::optional<std::size_t> size = header_words_before(code, target, layout);
      if (size && target - *size >= at) mark(target - *size, *size, CodeWord::header);
    }
  }
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
