// The contents of a section of an image, as those of any file.
//
// Must not know: how images are read.
#pragma once

#include <memory_resource>
#include <span>
#include <string>
#include <utility>

#include "boot/image/fasl_file.h"
#include "boot/image/image_reader.h"

namespace coracle {

class SectionSource : public ByteSource {
 public:
  /// The reader has just returned the section. `name` is what messages call it.
  SectionSource(std::string name, ImageReader& reader, std::pmr::memory_resource* memory)
      : ByteSource(std::move(name)), reader_(reader), buffer_(memory) {}
  Result<int> byte() override;
  Result<std::span<const std::uint8_t>> take(std::uint64_t n) override;
  Result<void> skip(std::uint64_t n) override;

 private:
  /// Makes the next block the current one, if that is used up; false at the end.
  Result<bool> refill();

  ImageReader& reader_;
  std::span<const std::uint8_t> block_;  // what is left of the current one
  ByteBuffer buffer_;
};

}  // namespace coracle
