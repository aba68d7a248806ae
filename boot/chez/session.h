// Chez Scheme's C interface (the release's scheme.h), implemented with a Machine, for programs that embed
// Chez today.
//
// Owns: the process's one session, which that interface implies, since its functions name no machine.
// Invariants: a ptr is a Value's bits. Before giving up, this prints what Chez's kernel prints; then it
// calls the program's abnormal-exit function.
// Must not know: the release's header, which the program includes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "boot/machine.h"

namespace coracle::chez {

using ptr = std::uint64_t;
using iptr = std::int64_t;
using uptr = std::uint64_t;
using Sint32_t = std::int32_t;
using Suint32_t = std::uint32_t;
using Sint64_t = std::int64_t;
using Suint64_t = std::uint64_t;

#define FUNCTION(result, name, parameters) extern "C" result name parameters;
#define VARIANT(result, name, parameters)
#include "boot/chez/functions.def"
#undef FUNCTION
#undef VARIANT

enum class State : std::uint8_t { uninitialized, booting, running, deinitialized };

struct Session {
  State state = State::uninitialized;
  void (*abnormal_exit)() = nullptr;
  void (*signal_registered)(int) = nullptr;
  BootSearch search;
  VmOptions options;
  std::vector<std::vector<std::uint8_t>> files;  // contents of boot files registered by descriptor
  std::unique_ptr<Machine> machine;
  std::vector<Value> arguments;  // of the call that Sinitframe began

  static Session& current();
};

/// Prints a line and exits through the program's abnormal-exit function, or by abort.
[[noreturn]] void give_up(const std::string& message);

/// The machine, which exists from Sbuild_heap to Sscheme_deinit.
Machine& machine(const char* function);

/// Reports an error as the kernel does: if Scheme called the running C function, raises it there, leaving
/// the function by a jump; otherwise gives up. So no frame of the callers may need a destructor.
[[noreturn]] void report(const char* who, const char* message, Value irritant = unbound_value);

/// Runs a function's body; no C++ exception leaves it.
template <class F>
auto guarded(const char* function, F body) {
  Machine& m = machine(function);
  const char* message = "out of memory";
  try {
    return body(m);
  } catch (const OutOfMemory&) {
  } catch (const std::bad_alloc&) {
  } catch (const LengthError&) {
    message = "invalid size request";
  }
  report("", message);
}

/// Calls a procedure. Doesn't return if Scheme code goes on elsewhere.
Value call(Machine& m, Value procedure, std::span<const Value> arguments);

}  // namespace coracle::chez
