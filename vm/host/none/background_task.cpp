// No threads: the work is done at once.
#include "vm/host/background_task.h"

namespace coracle::host {

struct BackgroundTask::State {};

BackgroundTask::BackgroundTask() = default;
BackgroundTask::~BackgroundTask() = default;
void BackgroundTask::start(std::function<void()> work) { work(); }
void BackgroundTask::wait() {}

}  // namespace coracle::host
