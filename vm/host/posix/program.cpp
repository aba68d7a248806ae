#include <unistd.h>

#include "vm/host/environment.h"

namespace coracle::host {

std::string program_path() {
  char path[4096];
  ssize_t const n = ::readlink("/proc/self/exe", path, sizeof path);
  if (n <= 0 || n >= static_cast<ssize_t>(sizeof path)) return "";
  return std::string(path, static_cast<std::size_t>(n));
}

int process_id() { return static_cast<int>(::getpid()); }

}  // namespace coracle::host
