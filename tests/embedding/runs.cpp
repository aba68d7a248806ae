// A C++ program that keeps control while Scheme runs and waits; README.md shows it, and a suite runs it.
#include <deque>
#include <iostream>
#include <thread>

#include "boot/machine.h"

int main(int argc, char** argv) {
  using namespace coracle;
  using namespace std::chrono_literals;
  BootSearch search;
  if (argc > 1) search.heap_dirs = argv[1];
  auto const booted = Machine::boot(search, VmOptions{});
  if (!booted) {
    std::cerr << booted.error().message << '\n';
    return 1;
  }
  Machine& scheme = **booted;

  std::deque<Pending> downloads;  // what Scheme waits for
  scheme.define("download", [&](std::string) { return downloads.emplace_back(scheme.pending()); });

  Run run = scheme.begin_eval(R"(
    (define page (download "https://example.org"))
    (sleep (make-time 'time-duration 1000000 0))
    (let loop ([n 1000000]) (unless (= n 0) (loop (- n 1))))
    (string-length page))");
  while (run.resume(5ms) != Run::State::ended) {
    // A real program would handle its events here.
    if (run.state() == Run::State::sleeps) std::this_thread::sleep_for(run.time_left());
    for (Pending& download : downloads) download.supply("<html>...</html>");
  }
  std::cout << *run.result<int>() << '\n';  // 16

  Run endless = scheme.begin_eval("(let loop () (loop))");
  endless.resume(5ms);
  endless.cancel();
  std::cout << endless.result().error().message << '\n';  // interrupted
}
