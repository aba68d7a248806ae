// Owns the process-wide variable that says where the handlers store. The operating system knows
// processes, not machines, and gives a handler nothing to find its machine by.
//
// Invariants: a handler takes no lock; it stores single bytes into the thread context (#t and #f differ
// in their lowest byte only) and into lock-free atomics, and then ends a wait; or it leaves the interpreter,
// as the handler of a fault does. Events are marked last, so that whoever sees the mark sees the cause.
#include "vm/kernel/process/signals.h"

#include <array>
#include <atomic>
#include <cstdlib>
#include <limits>

#include "vm/base/endian.h"
#include "vm/exec/fault.h"
#include "vm/exec/vm.h"
#include "vm/host/clocks.h"
#include "vm/host/faults.h"
#include "vm/host/signals.h"
#include "vm/kernel/entries.h"
#include "vm/kernel/host.h"
#include "vm/kernel/machine/embedder.h"
#include "vm/kernel/ranges.h"

namespace coracle::kernel {
namespace {

class SignalState;
constinit std::atomic<SignalState*> receiver{nullptr};
static_assert(std::atomic<SignalState*>::is_always_lock_free);
static_assert(std::atomic<unsigned>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

/// A boolean field of the thread context, as a handler may set it.
class Mark {
 public:
  Mark(const Thread& t, Tc f)
      : byte_(reinterpret_cast<volatile unsigned char*>(t.slot(f)) + (big_endian_host ? 7 : 0)) {}
  // The interpreter reads it without synchronisation, as it may what a signal handler writes. (GCC and clang
  // share this form of the attribute, and no other.)
  __attribute__((no_sanitize("thread"))) void set() {
    *byte_ = static_cast<unsigned char>(true_value.bits);
  }
  __attribute__((no_sanitize("thread"))) void clear() {
    *byte_ = static_cast<unsigned char>(false_value.bits);
  }
  bool is_set() const { return *byte_ != static_cast<unsigned char>(false_value.bits); }

 private:
  volatile unsigned char* byte_;
};
static_assert((true_value.bits ^ false_value.bits) <= 0xFF);

class SignalState final : public KernelState {
 public:
  explicit SignalState(Thread& t)
      : thread_(t),
        something_(t, Tc::something_pending),
        keyboard_(t, Tc::keyboard_interrupt_pending),
        signal_(t, Tc::signal_interrupt_pending) {}
  ~SignalState() override {
    SignalState* self = this;
    receiver.compare_exchange_strong(self, nullptr);
  }

  void handle(host::Signal signal, void (*handler)(int)) {
    handle(host::signal_number(signal), handler);
  }
  void handle(int signal, void (*handler)(int)) {
    if (told != nullptr) told(signal);
    handlers_.handle(signal, handler);
  }

  // --- Called by handlers.
  void keyboard_interrupt() {
    auto const now = host::now(host::Clock::monotonic);
    auto const seconds = static_cast<unsigned>(now ? now->seconds : 0);
    if (interrupt_pending()) {
      again_.store(1);
      if (seconds - since_.load() >= patience_seconds) end_unseen_loop(seconds);
    } else {
      since_.store(seconds);
      warned_.store(false);
      faults_before_.store(faults_of_this_run());
    }
    Embedder const* const embedder = thread_.vm.embedder;
    if (embedder != nullptr && embedder->has_runs()) {
      interrupt_for_embedder_.store(1);
      signal_.set();
    } else {
      keyboard_.set();
    }
    something_.set();
    thread_.waits.interrupt();
  }
  void enqueue(int signal) {
    unsigned const at = end_.load();
    unsigned const next = (at + 1) % queue_.size();
    if (next == start_.load()) return;  // full: the signal is dropped
    queue_[at].store(signal);
    end_.store(next);
    signal_.set();
    something_.set();
    thread_.waits.interrupt();
  }

  void window_change() {
    window_changed_.store(1);
    thread_.waits.interrupt();
  }

  // --- Called by entries.
  bool interrupt_pending() const {
    return keyboard_.is_set() || interrupt_for_embedder_.load() != 0;
  }
  void forget_interrupt() {
    keyboard_.clear();
    interrupt_for_embedder_.store(0);
  }
  bool take_interrupt_for_embedder() { return interrupt_for_embedder_.exchange(0) != 0; }
  bool second_interrupt_pending() const { return again_.load() != 0; }
  bool take_second_interrupt() { return again_.exchange(0) != 0; }
  bool window_change_pending() const { return window_changed_.load() != 0; }
  bool take_window_change() { return window_changed_.exchange(0) != 0; }
  Value dequeue(Thread& t) {
    Value signals = nil;
    unsigned const start = start_.load();
    unsigned const end = end_.load();
    for (unsigned i = end; i != start;) {
      i = (i + queue_.size() - 1) % queue_.size();
      signals = cons(t, make_fixnum(queue_[i].load()), signals);
    }
    start_.store(end);
    return signals;
  }

  bool has_signals() const { return start_.load() != end_.load(); }

  void (*told)(int) = nullptr;

 private:
  /// An interrupt again, this long after one that is still pending, means that the code looks for no events.
  static constexpr unsigned patience_seconds = 2;
  /// So many faults since the pending interrupt mean that the handling of a fault faults, too.
  static constexpr unsigned most_faults = 100;

  static unsigned faults_of_this_run() {
    FaultSite const site = fault_site();
    return site.frame == nullptr ? 0 : site.frame->faults.load();
  }
  /// For code that is compiled without event checks, or damaged. It is left as after a fault, and does not go on.
  void end_unseen_loop(unsigned seconds) {
    if (faults_of_this_run() > faults_before_.load() + most_faults) {
      host::write_message(
          "coracle: interrupted in faults that can't be handled; the program ends.\n");
      host::end_by_signal(host::signal_number(host::Signal::interrupt));
      return;
    }
    FaultSite const site = fault_site();
    if (thread_.value(Tc::disable_count) != make_fixnum(0) || !site.in_interpreter() ||
        &site.frame->thread != &thread_) {
      return end_next_time(seconds);
    }
    forget_interrupt();
    again_.store(0);
    handlers_.unblock();
    recover_from_fault(site, "interrupted in code that looks for no events");
  }

  /// For code that can't be left half-way. It may be a long collection, so whoever asks learns first what they ask.
  void end_next_time(unsigned seconds) {
    if (!warned_.load()) {
      warned_.store(true);
      since_.store(seconds);
      host::write_message(
          "coracle: Ctrl-C isn't noticed where interrupts are disabled, or the kernel or a C "
          "function is at work. The next one, after two seconds or more, ends the program.\n");
    } else {
      host::end_by_signal(host::signal_number(host::Signal::interrupt));
    }
  }

  Thread& thread_;
  Mark something_, keyboard_, signal_;
  std::atomic<int> interrupt_for_embedder_{0}, again_{0}, window_changed_{0};
  std::atomic<unsigned> since_{0};   // when the pending interrupt came, or the warning, in seconds
  std::atomic<bool> warned_{false};  // that the next one ends the program
  std::atomic<unsigned> faults_before_{0};  // of the run, when it came
  // One writer (a handler, all signals blocked), one reader (the image's event handler).
  std::array<std::atomic<int>, 64> queue_{};
  std::atomic<unsigned> start_{0}, end_{0};
  host::SignalHandlers handlers_;
};

void on_interrupt(int) {
  if (SignalState* s = receiver.load()) s->keyboard_interrupt();
}
void on_quit(int) { std::abort(); }
void on_registered(int signal) {
  if (SignalState* s = receiver.load()) s->enqueue(signal);
}

void on_window_change(int) {
  if (SignalState* s = receiver.load()) s->window_change();
}

SignalState& state_of(Thread& t) { return t.vm.kernel_states.get<SignalState>(t); }

/// The same; it becomes the receiver of the process's signals if there is none.
SignalState& receiving_state_of(Thread& t) {
  SignalState& state = state_of(t);
  if (receiver.load() == nullptr) receiver.store(&state);
  return state;
}

}  // namespace

void install_signal_handlers(Thread& t) {
  SignalState& state = state_of(t);
  receiver.store(&state);
  state.handle(host::Signal::broken_pipe, nullptr);
  state.handle(host::Signal::interrupt, &on_interrupt);
  state.handle(host::Signal::quit, &on_quit);
}

bool noncontinuable_interrupt(Thread& t) {
  SignalState* const state = t.vm.kernel_states.find<SignalState>();
  if (state == nullptr || !state->take_second_interrupt()) return false;
  if (!state->interrupt_pending()) return false;  // the image has taken both
  state->forget_interrupt();
  t.raise(ErrorKind::noncontinuable_interrupt, SchemeError{});
  return true;
}

bool keyboard_interrupt_pending(const Thread& t) {
  if (is_true(t.value(Tc::keyboard_interrupt_pending))) return true;
  const SignalState* const state = t.vm.kernel_states.find<SignalState>();
  return state != nullptr && state->interrupt_pending();
}

bool second_interrupt_pending(const Thread& t) {
  const SignalState* const state = t.vm.kernel_states.find<SignalState>();
  return state != nullptr && state->second_interrupt_pending();
}

bool event_due(const Thread& t, int critical_sections) {
  if (fixnum_value(t.value(Tc::disable_count)) > critical_sections) return false;
  if (keyboard_interrupt_pending(t)) return true;
  if (t.vm.embedder != nullptr && t.vm.embedder->interrupted()) return true;
  const SignalState* const state = t.vm.kernel_states.find<SignalState>();
  return state != nullptr && state->has_signals();
}

void ask_embedder(Thread& t) {
  Mark(t, Tc::signal_interrupt_pending).set();
  // The image clears one mark and then reads the other. Its store may still be on its way when it reads,
  // and then it would undo a mark that another thread set in between.
  host::complete_stores_of_all_threads();
  Mark(t, Tc::something_pending).set();
  t.waits.interrupt();
}

void ask_embedder_again(Thread& t) {
  Mark(t, Tc::signal_interrupt_pending).set();
  Mark(t, Tc::something_pending).set();
}

Value dequeue_scheme_signals(Thread& t, Word) {
  // Before anything is taken: if this suspends the call, the entry is called again.
  if (t.vm.embedder != nullptr) t.vm.embedder->check_slice(t);
  SignalState& state = state_of(t);
  Value const signals = state.dequeue(t);
  if (t.vm.embedder == nullptr) return signals;
  if (state.take_interrupt_for_embedder()) t.vm.embedder->keyboard_interrupt();
  bool const stops = t.vm.embedder->stops(t);
  return stops ? cons(t, make_fixnum(embedder_signal), signals) : signals;
}

void register_scheme_signal(Thread& t, SignedWord signal) {
  if (signal == embedder_signal) return;
  require_between(signal, std::numeric_limits<int>::min(), std::numeric_limits<int>::max());
  receiving_state_of(t).handle(static_cast<int>(signal), &on_registered);
}

void tell_of_signals(Thread& t, void (*told)(int)) { state_of(t).told = told; }

void watch_window(Thread& t) {
  receiving_state_of(t).handle(host::Signal::window_change, &on_window_change);
}

bool window_change_pending(Thread& t) { return state_of(t).window_change_pending(); }
bool take_window_change(Thread& t) { return state_of(t).take_window_change(); }

}  // namespace coracle::kernel
