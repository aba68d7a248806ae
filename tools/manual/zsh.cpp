// Completion for zsh: a function for its system of completion.
#include <string_view>

#include "tools/manual/output.h"

namespace coracle::manual {
namespace {

/// Text within single quotes and within the brackets or colons of a specification.
std::string quoted(const std::string& text) {
  std::string result;
  for (char const c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    if (c == '\'') result += "'\\'";
    result += c;
  }
  return result;
}

std::string action_of(const std::string& value) {
  Values const values = values_of(value);
  std::string words;
  for (const std::string& word : values.words) words += (words.empty() ? "" : " ") + word;
  if (values.named || (values.files && values.words.empty())) return "_files";
  if (values.folders) return "_files -/";
  if (values.files) return "{compadd " + words + "; _files}";
  return words.empty() ? " " : "(" + words + ")";
}

std::string specifications(const std::vector<Option>& options) {
  std::string text;
  for (const Option& option : options) {
    auto const add = [&](std::string_view name, std::string_view value_mark) {
      text.append("    '").append(name).append("[").append(quoted(option.help)).append("]");
      if (option.form != Option::Form::flag) {
        text.append(value_mark).append(quoted(option.value)).append(":");
        text.append(action_of(option.value));
      }
      text += "' \\\n";
    };
    // Some of those with a value may be repeated, and it does no harm to say so of all.
    std::string const repeated = option.form == Option::Form::flag ? "" : "*";
    if (!option.short_name.empty()) add(repeated + option.short_name, ":");
    switch (option.form) {
      case Option::Form::flag:
        // zsh knows itself what "--" means.
        if (option.long_name != "--") add(option.long_name, "");
        break;
      case Option::Form::next: add(repeated + option.long_name, ":"); break;
      case Option::Form::either: add(repeated + option.long_name + "=", ":"); break;
      case Option::Form::equals: add(option.long_name + "=-", ":"); break;
      case Option::Form::optional: add(option.long_name + "=-", "::"); break;
    }
  }
  return text;
}

/// A function that offers commands with their help.
std::string description(const std::string& function, const std::vector<Command>& commands) {
  std::string text = function + "() {\n  local -a commands=(\n";
  for (const Command& command : commands) {
    text += "    '" + quoted(command.name) + ":" + quoted(command.help) + "'\n";
  }
  return text + "  )\n  _describe -t commands command commands\n}\n\n";
}

}  // namespace

std::string zsh_completion(const Command& program) {
  std::string functions = description("_coracle_commands", program.subcommands), cases;
  for (const Command& command : program.subcommands) {
    if (command.name == "help") {
      cases += "      help) ((CURRENT == 3)) && _coracle_commands\n";
      for (const Command& other : program.subcommands) {
        if (other.subcommands.empty()) continue;
        cases += "        [[ $CURRENT == 4 && $words[3] == " + other.name + " ]] && _coracle_" +
                 other.name + "\n";
      }
      cases += "        return ;;\n";
      continue;
    }
    if (command.subcommands.empty()) {
      cases += "      " + command.name +
               ") shift words; ((CURRENT--)); _arguments '--help[print help and exit]' '*:" +
               quoted(command.arguments) + ":" + action_of(command.arguments) + "'; return ;;\n";
      continue;
    }
    functions += description("_coracle_" + command.name, command.subcommands);
    cases += "      " + command.name + ")\n        if ((CURRENT == 3)); then _coracle_" +
             command.name + "; return; fi\n        case $words[3] in\n";
    for (const Command& sub : command.subcommands) {
      cases += "          " + sub.name + ") shift 2 words; ((CURRENT -= 2)); _arguments -s \\\n" +
               specifications(sub.options) +
               "    '--help[print help and exit]' '*:" + quoted(sub.arguments) + ":" +
               action_of(sub.arguments) + "' ;;\n";
    }
    cases += "        esac\n        return ;;\n";
  }
  return "#compdef coracle\n# Completion of the command line of coracle, for zsh.\n\n" + functions +
         R"(_coracle() {
  if ((CURRENT > 2)); then
    case $words[2] in
)" + cases +
         R"(    esac
  fi
  ((CURRENT == 2)) && [[ $PREFIX != -* ]] && _coracle_commands
  _arguments \
)" + specifications(program.options) +
         R"(    '*:file:_files'
}

_coracle "$@"
)";
}

}  // namespace coracle::manual
