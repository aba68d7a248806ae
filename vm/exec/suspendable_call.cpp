#include "vm/exec/suspendable_call.h"

#include "vm/exec/thread.h"

namespace coracle {

SuspendableCall::SuspendableCall(Thread& thread) : thread_(thread) { thread_.attach(*this); }
SuspendableCall::~SuspendableCall() { thread_.detach(*this); }

}  // namespace coracle
