#include "vm/translate/graph.h"

#include <algorithm>
#include <optional>

#include "vm/isa/encoding.h"

namespace coracle {
namespace {

/// The word of an instruction's target, if it is a direct one inside the code.
std::optional<std::uint32_t> target_of(const CodeBytes& code, std::span<const CodeWord> kinds,
                                       std::uint32_t at) {
  std::uint32_t const word = code.word(at);
  const CodeRow& row = code_rows[word & 0xFF];
  std::int64_t const bytes = row.distance(word);
  std::int64_t const target =
      static_cast<std::int64_t>(at) + 1 + bytes / static_cast<std::int64_t>(instruction_bytes);
  if (!row.has_distance() || bytes % static_cast<std::int64_t>(instruction_bytes) != 0 ||
      target < 0 || target >= static_cast<std::int64_t>(kinds.size()) ||
      kinds[static_cast<std::size_t>(target)] != CodeWord::instruction) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(target);
}

/// How the code goes on after an instruction, as its row says it.
Ending ending_of(const CodeRow& row) {
  switch (row.flow) {
    case Flow::plain:
    case Flow::condition:
    case Flow::literal:
    case Flow::address: return Ending::next;
    case Flow::jump: return row.has_distance() ? Ending::jump : Ending::exit;
    case Flow::branch_false:
    case Flow::branch_true: return Ending::branch;
    case Flow::call:
    case Flow::enter:
    case Flow::leave:
    case Flow::arena:
    case Flow::stack_call:
    case Flow::chunk: return Ending::left;
  }
  return Ending::left;
}

/// What is known of each word before there are blocks.
struct Place {
  Ending ending = Ending::next;
  bool begins = false;
  bool is_addressed = false;
  std::uint32_t condition = Block::none;  // of a branch
  std::uint32_t target = Block::none;     // of a branch or jump: a word
};

class Places {
 public:
  Places(const CodeBytes& code, std::span<const CodeWord> kinds)
      : code_(code), kinds_(kinds), at_(kinds.size()) {
    for (std::uint32_t i = 0; i < at_.size(); ++i) {
      if (kinds[i] == CodeWord::instruction || kinds[i] == CodeWord::dead) visit(i);
    }
    // Only now is it known where blocks begin.
    for (std::uint32_t const branch : branches_) pair(branch);
  }
  const Place& operator[](std::uint32_t i) const { return at_[i]; }

 private:
  void begins(std::uint32_t i) {
    if (i < at_.size()) at_[i].begins = true;
  }
  void is_addressed(std::uint32_t i) {
    at_[i].begins = true;
    at_[i].is_addressed = true;
  }

  void visit(std::uint32_t i) {
    bool const follows_header = i > 0 && kinds_[i - 1] == CodeWord::header;
    if (i == 0 || follows_header) is_addressed(i);
    if (kinds_[i] == CodeWord::dead) {
      at_[i].ending = Ending::left;
      return begins(i + 1);
    }
    const CodeRow& row = code_rows[code_.word(i) & 0xFF];
    std::optional<std::uint32_t> const target = target_of(code_, kinds_, i);
    at_[i].ending = ending_of(row);
    if (row.flow == Flow::address && target) is_addressed(*target);
    if (at_[i].ending == Ending::next) return;
    begins(i + 1);
    if (row.has_distance() && !target) at_[i].ending = Ending::left;
    if (target) {
      at_[i].target = *target;
      begins(*target);
    }
    if (is_branch_on_condition(row.flow)) branches_.push_back(i);
  }

  /// A branch and its condition are translated together, or both are left to the interpreter, which remembers
  /// the condition.
  void pair(std::uint32_t branch) {
    bool together =
        at_[branch].ending == Ending::branch && code_rows[code_.word(branch) & 0xFF].has_distance();
    std::uint32_t condition = branch;
    do {
      together = together && !at_[condition].begins;
      if (condition == 0 || kinds_[condition - 1] != CodeWord::instruction) {
        condition = Block::none;
        break;
      }
      condition -= 1;
    } while (code_rows[code_.word(condition) & 0xFF].is_nop);
    bool const is_set =
        condition != Block::none && code_rows[code_.word(condition) & 0xFF].flow == Flow::condition;
    if (together && is_set) {
      at_[branch].condition = condition;
      return;
    }
    at_[branch].ending = Ending::left;
    if (is_set) {
      at_[condition].ending = Ending::left;
      begins(condition + 1);
    }
  }

