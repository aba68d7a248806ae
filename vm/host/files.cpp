#include "vm/host/files.h"

#include "vm/host/errors.h"

namespace coracle::host {

int UniqueFd::close() {
  if (fd_ < 0) return 0;
  return close_file(release()) == 0 || errno == EINTR ? 0 : errno;
}

}  // namespace coracle::host
