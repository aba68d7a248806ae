// coracle image extract
#include <algorithm>

#include "tools/image/input.h"
#include "tools/image/new_file.h"
#include "tools/image/subcommands.h"
#include "vm/host/errors.h"

namespace coracle::image {
namespace {

constexpr int folder_permissions = 0777;  // less what the process masks

const char* name_of(host::FileKind kind) {
  switch (kind) {
    case host::FileKind::regular: return "a file";
    case host::FileKind::directory: return "a folder";
    case host::FileKind::symbolic_link: return "a symbolic link";
    case host::FileKind::other: break;
  }
  return "something that isn't a file";
}

/// Calls f with each folder of a path: "a" and "a/b" of "a/b/c".
template <class F>
Result<void> each_folder(const std::string& path, F f) {
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    Result<void> const done = f(path.substr(0, slash));
    if (!done) return done;
  }
  return {};
}

Result<void> make_folder(const std::string& path) {
  if (host::make_directory(path.c_str(), folder_permissions) == 0 || errno == EEXIST) return {};
  return fail(path + ": " + host::error_text(errno));
}

class Extractor {
 public:
  Extractor(const Arguments& arguments)
      : force_(arguments.force),
        folder_(arguments.folder.value_or(".")),
        wanted_(arguments.operands.begin() + 1, arguments.operands.end()) {}

  Result<void> run(Input& input) {
    if (!input.header()) {
      return fail(input.path() + ": found a file of Chez Scheme, expected an image");
    }
    Result<void> made = each_folder(folder_ + "/", make_folder);
    if (!made) return made;
    std::vector<std::string> missing = wanted_;
    for (;;) {
      Result<std::optional<ImageSection>> const section = input.next();
      if (!section) return tl::unexpected<Error>(section.error());
      if (!*section) break;
      std::erase(missing, (*section)->name);
      if (!wanted_.empty() && std::ranges::count(wanted_, (*section)->name) == 0) continue;
      Result<void> const done = extract(input, (*section)->name);
      if (!done) return done;
    }
    if (missing.empty()) return {};
    return fail(input.path() + ": found no section " + missing.front() +
                "; coracle image list shows those that there are");
  }

 private:
  Result<void> extract(Input& input, const std::string& name) {
    // Names of sections are relative and without "..". But what is in the folder may lead out of it.
    Result<void> inside = each_folder(name, [&](const std::string& part) -> Result<void> {
      std::string const path = folder_ + "/" + part;
      auto const status = host::file_status(path.c_str(), false);
      if (!status) return make_folder(path);
      if (status->kind == host::FileKind::directory) return {};
      return fail(path + ": found " + name_of(status->kind) + ", expected a folder");
    });
    if (!inside) return inside;
    std::string const path = folder_ + "/" + name;
    auto const status = host::file_status(path.c_str(), false);
    if (status && (!force_ || status->kind == host::FileKind::directory)) {
      return fail(path + ": found " + name_of(status->kind) +
                  " that is there already, expected none" +
                  (status->kind == host::FileKind::directory ? "" : "; --force replaces it"));
    }
    Result<NewFile> file = NewFile::create(path);
    if (!file) return tl::unexpected<Error>(file.error());
    for (;;) {
      Result<std::span<const std::uint8_t>> const block = input.reader().next_block();
      if (!block) return tl::unexpected<Error>(block.error());
      if (block->empty()) return file->complete();
      Result<void> const written = file->write(*block);
      if (!written) return written;
    }
  }

  bool force_;
  std::string folder_;
  std::vector<std::string> wanted_;  // all if there are none
};

}  // namespace

Result<int> run_extract(const Arguments& arguments) {
  Result<std::unique_ptr<Input>> const input = Input::open(arguments.operands[0]);
  if (!input) return tl::unexpected<Error>(input.error());
  Result<void> const done = Extractor(arguments).run(**input);
  if (!done) return tl::unexpected<Error>(done.error());
  return 0;
}

}  // namespace coracle::image
