// Basic blocks and liveness: small programs whose blocks are written down, and random ones that are run with
// garbage in every register that is said to be dead.
#include "vm/translate/graph.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

#include "boot/image/code_rules.h"
#include "boot/image/fasl_file.h"
#include "boot/image/fasl_object.h"
#include "boot/image/fasl_tree.h"
#include "boot/profiles/profiles.h"
#include "tests/unit/equates.h"
#include "tests/unit/translate_samples.h"
#include "vm/isa/assembler.h"
#include "vm/isa/ops.h"
#include "vm/isa/shape.h"
#include "vm/translate/regions.h"

namespace coracle {
namespace {

using test::word_of;

std::vector<std::uint32_t> assembled(std::string_view text) {
  Result<std::vector<std::uint32_t>> code = assemble(text);
  REQUIRE(code.has_value());
  return *code;
}

std::string_view name_of(Ending ending) {
  switch (ending) {
    case Ending::next: return "next";
    case Ending::branch: return "branch";
    case Ending::jump: return "jump";
    case Ending::exit: return "exit";
    case Ending::left: return "left";
  }
  return "";
}

/// "FIRST-LAST ending >taken", a line a block; * where other code may go.
std::string text_of(const Graph& graph) {
  std::string text;
  for (const Block& b : graph.blocks()) {
    text += std::to_string(b.begin) + (b.is_addressed ? "*-" : "-") + std::to_string(b.end - 1) +
            " " + std::string(name_of(b.ending));
    if (b.taken != Block::none) text += " >" + std::to_string(graph.blocks()[b.taken].begin);
    text += "\n";
  }
  return text;
}

std::string blocks_of(std::string_view program) {
  std::vector<std::uint32_t> const code = assembled(program);
  return text_of(Graph(CodeBytes(code)));
}

RegisterSet live_at(std::string_view program, std::uint32_t word) {
  std::vector<std::uint32_t> const code = assembled(program);
  Graph const graph{CodeBytes(code)};
  return graph.blocks()[graph.block_at(word)].live;
}
constexpr RegisterSet registers(std::initializer_list<unsigned> numbers) {
  RegisterSet set = integer_register(0);
  for (unsigned const n : numbers) set |= integer_register(n);
  return set;
}

TEST_CASE("translate: what instructions do with registers") {
  auto const effect = [](std::uint32_t word) {
    Effect const e = effect_of(word);
    return std::pair(e.reads, e.writes);
  };
  using Pair = std::pair<RegisterSet, RegisterSet>;
  CHECK(effect(shapes::add_r(4, 5, 6)) ==
        Pair(integer_register(5) | integer_register(6), integer_register(4)));
  CHECK(effect(shapes::st_i64_i(4, 1)) == Pair(integer_register(4) | integer_register(1), 0));
  CHECK(effect(shapes::mov16_keep_1(7)) == Pair(integer_register(7), integer_register(7)));
  CHECK(effect(shapes::literal(7)) == Pair(0, integer_register(7)));
  CHECK(effect(word_of(Opcode::fadd, {1, 2, 3})) ==
        Pair(float_register(2) | float_register(3), float_register(1)));
  CHECK(effect(word_of(Opcode::mov_d_s, {1, 2})) ==
        Pair(float_register(1) | float_register(2), float_register(1)));
  CHECK(effect(word_of(Opcode::flt, {1, 2})) == Pair(float_register(1) | float_register(2), 0));
  CHECK(effect(word_of(Opcode::st_f64_i, {1, 2, 8})) ==
        Pair(float_register(1) | integer_register(2), 0));
}

TEST_CASE("translate: blocks begin at targets and after branches") {
  CHECK(blocks_of("mov16_zero_0 r9, 10\n"
                  "top: subz_signal_i r9, r9, 1\n"
                  "branch_true_i out\n"
                  "add_i r4, r4, 1\n"
                  "branch_i top\n"
                  "out: branch_mem_i r1, 0\n") ==
        "0*-0 next\n1-2 branch >5\n3-4 jump >1\n5-5 exit\n");
  // Nops may come between a condition and its branch.
  CHECK(blocks_of("a: eq_i r4, 1\nnop\nbranch_false_i a\nbranch_r r6\n") ==
        "0*-2 branch >0\n3-3 exit\n");
  CHECK(blocks_of("literal r5, 0x1234\nadr r15, after\ncall r5, 3\nafter: return_\n") ==
        "0*-4 left\n5*-5 left\n");
}

TEST_CASE(
    "translate: a branch without its condition is left to the interpreter, with the condition") {
  // Something jumps to the branch.
  CHECK(blocks_of("eq_i r4, 1\nb: branch_true_i b\nbranch_i b\n") ==
        "0*-0 left\n1-1 left\n2-2 jump >1\n");
  // Not a branch by a distance.
  CHECK(blocks_of("eq_i r4, 1\nbranch_true_r r5\nreturn_\n") == "0*-0 left\n1-1 left\n2-2 left\n");
  CHECK(blocks_of("add_i r4, r4, 1\nbranch_true_i 0\nreturn_\n") == "0*-1 left\n2-2 left\n");
  // Targets outside the code.
  CHECK(blocks_of("eq_i r4, 1\nbranch_true_i 4000\nreturn_\n") ==
        "0*-0 left\n1-1 left\n2-2 left\n");
  CHECK(blocks_of("branch_i -400\nreturn_\n") == "0*-0 left\n1-1 left\n");
  // Control runs out of the code.
  CHECK(blocks_of("add_i r4, r4, 1\n") == "0*-0 left\n");
  CHECK(blocks_of("a: add_i r4, r4, 1\neq_i r4, 2\nbranch_true_i a\n") == "0*-2 left\n");
  // Dead words, and the data of a literal as a target.
  std::vector<std::uint32_t> code = assembled("literal r5, 0\nbranch_i -8\nnop\nreturn_\n");
  code[4] = 0xFF;
  CHECK(text_of(Graph(CodeBytes(code))) == "0*-3 left\n4-4 left\n5-5 left\n");
}

TEST_CASE("translate: what is live where blocks begin") {
  std::string_view const loop =
      "mov16_zero_0 r9, 10\n"
      "top: subz_signal_i r9, r9, 1\n"
      "branch_true_i out\n"
      "add_r r4, r4, r10\n"
      "branch_i top\n"
      "out: branch_mem_i r1, 0\n";
  CHECK(live_at(loop, 5) == registers({1, 2, 3, 4}));
  CHECK(live_at(loop, 1) == registers({1, 2, 3, 4, 9, 10}));
  CHECK(live_at(loop, 0) == registers({1, 2, 3, 4, 10}));
  CHECK(live_at("branch_mem_i r5, 13\n", 0) == registers({1, 2, 3, 4, 5, 8, 9, 10, 11}));
  CHECK(live_at("branch_mem_i r8, 3\n", 0) == all_registers);
  CHECK(live_at("mov16_zero_0 r4, 1\nreturn_\n", 0) == (all_registers & ~integer_register(4)));
  CHECK(live_at("mov16_keep_0 r4, 1\nreturn_\n", 0) == all_registers);
  CHECK(live_at("a: branch_i a\n", 0) == registers({}));
}

TEST_CASE("translate: random programs run the same with garbage in all dead registers") {
  std::size_t blocks = 0;
  for (unsigned n = 0; n < 20'000; ++n) {
    test::Sample const sample(n);
    Graph const graph{CodeBytes(sample.code)};
    std::mt19937_64 garbage(n);
    auto const spoil = [&](std::size_t at, test::MachineState& state) {
      std::uint32_t const b = graph.block_at(static_cast<std::uint32_t>(at));
      if (b != Block::none) {
        ++blocks;
        test::spoil(state, ~graph.blocks()[b].live, garbage);
      }
      return at;
    };
    CHECK(sample.difference(0, spoil) == "");
  }
  CHECK(blocks > 50'000);
}

TEST_SUITE("image") {
  TEST_CASE("translate: the graphs of all code in the boot files") {
    CHECK(Convention().symbol_code == test::Equates::load().number("symbol_pvalue_disp"));
    std::size_t blocks = 0, entered = 0, unpaired = 0, dead = 0;
    for (const char* const name : {"petite.boot", "scheme.boot"}) {
      const char* const folder = std::getenv("CORACLE_BOOT");
      REQUIRE(folder != nullptr);
      std::ifstream file(std::string(folder) + "/" + name, std::ios::binary);
      std::vector<std::uint8_t> const bytes{std::istreambuf_iterator<char>(file), {}};
      MemorySource source(name, bytes);
      const Profile* release = nullptr;
      FaslFile objects(source, [&](const FaslHeader& header) -> Result<void> {
        release = find_release(header.version);
        return {};
      });
      for (;;) {
        Result<std::optional<FaslPayload>> const object = objects.next(Situation::visit_revisit);
        REQUIRE(object.has_value());
        if (!*object) break;
        REQUIRE(release != nullptr);
        FaslTree tree;
        REQUIRE(read_fasl_object(**object, tree, release->fasl_counts_externals,
                                 std::pmr::get_default_resource())
                    .has_value());
        for (auto const& node : tree.nodes()) {
          if (node->code != FaslCode::code) continue;
          CodeBytes const code(node->octets, std::endian::little);
          Graph const graph(code, {}, code_limits(*release).return_points);
          for (const Block& b : graph.blocks()) {
            ++blocks;
            if (b.ending != Ending::left) continue;
            const CodeRow& last = code_rows[code.word(b.last) & 0xFF];
            unpaired += is_branch_on_condition(last.flow) || last.flow == Flow::jump;
            dead += last.is_dead;
          }
          entered += entries_of(graph).size();
        }
      }
    }
    CHECK(blocks > 300'000);
    CHECK(entered > 100'000);
    CHECK(unpaired == 0);
    CHECK(dead == 0);
  }
}

}  // namespace
}  // namespace coracle
