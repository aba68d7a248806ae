// The functions of facilities that C++ alone doesn't have, and WebAssembly neither. All fail with ENOSYS.
#include "vm/host/iso/missing.h"

#include "vm/host/faults.h"
#include "vm/host/libraries.h"
#include "vm/host/processes.h"
#include "vm/host/signals.h"
#include "vm/host/terminal.h"

namespace coracle::host {

// --- Processes.
std::optional<int> run_command(const char*) { return Missing(); }
Result<Process> start_command(const char*, bool) { return fail(error_text(ENOSYS)); }
bool has_ended(int) { return true; }
int wait_for_end(int) { return Missing(); }
void end_process(int) {}
void become_program(const char*, char* const[]) { errno = ENOSYS; }
void suspend() {}

// --- Terminals.
std::optional<TerminalDescription> describe_terminal(int) { return Missing(); }
WindowSize window_size(int) { return {}; }
struct TerminalModes::Saved {};
TerminalModes::TerminalModes(int fd) : fd_(fd) {}
TerminalModes::~TerminalModes() = default;
bool TerminalModes::set_raw() { return Missing(); }
bool TerminalModes::restore() { return true; }
bool TerminalModes::process_output(bool) { return Missing(); }
bool TerminalModes::keyboard_signals(bool) { return Missing(); }

// --- Signals and faults: there are none.
int signal_number(Signal) { return 0; }
struct SignalHandlers::Replaced {};
SignalHandlers::SignalHandlers() = default;
SignalHandlers::~SignalHandlers() = default;
bool SignalHandlers::handle(int, void (*)(int)) { return Missing(); }
void SignalHandlers::unblock() const {}
void end_by_signal(int) {}
RemovedBySignal::RemovedBySignal(std::string path) : path_(std::move(path)) {}
RemovedBySignal::~RemovedBySignal() = default;
void complete_stores_of_all_threads() {}
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
