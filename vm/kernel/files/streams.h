// Streams that are opened by name: FIFOs, /dev/stdin on a pipe, the shell's <(command). They have no
// position. But `load` and the like ask for the position of a file that they have just opened, look at
// its first bytes and go back. So the first request for a position, as long as nothing was read, replaces
// the stream by a copy of all of it, which has positions. Otherwise a stream is read as it comes.
#pragma once

#include <optional>

#include "vm/exec/entry.h"

namespace coracle::kernel {

/// A descriptor that was just opened for reading.
void note_opened(Thread& t, int fd);
/// A descriptor that is about to be read from, or closed.
void note_used(Thread& t, int fd);
/// Reads a stream that nothing was read from to its end, and puts the copy in its place. 0, or -1 and
/// errno (ESPIPE for other descriptors); nothing if the entry is to return at once.
std::optional<int> copy_stream(SafePoint safe_point, int fd);

}  // namespace coracle::kernel
