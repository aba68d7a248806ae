// Finds boot files and checks their headers, before any of their code runs.
//
// Owns: the search path and its escapes, the rules for which files belong together (a header names the
// files that its own file needs), the messages for files that can't be booted.
// Must not know: the heap, what the files hold after their first header.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "boot/image/fasl_file.h"
#include "vm/base/profile.h"
#include "vm/base/result.h"
#include "vm/host/files.h"

namespace coracle {

/// A boot file that the user names.
struct BootFileName {
  std::string name;
  bool direct = false;  // true: the name is a path (-B); false: it is searched for (-b)
  /// The file's contents, if they are in memory already. Then `name` is used only in messages, and the
  /// bytes must stay valid until the boot is over.
  std::optional<std::span<const std::uint8_t>> bytes = {};
};

struct BootSearch {
  /// Files in the order in which they are loaded. If there are none: `default_name`.boot and what it needs.
  /// Where a folder has no NAME.boot, NAME.image will do.
  std::vector<BootFileName> files;
  std::string default_name = "scheme";
  /// Where they are searched for: folders separated by colons. %m is the machine type, %v the
  /// release, %x the folder of the program, %% and %: are % and : themselves. The built-in folders
  /// follow if it is not set or ends with a colon: those beside an installed program; the user's cache,
  /// where `coracle fetch` puts boot files; those of an installed Chez. The program coracle passes the
  /// environment variable SCHEMEHEAPDIRS here; the library does not read it.
  std::optional<std::string> heap_dirs;
  bool has_built_in_folders() const { return !heap_dirs || heap_dirs->ends_with(':'); }
  std::string program_path;  // argv[0], used if the system doesn't know the program's path
  /// Called with a message for each step of the search; may be null.
  std::function<void(const std::string&)> on_step;
  /// Called with a message for each mistake in the search path; may be null.
  std::function<void(const std::string&)> on_warning;
  /// Added to the error message if boot files are missing: what the user can do about it.
  std::string advice;
};

struct BootFile {
  std::string path;  // what messages call it: "x.boot", "x.image(petite.boot)"
  FaslHeader header;
  const Profile* profile = nullptr;
  std::string container;  // the file that holds it: itself, or an image
  std::string section;    // of an image; empty for a file of its own
  /// The container's, if they are in memory.
  std::optional<std::span<const std::uint8_t>> bytes = {};
};

/// Files that belong together, the base file first, all of the same release.
Result<std::vector<BootFile>> find_boot_files(const BootSearch& search);

/// Checks the first header of a file. An image may hold several boot files.
Result<std::vector<BootFile>> check_boot_file(const std::string& path);
/// The same for a file in memory; `name` is what messages call it.
Result<std::vector<BootFile>> check_boot_bytes(const std::string& name,
                                               std::span<const std::uint8_t> bytes);

/// Opens a file for reading; a folder is an error.
Result<host::UniqueFd> open_boot_file(const std::string& path);

/// The folder of the running program. `program_path`: argv[0], used if the system doesn't know the path.
std::string program_folder(const std::string& program_path);

/// The folders of a search path, in order, with escapes expanded. `warnings` receives its mistakes.
std::vector<std::string> expand_search_path(std::string_view path, const Profile& profile,
                                            std::string_view program_folder,
                                            std::vector<std::string>& warnings);

}  // namespace coracle
