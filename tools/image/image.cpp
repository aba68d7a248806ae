#include "tools/image/image.h"

#include <cstdio>
#include <new>

#include "tools/image/input.h"
#include "tools/image/output.h"
#include "tools/image/subcommands.h"

namespace coracle {
namespace {

using namespace image;

Result<int> run(Subcommand subcommand, const Arguments& arguments) {
  try {
    switch (subcommand) {
#define SUBCOMMAND(name, ...) \
  case Subcommand::name: return run_##name(arguments);
#include "tools/image/commands.def"
    }
    return 0;
  } catch (const std::bad_alloc&) {
    // Only what a file says makes a subcommand ask for so much.
    return fail(arguments.operands.front() +
                ": found contents that need more memory than there is, expected at most " +
                std::to_string(LimitedMemory::limit >> 20) + " MiB");
  }
}

/// diff answers as the system's own does: 1 says that the files differ.
int status_of_error(std::optional<Subcommand> subcommand) {
  return subcommand == Subcommand::diff ? 2 : 1;
}

int report(std::optional<Subcommand> subcommand, const std::string& message) {
  std::string name = "coracle image";
  if (subcommand)
    name += " " + std::string(subcommand_rows()[static_cast<std::size_t>(*subcommand)].name);
  std::fprintf(stderr, "%s: %s\n", name.c_str(), printable(message).c_str());
  return status_of_error(subcommand);
}

int print_text(std::optional<Subcommand> subcommand, const std::string& text) {
  Result<void> const printed = print(text);
  return printed ? 0 : report(subcommand, printed.error().message);
}

int unknown(const std::string& word) {
  return report(std::nullopt,
                "unknown subcommand " + word + "; coracle help image lists the subcommands");
}

}  // namespace

int run_image(std::span<const std::string> words) {
  if (words.empty()) {
    return report(std::nullopt, "expected a subcommand; coracle help image lists the subcommands");
  }
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    return run_image_help(words.subspan(1));
  }
  std::optional<Subcommand> const subcommand = find_subcommand(words[0]);
  if (!subcommand) return unknown(words[0]);
  Result<Arguments> const arguments = parse_arguments(*subcommand, words.subspan(1));
  if (!arguments) return report(subcommand, arguments.error().message);
  if (arguments->help) return print_text(subcommand, help_on(*subcommand));
  Result<int> const status = run(*subcommand, *arguments);
  return status ? *status : report(subcommand, status.error().message);
}

int run_image_help(std::span<const std::string> words) {
  if (words.empty()) return print_text(std::nullopt, help_on_image());
  std::optional<Subcommand> const subcommand = find_subcommand(words[0]);
  return subcommand ? print_text(subcommand, help_on(*subcommand)) : unknown(words[0]);
}

}  // namespace coracle
