// Decodes the frames of an image (image_format.h): checks the sum, decompresses, undoes the filter, a block at a
// time. Nothing is decoded of a frame whose sum is wrong.
//
// Invariants: it allocates nothing from the caller's resource, so it may run on another thread than the caller.
// Must not know: sections, files.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "boot/image/image_format.h"

struct ZSTD_DCtx_s;

namespace coracle {

struct FrameHead {
  /// Whether the contents are the bytes as they are stored.
  bool is_plain() const { return method == FrameMethod::stored && filter == FrameFilter::none; }

  FrameMethod method{};
  FrameFilter filter{};
  std::uint32_t stored_size = 0;
  std::uint64_t sum = 0;
  std::vector<BlockSizes> blocks;
  std::vector<std::uint8_t> summed;  // the bytes of the head that the sum covers
};

struct StoredFrame {
  std::uint64_t start = 0;  // its offset in the file
  FrameHead head;
  std::span<const std::uint8_t> bytes;  // as they are stored
};

/// What is wrong, and the offset in the file.
struct FrameFault {
  std::uint64_t offset = 0;
  std::string what;
};

class FrameDecoder {
 public:
  FrameDecoder();
  FrameDecoder(const FrameDecoder&) = delete;
  FrameDecoder& operator=(const FrameDecoder&) = delete;
  ~FrameDecoder();

  /// Decodes one block of a frame: first the first one, then the others in order. After a fault the frame has no
  /// other blocks. `out` has the size of the block's contents, `filtered` at least that of its filtered bytes. A
  /// plain frame's blocks need neither: they are checked where they are.
  std::optional<FrameFault> decode(const StoredFrame& frame, std::size_t block,
                                   std::span<std::uint8_t> filtered, std::span<std::uint8_t> out);

 private:
  std::optional<FrameFault> decode_block(const StoredFrame& frame, std::size_t block,
                                         std::span<std::uint8_t> filtered,
                                         std::span<std::uint8_t> out);
  std::optional<FrameFault> begin(const StoredFrame& frame);
  /// The next bytes that the method yields.
  std::optional<FrameFault> unpack(const StoredFrame& frame, std::span<std::uint8_t> to);
  std::optional<FrameFault> end(const StoredFrame& frame);

  ZSTD_DCtx_s* zstd_ = nullptr;
  std::optional<FrameFault> fault_;  // in the current frame
  bool zstd_has_ended_ = false;
  std::size_t used_ = 0;  // bytes of the frame as it is stored
};

}  // namespace coracle
