// What each word of a code object is: an instruction, the data of a literal, or part of a return
// point's header.
//
// Owns: the walk over code, shared by all that read code without running it; reading code in
// either byte order, and converting it between them.
// Invariants: the walk is total: it maps any bytes, in one pass, and gives each word one kind.
// Must not know: how code objects are allocated, named or linked; whether code is valid (verifier.h).
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "vm/isa/encoding.h"

namespace coracle {

// A return point is an address that a callee returns to. A header lies before it. There are two
// kinds of header; the lowest bit of the last word says which one it is:
//
//   address - 32   -24    -16       -8              return address
//      +------------+------+---------+---------------+
//      | mv address | mask | toplink | size of frame |   bit 0 of the last word is 0
//      +------------+------+---------+---------------+
//                          | toplink | mask and size |   bit 0 of the last word is 1: compact
//                          +---------+---------------+
//
// All words are 8 bytes wide. The order of the first three differs between releases
// (Profile::return_toplink). The toplink is the distance from the code object's reference to the
// toplink itself; it tells a header from instructions. Control never runs into a header: an `adr`
// before the call takes the return point's address. Only the return point below the last frame has
// no `adr`: it is the entry of its code object, and its header stands before all instructions.
struct ReturnPointLayout {
  std::uint32_t header = 32;          // size_rp_header, bytes
  std::uint32_t compact_header = 16;  // size_rp_compact_header
  std::uint32_t toplink = 16;         // bytes before the return address
  std::uint32_t compact_toplink = 16;
  std::uint32_t code_data = 0x41;  // code_data_disp
};

/// The bytes of a code object's instructions, and their byte order: little-endian in files, the
/// host's in memory.
class CodeBytes {
 public:
  CodeBytes(std::span<const std::uint8_t> bytes, std::endian order)
      : bytes_(bytes), order_(order) {}
  explicit CodeBytes(std::span<const std::uint32_t> words)
      : bytes_(reinterpret_cast<const std::uint8_t*>(words.data()), words.size_bytes()),
        order_(std::endian::native) {}

  std::size_t words() const { return bytes_.size() / instruction_bytes; }
  std::uint32_t word(std::size_t index) const;
  /// The 8 bytes that start at a word.
  std::uint64_t wide(std::size_t index) const;

 private:
  std::span<const std::uint8_t> bytes_;
  std::endian order_;
};

enum class CodeWord : std::uint8_t {
  instruction,
  literal,  // data of a literal
  header,   // of a return point
  dead,     // not live, where an instruction should be
};

/// The kinds of all words, in order.
std::vector<CodeWord> map_code(const CodeBytes& code, const ReturnPointLayout& layout = {});

/// The size in words of the header before a return point, if one with the right toplink is there.
std::optional<std::size_t> header_words_before(const CodeBytes& code, std::size_t return_point,
                                               const ReturnPointLayout& layout = {});

/// Converts code from one byte order to another, in place: instructions as 4-byte words, headers and
/// literals as 8-byte words. Code in a file is little-endian; the interpreter reads the host's order.
void reorder_code(std::span<std::uint8_t> code, std::endian from, std::endian to,
                  const ReturnPointLayout& layout = {});

}  // namespace coracle
