// The subcommands of `coracle image`, from commands.def: their command lines and the help on them.
//
// Must not know: what the subcommands do.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/result.h"

namespace coracle::image {

enum class OptionName : std::uint8_t {
#define OPTION(type, field, short_name, long_name, argument, help) field,
#include "tools/image/commands.def"
};

struct OptionRow {
  std::string_view short_name, long_name, argument, help;
  bool takes_value() const { return !argument.empty(); }
};
/// By OptionName.
std::span<const OptionRow> option_rows();

enum class Subcommand : std::uint8_t {
#define SUBCOMMAND(name, ...) name,
#include "tools/image/commands.def"
};

struct SubcommandRow {
  std::string_view name, arguments;
  std::size_t least, most;  // arguments other than options
  std::string_view help, description;
  std::vector<OptionName> options;
};
/// By Subcommand.
std::vector<SubcommandRow> subcommand_rows();

/// Types of options: how the command line's values are kept.
namespace option_type {
using flag = bool;
using text = std::optional<std::string>;
using texts = std::vector<std::string>;
}  // namespace option_type

struct Arguments {
#define OPTION(type, field, short_name, long_name, argument, help) option_type::type field{};
#include "tools/image/commands.def"
  bool help = false;
  std::vector<std::string> operands;  // the rest
};

std::optional<Subcommand> find_subcommand(std::string_view name);
/// `words`: what follows the name of the subcommand.
Result<Arguments> parse_arguments(Subcommand subcommand, std::span<const std::string> words);

/// The text of `coracle help image`.
std::string help_on_image();
/// The text of `coracle help image SUBCOMMAND`.
std::string help_on(Subcommand subcommand);

}  // namespace coracle::image
