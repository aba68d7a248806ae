// Finding boot files and judging their headers, before anything of them is run.
//
// Owns: the search path with its escapes, the rule which files belong together (a header names the
// files that its own needs), the messages for files that can't be booted.
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
  bool direct = false;  // a path as it stands (-B); otherwise it is searched for (-b)
  /// What the file holds, if it is in memory already. Then `name` is for messages alone, and the bytes
  /// must stay until the boot is over.
  std::optional<std::span<const std::uint8_t>> bytes = {};
};

struct BootSearch {
  /// Files in the order in which they are loaded; none: `default_name`.boot, and what it needs.
  std::vector<BootFileName> files;
  std::string default_name = "scheme";
  /// Where they are searched for: folders separated by colons. %m is the machine type, %v the
  /// release, %x the folder of the program, %% and %: are % and : themselves. The built-in folders
  /// follow if it is not set or ends with a colon: those beside the program, as it is installed; the
  /// user's cache, where `coracle fetch` puts boot files; those of an installed Chez. The program
  /// coracle passes the environment variable SCHEMEHEAPDIRS here; the library does not read it.
  std::optional<std::string> heap_dirs;
  std::string program_path;  // argv[0], where the system can't tell the program's own path
  /// What becomes of the messages that are no errors; null: nobody wants them. Each step of the search,
  std::function<void(const std::string&)> on_step;
  /// and what is wrong with the search path.
  std::function<void(const std::string&)> on_warning;
  /// Added to an error's message where boot files are missing: what the program's user can do.
  std::string advice;
};

struct BootFile {
  std::string path;
  FaslHeader header;
  const Profile* profile = nullptr;
  std::optional<std::span<const std::uint8_t>> bytes = {};  // of a file in memory
};

/// Files that belong together, the base file first; all of one release.
Result<std::vector<BootFile>> find_boot_files(const BootSearch& search);

/// Judges the first header of a file.
Result<BootFile> check_boot_file(const std::string& path);
/// The same for a file in memory; `name` is what messages call it.
Result<BootFile> check_boot_bytes(const std::string& name, std::span<const std::uint8_t> bytes);

/// Opens a file for reading; a folder is an error.
Result<host::UniqueFd> open_boot_file(const std::string& path);

/// The folder of the program that runs. `program_path`: argv[0], where the system can't tell.
std::string program_folder(const std::string& program_path);

/// The folders of a search path, in order, escapes expanded. `warnings`: what was wrong with it.
std::vector<std::string> expand_search_path(std::string_view path, const Profile& profile,
                                            std::string_view program_folder,
                                            std::vector<std::string>& warnings);

}  // namespace coracle
