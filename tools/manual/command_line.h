// The command line of the program as data: options, commands, subcommands, with all their words. It comes from
// tools/options.def and tools/image/commands.def; the manual pages and the completions of shells come from it.
#pragma once

#include <string>
#include <vector>

namespace coracle::manual {

struct Option {
  /// How it takes its value: not at all; as the next argument; after "="; after "=", or none; after "=" or as
  /// the next argument.
  enum class Form { flag, next, equals, optional, either };
  std::string short_name, long_name;  // "-b", "--boot"
  std::string value;                  // what its value is called: "PATH"
  Form form = Form::flag;
  std::string help;
  std::string heading;  // what it stands under
};

struct Command {
  std::string name, arguments, help, description;
  std::vector<Option> options;
  std::vector<Command> subcommands;
};

/// The program itself, with its commands.
Command command_line();

/// What a value or an argument of that name may be, for completion.
struct Values {
  bool files = false, folders = false;
  bool named = false;              // NAME=PATH
  std::vector<std::string> words;  // "0", "1"
};
Values values_of(const std::string& name);

}  // namespace coracle::manual
