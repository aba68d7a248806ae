// Is this code? The checks that let the interpreter run code without looking twice.
//
// Owns: every check of a code object that needs nothing but its own words. What it accepts never
// runs off its end, into data or into a dead number by straight runs and branches by distance, and
// a condition and its branch may be run as one.
// Invariants: total: any bytes get an answer. The genuine images pass whole.
// Must not know: relocations, so that a jump through a register or memory goes unchecked.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "vm/base/result.h"
#include "vm/isa/code_map.h"

namespace coracle {

struct CodeLimits {
  ReturnPointLayout return_points{};
  std::uint32_t arena_bytes = 1024;  // 8 * pb_call_arena_size
};

/// Checks a code object's instructions. The Error says where, in bytes from the first instruction,
/// what was found and what was expected.
Result<void> verify_code(std::span<const std::uint8_t> code,
                         std::endian order = std::endian::little, const CodeLimits& limits = {});

}  // namespace coracle
