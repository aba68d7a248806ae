#include "vm/host/environment.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace coracle::host {

const char* environment_variable(const char* name) { return std::getenv(name); }
int set_environment_variable(const char* name, const char* value) {
  return ::setenv(name, value, 1);
}

std::string home_directory(const std::string& user) {
  if (user.empty()) {
    if (const char* home = std::getenv("HOME")) return home;
    const passwd* entry = ::getpwuid(::getuid());
    return entry != nullptr ? entry->pw_dir : "";
  }
  const passwd* entry = ::getpwnam(user.c_str());
  return entry != nullptr ? entry->pw_dir : "";
}

std::string program_path() {
  char path[4096];
  ssize_t const n = ::readlink("/proc/self/exe", path, sizeof path);
  if (n <= 0 || n >= static_cast<ssize_t>(sizeof path)) return "";
  return std::string(path, static_cast<std::size_t>(n));
}

int process_id() { return static_cast<int>(::getpid()); }

}  // namespace coracle::host
