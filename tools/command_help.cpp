#include "tools/command_help.h"

#include <cstdio>
#include <span>

#include "tools/fetch.h"
#include "tools/image/image.h"

namespace coracle {

int run_help(const Options& options) {
  const std::vector<std::string>& words = options.arguments;
  if (words.empty() || words[0] == "help") {
    std::fputs(usage(options.program_name).c_str(), stdout);
    return 0;
  }
  if (words[0] == "fetch") {
    Options fetch = options;
    fetch.arguments = {"--help"};
    return run_fetch(fetch);
  }
  if (words[0] == "image") return run_image_help(std::span(words).subspan(1));
  std::fprintf(stderr, "coracle: unknown command %s; coracle help lists the commands\n",
               words[0].c_str());
  return 1;
}

}  // namespace coracle
