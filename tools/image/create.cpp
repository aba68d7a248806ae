// coracle image create
#include <algorithm>
#include <charconv>

#include "boot/image/image_writer.h"
#include "boot/profiles/profiles.h"
#include "tools/image/input.h"
#include "tools/image/new_file.h"
#include "tools/image/output.h"
#include "tools/image/progress.h"
#include "tools/image/subcommands.h"
#include "vm/base/byte_reader.h"

namespace coracle::image {
namespace {

struct Part {
  SectionKind kind;
  std::string name, path;  // the path is for messages
  std::vector<std::uint8_t> contents;
};

/// By the names of Chez's machine types.
ByteOrder byte_order_of(const std::string& machine) {
  if (machine.empty() || machine == "pb" || machine == "tpb") return ByteOrder::any;
  bool const bytecode = machine.starts_with("pb") || machine.starts_with("tpb");
  bool const big = bytecode ? machine.ends_with('b') : machine.find("ppc") != std::string::npos;
  return big ? ByteOrder::big : ByteOrder::little;
}

/// What the image's header says, from the headers of the files in it.
class HeaderMaker {
 public:
  /// The next file, of fasl format.
  Result<void> add(const Part& part) {
    MemorySource source(part.path, part.contents);
    LimitedMemory memory;
    Objects objects(source, memory);
    for (;;) {
      Result<std::optional<FaslPayload>> const object = objects.next();
      if (!object) return tl::unexpected<Error>(object.error());
      if (!*object) break;
    }
    for (const FaslHeader& header : objects.headers()) {
      Result<void> const agreed = agree(part, header);
      if (!agreed) return agreed;
    }
    return part.kind == SectionKind::boot ? add_needs(part, objects.headers().front())
                                          : Result<void>();
  }
  ImageHeader header() const {
    ImageHeader header;
    if (first_) header.release = release_name(first_->version);
    if (machine_) header.machine = machine_name(*machine_);
    header.byte_order = byte_order_of(header.machine);
    header.needs = needs_;
    return header;
  }

 private:
  Result<void> agree(const Part& part, const FaslHeader& header) {
    constexpr std::uint64_t any_machine = 0;
    if (!first_) {
      first_ = header;
      first_path_ = part.path;
    } else if (first_->version != header.version) {
      return fail(at_offset(part.path, header.version_offset,
                            "found release " + release_name(header.version) + ", expected " +
                                release_name(first_->version) + ", as in " + first_path_));
    }
    if (header.machine_type == any_machine) return {};
    if (!machine_) {
      machine_ = header;
      machine_path_ = part.path;
    } else if (machine_->machine_type != header.machine_type) {
      return fail(at_offset(part.path, header.machine_type_offset,
                            "found machine type " + machine_name(header) + ", expected " +
                                machine_name(*machine_) + ", as in " + machine_path_));
    }
    return {};
  }
  Result<void> add_needs(const Part& part, const FaslHeader& header) {
    std::string name = base_name(part.path);
    if (name.ends_with(".boot")) name.resize(name.size() - 5);
    const std::vector<std::string>& needed = header.dependencies;
    bool const first = boot_names_.empty();
    if (needed.empty() && !first) {
      return fail(part.path + ": found a boot file that needs no other after " +
                  boot_names_.back() + ".boot, expected it before all others");
    }
    bool const inside = std::ranges::any_of(
        needed, [&](const std::string& n) { return std::ranges::count(boot_names_, n) != 0; });
    if (!needed.empty() && !inside) {
      // Any one of those that it needs will do; it must do for the files before, too.
      std::vector<std::string> common;
      for (const std::string& n : needed) {
        if (needs_.empty() || std::ranges::count(needs_, n) != 0) common.push_back(n);
      }
      if (common.empty() || (!first && needs_.empty())) {
        return fail(part.path + ": found a boot file that needs " + needed.front() +
                    ".boot, expected one that needs those before it");
      }
      needs_ = std::move(common);
    }
    boot_names_.push_back(std::move(name));
    return {};
  }

