#include "vm/kernel/process/processes.h"

#include <vector>

#include "vm/exec/vm.h"
#include "vm/host/environment.h"
#include "vm/host/processes.h"
#include "vm/host/terminal.h"
#include "vm/kernel/host.h"

namespace coracle::kernel {
namespace {

/// The processes that start_process made and nobody has waited for.
struct Children final : KernelState {
  std::vector<int> ids;

  static Children& of(Thread& t) { return t.vm.kernel_states.get<Children>(); }
};

}  // namespace

void c_exit(Thread& t, std::int32_t status) { t.exit(status); }

Value system_command(Thread& t, const char* command) {
  if (command == nullptr) throw SchemeError{"system", "a command is missing", {}};
  auto const status = host::run_command(command);
  if (status) return make_fixnum(*status);
  if (errno != 0) throw SchemeError{"system", "~a", {error_string(t, errno)}};
  throw SchemeError{"system", "cannot determine subprocess exit status", {}};
}

Value start_process(Thread& t, const char* command, bool separate_errors) {
  if (command == nullptr) throw SchemeError{"process", "a command is missing", {}};
  reap_children(t);  // so that they don't pile up in a program that starts many
  Result<host::Process> process = host::start_command(command, separate_errors);
  if (!process) throw SchemeError{"process", process.error().message, {}};
  Children::of(t).ids.push_back(process->id);
  Value const from = make_fixnum(process->output.release());
  Value const to = make_fixnum(process->input.release());
  Value const id = make_fixnum(process->id);
  if (!separate_errors) return list(t, {from, to, id});
  return list(t, {from, make_fixnum(process->errors.release()), to, id});
}

void reap_children(Thread& t) { std::erase_if(Children::of(t).ids, host::has_ended); }

std::int32_t get_process_id(Thread&) { return host::process_id(); }

Value get_environment(Thread& t, const char* name) {
  const char* const value = name == nullptr ? nullptr : host::environment_variable(name);
  return value == nullptr ? false_value : make_string_utf8(t, value);
}

void set_environment(Thread& t, const char* name, const char* value) {
  if (name == nullptr || value == nullptr) errno = EINVAL;
  else if (host::set_environment_variable(name, value) == 0) return;
  throw SchemeError{"putenv", "environment extension failed: ~a", {error_string(t, errno)}};
}

bool interactivep(Thread&) {
  return host::is_terminal(host::standard_input) && host::is_terminal(host::standard_output);
}

Value error_message(Thread& t, std::int32_t error) {
  return make_string_utf8(t, host::error_text(error));
}
std::int32_t last_error(Thread& t) { return t.error_number; }

}  // namespace coracle::kernel
