// What JavaScript doesn't offer of descriptors fails with ENOSYS: locks, and reading or writing only what is
// ready.
#include <emscripten/em_js.h>

#include "vm/host/clocks.h"
#include "vm/host/files.h"
#include "vm/host/iso/missing.h"
#include "vm/host/terminal.h"

namespace coracle::host {

// clang-format off
EM_JS_DEPS(coracle_descriptors, "$FS");

/// In node the program's file system (node.js) knows the descriptors of the operating system.
EM_JS(int, coracle_is_terminal, (int fd), {
  const stream = FS.getStream(fd);
  if (!stream) return 0;
  return stream.nfd === undefined ? !!stream.tty : require('tty').isatty(stream.nfd);
})
// clang-format on

int lock_file(int) { return Missing(); }

int is_non_blocking(int fd) { return file_status(fd) ? 0 : -1; }
int set_non_blocking(int fd, bool non_blocking) {
  if (is_non_blocking(fd) < 0) return -1;
  return non_blocking ? static_cast<int>(Missing()) : 0;
}

bool is_terminal(int fd) { return coracle_is_terminal(fd) != 0; }

int input_ready(int fd, bool wait) {
  std::optional<FileStatus> const status = file_status(fd);
  if (!status) return -1;
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
