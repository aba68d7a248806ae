#include "vm/host/signals.h"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction is POSIX's
#if __has_include(<linux/membarrier.h>)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <atomic>

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
  struct sigaction action {};
  action.sa_handler = handler != nullptr ? handler : SIG_IGN;
  sigfillset(&action.sa_mask);
  struct sigaction old;
  if (::sigaction(signal, &action, &old) != 0) return false;
  replaced_ = std::make_unique<Replaced>(Replaced{signal, old, std::move(replaced_)});
  return true;
}

void complete_stores_of_all_threads() {
#if __has_include(<linux/membarrier.h>)
  ::syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
  ::syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
#else
  std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

}  // namespace coracle::host
