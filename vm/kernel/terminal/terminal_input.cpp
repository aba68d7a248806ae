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

Value terminal_read_char(Thread& t, bool wait) {
  Terminal& terminal = terminal_of(t);
  for (;;) {
    switch (host::input_ready(Terminal::input, wait, [&] { return take_window_change(t); })) {
      case host::Ready::yes: break;
      case host::Ready::stopped: return true_value;
      case host::Ready::not_yet: return false_value;
      case host::Ready::failed: reading_failed(t, errno);
    }
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
