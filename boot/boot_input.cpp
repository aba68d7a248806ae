#include "boot/boot_input.h"

#include <vector>

#include "boot/known_files.h"
#include "boot/profiles/profiles.h"
#include "vm/host/errors.h"

namespace coracle {
namespace {

/// Whether a file that was opened, and is at its beginning, is a known one. Moves its position.
bool has_known_contents(int descriptor) {
  Sum128State state;
  std::vector<std::uint8_t> piece(1 << 16);
  std::uint64_t size = 0;
  for (;;) {
    std::int64_t const read = host::uninterrupted(
        [&] { return host::read_file(descriptor, piece.data(), piece.size()); });
    if (read <= 0) break;
    state.add({piece.data(), static_cast<std::size_t>(read)});
    size += static_cast<std::uint64_t>(read);
  }
  return is_known_file(size, state.sum());
}

bool is_same_file(const host::FileStatus& a, const host::FileStatus& b) {
  return a.device == b.device && a.number == b.number;
}

}  // namespace

Result<void> BootInput::open(const BootFile& file) {
  sums_.wait();
  section_.reset();
  is_known_ = false;
  if (image_ != nullptr && !file.section.empty() && container_ == file.container) {
    Result<bool> const found = find_section(file);
    if (!found) return tl::unexpected<Error>(found.error());
    if (*found) return {};
  }
  Result<void> const opened = open_file(file);
  if (!opened || file.section.empty()) return opened;
  Result<bool> const found = find_section(file);
  if (!found) return tl::unexpected<Error>(found.error());
  if (*found) return {};
  return fail(file.container + ": found no section " + file.section +
              ", which was there a moment ago");
}

Result<void> BootInput::open_file(const BootFile& file) {
  image_.reset();
  file_.reset();
  opened_ = {};
  container_ = file.container;
  bool const is_image = !file.section.empty();
  if (file.bytes) {
    std::span<const std::uint8_t> const bytes = *file.bytes;
    is_known_ = !is_image && is_size_of_known_file(bytes.size()) &&
                is_known_file(bytes.size(), xxh3_128(bytes.data(), bytes.size()));
    file_ = std::make_unique<MemorySource>(file.container, bytes);
  } else {
    Result<host::UniqueFd> found = open_boot_file(file.container);
    if (!found) return tl::unexpected<Error>(found.error());
    opened_ = std::move(*found);
    if (!is_image) begin_sum();
    file_ = std::make_unique<DescriptorSource>(file.container, opened_.get(),
                                               DescriptorSource::Ahead::yes, &memory_);
  }
  if (!is_image) return {};
  image_ = std::make_unique<ImageReader>(*file_, &memory_);
  Result<ImageHeader> const header = image_->header();
  if (!header) return tl::unexpected<Error>(header.error());
  return {};
}

/// Where there is none, its code is verified.
void BootInput::begin_sum() {
  auto const status = host::file_status(opened_.get());
  if (!status || status->kind != host::FileKind::regular || status->size < 0 ||
      !is_size_of_known_file(static_cast<std::uint64_t>(status->size))) {
    return;
  }
  // A descriptor of its own, because each has a position.
  Result<host::UniqueFd> again = open_boot_file(container_);
  if (!again) return;
  summed_ = std::move(*again);
  auto const same = host::file_status(summed_.get());
  if (!same || !is_same_file(*status, *same)) return;
  sums_.add([this] { is_known_ = has_known_contents(summed_.get()); });
}

Result<bool> BootInput::find_section(const BootFile& file) {
  for (;;) {
    Result<std::optional<ImageSection>> const section = image_->next();
    if (!section) return tl::unexpected<Error>(section.error());
    if (!*section) return false;
    if ((*section)->name != file.section) continue;
    // The sum is checked with the section's end; each frame, before its code runs.
    is_known_ = is_known_file((*section)->size, (*section)->sum);
    section_ = std::make_unique<SectionSource>(file.path, *image_, &memory_);
    image_->begin();
    return true;
  }
}

Result<std::vector<BootFile>> boot_files_in_image(ByteSource& source) {
  const std::string& path = source.name();
  ImageReader reader(source);
  Result<ImageHeader> const header = reader.header();
  if (!header) return tl::unexpected<Error>(header.error());
  const Profile* const profile = find_profile(header->release, header->machine);
  std::vector<BootFile> files;
  for (;;) {
    Result<std::optional<ImageSection>> const section = reader.next();
    if (!section) return tl::unexpected<Error>(section.error());
    if (!*section) break;
    if ((*section)->kind != SectionKind::boot) continue;
    if (profile == nullptr) {
      return fail(path + ": found an image for Chez Scheme " + header->release + ", machine type " +
                  header->machine + ", expected " + supported_releases() + ", machine type " +
                  supported_machine_types(profiles().front().version));
    }
    BootFile file;
    file.path = name_in_image(path, (*section)->name);
    file.container = path;
    file.section = (*section)->name;
    file.profile = profile;
    file.header.version = profile->version;
    file.header.machine_type = profile->machine_type;
    // The first one needs what the image needs; the others need the first one.
    file.header.dependencies = files.empty() ? header->needs : std::vector{files.front().section};
    files.push_back(std::move(file));
  }
  if (files.empty()) return fail(path + ": found no section of kind boot, expected one or more");
  return files;
}

}  // namespace coracle
