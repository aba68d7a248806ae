#include "tools/image/input.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "boot/image/section_source.h"
#include "boot/profiles/profiles.h"
#include "vm/base/byte_reader.h"
#include "vm/host/errors.h"

namespace coracle::image {
namespace {

Result<host::UniqueFd> open_to_read(const std::string& path) {
  int const fd = host::uninterrupted(
      [&] { return host::open_file(path.c_str(), {.read = true, .close_on_exec = true}); });
  if (fd < 0) return fail(path + ": " + host::error_text(errno));
  return host::UniqueFd(fd);
}

/// Appends up to `n` bytes; fewer only at the end.
Result<void> read_more(const std::string& path, int fd, std::vector<std::uint8_t>& to,
                       std::size_t n) {
  std::size_t const end = to.size() + n;
  std::size_t got = to.size();
  to.resize(end);
  while (got < end) {
    std::int64_t const k =
        host::uninterrupted([&] { return host::read_file(fd, to.data() + got, end - got); });
    if (k < 0) return fail(path + ": " + host::error_text(errno));
    if (k == 0) break;
    got += static_cast<std::size_t>(k);
  }
  to.resize(got);
  return {};
}

Result<void> read_all(const std::string& path, int fd, std::vector<std::uint8_t>& to) {
  constexpr std::size_t first_piece = 1 << 16;
  for (;;) {
    std::size_t const before = to.size(), piece = std::max(before, first_piece);
    Result<void> const more = read_more(path, fd, to, piece);
    if (!more || to.size() - before < piece) return more;
  }
}

/// The first byte of a file that is neither an image nor Chez's: `bytes` are its first ones, up to that one
/// at least.
Error neither(const std::string& path, std::span<const std::uint8_t> bytes) {
  auto const start = static_cast<std::size_t>(script_line_length(bytes));
  std::span<const std::uint8_t> const rest = bytes.subspan(start);
  std::size_t i = 0;
  while (i < rest.size() && rest[i] == fasl_magic[i]) ++i;
  return Error{
      at_offset(path, start + i,
                "found " +
                    (i < rest.size() ? "the byte " + std::to_string(rest[i])
                                     : std::string("the end of the file")) +
                    ", expected an image of Coracle, or a boot or compiled file of Chez Scheme")};
}

/// A file whose first bytes have been read already, to see what it is.
class StartedSource : public DescriptorSource {
 public:
  StartedSource(std::string name, int fd, std::vector<std::uint8_t> first,
                std::pmr::memory_resource* memory)
      : DescriptorSource(std::move(name), fd, Ahead::yes, memory), first_(std::move(first)) {}

