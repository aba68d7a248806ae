// A C++ program that runs Scheme; README.md shows it, and tests/embedding/run compares and runs it.
#include <cstdio>

#include "boot/machine.h"

int main(int argc, char** argv) {
  using namespace coracle;
  BootSearch search;                         // scheme.boot, and what it needs,
  if (argc > 1) search.heap_dirs = argv[1];  // out of these folders
  auto const booted = Machine::boot(search, VmOptions{});
  if (!booted) {
    std::fprintf(stderr, "%s\n", booted.error().message.c_str());
    return 1;
  }
  Machine& scheme = **booted;
  Value const port = scheme.call_top_level("open-input-string", {scheme.string("(expt 2 10)")});
  Value const form = scheme.call_top_level("read", {port});
  Value const value = scheme.call_top_level("eval", {form});
  std::printf("%lld\n", static_cast<long long>(fixnum_value(value)));
  std::fflush(stdout);                  // Scheme has buffers of its own
  int const status = scheme.start({});  // the REPL, to its end
  scheme.close_files();
  return status;
}
