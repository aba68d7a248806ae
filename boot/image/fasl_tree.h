// A fasl object as a graph in host memory, as it is in the file: a sink of FaslReader for programs that
// inspect files without running them.
//
// Must not know: the heap.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "boot/image/fasl_reader.h"

namespace coracle {

struct FaslTreeNode {
  struct Field {
    FaslFieldType type;
    std::uint64_t offset, bits;
    bool operator==(const Field&) const = default;
  };
  FaslCode code{};
  std::uint64_t offset = 0;          // of the object's first byte, as in messages
  std::vector<std::uint64_t> words;  // those of the item that its row has
  std::u32string text[2];
  std::vector<std::uint8_t> octets;  // also the instructions of code
  std::vector<std::uint32_t> digits;
  std::vector<std::int64_t> fixnums;
  std::vector<const FaslTreeNode*> parts;
  std::uint64_t relocation_words = 0;
  std::vector<FaslRelocation> relocations;     // of code
  std::vector<const FaslTreeNode*> relocated;  // the object of each relocation
  std::vector<Field> fields;                   // of records: fields that hold numbers
  std::vector<std::uint64_t> pointer_offsets;  // of records: offsets of fields that hold objects
  std::vector<const FaslTreeNode*> pointers;   // the objects in those fields
};

/// Owns the nodes of the objects that it is used to read. Their memory has a limit, because it is a large
/// multiple of their bytes in the file.
class FaslTree {
 public:
  static constexpr std::size_t most_bytes = std::size_t{1} << 30;
  using Ref = const FaslTreeNode*;
  using Node = FaslTreeNode*;

  static bool defined(Ref r) { return r != nullptr; }
  Ref leaf(ByteReader& in, const FaslItem& item) { return make(in, item); }
  Node open(ByteReader& in, const FaslItem& item) { return make(in, item); }
  static Ref identity(Node node) { return node; }
  void child(ByteReader& in, FaslCode, Node node, std::uint64_t, Ref part) {
    take(in, 2 * sizeof(Ref));  // a vector that grows has room for twice its elements
    node->parts.push_back(part);
  }
  void code_bytes(ByteReader& in, Node node, std::span<const std::uint8_t> bytes) {
    if (!take(in, bytes.size())) return;
    node->octets.assign(bytes.begin(), bytes.end());
  }
  static void relocation_table(ByteReader&, Node node, std::uint64_t words) {
    node->relocation_words = words;
  }
  void relocation(ByteReader& in, Node node, const FaslRelocation& r, Ref object) {
    take(in, 2 * (sizeof r + sizeof(Ref)));
    node->relocations.push_back(r);
    node->relocated.push_back(object);
  }
  void field(ByteReader& in, Node node, FaslFieldType type, std::uint64_t offset,
             std::uint64_t bits) {
    take(in, 2 * sizeof(FaslTreeNode::Field));
    node->fields.push_back({type, offset, bits});
  }
  void pointer_field(ByteReader& in, Node node, std::uint64_t offset, Ref object) {
    take(in, 2 * (sizeof offset + sizeof(Ref)));
    node->pointer_offsets.push_back(offset);
    node->pointers.push_back(object);
  }
  static Ref close(ByteReader&, FaslCode, Node node) { return node; }

  /// All of them, in the order in which they begin in the file.
  const std::vector<std::unique_ptr<FaslTreeNode>>& nodes() const { return nodes_; }

 private:
  FaslTreeNode* make(ByteReader& in, const FaslItem& item);
  /// Counts bytes that are about to be used; false if that makes too many.
  bool take(ByteReader& in, std::size_t bytes) {
    if (bytes > left_) {
      in.fail("found objects that take more than " + std::to_string(most_bytes >> 20) +
              " MiB of memory, expected fewer");
      return false;
    }
    left_ -= bytes;
    return true;
  }

  std::size_t left_ = most_bytes;
  std::vector<std::unique_ptr<FaslTreeNode>> nodes_;
};

}  // namespace coracle
