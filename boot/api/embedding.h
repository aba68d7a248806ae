// Calls from the embedding program to Scheme, and from Scheme to that program.
//
// Owns: the Scheme procedures that calls go through (embedding.cpp holds their text), the table of the
// program's functions, the runs (run.cpp), the state of limits, slices and interrupts.
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
#include <utility>
#include <vector>

#include "boot/api/call_error.h"
#include "boot/api/run.h"
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
/// a Raise, and may also throw a NotYet or a Later.
using EmbedderFunction = std::function<Value(std::span<const Value>)>;

/// Thrown by an EmbedderFunction: Scheme code raises this object.
struct Raise {
  Root object;
};

/// Thrown by an EmbedderFunction that has done nothing yet and must wait: it is called again later.
struct NotYet {
  SuspendedBy reason;
};

/// Thrown by an EmbedderFunction whose result comes later: another function waits for it.
struct Later {
  EmbedderFunction waiter;
};

/// A program's result as an exit status: an integer is the status itself, void means success.
int exit_status_of(Value v);

class Embedding final : public Embedder {
 public:
  explicit Embedding(Thread& thread);
  ~Embedding() override;
  Embedding(const Embedding&) = delete;
  Embedding& operator=(const Embedding&) = delete;

  RootList& roots() { return roots_; }
  /// False once the machine is gone.
  std::shared_ptr<const bool> lives() const { return lives_; }

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

  // --- Runs (run.h). `resume` needs one that can_resume.
  std::shared_ptr<RunRecord> make_run(RunRecord::Kind kind, Value procedure, Value arguments);
  /// A run of one of the procedures of the text.
  CallResult<std::shared_ptr<RunRecord>> make_run(Procedure procedure, Value arguments);
  bool can_resume(const RunRecord& run);
  void resume(RunRecord& run, std::optional<std::chrono::nanoseconds> slice);
  void cancel(RunRecord& run);
  /// Its Run is gone.
  void drop(RunRecord& run);
  /// Sees which runs have ended without being gone on with, and cancels those that are to be cancelled.
  void settle();

  void set_limits(const Limits& limits) { limits_ = limits; }
  /// May be called on any thread and in signal handlers.
  void interrupt();

  Value call(SafePoint safe_point, Value handle, Value arguments) override;
  void check_slice(Thread& t) override;
  bool stops(Thread& t) override;
  bool interrupted() const override { return interrupted_.load(); }
  bool has_runs() const override { return has_runs_; }
  void keyboard_interrupt() override { keyboard_interrupt_ = true; }
  bool spend(Word ticks) override;

 private:
  struct Handle;
  class Running;

  CallResult<void> prepare();
  /// The error of a call that can't be made now, if there is one.
  std::optional<CallError> refusal() const;
  /// A call begins or has ended: limits and requests to stop are those of the outermost one.
  void enter();
  void leave();
  void set_sliced(SuspendableCall& call, bool sliced);
  void begin(RunRecord& run, bool sliced);
  void finish(RunRecord& run);
  Value wait(Thread& t, SuspendedBy reason);
  CallResult<Root> result_of(Value result, bool several);
  tl::unexpected<CallError> stopped() const;
  tl::unexpected<CallError> stopped_by(CallError::Kind kind) const;
  Value make_caller();
  Word allocated() const;
  SignedWord reason_to_stop();

  Thread& thread_;
  RootList roots_;
  Root procedures_;  // vector, by Procedure; #f before the first call
  // Returned by a call of a function that wants raised_ to be raised; whose result waiter_ waits for; that
  // wants to be called again after the next event check.
  Root raise_token_, later_token_, again_token_;
  Root raised_, waiter_;
  using Functions = std::unordered_map<Word, std::shared_ptr<EmbedderFunction>>;  // by number
  std::shared_ptr<Functions> functions_ = std::make_shared<Functions>();  // the handles share it
  Word last_function_ = 0;

  Limits limits_;
  unsigned depth_ = 0;  // of nested calls
  std::atomic<bool> interrupted_{false};
  bool keyboard_interrupt_ = false;
  bool has_runs_ = false;                // or had
  std::optional<CallError::Kind> stop_;  // calls are to end,
  unsigned stop_depth_ = 1;              // those from this depth on: mostly the outermost one
  std::uint64_t ticks_left_ = 0;
  // Only a collection finds out how many bytes are live. It is due when bytes_look_at_ are allocated, live
  // or not.
  Word bytes_limit_ = 0, bytes_look_at_ = 0;
  enum class Look : std::uint8_t { none, wanted, collected };
  Look look_ = Look::none;

  std::vector<std::shared_ptr<RunRecord>> runs_;  // whose Run exists, or that have not ended
  bool settling_ = false;
  std::int64_t slice_end_ = 0;  // in nanoseconds of the monotonic clock
  std::shared_ptr<bool> lives_ = std::make_shared<bool>(true);
};

}  // namespace coracle
