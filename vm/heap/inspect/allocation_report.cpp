// What the heap holds, for people: segments by space and generation, chunks, a map of the segments.
#include <cstdio>

#include "vm/heap/implementation.h"
#include "vm/heap/inspect/inspect.h"

namespace coracle {
namespace {

constexpr std::size_t rows = space_count + 1, columns = generation_count + 1;  // the last: totals
struct Cell {
  Word segments = 0, bytes = 0;
};
using Table = std::array<std::array<Cell, columns>, rows>;

Table count(const HeapImplementation& h) {
  Table table{};
  for (std::size_t g = 0; g < generation_count; ++g) {
    for (std::size_t s = 0; s < space_count; ++s) {
      Cell cell;
      for (Segment const* run = h.runs[g][s]; run != nullptr; run = run->next) {
        cell.segments += run->run_length;
      }
      cell.bytes = h.bytes_in(g, s);
      for (std::size_t const row : {s, rows - 1}) {
        for (std::size_t const column : {g, columns - 1}) {
          table[row][column].segments += cell.segments;
          table[row][column].bytes += cell.bytes;
        }
      }
    }
  }
  return table;
}

template <class... A>
void print(std::string& out, const char* format, A... arguments) {
  char line[200];
  std::snprintf(line, sizeof line, format, arguments...);
  out += line;
}

void print_table(std::string& out, const Table& table) {
  out += "Segments of each space and generation, and how much of them is used:\n\n";
  print(out, "%-16s", "");
  for (std::size_t g = 0; g < columns; ++g) {
    if (table[rows - 1][g].segments == 0) continue;
    if (g == columns - 1) print(out, "%12s", "total");
    else if (g == static_generation) print(out, "%12s", "static");
    else print(out, "%12zu", g);
  }
  out += '\n';
  for (std::size_t s = 0; s < rows; ++s) {
    if (table[s][columns - 1].segments == 0) continue;
    print(out, "%-16s", s == rows - 1 ? "total" : space_info[s].name);
    for (std::size_t g = 0; g < columns; ++g) {
      if (table[rows - 1][g].segments == 0) continue;
      const Cell& cell = table[s][g];
      if (cell.segments == 0) {
        print(out, "%12s", "-");
      } else {
        print(out, "%6llu %4.0f%%", static_cast<unsigned long long>(cell.segments),
              100.0 * static_cast<double>(cell.bytes) /
                  static_cast<double>(cell.segments << segment_shift));
      }
    }
    out += '\n';
  }
}

/// A line for each 64 segments: the letters of their spaces, below them their generations.
void print_map(std::string& out, const Chunk& chunk) {
  constexpr std::uint32_t line_length = 64;
  for (std::uint32_t first = 0; first < chunk.segment_count; first += line_length) {
    std::string spaces, generations;
    for (std::uint32_t i = first; i < std::min(first + line_length, chunk.segment_count); ++i) {
      const Segment& s = chunk.segments[i];
      bool const used = s.space != Space::empty;
      spaces += info_of(s.space).letter;
      generations += !used                               ? ' '
                     : s.generation == static_generation ? '*'
                                                         : static_cast<char>('0' + s.generation);
    }
    Word const start = chunk.base + (Word{first} << segment_shift);
    print(out, "  %#14llx  %s\n%18s%s\n", static_cast<unsigned long long>(start), spaces.c_str(),
          "", generations.c_str());
  }
}

}  // namespace

std::string allocation_report(const Heap& heap, bool with_map) {
  const HeapImplementation& h = heap.implementation();
  std::string out;
  print_table(out, count(h));
  auto const number = [](Word n) { return static_cast<unsigned long long>(n); };
  print(out,
        "\nA segment has %llu bytes. %llu bytes are held, %llu at most so far; %llu of them are "
        "free.\n",
        number(segment_bytes), number(h.os.current_bytes()), number(h.os.maximum_bytes()),
        number(h.chunks.free_bytes()));
  if (!with_map) return out;
  out += "\nChunks, as they came from the operating system:\n\n";
  for (const auto& chunk : h.chunks.chunks()) {
    print(out, "  %#14llx  %9llu bytes, %u of %u segments used%s\n", number(chunk->base),
          number(Word{chunk->segment_count} << segment_shift),
          chunk->segment_count - chunk->free_count, chunk->segment_count,
          chunk->large && !chunk->is_empty() ? ", large objects" : "");
  }
  out += "\nSegments:";
  for (std::size_t s = 0; s < space_count; ++s) {
    print(out, " %c %s", space_info[s].letter, space_info[s].name);
  }
  out += "; below them their generations, * the static one\n\n";
  for (const auto& chunk : h.chunks.chunks()) print_map(out, *chunk);
  return out;
}

}  // namespace coracle
