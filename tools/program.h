// The program: what its command line asks for.
#pragma once

#include "tools/options.h"

namespace coracle {

/// Does it and returns the exit status. `session` is called if it asks for a session.
int run_program(int argc, char** argv, int (*session)(const Options&));

}  // namespace coracle
