// The signal that interrupts a call is SIGURG: it is ignored by default, and hardly any program handles
// it. It goes to the waiting thread alone. Its handler does nothing and stays installed, because other
// machines in the process may need it. A program that handles SIGURG itself keeps its handler; if that
// handler restarts calls (SA_RESTART), waits are not interrupted.
//
// On Linux a timer of the thread repeats the signal. Elsewhere it is sent once, and an interrupt that
// comes after the start of a wait but before its call is noticed only at the next wait.
#include "vm/host/waits.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): pthread_kill is POSIX's
#include <time.h>    // NOLINT(modernize-deprecated-headers): timer_create is POSIX's
#include <unistd.h>

#include <atomic>

namespace coracle::host {
namespace {

constexpr int wake_signal = SIGURG;

void install_handler() {
  struct sigaction action {};
  if (::sigaction(wake_signal, nullptr, &action) != 0) return;
  bool const free = (action.sa_flags & SA_SIGINFO) == 0 &&
                    (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN);
  if (!free) return;
  action = {};
  action.sa_handler = [](int) {};
  ::sigaction(wake_signal, &action, nullptr);
}

void let_through() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, wake_signal);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

#ifdef SIGEV_THREAD_ID
/// Sends the signal to one thread, again and again.
class Repeater {
 public:
  Repeater() = default;
  Repeater(const Repeater&) = delete;
  Repeater& operator=(const Repeater&) = delete;
  ~Repeater() { release(); }

  /// Makes it the calling thread's. True if it was not before.
  bool take() {
    pid_t const self = ::gettid();
    if (self == thread_) return false;
    release();
    thread_ = self;
    sigevent event{};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = wake_signal;
#ifdef sigev_notify_thread_id
    event.sigev_notify_thread_id = self;
#else
    event._sigev_un._tid = self;  // its name in older C libraries
#endif
    // Without a timer (their number is limited) the signal is sent once, as on other systems.
    exists_ = ::timer_create(CLOCK_MONOTONIC, &event, &timer_) == 0;
    return true;
  }
  void start() { set(interval_nanoseconds); }
  void stop() { set(0); }

 private:
  static constexpr long interval_nanoseconds = 2'000'000;

  void set(long nanoseconds) {
    if (!exists_) return;
    itimerspec const times{{0, nanoseconds}, {0, nanoseconds}};
    ::timer_settime(timer_, 0, &times, nullptr);
  }
  void release() {
    if (exists_) ::timer_delete(timer_);
    exists_ = false;
  }

  pid_t thread_ = 0;
  timer_t timer_{};
  bool exists_ = false;
};
#else
class Repeater {
 public:
  bool take() {
    if (taken_ && ::pthread_equal(thread_, ::pthread_self())) return false;
    thread_ = ::pthread_self();
    return taken_ = true;
  }
  void start() {}
  void stop() {}

 private:
  pthread_t thread_{};
  bool taken_ = false;
};
#endif

}  // namespace

struct Waits::State {
  std::atomic<bool> interrupted{false}, waiting{false}, repeating{false};
  std::atomic<int> interrupters{0};  // threads that may be about to send the signal
  pthread_t thread{};                // the one that waits
  bool handler_installed = false;
  Repeater repeater;
};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

Waits::Waits() : state_(std::make_unique<State>()) {}
Waits::~Waits() = default;

void Waits::interrupt() {
  int const error = errno;
  State& s = *state_;
  s.interrupted.store(true);
  // While this interrupter is counted, the thread doesn't leave its wait.
  s.interrupters.fetch_add(1);
  if (s.waiting.load()) {
    ::pthread_kill(s.thread, wake_signal);
    s.repeating.store(true);
    s.repeater.start();
  }
  s.interrupters.fetch_sub(1);
  errno = error;
}

bool Waits::begin() {
  State& s = *state_;
  if (s.repeater.take()) {
    let_through();
    s.thread = ::pthread_self();
    if (!s.handler_installed) install_handler();
    s.handler_installed = true;
  }
  s.waiting.store(true);
  if (!s.interrupted.load()) return true;
  end(true);
  return false;
}

void Waits::end(bool was_interrupted) {
  State& s = *state_;
  s.waiting.store(false);
  if (s.interrupters.load() == 0 && !s.repeating.load() && !was_interrupted) return;
  int const error = errno;
  while (s.interrupters.load() != 0) ::sched_yield();
  if (s.repeating.exchange(false)) s.repeater.stop();
  if (was_interrupted) s.interrupted.store(false);
  errno = error;
}

}  // namespace coracle::host
