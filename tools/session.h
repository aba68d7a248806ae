// A session of the program: what the options mean for a machine, from booting to the exit status.
#pragma once

#include "tools/options.h"

namespace coracle {

/// The exit status when memory runs out where no Scheme program can handle it.
inline constexpr int status_out_of_memory = 2;

/// Returns the exit status; errors are reported on standard error.
int run_session(const Options& options);

/// The release of Chez Scheme that a session would boot; if no boot files are found, the first one in the
/// table of profiles.
std::string release_to_boot(const Options& options);

/// The table of the kernel's entries, as --entries prints it.
std::string entries_table();

}  // namespace coracle
