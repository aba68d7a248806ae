// Compares the objects of two fasl files, except for what differs from one run of a compiler to the next:
// generated names, and how objects are compressed.
#pragma once

#include <memory_resource>
#include <string>

#include "boot/image/fasl_file.h"

namespace coracle {

struct FaslComparison {
  std::string difference;                // the first one, with its place; empty if there is none
  std::uint64_t objects = 0, nodes = 0;  // how many were compared
};

/// Compares headers, situations and objects, in order. Parts that an object of one file shares must be shared
/// in the other file, too; the unique names of gensyms must correspond one to one; the order of a hash
/// table's entries doesn't matter. It is an error if a file can't be read.
/// The bytes of objects are kept in `memory`.
Result<FaslComparison> compare_fasl_files(
    ByteSource& left, ByteSource& right,
    std::pmr::memory_resource* memory = std::pmr::get_default_resource());

}  // namespace coracle
