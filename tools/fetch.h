// The command fetch: the script beside the program that obtains boot files.
#pragma once

#include "tools/options.h"

namespace coracle {

/// Doesn't return if the script can be started; otherwise reports the error and returns the exit status.
int run_fetch(const Options& options);

}  // namespace coracle
