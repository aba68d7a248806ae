// The part of the filter that sorts the instructions of code: what can be foretold is left out, what
// would break up repetitions gets a stream of its own.
//
// Must not know: the fasl grammar.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "boot/image/fasl_filter.h"
#include "boot/image/filter_streams.h"

namespace coracle {

/// Adds the instructions of a code object, little-endian, to the streams. `places` receives the places where
/// relocations are expected: bytes from the first instruction, in order. False, and nothing added, where the
/// bytes aren't code as compilers make it.
bool split_code(std::span<const std::uint8_t> body, FaslDialect dialect, StreamWriter& out,
                std::vector<std::uint32_t>& places);

/// What split_code did, undone. Reused, so that it seldom allocates.
class CodeJoiner {
 public:
  explicit CodeJoiner(FaslDialect dialect) : dialect_(dialect) {}
  /// Fills `body`, of a multiple of 4 bytes. Failures are the reader's.
  void join(StreamReader& in, std::span<std::uint8_t> body, std::vector<std::uint32_t>& places);

 private:
  struct Branch {
    std::uint32_t at, block;
  };
  FaslDialect dialect_;
  std::vector<std::uint32_t> pending_, starts_, origins_;
  std::vector<Branch> branches_;
};

}  // namespace coracle
