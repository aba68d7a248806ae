// The terminal: its modes, its size, what its type can do, and characters as the user's locale
// encodes them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace coracle::host {

bool is_terminal(int fd);

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
/// open to; none if the host's database has none.
std::optional<TerminalDescription> describe_terminal(int fd);

/// What the terminal says about its window; 0: not known.
struct WindowSize {
  int rows = 0, columns = 0;
};
WindowSize window_size(int fd);

/// The modes of the terminal at a descriptor. The functions return false and set errno if they fail.
class TerminalModes {
 public:
  explicit TerminalModes(int fd);
  TerminalModes(const TerminalModes&) = delete;
  TerminalModes& operator=(const TerminalModes&) = delete;
  ~TerminalModes();

  /// Remembers the modes and sets raw ones: characters come as they are typed, unechoed.
  bool set_raw();
  /// Restores the modes that were remembered, if any were.
  bool restore();
  /// Whether the terminal processes what is written, and makes signals of keys.
  bool process_output(bool on);
  bool keyboard_signals(bool on);

 private:
  struct Saved;
  [[maybe_unused]] int fd_;  // not where there are no terminals
  std::unique_ptr<Saved> saved_;
};

/// Characters as the environment's locale (LC_ALL and so on) encodes them. The process's own locale is
/// not used, because it was never set.
class LocaleCharacters {
 public:
  LocaleCharacters();
  LocaleCharacters(const LocaleCharacters&) = delete;
  LocaleCharacters& operator=(const LocaleCharacters&) = delete;
  ~LocaleCharacters();

  enum class Decoded : std::uint8_t { character, incomplete, invalid };
  /// Takes the next byte of a character.
  Decoded decode(char byte, char32_t& c);
  /// Nothing if the locale doesn't have the character.
  std::optional<std::string> encode(char32_t c);
  /// How many columns a character takes; -1 if it isn't printable.
  int width(char32_t c) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Whether there is something to read, 1 or 0; with `wait`, waits until there is.
int input_ready(int fd, bool wait);
/// Waits until the descriptor takes output.
int wait_for_output(int fd);

}  // namespace coracle::host
