#include "vm/host/terminal.h"

#include <langinfo.h>
#include <locale.h>  // NOLINT(modernize-deprecated-headers): newlocale is POSIX's
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cwchar>
#include <string_view>

#include "vm/host/errors.h"

namespace coracle::host {
namespace {

constexpr std::string_view ascii = "ANSI_X3.4-1968";  // as the C library calls it

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

namespace {

/// The environment's locale. If it names none, one that doesn't exist, or "C", which has no characters
/// beyond ASCII (as in many containers), then UTF-8, which Scheme's ports use too. If the host has no
/// such locale, the environment's after all, which may be null.
locale_t locale_of_characters() {
  locale_t const named = ::newlocale(LC_ALL_MASK, "", nullptr);
  if (named != nullptr && std::string_view(::nl_langinfo_l(CODESET, named)) != ascii) return named;
  locale_t const utf8 = ::newlocale(LC_ALL_MASK, "C.UTF-8", nullptr);
  if (utf8 == nullptr) return named;
  if (named != nullptr) ::freelocale(named);
  return utf8;
}

}  // namespace

struct LocaleCharacters::State {
  locale_t locale = locale_of_characters();
  std::mbstate_t reading{}, writing{};

  class InUse {
   public:
    explicit InUse(const State& state) : before_(::uselocale(state.locale)) {}
    InUse(const InUse&) = delete;
    InUse& operator=(const InUse&) = delete;
    ~InUse() { ::uselocale(before_); }

   private:
    locale_t before_;
  };
};

LocaleCharacters::LocaleCharacters() : state_(std::make_unique<State>()) {}
LocaleCharacters::~LocaleCharacters() {
  if (state_->locale != nullptr) ::freelocale(state_->locale);
}

LocaleCharacters::Decoded LocaleCharacters::decode(char byte, char32_t& c) {
  State::InUse const in_use(*state_);
  wchar_t wide = 0;
  switch (std::mbrtowc(&wide, &byte, 1, &state_->reading)) {
    case static_cast<std::size_t>(-2): return Decoded::incomplete;
    case static_cast<std::size_t>(-1): state_->reading = {}; return Decoded::invalid;
    default: c = static_cast<char32_t>(wide); return Decoded::character;
  }
}

std::optional<std::string> LocaleCharacters::encode(char32_t c) {
  State::InUse const in_use(*state_);
  std::array<char, MB_LEN_MAX> bytes;
  std::size_t const n = std::wcrtomb(bytes.data(), static_cast<wchar_t>(c), &state_->writing);
  if (n == static_cast<std::size_t>(-1)) {
    state_->writing = {};
    return std::nullopt;
  }
  return std::string(bytes.data(), n);
}

int LocaleCharacters::width(char32_t c) const {
  State::InUse const in_use(*state_);
  return ::wcwidth(static_cast<wchar_t>(c));
}

int input_ready(int fd, bool wait) {
  pollfd readable{fd, POLLIN, 0};
  return ::poll(&readable, 1, wait ? -1 : 0);
}

int wait_for_output(int fd) {
  pollfd writable{fd, POLLOUT, 0};
  return ::poll(&writable, 1, -1);
}

}  // namespace coracle::host
