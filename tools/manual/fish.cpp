// Completion for fish.
#include "tools/manual/output.h"

namespace coracle::manual {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (char const c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

/// What a value may be: options of `complete`. Without any, files are offered.
std::string values(const std::string& name) {
  Values const v = values_of(name);
  std::string text;
  if (!v.words.empty()) {
    text += " -a '";
    for (const std::string& word : v.words) text += word + " ";
    text.back() = '\'';
  }
  if (v.folders) text += " -a '(__fish_complete_directories)'";
  return text;
}

std::string options(const std::string& condition, const std::vector<Option>& all) {
  std::string text;
  for (const Option& option : all) {
    if (option.long_name == "--") continue;  // fish knows it itself
    text += "complete -c coracle -n " + quoted(condition);
    if (!option.short_name.empty()) text += " -s " + option.short_name.substr(1);
    text += " -l " + option.long_name.substr(2);
    bool const files = values_of(option.value).files;
    if (option.form == Option::Form::next || option.form == Option::Form::either ||
        option.form == Option::Form::equals) {
      text += files ? " -r -F" : " -x";
    }
    if (option.form != Option::Form::flag) text += values(option.value);
    text += " -d " + quoted(option.help) + "\n";
  }
  return text;
}

}  // namespace

std::string fish_completion(const Command& program) {
  std::string text = R"(# Completion of the command line of coracle, for fish.

# Whether the command line begins with these words.
function __coracle_in
    set -l words (commandline -opc)
    test (count $words) -gt (count $argv); or return 1
    for i in (seq (count $argv))
        test $words[(math $i + 1)] = $argv[$i]; or return 1
    end
end

# Whether these words are all there is.
function __coracle_after
    test (count (commandline -opc)) -eq (math (count $argv) + 1); and __coracle_in $argv
end

)";
  std::string no_command;
  for (const Command& command : program.subcommands) {
    no_command +=
        (no_command.empty() ? "not __coracle_in " : "; and not __coracle_in ") + command.name;
    text += "complete -c coracle -n __coracle_after -a " + command.name + " -d " +
            quoted(command.help) + "\n";
    if (command.name == "help") {
      for (const Command& other : program.subcommands) {
        text += "complete -c coracle -n '__coracle_after help' -f -a " + other.name + " -d " +
                quoted(other.help) + "\n";
        for (const Command& sub : other.subcommands) {
          text += "complete -c coracle -n '__coracle_after help " + other.name + "' -f -a " +
                  sub.name + " -d " + quoted(sub.help) + "\n";
        }
      }
      continue;
    }
    if (command.subcommands.empty()) {
      text += "complete -c coracle -n '__coracle_in " + command.name + "' -f" +
              values(command.arguments) + "\n";
    }
    for (const Command& sub : command.subcommands) {
      text += "complete -c coracle -n '__coracle_after " + command.name + "' -f -a " + sub.name +
              " -d " + quoted(sub.help) + "\n";
      text += options("__coracle_in " + command.name + " " + sub.name, sub.options);
    }
  }
  return text + options(no_command, program.options);
}

}  // namespace coracle::manual
