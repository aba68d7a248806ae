// Chunks in C compute what the interpreter's bodies compute: the samples that were printed and compiled with the tests
// are run, chunk by chunk, with garbage in all registers that are dead where a chunk begins.
#include <doctest/doctest.h>

#include "tests/translate/sample_chunks.h"
#include "tests/unit/translate_samples.h"
#include "vm/translate/c_printer.h"

namespace coracle {
namespace {

/// The memory around the context's address that chunks look at, and where they leave to.
struct Context {
  alignas(8) const CoracleChunkState* state;
  alignas(8) std::uint64_t first_word;
} context;
const std::uint32_t* left_to;

/// What chunks take for the interpreter.
CORACLE_CHUNK(go_on) {
#define CORACLE_KEEP(n) regs[n] = r##n;
  CORACLE_PASSED(CORACLE_KEEP)
#undef CORACLE_KEEP
  left_to = ip;
#if !CORACLE_CHUNK_TAIL_CALLS
  return ip;
#endif
}

void run(CoracleChunk* chunk, const std::uint32_t* ip, std::uint64_t* r) {
#if CORACLE_CHUNK_TAIL_CALLS
  chunk(ip, r CORACLE_PASSED(CORACLE_ARGUMENT));
#else
  left_to = chunk(ip, r CORACLE_PASSED(CORACLE_ARGUMENT));
#endif
}

TEST_CASE("translate: samples in C run as their bodies do") {
  CoracleChunkState const state{go_on, nullptr};
  context.state = &state;
  const coracle_sample_chunk* next = coracle_sample_chunks;
  std::size_t chunks_run = 0;
  for (unsigned n = 0; n < test::printed_samples; ++n) {
    test::Sample const sample(n);
    Graph const graph{CodeBytes(sample.code)};
    std::vector<CoracleChunk*> chunks(sample.code.size());
    for (; next->chunk != nullptr && next->sample == n; ++next) chunks[next->word] = next->chunk;
    std::mt19937_64 garbage(n);
    bool interprets_one = false;  // behind what a chunk has left to the interpreter
    auto const run_chunks = [&](std::size_t at, test::MachineState& machine) {
      if (std::exchange(interprets_one, false) || chunks[at] == nullptr) return at;
      const Block& block = graph.blocks()[graph.block_at(static_cast<std::uint32_t>(at))];
      test::spoil(machine, ~block.live, garbage);
      ++chunks_run;
      run(chunks[at], sample.code.data() + at, machine.regs.data());
      auto const to = static_cast<std::size_t>(left_to - sample.code.data());
      interprets_one = to == at;
      return to;
    };
    CHECK(sample.difference(reinterpret_cast<std::uintptr_t>(&context.first_word), run_chunks) ==
          "");
  }
  CHECK((next->chunk == nullptr));
  CHECK(chunks_run > 300);
}

}  // namespace
}  // namespace coracle
