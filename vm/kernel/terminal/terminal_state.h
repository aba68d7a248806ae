// What the machine knows about its terminal: for the two source files of the terminal's entries.
#pragma once

#include <locale.h>  // NOLINT(modernize-deprecated-headers): newlocale is POSIX's
#include <termios.h>

#include <cwchar>
#include <optional>
#include <string>
#include <string_view>

#include "vm/exec/vm.h"
#include "vm/kernel/terminal/terminfo.h"

namespace coracle::kernel {

class Terminal final : public KernelState {
 public:
  static constexpr int input = 0, output = 1;

  explicit Terminal(TerminalDescription d);
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  /// A session that ended within the editor leaves the terminal as it was.
  ~Terminal() override;

  /// Buffers what is to be written.
  void put(std::string_view text);
  void flush();

  /// Saves the modes and sets raw ones; set_raw and restore are false, with errno, if they can't.
  bool set_raw();
  bool restore();

  const TerminalDescription description;
  int rows = 0, columns = 0;  // as last known
  std::mbstate_t reading{}, writing{};

  /// While it lives, characters are those of the environment's locale (LC_ALL and so on), not of the
  /// process's, which nobody has set.
  class UseLocale {
   public:
    explicit UseLocale(const Terminal& terminal) : before_(::uselocale(terminal.locale_)) {}
    UseLocale(const UseLocale&) = delete;
    UseLocale& operator=(const UseLocale&) = delete;
    ~UseLocale() { ::uselocale(before_); }

   private:
    locale_t before_;
  };

 private:
  locale_t locale_;  // 0: the environment names none that exists
  std::string pending_;
  std::optional<termios> saved_;
};

/// The terminal; an error before it was started.
Terminal& terminal_of(Thread& t);

}  // namespace coracle::kernel
