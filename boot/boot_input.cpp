#include "boot/boot_input.h"

#include <vector>

#include "boot/known_files.h"
#include "boot/profiles/profiles.h"
#include "vm/host/errors.h"

namespace coracle {
namespace {

/// Whether a file that was opened, and is at its beginning, is a known one. It is there again afterwards.
bool has_known_contents(int descriptor) {
  auto const status = host::file_status(descriptor);
  if (!status || status->kind != host::FileKind::regular || status->size < 0 ||
      !is_size_of_known_file(static_cast<std::uint64_t>(status->size))) {
    return false;
  }
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
  if (host::seek_file(descriptor, 0, host::From::start) != 0) return false;
  return is_known_file(size, state.sum());
}

}  // namespace

Result<std::unique_ptr<BootInput>> BootInput::open(const BootFile& file,
                                                   std::pmr::memory_resource& memory) {
  auto input = std::make_unique<BootInput>();
  if (file.bytes) {
    if (file.section.empty() && is_size_of_known_file(file.bytes->size())) {
      input->is_known_ =
          is_known_file(file.bytes->size(), xxh3_128(file.bytes->data(), file.bytes->size()));
    }
    input->file_ = std::make_unique<MemorySource>(file.container, *file.bytes);
  } else {
    Result<host::UniqueFd> found = open_boot_file(file.container);
    if (!found) return tl::unexpected<Error>(found.error());
    input->opened_ = std::move(*found);
    if (file.section.empty()) input->is_known_ = has_known_contents(input->opened_.get());
    input->file_ = std::make_unique<DescriptorSource>(file.container, input->opened_.get(),
                                                      DescriptorSource::Ahead::yes, &memory);
  }
  if (!file.section.empty()) {
    Result<void> const done = input->find_section(file, memory);
    if (!done) return tl::unexpected<Error>(done.error());
  }
  return input;
}

Result<void> BootInput::find_section(const BootFile& file, std::pmr::memory_resource& memory) {
  image_ = std::make_unique<ImageReader>(*file_, &memory);
  Result<ImageHeader> const header = image_->header();
  if (!header) return tl::unexpected<Error>(header.error());
  for (;;) {
    Result<std::optional<ImageSection>> const section = image_->next();
    if (!section) return tl::unexpected<Error>(section.error());
    if (!*section) break;
    if ((*section)->name == file.section) {
      // The sum is checked with the section's end; each frame, before its code runs.
      is_known_ = is_known_file((*section)->size, (*section)->sum);
      section_ = std::make_unique<SectionSource>(file.path, *image_, &memory);
      return {};
    }
  }
  return fail(file.container + ": found no section " + file.section +
              ", which was there a moment ago");
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
