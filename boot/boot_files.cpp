#include "boot/boot_files.h"

#include <algorithm>

#include "boot/boot_input.h"
#include "boot/profiles/profiles.h"
#include "vm/base/byte_reader.h"
#include "vm/host/environment.h"
#include "vm/host/errors.h"

namespace coracle {
namespace {

// The built-in search path, before and after the user's cache.
constexpr std::string_view folders_before_cache = "%x:%x/../lib/coracle/%v/%m:%x/../lib/csv%v/%m";
constexpr std::string_view folders_after_cache =
    "/usr/local/lib/coracle/%v/%m:/usr/lib/coracle/%v/%m:/usr/local/lib/csv%v/%m:/usr/lib/csv%v/%m";

/// Added to the message about a release without a profile.
constexpr std::string_view how_to_add =
    "; how a release is added: \"Support a new Chez release\" in Coracle's CONTRIBUTING.md";

std::string folder_of(const std::string& path) {
  std::size_t const slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}
std::string in_folder(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

/// True for a path that is never searched for: empty, absolute, or beginning with . or .. or ~.
bool is_fixed_path(const std::string& name) {
  std::string const first = name.substr(0, name.find('/'));
  return first.empty() || first == "." || first == ".." || first.starts_with('~');
}

bool exists(const std::string& path) {
  return host::file_status(host::expand_path(path).c_str()).has_value();
}

/// Where `coracle fetch` puts this user's boot files (boot/fetch computes the same folder); empty if the
/// environment names neither a cache nor a home folder.
std::string user_cache(const Profile& profile) {
  const char* const cache = host::environment_variable("XDG_CACHE_HOME");
  const char* const home = host::environment_variable("HOME");
  std::string folder;
  if (cache != nullptr && *cache == '/') folder = cache;
  else if (home != nullptr && *home != '\0') folder = in_folder(home, ".cache");
  else return "";
  return in_folder(folder, "coracle/") + std::string(profile.release) + "/" +
         std::string(profile.machine_name);
}

/// The search of one set of boot files.
class Finder {
 public:
  explicit Finder(const BootSearch& search) : search_(search) {
    std::string path = search.heap_dirs.value_or("");
    std::string const here = program_folder(search.program_path);
    for (const Profile& profile : profiles()) {
      add_folders(path, profile, here);
      if (!search.has_built_in_folders()) continue;
      add_folders(folders_before_cache, profile, here);
      add_folder(user_cache(profile));
      add_folders(folders_after_cache, profile, here);
    }
  }

  Result<std::vector<BootFile>> find() {
    if (search_.files.empty()) {
      std::string const name = search_.default_name + ".boot";
      std::optional<std::vector<BootFile>> found = search_folders(name);
      if (!found) {
        return fail("cannot find " + name + " for Chez Scheme " + supported_releases() +
                    ", machine type " + supported_machine_types(profiles().front().version) +
                    where() + search_.advice);
      }
      Result<void> const added = add_all(std::move(*found));
      if (!added) return tl::unexpected<Error>(added.error());
    }
    for (const BootFileName& file : search_.files) {
      Result<void> const added = add_named(file);
      if (!added) return tl::unexpected<Error>(added.error());
    }
    return std::move(found_);
  }

 private:
  void add_folders(std::string_view path, const Profile& profile, const std::string& here) {
    std::vector<std::string> warnings;
    for (std::string& folder : expand_search_path(path, profile, here, warnings)) {
      add_folder(std::move(folder));
    }
    for (const std::string& w : warnings) {
      if (search_.on_warning) search_.on_warning(w);
    }
  }

  void add_folder(std::string folder) {
    bool const known = std::find(folders_.begin(), folders_.end(), folder) != folders_.end();
    if (!folder.empty() && !known) folders_.push_back(std::move(folder));
  }

  std::string where() const {
    if (folders_.empty()) return "; the search path is empty";
    std::string text = "; looked in";
    for (const std::string& f : folders_) text += "\n  " + f;
    return text + rejected_;
  }

  void tell(const std::string& what) const {
    if (search_.on_step) search_.on_step(what);
  }

  /// The first bootable file of that name on the search path.
  std::optional<std::vector<BootFile>> search_folders(const std::string& name) {
    for (const std::string& folder : folders_) {
      if (!exists(in_folder(folder, name)))
        tell("trying " + in_folder(folder, name) + "...cannot open");
      if (std::optional<std::vector<BootFile>> found = look_in(folder, name)) return found;
    }
    return std::nullopt;
  }
  /// NAME.boot or else NAME.image in a folder, if one is there and can be booted.
  std::optional<std::vector<BootFile>> look_in(const std::string& folder, const std::string& name) {
    std::vector<std::string> candidates{name};
    if (name.ends_with(".boot")) candidates.push_back(name.substr(0, name.size() - 5) + ".image");
    for (const std::string& candidate : candidates) {
      std::string const path = in_folder(folder, candidate);
      if (!exists(path)) continue;
      Result<std::vector<BootFile>> files = check_boot_file(path);
      if (files) {
        tell("trying " + path + "...version and machine type check");
        return std::move(*files);
      }
      tell("trying " + path + "..." + files.error().message);
      rejected_ += "\n  " + files.error().message;
    }
    return std::nullopt;
  }

  Result<void> add_named(const BootFileName& named) {
    if (named.bytes) {
      Result<std::vector<BootFile>> files = check_boot_bytes(named.name, *named.bytes);
      return files ? add_all(std::move(*files)) : tl::unexpected<Error>(files.error());
    }
    bool const direct = named.direct || is_fixed_path(named.name);
    if (!direct) {
      if (std::optional<std::vector<BootFile>> found = search_folders(named.name))
        return add_all(std::move(*found));
      // Not on the search path: the name may be a file in the working folder.
      if (!host::file_status(named.name.c_str())) {
        return fail("cannot find the boot file " + named.name + where() + "\n  the working folder" +
                    search_.advice);
      }
    }
    Result<std::vector<BootFile>> files = check_boot_file(named.name);
    if (!files) {
      tell("trying " + named.name + "..." + files.error().message);
      return tl::unexpected<Error>(files.error());
    }
    tell("trying " + named.name + "...version and machine type check");
    return add_all(std::move(*files));
  }

  Result<void> add_all(std::vector<BootFile>&& files) {
    for (BootFile& file : files) {
      Result<void> const added = add(std::move(file));
      if (!added) return added;
    }
    return {};
  }

  /// Appends the file, after the one that it needs.
  Result<void> add(BootFile&& file) {
    if (file.header.dependencies.empty()) {
      if (!found_.empty()) {
        return fail(file.path + ": a base boot file must come before other boot files");
      }
    } else if (found_.empty()) {
      if (++depth_ > 16)
        return fail(file.path + ": the boot files depend on each other in a circle");
      Result<void> const added = add_needed(file);
      if (!added) return added;
    }
    if (!found_.empty() && found_.front().profile != file.profile) {
      return fail(file.path + " is for Chez Scheme " + std::string(file.profile->release) +
                  ", but " + found_.front().path + " is for " +
                  std::string(found_.front().profile->release));
    }
    found_.push_back(std::move(file));
    return {};
  }

  /// Any one of the files that the header names will do.
  Result<void> add_needed(const BootFile& file) {
    std::string names;
    for (const std::string& base : file.header.dependencies) {
      std::string const name = base + ".boot";
      std::optional<std::vector<BootFile>> found = search_folders(name);
      if (!found) found = look_in(folder_of(file.container), name);
      if (found) return add_all(std::move(*found));
      names += (names.empty() ? "" : " or ") + name;
    }
    return fail("cannot find " + names + ", which " + file.path + " needs" + where() +
                search_.advice);
  }

  const BootSearch& search_;
  std::vector<std::string> folders_;
  std::string rejected_;  // messages about files that were found but refused
  std::vector<BootFile> found_;
  int depth_ = 0;
};

}  // namespace

std::string program_folder(const std::string& program_path) {
  std::string const known = host::program_path();
  return folder_of(known.empty() ? program_path : known);
}

std::vector<std::string> expand_search_path(std::string_view path, const Profile& profile,
                                            std::string_view program_folder,
                                            std::vector<std::string>& warnings) {
  std::vector<std::string> folders;
  std::string folder;
  auto const end_folder = [&] {
    if (!folder.empty()) folders.push_back(std::move(folder));
    folder.clear();
  };
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == ':') {
      end_folder();
    } else if (path[i] != '%') {
      folder += path[i];
    } else {
      char const escape = i + 1 < path.size() ? path[i + 1] : '\0';
      ++i;
      switch (escape) {
        case 'm': folder += profile.machine_name; break;
        case 'v': folder += profile.release; break;
        case 'x': folder += program_folder; break;
        case '%':
        case ':': folder += escape; break;
        default:
          warnings.emplace_back("the search path " + std::string(path) +
                                " has a % that begins no escape; it is ignored");
          --i;
      }
    }
  }
  end_folder();
  return folders;
}

