// A C++ program that runs Scheme; README.md shows it, and tests/embedding/run compares and runs it.
#include <iostream>

#include "boot/machine.h"

int main(int argc, char** argv) {
  using namespace coracle;
  BootSearch search;                         // scheme.boot, and what it needs,
  if (argc > 1) search.heap_dirs = argv[1];  // out of these folders
  auto const booted = Machine::boot(search, VmOptions{});
  if (!booted) {
    std::cerr << booted.error().message << '\n';
    return 1;
  }
  Machine& scheme = **booted;

  scheme.define("area", [](double width, double height) { return width * height; });
  auto const sum = scheme.eval<double>("(apply + (map area '(1 2 3) '(4 5 6)))");
  std::cout << *sum << '\n';  // 32

  auto const failed = scheme.eval("(vector-ref '#(a b) 2)");
  // Exception in vector-ref: 2 is not a valid index for #(a b)
  std::cout << failed.error().message << '\n';

  std::cout << *scheme.call<std::string>("string-append", "a", "b") << std::endl;
  return scheme.start({});  // the REPL, to its end
}