  std::optional<FaslHeader> first_, machine_;
  std::string first_path_, machine_path_;
  std::vector<std::string> boot_names_, needs_;
};

Result<Part> read_part(const std::string& path) {
  Result<std::vector<std::uint8_t>> bytes = read_whole_file(path);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  Part part{SectionKind::file, base_name(path), path, std::move(*bytes)};
  if (is_image(part.contents)) {
    return fail(path + ": found an image, expected a boot file or another file");
  }
  if (begins_as_fasl(part.contents)) {
    Result<SectionKind> const kind = kind_of_fasl(path, part.contents);
    if (!kind) return tl::unexpected<Error>(kind.error());
    part.kind = *kind;
  }
  return part;
}

/// NAME=PATH.
Result<Part> read_file_part(const std::string& option) {
  std::size_t const equal = option.find('=');
  if (equal == std::string::npos || equal == 0 || equal + 1 == option.size()) {
    return fail("--file " + option + ": expected NAME=PATH");
  }
  std::string const path = option.substr(equal + 1);
  Result<std::vector<std::uint8_t>> bytes = read_whole_file(path);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  return Part{SectionKind::file, option.substr(0, equal), path, std::move(*bytes)};
}

Result<std::vector<Part>> read_parts(const Arguments& arguments) {
  std::vector<Part> parts;
  for (std::size_t i = 1; i < arguments.operands.size(); ++i) {
    Result<Part> part = read_part(arguments.operands[i]);
    if (!part) return tl::unexpected<Error>(part.error());
    parts.push_back(std::move(*part));
  }
  for (const std::string& option : arguments.file) {
    Result<Part> part = read_file_part(option);
    if (!part) return tl::unexpected<Error>(part.error());
    parts.push_back(std::move(*part));
  }
  std::size_t number = 0;
  for (const std::string& text : arguments.note) {
    std::string const name = ++number == 1 ? "note" : "note-" + std::to_string(number);
    parts.push_back({SectionKind::note, name, "--note", {text.begin(), text.end()}});
  }
  if (parts.empty()) return fail("found nothing to put into the image, expected a file");
  return parts;
}

Result<ImageOptions> options_of(const Arguments& arguments) {
  ImageOptions options;
  options.filter = !arguments.no_filter;
  if (arguments.level) {
    const std::string& text = *arguments.level;
    auto const [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), options.level);
    if (error != std::errc() || end != text.data() + text.size() || options.level < 0 ||
        options.level > greatest_image_level) {
      return fail("--level=" + text + ": expected a level of 0 to " +
                  std::to_string(greatest_image_level));
    }
  }
  return options;
}

}  // namespace

Result<int> run_create(const Arguments& arguments) {
  const std::string& out = arguments.operands[0];
  Result<ImageOptions> const options = options_of(arguments);
  if (!options) return tl::unexpected<Error>(options.error());
  auto const status = host::file_status(out.c_str());
  if (status && status->kind != host::FileKind::regular) {
    return fail(out + ": found something that isn't a file, expected a file or none");
  }
  if (status && !arguments.force) {
    Result<bool> const replaced = is_image_or_empty(out);
    if (!replaced) return tl::unexpected<Error>(replaced.error());
    if (!*replaced) {
      return fail(out +
                  ": found a file that isn't an image, expected a new file, or an image to "
                  "replace: OUT comes before the FILEs; --force replaces any file");
    }
  }
  Result<std::vector<Part>> const parts = read_parts(arguments);
  if (!parts) return tl::unexpected<Error>(parts.error());
  HeaderMaker maker;
  for (const Part& part : *parts) {
    if (part.kind != SectionKind::boot && part.kind != SectionKind::library) continue;
    Result<void> const added = maker.add(part);
    if (!added) return tl::unexpected<Error>(added.error());
  }

  Result<NewFile> file = NewFile::create(out);
  if (!file) return tl::unexpected<Error>(file.error());
  ImageWriter writer([&](std::span<const std::uint8_t> bytes) { return file->write(bytes); },
                     *options);
  Result<void> done = writer.begin(maker.header());
  Progress progress;
  for (std::size_t i = 0; done && i < parts->size(); ++i) {
    const Part& part = (*parts)[i];
    progress.say(printable(part.name) + " (" + std::to_string(i + 1) + " of " +
                 std::to_string(parts->size()) + ")");
    Result<ImageSection> const section = writer.add(part.kind, part.name, part.contents);
    if (!section) done = tl::unexpected<Error>(section.error());
  }
  if (done) done = writer.finish();
  if (done) done = file->complete();
  if (!done) return tl::unexpected<Error>(done.error());
  return 0;
}

}  // namespace coracle::image
