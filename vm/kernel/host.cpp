#include "vm/kernel/host.h"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <system_error>

namespace coracle::kernel {
namespace {

std::string home_directory(const std::string& user) {
  if (user.empty()) {
    if (const char* home = std::getenv("HOME")) return home;
    const passwd* entry = ::getpwuid(::getuid());
    return entry != nullptr ? entry->pw_dir : "";
  }
  const passwd* entry = ::getpwnam(user.c_str());
  return entry != nullptr ? entry->pw_dir : "";
}

}  // namespace

void reserve_console_descriptors() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is this one.
    (void)::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

int UniqueFd::close() {
  if (fd_ < 0) return 0;
  int const result = ::close(release());
  return result == 0 || errno == EINTR ? 0 : errno;
}

std::string error_text(int error) { return std::generic_category().message(error); }

Value error_string(Thread& t, int error) {
  t.error_number = error;
  return make_string_utf8(t, error_text(error));
}

Value success_or_error(Thread& t, bool success) {
  return success ? true_value : error_string(t, errno);
}

std::string expand_path(const char* path) {
  if (path == nullptr) throw SchemeError{"", "a path name is missing", {}};
  std::string_view const given = path;
  if (!given.starts_with('~')) return std::string(given);
  std::size_t const slash = std::min(given.find('/'), given.size());
  std::string const home = home_directory(std::string(given.substr(1, slash - 1)));
  if (home.empty()) return std::string(given);
  return home + std::string(given.substr(slash));
}

}  // namespace coracle::kernel
