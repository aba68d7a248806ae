// The cases of tests/golden: assembler text goes in; bytes, disassembly, the verifier's answer and
// the state after a run come out. One file for each case, in sections:
//
//   ; what the case shows
//   -- before        registers and memory, where they are not zero: "r4 = -1", "f1 = 1.5",
//                    "r5 = memory+8", "memory+8 = 0x2a" (8 bytes), "arena+0 = 7"
//   -- assembly      the program, run from its first instruction
//   -- bytes         as in a file
//   -- disassembly   at address 0x1000
//   -- verifier      "accepted", or why not
//   -- after         where it stopped, and what changed
//
// CORACLE_GOLDEN_REWRITE=1 rewrites the last four. Words of memory are compared as numbers, so hosts
// of both byte orders agree.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>
#include <sstream>

#include "tests/unit/isa_files.h"
#include "tests/unit/isa_machine.h"
#include "vm/isa/assembler.h"
#include "vm/isa/disassembler.h"
#include "vm/isa/verifier.h"

namespace coracle::test {
namespace {

constexpr std::uint64_t printed_base = 0x1000;
using Sections = std::map<std::string, std::string>;  // "" is the comment at the top

Sections read_sections(const std::string& text) {
  Sections result;
  std::string name;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("-- ")) {
      name = line.substr(3);
      result[name];
    } else {
      result[name] += line + "\n";
    }
  }
  return result;
}

std::string format(const char* pattern, std::uint64_t value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, pattern, value);
  return buffer;
}

/// A case with its code and state.
class Case {
 public:
  Case(const std::string& before, const std::string& assembly) {
    const auto printed = assemble(assembly, printed_base);
    REQUIRE_MESSAGE(printed.has_value(), (printed ? "" : printed.error().message));
    printed_ = *printed;
    code_ = printed_;  // where it runs; the size doesn't depend on the address
    std::ranges::copy(assemble(assembly, code_address()).value(), code_.begin());
    std::istringstream lines(before);
    for (std::string line; std::getline(lines, line);) set(line);
  }

  std::string bytes() const {
    // As in a file.
    const auto* data = reinterpret_cast<const std::uint8_t*>(printed_.data());
    std::vector<std::uint8_t> bytes(data, data + printed_.size() * 4);
    reorder_code(bytes, std::endian::native, std::endian::little);
    std::string result;
    for (std::size_t i = 0; i < bytes.size(); i += 1) {
      result += format("%02x", bytes[i]);
      result += i % 4 != 3 ? " " : i % 16 == 15 || i + 1 == bytes.size() ? "\n" : "  ";
    }
    return result;
  }
  std::string disassembly() const { return disassemble(printed_, printed_base); }
  std::string verdict() const {
    const auto* data = reinterpret_cast<const std::uint8_t*>(code_.data());
    const auto result = verify_code(std::span(data, code_.size() * 4), std::endian::native);
    return result ? "accepted\n" : result.error().message + "\n";
  }
  std::string after(std::set<Opcode>& met) {
    MachineState old = state_;
    const Stop stop = run_program(state_, code_, met);
    std::string result = stop.reason + format(" at code+0x%" PRIx64 "\n", stop.word * 4);
    for (std::size_t i = 0; i < state_.regs.size(); i += 1) {
      if (state_.regs[i] != old.regs[i])
        result += "r" + std::to_string(i) + " = " + value(state_.regs[i]) + "\n";
    }
    for (std::size_t i = 0; i < state_.fp.size(); i += 1) {
      if (state_.fp[i] != old.fp[i])
        result += "f" + std::to_string(i) + " = " + float_value(state_.fp[i]) + "\n";
    }
    result += changed_words("memory", old.memory, state_.memory);
    result += changed_words("arena", old.arena, state_.arena);
    if (state_.condition) result += "condition = " + std::to_string(*state_.condition) + "\n";
    return result;
  }

