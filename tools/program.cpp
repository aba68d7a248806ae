#include "tools/program.h"

#include <cstdio>

#include "boot/profiles/profiles.h"
#include "tools/command_help.h"
#include "tools/fetch.h"
#include "tools/image/image.h"
#include "tools/session.h"
#include "vm/host/files.h"

namespace coracle {

int run_program(int argc, char** argv, int (*session)(const Options&)) {
  host::reserve_standard_descriptors();
  Result<Options> const options = parse_options(std::vector<std::string>(argv, argv + argc));
  if (!options) {
    std::fprintf(stderr, "coracle: %s\n", options.error().message.c_str());
    return 1;
  }
  switch (options->command) {
    case Command::fetch: return run_fetch(*options);
    case Command::image: return run_image(options->arguments);
    case Command::help: return run_help(*options);
    case Command::none: break;
  }
  if (options->help) {
    std::fputs(usage(options->program_name).c_str(), stdout);
    return 0;
  }
  if (options->version) {
    // Under Chez's names it answers as Chez's program does: programs parse that.
    if (options->called_by_a_name_of_chez()) {
      std::fprintf(stderr, "%s\n", release_to_boot(*options).c_str());
      return 0;
    }
    std::printf("coracle %s, for Chez Scheme %s (%s)\n", CORACLE_VERSION,
                supported_releases().c_str(),
                supported_machine_types(profiles().front().version).c_str());
    return 0;
  }
  if (options->entries) {
    std::fputs(entries_table().c_str(), stdout);
    return 0;
  }
  return session(*options);
}

}  // namespace coracle
