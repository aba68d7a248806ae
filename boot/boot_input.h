// The bytes of a boot file, wherever they are: a file, bytes in memory, a section of an image in either.
//
// Must not know: how boot files are found, what they hold.
#pragma once

#include <atomic>
#include <memory>
#include <memory_resource>
#include <string>

#include "boot/boot_files.h"
#include "boot/image/section_source.h"

namespace coracle {

class BootInput {
 public:
  /// Memory for what is read comes from the resource.
  explicit BootInput(std::pmr::memory_resource& memory) : memory_(memory) {}

  /// Opens a boot file, in place of the one that was open. A section that comes later in the same image is read
  /// on from there.
  Result<void> open(const BootFile& file);
  ByteSource& source() { return section_ ? *section_ : *file_; }
  /// Whether it is one of known_files.def; waits for its sum.
  bool is_known() {
    sums_.wait();
    return is_known_;
  }
  /// The same, but false as long as its sum is being computed.
  bool is_known_already() const { return is_known_; }

 private:
  Result<void> open_file(const BootFile& file);
  void begin_sum();
  /// Goes on to the file's section; false if there is none before the image's end.
  Result<bool> find_section(const BootFile& file);

  std::pmr::memory_resource& memory_;
  std::string container_;  // the name of what is open
  // Each needs the one before it.
  host::UniqueFd opened_, summed_;
  std::unique_ptr<ByteSource> file_;
  std::unique_ptr<ImageReader> image_;
  std::unique_ptr<SectionSource> section_;
  std::atomic<bool> is_known_ = false;
  host::BackgroundQueue sums_;  // last: its work uses the others
};

/// The boot files in an image, in order, by its header and the heads of its sections.
Result<std::vector<BootFile>> boot_files_in_image(ByteSource& source);

}  // namespace coracle
