// Fused sequences: the table, the names of its rows, and code that is rewritten where it runs.
// What a sequence computes is tested in exec_sequences_random.cpp; that its handler jumps to the next
// one, in tests/tail_calls.
#include <algorithm>
#include <cstring>
#include <random>
#include <set>
#include <vector>

#include "tests/unit/machine_fixture.h"
#include "tests/unit/safe_points.h"
#include "vm/exec/sequence_table.h"

namespace coracle {
namespace {

constexpr std::uint32_t upper_bits[] = {0, name_bits + 1, 0x12345678 & ~name_bits, 0x80000000,
                                        ~name_bits};

std::span<const std::uint32_t> shapes_of(std::size_t row) {
  const Sequence& s = sequence_table[row];
  return std::span(s.shapes).first(static_cast<std::size_t>(s.length));
}

/// The words of a row with random numbers. The data of a literal is random, too.
void append_row(std::vector<std::uint32_t>& code, std::size_t row, std::mt19937& random) {
  for (std::uint32_t shape : shapes_of(row)) {
    Opcode const op = opcode_of(shape);
    code.push_back(shape | (static_cast<std::uint32_t>(random()) & number_bits(op)));
    for (int i = 1; i < words_of(op); i++) code.push_back(static_cast<std::uint32_t>(random()));
  }
}

constexpr std::uint32_t not_fusible = static_cast<std::uint32_t>(Opcode::return_);

TEST_CASE("fused sequences: each row of the table is well formed") {
  for (std::size_t row = 0; row < sequence_count; row++) {
    CAPTURE(row);
    auto const shapes = shapes_of(row);
    REQUIRE(shapes.size() >= 1);
    REQUIRE(shapes.size() <= longest_sequence);
    // The name of the first word holds no bits of its numbers.
    REQUIRE((number_bits(opcode_of(shapes[0])) & name_bits) == 0);
    CHECK(!is_branch_on_condition(flow_of(shapes[0])));
    bool condition_waits = false;
    for (std::size_t i = 0; i < shapes.size(); i++) {
      CAPTURE(i);
      const InstructionInfo* const info = find_instruction(shapes[i]);
      REQUIRE(info != nullptr);
      CHECK(fault_of(shapes[i]) == WordFault::sound);
      CHECK(shape_of(shapes[i]) == shapes[i]);
      CHECK(is_fusible(info->flow));
      if (is_branch_on_condition(info->flow)) {
        CHECK(condition_waits);
        CHECK(is_direct_branch(shapes[i]));
        condition_waits = false;
      } else if (condition_waits) {
        CHECK(info->opcode == Opcode::nop);
      }
      if (info->flow == Flow::condition) condition_waits = true;
      if (info->flow == Flow::jump) CHECK(i == shapes.size() - 1);
      for (const Field& field : info->operands()) {
        // r0, the thread context, stays as it is.
        if (field.is_written() && field.kind == FieldKind::integer_register)
          CHECK(field.read(shapes[i]) != 0);
      }
    }
    CHECK(!condition_waits);
  }
}

TEST_CASE("fused sequences: no two rows are equal") {
  std::set<std::u32string> rows;
  for (std::size_t row = 0; row < sequence_count; row++) {
    CAPTURE(row);
    CHECK(rows.emplace(shapes_of(row).begin(), shapes_of(row).end()).second);
  }
}

TEST_CASE("fused sequences: one dispatch counts for a row, or for the least that can be run") {
  for (std::size_t row = 0; row < sequence_count; row++) {
    CAPTURE(row);
    std::u32string const shapes(shapes_of(row).begin(), shapes_of(row).end());
    CHECK(dispatched_together(shapes + static_cast<char32_t>(not_fusible)) == shapes.size());
  }
  CHECK(dispatched_together(std::u32string{not_fusible, not_fusible}) == 1);
  std::u32string const rare{shapes::fle(5, 3), shapes::branch_true_i(), not_fusible};
  CHECK(dispatched_together(rare) == 2);
  CHECK(dispatched_together(rare.substr(0, 1)) == 1);
}

TEST_CASE("fused sequences: every name gives the original word back; other words stay the same") {
  // By name, the original name.
  std::vector<std::uint32_t> expected(name_bits + 1);
  for (std::uint32_t name = 0; name <= name_bits; name++) expected[name] = name;
  for (std::size_t row = 0; row < sequence_count; row++) {
    std::uint32_t const name = name_of_row(row);
    CHECK(find_instruction(name) == nullptr);
    CHECK(expected[name] == name);  // not taken yet
    expected[name] = shapes_of(row)[0] & name_bits;
  }
  std::size_t singles = 0;
  for (std::uint32_t name = 0; name <= name_bits; name++) {
    if (!detail::begins_sequence[name]) continue;
    // Where no sequence begins, the word gets the name of the single instruction.
    const std::uint32_t code[] = {name, not_fusible, not_fusible, not_fusible};
    std::uint32_t const single = rewritten_word(code);
    bool const is_row =
        std::any_of(std::begin(sequence_table), std::end(sequence_table),
                    [&](const Sequence& s) { return s.length == 1 && s.shapes[0] == name; });
    if (is_row) continue;
    singles++;
    CHECK(find_instruction(single) == nullptr);
    CHECK(expected[single] == single);
    expected[single] = name;
  }
  CHECK(singles > 0);
  CHECK(singles <= detail::single_count);
  for (std::uint32_t name = 0; name <= name_bits; name++) {
    for (std::uint32_t upper : upper_bits) {
      // An instruction that is a row by itself never uses its name as a single instruction.
      if (expected[name] == name && original_word(upper | name) != (upper | name)) {
        CHECK(find_instruction(name) == nullptr);
        CHECK(detail::begins_sequence[original_word(name)]);
        continue;
      }
      CHECK(original_word(upper | name) == (upper | expected[name]));
    }
  }
}

TEST_CASE(
    "fused sequences: a word is rewritten to name the longest one, whatever was rewritten before") {
  std::mt19937 random(5);
  for (int round = 0; round < 3000; round++) {
    // A row, perhaps a second one, and an end.
    std::vector<std::uint32_t> original;
    std::size_t const first = round < static_cast<int>(sequence_count)
                                  ? static_cast<std::size_t>(round)
                                  : random() % sequence_count;
    append_row(original, first, random);
    std::size_t const words_of_row = original.size();
    if (random() % 2 == 0) append_row(original, random() % sequence_count, random);
    original.push_back(not_fusible);

    std::size_t longest = first;
    for (std::size_t row = 0; row < sequence_count; row++) {
      auto const shapes = shapes_of(row);
      if (shapes.size() <= shapes_of(longest).size()) continue;
      std::size_t at = 0;
      bool const stands_here = std::all_of(shapes.begin(), shapes.end(), [&](std::uint32_t shape) {
        if (shape_of(original[at]) != shape) return false;
        at += static_cast<std::size_t>(words_of(opcode_of(shape)));
        return true;
      });
      if (stands_here) longest = row;
    }
    std::uint32_t const expected = (original[0] & ~name_bits) | name_of_row(longest);
    CAPTURE(first);
    CAPTURE(longest);
    CHECK(rewritten_word(original.data()) == expected);
    CHECK(original_word(expected) == original[0]);

    std::vector<std::uint32_t> code = original;
    for (std::size_t at = 0; at < words_of_row;) {
      std::size_t const here = at;
      at += static_cast<std::size_t>(words_of(opcode_of(original[here])));
      if (detail::begins_sequence[original[here] & name_bits] && random() % 2 == 0) {
        code[here] = rewritten_word(&code[here]);
        CHECK(original_word(code[here]) == original[here]);
      }
    }
    CHECK(rewritten_word(code.data()) == expected);
  }
}

// Loads, stores, conditions with both branches, literals, addresses and all jumps.
constexpr std::string_view mixture = R"(
         mov16_zero_0  r5, 0
         mov16_zero_0  r6, 0
         mov16_zero_0  r15, 1000
         lsl_i         r15, r15, 10
  loop:  st_i64_i      r6, r8, 0
         ld_i64_i      r9, r8, 0
         add_i         r6, r9, 3
         adr           r10, there
         branch_r      r10
         return_
  there: literal       r11, 0x123456789
         and_i         r14, r6, 1
         eq_i          r14, 0
         branch_true_i even
         add_signal_r  r5, r5, r11
         branch_false_i join
         return_
  even:  sub_r         r5, r5, r11
  join:  adr           r10, last
         st_i64_i      r10, r8, 8
         branch_mem_i  r8, 8
         return_
  last:  subz_signal_i r15, r15, 1
         branch_false_i loop
         return_
)";
constexpr Word mixture_rounds = 1000 << 10;
constexpr std::size_t least_rewritten = 3;  // by 400 rows; by all of them, 5

std::vector<std::uint32_t> words_at(Value code, std::size_t count) {
  std::vector<std::uint32_t> result(count);
  std::memcpy(result.data(), host_pointer(entry_of_code(code)), count * instruction_bytes);
  return result;
}

struct Mixture {
  MachineFixture m;
  Value code = m.assemble_code(mixture);
  std::vector<std::uint32_t> original = words_at(code, assemble(mixture, 0)->size());
  Word memory[2] = {};

