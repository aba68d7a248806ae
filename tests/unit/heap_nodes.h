// The nodes of a random mutator's graph in the heap: making them, their slots, and whether the rest of
// them is as it was made.
//
// Invariants: each node tells its own number, whatever its shape.
// Must not know: the shadow graph's rules of what must live.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/heap_builders.h"
#include "tests/unit/heap_shadow.h"

namespace coracle::test {

/// What a slot holds that refers to nothing.
inline constexpr Value nothing = make_fixnum(-1);

class HeapNodes {
 public:
  explicit HeapNodes(HeapFixture& fixture);

  FramesCode frames;

  /// How many slots a node has: some shapes have a fixed number, others `wanted`, within limits.
  std::size_t slots_of(Shape shape, std::uint32_t variant, std::uint32_t wanted) const;
  /// The variant that a number stands for: which type a record has, which keys a table.
  std::uint32_t variant_of(Shape shape, std::uint32_t number) const;
  bool can_change(Shape shape, std::uint32_t variant) const;
  Value make(Shape shape, std::uint32_t variant, int number, std::uint32_t size,
             const std::vector<Value>& slots);
  /// The Value in a slot.
  Value slot(Shape shape, Value node, std::size_t i) const;
  /// Where a slot is, and what is added to the Value there.
  std::pair<Word, Word> place(Shape shape, Value node, std::size_t i) const;
  int number(Value node) const;
  /// What differs from how the node was made, or "".
  std::string what_is_wrong(Shape shape, std::uint32_t variant, Value node, int number) const;
  Value tconc(Value guardian) const { return vector_ref(guardian, 1); }
  Value table(Value node) const { return vector_ref(node, 1); }

 private:
  // Word 1 of a record is its number, the others are slots or hold any bits.
  struct RecordKind {
    Value* type;
    Word words;
    std::vector<Word> slots;  // their words
    bool can_change;
  };
  void add_record_kind(Word words, Word step, bool can_change);
  const RecordKind& record_kind(std::uint32_t variant) const {
    return records_[variant % records_.size()];
  }
  Value make_record_node(const RecordKind& kind, int number, const std::vector<Value>& slots);
  Value make_code_node(int number, const std::vector<Value>& slots);
  Value make_closure_node(std::uint32_t variant, int number, const std::vector<Value>& slots);
  Value make_continuation_node(std::uint32_t variant, int number, const std::vector<Value>& slots);
  Value make_port_node(int number, const std::vector<Value>& slots);
  Value make_leaf(Shape shape, int number, std::uint32_t size);

  HeapFixture& f_;
  std::vector<RecordKind> records_;
  Value& continuation_entry_;
};

}  // namespace coracle::test
