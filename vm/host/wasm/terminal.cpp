// The terminal that node is on (node.js has its part in JavaScript). There is no database of terminals: what
// is no dumb one understands the sequences of ECMA-48 and those that xterm made common.
#include "vm/host/terminal.h"

#include <emscripten/em_js.h>

#include <array>
#include <string_view>

#include "vm/host/clocks.h"
#include "vm/host/environment.h"
#include "vm/host/files.h"
#include "vm/host/iso/missing.h"

namespace coracle::host {
namespace {

// clang-format off
EM_JS_DEPS(coracle_terminal, "$FS");

// In a program for node (node.js) the standard streams have a `terminal` and an `input`.

EM_JS(int, coracle_is_terminal, (int fd), {
  const stream = FS.getStream(fd);
  if (!stream) return 0;
  return stream.nfd === undefined ? !!stream.tty : require('tty').isatty(stream.nfd);
})
EM_JS(int, coracle_set_raw, (int fd, int raw), {
  const stream = FS.getStream(fd);
  return stream && stream.terminal ? stream.terminal.setRaw(raw !== 0) : 0;
})
/// Columns in the lower 16 bits, rows above them; 0 if that isn't known.
EM_JS(unsigned, coracle_window_size, (int fd), {
  const stream = FS.getStream(fd);
  return stream && stream.terminal ? stream.terminal.size() : 0;
})
/// 1 if there is something to read, or the end; 0 if there is nothing; -1 if that can't be found out.
EM_JS(int, coracle_input_ready, (int fd), {
  const stream = FS.getStream(fd);
  return stream && stream.input && require('tty').isatty(stream.nfd) ? stream.input.poll(1) : -1;
})
// clang-format on

/// Waiting for a key by asking again and again: often while somebody types.
constexpr Time short_pause{.seconds = 0, .nanoseconds = 4'000'000};
constexpr Time long_pause{.seconds = 0, .nanoseconds = 40'000'000};
constexpr int short_pauses = 250;

}  // namespace

bool is_terminal(int fd) { return coracle_is_terminal(fd) != 0; }

std::optional<TerminalDescription> describe_terminal(int fd) {
  if (!is_terminal(fd)) return Missing();
  const char* const name = environment_variable("TERM");
  std::string_view const type = name == nullptr ? "" : name;
  constexpr std::array<std::string_view, 4> cannot = {"", "dumb", "unknown", "network"};
  for (std::string_view const other : cannot) {
    if (type == other) return std::nullopt;
  }
  return TerminalDescription{
      .wraps = true,
      .ignores_newline = true,
      .lines = 24,
      .columns = 80,
      .up = "\033[A",
      .down = "\033[B",  // node's raw mode makes a newline begin a line, too
      .left = "\b",
      .right = "\033[C",
      .clear_to_end_of_line = "\033[K",
      .clear_to_end_of_screen = "\033[J",
      .clear_screen = "\033[H\033[2J",
      .scroll_reverse = "\033M",
      .carriage_return = "\r",
      .bell = "\a",
      .start_wrapping = "\033[?7h",
      .stop_wrapping = "\033[?7l",
  };
}

WindowSize window_size(int fd) {
  unsigned const size = coracle_window_size(fd);
  return {static_cast<int>(size >> 16), static_cast<int>(size & 0xFFFF)};
}

struct TerminalModes::Saved {};
TerminalModes::TerminalModes(int fd) : fd_(fd) {}
TerminalModes::~TerminalModes() = default;

bool TerminalModes::set_raw() {
  if (coracle_set_raw(fd_, 1) == 0) return Missing();
  saved_ = std::make_unique<Saved>();
  return true;
}
bool TerminalModes::restore() {
  if (saved_ != nullptr && coracle_set_raw(fd_, 0) == 0) return Missing();
  saved_.reset();
  return true;
}
// Node switches all at once.
bool TerminalModes::process_output(bool) { return Missing(); }
bool TerminalModes::keyboard_signals(bool) { return Missing(); }

int input_ready(int fd, bool wait) {
  std::optional<FileStatus> const status = file_status(fd);
  if (!status) return -1;
  for (int pauses = 0;; ++pauses) {
    int const ready = coracle_input_ready(fd);
    if (ready > 0 || (ready == 0 && !wait)) return ready;
    if (ready < 0) break;
    Time pause = pauses < short_pauses ? short_pause : long_pause;
    sleep(pause);
  }
  // Reading something else waits by itself.
  if (wait || status->kind == FileKind::regular) return 1;
  return Missing();
}

/// Whoever reads at the other end is asked again after a while.
int wait_for_output(int) {
  Time pause{.seconds = 0, .nanoseconds = 1'000'000};
  sleep(pause);
  return 1;
}

}  // namespace coracle::host
