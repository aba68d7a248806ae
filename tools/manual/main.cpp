// print-manual: the manual pages of the program coracle, and the completions of its command line for shells. The
// argument is the name of the file that is wanted.
#include <cstdio>
#include <map>
#include <string>

#include "tools/manual/output.h"

int main(int argc, char** argv) {
  using namespace coracle::manual;
  std::map<std::string, std::string (*)(const Command&)> const files{
      {"coracle.1", manual_page},        {"coracle-image.1", image_manual_page},
      {"coracle.bash", bash_completion}, {"_coracle", zsh_completion},
      {"coracle.fish", fish_completion},
  };
  auto const file = files.find(argc == 2 ? argv[1] : "");
  if (file == files.end()) {
    std::fprintf(stderr, "print-manual: expected the name of a file that it prints\n");
    return 1;
  }
  std::fputs(file->second(command_line()).c_str(), stdout);
  return std::fflush(stdout) == 0 ? 0 : 1;
}
