// The files that the subcommands look at: an image, or a boot or compiled file of Chez Scheme, which counts as
// one section.
//
// Invariants: an image is read from its first byte to its last, frame by frame; a file of Chez's as a whole.
// Memory is bounded: what a file makes readers reserve comes from `memory()`, which has a limit.
#pragma once

#include <functional>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <vector>

#include "boot/image/image_reader.h"
#include "vm/base/profile.h"
#include "vm/host/files.h"

namespace coracle::image {

/// Host memory up to a limit; beyond it, std::bad_alloc.
class LimitedMemory : public std::pmr::memory_resource {
 public:
  static constexpr std::size_t limit = std::size_t{1} << 30;

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
  std::size_t used_ = 0;
};

/// A whole file.
Result<std::vector<std::uint8_t>> read_whole_file(const std::string& path);
/// Whether the file begins as an image, or has no bytes.
Result<bool> is_image_or_empty(const std::string& path);
/// Whether the bytes begin with a header of a fasl file, which a script's first line may precede.
bool begins_as_fasl(std::span<const std::uint8_t> bytes);
/// boot or library, by a fasl file's name and its first header; begins_as_fasl says that it has one.
Result<SectionKind> kind_of_fasl(const std::string& path, std::span<const std::uint8_t> bytes);
/// "pb", "ta6le": of a fasl header.
std::string machine_name(const FaslHeader& header);
/// The last part of a path.
std::string base_name(const std::string& path);

class Input {
 public:
  static Result<std::unique_ptr<Input>> open(const std::string& path);
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  const std::string& path() const { return path_; }
  /// Nothing for a file of Chez's.
  const std::optional<ImageHeader>& header() const { return header_; }

  /// The next section, or nothing after the last one. Of a file of Chez's, the stored size is the file's,
  /// and the size isn't known: 0.
  Result<std::optional<ImageSection>> next();
  /// Whether the section's kind says that it holds fasl files.
  static bool holds_fasl(const ImageSection& section) {
    return section.kind == SectionKind::boot || section.kind == SectionKind::library;
  }
  /// The section's contents, from their beginning, once.
  ByteSource& contents() { return *contents_; }
  /// The same for a section of an image, by frames.
  ImageReader& reader() { return *reader_; }
  /// Reads what is left of the contents, so that their sum has been checked.
  Result<void> read_rest();
  std::pmr::memory_resource& memory() { return memory_; }

 private:
  explicit Input(std::string path) : path_(std::move(path)) {}

  LimitedMemory memory_;
  std::string path_;
  host::UniqueFd descriptor_;
  std::vector<std::uint8_t> bytes_;  // of a file of Chez's
  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<ImageReader> reader_;
  std::unique_ptr<ByteSource> contents_;
  std::optional<ImageHeader> header_;
  bool done_ = false;
};

/// Reads the objects of a fasl file one after another, and knows the header that they are under.
class Objects {
 public:
  explicit Objects(ByteSource& source, std::pmr::memory_resource& memory)
      : file_(
            source,
            [this](const FaslHeader& header) -> Result<void> {
              headers_.push_back(header);
              return {};
            },
            &memory, FaslStart::script_line_or_header) {}
  Result<std::optional<FaslPayload>> next() { return file_.next(Situation::visit_revisit); }
  /// All that were read, the last one for the current object.
  const std::vector<FaslHeader>& headers() const { return headers_; }
  /// Of the release of the current object; null if it isn't known.
  const Profile* release() const;
  /// Of the release and the machine type, so that its code is known; null otherwise.
  const Profile* profile() const;
  bool counts_externals() const;

 private:
  std::vector<FaslHeader> headers_;
  FaslFile file_;
};

/// Calls f for each section of boot or compiled files: of all, or of the one with this name.
Result<void> each_fasl_section(Input& input, const std::optional<std::string>& name,
                               const std::function<Result<void>(const ImageSection&)>& f);

}  // namespace coracle::image
