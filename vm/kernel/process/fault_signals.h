// The signals by which the host reports faults: of compiled code, which become Scheme errors
// (vm/exec/fault.h), and of native code, which end the program with a message.
#pragma once

#include <pthread.h>

#include <csignal>
#include <cstddef>
#include <memory>

namespace coracle::kernel {

/// The exit status of a program whose C stack is full, the one of memory that ran out.
inline constexpr int status_stack_full = 2;

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

/// Handles faults while it lives. In the interpreter's loop, on any host thread, a fault is a Scheme
/// error. In a kernel entry or in a C function that the image called, the program ends by the signal,
/// with a message that names it; where the C stack is full, with status_stack_full. All other faults
/// (of threads that run no Scheme code) go to who handled them before, and so does what ends the
/// program. Of several such objects the first one counts. It is a local variable of a function that
/// runs the whole program: its own address tells how far the stack has grown.
class FaultHandlers {
 public:
  FaultHandlers();
  ~FaultHandlers();
  FaultHandlers(const FaultHandlers&) = delete;
  FaultHandlers& operator=(const FaultHandlers&) = delete;

 private:
  static void on_fault(int signal, siginfo_t* info, void* context);
  void pass_on(int signal, siginfo_t* info, void* context) const;

  static constexpr int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
  struct sigaction before_[std::size(signals)];
  pthread_t host_thread_;
  SignalStack stack_;
};

}  // namespace coracle::kernel
