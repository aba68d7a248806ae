// A booted machine, with which a C++ program runs Scheme.
//
//     auto booted = Machine::boot(search, VmOptions{});
//     Machine& scheme = **booted;
//     scheme.define("greet", [](std::string name) { return "hello, " + name; });
//     auto text = scheme.eval<std::string>("(greet \"world\")");
//     if (!text) std::cerr << text.error().message;
//
// Owns: the steps of booting, calls of Scheme and the functions that Scheme calls, the session.
// Invariants: a machine runs on one thread at a time; only interrupt() may be called on others. A plain
// Value is good until the next call that may run Scheme (any that returns a CallResult); a Root, for
// ever. Calls return a Root or a C++ value.
// Must not know: options of the command line.
#pragma once

#include <array>
#include <initializer_list>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "boot/api/functions.h"
#include "boot/api/pending.h"
#include "boot/api/run.h"
#include "boot/boot_files.h"
#include "boot/fasl_loader.h"
#include "vm/exec/vm.h"
#include "vm/heap/inspect/inspect.h"
#include "vm/heap/values/value_arena.h"
#include "vm/host/faults.h"

namespace coracle {

class BootInput;

class Machine {
 public:
  /// Finds the boot files, builds the heap from them and initialises it. Running out of memory is an
  /// error here; later it is a Scheme condition, or a CallError.
  /// `before_loading` gets the machine while it is still empty, for instance to register foreign symbols.
  static Result<std::unique_ptr<Machine>> boot(
      const BootSearch& search, const VmOptions& options,
      const std::function<void(std::unique_ptr<Machine>&)>& before_loading = {});

  /// Closes the files that Scheme code left open.
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  Vm& vm() { return vm_; }
  Thread& thread() { return vm_.main_thread(); }

  // --- Calls. A type in angle brackets asks for a C++ value (convert.h), void for none. An error leaves
  // the machine as usable as before, except for the kinds `exit` and `ended`. At the end of a call the
  // console's ports are flushed.
  /// Evaluates all forms of a text; the value is that of the last one.
  template <class T = Root>
  CallResult<T> eval(std::string_view source) {
    return guarded<T>(
        [&] { return embedding_.call(Embedding::evaluate, list(thread(), {string(source)})); });
  }
  /// Loads a file of Scheme code, or of compiled code.
  CallResult<void> load(std::string_view path) { return call<void>("load", path); }
  /// Calls a procedure, or the value of the top-level variable of that name.
  template <class T = Root, class Procedure, class... A>
  CallResult<T> call(const Procedure& procedure, const A&... arguments) {
    return guarded<T>([&] {
      // Braces, so that conversion goes from left to right. The extra Value keeps the array from being empty.
      std::array<Value, sizeof...(A) + 1> const values{convert(arguments)..., nil};
      return call_values(callee(procedure), {values.data(), sizeof...(A)});
    });
  }
  /// The same, with arguments that are Scheme objects already.
  template <class T = Root, class Procedure>
  CallResult<T> apply(const Procedure& procedure, std::span<const Value> arguments) {
    return guarded<T>([&] { return call_values(callee(procedure), arguments); });
  }
  /// A call that may return any number of values; the result is a list of them.
  template <class T = Root, class Procedure>
  CallResult<T> apply_for_values(const Procedure& procedure, std::span<const Value> arguments) {
    return guarded<T>([&] { return call_values(callee(procedure), arguments, true); });
  }
  // --- Runs: calls that are made in slices (boot/api/run.h). Nothing runs before the first resume().
  Run begin_eval(std::string_view source);
  template <class Procedure, class... A>
  Run begin_call(const Procedure& procedure, const A&... arguments) {
    return new_run(catching_out_of_memory<std::shared_ptr<RunRecord>>([&] {
      std::array<Value, sizeof...(A) + 1> const values{convert(arguments)..., nil};
      return embedding_.make_run(RunRecord::Kind::call, callee(procedure),
                                 list_of({values.data(), sizeof...(A)}));
    }));
  }
  template <class Procedure>
  Run begin_apply(const Procedure& procedure, std::span<const Value> arguments) {
    return new_run(RunRecord::Kind::call, callee(procedure), arguments);
  }
  template <class Procedure>
  Run begin_apply_for_values(const Procedure& procedure, std::span<const Value> arguments) {
    return new_run(RunRecord::Kind::call_for_values, callee(procedure), arguments);
  }
  /// As start and run_script; the result is the exit status.
  Run begin_session(const std::vector<std::string>& arguments);
  Run begin_script(std::string_view path, const std::vector<std::string>& arguments, bool program);
  /// A result that a C++ function returns to give it later (boot/api/pending.h).
  Pending pending() { return {context(), embedding_.lives()}; }

