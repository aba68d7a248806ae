// Memory from the operating system: the one place where the heap gets and returns any.
//
// Owns: the calls to the host, the count of bytes held, the limit, the count of what is set aside for
// when memory runs out.
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
  /// `limit`: bytes that may be held at a time; 0: no limit. `overdraft`: how far what is set aside
  /// may go beyond it. `failing`: requests that find no memory.
  explicit OsMemory(Word limit, Word overdraft = 0, EventRange failing = {})
      : limit_(limit != 0 ? limit : no_limit), overdraft_(overdraft), failing_(failing) {}
  OsMemory(const OsMemory&) = delete;
  OsMemory& operator=(const OsMemory&) = delete;

  /// The address of `bytes` of zeros at a multiple of `alignment` (a power of two), or 0 when there
  /// is no more.
  Word allocate(Word bytes, Word alignment);
  void release(Word address, Word bytes);
  /// Whether `counted` more bytes are within the limit, and the operating system would give
  /// `allocated` bytes now. Nothing is kept.
  bool has_room(Word counted, Word allocated);
  /// As allocate, but what is set aside doesn't count as held until it is used.
  Word set_aside(Word bytes, Word alignment);
  void release_aside(Word address, Word bytes);
  /// Memory that was set aside is used from now on, whatever the limit, or the other way round.
  void use_aside(Word bytes);
  void put_aside(Word bytes);
  /// While it lives, the limit doesn't bind.
  class Overdraft {
   public:
    explicit Overdraft(OsMemory& os) : os_(os), limit_(os.limit_) { os.limit_ = no_limit; }
    ~Overdraft() { os_.limit_ = limit_; }
    Overdraft(const Overdraft&) = delete;
    Overdraft& operator=(const Overdraft&) = delete;

   private:
    OsMemory& os_;
    Word limit_;
  };
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
  /// Requests to the operating system so far.
  std::uint64_t requests() const { return requests_; }

 private:
  static constexpr Word no_limit = static_cast<Word>(INT64_MAX);
  Word host_pages(Word size, Word alignment);
  bool is_within(Word limit, Word held, Word more) const {
    return held <= limit && more <= limit - held;
  }

  Word limit_, overdraft_;
  EventRange failing_;
  std::uint64_t requests_ = 0;
  Word current_ = 0;
  Word aside_ = 0;
  Word maximum_ = 0;
};

}  // namespace coracle
