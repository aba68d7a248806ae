#include "tools/options.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace coracle {
namespace {

/// The parsing of one command line.
class Parser {
 public:
  explicit Parser(const std::vector<std::string>& arguments) : arguments_(arguments) {}

  Result<Options> parse() {
    options_.program_name = arguments_.empty() ? "coracle" : arguments_[0];
    // Started by this name, it runs the program that its first argument names.
    if (options_.base_name() == "scheme-script") {
      if (arguments_.size() < 2)
        return fail(options_.program_name + " requires program-path argument");
      next_ = 1;
      (void)parse_program("");
    } else if (arguments_.size() > 1 && !options_.called_by_a_name_of_chez()) {
      parse_command(arguments_[1]);
    }
    while (next_ < arguments_.size() && !error_) {
      std::string const& argument = arguments_[next_++];
      if (!parse_option(argument)) options_.arguments.push_back(argument);
    }
    if (error_) return tl::unexpected<Error>(*error_);
    return std::move(options_);
  }

 private:
  void parse_command(std::string_view argument) {
#define COMMAND(name, arguments, help) \
  if (argument == #name) options_.command = Command::name;
#include "tools/options.def"
    if (options_.command == Command::none) return;
    next_ = 2;
    take_rest();
  }

  /// False if it isn't an option.
  bool parse_option(const std::string& argument) {
    std::string_view const a = argument;
    auto const is = [&](std::string_view short_name, std::string_view long_name) {
      return a == long_name || (!short_name.empty() && a == short_name);
    };
#define FLAG(field, short_name, long_name, help) \
  if (is(short_name, long_name)) return options_.field = true;
#define TEXT(field, short_name, long_name, argument_name, help) \
  if (is(short_name, long_name)) {                              \
    if (next_argument(argument)) options_.field = value_;       \
    return true;                                                \
  }
#define OTHER(name, short_name, long_name, argument_name, help)          \
  if (is(short_name, base_name(long_name)) || takes_value(a, long_name)) \
    return parse_##name(argument);
#define REFUSED(short_name, long_name) \
  if (is(short_name, long_name))       \
    return refuse(short_name " and " long_name " options are not presently supported");
#include "tools/options.def"
    if (a.size() < 2 || a[0] != '-') return false;
    return refuse("unknown option " + argument + "; --help lists the options");
  }

  /// "--histogram" of "--histogram[=FILE]", "--gc-at" of "--gc-at=N[-M]".
  static constexpr std::string_view base_name(std::string_view long_name) {
    return long_name.substr(0, long_name.find_first_of("[="));
  }
  /// True for --histogram=x.
  static bool takes_value(std::string_view argument, std::string_view long_name) {
    std::string_view const name = base_name(long_name);
    return name.size() != long_name.size() && argument.starts_with(name) &&
           argument.size() > name.size() && argument[name.size()] == '=';
  }

  bool refuse(const std::string& message) {
    if (!error_) error_ = Error{message};
    return true;
  }
  bool next_argument(const std::string& option) {
    if (next_ == arguments_.size()) {
      refuse(option + " requires argument");
      return false;
    }
    value_ = arguments_[next_++];
    return true;
  }
  void take_rest() {
    options_.arguments.insert(options_.arguments.end(),
                              arguments_.begin() + static_cast<std::ptrdiff_t>(next_),
                              arguments_.end());
    next_ = arguments_.size();
  }

  bool parse_rest(const std::string&) {
    take_rest();
    return true;
  }
  bool parse_script(const std::string& option) {
    if (next_argument(option)) {
      options_.script = value_;
      take_rest();
    }
    return true;
  }
  bool parse_program(const std::string& option) {
    if (next_argument(option)) {
      options_.program = value_;
      take_rest();
    }
    return true;
  }
  bool parse_boot(const std::string& option) {
    if (next_argument(option)) options_.boot_files.push_back({value_, false});
    return true;
  }
  bool parse_direct_boot(const std::string& option) {
    if (next_argument(option)) options_.boot_files.push_back({value_, true});
    return true;
  }
  bool parse_optimize_level(const std::string& option) {
    if (!next_argument(option)) return true;
    if (value_.size() != 1 || value_[0] < '0' || value_[0] > '3') {
      return refuse("invalid optimize-level " + value_ + ", expected 0, 1, 2 or 3");
    }
    options_.optimize_level = value_[0] - '0';
    return true;
  }
  bool parse_histogram(const std::string& option) {
    options_.histogram = true;
    options_.histogram_file = value_of(option);
    return true;
  }

  bool parse_gc_log(const std::string& option) {
    std::string const value = value_of(option);
    if (option == "--gc-log") options_.gc_log = GcLogKind::each;
    else if (value == "summary") options_.gc_log = GcLogKind::summary;
    else return refuse(option + ": expected --gc-log or --gc-log=summary");
    return true;
  }
  bool parse_memory_limit(const std::string& option) {
    std::string const value = value_of(option);
    char const* const end = value.data() + value.size();
    auto const [stop, error] = std::from_chars(value.data(), end, options_.memory_limit);
    constexpr std::string_view units = "KMG";
    std::size_t const unit = stop == end ? 0 : units.find(*stop) + 1;
    bool const well = error == std::errc() && stop + (unit == 0 ? 0 : 1) == end;
    std::size_t const shift = 10 * unit;
    if (!well || options_.memory_limit == 0 || options_.memory_limit > SIZE_MAX >> shift) {
      return refuse(option + ": expected --memory-limit=N, NK, NM or NG");
    }
    options_.memory_limit <<= shift;
    return true;
  }
  bool parse_deterministic(const std::string& option) {
    std::string const value = value_of(option);
    std::uint64_t seed = 0;
    auto const parsed = std::from_chars(value.data(), value.data() + value.size(), seed);
    if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size()) {
      return refuse(option + ": expected --deterministic=SEED, a number below 2^64");
    }
    options_.deterministic = seed;
    return true;
  }
  bool parse_gc_at(const std::string& option) { return parse_events(option, options_.gc_at); }
  bool parse_fail_memory(const std::string& option) {
    return parse_events(option, options_.fail_memory);
  }
  bool parse_events(const std::string& option, EventRange& range) {
    std::string const value = value_of(option);
    char const* const end = value.data() + value.size();
    auto parsed = std::from_chars(value.data(), end, range.first);
    range.last = range.first;
    if (parsed.ec == std::errc() && parsed.ptr != end && *parsed.ptr == '-') {
      parsed = std::from_chars(parsed.ptr + 1, end, range.last);
    }
    bool const well = parsed.ec == std::errc() && parsed.ptr == end;
    if (well && range.first != 0 && range.first <= range.last) return true;
    std::string const name = option.substr(0, option.find('='));
    return refuse(option + ": expected " + name + "=N or " + name + "=N-M, 1 <= N <= M");
  }
  /// What follows the first '=' of "--option=value"; empty if there is none.
  static std::string value_of(const std::string& option) {
    std::size_t const equal = option.find('=');
    return equal == std::string::npos ? "" : option.substr(equal + 1);
  }

