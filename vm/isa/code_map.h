// What each word of a code object is: an instruction, the data of a literal, or part of a return
// point's header.
//
// Owns: the walk over code, shared by all that read code without running it; reading code in
// either byte order, and converting it between them.
// Invariants: the walk is total: it maps any bytes, in one pass, and gives each word one kind.
// Must not know: how code objects are allocated, named or linked; whether code is valid (verifier.h).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
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
  std::uint32_t live_mask = 24, mv_address = 32;
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
  std::uint32_t word(std::size_t index) const { return read<std::uint32_t>(index); }
  /// The 8 bytes that start at a word.
  std::uint64_t wide(std::size_t index) const { return read<std::uint64_t>(index); }

 private:
  template <class T>
  [[gnu::always_inline]] T read(std::size_t index) const {
    T result;
    std::memcpy(&result, bytes_.data() + index * instruction_bytes, sizeof result);
    if (order_ == std::endian::native) [[likely]]
      return result;
    T reversed = 0;
    for (std::size_t i = 0; i < sizeof result; ++i, result >>= 8)
      reversed = reversed << 8 | (result & 0xFF);
    return reversed;
  }

  std::span<const std::uint8_t> bytes_;
  std::endian order_;
};

/// The same in the host's order, where reading asks nothing.
class HostCode {
 public:
  explicit HostCode(std::span<const std::uint8_t> bytes)
      : bytes_(bytes.data()), words_(bytes.size() / instruction_bytes) {}
  std::size_t words() const { return words_; }
  std::uint32_t word(std::size_t index) const { return read<std::uint32_t>(index); }
  std::uint64_t wide(std::size_t index) const { return read<std::uint64_t>(index); }

 private:
  template <class T>
  T read(std::size_t index) const {
    T result;
    std::memcpy(&result, bytes_ + index * instruction_bytes, sizeof result);
    return result;
  }
  const std::uint8_t* bytes_;
  std::size_t words_;
};

enum class CodeWord : std::uint8_t {
  instruction,
  literal,  // data of a literal
  header,   // of a return point
  dead,     // not live, where an instruction should be
};

/// What the walk over code asks of a word, by its low byte: less than InstructionInfo, in one load.
struct CodeRow {
  std::uint32_t zero_bits = ~0xFFu;  // of all sound words of the instruction
  /// The walk does more than to go on to the next word.
  bool is_special : 1 = true;
  /// Whether it is right depends on the words at other places, by its distance or its condition, or on the
  /// registers that it uses.
  bool looks_around : 1 = false;
  Flow flow{};
  std::uint8_t distance_bit = 0;  // the lowest one of the distance operand; 0: there is none
  bool is_dead : 1 = true;
  bool is_nop : 1 = false;
  bool distance_in_words : 1 = false;
  bool writes_register : 1 = false;  // an integer register, its first operand
  bool accesses_word : 1 = false;    // of 8 bytes, imm16 bytes from reg1

  constexpr bool has_distance() const { return distance_bit != 0; }
  /// In bytes, as distance_of() says it.
  constexpr std::int32_t distance(std::uint32_t word) const {
    return (static_cast<std::int32_t>(word) >> distance_bit) *
           (distance_in_words ? static_cast<std::int32_t>(instruction_bytes) : 1);
  }
};
static_assert(sizeof(CodeRow) == 8);
inline constexpr std::array<CodeRow, 256> code_rows = [] {
  std::array<CodeRow, 256> rows{};
  for (const InstructionInfo& info : instruction_table) {
    CodeRow& row = rows[info.number()];
    row.zero_bits = format_info(info.format).unused_bits();
    row.flow = info.flow;
    row.is_dead = false;
    row.is_nop = info.opcode == Opcode::nop;
    row.accesses_word = info.opcode == Opcode::ld_i64_i || info.opcode == Opcode::st_i64_i ||
                        info.opcode == Opcode::ld_f64_i || info.opcode == Opcode::st_f64_i;
    for (const Field& field : info.operands()) {
      row.writes_register |= field.kind == FieldKind::integer_register && field.is_written();
      if (field.kind == FieldKind::float_register) {
        static_assert(CORACLE_FLOAT_REGISTERS == 8, "the highest one of four bits is zero");
        row.zero_bits |= field.mask() & field.mask() << 3;
      } else if (field.kind == FieldKind::code_bytes || field.kind == FieldKind::code_words) {
        if (field.bit + field.width != 32) throw "a distance takes the highest bits";
        row.distance_bit = field.bit;
        row.distance_in_words = field.kind == FieldKind::code_words;
      }
    }
    row.looks_around = row.has_distance() || is_branch_on_condition(info.flow) ||
                       info.opcode == Opcode::branch_mem_i;
    row.is_special =
        info.flow == Flow::literal || info.flow == Flow::address || info.flow == Flow::arena;
  }
  return rows;
}();

