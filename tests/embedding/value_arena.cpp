// A graph built outside the heap: vm/heap/HEAP.md shows it, and tests/embedding/run compares and runs it.
#include <cctype>
#include <cstdio>
#include <sstream>
#include <string>

#include "boot/machine.h"

using namespace coracle;

/// Numbers, symbols and lists, up to a closing parenthesis.
Value read_list(ValueArena& arena, std::istream& in) {
  std::string word;
  if (!(in >> word) || word == ")") return nil;
  Value const first = word == "("             ? read_list(arena, in)
                      : std::isdigit(word[0]) ? arena.integer(std::stoll(word))
                                              : arena.symbol(word);
  return arena.cons(first, read_list(arena, in));
}

int main(int, char** argv) {
  BootSearch search;
  search.heap_dirs = argv[1];
  auto const booted = Machine::boot(search, VmOptions{});
  if (!booted) return 1;
  Machine& scheme = **booted;

  ValueArena arena = scheme.value_arena();
  std::istringstream in("+ 1 ( * 5 8 ) 1 )");
  Value const form = read_list(arena, in);  // Scheme may run and collect now: form stays as it is
  auto const sum = scheme.call<int>("eval", arena.intern(form));
  std::printf("%d\n", *sum);
}
