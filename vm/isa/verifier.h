// The code verifier: its checks let the interpreter run code without checks of its own.
//
// Owns: every check of a code object that needs only the object's own words. Falling through and
// relative branches never take accepted code past its end, into data or to a dead opcode, and a
// condition and its branch may be run as one.
// Invariants: total: it has an answer for any bytes. It accepts all code of the genuine images.
// Must not know: relocations. So jumps through a register or memory are not checked.
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

/// Checks a code object's instructions. The Error says where (in bytes from the first instruction),
/// what was found and what was expected.
Result<void> verify_code(std::span<const std::uint8_t> code,
                         std::endian order = std::endian::little, const CodeLimits& limits = {});

}  // namespace coracle
