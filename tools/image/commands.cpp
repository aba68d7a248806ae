#include "tools/image/commands.h"

#include <algorithm>

namespace coracle::image {
namespace {

constexpr std::size_t help_column = 30;

std::string line(std::string text, std::string_view help) {
  text.resize(std::max(text.size() + 1, help_column), ' ');
  return text + std::string(help) + "\n";
}

/// A value of an option, where the option's type says.
void set(bool& field, const std::string&) { field = true; }
void set(std::optional<std::string>& field, const std::string& value) { field = value; }
void set(std::vector<std::string>& field, const std::string& value) { field.push_back(value); }

void set_option(Arguments& arguments, OptionName name, const std::string& value) {
  switch (name) {
#define OPTION(type, field, short_name, long_name, argument, help) \
  case OptionName::field: return set(arguments.field, value);
#include "tools/image/commands.def"
  }
}

const OptionRow& row_of(OptionName name) { return option_rows()[static_cast<std::size_t>(name)]; }

}  // namespace

std::span<const OptionRow> option_rows() {
  static constexpr OptionRow rows[] = {
#define OPTION(type, field, short_name, long_name, argument, help) \
  {short_name, long_name, argument, help},
#include "tools/image/commands.def"
  };
  return rows;
}

std::vector<SubcommandRow> subcommand_rows() {
  using enum OptionName;
  return {
#define SUBCOMMAND(name, arguments, least, most, help, description, ...) \
  {#name, arguments, least, most, help, description, {__VA_ARGS__}},
#include "tools/image/commands.def"
  };
}

std::optional<Subcommand> find_subcommand(std::string_view name) {
#define SUBCOMMAND(row_name, ...) \
  if (name == #row_name) return Subcommand::row_name;
#include "tools/image/commands.def"
  return std::nullopt;
}

Result<Arguments> parse_arguments(Subcommand subcommand, std::span<const std::string> words) {
  SubcommandRow const row = subcommand_rows()[static_cast<std::size_t>(subcommand)];
  std::string const see = "; see coracle help image " + std::string(row.name);
  Arguments arguments;
  bool only_operands = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string_view const word = words[i];
    if (only_operands || word.size() < 2 || word[0] != '-') {
      arguments.operands.emplace_back(word);
      continue;
    }
    if (word == "--") {
      only_operands = true;
      continue;
    }
    if (word == "--help" || word == "-h") {
      arguments.help = true;
      return arguments;
    }
    std::size_t const equal = word.starts_with("--") ? word.find('=') : std::string_view::npos;
    std::string_view const name = word.substr(0, equal);
    auto const option = std::ranges::find_if(row.options, [&](OptionName o) {
      return name == row_of(o).long_name || name == row_of(o).short_name;
    });
    if (option == row.options.end()) return fail("unknown option " + std::string(word) + see);
    if (!row_of(*option).takes_value()) {
      if (equal != std::string_view::npos) {
        return fail("found a value in " + std::string(word) + ", expected none" + see);
      }
      set_option(arguments, *option, "");
    } else if (equal != std::string_view::npos) {
      set_option(arguments, *option, std::string(word.substr(equal + 1)));
    } else if (++i < words.size()) {
      set_option(arguments, *option, words[i]);
    } else {
      return fail("found " + std::string(word) + " at the end, expected " +
                  std::string(row_of(*option).argument) + " after it" + see);
    }
  }
  std::size_t const n = arguments.operands.size();
  if (n < row.least || n > row.most) {
    return fail("found " + std::to_string(n) + (n == 1 ? " argument" : " arguments") +
                ", expected " + std::string(row.arguments) + see);
  }
  return arguments;
}

std::string help_on_image() {
  std::string text =
      "usage: coracle image SUBCOMMAND [options] ARGUMENTS\n\n"
      "Makes and inspects images, files that hold boot files, compiled files and others. All but "
      "create\n"
      "and extract take boot files and compiled files of Chez Scheme, too.\n\nsubcommands:\n";
  for (const SubcommandRow& row : subcommand_rows()) {
    text += line("  " + std::string(row.name) + " " + std::string(row.arguments), row.help);
  }
  return text + "\ncoracle help image SUBCOMMAND shows the options of each.\n";
}

std::string help_on(Subcommand subcommand) {
  SubcommandRow const row = subcommand_rows()[static_cast<std::size_t>(subcommand)];
  std::string text = "usage: coracle image " + std::string(row.name) + " [options] " +
                     std::string(row.arguments) + "\n\n" + std::string(row.description) +
                     "\n\noptions:\n";
  for (OptionName const name : row.options) {
    const OptionRow& option = row_of(name);
    std::string names = "  ";
    if (!option.short_name.empty()) {
      names += std::string(option.short_name) + " " + std::string(option.argument) + ", ";
    }
    names += option.long_name;
    if (option.takes_value()) names += " " + std::string(option.argument);
    text += line(names, option.help);
  }
  return text + line("  --help", "print this and exit");
}

}  // namespace coracle::image
