// A random mutator: builds and cuts graphs of all kinds of objects across generations, beside a copy
// outside the heap. A failure is reported as the shortest sequence of steps that still shows it.
#include <doctest/doctest.h>

#include "tests/unit/heap_mutator.h"
#include "tests/unit/needs.h"
#include "tests/unit/shrink.h"

using namespace coracle::test;

namespace {

#if CORACLE_STRESS || defined(__SANITIZE_ADDRESS__)
constexpr int runs = 16;  // such builds are ten times slower
#else
constexpr int runs = 125;
#endif
constexpr int steps_a_run = 8000;  // 125 runs: a million

std::string run(const std::vector<Step>& steps, Fault fault) {
  return run_apart([&] { return run_steps(steps, fault); });
}

std::vector<Step> shrunk(const std::vector<Step>& steps, Fault fault) {
  return shrink(steps, [&](const std::vector<Step>& part) { return !run(part, fault).empty(); });
}

std::string report(const std::vector<Step>& steps, Fault fault) {
  std::string result = run(steps, fault) + ", after";
  for (const Step& step : steps) result += "\n  " + to_string(step);
  return result;
}

}  // namespace

TEST_CASE("a random mutator and its copy agree" *
          coracle::needs(coracle::host::Facility::processes)) {
  for (unsigned seed = 1; seed <= runs; ++seed) {
    std::vector<Step> const steps = random_steps(seed, steps_a_run);
    std::string const problem = run(steps, Fault::none);
    if (problem.empty()) continue;
    FAIL_CHECK("seed " << seed << ": " << problem
                       << "\nin short: " << report(shrunk(steps, Fault::none), Fault::none));
    return;
  }
}

TEST_CASE("a mutator's failure is made short" *
          coracle::needs(coracle::host::Facility::processes)) {
  struct Case {
    Fault fault;
    std::string what;
  };
  // A store into an old object that isn't noted; an object that lives for no reason, which only a weak
  // reference shows; an abort when a table has three keys.
  for (const Case& c : {Case{Fault::forgotten_barrier, ""}, Case{Fault::hidden_root, "keeps"},
                        Case{Fault::crash, "died of signal 6"}}) {
    std::vector<Step> const steps = random_steps(1, steps_a_run);
    CAPTURE(c.what);
    REQUIRE(run(steps, c.fault) != "");
    std::vector<Step> const few = shrunk(steps, c.fault);
    CAPTURE(report(few, c.fault));
    CHECK(few.size() <= 10);
    CHECK(run(few, c.fault).find(c.what) != std::string::npos);
    CHECK(run(few, Fault::none) == "");
    for (std::size_t i = 0; i < few.size(); ++i) {
      std::vector<Step> fewer = few;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      CHECK(run(fewer, c.fault) == "");
    }
  }
}
