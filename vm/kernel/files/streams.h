// Streams that are opened by name: FIFOs, /dev/stdin on a pipe, the shell's <(command). They have no
// position. But `load` and what is like it ask for the position of a file that they have just opened,
// look at its first bytes and go back. So the first question, as long as nothing was read, puts a copy of
// the whole stream in its place, which has positions. All other uses of a stream go on as it flows.
#pragma once

#include <optional>

#include "vm/exec/entry.h"

namespace coracle::kernel {

/// A descriptor that was just opened for reading.
void note_opened(Thread& t, int fd);
/// A descriptor that is about to be read from, or closed.
void note_used(Thread& t, int fd);
/// Puts the copy in the place of a stream that nothing was read from. Reads the stream to its end. 0, or
/// -1 and errno (ESPIPE for other descriptors); nothing if the entry is to return at once.
std::optional<int> copy_stream(SafePoint safe_point, int fd);

}  // namespace coracle::kernel
