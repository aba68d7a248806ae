// The numbers that a Chez release ships beside its boot files (equates.h), for tests that compare.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <string>

namespace coracle::test {

class Equates {
 public:
  /// Reads the equates.h in the folder CORACLE_BOOT; a test that uses it is in TEST_SUITE("image"),
  /// which is skipped if there is no such folder.
  static Equates load() {
    const char* folder = std::getenv("CORACLE_BOOT");
    REQUIRE_MESSAGE(folder != nullptr, "CORACLE_BOOT names no folder with an equates.h");
    std::ifstream file(std::string(folder) + "/equates.h");
    REQUIRE_MESSAGE(file.good(), "no equates.h in ", folder);
    Equates equates;
    std::string line;
    constexpr std::string_view define = "#define ";
    while (std::getline(file, line)) {
      if (!line.starts_with(define)) continue;
      std::size_t const space = line.find(' ', define.size());
      if (space == std::string::npos) continue;
      equates.values_.try_emplace(line.substr(define.size(), space - define.size()),
                                  line.substr(space + 1));
    }
    return equates;
  }

  bool has(const std::string& name) const { return values_.contains(name); }
  std::string text(const std::string& name) const {
    auto const found = values_.find(name);
    REQUIRE_MESSAGE(found != values_.end(), "equates.h has no ", name);
    return found->second;
  }
  /// A number: decimal or hexadecimal, negative or with a cast in front.
  std::int64_t number(const std::string& name) const {
    std::string value = text(name);
    if (value.starts_with('(')) value = value.substr(value.find(')') + 1);
    bool const negative = value.starts_with('-');
    std::size_t used = 0;
    std::uint64_t const magnitude = std::stoull(value.substr(negative ? 1 : 0), &used, 0);
    REQUIRE_MESSAGE(used + (negative ? 1 : 0) == value.size(), name, " is not a number: ", value);
    return static_cast<std::int64_t>(negative ? ~magnitude + 1 : magnitude);
  }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace coracle::test
