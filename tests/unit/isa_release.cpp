// The numbers of the table against those that a release ships beside its boot files.
//
// Owns: reading the numbers from an equates.h. Where there is none, the tests are skipped, by name.
#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

#include "tests/unit/isa_files.h"
#include "vm/isa/isa.h"
#include "vm/isa/verifier.h"

namespace coracle::test {
namespace {

std::filesystem::path equates_path() {
  const char* folder = std::getenv("CORACLE_BOOT");
  REQUIRE_MESSAGE(folder != nullptr, "CORACLE_BOOT names no folder with an equates.h");
  return std::filesystem::path(folder) / "equates.h";
}

/// The lines "#define NAME 0xNUMBER".
std::map<std::string, std::uint64_t> read_equates() {
  std::map<std::string, std::uint64_t> result;
  std::istringstream lines(read_text(equates_path()).value_or(""));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string define, name, number;
    words >> define >> name >> number;
    if (define == "#define" && number.starts_with("0x"))
      result[name] = std::stoull(number, nullptr, 16);
  }
  return result;
}

struct ReleaseName {
  Opcode opcode;
  std::string theirs;
};
const std::vector<ReleaseName> release_names = {
#define RELEASE_NAME(ours, theirs) {Opcode::ours, #theirs},
#include "tests/unit/isa_release_names.def"
#undef RELEASE_NAME
};

TEST_CASE("isa: every row has its name in the release") {
  std::set<Opcode> named;
  for (const ReleaseName& row : release_names) CHECK(named.insert(row.opcode).second);
  for (const InstructionInfo& info : instruction_table)
    CHECK_MESSAGE(named.contains(info.opcode), info.name);
}

TEST_SUITE_BEGIN("image");

TEST_CASE("isa: the table's numbers are those of equates.h") {
  const std::map<std::string, std::uint64_t> equates = read_equates();
  for (const ReleaseName& row : release_names) {
    CAPTURE(row.theirs);
    REQUIRE(equates.contains(row.theirs));
    CHECK(equates.at(row.theirs) == static_cast<std::uint64_t>(row.opcode));
  }
}

TEST_CASE("isa: sizes and registers are those of equates.h") {
  const std::map<std::string, std::uint64_t> equates = read_equates();
  const auto number = [&](const char* name) {
    CAPTURE(name);
    REQUIRE(equates.contains(name));
    return equates.at(name);
  };
  CHECK(number("pb_reg_count") == CORACLE_INTEGER_REGISTERS);
  CHECK(number("pb_fpreg_count") == CORACLE_FLOAT_REGISTERS);
  const CodeLimits limits;
  CHECK(number("pb_call_arena_size") * 8 == limits.arena_bytes);
  const ReturnPointLayout& layout = limits.return_points;
  CHECK(number("size_rp_header") == layout.header);
  CHECK(number("size_rp_compact_header") == layout.compact_header);
  CHECK(number("code_data_disp") == layout.code_data);
  // The place of a full header's toplink is a number of the release's profile.
  CHECK(number("size_rp_compact_header") - number("rp_compact_header_toplink_disp") ==
        layout.compact_toplink);
  // The word whose lowest bit tells the headers apart is the last of both.
  CHECK(number("rp_header_frame_size_disp") + 8 == layout.header);
  CHECK(number("rp_compact_header_mask_size_mode_disp") + 8 == layout.compact_header);
}

TEST_SUITE_END();

}  // namespace
}  // namespace coracle::test
