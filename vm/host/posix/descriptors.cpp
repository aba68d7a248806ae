// What descriptors do beyond reading and writing.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "vm/host/files.h"
#include "vm/host/terminal.h"

namespace coracle::host {

int lock_file(int fd) { return ::lockf(fd, F_LOCK, 0); }

bool read_would_wait(int, std::size_t) { return false; }

int is_non_blocking(int fd) {
  int const flags = ::fcntl(fd, F_GETFL, 0);
  return flags < 0 ? -1 : (flags & O_NONBLOCK) != 0;
}
int set_non_blocking(int fd, bool non_blocking) {
  int const flags = ::fcntl(fd, F_GETFL, 0);
  if (flags < 0) return -1;
  if (((flags & O_NONBLOCK) != 0) == non_blocking) return 0;
  return ::fcntl(fd, F_SETFL, flags ^ O_NONBLOCK);
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
