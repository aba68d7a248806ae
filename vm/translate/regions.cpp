#include "vm/translate/regions.h"

namespace coracle {

std::vector<std::uint32_t> entries_of(const Graph& graph) {
  std::span<const Block> const blocks = graph.blocks();
  std::vector<bool> is_entry(blocks.size());
  for (std::uint32_t b = 0; b < blocks.size(); ++b) {
    if (blocks[b].is_addressed) is_entry[b] = true;
    if (blocks[b].ending == Ending::left) {
      std::uint32_t const after = graph.block_at(blocks[b].end);
      if (after != Block::none) is_entry[after] = true;
    }
    if (blocks[b].taken != Block::none && blocks[b].taken <= b) is_entry[blocks[b].taken] = true;
  }
  std::vector<std::uint32_t> entries;
  for (std::uint32_t b = 0; b < blocks.size(); ++b) {
    if (is_entry[b] && is_translatable(blocks[b])) entries.push_back(b);
  }
  return entries;
}

Regions::Regions(const Graph& graph, const std::vector<bool>& chosen,
                 std::span<const std::uint32_t> entries) {
  std::span<const Block> const blocks = graph.blocks();
  auto const translates = [&](std::uint32_t b) {
    return b != Block::none && chosen[b] && is_translatable(blocks[b]);
  };
  std::vector<bool> is_head(blocks.size());
  for (std::uint32_t const entry : entries) {
    if (translates(entry)) is_head[entry] = true;
  }
  // A block that two heads reach becomes a head, and what follows it is its own: so once more.
  std::vector<std::uint32_t> head_of, waiting;
  for (bool is_final = false; !is_final;) {
    is_final = true;
    head_of.assign(blocks.size(), Block::none);
    for (std::uint32_t head = 0; head < blocks.size(); ++head) {
      if (!is_head[head]) continue;
      head_of[head] = head;
      waiting = {head};
      while (!waiting.empty()) {
        const Block& from = blocks[waiting.back()];
        waiting.pop_back();
        for (std::uint32_t const to : {from.taken, from.next}) {
          if (!translates(to) || is_head[to] || head_of[to] == head) continue;
          if (head_of[to] == Block::none) {
            head_of[to] = head;
            waiting.push_back(to);
          } else {
            is_head[to] = true;
            is_final = false;
          }
        }
      }
    }
  }
  region_of_.assign(blocks.size(), Block::none);
  for (std::uint32_t head = 0; head < blocks.size(); ++head) {
    if (!is_head[head]) continue;
    region_of_[head] = static_cast<std::uint32_t>(regions_.size());
    regions_.push_back({head, {}});
  }
  for (std::uint32_t b = 0; b < blocks.size(); ++b) {
    if (head_of[b] == Block::none) continue;
    region_of_[b] = region_of_[head_of[b]];
    regions_[region_of_[b]].blocks.push_back(b);
  }
}

}  // namespace coracle
