// What the host's terminfo data base says about the terminal: the only file pair that knows the
// curses library, whose macros and process-wide "current terminal" stay inside.
#pragma once

#include <optional>
#include <string>

namespace coracle::kernel {

/// What a terminal does on its own, and the strings that make it do the rest; a string is empty
/// where the terminal can't do it.
struct TerminalDescription {
  bool wraps;            // writing in the last column moves to the next line
  bool ignores_newline;  // ... and eats the newline that follows
  int lines, columns;    // 0: not known
  std::string up, down, left, right;
  std::string clear_to_end_of_line, clear_to_end_of_screen, clear_screen;
  std::string scroll_reverse, carriage_return, bell;
  std::string start_wrapping, stop_wrapping;
};

/// The description of the terminal that the environment names (TERM) and that this descriptor is
/// open to; none where the data base has none.
std::optional<TerminalDescription> describe_terminal(int descriptor);

}  // namespace coracle::kernel
