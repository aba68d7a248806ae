#include "vm/exec/fault.h"

namespace coracle {

void fault_in_interpreter(Thread& t, const char* message) {
  if (t.fault_frame == nullptr || t.in_kernel) return;
  t.fault_message = message;
  std::longjmp(t.fault_frame->place, 1);
}

}  // namespace coracle
