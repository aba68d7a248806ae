// The text that was selected last on the desktop that the terminal stands on.
//
// It is asked for by the programs that desktops bring for that: the selection belongs to another
// program, and the libraries that could ask it would have to be there on every host.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

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
#ifdef __APPLE__
    {"HOME", "exec pbpaste 2> /dev/null"},
#endif
};

struct EndOfCommand {
  void operator()(std::FILE* pipe) const { ::pclose(pipe); }
};

std::string output_of(const char* command) {
  std::unique_ptr<std::FILE, EndOfCommand> const pipe(::popen(command, "r"));
  std::string text;
  if (pipe == nullptr) return text;
  char buffer[4096];
  for (;;) {
    ssize_t const n =
        uninterrupted([&] { return ::read(::fileno(pipe.get()), buffer, sizeof buffer); });
    if (n <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(n));
  }
}

}  // namespace

Value terminal_clipboard(Thread& t) {
  for (const Source& source : sources) {
    if (std::getenv(source.variable) == nullptr) continue;
    std::string const text = output_of(source.command);
    if (!text.empty()) return make_string_utf8(t, text);
  }
  return make_string_utf8(t, "");
}

}  // namespace coracle::kernel
