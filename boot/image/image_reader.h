// Reads images (image_format.h), from the first byte to the last, without seeking: sections in order, and the
// contents of each frame by frame.
//
// Invariants: nothing is passed on whose sum is wrong. While the contents of a frame are used, the next one is
// decoded in the background. Memory is bounded by six times largest_frame, whatever the file says; buffers come
// from the caller's resource, on the caller's thread.
#pragma once

#include <memory>
#include <memory_resource>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "boot/image/fasl_file.h"
#include "boot/image/image_format.h"
#include "vm/base/result.h"
#include "vm/host/background_task.h"

struct ZSTD_DCtx_s;

namespace coracle {

/// Whether the first bytes of a file are those of an image; the first four suffice.
bool is_image(std::span<const std::uint8_t> first_bytes);

class ImageReader {
 public:
  explicit ImageReader(ByteSource& source,
                       std::pmr::memory_resource* memory = std::pmr::get_default_resource());
  ImageReader(const ImageReader&) = delete;
  ImageReader& operator=(const ImageReader&) = delete;
  ~ImageReader();

  /// First: the header. An image that needs features is refused.
  Result<ImageHeader> header();
  /// Then each section, and nothing after the last one. Frames that were not read are skipped; the index is
  /// compared with the sections that were there, and nothing may follow it.
  Result<std::optional<ImageSection>> next();
  /// The contents of the section's next frame, valid until the reader is used again; empty after the last
  /// one, when the section's sum has been checked.
  Result<std::span<const std::uint8_t>> next_frame();

 private:
  struct Sum;
  struct FrameHead;
  struct Slot;
  tl::unexpected<Error> wrong(std::uint64_t offset, const std::string& what) const;
  Result<std::span<const std::uint8_t>> take(std::uint64_t n);
  Result<ImageSection> section_head(std::uint64_t start);
  Result<void> index(std::uint64_t start);
  Result<void> skip_frames();
  Result<void> check_end_of_section();
  Result<FrameHead> frame_head();
  /// Reads the next frame as it is stored.
  Result<void> load(Slot& slot);
  /// Makes its contents of it: may run in the background.
  void decode(Slot& slot);
  void make_contents(Slot& slot);

  ByteSource& source_;
  std::pmr::vector<std::uint8_t> bytes_;  // of the part that is being read, for its sum
  std::unique_ptr<Sum> sum_;              // of the section
  ZSTD_DCtx_s* decompressor_ = nullptr;
  std::vector<ImageSection> sections_;
  std::set<std::string> names_;
  std::uint64_t stored_left_ = 0, left_ = 0;  // of the section that is being read
  bool is_over_ = true;                       // the section
  // The frame whose contents are in use, and the one that is decoded meanwhile.
  std::unique_ptr<Slot> slot_, next_slot_;
  bool next_is_loaded_ = false;
  host::BackgroundTask background_;  // last: its work uses the others
};

/// The contents of one section, as a source of bytes.
class SectionSource : public ByteSource {
 public:
  /// The reader has just returned the section. `name` is what messages call it.
  SectionSource(std::string name, ImageReader& reader, std::pmr::memory_resource* memory)
      : ByteSource(std::move(name)), reader_(reader), buffer_(memory) {}
  Result<int> byte() override;
  Result<std::span<const std::uint8_t>> take(std::uint64_t n) override;
  Result<void> skip(std::uint64_t n) override;

 private:
  /// Makes the next frame the current one, if that is used up; false at the end.
  Result<bool> refill();

  ImageReader& reader_;
  std::span<const std::uint8_t> frame_;  // what is left of the current one
  ByteBuffer buffer_;
};

}  // namespace coracle
