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

}  // namespace coracle::host