 private:
  std::uint64_t code_address() const {
    return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(code_.data()));
  }

  /// One line of "before".
  void set(const std::string& line) {
    const std::size_t equals = line.find(" = ");
    if (line.empty()) return;
    REQUIRE_MESSAGE(equals != std::string::npos, line);
    const std::string what = line.substr(0, equals);
    const std::string to = line.substr(equals + 3);
    if (what.starts_with("memory+")) {
      set_word(state_.memory, std::stoul(what.substr(7)), number(to));
    } else if (what.starts_with("arena+")) {
      set_word(state_.arena, std::stoul(what.substr(6)), number(to));
    } else if (what.starts_with("r")) {
      state_.regs.at(std::stoul(what.substr(1))) = number(to);
    } else if (what.starts_with("f")) {
      state_.fp.at(std::stoul(what.substr(1))) =
          to.starts_with("0x") ? number(to) : std::bit_cast<std::uint64_t>(std::stod(to));
    } else {
      FAIL(line);
    }
  }
  std::uint64_t number(const std::string& text) const {
    if (text.starts_with("memory+")) return memory_address(state_) + std::stoul(text.substr(7));
    if (text.starts_with("-")) return 0 - std::stoull(text.substr(1), nullptr, 0);
    return std::stoull(text, nullptr, 0);
  }
  static void set_word(std::span<std::uint8_t> bytes, std::size_t at, std::uint64_t word) {
    REQUIRE(at + sizeof word <= bytes.size());
    std::memcpy(&bytes[at], &word, sizeof word);
  }

  std::string value(std::uint64_t bits) const {
    if (bits - memory_address(state_) < memory_bytes)
      return format("memory+%" PRIu64, bits - memory_address(state_));
    if (bits - code_address() <= code_.size() * 4)
      return format("code+0x%" PRIx64, bits - code_address());
    return format("0x%" PRIx64, bits);
  }
  static std::string float_value(std::uint64_t bits) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "  ; %.17g", std::bit_cast<double>(bits));
    return format("0x%016" PRIx64, bits) + buffer;
  }
  std::string changed_words(const std::string& name, std::span<const std::uint8_t> old,
                            std::span<const std::uint8_t> now) const {
    std::string result;
    for (std::size_t at = 0; at < now.size(); at += 8) {
      std::uint64_t word;
      std::memcpy(&word, &now[at], sizeof word);
      if (std::memcmp(&old[at], &now[at], sizeof word) != 0)
        result += name + "+" + std::to_string(at) + " = " + value(word) + "\n";
    }
    return result;
  }

  std::vector<std::uint32_t> printed_;
  std::vector<std::uint32_t> code_;
  MachineState state_;
};

/// Runs the case and returns its file as it should be.
std::string work_out(const std::string& text, std::set<Opcode>& met) {
  Sections sections = read_sections(text);
  Case example(sections["before"], sections["assembly"]);
  sections["bytes"] = example.bytes();
  sections["disassembly"] = example.disassembly();
  sections["verifier"] = example.verdict();
  sections["after"] = example.after(met);
  std::string result = sections[""];
  for (const char* name : {"before", "assembly", "bytes", "disassembly", "verifier", "after"})
    result += "-- " + std::string(name) + "\n" + sections[name];
  return result;
}

TEST_CASE("isa: golden cases") {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(source_root() / "tests/golden"))
    if (entry.path().extension() == ".case") paths.push_back(entry.path());
  std::ranges::sort(paths);
  REQUIRE(!paths.empty());

  std::set<Opcode> met;
  for (const std::filesystem::path& path : paths) {
    CAPTURE(path.filename().string());
    const std::string text = read_text(path).value();
    const std::string result = work_out(text, met);
    if (rewrites_golden_files()) {
      write_text(path, result);
    } else {
      CHECK_MESSAGE(text == result, "CORACLE_GOLDEN_REWRITE=1 rewrites it");
    }
  }
  // Instructions with a body are tested in isa_bodies.cpp; the others must be met here.
  for (const InstructionInfo& info : instruction_table)
    if (!has_body(info.flow)) CHECK_MESSAGE(met.contains(info.opcode), info.name);
}

}  // namespace
}  // namespace coracle::test
