#include "vm/kernel/terminal/terminal.h"

#include <climits>
#include <cstdlib>
#include <memory>

#include "vm/host/clocks.h"
#include "vm/host/environment.h"
#include "vm/host/processes.h"
#include "vm/kernel/host.h"
#include "vm/kernel/process/signals.h"
#include "vm/kernel/terminal/terminal_state.h"

namespace coracle::kernel {
namespace {

using host::TerminalDescription;

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
  if (const char* const text = host::environment_variable(variable)) {
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

/// Makes sure that a switch of the terminal's modes worked.
void require_mode(Thread& t, bool worked, const char* mode) {
  if (!worked) mode_failed(t, mode);
}

}  // namespace

Terminal::~Terminal() {
  flush();
  modes.restore();
}

void Terminal::put(std::string_view text) {
  constexpr std::size_t much = 4096;
  pending_ += text;
  if (text.ends_with('\n') || pending_.size() >= much) flush();
}

void Terminal::flush() {
  std::string_view rest = pending_;
  while (!rest.empty()) {
    auto n = thread_.waits.wait([&] { return host::write_file(output, rest.data(), rest.size()); });
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {  // made non-blocking by somebody else
      n = thread_.waits.wait([&] { return host::wait_for_output(output) < 0 ? -1 : 0; });
    }
    if (n >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EINTR) {
      if (signal_pending(thread_)) break;
    } else {
      rest = {};  // the terminal is gone, as the next read will find
    }
  }
  pending_.erase(0, pending_.size() - rest.size());
}

Terminal& terminal_of(Thread& t) {
  Terminal* const terminal = t.vm.kernel_states.find<Terminal>();
  if (terminal == nullptr) {
    throw SchemeError{"expeditor", "the terminal is not initialized", {}};
  }
  return *terminal;
}

bool terminal_start(Thread& t, SignedWord in, SignedWord out) {
  if ((in != -1 && in != Terminal::input) || (out != -1 && out != Terminal::output)) return false;
  if (t.vm.kernel_states.find<Terminal>() != nullptr) return true;
  if (!host::is_terminal(Terminal::input) || !host::is_terminal(Terminal::output)) return false;
  std::optional<TerminalDescription> description = host::describe_terminal(Terminal::output);
  if (!description || !suffices(*description)) return false;
  t.vm.kernel_states.add(std::make_unique<Terminal>(t, std::move(*description)));
  watch_window(t);
  return true;
}

std::int32_t terminal_write_char(Thread& t, std::uint32_t c) {
  Terminal& terminal = terminal_of(t);
  terminal.put(terminal.characters.encode(c).value_or("?"));
  return terminal.characters.width(c);
}

std::int32_t terminal_char_width(Thread& t, std::uint32_t c) {
  return terminal_of(t).characters.width(c);
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
  host::WindowSize const window = host::window_size(Terminal::output);
  terminal.rows = dimension(window.rows, terminal.rows, "LINES", d.lines, 24);
  terminal.columns = dimension(window.columns, terminal.columns, "COLUMNS", d.columns, 80);
  // Where a character in the last column makes the line wrap at once, that column is never used.
  bool const avoid_last = d.wraps && !can_stop_wrapping(d) && !d.ignores_newline;
  int const columns = terminal.columns - (avoid_last && terminal.columns > 1 ? 1 : 0);
  return cons(t, make_fixnum(terminal.rows), make_fixnum(columns));
}

void terminal_raw(Thread& t) { require_mode(t, terminal_of(t).modes.set_raw(), "raw"); }
void terminal_cooked(Thread& t) { require_mode(t, terminal_of(t).modes.restore(), "noraw"); }
void terminal_process_output(Thread& t) {
  require_mode(t, terminal_of(t).modes.process_output(true), "postoutput");
}
void terminal_keep_output(Thread& t) {
  require_mode(t, terminal_of(t).modes.process_output(false), "nopostoutput");
}
void terminal_keyboard_signals(Thread& t) {
  require_mode(t, terminal_of(t).modes.keyboard_signals(true), "signal");
}
void terminal_no_keyboard_signals(Thread& t) {
  require_mode(t, terminal_of(t).modes.keyboard_signals(false), "nosignal");
}

void terminal_start_wrapping(Thread& t) {
  Terminal& terminal = terminal_of(t);
  const TerminalDescription& d = terminal.description;
  if (can_stop_wrapping(d)) {
    terminal.put(d.start_wrapping);
    terminal.flush();  // so that the terminal wraps if the program is interrupted
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
  host::suspend();
}

void terminal_sleep(Thread& t, std::uint32_t seconds, std::uint32_t nanoseconds) {
  host::Time time{seconds, static_cast<std::int32_t>(nanoseconds)};
  t.waits.wait([&] { return host::sleep(time); });  // a signal ends it
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
