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

/// Owns the nodes of the objects that it is used to read, at most `most_nodes`: a node is much larger than a
/// byte of a file.
class FaslTree {
 public:
  static constexpr std::size_t most_nodes = 6'000'000;  // about 2 GiB
  using Ref = const FaslTreeNode*;
  using Node = FaslTreeNode*;

  static bool defined(Ref r) { return r != nullptr; }
  Ref leaf(ByteReader& in, const FaslItem& item) { return make(in, item); }
  Node open(ByteReader& in, const FaslItem& item) { return make(in, item); }
  static Ref identity(Node node) { return node; }
  static void child(ByteReader&, FaslCode, Node node, std::uint64_t, Ref part) {
    node->parts.push_back(part);
  }
  static void code_bytes(ByteReader&, Node node, std::span<const std::uint8_t> bytes) {
    node->octets.assign(bytes.begin(), bytes.end());
  }
  static void relocation_table(ByteReader&, Node node, std::uint64_t words) {
    node->relocation_words = words;
  }
  static void relocation(ByteReader&, Node node, const FaslRelocation& r, Ref object) {
    node->relocations.push_back(r);
    node->relocated.push_back(object);
  }
  static void field(ByteReader&, Node node, FaslFieldType type, std::uint64_t offset,
                    std::uint64_t bits) {
    node->fields.push_back({type, offset, bits});
  }
  static void pointer_field(ByteReader&, Node node, std::uint64_t offset, Ref object) {
    node->pointer_offsets.push_back(offset);
    node->pointers.push_back(object);
  }
  static Ref close(ByteReader&, FaslCode, Node node) { return node; }

  /// All of them, in the order in which they begin in the file.
  const std::vector<std::unique_ptr<FaslTreeNode>>& nodes() const { return nodes_; }

 private:
  FaslTreeNode* make(ByteReader& in, const FaslItem& item);
  std::vector<std::unique_ptr<FaslTreeNode>> nodes_;
};

}  // namespace coracle
