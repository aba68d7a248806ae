#include "vm/host/terminal.h"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "vm/host/errors.h"

namespace coracle::host {
namespace {

bool get_modes(int fd, termios& modes) {
  return uninterrupted([&] { return ::tcgetattr(fd, &modes); }) == 0;
}
bool set_modes(int fd, const termios& modes) {
  return uninterrupted([&] { return ::tcsetattr(fd, TCSADRAIN, &modes); }) == 0;
}
bool set_mode(int fd, tcflag_t termios::*flags, tcflag_t flag, bool on) {
  termios modes;
  if (!get_modes(fd, modes)) return false;
  if (on) modes.*flags |= flag;
  else modes.*flags &= ~flag;
  return set_modes(fd, modes);
}

}  // namespace

bool is_terminal(int fd) { return ::isatty(fd) != 0; }

WindowSize window_size(int fd) {
  winsize window{};
  if (::ioctl(fd, TIOCGWINSZ, &window) != 0) return {};
  return {window.ws_row, window.ws_col};
}

struct TerminalModes::Saved {
  termios modes;
};

TerminalModes::TerminalModes(int fd) : fd_(fd) {}
TerminalModes::~TerminalModes() = default;

bool TerminalModes::set_raw() {
  termios modes;
  if (!get_modes(fd_, modes)) return false;
  saved_ = std::make_unique<Saved>(Saved{modes});
  ::cfmakeraw(&modes);
  return set_modes(fd_, modes);
}

bool TerminalModes::restore() {
  if (saved_ != nullptr && !set_modes(fd_, saved_->modes)) return false;
  saved_.reset();
  return true;
}

bool TerminalModes::process_output(bool on) { return set_mode(fd_, &termios::c_oflag, OPOST, on); }
bool TerminalModes::keyboard_signals(bool on) { return set_mode(fd_, &termios::c_lflag, ISIG, on); }

}  // namespace coracle::host