 private:
  std::int64_t read_file(int fd, std::uint8_t* to, std::size_t n) override {
    if (first_.empty()) return DescriptorSource::read_file(fd, to, n);
    std::size_t const k = std::min(n, first_.size());
    std::copy_n(first_.begin(), k, to);
    first_.erase(first_.begin(), first_.begin() + static_cast<std::ptrdiff_t>(k));
    return static_cast<std::int64_t>(k);
  }
  std::vector<std::uint8_t> first_;
};

}  // namespace

void* LimitedMemory::do_allocate(std::size_t bytes, std::size_t alignment) {
  if (bytes > limit - used_) throw std::bad_alloc();
  void* const p = std::pmr::new_delete_resource()->allocate(bytes, alignment);
  used_ += bytes;
  return p;
}
void LimitedMemory::do_deallocate(void* p, std::size_t bytes, std::size_t alignment) {
  std::pmr::new_delete_resource()->deallocate(p, bytes, alignment);
  used_ -= bytes;
}

Result<std::vector<std::uint8_t>> read_whole_file(const std::string& path) {
  Result<host::UniqueFd> const fd = open_to_read(path);
  if (!fd) return tl::unexpected<Error>(fd.error());
  std::vector<std::uint8_t> bytes;
  Result<void> const done = read_all(path, fd->get(), bytes);
  if (!done) return tl::unexpected<Error>(done.error());
  return bytes;
}

Result<bool> is_image_or_empty(const std::string& path) {
  Result<host::UniqueFd> const fd = open_to_read(path);
  if (!fd) return tl::unexpected<Error>(fd.error());
  std::vector<std::uint8_t> first;
  Result<void> const done = read_more(path, fd->get(), first, image_magic.size());
  if (!done) return tl::unexpected<Error>(done.error());
  return first.empty() || std::ranges::equal(first, image_magic);
}

bool begins_as_fasl(std::span<const std::uint8_t> bytes) {
  bytes = bytes.subspan(static_cast<std::size_t>(script_line_length(bytes)));
  return bytes.size() >= fasl_magic.size() &&
         std::ranges::equal(bytes.first(fasl_magic.size()), fasl_magic);
}

Result<SectionKind> kind_of_fasl(const std::string& path, std::span<const std::uint8_t> bytes) {
  // A script isn't booted.
  if (script_line_length(bytes) != 0) return SectionKind::library;
  MemorySource source(path, bytes);
  Result<FaslHeader> const header = read_fasl_header(source);
  if (!header) return tl::unexpected<Error>(header.error());
  // Only boot files say what they need.
  bool const boot = path.ends_with(".boot") || !header->dependencies.empty();
  return boot ? SectionKind::boot : SectionKind::library;
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Result<std::unique_ptr<Input>> Input::open(const std::string& path) {
  std::unique_ptr<Input> input(new Input(path));
  Result<host::UniqueFd> fd = open_to_read(path);
  if (!fd) return tl::unexpected<Error>(fd.error());
  input->descriptor_ = std::move(*fd);
  int const descriptor = input->descriptor_.get();
  std::vector<std::uint8_t> first;
  Result<void> const peeked = read_more(path, descriptor, first, fasl_magic.size());
  if (!peeked) return tl::unexpected<Error>(peeked.error());
  if (is_image(first)) {
    input->source_ =
        std::make_unique<StartedSource>(path, descriptor, std::move(first), &input->memory_);
    input->reader_ = std::make_unique<ImageReader>(*input->source_, &input->memory_);
    Result<ImageHeader> header = input->reader_->header();
    if (!header) return tl::unexpected<Error>(header.error());
    input->header_ = std::move(*header);
    return input;
  }
  // No more is read of a file that can't be one of Chez's.
  if (script_line_length(first) != 0 || begins_as_fasl(first)) {
    Result<void> const rest = read_all(path, descriptor, first);
    if (!rest) return tl::unexpected<Error>(rest.error());
  }
  if (!begins_as_fasl(first)) return tl::unexpected<Error>(neither(path, first));
  input->bytes_ = std::move(first);
  return input;
}

Result<std::optional<ImageSection>> Input::next() {
  if (header_) {
    Result<std::optional<ImageSection>> section = reader_->next();
    if (section && *section) {
      contents_ = std::make_unique<SectionSource>(name_in_image(path_, (*section)->name), *reader_,
                                                  &memory_);
    }
    return section;
  }
  if (done_) return std::nullopt;
  done_ = true;
  Result<SectionKind> const kind = kind_of_fasl(path_, bytes_);
  if (!kind) return tl::unexpected<Error>(kind.error());
  contents_ = std::make_unique<MemorySource>(path_, bytes_);
  return std::optional<ImageSection>(ImageSection{*kind, base_name(path_), 0, bytes_.size(),
                                                  xxh3_128(bytes_.data(), bytes_.size()), 0});
}

Result<void> Input::read_rest() {
  if (!header_) return {};
  for (;;) {
    Result<std::span<const std::uint8_t>> const block = reader_->next_block();
    if (!block) return tl::unexpected<Error>(block.error());
    if (block->empty()) return {};
  }
}

std::string machine_name(const FaslHeader& header) {
  const Profile* const release = find_release(header.version);
  return release != nullptr ? machine_type_name(*release, header.machine_type)
                            : "number " + std::to_string(header.machine_type);
}

const Profile* Objects::release() const {
  return headers_.empty() ? nullptr : find_release(headers_.back().version);
}

const Profile* Objects::profile() const {
  const Profile* const release = this->release();
  if (release == nullptr) return nullptr;
  constexpr std::uint64_t any_machine = 0;
  std::uint64_t const machine = headers_.back().machine_type;
  return machine == any_machine ? release : find_profile(release->version, machine);
}

Result<void> each_fasl_section(Input& input, const std::optional<std::string>& name,
                               const std::function<Result<void>(const ImageSection&)>& f) {
  for (bool found = false;;) {
    Result<std::optional<ImageSection>> const section = input.next();
    if (!section) return tl::unexpected<Error>(section.error());
    if (!*section) {
      if (!name || found) return {};
      return fail(input.path() + ": found no section " + *name +
                  "; coracle image list shows those that there are");
    }
    if (name ? (*section)->name != *name : !Input::holds_fasl(**section)) continue;
    found = true;
    Result<void> done = f(**section);
    if (done) done = input.read_rest();
    if (!done) return done;
  }
}

bool Objects::counts_externals() const {
  const Profile* const release = this->release();
  return release == nullptr || release->fasl_counts_externals;
}

}  // namespace coracle::image
