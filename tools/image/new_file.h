// A file that appears under its name when it is complete: until then it has another one, beside it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "vm/base/result.h"
#include "vm/host/files.h"

namespace coracle::image {

class NewFile {
 public:
  static Result<NewFile> create(const std::string& path);
  NewFile(NewFile&& other) noexcept
      : path_(std::move(other.path_)),
        temporary_(std::exchange(other.temporary_, {})),
        descriptor_(std::move(other.descriptor_)) {}
  NewFile& operator=(NewFile&&) = delete;
  /// What was not completed is removed.
  ~NewFile();

  Result<void> write(std::span<const std::uint8_t> bytes);
  /// Gives it its name, in place of any file that has it.
  Result<void> complete();

 private:
  explicit NewFile(std::string path) : path_(std::move(path)) {}

  std::string path_, temporary_;
  host::UniqueFd descriptor_;
};

}  // namespace coracle::image
