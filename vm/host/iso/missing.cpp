// The functions of facilities that C++ alone doesn't have, and WebAssembly neither. All fail with ENOSYS.
#include "vm/host/iso/missing.h"

#include "vm/host/faults.h"
#include "vm/host/libraries.h"
#include "vm/host/processes.h"

namespace coracle::host {

// --- Processes.
std::optional<int> run_command(const char*) { return Missing(); }
Result<Process> start_command(const char*, bool) { return fail(error_text(ENOSYS)); }
bool has_ended(int) { return true; }
int wait_for_end(int) { return Missing(); }
void end_process(int) {}
void become_program(const char*, char* const[]) { errno = ENOSYS; }

// --- Faults: there are none.
SignalStack::SignalStack() = default;
SignalStack::~SignalStack() = default;
struct FaultHandlers::State {};
FaultHandlers::FaultHandlers(Receiver, bool) {}
FaultHandlers::~FaultHandlers() = default;
std::uint64_t stack_limit() { return 0; }

// --- Libraries.
void* open_library(const char*, std::string& reason) {
  reason = error_text(ENOSYS);
  return nullptr;
}
void* find_symbol(void*, const char*) { return nullptr; }

}  // namespace coracle::host
