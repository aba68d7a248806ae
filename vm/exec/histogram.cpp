#include "vm/exec/histogram.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "vm/exec/sequences.h"

namespace coracle {
namespace {

struct Count {
  std::uint64_t times;
  unsigned what;
};

/// The nonzero counts, largest first, at most `most` of them.
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

constexpr std::size_t longest_run = 64;
constexpr int words_ahead = 8;

std::string instruction_name(unsigned number) {
  const InstructionInfo* info = find_instruction(number);
  return info == nullptr ? "number " + std::to_string(number) : std::string(info->name);
}

}  // namespace

void Histogram::add(const std::uint32_t* place, std::uint32_t word) {
  if (place != next_ || run_.size() == longest_run) finish_run();
  std::uint8_t const opcode = static_cast<std::uint8_t>(word);
  single_[opcode]++;
  pairs_[previous_ * 256u + opcode]++;
  previous_ = opcode;
  const InstructionInfo* const info = find_instruction(word);
  run_.push_back(info == nullptr ? word : shape_of(word));
  last_ = place;
  next_ = place + (info == nullptr ? 1 : words_of(info->opcode));
}

void Histogram::finish_run() {
  if (run_.empty()) return;
  char32_t const executed = static_cast<char32_t>(run_.size());
  // Add what follows in the code, unless the last one was a call: then the code may be gone.
  const std::uint32_t* at = last_;
  for (int i = 0; i < words_ahead; i++) {
    const InstructionInfo* const info = find_instruction(static_cast<std::uint32_t>(run_.back()));
    if (info == nullptr || !is_fusible(info->flow) || info->flow == Flow::jump) break;
    at += words_of(info->opcode);
    if (find_instruction(*at) == nullptr) break;
    run_.push_back(shape_of(*at));
  }
  run_.insert(run_.begin(), executed);
  runs_[run_]++;
  run_.clear();
}

std::string Histogram::report() {
  finish_run();
  std::uint64_t total = 0;
  for (std::uint64_t n : single_) total += n;
  std::uint64_t dispatches = 0;
  for (const auto& [run, times] : runs_) {
    std::size_t const executed = run[0];
    std::u32string_view const shapes = std::u32string_view(run).substr(1);
    for (std::size_t at = 0; at < executed; at += dispatched_together(shapes.substr(at))) {
      dispatches += times;
    }
  }
  std::string result = "instructions: " + std::to_string(total) +
                       "\ndispatches: " + std::to_string(dispatches) + "\n";
  for (const Count& c : most_frequent(single_, 256)) {
    result += row(c.times, total, instruction_name(c.what));
  }
  result += "pairs:\n";
  for (const Count& c : most_frequent(pairs_, 100)) {
    result +=
        row(c.times, total, instruction_name(c.what >> 8) + " " + instruction_name(c.what & 0xFF));
  }
  std::vector<std::pair<std::uint64_t, const std::u32string*>> runs;
  for (const auto& [run, times] : runs_) runs.emplace_back(times, &run);
  std::sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : *a.second < *b.second;
  });
  result += "runs:\n";
  for (const auto& [times, run] : runs) {
    result += std::to_string(times) + " " + std::to_string(static_cast<unsigned>((*run)[0]));
    for (char32_t shape : run->substr(1)) {
      char buffer[16];
      std::snprintf(buffer, sizeof buffer, " %x", static_cast<unsigned>(shape));
      result += buffer;
    }
    result += "\n";
  }
  return result;
}

}  // namespace coracle
