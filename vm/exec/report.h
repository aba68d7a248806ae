// What a failed check prints about the machine: its registers, and the code around the place it was at.
#pragma once

#include "vm/exec/vm.h"

namespace coracle {

/// Prints the state of the machine's main thread to standard error. The instruction pointer is that
/// of the last call into the kernel unless the checked or trace policy runs.
void report_state(Vm& vm);

}  // namespace coracle
