// Writes images (image_format.h).
//
// Invariants: the same sections and options give the same bytes on every host, with the same version of zstd.
// What was written is what ImageReader reads.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "boot/image/image_format.h"
#include "vm/base/result.h"

namespace coracle {

struct ImageOptions {
  /// Of zstd, 1 to 22; 0 stores the contents as they are.
  int level = 19;
  /// Whether contents in fasl format are filtered where that makes them smaller.
  bool filter = true;
  /// Most bytes of contents in a frame, 1 to largest_frame.
  std::uint32_t frame_bytes = 1 << 23;
};
inline constexpr int greatest_image_level = 22;
/// Most bytes of contents in a block, but for a larger object: so few that a reader can soon begin, and needs
/// little memory.
inline constexpr std::size_t usual_block_bytes = 1 << 18;
/// Of the first blocks of a fasl file, for which a reader must wait.
inline constexpr std::size_t first_block_bytes = 1 << 15;

class ImageWriter {
 public:
  /// Receives the bytes of the image, in order.
  using Sink = std::function<Result<void>(std::span<const std::uint8_t>)>;
  /// A sink that appends them to `bytes`, which outlives the writer.
  static Sink appends_to(std::vector<std::uint8_t>& bytes);
  ImageWriter(Sink sink, ImageOptions options) : sink_(std::move(sink)), options_(options) {}

  /// First: the header.
  Result<void> begin(const ImageHeader& header);
  /// Then the sections. A name that is taken or wrong is an error.
  Result<ImageSection> add(SectionKind kind, const std::string& name,
                           std::span<const std::uint8_t> contents);
  /// Last: the index.
  Result<void> finish();

 private:
  Result<void> write(std::span<const std::uint8_t> bytes);

  Sink sink_;
  ImageOptions options_;
  std::uint64_t offset_ = 0;
  std::vector<ImageSection> sections_;
  std::set<std::string> names_;
};

}  // namespace coracle
