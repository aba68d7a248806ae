#include "tools/image/progress.h"

#include <cstdio>
#include <system_error>

#include "vm/host/files.h"
#include "vm/host/terminal.h"

namespace coracle::image {

Progress::Progress() {
  if (!host::is_terminal(host::standard_error)) return;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {  // no threads, or no more: no progress is shown
  }
}

Progress::~Progress() {
  {
    std::lock_guard const lock(mutex_);
    done_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Progress::say(const std::string& what) {
  std::lock_guard const lock(mutex_);
  what_ = what;
}

void Progress::run() {
  constexpr std::chrono::seconds interval(1);
  auto const start = std::chrono::steady_clock::now();
  bool shown = false;
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, interval, [&] { return done_; })) {
    auto const seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start);
    std::fprintf(stderr, "\r\x1b[K%s, %lld s", what_.c_str(),
                 static_cast<long long>(seconds.count()));
    std::fflush(stderr);
    shown = true;
  }
  if (shown) std::fputs("\r\x1b[K", stderr);
}

}  // namespace coracle::image
