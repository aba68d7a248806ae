#include "vm/kernel/host.h"

#include "vm/exec/vm.h"
#include "vm/host/environment.h"
#include "vm/kernel/process/signals.h"

namespace coracle::kernel {

Value error_string(Thread& t, int error) {
  t.error_number = error;
  return make_string_utf8(t, host::error_text(error));
}

Value success_or_error(Thread& t, bool success) {
  return success ? true_value : error_string(t, errno);
}

std::string expand_path(const char* path) {
  if (path == nullptr) throw SchemeError{"", "a path name is missing", {}};
  return host::expand_path(path);
}

bool handle_signals(SafePoint safe_point) {
  Thread& t = safe_point.thread;
  if (noncontinuable_interrupt(t)) return false;
  if (!signal_pending(t)) return true;
  Value const count = t.value(Tc::disable_count);
  if (fixnum_value(count) > 1) return true;
  Value const handle_events = t.vm.symbol_value(t.vm.symbols.intern(t, "$event"));
  if (!is_procedure(handle_events)) return true;
  // A handler that leaves the critical section enables interrupts that are already enabled: harmless.
  t.set_value(Tc::disable_count, make_fixnum(0));
  t.call(safe_point, handle_events, {});
  if (t.unwound()) return false;
  t.set_value(Tc::disable_count, count);
  return true;
}

}  // namespace coracle::kernel
