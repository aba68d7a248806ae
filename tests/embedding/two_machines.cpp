// Two machines on two threads of one process, booted side by side, and a third thread that interrupts both.
// Built with the thread sanitizer (preset threads), it also finds what they share and shouldn't.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include "boot/machine.h"

using namespace coracle;

namespace {

constexpr int rounds = 10;

struct Work {
  std::unique_ptr<Machine> machine;
  int calls = 0, interrupts = 0;
  std::atomic<bool> waits{false}, done{false};  // for interrupts

  void boot(const char* folder) {
    BootSearch search;
    search.heap_dirs = folder;
    if (auto booted = Machine::boot(search, VmOptions{})) machine = std::move(*booted);
  }
  void run(int number) {
    Machine& scheme = *machine;
    scheme.define("number", number);
    scheme.define("twice", [](int n) { return 2 * n; });
    for (int i = 0; i < rounds; ++i) {
      auto const n = scheme.eval<int>(
          "(define (f n) (if (= n 0) '() (cons (expt n 50) (f (- n 1)))))"
          "(collect) (+ (length (f 500)) (twice number))");
      if (n && *n == 500 + 2 * number) ++calls;
    }
    waits = true;
    for (int i = 0; i < rounds; ++i) {
      auto const never = scheme.eval("(let loop ([n 0]) (loop (+ n 1)))");
      if (!never && never.error().kind == CallError::Kind::interrupted) ++interrupts;
      auto const late = scheme.eval("(sleep (make-time 'time-duration 0 600))");
      if (!late && late.error().kind == CallError::Kind::interrupted) ++interrupts;
    }
    done = true;
  }
};

}  // namespace

int main(int, char** argv) {
  Work works[2];
  std::thread threads[2];
  for (int i = 0; i < 2; ++i) threads[i] = std::thread([&, i] { works[i].boot(argv[1]); });
  for (std::thread& t : threads) t.join();
  for (int i = 0; i < 2; ++i) {
    if (works[i].machine == nullptr) return 1;
    threads[i] = std::thread([&, i] { works[i].run(i); });
  }
  while (!works[0].done || !works[1].done) {
    for (Work& w : works) {
      if (w.waits && !w.done) w.machine->interrupt();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  for (std::thread& t : threads) t.join();
  for (const Work& w : works) std::printf("%d calls, %d interrupts\n", w.calls, w.interrupts);
}
