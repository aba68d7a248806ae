// What is missing without an operating system, beside what vm/host/iso lacks. All fails with ENOSYS.
#include <cstdlib>

#include "vm/host/encodings.h"
#include "vm/host/environment.h"
#include "vm/host/faults.h"
#include "vm/host/files.h"
#include "vm/host/iso/missing.h"
#include "vm/host/processes.h"
#include "vm/host/signals.h"
#include "vm/host/terminal.h"

namespace coracle::host {

// --- Files.
int open_file(const char*, const OpenMode&, int) { return Missing(); }
int close_file(int) { return Missing(); }
void reserve_standard_descriptors() {}
std::int64_t read_file(int, void*, std::size_t) { return Missing(); }
std::int64_t write_file(int, const void*, std::size_t) { return Missing(); }
std::int64_t seek_file(int, std::int64_t, From) { return Missing(); }
int set_file_length(int, std::int64_t) { return Missing(); }
int lock_file(int) { return Missing(); }
int open_nameless_file() { return Missing(); }
int replace_descriptor(int, int) { return Missing(); }
bool read_would_wait(int, std::size_t) { return false; }
int is_non_blocking(int) { return Missing(); }
int set_non_blocking(int, bool) { return Missing(); }
std::optional<FileStatus> file_status(const char*, bool) { return Missing(); }
std::optional<FileStatus> file_status(int) { return Missing(); }
int remove_file(const char*) { return Missing(); }
int remove_directory(const char*) { return Missing(); }
int rename_file(const char*, const char*) { return Missing(); }
int make_directory(const char*, int) { return Missing(); }
int set_permissions(const char*, int) { return Missing(); }
std::optional<std::vector<std::string>> directory_names(const char*) { return Missing(); }
std::optional<std::string> working_directory() { return Missing(); }
int set_working_directory(const char*) { return Missing(); }

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

void suspend() {}

// --- Signals: there are none.
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

// --- Environment.
const char* environment_variable(const char*) { return nullptr; }
int set_environment_variable(const char*, const char*) { return Missing(); }
std::string home_directory(const std::string&) { return ""; }
std::string program_path() { return ""; }
int process_id() { return Missing(); }

// --- Processes.
void exit_at_once(int status) { std::_Exit(status); }

// --- Terminals, and messages about faults.
bool is_terminal(int) { return false; }
struct LocaleCharacters::State {};
LocaleCharacters::LocaleCharacters() = default;
LocaleCharacters::~LocaleCharacters() = default;
LocaleCharacters::Decoded LocaleCharacters::decode(char, char32_t&) { return Decoded::invalid; }
std::optional<std::string> LocaleCharacters::encode(char32_t) { return Missing(); }
int LocaleCharacters::width(char32_t) const { return -1; }
int input_ready(int, bool) { return Missing(); }
int wait_for_output(int) { return Missing(); }
void write_message(std::string_view) {}

// --- Encodings.
std::unique_ptr<Conversion> Conversion::open(const char*, const char*) {
  errno = ENOSYS;
  return nullptr;
}

}  // namespace coracle::host
