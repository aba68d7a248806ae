#include "vm/host/environment.h"

#include <algorithm>
#include <random>

namespace coracle::host {

std::string expand_path(std::string_view path) {
  if (!path.starts_with('~')) return std::string(path);
  std::size_t const slash = std::min(path.find('/'), path.size());
  std::string const home = home_directory(std::string(path.substr(1, slash - 1)));
  if (home.empty()) return std::string(path);
  return home + std::string(path.substr(slash));
}

std::uint32_t random_number() {
  std::random_device random;
  return static_cast<std::uint32_t>(random());
}

}  // namespace coracle::host
