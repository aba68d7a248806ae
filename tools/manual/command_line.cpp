#include "tools/manual/command_line.h"

#include <string_view>

#include "boot/profiles/profiles.h"
#include "tools/image/commands.h"

namespace coracle::manual {
namespace {

/// An option of options.def: a value is named after it, or in its long name, as in "--histogram[=FILE]".
Option make_option(std::string_view heading, std::string_view short_name,
                   std::string_view long_name, std::string_view argument, std::string_view help) {
  Option option{std::string(short_name), std::string(long_name),
                std::string(argument),   argument.empty() ? Option::Form::flag : Option::Form::next,
                std::string(help),       std::string(heading)};
  std::size_t const value = long_name.find_first_of("[=");
  if (value == std::string_view::npos) return option;
  bool const optional = long_name[value] == '[';
  option.form = optional ? Option::Form::optional : Option::Form::equals;
  option.long_name.resize(value);
  option.value = long_name.substr(value + (optional ? 2 : 1));
  if (optional) option.value.pop_back();
  return option;
}

Option make_option(const image::OptionRow& row) {
  return {
      std::string(row.short_name), std::string(row.long_name),
      std::string(row.argument),   row.takes_value() ? Option::Form::either : Option::Form::flag,
      std::string(row.help),       ""};
}

std::vector<Command> image_subcommands() {
  std::vector<Command> commands;
  for (const image::SubcommandRow& row : image::subcommand_rows()) {
    Command command{std::string(row.name),
                    std::string(row.arguments),
                    std::string(row.help),
                    std::string(row.description),
                    {},
                    {}};
    for (image::OptionName const name : row.options) {
      command.options.push_back(make_option(image::option_rows()[static_cast<std::size_t>(name)]));
    }
    commands.push_back(std::move(command));
  }
  return commands;
}

}  // namespace

Command command_line() {
  Command all{"coracle", "[FILE...]", "", "", {}, {}};
  std::string_view heading;
#define HEADING(text) heading = text;
#define FLAG(field, short_name, long_name, help) \
  all.options.push_back(make_option(heading, short_name, long_name, "", help));
#define TEXT(field, short_name, long_name, argument, help) \
  all.options.push_back(make_option(heading, short_name, long_name, argument, help));
#define OTHER(name, short_name, long_name, argument, help) \
  all.options.push_back(make_option(heading, short_name, long_name, argument, help));
#define COMMAND(name, arguments, help) \
  all.subcommands.push_back({#name, arguments, help, "", {}, {}});
#include "tools/options.def"
  for (Command& command : all.subcommands) {
    if (command.name == "image") command.subcommands = image_subcommands();
  }
  return all;
}

Values values_of(const std::string& name) {
  Values values;
  auto const has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  values.files = has("PATH") || has("FILE") || name.starts_with("OUT") || name == "A B";
  values.folders = has("DIR") || has("FOLDER");
  values.named = has("NAME=");
  if (has("RELEASE")) {
    for (const Profile& profile : profiles()) values.words.emplace_back(profile.release);
  }
  // What isn't in capitals stands for itself.
  for (std::size_t start = 0; start < name.size();) {
    std::size_t const end = std::min(name.find('|', start), name.size());
    std::string const word = name.substr(start, end - start);
    if (word.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ.") == std::string::npos)
      values.words.push_back(word);
    start = end + 1;
  }
  return values;
}

}  // namespace coracle::manual
