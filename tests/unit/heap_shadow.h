// A copy of a mutator's objects outside the heap: what refers to what, and what must live.
//
// Invariants: an object is known by its number; slots hold numbers, or -1 for nothing. Numbers are
// never used again.
// Must not know: the heap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace coracle::test {

/// What a node of the graph is in the heap.
enum class Shape : std::uint8_t {
  vector,
  list,
  stencil,
  box,
  record,
  closure,
  code,
  continuation,
  symbol,
  port,
  references,  // a reference bytevector
  immobile,    // a vector of an immobile space
  weak,        // a weak pair: slot 0 its first word, 1 its second
  ephemeron,   // likewise
  guardian,
  table,  // an eq-hashtable
  flonum,
  numbers,
  string,
  bytes,
  phantom,
};
inline constexpr std::uint32_t shape_count = 21;

struct ShadowNode {
  Shape shape{};
  std::uint32_t variant = 0;  // which kind of record, closure, table...
  std::vector<int> slots;
  struct Entry {
    int key, value;
  };
  std::vector<Entry> entries;  // tables
  std::vector<int> queue;      // guardians: what was handed over and not fetched
  bool permanent = false;      // static
};

/// What a guardian watches.
struct ShadowWatch {
  int guardian, object, representative;
  bool ordered;
  bool lost = false;      // a collection found the object unreachable
  bool lost_now = false;  // the last one did
};

struct Shadow {
  std::vector<ShadowNode> nodes;
  std::vector<ShadowWatch> watches;

  ShadowNode& operator[](int number) { return nodes[static_cast<std::size_t>(number)]; }

  /// What is reachable from roots, by number; with what guardians keep alive, if they are asked too.
  std::vector<bool> reachable(const std::vector<int>& roots, bool with_guardians) const;
};

enum TableKeys : std::uint32_t { keys_held, keys_weak, keys_ephemeron };

}  // namespace coracle::test
