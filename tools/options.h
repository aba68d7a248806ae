// The command line of the program, from options.def.
//
// Options stand anywhere before --, --script and --program; anything else is a file to load or an
// argument. A command can only be the first argument, and not of a program with one of Chez's names: for
// Chez that is a file. Must not know: what the options do.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "boot/boot_files.h"
#include "vm/base/event_range.h"
#include "vm/base/result.h"

namespace coracle {

enum class GcLogKind { none, each, summary };

enum class Command {
  none,
#define COMMAND(name, arguments, help) name,
#include "tools/options.def"
};

struct Options {
#define FLAG(field, short_name, long_name, help) bool field = false;
#define TEXT(field, short_name, long_name, argument, help) std::optional<std::string> field;
#include "tools/options.def"
  Command command = Command::none;  // then `arguments` is all that follows it
  std::vector<BootFileName> boot_files;
  std::optional<std::string> script, program;  // the file to run; the rest are its arguments
  int optimize_level = 0;
  bool histogram = false;
  std::string histogram_file;  // empty: standard error
  GcLogKind gc_log = GcLogKind::none;
  std::optional<std::uint64_t> deterministic;  // the seed
  std::size_t memory_limit = 0;                // bytes; 0: none
  EventRange gc_at;
  EventRange fail_memory;
  std::string program_name;  // argv[0]
  std::vector<std::string> arguments;

  /// The last part of program_name.
  std::string_view base_name() const;
  /// Whether the program was started as scheme, petite or chez: then it behaves as Chez's does.
  bool called_by_a_name_of_chez() const;
};

/// `arguments`: all of argv.
Result<Options> parse_options(const std::vector<std::string>& arguments);
/// The text of --help.
std::string usage(const std::string& program_name);

}  // namespace coracle
