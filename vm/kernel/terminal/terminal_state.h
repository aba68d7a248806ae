// What the machine knows about its terminal; for the two source files of the terminal's entries.
#pragma once

#include <string>
#include <string_view>

#include "vm/exec/vm.h"
#include "vm/host/files.h"
#include "vm/host/terminal.h"

namespace coracle::kernel {

class Terminal final : public KernelState {
 public:
  static constexpr int input = host::standard_input, output = host::standard_output;

  Terminal(Thread& t, host::TerminalDescription d) : description(std::move(d)), thread_(t) {}
  /// A session that ended within the editor leaves the terminal as it was.
  ~Terminal() override;

  /// Buffers what is to be written.
  void put(std::string_view text);
  /// Writes it. If a signal that the image handles interrupts this, the rest stays in the buffer.
  void flush();

  const host::TerminalDescription description;
  int rows = 0, columns = 0;  // as last known
  host::TerminalModes modes{input};
  host::LocaleCharacters characters;

 private:
  Thread& thread_;
  std::string pending_;
};

/// The terminal; an error before it was started.
Terminal& terminal_of(Thread& t);

}  // namespace coracle::kernel
