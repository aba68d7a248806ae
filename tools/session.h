// A session of the program: what the options mean for a machine, from booting to the exit status.
#pragma once

#include "tools/options.h"

namespace coracle {

/// Returns the exit status; errors are told on standard error.
int run_session(const Options& options);

/// The table of the kernel's entries, as --entries prints it.
std::string entries_table();

}  // namespace coracle
