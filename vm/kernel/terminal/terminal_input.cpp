// Reading characters from the terminal, and noticing that its window changes.
#include <sys/select.h>
#include <unistd.h>

#include <csignal>

#include "vm/kernel/host.h"
#include "vm/kernel/process/signals.h"
#include "vm/kernel/terminal/terminal.h"
#include "vm/kernel/terminal/terminal_state.h"

namespace coracle::kernel {
namespace {

/// While it lives, the signal waits: it can't come between a look at its mark and the call that is
/// to be interrupted by it.
class HeldSignal {
 public:
  explicit HeldSignal(int signal) {
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, signal);
    ::pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  HeldSignal(const HeldSignal&) = delete;
  HeldSignal& operator=(const HeldSignal&) = delete;
  ~HeldSignal() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  const sigset_t& before() const { return before_; }

 private:
  sigset_t before_;
};

enum class Event { input, resized, nothing, failure };

Event next_event(Thread& t, bool wait) {
  HeldSignal const held(SIGWINCH);
  for (;;) {
    if (take_window_change(t)) return Event::resized;
    fd_set descriptors;
    FD_ZERO(&descriptors);
    FD_SET(Terminal::input, &descriptors);
    timespec const no_time{};
    int const n = ::pselect(Terminal::input + 1, &descriptors, nullptr, nullptr,
                            wait ? nullptr : &no_time, &held.before());
    if (n > 0) return Event::input;
    if (n == 0) return Event::nothing;
    if (errno != EINTR) return Event::failure;
  }
}

[[noreturn]] void reading_failed(Thread& t, int error) {
  throw SchemeError{"expeditor", "error reading from console: ~a", {error_string(t, error)}};
}

enum class Decoded { character, incomplete, invalid };

/// A byte more of a character.
Decoded decode(Terminal& terminal, char byte, wchar_t& c) {
  Terminal::UseLocale const in_use(terminal);
  switch (std::mbrtowc(&c, &byte, 1, &terminal.reading)) {
    case static_cast<std::size_t>(-2): return Decoded::incomplete;
    case static_cast<std::size_t>(-1): terminal.reading = {}; return Decoded::invalid;
    default: return Decoded::character;
  }
}

}  // namespace

Value terminal_resize_pending(Thread& t) { return make_boolean(window_change_pending(t)); }

Value terminal_read_char(Thread& t, bool wait) {
  Terminal& terminal = terminal_of(t);
  for (;;) {
    switch (next_event(t, wait)) {
      case Event::input: break;
      case Event::resized: return true_value;
      case Event::nothing: return false_value;
      case Event::failure: reading_failed(t, errno);
    }
    char byte;
    ssize_t const n = ::read(Terminal::input, &byte, 1);
    if (n == 0) return eof_value;
    if (n < 0) {
      if (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK) continue;
      reading_failed(t, errno);
    }
    wchar_t c = 0;
    switch (decode(terminal, byte, c)) {
      case Decoded::character: return make_char(static_cast<char32_t>(c));
      case Decoded::incomplete: break;
      case Decoded::invalid: reading_failed(t, EILSEQ);
    }
  }
}

}  // namespace coracle::kernel
