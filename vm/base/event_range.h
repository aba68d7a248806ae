// A range of events counted from 1, to make something happen at chosen ones: a collection, a failing
// request for memory. It is how a failure is brought down to the event that causes it.
#pragma once

#include <cstdint>

namespace coracle {

struct EventRange {
  std::uint64_t first = 0;  // 0: none are chosen
  std::uint64_t last = 0;

  bool is_empty() const { return first == 0; }
  bool contains(std::uint64_t event) const { return first != 0 && first <= event && event <= last; }
};

}  // namespace coracle
