// The code verifier: what it accepts, and for each of its checks the smallest code that fails it.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "vm/isa/assembler.h"
#include "vm/isa/disassembler.h"
#include "vm/isa/verifier.h"

namespace coracle::test {
namespace {

Result<void> verify_words(const std::vector<std::uint32_t>& words) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(words.data());
  return verify_code(std::span(bytes, words.size() * sizeof words[0]), std::endian::native);
}

std::string message_of(const Result<void>& result) { return result ? "" : result.error().message; }

/// The message of the verifier, or nothing if it accepts the code.
std::string verdict(std::string_view text) {
  const Result<std::vector<std::uint32_t>> words = assemble(text);
  REQUIRE_MESSAGE(words.has_value(), text);
  return message_of(verify_words(*words));
}

TEST_CASE("isa: the verifier accepts what the compiler writes") {
  CHECK(verdict("return_") == "");
  CHECK(
      verdict("loop: eq_i r5, 0\n nop\n nop\n branch_true_i out\n branch_i loop\n out: return_") ==
      "");
  // A call: the return point is reached only through its address. Its second `adr` comes after it.
  CHECK(verdict(R"(
        adr r15, back
        literal r4, 0
        branch_mem_i r4, 5
        .compact_header
back:   adr r15, other
        branch_r r4
        .header
other:  adr r15, back
        branch_r r0)") == "");
  // The lowest bit of a full header's last word is 0, whatever else is in it.
  CHECK(verdict("adr r15, back\n return_\n .quad 1\n .quad 8\n .quad 0x59\n .quad 0x50\n"
                "back: return_") == "");
  // The entry of a code object may itself be a return point.
  CHECK(verdict(".header\n mov_i_i r1, r2\n return_") == "");
  // A condition may go unused, and what follows it may then be the target of a branch.
  CHECK(verdict("cas r5, r6, r7\n nop\n on: mov16_zero_0 r4, 40\n branch_i on") == "");
  // A literal's data may look like anything.
  CHECK(verdict("literal r1, 0xFFFFFFFFFFFFFFFF\n return_") == "");
  CHECK(verdict("call_arena_in r1, 1016\n return_") == "");
}

TEST_CASE("isa: the verifier refuses data that is not code") {
  CHECK(message_of(verify_code({})) == "code: found 0 bytes, expected one or more 4-byte words");
  const std::vector<std::uint8_t> odd = {0xD5, 0, 0};
  CHECK(message_of(verify_code(odd)) == "code: found 3 bytes, expected one or more 4-byte words");
  CHECK(verdict("nop\n .word 0xFF\n return_") ==
        "code+0x4: found .word 0x000000ff, expected a live opcode in the low byte");
  CHECK(verdict(".word 0x0010080A\n return_") ==
        "code+0x0: found .word 0x0010080a, expected zeros in the bits that mov_i_i does not use");
  CHECK(verdict(".word 0x0000080B\n return_") ==
        "code+0x0: found .word 0x0000080b, expected a register f0 to f7");
}

TEST_CASE("isa: the verifier refuses code that runs into data") {
  CHECK(verdict("nop") == "code+0x0: found nop at the end of the code, expected a jump");
  CHECK(verdict("eq_i r1, 0\n branch_true_i 0") ==
        "code+0x4: found branch_true_i 0x0 at the end of the code, expected a jump");
  CHECK(verdict("nop\n .word 0x101") ==
        "code+0x4: found literal r1 at the end of the code, expected its data");
  CHECK(verdict("literal r1, 0") ==
        "code+0x0: found literal r1 at the end of the code, expected a jump");
  CHECK(verdict("adr r15, back\n nop\n .compact_header\n back: return_") ==
        "code+0x4: found nop before the header of a return point, expected a jump");
}

TEST_CASE("isa: the verifier keeps a condition and its branch together") {
  const std::string alone =
      " without a condition, expected an instruction before it that sets the condition";
  CHECK(verdict("eq_i r1, 0\n add_i r1, r1, 1\n branch_true_i 0\n return_") ==
        "code+0x8: found branch_true_i 0x0" + alone);
  CHECK(verdict("nop\n branch_true_i 0\n return_") == "code+0x4: found branch_true_i 0x0" + alone);
  CHECK(verdict("branch_false_r r1\n return_") == "code+0x0: found branch_false_r r1" + alone);
  const std::string between =
      ", which lands between a condition and its branch, expected a target outside the pair";
  CHECK(verdict("eq_i r1, 0\n b: branch_true_i b\n return_") ==
        "code+0x4: found branch_true_i 0x4" + between);
  CHECK(verdict("eq_i r1, 0\n n: nop\n branch_true_i 0\n branch_i n") ==
        "code+0xc: found branch_i 0x4" + between);
}

TEST_CASE("isa: the verifier checks the targets of distances") {
  const std::string expected = ", expected an instruction at its target";
  CHECK(verdict("branch_i -4") == "code+0x0: found branch_i 0xfffffffffffffffc" + expected);
  CHECK(verdict("branch_i 4") == "code+0x0: found branch_i 0x4" + expected);
  CHECK(verdict("branch_i 2\n return_") == "code+0x0: found branch_i 0x2" + expected);
  CHECK(verdict("literal r1, 0\n branch_i 8") == "code+0xc: found branch_i 0x8" + expected);
  CHECK(verdict("adr r15, b\n branch_i 8\n .compact_header\n b: return_") ==
        "code+0x4: found branch_i 0x8" + expected);
  CHECK(verdict("adr r15, 8\n nop\n return_") ==
        "code+0x0: found adr r15, 0x8, expected a return point with its header at its target");
  // A header with a wrong toplink.
  CHECK(verdict("adr r15, b\n return_\n .quad 0x59\n .quad 1\n b: return_").starts_with("code+0x"));
  CHECK(verdict("adr r15, 0x1000\n return_") == "code+0x0: found adr r15, 0x1000" + expected);
}

TEST_CASE("isa: the verifier checks what the collector reads in headers") {
  const auto full = [](const char* mask, const char* size) {
    return verdict("adr r15, back\n return_\n .quad 0\n .quad " + std::string(mask) +
                   "\n .quad 0x59\n .quad " + size + "\n back: return_");
  };
  const auto compact = [](const char* last) {
    return verdict("adr r15, back\n return_\n .quad 0x49\n .quad " + std::string(last) +
                   "\n back: return_");
  };
  const std::string point = "code+0x28: found a return point with the ";
  // Three words: the return address and two variables, of which the second one is live.
  CHECK(full("0x10", "24") == "");
  CHECK(full("0x20", "24") == point + "live mask 0x4, expected bits of words of the frame");
  CHECK(full("0x11", "24") == point + "live mask 0x11, expected a fixnum");
  const std::string size = ", expected a multiple of 8, at least 8, at most 0x1000000";
  CHECK(full("0", "0x1000000") == "");
  CHECK(full("0", "0") == point + "frame size 0x0" + size);
  CHECK(full("0", "12") == point + "frame size 0xc" + size);
  CHECK(full("0", "0x1000008") == point + "frame size 0x1000008" + size);
  //     mask and size: the mask from bit 7, the words from bit 2
  CHECK(compact("0x10D") == "");
  CHECK(compact("0x20D") ==
        "code+0x18: found a return point with the live mask 0x4, expected bits of words of the "
        "frame");
  CHECK(compact("0x3") == "code+0x18: found a return point with the frame size 0x0" + size);
  // The last frame, below which there is none: its code begins with the header.
  CHECK(verdict(".quad 0\n .quad 0\n .quad 0x51\n .quad 0\n return_") == "");
  CHECK(verdict(".header") ==
        "code+0x20: found the end of the code behind a header, expected an instruction");
  CHECK(verdict("adr r15, a\n adr r15, b\n return_\n .compact_header\n a: .compact_header\n b: "
                "return_") ==
        "code+0x2c: found a return point with the header of bytes 0x20, expected another length");
}

TEST_CASE("isa: the verifier checks that a call moves the stack pointer by its frame") {
  const auto call = [](const std::string& before, const std::string& behind) {
    //                                   a frame of three words
    return verdict(before + "\n adr r15, back\n branch_r r8\n .quad " +
                   // The toplink: where it is itself.
                   std::to_string(0x41 + 4 * (2 + std::ranges::count(before, '\n') + 1)) +
                   "\n .quad 13\n back: " + behind + "\n return_");
  };
  CHECK(call("add_i r1, r1, 24", "sub_i r1, r1, 24") == "");
  CHECK(call("add_i r1, r1, 24", "nop\n nop\n sub_i r1, r1, 24") == "");
  const std::string back = " at the return point of a frame of 24 bytes, expected sub_i r1, r1, 24";
  CHECK(call("add_i r1, r1, 24", "sub_i r1, r1, 25") == "code+0x1c: found sub_i r1, r1, 25" + back);
  CHECK(call("add_i r1, r1, 24", "sub_i r3, r1, 24") == "code+0x1c: found sub_i r3, r1, 24" + back);
  CHECK(call("add_i r1, r1, 24", "nop\n mul_i r1, r1, 24") ==
        "code+0x20: found mul_i r1, r1, 24" + back);
  // The frame stays where the callee's results are looked at first.
  CHECK(call("add_i r1, r1, 24", "mov_i_i r9, r4\n sub_i r1, r1, 24") == "");
  const std::string forth = " before the call of a frame of 24 bytes, expected add_i r1, r1, 24";
  CHECK(call("add_i r1, r1, 16", "nop") == "code+0x0: found add_i r1, r1, 16" + forth);
  CHECK(call("add_i r1, r2, 24", "nop") == "code+0x0: found add_i r1, r2, 24" + forth);
  CHECK(call("add_i r1, r1, 16\n eq_i r4, 1\n branch_true_i 0\n st_i64_i r9, r1, 8", "nop") ==
        "code+0x0: found add_i r1, r1, 16" + forth);
  // The last move counts, and none behind a jump, or if the stack pointer comes from elsewhere.
  CHECK(call("add_i r1, r1, 16\n add_i r1, r1, 24", "nop") == "");
  CHECK(call("add_i r1, r1, 16\n branch_i 0", "nop") == "");
  CHECK(call("add_i r1, r1, 16\n ld_i64_i r1, r0, 72", "nop") == "");
  // A frame whose size is in no instruction.
  CHECK(verdict("add_r r1, r1, r5\n adr r15, back\n branch_r r8\n .quad 0\n .quad 0\n .quad 0x5d\n"
                ".quad 0x8000\n back: sub_r r1, r1, r5\n return_") == "");
}

TEST_CASE("isa: the verifier knows the registers of the thread context and the stack") {
  const auto first = [](const std::string& text) { return verdict(text + "\n return_"); };
  const auto found = [](const std::string& text, const std::string& expected) {
    return "code+0x0: found " + text + ", expected " + expected;
  };
  CHECK(first("ld_i64_i r5, r0, 1992\n st_i64_i r5, r0, 0\n ld_i64_i r5, r1, -752") == "");
  CHECK(first("ld_i64_i r5, r3, 5\n st_f64_i f0, r3, -3\n branch_mem_i r8, 13") == "");
  for (const char* const wrong : {"ld_i64_i r5, r0, 2000", "st_i64_i r5, r0, -8",
                                  "ld_i64_i r5, r0, 12", "st_f64_i f1, r0, 4000"}) {
    CHECK(first(wrong) == found(wrong, "a word of the thread context"));
  }
  for (const char* const wrong : {"ld_i64_i r5, r1, 12", "st_f64_i f1, r1, -7"}) {
    CHECK(first(wrong) == found(wrong, "a word of the stack"));
  }
  for (const char* const wrong : {"mov_i_i r0, r4", "ld_i64_i r0, r3, 5", "mov16_zero_0 r0, 8"}) {
    CHECK(first(wrong) == found(wrong, "another destination than the thread context's register"));
  }
  CHECK(verdict("branch_mem_i r1, 0") == "");
  CHECK(verdict("branch_mem_i r1, 8") == found("branch_mem_i r1, 8", "the return address, at 0"));
  CHECK(
      verdict(
          "adr r15, back\n st_i64_i r15, r1, 8\n branch_r r8\n .compact_header\n back: return_") ==
      "code+0x4: found st_i64_i r15, r1, 8, expected the return address in the frame's first word");
}

TEST_CASE("isa: the verifier checks the bounds of the call arena") {
  const std::string expected = ", expected 8 bytes within the call arena";
  CHECK(verdict("call_arena_out r1, -8\n return_") ==
        "code+0x0: found call_arena_out r1, -8" + expected);
  CHECK(verdict("fp_call_arena_in f1, 1017\n return_") ==
        "code+0x0: found fp_call_arena_in f1, 1017" + expected);
}

// Random words and damaged code: any answer will do, but never a crash.
TEST_CASE("isa: the verifier and the disassembler take any words") {
  std::uint32_t random = 0x2545F491;
  const auto next = [&] {
    random ^= random << 13;
    random ^= random >> 17;
    random ^= random << 5;
    return random;
  };
  int accepted = 0;
  for (int round = 0; round < 20'000; round += 1) {
    std::vector<std::uint32_t> words(1 + next() % 24);
    // Mostly small fields and few opcodes, so that headers, literals and distances meet.
    constexpr std::uint32_t likely[] = {0x000000D5, 0x00000001, 0x000020D7, 0x000040D7, 0x0000004B,
                                        0x000004CF, 0xFFFFF8D1, 0x00000051, 0x00000000, 0x00000059};
    for (std::uint32_t& word : words)
      word = next() % 16 == 0 ? next() : likely[next() % std::size(likely)];
    accepted += verify_words(words) ? 1 : 0;
    std::string text;
    for (const DisassembledLine& line : disassemble_lines(CodeBytes(words), 0x4000))
      text += line.text + "\n";
    const auto again = assemble(text, 0x4000);
    REQUIRE(again.has_value());
    REQUIRE(*again == words);
  }
  CHECK(accepted > 0);
}

}  // namespace
}  // namespace coracle::test