  const std::vector<std::string>& arguments_;
  std::size_t next_ = 1;
  std::string value_;  // of the option that is being parsed
  std::optional<Error> error_;
  Options options_;
};

std::string usage_line(std::string_view short_name, std::string_view long_name,
                       std::string_view argument, std::string_view help) {
  std::string line = "  ";
  std::string const suffix = argument.empty() ? "" : " " + std::string(argument);
  if (!short_name.empty()) line += std::string(short_name) + suffix + ", ";
  line += std::string(long_name) + suffix;
  line.resize(std::max<std::size_t>(line.size() + 1, 40), ' ');
  return line + std::string(help) + "\n";
}

}  // namespace

std::string_view Options::base_name() const {
  return std::string_view(program_name).substr(program_name.rfind('/') + 1);
}

bool Options::called_by_a_name_of_chez() const {
  std::string_view const name = base_name();
  return name == "scheme" || name == "petite" || name == "chez";
}

Result<Options> parse_options(const std::vector<std::string>& arguments) {
  return Parser(arguments).parse();
}

std::string usage(const std::string& program_name) {
  std::string text = "usage: " + program_name + " [options and files]\n";
#define COMMAND(name, arguments, help) text += usage_line("", #name, arguments, help);
#define FLAG(field, short_name, long_name, help) \
  text += usage_line(short_name, long_name, "", help);
#define TEXT(field, short_name, long_name, argument, help) \
  text += usage_line(short_name, long_name, argument, help);
#define OTHER(name, short_name, long_name, argument, help) \
  text += usage_line(short_name, long_name, argument, help);
#define HEADING(heading) text += heading ":\n";
#include "tools/options.def"
  return text;
}

}  // namespace coracle
