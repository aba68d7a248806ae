// Calls from the embedding program to Scheme, and from Scheme to that program.
//
// Owns: the Scheme procedures that calls go through (embedding.cpp holds their text), the table of the
// program's functions, the state of limits and interrupts.
// Invariants: a call runs inside a handler of all conditions that are not warnings, so it returns. Also
// (exit) makes it return, but ends the Scheme program for good. A function in the table lives as long as
// the Scheme object that is its handle.
// Must not know: boot files, conversions by type.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "boot/api/call_error.h"
#include "vm/exec/vm.h"
#include "vm/kernel/machine/embedder.h"

namespace coracle {

/// What a call may use up, including nested calls. Nothing means no limit.
struct Limits {
  /// The image's timer ticks, about one for each procedure call; counted in steps of 1000. An operation on
  /// large numbers that takes a million ticks or more is counted before it begins.
  std::optional<std::uint64_t> ticks;
  /// By how much the heap may grow, garbage not counted; checked every 1000 ticks. A single object of more
  /// bytes is refused at once, with a condition.
  std::optional<Word> bytes;
};

/// One of the program's functions, from arguments to a Scheme object. It throws errors as a SchemeError or
/// a Raise.
using EmbedderFunction = std::function<Value(std::span<const Value>)>;

/// Thrown by an EmbedderFunction: Scheme code raises this object.
struct Raise {
  Root object;
};

class Embedding final : public Embedder {
 public:
  explicit Embedding(Thread& thread);
  ~Embedding() override;
  Embedding(const Embedding&) = delete;
  Embedding& operator=(const Embedding&) = delete;

  RootList& roots() { return roots_; }

  /// The procedures that the text in embedding.cpp defines.
  enum Procedure : Word {
    protect,
    evaluate,
    make_procedure,
    make_output_port,
    make_input_port,
    set_console,
    stop_call,
    procedure_count
  };

  /// Calls a procedure, or the value of a symbol, with a list of arguments. The result is one value, or a
  /// list of the values if `several`.
  CallResult<Root> call(Value procedure, Value arguments, bool several = false);
  CallResult<Root> call(Procedure procedure, Value arguments);

  /// A handle for a function: the Scheme object that owns it.
  Value make_handle(EmbedderFunction function);

  void set_limits(const Limits& limits) { limits_ = limits; }
  /// May be called on any thread and in signal handlers.
  void interrupt();

  Value call(SafePoint safe_point, Value handle, Value arguments) override;
  bool stops(Thread& t) override;
  bool interrupted() const override { return interrupted_.load(); }
  bool spend(Word ticks) override;

 private:
  struct Handle;
  class Running;

  CallResult<void> prepare();
  CallResult<Root> result_of(Value result, bool several);
  tl::unexpected<CallError> stopped();
  Value make_caller();
  Word allocated() const;
  SignedWord reason_to_stop();

  Thread& thread_;
  RootList roots_;
  Root procedures_;   // vector, by Procedure; #f before the first call
  Root raise_token_;  // returned by a call of a function that wants raised_ to be raised
  Root raised_;
  using Functions = std::unordered_map<Word, std::shared_ptr<EmbedderFunction>>;  // by number
  std::shared_ptr<Functions> functions_ = std::make_shared<Functions>();  // the handles share it
  Word last_function_ = 0;

  Limits limits_;
  unsigned depth_ = 0;  // of nested calls
  std::atomic<bool> interrupted_{false};
  std::optional<CallError::Kind> stop_;  // the outermost call is to end
  std::uint64_t ticks_left_ = 0;
  // Only a collection finds out how many bytes are live. It is due when bytes_look_at_ are allocated, live
  // or not.
  Word bytes_limit_ = 0, bytes_look_at_ = 0;
  enum class Look : std::uint8_t { none, wanted, collected };
  Look look_ = Look::none;
};

}  // namespace coracle
