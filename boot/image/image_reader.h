// Reads images (image_format.h), from the first byte to the last, without seeking: sections in order, and the
// contents of each block by block.
//
// Invariants: nothing is passed on of a frame whose sum is wrong. While a batch of blocks is used, the next one is
// decoded in the background. Memory is bounded by eighteen times largest_frame, whatever the file says; buffers come from
// the caller's resource, on the caller's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "boot/image/fasl_file.h"
#include "boot/image/frame_decoder.h"
#include "boot/image/image_format.h"
#include "vm/base/result.h"
#include "vm/host/background_queue.h"

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
  /// Then each section, and nothing after the last one. What was not read is skipped; the index is
  /// compared with the sections that were there, and nothing may follow it.
  Result<std::optional<ImageSection>> next();
  /// Has the first blocks of the section decoded, if that can be done in the background; next_block() passes on what
  /// fails.
  void begin();
  /// The contents of the section's next block, valid until the reader is used again; empty after the last
  /// one, when the section's sum has been checked.
  Result<std::span<const std::uint8_t>> next_block();

 private:
  struct Frame;
  struct Block;
  struct Batch;
  tl::unexpected<Error> wrong(std::uint64_t offset, const std::string& what) const;
  Result<std::span<const std::uint8_t>> take(std::uint64_t n);
  Result<ImageSection> section_head(std::uint64_t start);
  Result<void> index(std::uint64_t start);
  Result<std::optional<ImageSection>> next_head();
  Result<void> check_end_of_section();
  Result<FrameHead> frame_head();
  Result<void> load_frame();
  /// Whether the next block is there, begun, and of the section that is in use.
  bool has_block() const;
  /// Goes on to the other batch, if the blocks of this one are used up.
  void leave_used_batch();
  void read_ahead();
  /// Fills an empty batch; false if not all blocks that fit are there to be begun.
  bool fill(Batch& batch);
  enum class Begun : std::uint8_t { yes, no_room, none };
  /// Has the next block of the section that was come to decoded, as one of the batch.
  Begun begin_block(Batch& batch);
  /// Whether the batch has room for the next block; in an empty one it is made.
  bool make_room(Batch& batch, const BlockSizes& sizes) const;
  /// Runs in the background.
  void decode(Block& block);

  ByteSource& source_;
  std::pmr::memory_resource* memory_;
  std::pmr::vector<std::uint8_t> bytes_;  // of the part that is being read, for its sum
  std::vector<ImageSection> sections_;    // whose heads have been read
  std::set<std::string> names_;
  // The section that is in use.
  std::size_t section_ = 0;  // its number
  bool is_over_ = true;
  Sum128 section_sum_{};
  // The section that was come to: that one or, while reading ahead, the next one.
  std::uint64_t stored_left_ = 0, left_ = 0;  // of what frames hold that haven't been loaded
  std::uint64_t unbegun_ = 0;                 // bytes of the blocks that haven't been begun
  bool begins_section_ = false;               // none of its blocks has been begun
  std::shared_ptr<Frame> frame_;              // of its next block
  std::shared_ptr<Frame> spare_;              // one whose memory the next one gets
  std::size_t next_in_frame_ = 0;
  std::size_t plain_at_ = 0;  // where that is in a plain frame
  std::optional<Result<std::optional<ImageSection>>>
      upcoming_;  // its head, or the end, if it is the next one
  std::optional<Error>
      failure_;  // after the blocks that were begun, in the section that was come to
  // The batch whose blocks are used, and, with threads, the one that is decoded meanwhile.
  std::vector<std::unique_ptr<Batch>> batches_;
  std::size_t in_use_ = 0;
  // What decoding needs.
  FrameDecoder decoder_;
  std::shared_ptr<ByteBuffer> filtered_;  // for the filtered bytes of one block
  Sum128State sum_;                       // of the section
  host::BackgroundQueue background_;      // last: its work uses the others
};

}  // namespace coracle
