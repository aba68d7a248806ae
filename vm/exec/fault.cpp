// Owns one variable for each host thread: its innermost run of the interpreter. A signal handler has no
// other way to find that run, and must not find another thread's.
#include "vm/exec/fault.h"

#include <atomic>

namespace coracle {
namespace {

// initial-exec: the handler reads it without a call that might allocate.
[[gnu::tls_model("initial-exec")]] constinit thread_local FaultFrame* innermost = nullptr;

}  // namespace

FaultFrame::FaultFrame(Thread& t)
    : thread(t), activation(t.activation), native(t.native), outer(innermost) {}

void FaultFrame::enter() {
  // A signal may come at any time: it must not find a frame without a place to go to.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  innermost = this;
}

FaultFrame::~FaultFrame() { innermost = outer; }

FaultSite fault_site() {
  FaultFrame* const frame = innermost;
  return frame == nullptr ? FaultSite{} : FaultSite{frame, frame->thread.native};
}

void recover_from_fault(const FaultSite& site, const char* message) {
  site.frame->faults.fetch_add(1);
  site.frame->thread.fault_message = message;
  std::longjmp(site.frame->place, 1);
}

}  // namespace coracle
