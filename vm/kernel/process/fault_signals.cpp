// Invariants: the handler takes no lock, allocates nothing, and writes its messages by one system call.
#include "vm/kernel/process/fault_signals.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "vm/exec/fault.h"

namespace coracle::kernel {
namespace {

// Which object handles the process's faults: a handler gets nothing to find it by.
constinit std::atomic<const FaultHandlers*> installed{nullptr};
static_assert(std::atomic<const FaultHandlers*>::is_always_lock_free);

constexpr std::size_t signal_stack_bytes = std::size_t{64} << 10;

/// A line of text without an allocation; what is too long is cut off.
class Line {
 public:
  Line& operator<<(std::string_view text) {
    std::size_t const n = std::min(text.size(), sizeof text_ - length_);
    std::copy_n(text.data(), n, text_ + length_);
    length_ += n;
    return *this;
  }
  Line& operator<<(std::uint64_t number) { return put(number, 10); }
  Line& hexadecimal(std::uint64_t number) { return (*this << "0x").put(number, 16); }
  void write() const {
    [[maybe_unused]] auto const written = ::write(STDERR_FILENO, text_, length_);
  }

 private:
  Line& put(std::uint64_t number, unsigned radix) {
    char digits[20];
    char* first = std::end(digits);
    do {
      *--first = "0123456789abcdef"[number % radix];
      number /= radix;
    } while (number != 0);
    return *this << std::string_view(first, std::end(digits));
  }

  char text_[1024];
  std::size_t length_ = 0;
};

const char* meaning_of(int signal) {
  return signal == SIGFPE   ? "arithmetic overflow"
         : signal == SIGILL ? "illegal instruction"
                            : "invalid memory reference";
}

/// Bytes that the C stack may grow to; 0: no limit.
std::uint64_t stack_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return 0;
  return limit.rlim_cur;
}

/// Whether an address that is not there lies where the C stack would have grown, below the frame of an
/// outer function. (Stacks grow downwards on all hosts.)
bool is_past_stack(const void* address, const void* frame) {
  constexpr std::uint64_t gap = std::uint64_t{1} << 20;  // what a frame's first access may skip
  std::uint64_t const limit = stack_limit();
  Word const below = address_of(frame) - address_of(address);
  return address_of(address) < address_of(frame) && limit != 0 && below < limit + gap;
}

void report_native_fault(const NativeCode& native, int signal, const siginfo_t* info) {
  Line line;
  line << "coracle: " << meaning_of(signal);
  // SI_KERNEL: the host doesn't know the address.
  if ((signal == SIGSEGV || signal == SIGBUS) && info->si_code != SI_KERNEL) {
    (line << " at address ").hexadecimal(address_of(info->si_addr));
  }
  if (native.library_function != nullptr) {
    line << " in the C function " << native.library_function
         << ", which the program called; it cannot be left half-way, so the program ends. "
            "Check the arguments and the declared types of the call.\n";
  } else {
    line << " in the kernel";
    if (native.kernel_entry[0] != '\0') line << " entry " << native.kernel_entry;
    line << "; the program ends.\n";
  }
  line.write();
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

FaultHandlers::FaultHandlers() : host_thread_(::pthread_self()) {
  const FaultHandlers* nobody = nullptr;
  if (!installed.compare_exchange_strong(nobody, this)) return;
  struct sigaction action {};
  action.sa_sigaction = &on_fault;
  // The handler may leave by a jump, so the signal must not stay blocked.
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < std::size(signals); ++i) {
    ::sigaction(signals[i], &action, &before_[i]);
  }
}

FaultHandlers::~FaultHandlers() {
  if (installed.load() != this) return;
  for (std::size_t i = 0; i < std::size(signals); ++i) {
    ::sigaction(signals[i], &before_[i], nullptr);
  }
  installed.store(nullptr);
}

void FaultHandlers::on_fault(int signal, siginfo_t* info, void* context) {
  // What another process or this one has sent is no fault, wherever the thread is.
  bool const is_fault = info->si_code > 0;
  FaultSite const site = is_fault ? fault_site() : FaultSite{};
  const FaultHandlers* const handlers = installed.load();
  if (is_fault && (signal == SIGSEGV || signal == SIGBUS)) {
    const void* frame = site.frame;
    if (frame == nullptr && handlers != nullptr &&
        ::pthread_equal(::pthread_self(), handlers->host_thread_) != 0) {
      frame = handlers;
    }
    if (frame != nullptr && is_past_stack(info->si_addr, frame)) {
      Line line;
      line << "coracle: the C stack is full (its limit is " << stack_limit() / 1024
           << " KB): calls from C into Scheme, or data, are nested too deeply. "
              "ulimit -s sets another limit.\n";
      line.write();
      ::_exit(status_stack_full);
    }
  }
  if (site.in_interpreter()) recover_from_fault(site, meaning_of(signal));
  if (site.frame != nullptr) report_native_fault(site.native, signal, info);
  if (handlers != nullptr) handlers->pass_on(signal, info, context);
}

void FaultHandlers::pass_on(int signal, siginfo_t* info, void* context) const {
  std::size_t i = 0;
  while (signals[i] != signal) ++i;
  const struct sigaction& before = before_[i];
  if ((before.sa_flags & SA_SIGINFO) != 0) return before.sa_sigaction(signal, info, context);
  if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
    return before.sa_handler(signal);
  // After the return the instruction faults again, now without a handler.
  ::signal(signal, SIG_DFL);
  if (info->si_code <= 0) ::raise(signal);
}

}  // namespace coracle::kernel
