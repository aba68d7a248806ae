// Faults: what the processor could not do, such as to read memory that is not there.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace coracle::host {

struct Fault {
  const char* meaning;
  bool is_sent;        // somebody has sent the signal: nothing is wrong where the thread is
  bool is_of_memory;   // at an address,
  bool knows_address;  // which is this one
  const void* address;
  /// The FaultHandlers, if the fault is on the host thread that made them: an outer frame of it.
  const void* outer_frame;
};

/// A stack for signal handlers of the host thread that makes and destroys it: there they run even
/// where the thread's own stack is full. One that the thread has already stays.
class SignalStack {
 public:
  SignalStack();
  ~SignalStack();
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  std::unique_ptr<char[]> memory_;
};

/// Handles faults while it lives, on all host threads; of several such objects the first one counts.
/// It is a local variable of a function that runs the whole program: its own address tells how far the stack has
/// grown. The host thread that makes and destroys it gets a SignalStack.
class FaultHandlers {
 public:
  /// Called in a signal handler: it takes no lock and allocates nothing. It may leave by a jump or end
  /// the program. When it returns, the fault goes to who handled it before.
  using Receiver = void (*)(const Fault& fault);
  explicit FaultHandlers(Receiver receiver);
  FaultHandlers(const FaultHandlers&) = delete;
  FaultHandlers& operator=(const FaultHandlers&) = delete;
  ~FaultHandlers();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// For receivers.

/// Bytes that the C stack may grow to; 0: no limit is known.
std::uint64_t stack_limit();
/// Writes to standard error, unbuffered.
void write_message(std::string_view text);

}  // namespace coracle::host
