#include "vm/kernel/machine/embedder.h"

#include "vm/exec/vm.h"

namespace coracle::kernel {

Value call_embedder(SafePoint safe_point, Value handle, Value arguments) {
  Embedder* const embedder = safe_point.thread.vm.embedder;
  if (embedder == nullptr) {
    throw SchemeError{"", "the program around the machine has no functions", {}};
  }
  return embedder->call(safe_point, handle, arguments);
}

}  // namespace coracle::kernel
