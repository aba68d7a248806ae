// The option of every fuzz target that writes seeds, --write-seeds=FOLDER.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace coracle::test {

/// Calls `write` with the folder and ends the program if the option is there; `write` says whether all went well.
template <class F>
void write_seeds_if_asked(int count, char** words, F write) {
  constexpr std::string_view option = "--write-seeds=";
  for (int i = 1; i < count; ++i) {
    std::string_view const word = words[i];
    if (!word.starts_with(option)) continue;
    std::exit(write(std::filesystem::path(word.substr(option.size()))) ? 0 : 1);
  }
}

}  // namespace coracle::test
