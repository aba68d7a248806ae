// A thread of the machine: the thread context (the block of memory whose layout the image knows),
// and what C++ code does with it: arguments, errors, calls into Scheme.
//
// Invariants: the context lies at a fixed address for the thread's life; between instructions that
// call the kernel the interpreter keeps machine registers in it. Errors travel as SchemeError from a
// kernel entry to the entry's own thunk, which hands them to the image's handler (transfer); no
// exception passes through the interpreter.
// Must not know: single kernel entries, boot files.
#pragma once

#include <bit>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vm/base/check.h"
#include "vm/exec/suspendable_call.h"
#include "vm/heap/objects/objects.h"
#include "vm/host/waits.h"

namespace coracle {

class Vm;
namespace entry_detail {
class SafePointArgument;
}

/// An error that Scheme code can catch: thrown by a kernel entry, never past its thunk. The image's
/// handler makes a condition from it: `who` (or ""), a format string for Chez's format, irritants.
struct SchemeError {
  std::string who;
  std::string message;
  std::vector<Value> irritants;
};

/// Why the interpreter must not simply continue after a kernel entry has returned.
enum class Transfer : std::uint8_t {
  none,
  error,        // continue at the error-invoke code, which calls cp (mostly an error handler)
  return_home,  // Sreturn: unwind to the C++ frame `transfer_target`
  exit,         // (exit): unwind all C++ frames; Vm::exit_status says how the program ends
  suspend,      // return to C++, to be gone on with from the same call of the entry
};

/// Kinds of errors that the image's handler distinguishes (equates.h: ERROR_*).
enum class ErrorKind : std::uint8_t {
  other = 0,
  call_unbound = 1,
  call_nonprocedure_symbol = 2,
  call_nonprocedure = 3,
  call_argument_count = 4,
  reset = 5,
  noncontinuable_interrupt = 6,
  values = 7,
  mvlet = 8,
};

/// Bytes of the full header that stands before a return point (equates.h: size_rp_header).
inline constexpr Word return_header_bytes = 0x20;
inline constexpr int virtual_register_count = 16;  // equates.h

/// The native code that a thread runs, by name; none while the interpreter's loop runs.
struct NativeCode {
  const char* kernel_entry = nullptr;
  const char* library_function = nullptr;  // of a shared object, which the image called
  bool is_running() const { return kernel_entry != nullptr; }
};

class Thread : public Mutator, public ExecutionState {
 public:
  explicit Thread(Vm& vm);
  ~Thread();
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  Vm& vm;

  // --- The thread context. The word before it is the address of the thread's ExecutionState.
  Word context() const { return context_; }
  /// Reads and writes a field of the context by name.
  Word word(Tc f) const { return load<Word>(context_ + profile_->offset(f)); }
  void set_word(Tc f, Word w) { store<Word>(context_ + profile_->offset(f), w); }
  Value value(Tc f) const { return Value{word(f)}; }
  void set_value(Tc f, Value v) { set_word(f, v.bits); }
  Word* slot(Tc f) const { return host_pointer<Word>(context_ + profile_->offset(f)); }
  Word* registers() const { return registers_; }  // pb_reg_count words
  double* float_registers() const { return float_registers_; }

  // --- Arguments of a Scheme call (1-based): the first three in registers, the rest in the frame.
  Value argument(int i) const;
  void set_argument(int i, Value v);

  // --- Calls into Scheme.
  /// Calls a procedure and returns its value: the first if there are several, void if there is none.
  /// Runs the interpreter until the call returns, and may collect (so every Value that the caller
  /// holds across it must be a root). `unwound()` says whether the call came back because of a
  /// transfer to an outer frame: then the caller must return at once.
  Value call(SafePoint at, Value procedure, std::initializer_list<Value> arguments);
  bool unwound() const { return transfer != Transfer::none; }
  /// Scheme's way back from call(): finds the C++ frame to return to.
  void return_to_caller();

