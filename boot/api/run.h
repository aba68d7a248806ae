// Runs: calls of Scheme that are made in slices, so that the program around the machine gets control
// again and again, and that can wait without blocking it.
//
//     Run run = scheme.begin_eval("(begin (sleep (make-time 'time-duration 0 1)) (long-work))");
//     while (run.resume(10ms) != Run::State::ended) {
//       // handle the program's own events; wait for what run.state() says
//     }
//     CallResult<int> n = run.result<int>();
//
// A slice ends at an event check of Scheme code, which comes every 1000 procedure calls or so: not in code
// compiled without interrupt traps, not while interrupts are disabled, not within one entry of the kernel (a
// collection, an operation on large numbers), nor within a C++ function that Scheme called and what that
// calls in turn.
// Invariants: a run that has begun keeps its place on Scheme's stack. Other calls and runs can be made
// meanwhile (unless it has interrupts disabled), and those that have begun later must end first.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "boot/api/call_error.h"
#include "vm/exec/suspendable_call.h"

namespace coracle {

class Embedding;
class Machine;

/// What a Run and its machine share.
struct RunRecord {
  enum class Kind : std::uint8_t { call, call_for_values, session };
  Embedding* embedding = nullptr;  // null when the machine is gone
  Kind kind = Kind::call;
  Root procedure, arguments;
  unsigned depth = 0;                       // of a call that has begun
  std::optional<SuspendableCall> call;      // once it has begun
  std::optional<CallResult<Root>> outcome;  // once it has ended
  bool to_be_cancelled = false;             // as soon as no C++ function is running
  bool dropped = false;                     // its Run is gone
};

class Run {
 public:
  enum class State : std::uint8_t {
    fresh,             // not begun
    slice_over,        // to be gone on with at any time
    waits_for_input,   // of a console or port whose reader had none yet
    sleeps,            // for time_left()
    waits_for_result,  // of a Pending
    ended,
  };

  Run(Machine& machine, std::shared_ptr<RunRecord> record)
      : machine_(&machine), record_(std::move(record)) {}
  Run(Run&&) = default;
  Run& operator=(Run&& other) noexcept;
  /// A run that has not ended is cancelled.
  ~Run() { drop(); }

  State state() const;
  /// Begins, or goes on, until the run has ended, must wait, or has run for `slice`; without one, it isn't
  /// stopped by the clock. A run that still has to wait stops again at once. Does nothing while a later run
  /// hasn't ended or a C++ function that Scheme called is running (see can_resume).
  State resume(std::optional<std::chrono::nanoseconds> slice = {});
  bool can_resume() const;
  /// How long it is still to sleep.
  std::chrono::nanoseconds time_left() const;
  /// Ends the run: winders (dynamic-wind) run, waits in them end at once, and the result is the error
  /// `interrupted`. Runs that have begun later are cancelled first. A session has no way to end but (exit), so
  /// cancelling it ends the Scheme program, with status 1. Inside a C++ function that Scheme called, it
  /// takes effect when the function has returned and the run is suspended.
  void cancel();
  /// What the run returned, as eval and call do; of a session, its exit status. Until the run has ended, the
  /// error `busy`.
  template <class T = Root>
  CallResult<T> result();  // defined in boot/machine.h

 private:
  void drop();

  Machine* machine_;
  std::shared_ptr<RunRecord> record_;
};

}  // namespace coracle
