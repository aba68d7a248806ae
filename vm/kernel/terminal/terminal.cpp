#include "vm/kernel/terminal/terminal.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <memory>

#include "vm/kernel/entries.h"
#include "vm/kernel/host.h"
#include "vm/kernel/process/signals.h"
#include "vm/kernel/terminal/terminal_state.h"

namespace coracle::kernel {
namespace {

std::unique_ptr<KernelState>& slot_of(Thread& t) {
  return t.vm.kernel_state[static_cast<std::size_t>(KernelSlot::terminal)];
}

/// Without these there is no editing.
bool suffices(const TerminalDescription& d) {
  for (const std::string& needed :
       {d.up, d.down, d.left, d.right, d.clear_to_end_of_line, d.clear_to_end_of_screen,
        d.clear_screen, d.scroll_reverse, d.carriage_return}) {
    if (needed.empty()) return false;
  }
  return true;
}

bool can_stop_wrapping(const TerminalDescription& d) {
  return d.wraps && !d.start_wrapping.empty() && !d.stop_wrapping.empty();
}

void repeat(Thread& t, std::string TerminalDescription::*movement, std::int32_t n) {
  Terminal& terminal = terminal_of(t);
  for (; n > 0; n--) terminal.put(terminal.description.*movement);
}

void once(Thread& t, std::string TerminalDescription::*text) { repeat(t, text, 1); }

/// The first of these that is known: what the terminal says, what was known before, the
/// environment's variable, what terminfo says, and what terminals once had.
int dimension(int now, int before, const char* variable, int usual, int otherwise) {
  if (now > 0) return now;
  if (before > 0) return before;
  if (const char* const text = std::getenv(variable)) {
    char* end = nullptr;
    long const n = std::strtol(text, &end, 10);
    if (n > 0 && n <= INT_MAX && *end == '\0') return static_cast<int>(n);
  }
  return usual > 0 ? usual : otherwise;
}

[[noreturn]] void mode_failed(Thread& t, const char* mode) {
  Value const why = error_string(t, errno);
  throw SchemeError{"expeditor", std::string("error entering ") + mode + " mode: ~a", {why}};
}

bool get_modes(termios& modes) {
  return uninterrupted([&] { return ::tcgetattr(Terminal::input, &modes); }) == 0;
}
bool set_modes(const termios& modes) {
  return uninterrupted([&] { return ::tcsetattr(Terminal::input, TCSADRAIN, &modes); }) == 0;
}

/// Switches one of the terminal's modes.
void set_mode(Thread& t, tcflag_t termios::*flags, tcflag_t flag, bool on, const char* mode) {
  termios modes;
  if (!get_modes(modes)) mode_failed(t, mode);
  if (on) modes.*flags |= flag;
  else modes.*flags &= ~flag;
  if (!set_modes(modes)) mode_failed(t, mode);
}

}  // namespace

Terminal::Terminal(TerminalDescription d)
    : description(std::move(d)), locale_(::newlocale(LC_ALL_MASK, "", nullptr)) {}

Terminal::~Terminal() {
  flush();
  restore();
  if (locale_ != nullptr) ::freelocale(locale_);
}

void Terminal::put(std::string_view text) {
  constexpr std::size_t much = 4096;
  pending_ += text;
  if (text.ends_with('\n') || pending_.size() >= much) flush();
}

void Terminal::flush() {
  std::string_view rest = pending_;
  while (!rest.empty()) {
    ssize_t const n = ::write(output, rest.data(), rest.size());
    if (n >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {  // somebody else set it so
      pollfd writable{output, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      break;  // the terminal is gone: who reads from it is told
    }
  }
  pending_.clear();
}

bool Terminal::set_raw() {
  termios modes;
  if (!get_modes(modes)) return false;
  saved_ = modes;
  ::cfmakeraw(&modes);
  return set_modes(modes);
}

bool Terminal::restore() {
  if (saved_ && !set_modes(*saved_)) return false;
  saved_.reset();
  return true;
}

Terminal& terminal_of(Thread& t) {
  if (slot_of(t) == nullptr) {
    throw SchemeError{"expeditor", "the terminal is not initialized", {}};
  }
  return static_cast<Terminal&>(*slot_of(t));
}

bool terminal_start(Thread& t, SignedWord in, SignedWord out) {
  if ((in != -1 && in != Terminal::input) || (out != -1 && out != Terminal::output)) return false;
  if (slot_of(t) != nullptr) return true;
  if (::isatty(Terminal::input) == 0 || ::isatty(Terminal::output) == 0) return false;
  std::optional<TerminalDescription> description = describe_terminal(Terminal::output);
  if (!description || !suffices(*description)) return false;
  slot_of(t) = std::make_unique<Terminal>(std::move(*description));
  watch_window(t);
  return true;
}

std::int32_t terminal_write_char(Thread& t, std::uint32_t c) {
  Terminal& terminal = terminal_of(t);
  Terminal::UseLocale const in_use(terminal);
  std::array<char, MB_LEN_MAX> bytes;
  std::size_t const n = std::wcrtomb(bytes.data(), static_cast<wchar_t>(c), &terminal.writing);
  if (n == static_cast<std::size_t>(-1)) {
    terminal.writing = {};
    terminal.put("?");
  } else {
    terminal.put({bytes.data(), n});
  }
  return ::wcwidth(static_cast<wchar_t>(c));
}

std::int32_t terminal_char_width(Thread& t, std::uint32_t c) {
  Terminal::UseLocale const in_use(terminal_of(t));
  return ::wcwidth(static_cast<wchar_t>(c));
}

// The sequences are ECMA-48's, for all terminals; the bright colours came later. A dark grey, 8, is
// written as black, as Chez's kernel does.
void terminal_set_color(Thread& t, std::int32_t color, bool background) {
  int code = 0;
  if (color >= 0) code = (color & 7) + (color > 8 ? 90 : 30) + (background ? 10 : 0);
  terminal_of(t).put("\033[" + std::to_string(code) + "m");
}

void terminal_flush(Thread& t) { terminal_of(t).flush(); }

Value terminal_size(Thread& t) {
  Terminal& terminal = terminal_of(t);
  const TerminalDescription& d = terminal.description;
  winsize window{};
  if (::ioctl(Terminal::output, TIOCGWINSZ, &window) != 0) window = {};
  terminal.rows = dimension(window.ws_row, terminal.rows, "LINES", d.lines, 24);
  terminal.columns = dimension(window.ws_col, terminal.columns, "COLUMNS", d.columns, 80);
  // Where a character in the last column makes the line wrap at once, that column is never used.
  bool const avoid_last = d.wraps && !can_stop_wrapping(d) && !d.ignores_newline;
  int const columns = terminal.columns - (avoid_last && terminal.columns > 1 ? 1 : 0);
  return cons(t, make_fixnum(terminal.rows), make_fixnum(columns));
}

void terminal_raw(Thread& t) {
  if (!terminal_of(t).set_raw()) mode_failed(t, "raw");
}
void terminal_cooked(Thread& t) {
  if (!terminal_of(t).restore()) mode_failed(t, "noraw");
}
void terminal_process_output(Thread& t) {
  set_mode(t, &termios::c_oflag, OPOST, true, "postoutput");
}
void terminal_keep_output(Thread& t) {
  set_mode(t, &termios::c_oflag, OPOST, false, "nopostoutput");
}
void terminal_keyboard_signals(Thread& t) { set_mode(t, &termios::c_lflag, ISIG, true, "signal"); }
void terminal_no_keyboard_signals(Thread& t) {
  set_mode(t, &termios::c_lflag, ISIG, false, "nosignal");
}

void terminal_start_wrapping(Thread& t) {
  Terminal& terminal = terminal_of(t);
  const TerminalDescription& d = terminal.description;
  if (can_stop_wrapping(d)) {
    terminal.put(d.start_wrapping);
    terminal.flush();  // who interrupts the program finds a terminal that wraps
  } else if (d.wraps && d.ignores_newline) {
    // A movement ends the state in which the next newline would be eaten.
    terminal.put(d.left);
    terminal.put(d.right);
  }
}

void terminal_stop_wrapping(Thread& t) {
  Terminal& terminal = terminal_of(t);
  if (can_stop_wrapping(terminal.description)) terminal.put(terminal.description.stop_wrapping);
}

void terminal_suspend(Thread& t) {
  terminal_of(t).flush();
  ::kill(0, SIGTSTP);
}

void terminal_sleep(Thread&, std::uint32_t seconds, std::uint32_t nanoseconds) {
  timespec const time{static_cast<std::time_t>(seconds), static_cast<long>(nanoseconds)};
  ::nanosleep(&time, nullptr);
}

void terminal_up(Thread& t, std::int32_t n) { repeat(t, &TerminalDescription::up, n); }
void terminal_down(Thread& t, std::int32_t n) { repeat(t, &TerminalDescription::down, n); }
void terminal_left(Thread& t, std::int32_t n) { repeat(t, &TerminalDescription::left, n); }
void terminal_right(Thread& t, std::int32_t n) { repeat(t, &TerminalDescription::right, n); }
void terminal_clear_to_end_of_line(Thread& t) {
  once(t, &TerminalDescription::clear_to_end_of_line);
}
void terminal_clear_to_end_of_screen(Thread& t) {
  once(t, &TerminalDescription::clear_to_end_of_screen);
}
void terminal_clear_screen(Thread& t) { once(t, &TerminalDescription::clear_screen); }
void terminal_scroll_reverse(Thread& t, std::int32_t n) {
  for (; n > 0; n--) {
    once(t, &TerminalDescription::scroll_reverse);
    // Above the top of the screen this is empty anyway; below, it is not.
    once(t, &TerminalDescription::clear_to_end_of_line);
  }
}
void terminal_bell(Thread& t) { once(t, &TerminalDescription::bell); }
void terminal_carriage_return(Thread& t) { once(t, &TerminalDescription::carriage_return); }
// Not terminfo's "down": only a newline scrolls at the bottom of the screen.
void terminal_line_feed(Thread& t) { terminal_of(t).put("\n"); }

}  // namespace coracle::kernel
