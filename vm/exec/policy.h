// Execution policies: what the stepwise interpreter does at each instruction besides running it. (The
// fast loop has none: handlers_*.cpp.)
#pragma once

#include <array>
#include <cstdint>

#include "vm/exec/vm.h"

namespace coracle {

/// Prints each instruction with its address before it runs, to standard error.
class TracePolicy {
 public:
  explicit TracePolicy(Thread& t) : thread_(t) {}
  void step(const std::uint32_t* ip, std::uint32_t w);

 private:
  Thread& thread_;
};

/// Counts instructions.
class HistogramPolicy {
 public:
  explicit HistogramPolicy(Thread& t) : counts_(*t.vm.histogram) {}
  void step(const std::uint32_t* ip, std::uint32_t w) { counts_.add(ip, w); }

 private:
  Histogram& counts_;
};

/// Checks before each instruction that it is live, that it lies in code space, and that it accesses
/// no memory on the first page. A failed check says what the machine was doing, and aborts.
class CheckedPolicy {
 public:
  explicit CheckedPolicy(Thread& t) : thread_(t) {}
  void step(const std::uint32_t* ip, std::uint32_t w);

 private:
  Thread& thread_;
};

}  // namespace coracle
