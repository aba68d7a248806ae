// The linker: the sink of FaslReader that builds a fasl file's objects in the heap.
//
// Owns: what each fasl code becomes in the heap; relocations; uniqueness of symbols and record types;
// hash tables. Invariants: nothing here collects, so host memory may hold Values while an object is
// read; every object is initialised as soon as it is allocated, so that an error midway leaves a sound
// heap; all objects are new, so init_reference suffices.
// Must not know: files, compression, when objects are run (machine.h).
#pragma once

#include <memory_resource>
#include <span>
#include <unordered_set>
#include <vector>

#include "boot/image/code_rules.h"
#include "boot/image/fasl_reader.h"
#include "vm/exec/vm.h"
#include "vm/isa/verifier.h"

namespace coracle {

/// An object that was read; the default is "none yet".
struct ObjectRef {
  Value value = forward_marker;  // never an object of an image
};

/// Whether an object may have code, closures, C entries and library entries in it. Code is verified, unless it
/// comes from a file that is known (known_files.h).
enum class MayHold : std::uint8_t { code, known_code, data_only };

class Linker {
 public:
  using Ref = ObjectRef;
  struct Node {
    Value object = forward_marker;  // none if the object is made last, from its parts
    Value part{0};  // pair: the list's last pair; record: the mask of its references (none for an
                    // early record); otherwise a part that waits for another
    Word first = 0, second = 0;      // scalars that the object's parts need
    Word table = 0;                  // hash table: mask of its vector
    Word next = 0;                   // code: words of the relocation table
    Word kinds = 0;                  // code: where in kinds_ its words' kinds begin
    bool refers_to_younger = false;  // code: so does a relocation
  };

  Linker(Thread& thread, std::pmr::memory_resource& memory, MayHold what)
      : thread_(thread),
        data_only_(what == MayHold::data_only),
        verifies_(what != MayHold::known_code),
        vm_(thread.vm),
        early_(&memory),
        early_fields_(&memory),
        descriptors_(&memory),
        open_types_(&memory),
        relocations_(&memory),
        limits_(code_limits(thread.vm.profile)),
        verifier_(limits_),
        kinds_(&memory) {}

  static bool defined(Ref r) { return r.value != forward_marker; }
  Ref leaf(ByteReader& in, const FaslItem& item);
  Node open(ByteReader& in, const FaslItem& item);
  static Ref identity(const Node& node) { return {node.object}; }
  void child(ByteReader& in, FaslCode code, Node& node, Word index, Ref ref);
  void code_bytes(ByteReader& in, Node& node, std::span<const std::uint8_t> bytes);
  void relocation_table(ByteReader& in, Node& node, Word words);
  void relocation(ByteReader& in, Node& node, const FaslRelocation& r, Ref ref);
  void field(ByteReader& in, Node& node, FaslFieldType type, Word offset, Word bits);
  void pointer_field(ByteReader& in, Node& node, Word offset, Ref ref);
  Ref close(ByteReader& in, FaslCode code, Node& node);
  /// After everything has been read: gives early records their types, and checks the fields and ancestors
  /// of record type descriptors.
  void finish(ByteReader& in);

 private:
  /// A record whose type was itself still being read when the record referred to it.
  struct EarlyRecord {
    Value record, type;
    Word size;
    std::uint64_t offset;  // in the file, for messages
  };
  /// A field that was read into a word of an early record.
  struct EarlyField {
    std::size_t record;  // index in early_
    Word word;
    bool is_reference;
  };
  /// A record type descriptor that was read.
  struct ReadDescriptor {
    Value rtd;
    std::uint64_t offset;  // in the file, for messages
  };
  /// False after a failure: the object may not be here.
  bool may_hold_code(ByteReader& in, const FaslItem& item) const;
  Value library_entry(ByteReader& in, const FaslItem& item);
  Value make_uninterned(std::u32string_view name);
  void code_part(ByteReader& in, Node& node, Word index, Value v);
  /// The code to enter where the image would enter `code` at `item_offset` bytes from its reference.
  Value entered(Value code, Word item_offset) const;
  void close_code(Node& node);
  /// The code of continuations is there once. False after a failure.
  bool check_code_flags(ByteReader& in, std::uint64_t offset, Word flags);
  /// The generation in which code and closures that begin now are allocated.
  Generation generation_of_code() const;

  // link_records.cpp
  Value open_record(Word size);
  void record_type(ByteReader& in, Node& node, Value rtd);
  void set_type(Value record, Value rtd);
  /// Whether a record is a record type descriptor, so that it has what the collector reads in one.
  bool is_descriptor(Value v) const;
  bool describes_descriptors(Value rtd) const;
  /// Checks that a record of `size` bytes may have this type. Returns the type's mask of references, or
  /// fixnum 0 after a failure.
  Value check_type(ByteReader& in, std::uint64_t offset, Value rtd, Word size) const;
  /// Checks that a descriptor from the file describes possible records.
  void check_descriptor(ByteReader& in, std::uint64_t offset, Value rtd);
  /// Checks what only the image's code reads in a descriptor: fields and ancestors. That code trusts them.
  void check_lineage(ByteReader& in, const ReadDescriptor& d) const;
  void close_record(ByteReader& in, Value record);
  void find_descriptor(ByteReader& in, Node& node, Value uid);
  void new_descriptor(ByteReader& in, Node& node, Value rtd);
  static void unregistered_type(ByteReader& in, const Node& node);
  Node open_hashtable(ByteReader& in, const FaslItem& item);
  void hashtable_entry(ByteReader& in, FaslCode code, Node& node, Value value);

  Thread& thread_;
  bool const data_only_;
  bool const verifies_;
  Vm& vm_;
  std::pmr::vector<EarlyRecord> early_;
  std::pmr::vector<EarlyField> early_fields_;
  std::pmr::vector<ReadDescriptor> descriptors_;
  std::pmr::unordered_set<Word> open_types_;  // descriptors that are being read
  int open_code_ = 0;                         // code objects that are being read
  std::pmr::vector<Word>
      relocations_;  // words of the tables of code that is being read, innermost last
  CodeLimits const limits_;
  CodeVerifier verifier_;
  std::pmr::vector<CodeWord> kinds_;  // of the words of code that is being read, innermost last
  struct Shortcut {
    Value original, code;
  };
  std::vector<Shortcut> shortcuts_;  // for code of the base boot file (shortcuts.h)
};

/// Reads and builds the one object in `bytes`. `name` and `base` are for messages.
Result<Value> link_object(Thread& thread, std::span<const std::uint8_t> bytes, std::string name,
                          std::uint64_t base, std::span<const ObjectRef> externals = {},
                          MayHold what = MayHold::code);

}  // namespace coracle