  const CodeBytes& code_;
  std::span<const CodeWord> kinds_;
  std::vector<Place> at_;
  std::vector<std::uint32_t> branches_;
};

/// Whether control goes from the end of a block to the word after it, as far as the block says.
bool falls_through(Ending ending) { return ending == Ending::next || ending == Ending::branch; }

}  // namespace

Graph::Graph(const CodeBytes& code, const Convention& convention, const ReturnPointLayout& layout)
    : starts_(code.words(), Block::none) {
  find_blocks(code, layout);
  link();
  find_liveness(code, convention);
}

void Graph::find_blocks(const CodeBytes& code, const ReturnPointLayout& layout) {
  std::vector<CodeWord> const kinds = map_code(code, layout);
  Places const places(code, kinds);
  auto const is_code = [&](std::uint32_t i) {
    return kinds[i] == CodeWord::instruction || kinds[i] == CodeWord::dead;
  };
  std::uint32_t const words = static_cast<std::uint32_t>(kinds.size());
  for (std::uint32_t i = 0; i < words;) {
    if (!is_code(i)) {
      ++i;
      continue;
    }
    Block block;
    block.begin = i;
    block.is_addressed = places[i].is_addressed;
    for (;;) {
      const Place& place = places[i];
      block.end = kinds[i] == CodeWord::dead ? i + 1 : std::min(words, next_instruction(code, i));
      if (place.ending != Ending::next) {
        block.ending = place.ending;
        block.last = i;
        block.condition = place.condition;
        if (place.ending == Ending::branch || place.ending == Ending::jump) {
          block.taken = place.target;  // until all blocks are there
        }
        break;
      }
      i = block.end;
      if (i == words || !is_code(i) || places[i].begins) break;
    }
    // Control that runs into a header or out of the code is the interpreter's affair.
    i = block.end;
    if (falls_through(block.ending) && (i == words || !is_code(i))) {
      block.ending = Ending::left;
      block.last = block.condition != Block::none ? block.condition : block.begin;
      block.condition = block.taken = Block::none;
    }
    starts_[block.begin] = static_cast<std::uint32_t>(blocks_.size());
    blocks_.push_back(block);
  }
}

void Graph::link() {
  for (Block& block : blocks_) {
    if (falls_through(block.ending)) block.next = starts_[block.end];
    if (block.taken != Block::none) block.taken = starts_[block.taken];
  }
}

void Graph::find_liveness(const CodeBytes& code, const Convention& convention) {
  auto const at_exit = [&](std::uint32_t word) {
    if (static_cast<Opcode>(word & 0xFF) != Opcode::branch_mem_i) return all_registers;
    unsigned const base = field_source(word);
    if (base == stack_register && field_imm16(word) == 0) return convention.at_return;
    if (base == convention.symbol && field_imm16(word) == convention.symbol_code) {
      return convention.at_symbol_call;
    }
    return all_registers;
  };
  std::vector<RegisterSet> read(blocks_.size());  // before the block writes them
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    Block& block = blocks_[b];
    for (std::uint32_t i = block.begin; i < translated_end(block); i = next_instruction(code, i)) {
      Effect const effect = effect_of(code.word(i));
      read[b] |= effect.reads & ~block.written;
      block.written |= effect.writes;
    }
  }
  for (Block& block : blocks_) block.live = 0;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t b = blocks_.size(); b-- > 0;) {
      Block& block = blocks_[b];
      switch (block.ending) {
        case Ending::left: block.live_out = all_registers; break;
        case Ending::exit: block.live_out = at_exit(code.word(block.last)); break;
        case Ending::next: block.live_out = blocks_[block.next].live; break;
        case Ending::jump: block.live_out = blocks_[block.taken].live; break;
        case Ending::branch:
          block.live_out = blocks_[block.taken].live | blocks_[block.next].live;
          break;
      }
      // An endless loop keeps the context, too.
      RegisterSet const live = (block.live_out & ~block.written) | read[b] | integer_register(0);
      changed |= live != block.live;
      block.live = live;
    }
  }
}

}  // namespace coracle