  // --- Calls that can be suspended (suspendable_call.h).
  /// Whether one can begin or go on now: only where no C++ function that Scheme called is running.
  bool at_top() const {
    return call_frame == (suspended_ == nullptr ? nullptr : &suspended_->frame_);
  }
  /// Begins a call and runs it until it is suspended or has ended.
  void begin(SafePoint at, SuspendableCall& call, Value procedure,
             std::initializer_list<Value> arguments);
  /// Goes on with the innermost suspended call.
  void go_on(SafePoint at, SuspendableCall& call);
  SuspendableCall* innermost_suspended() const { return suspended_; }
  bool is_sliced() const { return running_ != nullptr && running_->sliced; }
  /// The call that the running entry may suspend; null if there are C++ functions or nested runs of the
  /// interpreter in between, or the innermost call from C++ is an ordinary one.
  SuspendableCall* suspendable() const;
  /// For the thunk of an entry that threw a Suspension.
  void suspend(const Suspension& suspension, ArgumentRegisters arguments);
  /// For the interpreter, when it leaves the run: where the call goes on.
  void set_suspended_at(Word ip) { running_->activation_.ip = ip; }
  /// When Scheme code has left calls for a place in an outer one that is suspended, and has come to the end of
  /// that: gives each of them its state.
  void settle_left_calls();
  /// Ends the program: every C++ frame unwinds; see Vm::exit_status.
  void exit(int status);

  // --- Errors.
  /// Hands an error to the image's handler: sets the context and the transfer.
  void raise(const SchemeError& error);
  void raise(ErrorKind kind, const SchemeError& error);
  /// An error that the image can't handle yet: ends the boot with a message (Vm::boot_error).
  void fail_boot(std::string message);
  /// The image's procedure that errors are handed to, or #f when it can't handle any yet.
  Value error_handler() const;

  /// Uses up timer ticks for `amount` of work done in C++ (big-number arithmetic and such).
  void use_fuel(Word amount);

  /// The host's errno for the last call that failed: of a kernel entry that reported it to the image,
  /// or of a shared object's function.
  int error_number = 0;

  Transfer transfer = Transfer::none;
  CallFrame* transfer_target = nullptr;
  CallFrame* call_frame = nullptr;  // innermost

  /// The kernel's calls that may block, so that signals and other threads can end them.
  host::Waits waits;

  // --- Faults (fault.h). Read by signal handlers on this thread.
  NativeCode native{"", nullptr};
  const char* fault_message = nullptr;
  /// After a fault: makes a fresh stack and allocation area, and raises the error. Returns where the
  /// interpreter continues; 0 if the image can't handle the error.
  Word recover_from_fault();
  /// The same for an entry that finds the stack damaged: the error is raised, and the entry returns.
  void lose_stack(const char* message);

  void visit_roots(RootVisitor& visitor);
  /// Fills the context once the machine's own objects exist (Vm's constructor calls it).
  void start();

 private:
  friend class SuspendableCall;
  void attach(SuspendableCall& call);
  void detach(SuspendableCall& call);
  /// Puts a procedure and its arguments where the image expects them.
  void prepare_call(Value procedure, std::initializer_list<Value> arguments);
  /// Makes `frame` the innermost one, that of the prepared call.
  void push(CallFrame& frame);
  /// Runs code until it has come back to some C++ frame, or is suspended.
  void run_until_transfer(Word entry);
  /// After the run of a call: its value, if it came back to this frame.
  std::optional<Value> take_result(const CallFrame& frame);
  void run(SuspendableCall& call, Word entry);
  /// The innermost suspended call will not go on.
  void leave_suspended();

  Word next_frame_id_ = 1;
  SuspendableCall* calls_ = nullptr;      // all that exist
  SuspendableCall* suspended_ = nullptr;  // innermost
  SuspendableCall* running_ = nullptr;
  const Profile* profile_;
  std::unique_ptr<Word[]> memory_;
  Word context_;
  Word* registers_;
  double* float_registers_;
};

/// The right to collect and to run Scheme code: the machine's state is in the thread context, and no
/// C++ frame below holds a Value that isn't a root. Functions that may do either take one. Only the
/// thunk of a kernel entry that asks for one makes it, and the embedding API (and tests, through
/// tests/unit/safe_points.h).
class SafePoint {
 public:
  Thread& thread;

  /// Stops all other threads of the heap at safe points of their own. There are none as yet.
  MutatorsStopped stop_mutators() const;

 private:
  explicit SafePoint(Thread& t) : thread(t) {}
  friend class entry_detail::SafePointArgument;
  friend class Embedding;
  friend class Machine;
  friend struct test::SafePoints;
};

}  // namespace coracle