  void run() {
    m.r(8) = address_of(memory);
    m.t.work = UINT32_MAX;  // past the plain loop of the switch dispatch
    run_interpreter(m.t, entry_of_code(code));
    CHECK(m.r(6) == 3 * mixture_rounds);
    CHECK(m.r(5) == 0);
    CHECK(m.r(15) == 0);
    CHECK(memory[0] == 3 * (mixture_rounds - 1));
  }
  std::size_t rewritten_words() {
    auto const words = words_at(code, original.size());
    std::size_t count = 0;
    for (std::size_t i = 0; i < words.size(); i++) {
      if (words[i] == original[i]) continue;
      count++;
      CHECK(find_instruction(words[i]) == nullptr);
      CHECK(original_word(words[i]) == original[i]);
    }
    return count;
  }
};

TEST_CASE("fused sequences: code is rewritten where it runs, and the original is not lost") {
  Mixture x;
  CHECK(x.rewritten_words() == 0);
  // Some ten million dispatches: if each were a call, the stack would overflow.
  x.run();
  CHECK(x.rewritten_words() >= least_rewritten);
  x.run();
  // The stepwise interpreter reads rewritten words as the original ones.
  x.m.vm.histogram = std::make_unique<Histogram>();
  x.m.vm.options.mode = ExecutionMode::histogram;
  std::size_t const before = x.rewritten_words();
  Word const rounds = mixture_rounds;
  x.run();
  CHECK(x.rewritten_words() == before);
  CHECK(x.m.vm.histogram->report().find(std::to_string(rounds * 3 / 2) + " ") != std::string::npos);
}

TEST_CASE("fused sequences: rewritten code still runs after the collector moves it") {
  Mixture x;
  x.m.vm.heap.add_root(&x.code);
  x.run();
  for (int g = 0; g < 3; g++) {
    Word const from = entry_of_code(x.code);
    std::size_t const rewritten = x.rewritten_words();
    CHECK(rewritten >= least_rewritten);
    x.m.vm.heap.collect(test::SafePoints::stopped(x.m.t), {g, g + 1, g + 1});
    CHECK(entry_of_code(x.code) != from);
    // Words are copied as they are, rewritten ones too.
    CHECK(x.rewritten_words() == rewritten);
    x.run();
  }
}

}  // namespace
}  // namespace coracle
