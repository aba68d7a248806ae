// Files that tests compare with: in the source tree, rewritten on request.
//
// Owns: where the source tree is, and the flag that rewrites expectations.
// Must not know: what is in the files.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace coracle::test {

/// The top of the source tree: this file is two folders below it.
inline std::filesystem::path source_root() {
  return std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
}

/// CORACLE_GOLDEN_REWRITE=1: write the files instead of comparing with them.
inline bool rewrites_golden_files() {
  const char* flag = std::getenv("CORACLE_GOLDEN_REWRITE");
  return flag != nullptr && std::string(flag) == "1";
}

inline std::optional<std::string> read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace coracle::test
