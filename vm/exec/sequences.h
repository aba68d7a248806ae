// Fused sequences: instructions that often follow each other, run by one handler.
//
// Owns: which sequences there are (sequences.def), and the numbers that stand for them in code. The
// first time that an instruction runs with which a sequence can begin, its word is rewritten in
// place to name the longest sequence that stands there; the words behind it stay.
//
//      31              13 12     8 7             0
//     +------------------+--------+---------------+
//     |    unchanged     |  high  |  dead number  |    index of the sequence = rank of the dead
//     +------------------+--------+---------------+    number + how many are dead * high
//
// Invariants: the thirteen low bits of the original word follow from the sequence, so original_word()
// gets every word back without knowing where it stood. Nobody but the interpreter sees rewritten words:
// whoever reads code that may have run reads it through original_word().
// Must not know: how handlers are called.
#pragma once

#include <cstdint>
#include <string_view>

#include "vm/isa/shape.h"

namespace coracle {

/// Of a word: what the interpreter looks at first.
inline constexpr std::uint32_t name_bits = 0x1FFF;
inline constexpr int longest_sequence = 12;  // instructions

/// The word that the compiler made, from a word in code whose number is not live.
std::uint32_t original_of_rewritten(std::uint32_t word);

/// The word that the compiler made, from the word that stands in code.
inline std::uint32_t original_word(std::uint32_t word) {
  return find_instruction(word) != nullptr ? word : original_of_rewritten(word);
}

/// The word by which to replace the one at a place: it names the longest sequence that stands there.
std::uint32_t rewritten_word(const std::uint32_t* place);

/// How many of the instructions whose shapes follow each other the first handler runs, at least one: for
/// counts of dispatches.
std::size_t dispatched_together(std::u32string_view shapes);

}  // namespace coracle
