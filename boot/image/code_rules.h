// What code in a fasl file must be, beyond its instructions (vm/isa/verifier.h): where relocations are, and
// where they lead. The linker asks it, and what verifies files without a machine.
//
// Must not know: the heap. What a relocation's object is, its user says.
#pragma once

#include <algorithm>
#include <span>
#include <string>

#include "boot/image/fasl_reader.h"
#include "vm/base/profile.h"
#include "vm/isa/verifier.h"

namespace coracle {

/// Bytes from a reference to code to its first instruction.
inline constexpr std::uint64_t code_entry_displacement = ReturnPointLayout{}.code_data;
/// Bytes from a reference to a symbol to the value that a call of it enters.
inline constexpr std::uint64_t symbol_value_displacement = 5;

/// Bytes from a reference to a record to its first field: code that is compiled with profiling counts there.
inline constexpr std::uint64_t record_field_displacement = 9;

/// The limits of a release's code.
inline CodeLimits code_limits(const Profile& profile) {
  CodeLimits limits;
  limits.return_points.toplink = static_cast<std::uint32_t>(-profile.return_toplink);
  limits.return_points.live_mask = static_cast<std::uint32_t>(-profile.return_live_mask);
  limits.return_points.mv_address = static_cast<std::uint32_t>(-profile.return_mv_address);
  limits.return_points.compact_toplink =
      static_cast<std::uint32_t>(-profile.return_compact_toplink);
  limits.context_bytes = profile.context_size;
  return limits;
}

/// Checks how a relocation is written, and that its place is in code of `size` bytes, after the last one, which
/// ends at `end`: like places, bytes from a reference to the code. Sets `end`.
inline bool check_relocation_place(ByteReader& in, const FaslRelocation& r, std::uint64_t size,
                                   std::uint64_t& end) {
  // Types of the portable bytecode: the place is a word that holds object + item offset, whatever it is
  // used for (absolute in data, absolute in code, a procedure's code).
  constexpr std::uint64_t greatest_type = 2, greatest_short_offset = 0x3FF'FFFF, word = 8;
  auto const wrong = [&](const std::string& what) {
    in.fail_at(r.offset, what);
    return false;
  };
  if (r.type > greatest_type) [[unlikely]] {
    return wrong("found relocation type " + std::to_string(r.type) + ", expected 0 to " +
                 std::to_string(greatest_type));
  }
  // Overlapping places would overwrite each other. (The sum of the offsets may have wrapped around.)
  if (r.place < std::max(code_entry_displacement, end) || size < word ||
      r.place - code_entry_displacement > size - word) [[unlikely]] {
    return wrong("found a relocation at byte " + std::to_string(r.place - code_entry_displacement) +
                 " of a code object of " + std::to_string(size) +
                 (r.place < end ? " bytes, which overlaps the one before" : " bytes") +
                 ", expected one within it and after the others");
  }
  end = r.place + word;
  if (!r.extended && std::max(r.code_offset, r.item_offset) > greatest_short_offset) [[unlikely]] {
    return wrong(
        "found a short relocation with an offset of more than 26 bits, expected a long one");
  }
  return true;
}

/// The rest of check_relocation().
template <class Target>
[[gnu::noinline]] bool check_unusual_relocation(ByteReader& in, const FaslRelocation& r,
                                                std::span<const CodeWord> kinds,
                                                const ReturnPointLayout& layout,
                                                const Target& target) {
  std::uint64_t const place = r.place - code_entry_displacement;
  std::uint64_t const at = place / instruction_bytes;
  auto const wrong = [&](const std::string& found, const std::string& expected) {
    in.fail_at(r.offset, "found a relocation " + found + ", expected " + expected);
    return false;
  };
  auto const is = [&](std::uint64_t index, CodeWord kind) {
    return index < kinds.size() && kinds[static_cast<std::size_t>(index)] == kind;
  };
  bool const aligned = place % instruction_bytes == 0;
  if (aligned && is(at, CodeWord::header)) {
    std::uint64_t from = at, to = at;
    while (is(from - 1, CodeWord::header)) --from;
    while (is(to, CodeWord::header)) ++to;
    bool const full = (to - from) * instruction_bytes == layout.header;
    std::uint64_t const before = (to - at) * instruction_bytes;  // the return point
    if (full && before == layout.live_mask) {
      return (target.is_positive_bignum() && r.item_offset == 0) ||
             wrong("to another object in the place of a live mask", "a positive bignum");
    }
    if (!full || before != layout.mv_address || !target.is_code()) {
      return wrong("at byte " + std::to_string(place) + " in the header of a return point",
                   "one of its live mask or its address for several values");
    }
  } else if (!aligned || !is(at, CodeWord::literal) || !is(at + 1, CodeWord::literal) ||
             is(at - 1, CodeWord::literal)) {
    return wrong("at byte " + std::to_string(place),
                 "one at the data of a literal or in the header of a return point");
  }
  if (r.item_offset == 0) return true;
  if (target.is_symbol()) {
    return r.item_offset == symbol_value_displacement ||
           wrong("to byte " + std::to_string(r.item_offset) + " of a symbol",
                 "0 or " + std::to_string(symbol_value_displacement));
  }
  if (target.is_record()) {
    return r.item_offset == record_field_displacement ||
           wrong("to byte " + std::to_string(r.item_offset) + " of a record",
                 "0 or " + std::to_string(record_field_displacement));
  }
  if (!target.is_code()) {
    return wrong("to byte " + std::to_string(r.item_offset) + " of an object", "0");
  }
  std::uint64_t const entered = r.item_offset - code_entry_displacement;
  return (r.item_offset >= code_entry_displacement && entered % instruction_bytes == 0 &&
          target.is_place_of_instruction(entered)) ||
         wrong("to byte " + std::to_string(r.item_offset) + " of a code object",
               "the place of an instruction");
}

/// Checks what a relocation changes, and where it leads. `kinds`: of the words of its code. A target has
/// is_code(), is_symbol(), is_record(), is_positive_bignum(), and is_place_of_instruction(byte), asked for code.
template <class Target>
[[gnu::always_inline]] inline bool check_relocation(ByteReader& in, const FaslRelocation& r,
                                                    std::span<const CodeWord> kinds,
                                                    const ReturnPointLayout& layout,
                                                    const Target& target) {
  std::uint64_t const place = r.place - code_entry_displacement;
  std::uint64_t const at = place / instruction_bytes;
  // Most are the first of the two words of a literal, for an object or for where its code begins.
  if (at != 0 && place % instruction_bytes == 0 && kinds[at - 1] == CodeWord::instruction &&
      kinds[at] == CodeWord::literal && kinds[at + 1] == CodeWord::literal) [[likely]] {
    if (r.item_offset == 0 || (r.item_offset == code_entry_displacement && target.is_code()))
        [[likely]] {
      return true;
    }
  }
  return check_unusual_relocation(in, r, kinds, layout, target);
}

}  // namespace coracle
