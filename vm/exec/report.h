// What a failed check prints of the machine: where it was, registers, the code around.
#pragma once

#include "vm/exec/vm.h"

namespace coracle {

/// Prints the state of the machine's main thread to standard error. The instruction pointer is that
/// of the last call into the kernel unless the checked or trace policy runs.
void report_state(Vm& vm);

}  // namespace coracle
