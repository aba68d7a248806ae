// Continuations for the inspector, and the image's own hooks into the kernel.
#pragma once

#include "vm/exec/entry.h"

namespace coracle::kernel {

SignedWord continuation_depth(Thread& t, Value continuation);
Value single_continuation(Thread& t, Value continuation, SignedWord n);
/// An error before the image can handle errors: the boot ends with it.
void boot_error(Thread& t, Value who, Value message, Value irritants);
/// A place for a debugger's breakpoint.
void breakhere(Thread& t, Value v);

}  // namespace coracle::kernel
