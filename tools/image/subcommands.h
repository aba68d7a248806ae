// What each subcommand of `coracle image` does. The result is the exit status.
#pragma once

#include "tools/image/commands.h"
#include "vm/base/result.h"

namespace coracle::image {

#define SUBCOMMAND(name, ...) Result<int> run_##name(const Arguments& arguments);
#include "tools/image/commands.def"

}  // namespace coracle::image