Result<host::UniqueFd> open_boot_file(const std::string& path) {
  host::UniqueFd file(
      host::open_file(host::expand_path(path).c_str(), {.read = true, .close_on_exec = true}));
  if (file.get() < 0) return fail(path + ": cannot open: " + host::error_text(errno));
  auto const status = host::file_status(file.get());
  if (!status) return fail(path + ": " + host::error_text(errno));
  if (status->kind == host::FileKind::directory) {
    return fail(path + ": found a folder, expected a boot file");
  }
  return file;
}

namespace {

Result<std::vector<BootFile>> check_boot_source(ByteSource& source) {
  const std::string& path = source.name();
  Result<FaslHeader> header = read_fasl_header(source);
  if (!header) {
    // After the magic bytes it is a Chez file, but a damaged one.
    bool const damaged = source.offset() > 8;
    return fail((damaged ? "damaged boot file: " : "not a boot file: ") + header.error().message);
  }
  const Profile* const release = find_release(header->version);
  if (release == nullptr) {
    return fail(at_offset(path, header->version_offset,
                          "found a boot file of Chez Scheme " + release_name(header->version) +
                              ", expected " + supported_releases() + std::string(how_to_add)));
  }
  const Profile* const profile = find_profile(release->version, header->machine_type);
  if (profile == nullptr) {
    return fail(at_offset(path, header->machine_type_offset,
                          "found a boot file for machine type " +
                              machine_type_name(*release, header->machine_type) + " (Chez Scheme " +
                              release_name(header->version) + "), expected " +
                              supported_machine_types(release->version) + ", portable bytecode"));
  }
  return std::vector{BootFile{path, std::move(*header), profile, path, {}, {}}};
}

}  // namespace

Result<std::vector<BootFile>> check_boot_file(const std::string& path) {
  Result<host::UniqueFd> const file = open_boot_file(path);
  if (!file) return tl::unexpected<Error>(file.error());
  std::uint8_t start[4];
  std::int64_t const read =
      host::uninterrupted([&] { return host::read_file(file->get(), start, sizeof start); });
  host::seek_file(file->get(), 0, host::From::start);
  DescriptorSource source(path, file->get(), DescriptorSource::Ahead::yes);
  bool const image = read > 0 && is_image({start, static_cast<std::size_t>(read)});
  return image ? boot_files_in_image(source) : check_boot_source(source);
}

Result<std::vector<BootFile>> check_boot_bytes(const std::string& name,
                                               std::span<const std::uint8_t> bytes) {
  MemorySource source(name, bytes);
  Result<std::vector<BootFile>> files =
      is_image(bytes) ? boot_files_in_image(source) : check_boot_source(source);
  if (files) {
    for (BootFile& file : *files) file.bytes = bytes;
  }
  return files;
}

Result<std::vector<BootFile>> find_boot_files(const BootSearch& search) {
  return Finder(search).find();
}

}  // namespace coracle
