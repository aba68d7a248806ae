// A mutator that runs a given sequence of steps, beside a copy of its objects outside the heap.
//
// A step is an operation and a few numbers, which mean something in every state; so any part of a
// sequence can be run. After each collection the heap is verified and compared with the copy: all that
// must live is there and as it was, what a weak reference has lost was unreachable, and after a
// collection of everything what was unreachable is gone.
#pragma once

#include <array>
#include <random>
#include <string>
#include <utility>

#include "tests/unit/heap_builders.h"
#include "tests/unit/heap_shadow.h"

namespace coracle::test {

enum class Operation : std::uint8_t {
  make,          // shape, size, root, seed of its slots
  link,          // root, way from it, slot, root: a slot refers to what a root holds
  cut,           // root, way from it, slot
  load,          // root, way from it, root: a root holds what the way leads to
  load_weak,     // root, way, root: what a weak pair holds
  drop,          // root
  junk,          // size
  stack,         // root, word of the running stack
  lock,          // root
  unlock,        // which
  watch,         // root, way to a guardian, root, root: its representative
  fetch,         // root, way to a guardian, root
  put,           // root, way to a table, root, root
  remove,        // root, way to a table, which
  collect,       // generation, least and greatest target
  collect_all,   // everything into the greatest generation
  make_static,   // everything into the static generation
  set_greatest,  // generation
  set_in_place,  // generation: from this one on objects are marked where they are
};

struct Step {
  Operation operation;
  std::array<std::uint32_t, 5> numbers;
};

/// A step as text, for a report.
std::string to_string(const Step& step);

/// `count` steps, the same for each seed.
std::vector<Step> random_steps(unsigned seed, int count);

/// What a mutator does wrong on purpose.
enum class Fault : std::uint8_t { none, forgotten_barrier, hidden_root, crash };

/// Runs steps in a heap of their own; returns what went wrong, or "".
std::string run_steps(const std::vector<Step>& steps, Fault fault = Fault::none);

}  // namespace coracle::test
