// The program and its end, as JavaScript knows them.
#include <emscripten/em_js.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "vm/host/environment.h"
#include "vm/host/faults.h"
#include "vm/host/processes.h"

namespace coracle::host {

// clang-format off
EM_JS_DEPS(coracle_program, "$stringToUTF8");

/// Writes it to a buffer, with a zero at its end; if there is none, the zero alone.
EM_JS(void, coracle_program_path, (char* to, int size), {
  let path = "";
  try {
    if (ENVIRONMENT_IS_NODE) path = fs.realpathSync(process.argv[1]);
  } catch {
    // The program's file is gone.
  }
  stringToUTF8(path, to, size);
})

EM_JS(int, coracle_process_id, (), { return ENVIRONMENT_IS_NODE ? process.pid : 0; })

/// Stops the process and its group, as Ctrl-Z does, until it is continued.
EM_JS(void, coracle_suspend, (), {
  if (ENVIRONMENT_IS_NODE) process.kill(0, "SIGTSTP");
})

EM_JS(void, coracle_exit_at_once, (int status), {
  if (ENVIRONMENT_IS_NODE) process.exit(status);
})
// clang-format on

std::string program_path() {
  std::array<char, 4096> path;
  coracle_program_path(path.data(), path.size());
  return path.data();
}

int process_id() { return coracle_process_id(); }

void suspend() { coracle_suspend(); }

void exit_at_once(int status) {
  // C's _Exit throws a JavaScript exception, which a function that must not throw would take for an error.
  coracle_exit_at_once(status);
  std::_Exit(status);
}

void write_message(std::string_view text) {
  [[maybe_unused]] auto const written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace coracle::host
