// A reversible filter for what is compressed: the bytes of a fasl file, sorted by what they are. Like stands
// beside like (instructions, names, marks of objects), and what follows from the rest is left out (the
// places of relocations, the distances to return points), so that zstd finds more that repeats.
//
// Invariants: unfilter_fasl of what filter_fasl made is what filter_fasl was given, byte for byte: it tries
// that before it answers. unfilter_fasl is total: bad input is an error, in time and memory bounded by the
// sizes of its input and output.
// Must not know: containers, the heap. The format: "The filter" in FORMAT.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "vm/base/result.h"

namespace coracle {

/// How a release writes its files.
struct FaslDialect {
  bool counts_externals = true;  // Profile::fasl_counts_externals
  bool toplink_first = false;    // in headers of return points (Profile::return_toplink)
};

/// Filters whole items of a fasl file (headers, objects with their situations). Nothing, where the bytes
/// are something else.
std::optional<std::vector<std::uint8_t>> filter_fasl(std::span<const std::uint8_t> bytes,
                                                     FaslDialect dialect);

/// The other way round: fills `out` exactly.
Result<void> unfilter_fasl(std::span<const std::uint8_t> filtered, std::span<std::uint8_t> out);

}  // namespace coracle
