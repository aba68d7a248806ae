// Shortcuts past the image's own algorithms for large numbers, into the kernel.
//
// A procedure of the table (shortcuts.def) keeps its code as the boot file has it. What would enter it
// enters a small code object before it, which looks at the operands and either calls a kernel entry and
// returns, or jumps into the procedure, with all registers and the stack as they were.
// Invariants: the code before agrees with the original in all that can be asked of it (name, arity,
// information for the inspector, length of closures). It allocates no frame and is done before
// anything may collect. When an interrupt ends the entry, the image serves it as if it had come before
// the procedure began, and calls the procedure again.
// Must not know: how objects are read (link.h), what the entries do.
#pragma once

#include <optional>

#include "vm/exec/vm.h"

namespace coracle {

/// The code that is to be entered instead of `original`, a whole code object of the base boot file
/// except for its relocations; nothing where the table doesn't have it. Names of entries in the table
/// are the kernel's.
std::optional<Value> make_shortcut(Thread& t, Value original);

/// Whether what is entered `item_offset` bytes after the reference of `original` may enter its
/// shortcut there.
bool enters_shortcut(Value original, Word item_offset);

}  // namespace coracle
