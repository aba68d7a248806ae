// A machine as JavaScript uses it: calls are runs with numbers, values are messages (wire.def).
//
// Owns: the machine, its runs, the handles that JavaScript holds, the Scheme objects that stand for
// JavaScript's.
// Invariants: what goes wrong is a message of an error; the exception that there is no memory even for that ends
// the machine. JavaScript reads output() before it calls again.
// Must not know: how JavaScript waits (scheme.js).
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "boot/machine.h"
#include "wasm/wire.h"

namespace coracle {

class JsMachine final : public WireHost {
 public:
  JsMachine() = default;
  ~JsMachine() override;
  JsMachine(const JsMachine&) = delete;
  JsMachine& operator=(const JsMachine&) = delete;

  /// Room for the next message from JavaScript.
  std::uint8_t* input(std::size_t size);
  /// The last message to JavaScript.
  std::span<const std::uint8_t> output() const { return output_; }

  /// The input is an image. If it can't be booted, the output is the message of an error, as text.
  bool boot(std::size_t memory_limit);

  /// The other way to begin: with a machine that is there, and goes on to have files and a console of its own.
  CallResult<void> use(Machine& machine);

  // --- Runs. The input is of begin_eval a text, of begin_call a list: a procedure or the name of one, and
  // its arguments, of begin_session a list of strings: the files that it loads first. `run`: a number that
  // JavaScript chose.
  void begin_eval(std::uint32_t run);
  void begin_call(std::uint32_t run);
  void begin_session(std::uint32_t run);
  /// A run that is made already.
  void begin(std::uint32_t run, Run made) { runs_.emplace(run, std::move(made)); }
  /// Goes on with a run; returns the name of its state.
  const char* resume(std::uint32_t run, std::chrono::nanoseconds slice);
  std::chrono::nanoseconds time_left(std::uint32_t run);
  /// Forgets a run that has ended. True: the output is its result. False: the output is a list that says what
  /// went wrong: a symbol for the kind, message, who or #f, status, irritants, condition.
  bool result(std::uint32_t run);
  /// Forgets a session, or a script, that has ended.
  CallResult<int> exit_status(std::uint32_t run);
  /// Forgets a run that has not begun.
  void drop(std::uint32_t run) { runs_.erase(run); }
  void interrupt() { machine_->interrupt(); }

  /// What the function that returned the promise `pending` returns in the end: the input is its value, or
  /// what it threw (see thrown).
  void supply(std::uint32_t pending, bool thrown);
  /// The input is text for the reader of the console's input, an empty one being the end; or what was thrown.
  void supply_input(bool thrown);
  void release(std::uint32_t handle) { handles_.erase(handle); }
  /// The output is what is printed for a handle's object.
  void print(std::uint32_t handle);

  // --- WireHost
  std::optional<std::uint32_t> object_id(Value v) override;
  bool is_table(Value v) override;
  std::uint32_t add_handle(Value v) override;

 private:
  class Reference;
  /// The procedures and types that the text in js_machine.cpp makes.
  enum Helper : Word {
    table_type,
    object_type,
    make_table,
    fill_table,
    table_entries,
    print_object,
    make_error
  };

  /// JavaScript's function that gets the library (coracle js).
  static constexpr std::uint32_t library_id = 0;

  Value helper(Helper h) { return vector_ref(helpers_, h); }
  CallResult<void> connect_files_and_console();
  CallResult<Root> decode();
  CallResult<void> encode(Value v);
  CallResult<void> encode_root(const Root& v);
  void encode(const CallError& error);
  CallResult<Root> make_function(std::uint32_t id, std::string name);
  CallResult<Root> call_function(std::uint32_t id, const std::string& name, Rest arguments);
  /// What is raised where a JavaScript function has thrown: the input is a list of the thrown value and its
  /// message, or of a condition alone.
  CallResult<Root> thrown(const std::string& who);
  std::string take_text();
  void write(int descriptor, std::string_view text);

  struct Waiter {
    std::string name;
    Pending pending;
  };

  std::vector<std::uint8_t> input_, output_;
  std::unordered_map<std::uint32_t, Reference*> references_;  // by id; owned by the heap
  std::unique_ptr<Machine> own_machine_;                      // of boot
  Machine* machine_ = nullptr;
  Root helpers_;
  std::unordered_map<std::uint32_t, Root> handles_;
  std::uint32_t last_handle_ = 0;
  std::unordered_map<std::uint32_t, Run> runs_;
  std::unordered_map<std::uint32_t, CallError> refused_;  // runs that could not begin
  std::unordered_map<std::uint32_t, Waiter> waiters_;
  std::unordered_map<Word, std::uint32_t> functions_;  // ids by bits, while a message is written
  std::string console_input_;
  bool console_ended_ = false;
  std::optional<Root> input_failure_;  // what the next read raises
};

}  // namespace coracle
