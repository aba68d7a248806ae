// Invariants: the handler takes no lock, allocates nothing, and writes its messages by one system call.
#include "vm/host/faults.h"

#include <pthread.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction is POSIX's
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <iterator>

namespace coracle::host {
namespace {

constexpr int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
constexpr std::size_t signal_stack_bytes = std::size_t{64} << 10;

const char* meaning_of(int signal) {
  return signal == SIGFPE   ? "arithmetic overflow"
         : signal == SIGILL ? "illegal instruction"
                            : "invalid memory reference";
}

}  // namespace

SignalStack::SignalStack() {
  stack_t current{};
  if (::sigaltstack(nullptr, &current) != 0 || (current.ss_flags & SS_DISABLE) == 0) return;
  std::size_t const bytes = std::max(signal_stack_bytes, static_cast<std::size_t>(SIGSTKSZ));
  memory_ = std::make_unique<char[]>(bytes);
  stack_t stack{};
  stack.ss_sp = memory_.get();
  stack.ss_size = bytes;
  if (::sigaltstack(&stack, nullptr) != 0) memory_.reset();
}

SignalStack::~SignalStack() {
  if (memory_ == nullptr) return;
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  ::sigaltstack(&none, nullptr);
}

struct FaultHandlers::State {
  Receiver receiver;
  const FaultHandlers* frame;
  pthread_t host_thread = ::pthread_self();
  SignalStack stack{};
  struct sigaction before[std::size(signals)]{};

  // The object that handles the process's faults: a signal handler is given nothing to find it by.
  static constinit inline std::atomic<const State*> installed{nullptr};
  static_assert(std::atomic<const State*>::is_always_lock_free);

  static void on_fault(int signal, siginfo_t* info, void* context) {
    const State* const state = installed.load();
    if (state == nullptr) {  // it has just gone away
      ::signal(signal, SIG_DFL);
      return;
    }
    Fault fault{};
    fault.meaning = meaning_of(signal);
    fault.is_sent = info->si_code <= 0;
    fault.is_of_memory = signal == SIGSEGV || signal == SIGBUS;
    // SI_KERNEL: the host doesn't know the address.
    fault.knows_address = fault.is_of_memory && !fault.is_sent && info->si_code != SI_KERNEL;
    fault.address = info->si_addr;
    if (::pthread_equal(::pthread_self(), state->host_thread) != 0) {
      fault.outer_frame = state->frame;
    }
    state->receiver(fault);
    state->pass_on(signal, info, context);
  }

  void pass_on(int signal, siginfo_t* info, void* context) const {
    std::size_t i = 0;
    while (signals[i] != signal) ++i;
    const struct sigaction& old = before[i];
    if ((old.sa_flags & SA_SIGINFO) != 0) return old.sa_sigaction(signal, info, context);
    if (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN) return old.sa_handler(signal);
    // After the return the instruction faults again, now without a handler.
    ::signal(signal, SIG_DFL);
    if (info->si_code <= 0) ::raise(signal);
  }
};

FaultHandlers::FaultHandlers(Receiver receiver, bool is_in_frame)
    : state_(new State{receiver, is_in_frame ? this : nullptr}) {
  const State* nobody = nullptr;
  if (!State::installed.compare_exchange_strong(nobody, state_.get())) return;
  struct sigaction action{};
  action.sa_sigaction = &State::on_fault;
  // The handler may leave by a jump, so the signal must not stay blocked.
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < std::size(signals); ++i) {
    ::sigaction(signals[i], &action, &state_->before[i]);
  }
}

FaultHandlers::~FaultHandlers() {
  if (State::installed.load() != state_.get()) return;
  for (std::size_t i = 0; i < std::size(signals); ++i) {
    ::sigaction(signals[i], &state_->before[i], nullptr);
  }
  State::installed.store(nullptr);
}

std::uint64_t stack_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return 0;
  return limit.rlim_cur;
}

void write_message(std::string_view text) {
  [[maybe_unused]] auto const written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace coracle::host
