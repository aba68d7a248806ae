#include "vm/host/background_task.h"

#include <pthread.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): pthread_sigmask is POSIX's

namespace coracle::host {

struct BackgroundTask::State {
  pthread_t thread{};
  bool is_running = false;
  std::function<void()> work;

  static void* run(void* state) {
    static_cast<State*>(state)->work();
    return nullptr;
  }
};

BackgroundTask::BackgroundTask() : state_(std::make_unique<State>()) {}
BackgroundTask::~BackgroundTask() { wait(); }

void BackgroundTask::start(std::function<void()> work) {
  wait();
  State& s = *state_;
  s.work = std::move(work);
  // The thread inherits the mask.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  s.is_running = ::pthread_create(&s.thread, nullptr, State::run, &s) == 0;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!s.is_running) s.work();
}

void BackgroundTask::wait() {
  if (!state_->is_running) return;
  ::pthread_join(state_->thread, nullptr);
  state_->is_running = false;
}

}  // namespace coracle::host
