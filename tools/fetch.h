// The command fetch: the script beside the program that obtains boot files.
#pragma once

#include "tools/options.h"

namespace coracle {

/// Doesn't return where the script can be started; otherwise reports that, and gives the exit status.
int run_fetch(const Options& options);

}  // namespace coracle
