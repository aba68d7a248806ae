// The command help: what --help prints, or the help on a command.
#pragma once

#include "tools/options.h"

namespace coracle {

/// Returns the exit status.
int run_help(const Options& options);

}  // namespace coracle
