// Basic blocks of a code object, and which registers are live where they begin.
//
// Owns: where blocks begin and end, which instructions are left to the interpreter, liveness.
// Invariants: total: any words make a graph. Each instruction is in one block. A block that begins with an
// instruction that is left to the interpreter translates to nothing, and must not be an entry of a translation.
// Must not know: C or any other target, the heap, what is hot.
#pragma once

#include <span>
#include <vector>

#include "vm/isa/code_map.h"
#include "vm/isa/registers.h"

namespace coracle {

/// How a block ends.
enum class Ending : std::uint8_t {
  next,    // the code goes on with the next block
  branch,  // a condition and the branch on it: to `taken`, or on with the next block
  jump,    // to `taken`
  exit,    // to the address that a register or memory holds
  left,    // the interpreter runs the last instruction, and finds out where the code goes on
};

struct Block {
  static constexpr std::uint32_t none = ~0u;

  std::uint32_t begin = 0;         // the first word
  std::uint32_t end = 0;           // the word after the last instruction and its data
  std::uint32_t last = none;       // the instruction that the ending names; none for `next`
  std::uint32_t condition = none;  // of a branch: the instruction that sets its condition
  Ending ending = Ending::next;
  std::uint32_t taken = none;  // the block that a branch or jump leads to
  std::uint32_t next = none;   // the block that a branch not taken leads to, or that follows
  /// A return point, or a place whose address the code takes: other code may go there.
  bool is_addressed = false;
  /// Where the block begins; and where it leaves, which is before an instruction that is left to the interpreter.
  RegisterSet live = all_registers, live_out = all_registers;
  RegisterSet written = 0;  // by the translated instructions
};

/// What callers and callees agree on about registers, where code leaves a code object. Numbers of Chez Scheme
/// 10.0.0 for pb64 (s/pb.ss: %sfp, %ap, %trap, %ac0, %xp, %cp and three argument registers; s/cmacros.ss).
/// A frame begins with the return address.
struct Convention {
  unsigned symbol = 5;            // %xp: in a call by a symbol's name
  std::int32_t symbol_code = 13;  // symbol_pvalue_disp, from a reference to a symbol
  RegisterSet at_return = 0b1'1111;
  RegisterSet at_symbol_call = 0b1111'0011'1111;
};

/// The word after the instructions of a block that are translated.
constexpr std::uint32_t translated_end(const Block& block) {
  return block.ending == Ending::left ? block.last : block.end;
}
/// The instruction after the one at a word.
inline std::uint32_t next_instruction(const CodeBytes& code, std::uint32_t at) {
  constexpr std::uint32_t data = literal_bytes / instruction_bytes;
  return at + 1 + (code_rows[code.word(at) & 0xFF].flow == Flow::literal ? data : 0);
}

class Graph {
 public:
  Graph(const CodeBytes& code, const Convention& convention = {},
        const ReturnPointLayout& layout = {});

  std::span<const Block> blocks() const { return blocks_; }
  /// The block that begins at a word; Block::none if none does.
  std::uint32_t block_at(std::uint32_t word) const {
    return word < starts_.size() ? starts_[word] : Block::none;
  }

 private:
  void find_blocks(const CodeBytes& code, const ReturnPointLayout& layout);
  void link();
  void find_liveness(const CodeBytes& code, const Convention& convention);

  std::vector<Block> blocks_;  // in the order of the code
  std::vector<std::uint32_t> starts_;
};

}  // namespace coracle
