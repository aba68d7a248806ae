// The session, from Sscheme_init to Sscheme_deinit.
#include "boot/chez/session.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "boot/profiles/profiles.h"
#include "vm/host/environment.h"
#include "vm/host/errors.h"
#include "vm/host/files.h"
#include "vm/kernel/foreign/libraries.h"
#include "vm/kernel/process/signals.h"

namespace coracle::chez {

// The one session (CONTRIBUTING.md, law 2): the functions have no argument that would name it.
Session& Session::current() {
  static Session session;
  return session;
}

void give_up(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  if (void (*const leave)() = Session::current().abnormal_exit) leave();
  std::abort();
}

namespace {

[[noreturn]] void wrong_state(const char* function, const char* what) {
  give_up(std::string("error (") + function + "): " + what);
}

Session& booting(const char* function) {
  Session& session = Session::current();
  switch (session.state) {
    case State::uninitialized:
    case State::deinitialized: wrong_state(function, "uninitialized; call Sscheme_init first");
    case State::running: wrong_state(function, "already running");
    case State::booting: break;
  }
  return session;
}

/// The last component of a path.
std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void add_file(const char* function, const char* name, bool direct) {
  booting(function).search.files.push_back({name, direct, {}});
}

/// Reads from the descriptor's position, up to `limit` bytes, or to the end if that is negative.
std::vector<std::uint8_t> read_descriptor(const char* name, int fd, iptr limit) {
  std::vector<std::uint8_t> bytes;
  std::uint8_t buffer[1 << 16];
  for (;;) {
    std::size_t wanted = sizeof buffer;
    if (limit >= 0) wanted = std::min(wanted, static_cast<std::size_t>(limit) - bytes.size());
    std::int64_t const n = wanted == 0 ? 0 : host::read_file(fd, buffer, wanted);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      give_up(std::string("cannot read boot file ") + name + ": " + host::error_text(errno));
    if (n == 0) return bytes;
    bytes.insert(bytes.end(), buffer, buffer + n);
  }
}

void add_descriptor(Session& session, const char* name, int fd, iptr limit, bool close_after) {
  session.files.push_back(read_descriptor(name, fd, limit));
  if (close_after) host::close_file(fd);
  session.search.files.push_back({name, true, session.files.back()});
}

std::vector<std::string> rest_of(int argc, const char* argv[]) {
  return argc < 1 ? std::vector<std::string>() : std::vector<std::string>(argv + 1, argv + argc);
}

/// Returns a session's status, or ends the process if the program called (exit) outside the session.
int finish(Machine& m, int status) {
  if (m.exited()) std::exit(status);
  return status;
}

}  // namespace

Machine& machine(const char* function) {
  Session& session = Session::current();
  if (session.machine == nullptr) {
    wrong_state(function, session.state == State::booting
                              ? "no heap built yet; call Sbuild_heap first"
                              : "uninitialized; call Sscheme_init and Sbuild_heap first");
  }
  return *session.machine;
}

extern "C" {

/// The release of the boot files; before they are loaded, the release that is looked for first.
const char* Skernel_version(void) {
  Session& session = Session::current();
  const Profile& profile =
      session.machine != nullptr ? session.machine->vm().profile : profiles().front();
  return profile.release.data();  // a literal
}

void Sscheme_init(void (*abnormal_exit)(void)) {
  Session& session = Session::current();
  session.abnormal_exit = abnormal_exit;
  if (session.state == State::running) {
    wrong_state(__func__, "call Sscheme_deinit first to terminate");
  }
  if (session.state == State::booting) wrong_state(__func__, "already initialized");
  session.state = State::booting;
  session.search = BootSearch{};
  session.options = VmOptions{};
  session.options.handle_faults = true;  // as Chez's kernel does
  session.files.clear();
  if (const char* const folders = host::environment_variable("SCHEMEHEAPDIRS"))
    session.search.heap_dirs = folders;
}

void Sset_verbose(int v) {
  auto& on_step = Session::current().search.on_step;
  if (v == 0) on_step = nullptr;
  else on_step = [](const std::string& step) { std::fprintf(stderr, "%s\n", step.c_str()); };
}
void Sretain_static_relocation(void) {
  Session::current().options.heap.retain_static_relocation = true;
}

void Sregister_boot_file(const char* name) { add_file(__func__, name, false); }
void Sregister_boot_executable_relative_file(const char* program, const char* name) {
  add_file(__func__, name, false);
  Session::current().search.program_path = program;
}
void Sregister_boot_relative_file(const char* name) { add_file(__func__, name, true); }
void Sregister_boot_direct_file(const char* name) { add_file(__func__, name, true); }
void Sregister_boot_file_fd(const char* name, int fd) {
  add_descriptor(booting(__func__), name, fd, -1, true);
}
void Sregister_boot_file_fd_region(const char* name, int fd, iptr offset, iptr length,
                                   int close_after) {
  Session& session = booting(__func__);
  if (host::seek_file(fd, offset, host::From::start) != offset) {
    give_up(std::string("seek in boot file ") + name + " failed");
  }
  // A length of 0 means the rest of the file.
  add_descriptor(session, name, fd, length > 0 ? length : -1, close_after != 0);
}
void Sregister_boot_file_bytes(const char* name, void* data, iptr length) {
  booting(__func__).search.files.push_back(
      {name, true,
       std::span(static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(length))});
}

void Sregister_heap_file(const char*) {
  give_up("Sregister_heap_file: saved heap files are not presently supported");
}
void Ssave_heap(const char*, int) {
  give_up("Ssave_heap: saved heap files are not presently supported");
}
/// Chunks are C code generated from bytecode, for the original kernel's interpreter.
void Sregister_pbchunks(void**, int, int) {
  give_up("Sregister_pbchunks: translated code is not supported");
}

void Sbuild_heap(const char* program, void (*custom_init)(void)) {
  Session& session = booting(__func__);
  if (session.search.files.empty()) {
    std::string const name = program == nullptr ? "" : file_name(program);
    if (name.empty()) give_up("no boot file or executable name specified");
    session.search.default_name = name;
    session.search.program_path = program;
  }
  Result<std::unique_ptr<Machine>> booted =
      Machine::boot(session.search, session.options, [&](std::unique_ptr<Machine>& m) {
        session.machine = std::move(m);
        kernel::tell_of_signals(session.machine->thread(), session.signal_registered);
        kernel::install_signal_handlers(session.machine->thread());
        if (custom_init != nullptr) custom_init();
        m = std::move(session.machine);
      });
  if (!booted) give_up(booted.error().message);
  session.machine = std::move(*booted);
  session.state = State::running;
  session.files.clear();
}

void Senable_expeditor(const char* history) {
  Machine& m = machine(__func__);
  if (!m.call_system("$enable-expeditor", {true_value})) return;
  if (history != nullptr) m.call_system("$expeditor-history-file", {m.string(history)});
}

int Sscheme_start(int argc, const char* argv[]) {
  Machine& m = machine(__func__);
  return finish(m, m.start(rest_of(argc, argv)));
}
int Sscheme_script(const char* path, int argc, const char* argv[]) {
  Machine& m = machine(__func__);
  return finish(m, m.run_script(path, rest_of(argc, argv), false));
}
int Sscheme_program(const char* path, int argc, const char* argv[]) {
  Machine& m = machine(__func__);
  return finish(m, m.run_script(path, rest_of(argc, argv), true));
}

void Scompact_heap(void) { machine(__func__).make_all_static(); }

void Sscheme_deinit(void) {
  Session& session = Session::current();
  if (session.state != State::running) {
    wrong_state(__func__, session.state == State::booting ? "not yet running"
                                                          : "not yet initialized or running");
  }
  session.machine.reset();
  session.state = State::deinitialized;
}

void Sscheme_register_signal_registerer(void (*f)(int)) {
  Session& session = Session::current();
  session.signal_registered = f;
  if (session.machine != nullptr) kernel::tell_of_signals(session.machine->thread(), f);
}

}  // extern "C"
}  // namespace coracle::chez
