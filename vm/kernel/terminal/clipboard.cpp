// The text that was selected last on the terminal's desktop.
//
// It comes from the programs that desktops have for that. The selection belongs to another program, and
// the libraries that could ask that one for it would have to be there on every host.
#include "vm/host/environment.h"
#include "vm/host/processes.h"
#include "vm/kernel/host.h"
#include "vm/kernel/terminal/terminal.h"

namespace coracle::kernel {
namespace {

struct Source {
  const char* variable;  // set where the program can work
  const char* command;
};
constexpr Source sources[] = {
    {"WAYLAND_DISPLAY", "exec wl-paste --primary --no-newline 2> /dev/null"},
    {"DISPLAY", "exec xclip -out -selection primary 2> /dev/null"},
    {"DISPLAY", "exec xsel --output --primary 2> /dev/null"},
    {"__CF_USER_TEXT_ENCODING", "exec pbpaste 2> /dev/null"},  // every session of macOS has it
};

/// What a command prints; nothing if the entry is to return at once.
std::optional<std::string> output_of(SafePoint sp, const char* command) {
  std::string text;
  Result<host::Process> const process = host::start_command(command, false);
  if (!process) return text;
  char buffer[4096];
  for (;;) {
    auto const n =
        waiting(sp, [&] { return host::read_file(process->output.get(), buffer, sizeof buffer); });
    if (!n) {
      host::end_process(process->id);
      return std::nullopt;
    }
    if (*n <= 0) break;
    text.append(buffer, static_cast<std::size_t>(*n));
  }
  if (!waiting(sp, [&] { return host::wait_for_end(process->id); })) {
    host::end_process(process->id);
    return std::nullopt;
  }
  return text;
}

}  // namespace

Value terminal_clipboard(SafePoint sp) {
  for (const Source& source : sources) {
    if (host::environment_variable(source.variable) == nullptr) continue;
    std::optional<std::string> const text = output_of(sp, source.command);
    if (!text) return void_value;
    if (!text->empty()) return make_string_utf8(sp.thread, *text);
  }
  return make_string_utf8(sp.thread, "");
}

}  // namespace coracle::kernel
