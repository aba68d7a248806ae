#include "tools/fetch.h"

#include <cstdio>

#include "vm/host/errors.h"
#include "vm/host/processes.h"

namespace coracle {

int run_fetch(const Options& options) {
  std::string script = program_folder(options.program_name) + "/coracle-fetch";
  std::vector<std::string> words = options.arguments;
  words.insert(words.begin(), script);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  host::become_program(script.c_str(), argv.data());
  std::fprintf(
      stderr,
      "coracle: cannot run %s: %s\nIt is installed beside the program; in a clone of Coracle it "
      "is boot/fetch.\n",
      script.c_str(), host::error_text(errno).c_str());
  return 1;
}

}  // namespace coracle
