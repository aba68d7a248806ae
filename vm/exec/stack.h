// The Scheme stack: segments in the heap, linked by continuations.
//
// A thread runs on one stack object; when it overflows, the frames below the current one become a
// continuation (one-shot if the object was large) and a new object is taken. Frames are found through
// their return addresses alone. Continuation lengths are in bytes.
#pragma once

#include "vm/exec/thread.h"

namespace coracle {

/// Gives the thread an empty stack with room for `bytes` beyond the usual headroom: a cached one or
/// a new object. Sets base, size, sfp and esp.
void reset_stack(Thread& t, SignedWord bytes);

/// Makes room for a frame that is `request` bytes larger than usual: all but the current frames become
/// a continuation, and the rest moves to a new stack.
/// False, with nothing changed, if the frames can't be those of sound code.
bool overflow_stack(Thread& t, SignedWord request);

/// Before the continuation in cp is reinstated with ac0 values: splits it so that little is copied,
/// and makes the current stack large enough.
/// False, with nothing changed, if its frames can't be those of sound code.
bool split_and_resize_stack(Thread& t);

/// The number of frames of a continuation and those it links to.
SignedWord continuation_depth(Thread& t, Value continuation);
/// The continuation of the nth frame alone, split off as an object of its own; #f past the end.
Value single_continuation(Thread& t, Value continuation, SignedWord n);

}  // namespace coracle
