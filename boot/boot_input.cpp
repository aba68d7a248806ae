#include "boot/boot_input.h"

#include "boot/profiles/profiles.h"

namespace coracle {

Result<std::unique_ptr<BootInput>> BootInput::open(const BootFile& file,
                                                   std::pmr::memory_resource& memory) {
  auto input = std::make_unique<BootInput>();
  if (file.bytes) {
    input->file_ = std::make_unique<MemorySource>(file.container, *file.bytes);
  } else {
    Result<host::UniqueFd> found = open_boot_file(file.container);
    if (!found) return tl::unexpected<Error>(found.error());
    input->opened_ = std::move(*found);
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
  for (const std::string& feature : header->features) {
    return fail(path + ": found an image that needs the feature " + feature +
                ", expected none; a newer Coracle may have it");
  }
  const Profile* const profile = find_profile(header->release, header->machine);
  if (profile == nullptr) {
    return fail(path + ": found an image for Chez Scheme " + header->release + ", machine type " +
                header->machine + ", expected " + supported_releases() + ", machine type " +
                supported_machine_types(profiles().front().version));
  }
  std::vector<BootFile> files;
  for (;;) {
    Result<std::optional<ImageSection>> const section = reader.next();
    if (!section) return tl::unexpected<Error>(section.error());
    if (!*section) break;
    if ((*section)->kind != SectionKind::boot) continue;
    BootFile file;
    file.path = path + "(" + (*section)->name + ")";
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
