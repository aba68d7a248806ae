#include "vm/host/signals.h"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction is POSIX's
#if __has_include(<linux/membarrier.h>)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#endif
#include <unistd.h>

#include <atomic>
#include <utility>

#include "vm/base/check.h"

namespace coracle::host {

int signal_number(Signal signal) {
  switch (signal) {
    case Signal::interrupt: return SIGINT;
    case Signal::quit: return SIGQUIT;
    case Signal::broken_pipe: return SIGPIPE;
    case Signal::window_change: return SIGWINCH;
  }
  return 0;
}

struct SignalHandlers::Replaced {
  int signal;
  struct sigaction action;
  sigset_t blocked;
  std::unique_ptr<Replaced> before;
};

SignalHandlers::SignalHandlers() = default;
SignalHandlers::~SignalHandlers() {
  while (replaced_ != nullptr) {
    ::sigaction(replaced_->signal, &replaced_->action, nullptr);
    replaced_ = std::move(replaced_->before);
  }
}

bool SignalHandlers::handle(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler != nullptr ? handler : SIG_IGN;
  sigfillset(&action.sa_mask);
  sigset_t blocked;
  struct sigaction old;
  if (::pthread_sigmask(SIG_BLOCK, nullptr, &blocked) != 0) return false;
  if (::sigaction(signal, &action, &old) != 0) return false;
  replaced_ = std::make_unique<Replaced>(Replaced{signal, old, blocked, std::move(replaced_)});
  return true;
}

void SignalHandlers::unblock() const {
  if (replaced_ != nullptr) ::pthread_sigmask(SIG_SETMASK, &replaced_->blocked, nullptr);
}

void end_by_signal(int signal) {
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  ::sigaction(signal, &action, nullptr);
  ::raise(signal);  // blocked until the handler returns
}

namespace {

// What the handler removes: it gets nothing but a number.
constinit std::atomic<const char*> to_remove{nullptr};
static_assert(std::atomic<const char*>::is_always_lock_free);

void remove_and_end(int signal) {
  if (const char* const path = to_remove.load()) ::unlink(path);
  end_by_signal(signal);
}

}  // namespace

RemovedBySignal::RemovedBySignal(std::string path) : path_(std::move(path)) {
  const char* const other = to_remove.exchange(path_.c_str());
  CORACLE_CHECK_MESSAGE(other == nullptr, "another file is to be removed already");
  for (int const signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXFSZ}) {
    struct sigaction before;
    if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
    handlers_.handle(signal, &remove_and_end);
  }
}

RemovedBySignal::~RemovedBySignal() { to_remove.store(nullptr); }

void complete_stores_of_all_threads() {
#if __has_include(<linux/membarrier.h>)
  ::syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
  ::syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
#else
  std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

}  // namespace coracle::host
