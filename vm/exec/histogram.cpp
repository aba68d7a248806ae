#include "vm/exec/histogram.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "vm/isa/isa.h"

namespace coracle {
namespace {

struct Count {
  std::uint64_t times;
  unsigned what;
};

/// The counts that are not zero, most frequent first, `most` of them at the most.
template <std::size_t N>
std::vector<Count> most_frequent(const std::array<std::uint64_t, N>& counts, std::size_t most) {
  std::vector<Count> result;
  for (unsigned i = 0; i < N; i++) {
    if (counts[i] != 0) result.push_back({counts[i], i});
  }
  std::sort(result.begin(), result.end(),
            [](const Count& a, const Count& b) { return a.times > b.times; });
  if (result.size() > most) result.resize(most);
  return result;
}

std::string row(std::uint64_t times, std::uint64_t total, const std::string& what) {
  char buffer[80];
  std::snprintf(buffer, sizeof buffer, "%16llu %6.2f%%  ", static_cast<unsigned long long>(times),
                total == 0 ? 0.0 : 100.0 * static_cast<double>(times) / static_cast<double>(total));
  return buffer + what + "\n";
}

std::string instruction_name(unsigned number) {
  const InstructionInfo* info = find_instruction(number);
  return info == nullptr ? "number " + std::to_string(number) : std::string(info->name);
}

}  // namespace

std::string Histogram::report() const {
  std::uint64_t total = 0;
  for (std::uint64_t n : single_) total += n;
  std::string result = "instructions: " + std::to_string(total) + "\n";
  for (const Count& c : most_frequent(single_, 256)) {
    result += row(c.times, total, instruction_name(c.what));
  }
  result += "pairs:\n";
  for (const Count& c : most_frequent(pairs_, 100)) {
    result +=
        row(c.times, total, instruction_name(c.what >> 8) + " " + instruction_name(c.what & 0xFF));
  }
  return result;
}

}  // namespace coracle
