// Safe points for tests: nothing else runs, and the fixtures' roots are the only ones.
#pragma once

#include "vm/exec/thread.h"

namespace coracle::test {

struct SafePoints {
  static MutatorsStopped stopped(Mutator& m) { return MutatorsStopped(m); }
  static SafePoint of(Thread& t) { return SafePoint(t); }
};

}  // namespace coracle::test
