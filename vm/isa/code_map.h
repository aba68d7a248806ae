// What each word of a code object is: an instruction, the data of a literal, or a part of a return
// point's header.
//
// Owns: the walk over code that everybody who looks at code without running it shares; reading
// code in either byte order, and turning it into the host's.
// Invariants: the walk is total: any bytes get a map, in one pass, and each word one kind.
// Must not know: how code objects are allocated, named or linked; whether the code is right
// (verifier.h says that).
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "vm/isa/encoding.h"

namespace coracle {

// A return point is an address to which a callee returns. A header lies before it, of one of two
// sizes, and the lowest bit of the header's last word says which:
//
//   address - 32   -24    -16       -8              return address
//      +------------+------+---------+---------------+
//      | mv address | mask | toplink | size of frame |   bit 0 of the last word is 0
//      +------------+------+---------+---------------+
//                          | toplink | mask and size |   bit 0 of the last word is 1: compact
//                          +---------+---------------+
//
// (The order of the first three words differs between releases: Profile::return_toplink.) All are words of 8 bytes. The toplink is the distance from the code object's reference to the
// toplink itself, so that a header can be told from instructions. Control never runs into a header:
// a return point is reached through an `adr` before the call, the code object's own entry excepted:
// the return point below the last frame is the entry of its code object, with its header in front
// of all instructions.
struct ReturnPointLayout {
  std::uint32_t header = 32;          // size_rp_header, bytes
  std::uint32_t compact_header = 16;  // size_rp_compact_header
  std::uint32_t toplink = 16;         // how far before the return address
  std::uint32_t compact_toplink = 16;
  std::uint32_t code_data = 0x41;  // code_data_disp
};

/// The bytes of a code object's instructions with the byte order in which they are: little-endian
/// in every file, the host's in memory.
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
  dead,     // stands where an instruction should, and its number is not live
};

/// The kinds of all words, in order.
std::vector<CodeWord> map_code(const CodeBytes& code, const ReturnPointLayout& layout = {});

/// The size in words of the header before a return point, if one with the right toplink is there.
std::optional<std::size_t> header_words_before(const CodeBytes& code, std::size_t return_point,
                                               const ReturnPointLayout& layout = {});

/// Turns code from one byte order into another, in place: instructions by words of 4 bytes, headers
/// and literals by words of 8. A file's code is little-endian; the interpreter reads the host's order.
void reorder_code(std::span<std::uint8_t> code, std::endian from, std::endian to,
                  const ReturnPointLayout& layout = {});

}  // namespace coracle
