// Verifies an object of a fasl file without building it: its grammar, what its parts must be, relocations, and
// code, through the code verifier.
//
// Must not know: files, the heap.
#pragma once

#include <memory_resource>
#include <optional>
#include <span>
#include <vector>

#include "boot/image/code_rules.h"
#include "boot/image/fasl_reader.h"
#include "vm/base/profile.h"

namespace coracle::image {

/// How much was verified.
struct Verified {
  std::uint64_t objects = 0, code = 0, relocations = 0;
};

/// The sink of FaslReader.
class FaslVerifier {
 public:
  enum class Kind : std::uint8_t {
    none,
    other,
    symbol,
    integer,
    large_natural,
    ratnum,
    flonum,
    record,
    code,
    library  // what it is, another file says
  };
  struct Ref {
    Kind kind = Kind::none;
    std::uint32_t code = 0;  // index in code_
  };
  struct Node {
    Ref object;
    std::uint64_t first = 0, second = 0;  // scalars that the parts need
  };

  /// `profile`: of the release and machine type; null if they are others: then code isn't verified.
  /// `expects_continuations`: whether the code of continuations, which base boot files have once, is still to come.
  FaslVerifier(const Profile* profile, bool& expects_continuations,
               std::pmr::memory_resource& memory)
      : profile_(profile), expects_continuations_(expects_continuations), code_(&memory) {
    if (profile == nullptr) return;
    limits_ = code_limits(*profile);
    verifier_.emplace(limits_);
  }

  static bool defined(Ref r) { return r.kind != Kind::none; }
  Ref leaf(ByteReader& in, const FaslItem& item);
  Node open(ByteReader& in, const FaslItem& item);
  static Ref identity(const Node& node) { return node.object; }
  void child(ByteReader& in, FaslCode code, Node& node, std::uint64_t index, Ref part);
  void code_bytes(ByteReader& in, Node& node, std::span<const std::uint8_t> bytes);
  static void relocation_table(ByteReader&, Node&, std::uint64_t) {}
  void relocation(ByteReader& in, Node& node, const FaslRelocation& r, Ref object);
  static void field(ByteReader&, Node&, FaslFieldType, std::uint64_t, std::uint64_t) {}
  static void pointer_field(ByteReader&, Node&, std::uint64_t, Ref) {}
  Ref close(ByteReader& in, FaslCode code, Node& node);

  const Verified& verified() const { return verified_; }

 private:
  struct Code {
    explicit Code(std::pmr::memory_resource* memory) : kinds(memory) {}
    std::uint64_t free_variables = 0;
    std::pmr::vector<CodeWord> kinds;  // of its words, when they have been read
  };
  void part_of_number(ByteReader& in, FaslCode code, Ref part);
  const Profile* profile_;
  CodeLimits limits_;
  std::optional<CodeVerifier> verifier_;  // if the code is known
  bool& expects_continuations_;
  std::pmr::vector<Code> code_;
  Verified verified_;
};

}  // namespace coracle::image
