// Reading characters from the terminal, and noticing that its window changes.
#include "vm/kernel/host.h"
#include "vm/kernel/process/signals.h"
#include "vm/kernel/terminal/terminal.h"
#include "vm/kernel/terminal/terminal_state.h"

namespace coracle::kernel {
namespace {

[[noreturn]] void reading_failed(Thread& t, int error) {
  throw SchemeError{"expeditor", "error reading from console: ~a", {error_string(t, error)}};
}

}  // namespace

Value terminal_resize_pending(Thread& t) { return make_boolean(window_change_pending(t)); }

Value terminal_read_char(SafePoint sp, bool wait) {
  Thread& t = sp.thread;
  Terminal& terminal = terminal_of(t);
  for (;;) {
    if (wait && t.suspendable() != nullptr && !window_change_pending(t) && !event_due(t) &&
        host::read_would_wait(Terminal::input, 1)) {
      throw Suspension{SuspendedBy::input};
    }
    // A change of the window ends the wait as other signals do, and then shows itself here.
    auto const ready = waiting(sp, [&] {
      return window_change_pending(t) ? 1 : host::input_ready(Terminal::input, wait);
    });
    if (!ready) return void_value;
    if (take_window_change(t)) return true_value;
    if (*ready < 0) reading_failed(t, errno);
    if (*ready == 0) return false_value;
    char byte;
    auto const n = host::read_file(Terminal::input, &byte, 1);
    if (n == 0) return eof_value;
    if (n < 0) {
      if (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK) continue;
      reading_failed(t, errno);
    }
    char32_t c = 0;
    switch (terminal.characters.decode(byte, c)) {
      case host::LocaleCharacters::Decoded::character: return make_char(c);
      case host::LocaleCharacters::Decoded::incomplete: break;
      case host::LocaleCharacters::Decoded::invalid: reading_failed(t, EILSEQ);
    }
  }
}

}  // namespace coracle::kernel
