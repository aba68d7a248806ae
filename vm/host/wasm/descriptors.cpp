// What JavaScript doesn't offer of descriptors fails with ENOSYS: locks, and reading or writing only what is
// ready.
#include "vm/host/files.h"
#include "vm/host/iso/missing.h"

namespace coracle::host {

int lock_file(int) { return Missing(); }

int is_non_blocking(int fd) { return file_status(fd) ? 0 : -1; }
int set_non_blocking(int fd, bool non_blocking) {
  if (is_non_blocking(fd) < 0) return -1;
  return non_blocking ? static_cast<int>(Missing()) : 0;
}

}  // namespace coracle::host