  /// Takes effect when the next outermost call begins.
  void set_limits(const Limits& limits) { embedding_.set_limits(limits); }
  /// Ends the running call, or the next one: it returns the error `interrupted` as soon as the image checks
  /// for events. Reads, sleeps and other waits end at once, by the signal SIGURG; commands that `system` runs
  /// and the program's own functions don't. May be called on any thread and in signal handlers. A session
  /// (start) takes it as Ctrl-C. A suspended run sees it when it is gone on with, and ends with all runs that
  /// have begun later.
  void interrupt() { embedding_.interrupt(); }

  // --- Variables and functions.
  /// Defines a top-level variable as a value, or as a C++ function (neither a template nor overloaded). Its
  /// arguments and result are converted by type; its first parameter may be a Machine& and its last one a
  /// Rest. An exception that it throws (a SchemeError, or a std::exception by its what()) becomes a condition.
  template <class T>
  CallResult<void> define(std::string_view name, T&& value) {
    if constexpr (requires { std::function{std::forward<T>(value)}; }) {
      auto const made = procedure(name, std::forward<T>(value));
      if (!made) return tl::unexpected<CallError>(made.error());
      return call<void>("define-top-level-value", Symbol{std::string(name)}, *made);
    } else {
      return call<void>("define-top-level-value", Symbol{std::string(name)}, value);
    }
  }
  /// A procedure that calls a C++ function. The function lives as long as the procedure.
  template <class F>
  CallResult<Root> procedure(std::string_view name, F&& function) {
    return guarded<Root>([&] {
      Value const handle = embedding_.make_handle(functions::adapt(
          *this, context(), std::string(name), std::function{std::forward<F>(function)}));
      return embedding_.call(Embedding::make_procedure, list(thread(), {handle}));
    });
  }

  // --- Ports. Text is UTF-8, in pieces of whole characters.
  using Writer = std::function<void(std::string_view)>;
  /// Returns the next piece; an empty one is the end; nothing means that there is no input yet. Then a run waits
  /// (Run::State::waits_for_input), and asks again when it is gone on with; any other call gets a condition.
  /// The console's output is flushed before.
  using Reader = std::function<std::optional<std::string>()>;
  CallResult<Root> output_port(std::string_view name, Writer writer);
  CallResult<Root> input_port(std::string_view name, Reader reader);
  /// Sets the console's ports, and the current ones and that of traces with them. A null argument leaves its
  /// port as it is.
  CallResult<void> set_console(Reader input, Writer output, Writer error);
  /// Files that the program brings when Scheme first asks for them. `is_present` gets each path that Scheme
  /// opens for reading or asks about; if it returns false, the run waits (Run::State::waits_for_result), and
  /// asks again when it is gone on with. Throws a SchemeError that says why a file isn't to be had.
  void provide_files(std::function<bool(const std::string& path)> is_present);

  // --- Values. These functions make objects and don't run Scheme.
  /// The Scheme object for a C++ value.
  template <class T>
  Value convert(const T& x) {
    return to_scheme(context(), x);
  }
  /// The C++ value of an object, or nothing.
  template <class T>
  std::optional<T> value_as(Value v) {
    return Conversion<T>::from_scheme(context(), v);
  }
  Root root(Value v) { return Root(embedding_.roots(), v); }

  /// Calls one of the image's own procedures, exported or not; nothing if it has none of that name. The
  /// image handles conditions itself, as in a session.
  std::optional<Value> call_system(std::string_view name, std::initializer_list<Value> arguments);
  /// Calls any procedure in that way; returns the first of its values, or void. Thread::unwound says whether
  /// it returned only because Scheme goes on elsewhere.
  Value call_unguarded(Value procedure, std::initializer_list<Value> arguments) {
    return thread().call(safe_point(), procedure, arguments);
  }
  Value string(std::string_view utf8) { return make_string_utf8(thread(), utf8); }
  Value symbol(std::string_view utf8) { return vm_.symbols.intern(thread(), utf8); }
  /// An arena for Values outside the heap; it must be destroyed before the machine.
  ValueArena value_arena() { return ValueArena(thread(), vm_.symbols); }

