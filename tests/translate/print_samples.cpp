// Prints the first samples of tests/unit/translate_samples.h as C, on standard output, with a table of the chunks. It
// runs when the unit tests are built.
#include <cstdio>
#include <string>

#include "tests/unit/translate_samples.h"
#include "vm/translate/c_printer.h"

int main() {
  using namespace coracle;
  std::string text, table;
  print_c_head(text);
  for (unsigned n = 0; n < test::printed_samples; ++n) {
    test::Sample const sample(n);
    CodeBytes const code(sample.code);
    Graph const graph(code);
    std::vector<bool> const all(graph.blocks().size(), true);
    Regions const regions(graph, all, entries_of(graph));
    std::string const prefix = "s" + std::to_string(n) + "_";
    print_c(code, graph, regions, prefix, text);
    for (const Region& region : regions.all()) {
      std::string const word = std::to_string(graph.blocks()[region.head].begin);
      table.append("{" + std::to_string(n))
          .append(", " + word)
          .append(", " + prefix)
          .append(word + "},\n");
    }
  }
  std::printf(
      "%s#include \"tests/translate/sample_chunks.h\"\n"
      "const struct coracle_sample_chunk coracle_sample_chunks[] = {\n%s{0, 0, 0}};\n",
      text.c_str(), table.c_str());
}
