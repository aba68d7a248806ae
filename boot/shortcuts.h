// Shortcuts past the image's own algorithms for large numbers, into the kernel.
//
// A procedure in the table (shortcuts.def) keeps its code from the boot file. Whatever would enter that
// code enters a small code object instead, the shortcut. It looks at the operands, and either calls a
// kernel entry and returns, or jumps into the procedure with all registers and the stack unchanged.
// Invariants: a shortcut agrees with the original in everything that can be asked of it (name, arity,
// information for the inspector, length of closures). It allocates no frame and is done before
// anything may collect. When an interrupt ends the entry, the image serves it as if it had come before
// the procedure began, and calls the procedure again.
// Must not know: how objects are read (link.h), what the entries do.
#pragma once

#include <optional>

#include "vm/exec/vm.h"

namespace coracle {

/// The code to enter instead of `original`, a code object of the base boot file that is complete except
/// for its relocations; nothing if it isn't in the table. The kernel must have the table's entries.
std::optional<Value> make_shortcut(Thread& t, Value original);

/// Whether code that enters `original` at `item_offset` bytes from its reference may enter the shortcut
/// instead.
bool enters_shortcut(Value original, Word item_offset);

}  // namespace coracle
