// What the host's terminfo database says. This is the only file that knows the curses library; the
// library's macros and its process-wide "current terminal" don't leave it.
#include "vm/host/terminal.h"

#include <cstdint>
#include <string_view>

// The last headers: they define macros with everyday names.
#include <curses.h>
#include <term.h>
#undef bell
#undef carriage_return
#undef clear_screen
#undef columns
#undef lines
#undef scroll_reverse

namespace coracle::host {
namespace {

/// A capability without its padding, $<milliseconds>: the delays that hardware terminals needed.
std::string capability(const char* name) {
  const char* const text = ::tigetstr(name);
  if (text == nullptr || reinterpret_cast<std::intptr_t>(text) == -1) return {};
  std::string_view rest = text;
  std::string result;
  for (;;) {
    std::size_t const start = rest.find("$<");
    std::size_t const end = rest.find('>', start);
    if (start == std::string_view::npos || end == std::string_view::npos) break;
    result += rest.substr(0, start);
    rest.remove_prefix(end + 1);
  }
  return result += rest;
}

int number(const char* name) {
  int const n = ::tigetnum(name);
  return n > 0 ? n : 0;
}

}  // namespace

std::optional<TerminalDescription> describe_terminal(int fd) {
  TERMINAL* const before = ::set_curterm(nullptr);
  std::optional<TerminalDescription> result;
  int status = 0;
  if (::setupterm(nullptr, fd, &status) == OK) {
    result = TerminalDescription{
        .wraps = ::tigetflag("am") > 0,
        .ignores_newline = ::tigetflag("xenl") > 0,
        .lines = number("lines"),
        .columns = number("cols"),
        .up = capability("cuu1"),
        .down = capability("cud1"),
        .left = capability("cub1"),
        .right = capability("cuf1"),
        .clear_to_end_of_line = capability("el"),
        .clear_to_end_of_screen = capability("ed"),
        .clear_screen = capability("clear"),
        .scroll_reverse = capability("ri"),
        .carriage_return = capability("cr"),
        .bell = capability("bel"),
        .start_wrapping = capability("smam"),
        .stop_wrapping = capability("rmam"),
    };
  }
  ::del_curterm(::set_curterm(before));
  return result;
}

}  // namespace coracle::host
