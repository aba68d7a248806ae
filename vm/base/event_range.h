// A range of events, counted from 1, at which something is made to happen: a collection, or a failing
// request for memory. Halving the range finds the event that causes a failure.
#pragma once

#include <cstdint>

namespace coracle {

struct EventRange {
  std::uint64_t first = 0;  // 0: the range is empty
  std::uint64_t last = 0;

  bool is_empty() const { return first == 0; }
  bool contains(std::uint64_t event) const { return first != 0 && first <= event && event <= last; }
};

}  // namespace coracle
