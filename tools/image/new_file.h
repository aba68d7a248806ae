// A file that appears under its name when it is complete: until then it has another one, beside it. What isn't
// completed is removed, also when a signal ends the program. One is made at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "vm/base/result.h"
#include "vm/host/files.h"
#include "vm/host/signals.h"

namespace coracle::image {

class NewFile {
 public:
  static Result<NewFile> create(const std::string& path);
  NewFile(NewFile&& other) noexcept
      : path_(std::move(other.path_)),
        temporary_(std::exchange(other.temporary_, {})),
        removed_by_signal_(std::move(other.removed_by_signal_)),
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
  std::unique_ptr<host::RemovedBySignal> removed_by_signal_;
  host::UniqueFd descriptor_;
};

}  // namespace coracle::image
