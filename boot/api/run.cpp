// Runs, and what the Embedding does for them.
#include "boot/api/run.h"

#include <algorithm>
#include <utility>

#include "boot/api/embedding.h"
#include "vm/host/clocks.h"
#include "vm/kernel/host.h"
#include "vm/kernel/process/signals.h"

namespace coracle {
namespace {

/// Nanoseconds of the monotonic clock. On a host without one, every slice is over at once.
std::int64_t monotonic() {
  return host::nanoseconds_of(host::now(host::Clock::monotonic).value_or(host::Time{}));
}

}  // namespace

Run& Run::operator=(Run&& other) noexcept {
  if (this != &other) {
    drop();
    machine_ = other.machine_;
    record_ = std::move(other.record_);
  }
  return *this;
}

void Run::drop() {
  if (record_ != nullptr && record_->embedding != nullptr) record_->embedding->drop(*record_);
  record_.reset();
}

Run::State Run::state() const {
  if (record_->embedding != nullptr) record_->embedding->settle();
  if (record_->outcome) return State::ended;
  if (!record_->call) return State::fresh;
  switch (record_->call->reason) {
    case SuspendedBy::slice: return State::slice_over;
    case SuspendedBy::input: return State::waits_for_input;
    case SuspendedBy::sleep: return State::sleeps;
    case SuspendedBy::result: break;
  }
  return State::waits_for_result;
}

Run::State Run::resume(std::optional<std::chrono::nanoseconds> slice) {
  if (can_resume()) record_->embedding->resume(*record_, slice);
  return state();
}

bool Run::can_resume() const {
  return record_->embedding != nullptr && record_->embedding->can_resume(*record_);
}

std::chrono::nanoseconds Run::time_left() const {
  if (state() != State::sleeps || !record_->call->deadline) return {};
  return std::chrono::nanoseconds(
      std::max<std::int64_t>(*record_->call->deadline - monotonic(), 0));
}

void Run::cancel() {
  if (record_->embedding != nullptr) record_->embedding->cancel(*record_);
}

// ---- The Embedding's part

int exit_status_of(Value v) {
  if (is_fixnum(v)) return static_cast<int>(fixnum_value(v));
  if (is_bignum(v) && bignum_length(v) <= 2) {
    std::uint32_t const low = bignum_digit(v, bignum_length(v) - 1);
    return static_cast<int>(bignum_negative(v) ? 0 - low : low);
  }
  return v == void_value ? 0 : 1;
}

CallResult<std::shared_ptr<RunRecord>> Embedding::make_run(Procedure procedure, Value arguments) {
  Root const rest(roots_, arguments);
  using Made = CallResult<std::shared_ptr<RunRecord>>;
  return catching_out_of_memory<std::shared_ptr<RunRecord>>([&]() -> Made {
    CallResult<void> const ready = prepare();
    if (!ready) return tl::unexpected<CallError>(ready.error());
    return make_run(RunRecord::Kind::call, vector_ref(procedures_, procedure), rest);
  });
}

std::shared_ptr<RunRecord> Embedding::make_run(RunRecord::Kind kind, Value procedure,
                                               Value arguments) {
  has_runs_ = true;
  auto record = std::make_shared<RunRecord>();
  record->embedding = this;
  record->kind = kind;
  record->procedure = Root(roots_, procedure);
  record->arguments = Root(roots_, arguments);
  runs_.push_back(record);
  return record;
}

bool Embedding::can_resume(const RunRecord& run) {
  settle();
  if (run.outcome || !thread_.at_top()) return false;
  const SuspendableCall* const innermost = thread_.innermost_suspended();
  if (run.call) return innermost == &*run.call;
  std::optional<CallError> const error = refusal();
  return !error || error->kind != CallError::Kind::busy;  // other errors are the run's result
}

void Embedding::resume(RunRecord& run, std::optional<std::chrono::nanoseconds> slice) {
  if (slice) {
    std::int64_t const start = monotonic();
    slice_end_ = slice->count() > INT64_MAX - start ? INT64_MAX : start + slice->count();
  }
  if (!run.call) {
    begin(run, slice.has_value());
  } else {
    set_sliced(*run.call, slice.has_value());
    thread_.go_on(SafePoint(thread_), *run.call);
  }
  settle();
}

void Embedding::set_sliced(SuspendableCall& call, bool sliced) {
  call.sliced = sliced;
  if (sliced) kernel::ask_embedder_again(thread_);
}

void Embedding::begin(RunRecord& run, bool sliced) {
  if (std::optional<CallError> error = refusal()) {
    run.outcome = tl::unexpected<CallError>(std::move(*error));
    return;
  }
  bool const session = run.kind == RunRecord::Kind::session;
  bool entered = false;
  CallResult<void> const begun = catching_out_of_memory<void>([&]() -> CallResult<void> {
    CallResult<void> ready = prepare();
    if (!ready) return ready;
    run.call.emplace(thread_);
    set_sliced(*run.call, sliced);
    SafePoint const at(thread_);
    if (session) {
      Value const apply = thread_.vm.symbol_value(thread_.vm.symbols.intern(thread_, "apply"));
      thread_.begin(at, *run.call, apply, {run.procedure, run.arguments});
    } else {
      enter();
      entered = true;
      run.depth = depth_;
      thread_.begin(at, *run.call, vector_ref(procedures_, protect),
                    {make_fixnum(depth_), run.procedure, run.arguments});
    }
    return {};
  });
  if (begun) return;
  run.call.reset();
  if (entered) leave();
  run.outcome = tl::unexpected<CallError>(begun.error());
}

void Embedding::check_slice(Thread& t) {
  if (!t.is_sliced()) return;
  kernel::ask_embedder_again(t);
  SuspendableCall* const call = t.suspendable();
  if (call == nullptr || std::exchange(call->just_resumed, false)) return;
  if (monotonic() >= slice_end_) throw Suspension{SuspendedBy::slice};
}

void Embedding::finish(RunRecord& run) {
  bool const session = run.kind == RunRecord::Kind::session;
  bool const exited = thread_.transfer == Transfer::exit;
  bool const returned = run.call->state == SuspendableCall::State::returned;
  run.outcome = catching_out_of_memory<Root>([&]() -> CallResult<Root> {
    if (session && exited) return Root(roots_, make_fixnum(thread_.vm.exit_status));
    if (!returned) return stopped();
    if (session) return Root(roots_, make_fixnum(exit_status_of(run.call->result)));
    return result_of(run.call->result, run.kind == RunRecord::Kind::call_for_values);
  });
  run.call.reset();
  run.procedure = run.arguments = Root();
  if (!session) leave();
}

void Embedding::settle() {
  if (settling_ || !thread_.at_top()) return;
  settling_ = true;
  thread_.settle_left_calls();
  for (const auto& run : runs_) {
    if (!run->call) continue;  // it has not begun, or has ended
    bool const goes_on = run->call->state == SuspendableCall::State::suspended;
    if (!goes_on || thread_.transfer == Transfer::exit) finish(*run);
  }
  settling_ = false;
  for (;;) {
    auto const to_cancel = std::ranges::find_if(
        runs_, [](auto& run) { return run->to_be_cancelled && !run->outcome; });
    if (to_cancel == runs_.end()) break;
    std::shared_ptr<RunRecord> const run = *to_cancel;  // NOLINT(*-copy-initialization): keeps it
    cancel(*run);
  }
  std::erase_if(runs_, [](const auto& run) { return run->dropped && run->outcome; });
}

void Embedding::drop(RunRecord& run) {
  run.dropped = true;
  cancel(run);
  settle();
}

void Embedding::cancel(RunRecord& run) {
  if (run.outcome) return;
  if (!run.call) {
    run.outcome = call_failed(CallError::Kind::interrupted, "cancelled");
    return;
  }
  if (!thread_.at_top()) {
    run.to_be_cancelled = true;
    return;
  }
  while (!run.outcome && thread_.innermost_suspended() != &*run.call) {
    auto const later = std::ranges::find_if(
        runs_, [&](auto& r) { return r->call && &*r->call == thread_.innermost_suspended(); });
    std::shared_ptr<RunRecord> const keep = *later;  // NOLINT(*-copy-initialization): keeps it
    cancel(*keep);
  }
  if (run.outcome) return;
  if (run.kind == RunRecord::Kind::session) {
    thread_.exit(1);
    return settle();
  }
  // What else was asked for is still to happen to the calls outside this one.
  bool const was_interrupted = interrupted_.load();
  std::optional<CallError::Kind> const stop = stop_;
  stop_depth_ = run.depth;
  while (!run.outcome) {
    // A handler that leaves a critical section enables interrupts that are already enabled: harmless.
    thread_.set_value(Tc::disable_count, make_fixnum(0));
    interrupt();
    resume(run, {});
  }
  stop_depth_ = 1;
  interrupted_.store(was_interrupted);
  if (depth_ != 0) stop_ = stop;
}

}  // namespace coracle
