// What JavaScript doesn't offer of descriptors fails with ENOSYS: locks, and switching reads and writes to what is
// ready.
#include <emscripten/em_js.h>

#include "vm/host/files.h"
#include "vm/host/iso/missing.h"

namespace coracle::host {
namespace {

// clang-format off
EM_JS_DEPS(coracle_descriptors, "$FS");

// In a program for node (node.js) what may wait has an `input`.
EM_JS(int, coracle_read_would_wait, (int fd, double count), {
  const stream = FS.getStream(fd);
  return stream && stream.input && stream.input.poll(count) === 0;
})
// clang-format on

}  // namespace

bool read_would_wait(int fd, std::size_t count) {
  return coracle_read_would_wait(fd, static_cast<double>(count)) != 0;
}

int lock_file(int) { return Missing(); }

int is_non_blocking(int fd) { return file_status(fd) ? 0 : -1; }
int set_non_blocking(int fd, bool non_blocking) {
  if (is_non_blocking(fd) < 0) return -1;
  return non_blocking ? static_cast<int>(Missing()) : 0;
}

}  // namespace coracle::host
