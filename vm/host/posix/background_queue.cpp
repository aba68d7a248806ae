#include "vm/host/background_queue.h"

#include <pthread.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): pthread_sigmask is POSIX's

#include <condition_variable>
#include <deque>
#include <mutex>

namespace coracle::host {

struct BackgroundQueue::State {
  pthread_t thread{};
  bool has_thread = false;

  std::mutex mutex;  // of what follows
  std::condition_variable changed;
  std::deque<std::function<void()>> pieces;  // the first one is being done
  std::uint64_t added = 0, done = 0;         // how many
  bool ends = false;

  static void* run(void* state) {
    static_cast<State*>(state)->work();
    return nullptr;
  }
  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return ends || !pieces.empty(); });
      if (pieces.empty()) return;
      std::function<void()> const& piece = pieces.front();
      lock.unlock();
      piece();
      lock.lock();
      pieces.pop_front();
      ++done;
      // Without the mutex, so that who is woken needn't wait for it.
      lock.unlock();
      changed.notify_all();
      lock.lock();
    }
  }
  void start() {
    // The thread inherits the mask.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    has_thread = ::pthread_create(&thread, nullptr, run, this) == 0;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
};

const bool BackgroundQueue::is_concurrent = true;

BackgroundQueue::BackgroundQueue() : state_(std::make_unique<State>()) {}

BackgroundQueue::~BackgroundQueue() {
  State& s = *state_;
  if (!s.has_thread) return;
  {
    std::scoped_lock const lock(s.mutex);
    s.ends = true;
  }
  s.changed.notify_all();
  ::pthread_join(s.thread, nullptr);
}

std::uint64_t BackgroundQueue::add(std::function<void()> work) {
  State& s = *state_;
  if (!s.has_thread) s.start();
  if (!s.has_thread) {
    work();
    return 0;
  }
  {
    std::scoped_lock const lock(s.mutex);
    s.pieces.push_back(std::move(work));
    ++s.added;
  }
  s.changed.notify_all();
  return s.added;
}

void BackgroundQueue::wait(std::uint64_t piece) {
  State& s = *state_;
  std::unique_lock lock(s.mutex);
  s.changed.wait(lock, [&] { return s.done >= piece; });
}

void BackgroundQueue::wait() { wait(state_->added); }

}  // namespace coracle::host
