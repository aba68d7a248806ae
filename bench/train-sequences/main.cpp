// train-sequences: chooses the interpreter's fused sequences (vm/exec/sequences.def), from histograms of
// programs (`coracle --histogram=FILE`).
//
// The runs of all programs, each program with the same weight, are cut as the interpreter would cut them: at
// each place, the longest known sequence. The two pieces that follow each other most often become one, again
// and again, until there are enough; then the least used are dropped.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vm/exec/sequences.h"

namespace coracle {
namespace {

constexpr const char* usage =
    "usage: train-sequences [-n SEQUENCES] HISTOGRAM... [-e HISTOGRAM...]\n\n"
    "Writes the rows of vm/exec/sequences.def to the standard output, at most SEQUENCES (default "
    "3300).\n"
    "The histograms come from coracle --histogram=FILE; one that is named twice counts twice. "
    "Dispatches\n"
    "an instruction are written to the standard error, for those after -e too, which the table is "
    "not\n"
    "trained on.\n";

using Shapes = std::u32string;

struct Run {
  double weight;
  std::size_t executed;
  Shapes shapes;
};

bool is_branch(std::uint32_t shape) { return is_branch_on_condition(flow_of(shape)); }

/// How many shapes from `at` are never separated, as a condition and its branch; 0 if nothing can be joined
/// there.
std::size_t atom(const Shapes& s, std::size_t at) {
  if (!is_fusible(flow_of(s[at])) || is_branch(s[at])) return 0;
  if (flow_of(s[at]) != Flow::condition) return 1;
  std::size_t end = at + 1;
  while (end < s.size() && opcode_of(s[end]) == Opcode::nop) end++;
  if (end == s.size() || !is_direct_branch(s[end])) return 0;
  return end + 1 - at;
}

/// Whether a sequence can begin with a shape: the bits that name the sequence may hold no numbers.
bool can_begin(std::uint32_t shape) { return (number_bits(opcode_of(shape)) & name_bits) == 0; }

class Sequences {
 public:
  void add(const Shapes& s) {
    int node = 0;
    for (std::uint32_t shape : s) {
      auto [it, fresh] = edges_.try_emplace(key(node, shape), static_cast<int>(ends_.size()));
      if (fresh) ends_.push_back(-1);
      node = it->second;
    }
    if (ends_[static_cast<std::size_t>(node)] >= 0) return;
    ends_[static_cast<std::size_t>(node)] = static_cast<int>(all.size());
    all.push_back(s);
  }
  /// The index of the longest sequence at a place, or -1.
  int longest(const Shapes& s, std::size_t at) const {
    int node = 0, result = -1;
    for (; at < s.size(); at++) {
      auto const it = edges_.find(key(node, s[at]));
      if (it == edges_.end()) break;
      node = it->second;
      if (int const end = ends_[static_cast<std::size_t>(node)]; end >= 0) result = end;
    }
    return result;
  }

  std::vector<Shapes> all;

