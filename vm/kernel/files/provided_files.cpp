#include "vm/kernel/files/provided_files.h"

#include <cerrno>

#include "vm/kernel/process/signals.h"

namespace coracle::kernel {

bool await_file(Thread& t, const std::string& path, int critical_sections) {
  const ProvidedFiles* const provided = t.vm.kernel_states.find<ProvidedFiles>();
  if (provided == nullptr || provided->is_present(path)) return true;
  if (event_due(t, critical_sections)) {
    t.set_word(Tc::trap, 1);
    errno = EINTR;
    return false;
  }
  if (t.suspendable() == nullptr) {
    throw SchemeError{
        "", "~a isn't there yet, and this call can't wait for it", {make_string_utf8(t, path)}};
  }
  throw Suspension{SuspendedBy::result, critical_sections};
}

}  // namespace coracle::kernel
