// Whether two fasl files hold the same objects, but for what differs from one run of a compiler to the next:
// the names that it generates, and how the objects are compressed.
#pragma once

#include <string>

#include "boot/image/fasl_file.h"

namespace coracle {

struct FaslComparison {
  std::string difference;                // the first one, with its place; empty: none
  std::uint64_t objects = 0, nodes = 0;  // that were compared
};

/// Compares headers, situations and objects, in their order. Objects that are shared within an object of one
/// file must be shared in the other; unique names of gensyms must correspond one to one; the order of a hash table's
/// entries doesn't count. An error is that of a file which can't be read.
Result<FaslComparison> compare_fasl_files(ByteSource& left, ByteSource& right);

}  // namespace coracle
