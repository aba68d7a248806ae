// The machine's calls of Scheme for the program around it, and Scheme's calls of that program.
//
// Owns: the Scheme procedures that calls go through (embedding.cpp holds their text), the table of the
// program's functions, the state of limits and interrupts.
// Invariants: a call runs inside a handler of all conditions that are not warnings; so it comes back,
// with one exception: (exit), which ends what the machine runs for good. A function of the table
// lives as long as the Scheme object that is its handle.
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

/// What a call may use up, nested calls included. Nothing: no limit.
struct Limits {
  /// About one tick a procedure call; counted in steps of 1000 (the image's timer ticks). An operation on
  /// large numbers that takes a million ticks or more is counted before it begins.
  std::optional<std::uint64_t> ticks;
  /// By how much the heap may grow, what is garbage not counted; looked at once in 1000 ticks. A single
  /// object of more bytes is refused at once, with a condition.
  std::optional<Word> bytes;
};

/// A function of the program's: a Scheme object from arguments. Errors are thrown as SchemeErrors, or as
/// what `Raise` is for.
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

  /// Procedures of the text in embedding.cpp.
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

  /// Calls a procedure, or the value of a symbol, with a list of arguments. The roots hold one value, or
  /// a list where several are wanted.
  CallResult<Root> call(Value procedure, Value arguments, bool several = false);
  CallResult<Root> call(Procedure procedure, Value arguments);

  /// A handle for a function: the object that owns it.
  Value make_handle(EmbedderFunction function);

  void set_limits(const Limits& limits) { limits_ = limits; }
  /// On any thread, and in signal handlers.
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
  Root raise_token_;  // what a call of a function returns to say that raised_ is to be raised
  Root raised_;
  using Functions = std::unordered_map<Word, std::shared_ptr<EmbedderFunction>>;  // by number
  std::shared_ptr<Functions> functions_ = std::make_shared<Functions>();  // the handles share it
  Word last_function_ = 0;

  Limits limits_;
  unsigned depth_ = 0;  // of calls
  std::atomic<bool> interrupted_{false};
  std::optional<CallError::Kind> stop_;  // the outermost call is to end
  std::uint64_t ticks_left_ = 0;
  // Live bytes can only be told after a collection, which comes when there are so many of all kinds.
  Word bytes_limit_ = 0, bytes_look_at_ = 0;
  enum class Look : std::uint8_t { none, wanted, collected };
  Look look_ = Look::none;
};

}  // namespace coracle
