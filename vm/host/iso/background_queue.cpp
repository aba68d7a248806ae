// No threads: the work is done at once.
#include "vm/host/background_queue.h"

namespace coracle::host {

struct BackgroundQueue::State {};

const bool BackgroundQueue::is_concurrent = false;

BackgroundQueue::BackgroundQueue() = default;
BackgroundQueue::~BackgroundQueue() = default;
// NOLINTNEXTLINE(performance-unnecessary-value-param): a queue with threads keeps it.
std::uint64_t BackgroundQueue::add(std::function<void()> work) {
  work();
  return 0;
}
void BackgroundQueue::wait(std::uint64_t) {}
void BackgroundQueue::wait() {}

}  // namespace coracle::host
