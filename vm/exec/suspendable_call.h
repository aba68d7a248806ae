// Calls from C++ into Scheme, and those among them that can be left half-way and gone on with later.
//
// Where a kernel entry would have to wait, it suspends the call that runs: it throws a Suspension, which
// its thunk catches. The interpreter returns to C++ and leaves everything as it was before the instruction
// that called the entry. To go on is to make the same call of the entry again: it finds what it waited for,
// or suspends the call again. So an entry that suspends has done nothing yet that can be seen.
// Invariants: what is suspended is at a safe point. Of its registers only the entry's arguments are alive;
// those that are Values are roots, and texts are copied, because they lie in objects that move. Suspended
// calls lie on Scheme's stack one above the other, and any call that is made meanwhile lies above them: only
// the innermost one can go on.
// Must not know: what is waited for, how long a slice is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vm/exec/execution_state.h"
#include "vm/isa/formats.h"

namespace coracle {

/// One call from C++ into Scheme (what the image's cchain records).
struct CallFrame {
  CallFrame* outer = nullptr;
  Word id = 0;  // the word that stands for this frame in the image's cchain
};

/// Why a call was suspended.
enum class SuspendedBy : std::uint8_t {
  slice,   // its time is over
  input,   // there is no input yet
  sleep,   // until its deadline
  result,  // a result that the embedding program gives later isn't there yet
};

/// Thrown by an entry to suspend the call that runs; Thread::suspendable must find one.
struct Suspension {
  SuspendedBy reason;
  /// How many critical sections the image itself makes around the entry. If there are no others, other code
  /// may run with interrupts enabled while the call is suspended.
  int critical_sections = 0;
};

/// What the registers hold that pass an entry's arguments: a bit for each Value, and for each address of a
/// text that ends with a NUL, or 0.
struct ArgumentRegisters {
  unsigned values = 0, texts = 0;
};

class Thread;

class SuspendableCall {
 public:
  enum class State : std::uint8_t {
    fresh,  // not begun
    running,
    suspended,
    returned,  // `result` is its value
    left,      // Scheme code went on elsewhere, by a continuation or by (exit)
  };

  explicit SuspendableCall(Thread& thread);
  /// A suspended call, and those that began after it, can't go on any more. Scheme's stack still holds their
  /// frames, so the thread should be done with running code.
  ~SuspendableCall();
  SuspendableCall(const SuspendableCall&) = delete;
  SuspendableCall& operator=(const SuspendableCall&) = delete;

  State state = State::fresh;
  SuspendedBy reason = SuspendedBy::slice;
  /// The first value that the call returned, or void. A root.
  Value result = void_value;
  /// Runs for a limited time: entries that take long use up timer ticks, so that the check comes soon.
  bool sliced = false;
  /// Gone on with, and no check for the end of the slice since: the first one lets the call go on, so that
  /// the shortest slice makes some progress.
  bool just_resumed = false;
  /// When the sleep that suspended the call is over, in nanoseconds of the monotonic clock. Kept when the
  /// entry is called again.
  std::optional<std::int64_t> deadline;

 private:
  friend class Thread;
  void keep_texts(unsigned registers);

  Thread& thread_;
  CallFrame frame_;
  SuspendableCall* outer_ = nullptr;  // suspended when this one began
  Activation activation_;             // while suspended: its ip is the call of the entry
  std::array<Word, CORACLE_INTEGER_REGISTERS> registers_{};
  std::array<double, CORACLE_FLOAT_REGISTERS> float_registers_{};
  std::optional<Value> disable_count_;  // of the image's own critical section, left meanwhile
  unsigned value_registers_ = 0;        // a bit for each register that holds a Value
  std::vector<std::string> texts_;      // that registers point to
  SuspendableCall *previous_ = nullptr, *next_ = nullptr;  // of all of the thread's
};

}  // namespace coracle
