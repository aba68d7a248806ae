// Fused sequences: instructions that often follow each other, run by one handler.
//
// Owns: which sequences there are (sequences.def), and the numbers that stand for them in code. When an
// instruction that can begin a sequence runs for the first time, its word is rewritten in place to name
// the longest sequence there. The words after it stay as they are.
//
//      31              13 12     8 7             0
//     +------------------+--------+---------------+
//     |    unchanged     |  high  |  dead number  |
//     +------------------+--------+---------------+
//
// Where no sequence begins, the word gets a dead number that stands for its opcode, and all else in it
// stays. The other names with dead numbers stand for sequences (sequence_table.h).
//
// Invariants: the thirteen low bits of the original word follow from those in the code, so original_word()
// needs nothing but the rewritten word. Only the interpreter sees rewritten words: all else reads code
// that may have run through original_word().
// Must not know: how handlers are called.
#pragma once

#include <cstdint>
#include <string_view>

#include "vm/isa/shape.h"

namespace coracle {

/// The bits of a word that the interpreter dispatches on: its name.
inline constexpr std::uint32_t name_bits = 0x1FFF;
inline constexpr int longest_sequence = 12;  // instructions

/// The word that the compiler emitted, from a word in code whose opcode is not live.
std::uint32_t original_of_rewritten(std::uint32_t word);

/// The word that the compiler emitted, from the word in code.
inline std::uint32_t original_word(std::uint32_t word) {
  return find_instruction(word) != nullptr ? word : original_of_rewritten(word);
}

/// The word to put in place of the one at `place`: it names the longest sequence that begins there.
std::uint32_t rewritten_word(const std::uint32_t* place);

/// How many of the instructions with these shapes, in this order, one handler runs: at least one. For
/// counting dispatches.
std::size_t dispatched_together(std::u32string_view shapes);

}  // namespace coracle
