// Completion for bash. It needs nothing of the package bash-completion but being loaded by it.
#include "tools/manual/output.h"

namespace coracle::manual {
namespace {

/// How a case of the script completes such a value.
std::string action_of(const std::string& value) {
  Values const values = values_of(value);
  if (values.named) return "_coracle_named";
  std::string words;
  for (const std::string& word : values.words) words += (words.empty() ? "" : " ") + word;
  std::string action;
  if (!words.empty()) action = "_coracle_words '" + words + "'";
  if (values.files || values.folders) {
    if (!action.empty()) action += "; ";
    action += values.files ? "_coracle_files f" : "_coracle_files d";
  }
  return action.empty() ? ":" : action;
}

/// Cases of "CONTEXT OPTION" for options that take a value.
std::string value_cases(const std::string& context, const std::vector<Option>& options) {
  std::string text;
  for (const Option& option : options) {
    if (option.form == Option::Form::flag) continue;
    std::string pattern;
    // After "=" the option has an equals sign in `option`.
    bool const next = option.form == Option::Form::next || option.form == Option::Form::either;
    auto const add = [&](const std::string& name) {
      pattern += pattern.empty() ? "'" : "|'";
      pattern.append(context).append(" ").append(name).append("'");
    };
    if (next && !option.short_name.empty()) add(option.short_name);
    if (next) add(option.long_name);
    if (option.form != Option::Form::next) add(option.long_name + "=");
    text += "    " + pattern + ") " + action_of(option.value) + "; return ;;\n";
  }
  return text;
}

std::string words_of(const std::vector<Option>& options) {
  std::string words;
  for (const Option& option : options) {
    if (!option.short_name.empty()) words += option.short_name + " ";
    words += option.long_name + " ";
    if (option.form == Option::Form::equals || option.form == Option::Form::optional) {
      if (option.form == Option::Form::equals)
        words.resize(words.size() - option.long_name.size() - 1);
      words += option.long_name + "= ";
    }
  }
  return words;
}

std::string names_of(const std::vector<Command>& commands) {
  std::string names;
  for (const Command& command : commands) names += (names.empty() ? "" : " ") + command.name;
  return names;
}

/// What the arguments of a command may be, when the word begins like an option and otherwise.
std::string argument_case(const std::string& context, const Command& command,
                          const std::string& options) {
  return "    '" + context + "')\n      if [[ $cur == -* ]]; then _coracle_words '" + options +
         "'; else " + action_of(command.arguments) + "; fi ;;\n";
}

}  // namespace

std::string bash_completion(const Command& program) {
  std::string values = value_cases("", program.options), arguments, commands, subcommands;
  for (const Command& command : program.subcommands) {
    commands += (commands.empty() ? "" : "|") + command.name;
    if (command.subcommands.empty()) {
      if (command.name == "help") {
        arguments += "    'help') _coracle_words '" + names_of(program.subcommands) + "' ;;\n";
      } else {
        arguments += argument_case(command.name, command, "--help");
      }
      continue;
    }
    subcommands += (subcommands.empty() ? "" : "|") + command.name;
    arguments += "    '" + command.name + "'|'help " + command.name + "') _coracle_words '" +
                 names_of(command.subcommands) + "' ;;\n";
    for (const Command& sub : command.subcommands) {
      std::string const context = command.name + " " + sub.name;
      values += value_cases(context, sub.options);
      arguments += argument_case(context, sub, words_of(sub.options) + "--help");
    }
  }
  return R"(# Completion of the command line of coracle, for bash.

_coracle_words() {
  COMPREPLY+=($(compgen -W "$1" -- "$cur"))
  # After an option that ends with "=" comes its value.
  [[ ${COMPREPLY[0]-} == *= && ${#COMPREPLY[@]} == 1 ]] && compopt -o nospace 2>/dev/null
}

_coracle_files() {
  compopt -o filenames 2>/dev/null
  local IFS=$'\n'
  COMPREPLY+=($(compgen -"$1" -- "$cur") $([[ $1 == f ]] && compgen -d -- "$cur"))
  [[ $1 == d ]] || COMPREPLY=($(printf '%s\n' "${COMPREPLY[@]}" | sort -u))
}

# NAME=PATH
_coracle_named() {
  [[ $cur == *=* ]] || return
  cur=${cur#*=}
  _coracle_files f
}

_coracle() {
  local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD-1]} context=
  COMPREPLY=()
  # bash makes words of its own of "--option=value" and "NAME=PATH".
  if [[ $cur == = ]]; then
    option+== cur=
  elif [[ $option == = && $COMP_CWORD -ge 2 ]]; then
    option=${COMP_WORDS[COMP_CWORD-2]}=
  fi
  if ((COMP_CWORD > 1)); then
    case ${COMP_WORDS[1]} in )" +
         commands + R"() context=${COMP_WORDS[1]} ;; esac
    if ((COMP_CWORD > 2)); then
      case $context in )" +
         subcommands + R"() context+=" ${COMP_WORDS[2]}" ;;
        help) case ${COMP_WORDS[2]} in )" +
         subcommands +
         R"() ((COMP_CWORD == 3)) && context="help ${COMP_WORDS[2]}" || return ;; *) return ;; esac ;;
      esac
    fi
  fi
  case "$context $option" in
)" + values +
         R"(    *=) [[ $option == -* ]] || _coracle_files f; return ;;
  esac
  case $context in
)" + arguments +
         R"(    '')
      if [[ $cur == -* ]]; then
        _coracle_words ')" +
         words_of(program.options) + R"('
      else
        ((COMP_CWORD == 1)) && _coracle_words ')" +
         names_of(program.subcommands) + R"('
        _coracle_files f
      fi ;;
  esac
}

complete -F _coracle coracle
)";
}

}  // namespace coracle::manual
