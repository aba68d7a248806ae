#include "vm/host/wasm/signals.h"

#include <utility>

#include "vm/host/iso/missing.h"
#include "vm/host/signals.h"

namespace coracle::host {
namespace {

constexpr int window_change_number = 28;

// One terminal, one program.
void (*on_window_change)(int) = nullptr;
unsigned last_size = 0;

}  // namespace

bool tell_of_window_change(unsigned size) {
  unsigned const before = std::exchange(last_size, size);
  if (before == 0 || before == size || on_window_change == nullptr) return false;
  on_window_change(window_change_number);
  return true;
}

int signal_number(Signal signal) {
  return signal == Signal::window_change ? window_change_number : 0;
}

struct SignalHandlers::Replaced {};
SignalHandlers::SignalHandlers() = default;
SignalHandlers::~SignalHandlers() { on_window_change = nullptr; }
bool SignalHandlers::handle(int signal, void (*handler)(int)) {
  if (signal != window_change_number) return Missing();
  on_window_change = handler;
  return true;
}
void SignalHandlers::unblock() const {}
void end_by_signal(int) {}
RemovedBySignal::RemovedBySignal(std::string path) : path_(std::move(path)) {}
RemovedBySignal::~RemovedBySignal() = default;
void complete_stores_of_all_threads() {}

}  // namespace coracle::host
