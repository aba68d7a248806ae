// Faults: what the processor could not do, such as reading memory that is not mapped.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace coracle::host {

struct Fault {
  const char* meaning;
  bool is_sent;        // a process sent the signal: nothing is wrong with the code that runs
  bool is_of_memory;   // an access to memory failed
  bool knows_address;  // at the address below
  const void* address;
  /// The address of the FaultHandlers, if the fault is on the host thread that made them and they are in
  /// an outer frame of it; otherwise null.
  const void* outer_frame;
};

/// A stack for the signal handlers of the host thread that makes and destroys it, so that they run even
/// when the thread's own stack is full. If the thread already has one, that one stays.
class SignalStack {
 public:
  SignalStack();
  ~SignalStack();
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  std::unique_ptr<char[]> memory_;
};

/// Handles faults on all host threads while it lives; of several such objects the first one counts.
/// The host thread that makes and destroys it gets a SignalStack.
class FaultHandlers {
 public:
  /// Called in a signal handler: it must take no lock and allocate nothing. It may leave by a jump or end
  /// the program. When it returns, the fault goes to the handler that was installed before.
  using Receiver = void (*)(const Fault& fault);
  /// `is_in_frame`: it is a local variable of a function that runs the whole program, so that its own
  /// address shows how far the stack has grown.
  explicit FaultHandlers(Receiver receiver, bool is_in_frame = true);
  FaultHandlers(const FaultHandlers&) = delete;
  FaultHandlers& operator=(const FaultHandlers&) = delete;
  ~FaultHandlers();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// For receivers.

/// How many bytes the C stack may grow to; 0: no limit is known.
std::uint64_t stack_limit();
/// Writes to standard error, unbuffered.
void write_message(std::string_view text);

}  // namespace coracle::host