/// The size in words of the header before a return point, if one with the right toplink is there.
template <class Code>
std::optional<std::size_t> header_words_before(const Code& code, std::size_t return_point,
                                               const ReturnPointLayout& layout = {}) {
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

/// Walks over code and stores the kinds of all words. `kinds` has an element for each, all
/// `instruction` before the walk. Of the visitor, plain(at, word, row) is called for each sound instruction that
/// is not special, instruction(at, word, row) for all others and dead words, header(from, to,
/// last) for each header; last: where the instruction before it is (from itself if there is none). False ends the walk.
/// Returns where the last instruction is, or the number of words if a header is last.
template <class Code, class Visitor>
[[gnu::always_inline]] inline std::size_t walk_code(const Code& code,
                                                    const ReturnPointLayout& layout,
                                                    std::span<CodeWord> kinds, Visitor& visitor) {
  constexpr std::size_t data = literal_bytes / instruction_bytes;
  const std::size_t words = code.words();
  const std::size_t entry = layout.header / instruction_bytes;
  std::size_t at = 0, last = 0;
  if (header_words_before(code, entry, layout) == entry) {
    std::ranges::fill(kinds.first(entry), CodeWord::header);
  }
  while (at < words) {
    if (kinds[at] == CodeWord::header) [[unlikely]] {
      const std::size_t start = at;
      while (at < words && kinds[at] == CodeWord::header) at += 1;
      if (!visitor.header(start, at, last)) return last;
      last = at;
      continue;
    }
    const std::uint32_t word = code.word(at);
    const CodeRow& row = code_rows[word & 0xFF];
    if ((word & row.zero_bits) == 0 && !row.is_special) [[likely]] {
      visitor.plain(at, word, row);
      last = at++;
      continue;
    }
    if (!visitor.instruction(at, word, row)) return last;
    last = at++;
    if (row.flow == Flow::literal) {
      if (at + data <= words) [[likely]] {
        for (std::size_t i = 0; i < data; i += 1) kinds[at + i] = CodeWord::literal;
      } else if (at < words) {
        kinds[at] = CodeWord::literal;
      }
      at += data;
    } else if (row.is_dead) {
      kinds[last] = CodeWord::dead;
    } else if (row.flow == Flow::address) {
      // A negative distance leads to a return point whose header has been passed already.
      const std::int64_t distance = row.distance(word) / 4;
      const std::size_t target = at + static_cast<std::size_t>(distance);
      if (distance <= 0 || target > words) continue;
      const std::optional<std::size_t> size = header_words_before(code, target, layout);
      if (size && target - *size >= at) {
        std::ranges::fill(kinds.subspan(target - *size, *size), CodeWord::header);
      }
    }
  }
  return last;
}

/// The kinds of all words, in order.
std::vector<CodeWord> map_code(const CodeBytes& code, const ReturnPointLayout& layout = {});

/// Converts code from one byte order to another, in place: instructions as 4-byte words, headers and
/// literals as 8-byte words. Code in a file is little-endian; the interpreter reads the host's order.
void reorder_code(std::span<std::uint8_t> code, std::endian from, std::endian to,
                  const ReturnPointLayout& layout = {});

}  // namespace coracle
