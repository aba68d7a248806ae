// Nothing waits here, and there are no signals.
#include "vm/host/waits.h"

#include <atomic>

namespace coracle::host {

struct Waits::State {
  std::atomic<bool> interrupted{false};
};

Waits::Waits() : state_(std::make_unique<State>()) {}
Waits::~Waits() = default;
void Waits::interrupt() { state_->interrupted.store(true); }
bool Waits::begin() { return !state_->interrupted.exchange(false); }
void Waits::end(bool) {}

}  // namespace coracle::host
