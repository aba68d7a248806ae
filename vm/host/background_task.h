// Work that is done beside the caller's, where the host has threads.
//
// Invariants: one piece of work at a time. It gets no signals, so handlers run on the program's own threads.
// Must not know: what the work is. That must not throw.
#pragma once

#include <functional>
#include <memory>

namespace coracle::host {

class BackgroundTask {
 public:
  BackgroundTask();
  BackgroundTask(const BackgroundTask&) = delete;
  BackgroundTask& operator=(const BackgroundTask&) = delete;
  /// Waits for the work.
  ~BackgroundTask();

  /// Begins the work, when what was begun before is over. Where there are no threads, or no more, it is done at once.
  void start(std::function<void()> work);
  /// Returns when the work is over; at once if there is none.
  void wait();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace coracle::host
