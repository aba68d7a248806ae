// The library built without an operating system, as a program that tests/boot/run can use: boot files
// from memory, a console of callbacks. This program alone reads files, by the C library.
//
//     none -q --script FILE ARGUMENT ...
//
// The folder in the environment variable SCHEMEHEAPDIRS has petite.boot and scheme.boot. The script comes by the
// console; the file of its first argument, if there is one, is the only one that it can open.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "boot/machine.h"
#include "vm/kernel/files/console.h"

namespace {

using namespace coracle;

std::string read_whole(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    std::fprintf(stderr, "none: %s: cannot open\n", path.c_str());
    std::exit(1);
  }
  std::string text;
  char piece[65536];
  while (std::size_t const n = std::fread(piece, 1, sizeof piece, file)) text.append(piece, n);
  std::fclose(file);
  return text;
}

std::string scheme_string(const std::string& text) {
  std::string result = "\"";
  for (char const c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

/// What the script is preceded by: its arguments, and the file that it may open.
std::string prelude(const std::vector<std::string>& arguments) {
  std::string text = "(command-line-arguments '(";
  for (const std::string& a : arguments) text += scheme_string(a) + " ";
  text += "))\n";
  if (arguments.empty()) return text;
  return text + "(define (open-input-file path . more)" + " (if (equal? path " +
         scheme_string(arguments.front()) + ") (open-input-string " +
         scheme_string(read_whole(arguments.front())) + ") (apply #%open-input-file path more)))\n";
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const char* const folder = std::getenv("SCHEMEHEAPDIRS");
  if (arguments.size() < 3 || arguments[0] != "-q" || arguments[1] != "--script" ||
      folder == nullptr) {
    std::fputs("usage: SCHEMEHEAPDIRS=FOLDER none -q --script FILE ARGUMENT ...\n", stderr);
    return 1;
  }
  std::string const petite = read_whole(std::string(folder) + "/petite.boot");
  std::string const scheme = read_whole(std::string(folder) + "/scheme.boot");
  BootSearch search;
  search.files = {{.name = "petite", .bytes = bytes_of(petite)},
                  {.name = "scheme", .bytes = bytes_of(scheme)}};
  auto const booted = Machine::boot(search, VmOptions{});
  if (!booted) {
    std::fprintf(stderr, "none: %s\n", booted.error().message.c_str());
    return 1;
  }
  Machine& machine = **booted;
  std::string const input =
      prelude({arguments.begin() + 3, arguments.end()}) + read_whole(arguments[2]) + "\n(exit 0)\n";
  std::size_t at = 0;
  machine.vm().kernel_states.add(std::make_unique<kernel::Console>(
      [&](std::span<std::uint8_t> to) {
        std::size_t const n = std::min(to.size(), input.size() - at);
        std::memcpy(to.data(), input.data() + at, n);
        at += n;
        return static_cast<std::int64_t>(n);
      },
      [](int descriptor, std::span<const std::uint8_t> bytes) {
        std::FILE* const stream = descriptor == 1 ? stdout : stderr;
        auto const written = std::fwrite(bytes.data(), 1, bytes.size(), stream);
        return std::fflush(stream) == 0 ? static_cast<std::int64_t>(written) : std::int64_t{-1};
      }));
  machine.call_system("suppress-greeting", {true_value});
  machine.call_system("waiter-prompt-string", {machine.string("")});
  return machine.start({});
}