 private:
  static std::uint64_t key(int node, std::uint32_t shape) {
    return std::uint64_t(node) << 32 | shape;
  }
  std::unordered_map<std::uint64_t, int> edges_;
  std::vector<int> ends_{-1};
};

/// Cuts a run: calls f(start, length, index of the sequence or -1) for each dispatch.
template <class F>
void cut(const Run& run, const Sequences& sequences, F f) {
  for (std::size_t at = 0; at < run.executed;) {
    int const found = sequences.longest(run.shapes, at);
    std::size_t const length = found >= 0 ? sequences.all[static_cast<std::size_t>(found)].size()
                                          : std::max<std::size_t>(1, atom(run.shapes, at));
    f(at, length, found);
    at += length;
  }
}

std::vector<Run> read_runs(const char* file) {
  std::ifstream in(file);
  if (!in) {
    std::fprintf(stderr, "train-sequences: %s: %s\n", file, std::strerror(errno));
    std::exit(1);
  }
  std::string line;
  while (std::getline(in, line) && line != "runs:") {
  }
  if (!in) {
    std::fprintf(
        stderr,
        "train-sequences: %s: no line \"runs:\", expected a file of coracle --histogram=FILE\n",
        file);
    std::exit(1);
  }
  std::vector<Run> runs;
  double total = 0;
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    Run run{};
    std::uint32_t shape;
    fields >> run.weight >> run.executed >> std::hex;
    while (fields >> shape) {
      if (find_instruction(shape) == nullptr) {
        std::fprintf(stderr,
                     "train-sequences: %s: found %x, expected the shape of an instruction\n", file,
                     shape);
        std::exit(1);
      }
      run.shapes.push_back(shape);
    }
    if (run.executed > run.shapes.size()) {
      std::fprintf(stderr, "train-sequences: %s: a run of %zu instructions has %zu shapes\n", file,
                   run.executed, run.shapes.size());
      std::exit(1);
    }
    total += run.weight * static_cast<double>(run.executed);
    runs.push_back(std::move(run));
  }
  for (Run& run : runs) run.weight /= total;
  return runs;
}

double dispatches(const std::vector<Run>& runs, const Sequences& sequences) {
  double sum = 0;
  for (const Run& run : runs) {
    cut(run, sequences, [&](std::size_t, std::size_t, int) { sum += run.weight; });
  }
  return sum;
}

/// Joins the pieces that follow each other most often, until there are `wanted` sequences.
Sequences join(const std::vector<Run>& runs, Sequences sequences, std::size_t wanted) {
  while (sequences.all.size() < wanted) {
    std::map<Shapes, double> gains;
    for (const Run& run : runs) {
      std::size_t start = 0, length = 0;  // the last piece, if it can be joined to
      cut(run, sequences, [&](std::size_t at, std::size_t size, int) {
        bool const joins = length != 0 && length + size <= std::size_t{longest_sequence} &&
                           atom(run.shapes, at) != 0;
        if (joins) {
          gains[Shapes(run.shapes.begin() + static_cast<std::ptrdiff_t>(start),
                       run.shapes.begin() + static_cast<std::ptrdiff_t>(at + size))] += run.weight;
        }
        start = at;
        length = atom(run.shapes, at) != 0 && can_begin(run.shapes[at]) &&
                         flow_of(run.shapes[at + size - 1]) != Flow::jump
                     ? size
                     : 0;
      });
    }
    std::vector<std::pair<double, const Shapes*>> best;
    for (const auto& [shapes, gain] : gains) best.emplace_back(gain, &shapes);
    std::sort(best.begin(), best.end(),
              [](const auto& a, const auto& b) { return a.first > b.first; });
    std::size_t const step = std::max<std::size_t>(8, sequences.all.size() / 20);
    std::size_t const before = sequences.all.size();
    for (std::size_t i = 0; i < std::min(step, best.size()); i++) sequences.add(*best[i].second);
    if (sequences.all.size() == before) break;
  }
  return sequences;
}

struct Use {
  double gain = 0;
  Shapes shapes;
};

/// How much each sequence saves, in descending order. Pieces of one atom that aren't a sequence yet count as
/// if they were one: it would save the decoding of registers, about half of a dispatch.
std::vector<Use> count_uses(const std::vector<Run>& runs, const Sequences& sequences) {
  std::map<Shapes, double> gains;
  for (const Run& run : runs) {
    cut(run, sequences, [&](std::size_t at, std::size_t length, int) {
      if (atom(run.shapes, at) == 0 || !can_begin(run.shapes[at])) return;
      auto const first = run.shapes.begin() + static_cast<std::ptrdiff_t>(at);
      double atoms = 0;
      for (std::size_t i = at; i < at + length;
           i += std::max<std::size_t>(1, atom(run.shapes, i))) {
        atoms++;
      }
      gains[Shapes(first, first + static_cast<std::ptrdiff_t>(length))] +=
          run.weight * (atoms - 0.5);
    });
  }
  std::vector<Use> uses;
  for (auto& [shapes, gain] : gains) uses.push_back({gain, shapes});
  std::sort(uses.begin(), uses.end(), [](const Use& a, const Use& b) { return a.gain > b.gain; });
  return uses;
}

Sequences train(const std::vector<Run>& runs, std::size_t wanted) {
  Sequences sequences;
  for (int round = 0; round < 3; round++) {
    sequences = join(runs, std::move(sequences), wanted + wanted / 3);
    std::vector<Use> uses = count_uses(runs, sequences);
    Sequences kept;
    for (std::size_t i = 0; i < std::min(wanted, uses.size()); i++) kept.add(uses[i].shapes);
    sequences = std::move(kept);
  }
  return sequences;
}

std::string text_of(std::uint32_t shape) {
  const InstructionInfo& info = instruction_info(opcode_of(shape));
  std::string result = std::string(info.name) + "(";
  bool first = true;
  for (const Field& field : info.operands()) {
    if ((field.mask() & number_bits(info.opcode)) != 0) continue;
    result += (first ? "" : ", ") + std::to_string(field.read(shape));
    first = false;
  }
  return result + ")";
}

void print(const Sequences& sequences) {
  for (const Shapes& s : sequences.all) {
    std::string row = "SEQUENCE(";
    for (std::size_t i = 0; i < s.size(); i++) row += (i == 0 ? "" : ", ") + text_of(s[i]);
    std::printf("%s)\n", row.c_str());
  }
}

int run(int argc, char** argv) {
  std::size_t wanted = 3300;
  bool trains = true;
  std::vector<const char*> files, others;
  for (int i = 1; i < argc; i++) {
    std::string_view const argument = argv[i];
    if (argument == "--help" || argument == "-h") {
      std::fputs(usage, stdout);
      return 0;
    }
    if (argument == "-e") trains = false;
    else if (argument == "-n" && i + 1 < argc) {
      char* end;
      wanted = std::strtoul(argv[++i], &end, 10);
      if (wanted == 0 || *end != 0) {
        std::fprintf(stderr, "train-sequences: found %s, expected a number of sequences\n",
                     argv[i]);
        return 1;
      }
    } else if (argument.starts_with("-")) {
      std::fputs(usage, stderr);
      return 1;
    } else (trains ? files : others).push_back(argv[i]);
  }
  if (files.empty()) {
    std::fputs(usage, stderr);
    return 1;
  }
  std::vector<Run> runs;
  for (const char* file : files) {
    std::vector<Run> more = read_runs(file);
    runs.insert(runs.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
  }
  Sequences const sequences = train(runs, wanted);
  print(sequences);
  std::fprintf(stderr, "%zu sequences; dispatches an instruction:\n", sequences.all.size());
  for (const auto* names : {&files, &others}) {
    for (const char* file : *names) {
      std::fprintf(stderr, "%6.3f  %s\n", dispatches(read_runs(file), sequences), file);
    }
  }
  return 0;
}

}  // namespace
}  // namespace coracle

int main(int argc, char** argv) { return coracle::run(argc, argv); }
