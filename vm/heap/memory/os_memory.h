// Memory from the operating system: the one place where the heap gets and returns any.
//
// Owns: the calls to the host, the count of bytes held, the limit.
// Invariants: every block is aligned as asked for and filled with zeros; a block is returned with
// the size it was asked for with.
// Must not know: what the memory is for.
#pragma once

#include <cstddef>

#include "vm/base/event_range.h"
#include "vm/base/value.h"

namespace coracle {

class OsMemory {
 public:
  /// `limit`: bytes that may be held at a time; 0: no limit. `failing`: requests that find no memory.
  explicit OsMemory(std::size_t limit, EventRange failing = {})
      : limit_(limit), failing_(failing) {}
  OsMemory(const OsMemory&) = delete;
  OsMemory& operator=(const OsMemory&) = delete;

  /// The address of `bytes` of zeros at a multiple of `alignment` (a power of two), or 0 when there
  /// is no more.
  Word allocate(Word bytes, Word alignment);
  void release(Word address, Word bytes);
  /// Lets the operating system take back the pages of memory that stays held; they read as zeros or
  /// as they were when they are used again.
  void discard(Word address, Word bytes);
  /// Tells the operating system that this memory is about to be written: one call instead of a page
  /// fault for each page. A hint.
  void populate(Word address, Word bytes);
  /// As allocate, for tables that are touched in a few places only: they don't count as memory held.
  Word allocate_sparse(Word bytes, Word alignment);
  void release_sparse(Word address, Word bytes);

  /// Memory that isn't the heap's own but counts as held: phantom bytevectors, CountedMemory. charge()
  /// says whether the limit allows it; if not, nothing is counted.
  bool charge(Word bytes);
  void adjust(SignedWord bytes);
  Word current_bytes() const { return current_; }
  Word maximum_bytes() const { return maximum_; }
  void reset_maximum() { maximum_ = current_; }
  /// Calls of allocate and allocate_sparse so far.
  std::uint64_t requests() const { return requests_; }

 private:
  std::size_t limit_;
  EventRange failing_;
  std::uint64_t requests_ = 0;
  Word current_ = 0;
  Word maximum_ = 0;
};

}  // namespace coracle
