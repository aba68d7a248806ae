// Work that is done beside the caller's, where the host has threads.
//
// Invariants: the pieces of one queue are done one at a time, in order. They get no signals, so handlers run on
// the program's own threads.
// Must not know: what the work is. That must not throw.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace coracle::host {

class BackgroundQueue {
 public:
  BackgroundQueue();
  BackgroundQueue(const BackgroundQueue&) = delete;
  BackgroundQueue& operator=(const BackgroundQueue&) = delete;
  /// Waits for the work.
  ~BackgroundQueue();

  /// False where there are no threads: each piece of work is done when it is added.
  static const bool is_concurrent;

  /// Adds a piece of work, and returns a number for it.
  std::uint64_t add(std::function<void()> work);
  /// Returns when that piece of work is done, and those before it.
  void wait(std::uint64_t piece);
  /// Returns when all work is done.
  void wait();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace coracle::host
