// The C interface of Chez's kernel: everything that the release's own header declares is there, word for
// word. (What the functions do is tested by C programs: tests/embedding.)
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "boot/chez/session.h"

namespace coracle {
namespace {

/// The text without the spaces that don't separate words.
std::string squeezed(std::string_view text) {
  std::string result;
  for (char const c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) result += c;
  }
  return result;
}

std::map<std::string, std::set<std::string>> rows() {
  std::map<std::string, std::set<std::string>> found;
#define FUNCTION(result, name, parameters) found[#name].insert(squeezed(#result #name #parameters));
#define VARIANT FUNCTION
#include "boot/chez/functions.def"
#undef FUNCTION
#undef VARIANT
  return found;
}

}  // namespace

TEST_CASE("chez: each function of the table is defined") {
  // The linker checks it: their addresses are taken.
#define FUNCTION(result, name, parameters) \
  CHECK(reinterpret_cast<std::uintptr_t>(&chez::name) != 0);
#define VARIANT(result, name, parameters)
#include "boot/chez/functions.def"
#undef FUNCTION
#undef VARIANT
}

TEST_SUITE("image") {
  TEST_CASE("chez: the table has what the release's header declares") {
    std::ifstream file(std::string(std::getenv("CORACLE_BOOT")) + "/scheme.h");
    REQUIRE(file.is_open());
    std::ostringstream all;
    all << file.rdbuf();
    std::string header = all.str();
    std::size_t const windows = header.find("#if defined(FEATURE_WINDOWS)");
    REQUIRE(windows != std::string::npos);
    header.erase(windows, header.find("#endif", windows) - windows);
    auto const table = rows();
    std::size_t count = 0;
    std::string_view const mark = "\nEXPORT ";
    for (std::size_t at = header.find(mark); at != std::string::npos; at = header.find(mark, at)) {
      at += mark.size();
      std::string const declared = squeezed(header.substr(at, header.find(';', at) - at));
      bool known = false;
      for (const auto& [name, texts] : table) known = known || texts.contains(declared);
      CHECK_MESSAGE(known, declared);
      ++count;
    }
    CHECK(count > 60);
  }
}

}  // namespace coracle
