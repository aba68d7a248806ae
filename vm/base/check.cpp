#include "vm/base/check.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace coracle {
namespace {
constinit std::atomic<const CheckReporter*> current{nullptr};
}  // namespace

void set_check_reporter(const CheckReporter& reporter) { current.store(&reporter); }

void clear_check_reporter(const CheckReporter& reporter) {
  const CheckReporter* expected = &reporter;
  current.compare_exchange_strong(expected, nullptr);
}

void check_failed(std::string_view message, const char* file, int line) {
  std::fflush(stdout);
  std::fprintf(stderr, "coracle: %.*s (%s:%d)\n", static_cast<int>(message.size()), message.data(),
               file, line);
  // A check that fails while reporting must not recurse.
  if (const CheckReporter* const reporter = current.exchange(nullptr)) {
    reporter->report(reporter->context);
  }
  std::abort();
}

}  // namespace coracle