  /// Starts the session (the parameter scheme-start: the REPL, by default) with the files and
  /// arguments of the command line; returns the exit status.
  int start(const std::vector<std::string>& arguments);
  /// Runs a script, or an RNRS program.
  int run_script(std::string_view path, const std::vector<std::string>& arguments, bool program);
  /// True once (exit) has ended the program, outside of a session; its status is vm().exit_status.
  bool exited() { return vm_.main_thread().transfer == Transfer::exit; }
  /// Moves all objects to the static generation, which later collections leave alone.
  void make_all_static();
  /// Closes the files that are still open, ahead of the destructor; nothing else may be called afterwards.
  void close_files();

 private:
  SafePoint safe_point() { return SafePoint(thread()); }
  ApiContext context() { return {thread(), embedding_.roots()}; }
  /// A procedure, or the symbol of a name.
  template <class T>
  Value callee(const T& procedure) {
    if constexpr (std::is_convertible_v<const T&, std::string_view>) return symbol(procedure);
    else return static_cast<Value>(procedure);
  }
  CallResult<Root> call_values(Value procedure, std::span<const Value> arguments,
                               bool several = false);
  /// The result as the type that was asked for. Running out of memory is an error, and the next call finds
  /// the memory that can be had.
  template <class T, class F>
  CallResult<T> guarded(F call) {
    CallResult<T> result = caught<T>(std::move(call));
    if (memory_ran_out(vm_.heap)) collect();
    return result;
  }
  template <class T, class F>
  CallResult<T> caught(F call) {
    return catching_out_of_memory<T>([&]() -> CallResult<T> {
      CallResult<Root> result = call();
      if constexpr (std::is_same_v<T, Root>) {
        return result;
      } else {
        if (!result) return tl::unexpected<CallError>(std::move(result.error()));
        if constexpr (std::is_void_v<T>) {
          return {};
        } else {
          std::optional<T> value = value_as<T>(*result);
          if (value) return std::move(*value);
          return wrong_type(*result, Conversion<T>::expected);
        }
      }
    });
  }
  tl::unexpected<CallError> wrong_type(Value found, const char* expected);

  Machine(const Profile& profile, const VmOptions& options);
  static Result<std::unique_ptr<Machine>> load_all(
      const std::vector<BootFile>& files, const VmOptions& options,
      const std::function<void(std::unique_ptr<Machine>&)>& before_loading);

  /// Loads an open boot file.
  Result<void> load(const BootFile& file, BootInput& input, std::pmr::memory_resource& memory,
                    bool base);
  Result<void> run_boot_object(Value object, const std::string& path);
  Result<void> boot_call(Value procedure, std::initializer_list<Value> arguments,
                         const std::string& path);
  bool find_load_binary(const std::string& path);
  Value system_value(std::string_view name);
  /// Lets the image collect, if the session hasn't ended.
  void collect();
  Value string_list(const std::vector<std::string>& strings);
  Value list_of(std::span<const Value> items);
  friend class Run;
  Run new_run(CallResult<std::shared_ptr<RunRecord>> record);
  Run new_run(RunRecord::Kind kind, Value procedure, std::span<const Value> arguments);
  template <class Arguments>
  Run new_session(std::string_view procedure, Arguments arguments);
  int run(Value procedure, std::initializer_list<Value> arguments);

  std::unique_ptr<host::FaultHandlers> faults_;  // VmOptions::handle_faults
  Vm vm_;
  ImageFaslLoader loader_;
  Embedding embedding_;
  // Roots while boot files are loaded.
  Value load_binary_ = false_value;  // the procedure that $make-load-binary made for the file
  Value object_ = false_value;       // the object that is being run
};

template <class T>
CallResult<T> Run::result() {
  if (state() != State::ended) {
    return call_failed(CallError::Kind::busy, "the run hasn't ended yet");
  }
  if (!*record_->outcome) return tl::unexpected<CallError>(record_->outcome->error());
  if (record_->embedding == nullptr) {
    return call_failed(CallError::Kind::ended, "the machine of the run is gone");
  }
  return machine_->guarded<T>([&] { return *record_->outcome; });
}

}  // namespace coracle
