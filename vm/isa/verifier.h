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
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vm/base/result.h"
#include "vm/isa/code_map.h"

namespace coracle {

struct CodeLimits {
  ReturnPointLayout return_points{};
  std::uint32_t arena_bytes = 1024;                    // 8 * pb_call_arena_size
  std::uint32_t frame_bytes = std::uint32_t{1} << 24;  // of a procedure with two million variables
  std::uint32_t context_bytes = 0x7D0;                 // size_tc
};

/// What is wrong with code.
struct CodeFault {
  std::size_t offset;  // in bytes from the first instruction
  std::string found, expected;
};

/// Verifies one code object after another.
class CodeVerifier {
 public:
  explicit CodeVerifier(const CodeLimits& limits) : limits_(limits) {}
  /// Checks the instructions of code, which has one word or more, and stores the kinds of all words in
  /// `kinds`, which are all `instruction` before.
  std::optional<CodeFault> verify(const HostCode& code, std::span<CodeWord> kinds);

 private:
  class Walk;
  CodeLimits limits_;
  std::vector<std::uint32_t> around_;
};

/// Checks a code object's instructions. The Error says where (in bytes from the first instruction),
/// what was found and what was expected.
Result<void> verify_code(std::span<const std::uint8_t> code,
                         std::endian order = std::endian::little, const CodeLimits& limits = {});

}  // namespace coracle
