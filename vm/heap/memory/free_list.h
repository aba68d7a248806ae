// A list of free numbers that several threads may take from and give back to without a lock.
//
// Invariants: the head counts how often it has changed, so a thread that was interrupted between
// reading the head and replacing it can't mistake a number that was taken and given back meanwhile for
// one that was free all the time. The links belong to who uses the list, and may be read at any time,
// also that of a number which another thread has just taken.
#pragma once

#include <atomic>
#include <cstdint>

namespace coracle {

class FreeList {
 public:
  using Link = std::atomic<std::uint32_t>;
  static constexpr std::uint32_t end = 0xFFFF'FFFF;

  /// Takes a number; `end` when there is none. link(n) is the Link of a number.
  template <class LinkOf>
  std::uint32_t take(LinkOf&& link) {
    Head head = head_.load(std::memory_order_acquire);
    for (;;) {
      std::uint32_t const number = first(head);
      if (number == end) return end;
      // Out of date where another thread has taken the number; then the exchange fails.
      std::uint32_t const next = link(number).load(std::memory_order_relaxed);
      if (head_.compare_exchange_weak(head, changed(head, next), std::memory_order_acq_rel,
                                      std::memory_order_acquire)) {
        return number;
      }
    }
  }
  /// Gives back the numbers from `from` to `to`, which are linked already.
  template <class LinkOf>
  void give_back(std::uint32_t from, std::uint32_t to, LinkOf&& link) {
    Head head = head_.load(std::memory_order_relaxed);
    do {
      link(to).store(first(head), std::memory_order_relaxed);
    } while (!head_.compare_exchange_weak(head, changed(head, from), std::memory_order_acq_rel,
                                          std::memory_order_relaxed));
  }
  bool is_empty() const { return first(head_.load(std::memory_order_acquire)) == end; }

 private:
  // The head in one word, which is replaced at once:
  //
  //      63           32 31                 0
  //     +---------------+--------------------+
  //     |    changes    | first number, end  |
  //     +---------------+--------------------+
  using Head = std::uint64_t;
  static_assert(std::atomic<Head>::is_always_lock_free);
  static std::uint32_t first(Head head) { return static_cast<std::uint32_t>(head); }
  static Head changed(Head head, std::uint32_t number) {
    return (((head >> 32) + 1) << 32) | number;
  }
  std::atomic<Head> head_{end};
};

}  // namespace coracle
