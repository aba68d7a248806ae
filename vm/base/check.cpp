#include "vm/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace coracle {
namespace {
CheckReporter current_reporter = nullptr;
void* current_context = nullptr;
}  // namespace

void set_check_reporter(CheckReporter reporter, void* context) {
  current_reporter = reporter;
  current_context = context;
}

void clear_check_reporter(void* context) {
  if (current_context == context) current_reporter = nullptr;
}

void check_failed(std::string_view message, const char* file, int line) {
  std::fflush(stdout);
  std::fprintf(stderr, "coracle: %.*s (%s:%d)\n", static_cast<int>(message.size()), message.data(),
               file, line);
  if (CheckReporter reporter = current_reporter) {
    current_reporter = nullptr;  // a check that fails while reporting must not recurse
    reporter(current_context);
  }
  std::abort();
}

}  // namespace coracle
