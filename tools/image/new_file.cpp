#include "tools/image/new_file.h"

#include "vm/host/environment.h"
#include "vm/host/errors.h"

namespace coracle::image {

Result<NewFile> NewFile::create(const std::string& path) {
  NewFile file(path);
  for (int attempts = 0; attempts < 100; ++attempts) {
    file.temporary_ = path + ".partial-" + std::to_string(host::random_number());
    file.removed_by_signal_.reset();
    file.removed_by_signal_ = std::make_unique<host::RemovedBySignal>(file.temporary_);
    int const fd =
        host::open_file(file.temporary_.c_str(),
                        {.write = true, .create = true, .exclusive = true, .close_on_exec = true});
    int const error = errno;
    if (fd >= 0) {
      file.descriptor_ = host::UniqueFd(fd);
      return file;
    }
    file.temporary_.clear();
    if (error != EEXIST) return fail(path + ": " + host::error_text(error));
  }
  return fail(path + ": found no name for a temporary file beside it");
}

NewFile::~NewFile() {
  if (!temporary_.empty()) host::remove_file(temporary_.c_str());
}

Result<void> NewFile::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    std::int64_t const n = host::uninterrupted(
        [&] { return host::write_file(descriptor_.get(), bytes.data(), bytes.size()); });
    if (n < 0) return fail(path_ + ": " + host::error_text(errno));
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Result<void> NewFile::complete() {
  int const error = descriptor_.close();
  if (error != 0) return fail(path_ + ": " + host::error_text(error));
  if (host::rename_file(temporary_.c_str(), path_.c_str()) != 0) {
    return fail(path_ + ": " + host::error_text(errno));
  }
  temporary_.clear();
  return {};
}

}  // namespace coracle::image
