#include "boot/image/image_reader.h"

#include <xxhash.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "boot/image/fasl_filter.h"
#include "vm/base/byte_reader.h"

namespace coracle {
namespace {

std::uint64_t little(std::span<const std::uint8_t> bytes) {
  std::uint64_t n = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) n = n << 8 | bytes[i];
  return n;
}

/// Fields of a part of the file whose bytes are there.
class Fields {
 public:
  Fields(std::span<const std::uint8_t> bytes, const std::string& name, std::uint64_t base)
      : in_(bytes, name, base) {}

  std::uint64_t number(std::size_t bytes) { return little(in_.bytes(bytes)); }
  std::string text() {
    std::span<const std::uint8_t> const bytes = in_.bytes(number(2));
    return {bytes.begin(), bytes.end()};
  }
  std::vector<std::string> texts() {
    std::vector<std::string> texts;
    for (std::uint64_t n = number(4); n != 0 && in_.ok(); --n) texts.push_back(text());
    return texts;
  }
  ImageSection section() {
    ImageSection s;
    s.kind = static_cast<SectionKind>(number(2));
    s.size = number(8);
    s.stored_size = number(8);
    std::ranges::copy(in_.bytes(s.sum.size()), s.sum.begin());
    s.name = text();
    return s;
  }
  ByteReader& reader() { return in_; }
  /// All of them were there, and nothing else.
  Result<void> end(const char* what) {
    if (in_.ok() && in_.remaining() != 0) {
      in_.fail("found " + std::to_string(in_.remaining()) + " bytes more, expected the end of " +
               what);
    }
    if (!in_.ok()) return tl::unexpected<Error>(in_.error());
    return {};
  }

 private:
  ByteReader in_;
};

std::string hex(std::uint64_t n) {
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(n));
  return text;
}
}  // namespace

struct ImageReader::Sum {
  Sum128State section;
  XXH3_state_t* frame = XXH3_createState();
  ~Sum() { XXH3_freeState(frame); }
};

struct ImageReader::FrameHead {
  FrameMethod method;
  FrameFilter filter;
  std::uint32_t size, filtered_size, stored_size;
  std::uint64_t sum;
  std::array<std::uint8_t, frame_head_bytes - 8> summed;  // what the sum covers of the head
};

struct ImageReader::Slot {
  explicit Slot(std::pmr::memory_resource* memory)
      : stored(memory), filtered(memory), contents(memory) {}
  std::uint64_t start = 0;
  FrameHead head{};
  ByteBuffer stored, filtered, contents;
  std::span<const std::uint8_t> result;  // in `contents`, or where the source has it
  bool is_in_source = false;             // then it is valid until the source is used again
  std::string error;                     // empty: none
  std::uint64_t error_at = 0;            // its offset in the file
};

bool is_image(std::span<const std::uint8_t> first_bytes) {
  return first_bytes.size() >= 4 &&
         std::ranges::equal(first_bytes.first(4), std::span(image_magic).first(4));
}

ImageReader::ImageReader(ByteSource& source, std::pmr::memory_resource* memory)
    : source_(source),
      bytes_(memory),
      sum_(std::make_unique<Sum>()),
      slot_(std::make_unique<Slot>(memory)),
      next_slot_(std::make_unique<Slot>(memory)) {}

ImageReader::~ImageReader() {
  background_.wait();
  ZSTD_freeDCtx(decompressor_);
}

tl::unexpected<Error> ImageReader::wrong(std::uint64_t offset, const std::string& what) const {
  return fail(at_offset(source_.name(), offset, what));
}

Result<std::span<const std::uint8_t>> ImageReader::take(std::uint64_t n) {
  Result<std::span<const std::uint8_t>> const taken = source_.take(n);
  if (!taken) return taken;
  bytes_.insert(bytes_.end(), taken->begin(), taken->end());
  return std::span<const std::uint8_t>(bytes_).last(static_cast<std::size_t>(n));
}

Result<ImageHeader> ImageReader::header() {
  bytes_.clear();
  for (std::uint8_t const expected : image_magic) {
    std::uint64_t const at = source_.offset();
    Result<std::span<const std::uint8_t>> const byte = take(1);
    if (!byte) return tl::unexpected<Error>(byte.error());
    if ((*byte)[0] != expected) {
      return wrong(at, "found the byte " + std::to_string((*byte)[0]) + ", expected " +
                           std::to_string(expected) +
                           (at < 8 ? ", as an image of Coracle begins"
                                   : ": the image was changed as if it were text"));
    }
  }
  std::uint64_t const version_at = source_.offset();
  Result<std::span<const std::uint8_t>> const numbers = take(8);
  if (!numbers) return tl::unexpected<Error>(numbers.error());
  std::uint64_t const version = little(numbers->first(4)), length = little(numbers->last(4));
  if (version != image_version) {
    return wrong(version_at, "found version " + std::to_string(version) +
                                 " of the image format, expected version " +
                                 std::to_string(image_version) + "; a newer Coracle may read it");
  }
  if (length > longest_image_header) {
    return wrong(version_at + 4, "found a header of " + std::to_string(length) +
                                     " bytes, expected at most " +
                                     std::to_string(longest_image_header));
  }
  std::uint64_t const start = source_.offset();
  Result<std::span<const std::uint8_t>> const taken = take(length);
  if (!taken) return tl::unexpected<Error>(taken.error());
  std::uint64_t const computed = xxh3_64(bytes_.data(), bytes_.size());
  Fields fields(std::span<const std::uint8_t>(bytes_).last(static_cast<std::size_t>(length)),
                source_.name(), start);
  std::uint64_t const sum_at = source_.offset();
  Result<std::span<const std::uint8_t>> const sum = source_.take(8);
  if (!sum) return tl::unexpected<Error>(sum.error());
  if (little(*sum) != computed) {
    return wrong(sum_at, "found the sum " + hex(little(*sum)) + " of the header, expected " +
                             hex(computed) + ": the image is damaged");
  }
  ImageHeader header;
  header.release = fields.text();
  header.machine = fields.text();
  std::uint64_t const order_at = fields.reader().offset();
  std::uint64_t const order = fields.number(1);
  std::uint64_t const features_at = fields.reader().offset();
  header.features = fields.texts();
  header.needs = fields.texts();
  Result<void> const ended = fields.end("the header");
  if (!ended) return tl::unexpected<Error>(ended.error());
  if (order > static_cast<std::uint64_t>(ByteOrder::big)) {
    return wrong(order_at, "found byte order " + std::to_string(order) + ", expected 0, 1 or 2");
  }
  header.byte_order = static_cast<ByteOrder>(order);
  // Version 1 has none.
  for (const std::string& feature : header.features) {
    return wrong(features_at, "found an image that needs the feature " + feature +
                                  ", expected none; a newer Coracle may have it");
  }
  return header;
}

Result<std::optional<ImageSection>> ImageReader::next() {
  Result<void> const skipped = skip_frames();
  if (!skipped) return tl::unexpected<Error>(skipped.error());
  bytes_.clear();
  std::uint64_t const start = source_.offset();
  Result<std::span<const std::uint8_t>> const mark = take(4);
  if (!mark) return tl::unexpected<Error>(mark.error());
  std::uint64_t const found = little(*mark);
  if (found == index_mark) {
    Result<void> const done = index(start);
    if (!done) return tl::unexpected<Error>(done.error());
    return std::nullopt;
  }
  if (found != section_mark) {
    return wrong(start, "found the mark " + hex(found) + ", expected a section or the index");
  }
  Result<ImageSection> section = section_head(start);
  if (!section) return tl::unexpected<Error>(section.error());
  stored_left_ = section->stored_size;
  left_ = section->size;
  sum_->section.reset();
  is_over_ = false;
  sections_.push_back(*section);
  return std::optional<ImageSection>(std::move(*section));
}

Result<ImageSection> ImageReader::section_head(std::uint64_t start) {
  Result<std::span<const std::uint8_t>> const size = take(4);
  if (!size) return tl::unexpected<Error>(size.error());
  std::uint64_t const length = little(*size);
  if (length > longest_section_head) {
    return wrong(start + 4, "found a section's head of " + std::to_string(length) +
                                " bytes, expected at most " + std::to_string(longest_section_head));
  }
  Result<std::span<const std::uint8_t>> const taken = take(length);
  if (!taken) return tl::unexpected<Error>(taken.error());
  std::uint64_t const computed = xxh3_64(bytes_.data(), bytes_.size());
  Result<std::span<const std::uint8_t>> const sum = source_.take(8);
  if (!sum) return tl::unexpected<Error>(sum.error());
  if (little(*sum) != computed) {
    return wrong(start + 8 + length, "found the sum " + hex(little(*sum)) +
                                         " of a section's head, expected " + hex(computed) +
                                         ": the image is damaged");
  }
  Fields fields(std::span<const std::uint8_t>(bytes_).subspan(8), source_.name(), start + 8);
  ImageSection section = fields.section();
  section.offset = start;
  Result<void> const ended = fields.end("the section's head");
  if (!ended) return tl::unexpected<Error>(ended.error());
  std::string_view const fault = fault_of_section_name(section.name);
  if (!fault.empty()) {
    return wrong(start,
                 "found " + std::string(fault) + " in a section's name, expected a relative path");
  }
  if (!names_.insert(section.name).second) {
    return wrong(start, "found a second section with the name " + section.name + ", expected one");
  }
  if (sections_.size() == most_sections) {
    return wrong(start, "found more than " + std::to_string(most_sections) + " sections");
  }
  return section;
}

Result<void> ImageReader::skip_frames() {
  background_.wait();
  next_is_loaded_ = false;
  if (is_over_) return {};
  Result<void> const skipped = source_.skip(stored_left_);
  if (!skipped) return skipped;
  is_over_ = true;
  return {};
}

Result<void> ImageReader::index(std::uint64_t start) {
  // The index must repeat what was there, so its bytes are known but for the sum.
  Result<std::span<const std::uint8_t>> const count = take(4);
  if (!count) return tl::unexpected<Error>(count.error());
  if (little(*count) != sections_.size()) {
    return wrong(start + 4, "found an index of " + std::to_string(little(*count)) +
                                " sections, expected " + std::to_string(sections_.size()));
  }
  for (const ImageSection& expected : sections_) {
    std::uint64_t const at = source_.offset();
    constexpr std::size_t fixed = 8 + 2 + 8 + 8 + 16 + 2;
    Result<std::span<const std::uint8_t>> const entry = take(fixed + expected.name.size());
    if (!entry) return tl::unexpected<Error>(entry.error());
    Fields fields(*entry, source_.name(), at);
    std::uint64_t const offset = fields.number(8);
    ImageSection found = fields.section();
    found.offset = offset;
    if (!fields.end("the entry") || found != expected) {
      return wrong(
          at, "found another entry of the index, expected that of the section " + expected.name);
    }
  }
  std::uint64_t const computed = xxh3_64(bytes_.data(), bytes_.size());
  std::uint64_t const sum_at = source_.offset();
  Result<std::span<const std::uint8_t>> const end = take(16 + image_end.size());
  if (!end) return tl::unexpected<Error>(end.error());
  if (little(end->first(8)) != computed) {
    return wrong(sum_at, "found the sum " + hex(little(end->first(8))) +
                             " of the index, expected " + hex(computed) + ": the image is damaged");
  }
  if (little(end->subspan(8, 8)) != start) {
    return wrong(sum_at + 8, "found the offset " + std::to_string(little(end->subspan(8, 8))) +
                                 " of the index, expected " + std::to_string(start));
  }
  if (!std::ranges::equal(end->last(image_end.size()), image_end)) {
    return wrong(sum_at + 16, "found other bytes, expected the end of the image");
  }
  std::uint64_t const last = source_.offset();
  Result<int> const more = source_.byte();
  if (!more) return tl::unexpected<Error>(more.error());
  if (*more >= 0) return wrong(last, "found bytes after the image, expected its end");
  return {};
}

Result<ImageReader::FrameHead> ImageReader::frame_head() {
  std::uint64_t const start = source_.offset();
  if (stored_left_ < frame_head_bytes) {
    return wrong(start, "found " + std::to_string(stored_left_) +
                            " bytes left of the section, expected a frame");
  }
  bytes_.clear();
  Result<std::span<const std::uint8_t>> const taken = take(frame_head_bytes);
  if (!taken) return tl::unexpected<Error>(taken.error());
  Fields f(*taken, source_.name(), start);
  std::uint64_t const method = f.number(1), filter = f.number(1), reserved = f.number(2);
  FrameHead head{static_cast<FrameMethod>(method),
                 static_cast<FrameFilter>(filter),
                 static_cast<std::uint32_t>(f.number(4)),
                 static_cast<std::uint32_t>(f.number(4)),
                 static_cast<std::uint32_t>(f.number(4)),
                 f.number(8),
                 {}};
  std::copy_n(taken->begin(), head.summed.size(), head.summed.begin());
  if (method > 1 || filter > 1 || reserved != 0) {
    return wrong(start, "found a frame of method " + std::to_string(method) + ", filter " +
                            std::to_string(filter) + ", expected 0 or 1 each");
  }
  stored_left_ -= frame_head_bytes;
  if (head.size == 0 || head.size > std::min<std::uint64_t>(left_, largest_frame)) {
    return wrong(start + 4, "found a frame of " + std::to_string(head.size) +
                                " bytes, expected 1 to " +
                                std::to_string(std::min<std::uint64_t>(left_, largest_frame)));
  }
  if (head.filtered_size > largest_frame ||
      (head.filter == FrameFilter::none && head.filtered_size != head.size)) {
    return wrong(
        start + 8,
        "found " + std::to_string(head.filtered_size) + " filtered bytes, expected " +
            (head.filter == FrameFilter::none ? std::to_string(head.size)
                                              : "at most " + std::to_string(largest_frame)));
  }
  // zstd makes bytes that it can't compress a little longer; then the writer stores them.
  bool const fits = head.method == FrameMethod::stored ? head.stored_size == head.filtered_size
                                                       : head.stored_size < head.filtered_size;
  if (!fits || head.stored_size > stored_left_) {
    return wrong(start + 12,
                 "found a frame stored in " + std::to_string(head.stored_size) +
                     " bytes, expected at most " +
                     std::to_string(std::min<std::uint64_t>(stored_left_, head.filtered_size)));
  }
  return head;
}

Result<std::span<const std::uint8_t>> ImageReader::next_frame() {
  if (is_over_) return std::span<const std::uint8_t>();
  if (next_is_loaded_) {
    background_.wait();
  } else {
    if (left_ == 0) {
      Result<void> const checked = check_end_of_section();
      if (!checked) return tl::unexpected<Error>(checked.error());
      return std::span<const std::uint8_t>();
    }
    Result<void> const loaded = load(*next_slot_);
    if (!loaded) return tl::unexpected<Error>(loaded.error());
    decode(*next_slot_);
  }
  next_is_loaded_ = false;
  std::swap(slot_, next_slot_);
  if (!slot_->error.empty()) return wrong(slot_->error_at, slot_->error);
  if (left_ != 0 && !slot_->is_in_source) {
    Result<void> const loaded = load(*next_slot_);
    if (!loaded) return tl::unexpected<Error>(loaded.error());
    next_is_loaded_ = true;
    background_.start([this] { decode(*next_slot_); });
  }
  return slot_->result;
}

Result<void> ImageReader::check_end_of_section() {
  if (stored_left_ != 0) {
    return wrong(source_.offset(), "found " + std::to_string(stored_left_) +
                                       " bytes more of the section, expected its end");
  }
  is_over_ = true;
  Sum128 const computed = sum_->section.sum();
  const ImageSection& section = sections_.back();
  if (computed != section.sum) {
    return wrong(section.offset, "found the sum " + hex(section.sum) + " of the section " +
                                     section.name + ", expected " + hex(computed) +
                                     ": the image is damaged");
  }
  return {};
}

Result<void> ImageReader::load(Slot& slot) {
  slot.start = source_.offset();
  Result<FrameHead> const head = frame_head();
  if (!head) return tl::unexpected<Error>(head.error());
  slot.head = *head;
  Result<std::span<const std::uint8_t>> const stored = source_.take(head->stored_size);
  if (!stored) return tl::unexpected<Error>(stored.error());
  stored_left_ -= head->stored_size;
  left_ -= head->size;
  bool const is_stored = head->method == FrameMethod::stored;
  bool const is_filtered = head->filter == FrameFilter::fasl;
  slot.is_in_source = is_stored && !is_filtered;
  if (slot.is_in_source) {
    slot.result = *stored;
    return {};
  }
  slot.stored.assign(*stored);
  if (!is_stored && is_filtered) slot.filtered.resize(head->filtered_size);
  slot.contents.resize(head->size);
  slot.result = slot.contents.bytes();
  return {};
}

void ImageReader::decode(Slot& slot) {
  slot.error.clear();
  try {
    make_contents(slot);
  } catch (const std::bad_alloc&) {  // nothing may be thrown in the background
    slot.error = "out of memory";
    slot.error_at = slot.start;
  }
}

void ImageReader::make_contents(Slot& slot) {
  auto const fail = [&](std::uint64_t at, const std::string& what) {
    slot.error = what;
    slot.error_at = at;
  };
  std::span<const std::uint8_t> bytes = slot.is_in_source ? slot.result : slot.stored.bytes();
  XXH3_state_t* const state = sum_->frame;
  XXH3_64bits_reset(state);
  XXH3_64bits_update(state, slot.head.summed.data(), slot.head.summed.size());
  XXH3_64bits_update(state, bytes.data(), bytes.size());
  std::uint64_t const computed = XXH3_64bits_digest(state);
  if (computed != slot.head.sum) {
    return fail(slot.start + 16, "found the sum " + hex(slot.head.sum) + " of a frame, expected " +
                                     hex(computed) + ": the image is damaged");
  }
  bool const is_filtered = slot.head.filter == FrameFilter::fasl;
  if (slot.head.method == FrameMethod::zstd) {
    ByteBuffer& to = is_filtered ? slot.filtered : slot.contents;
    if (decompressor_ == nullptr) decompressor_ = ZSTD_createDCtx();
    if (decompressor_ == nullptr) return fail(slot.start, "out of memory for decompression");
    std::size_t const size =
        ZSTD_decompressDCtx(decompressor_, to.data(), to.size(), bytes.data(), bytes.size());
    if (ZSTD_isError(size) != 0)
      return fail(slot.start, "cannot decompress a frame: " + std::string(ZSTD_getErrorName(size)));
    if (size != to.size()) {
      return fail(slot.start, "found a frame of " + std::to_string(size) + " bytes, expected " +
                                  std::to_string(to.size()));
    }
    bytes = to.bytes();
  }
  if (is_filtered) {
    Result<void> const done = unfilter_fasl(bytes, slot.contents.bytes());
    if (!done) return fail(slot.start, done.error().message);
  }
  sum_->section.add(slot.result);
}

// --- A section as a source.

Result<bool> SectionSource::refill() {
  if (!frame_.empty()) return true;
  Result<std::span<const std::uint8_t>> const frame = reader_.next_frame();
  if (!frame) return tl::unexpected<Error>(frame.error());
  frame_ = *frame;
  return !frame_.empty();
}

Result<int> SectionSource::byte() {
  Result<bool> const more = refill();
  if (!more) return tl::unexpected<Error>(more.error());
  if (!*more) return -1;
  int const b = frame_.front();
  frame_ = frame_.subspan(1);
  advance(1);
  return b;
}

Result<std::span<const std::uint8_t>> SectionSource::take(std::uint64_t n) {
  std::uint64_t const start = offset();
  auto const refilled = refill();
  if (!refilled) return tl::unexpected<Error>(refilled.error());
  if (n <= frame_.size()) {
    std::span<const std::uint8_t> const result = frame_.first(static_cast<std::size_t>(n));
    frame_ = frame_.subspan(result.size());
    advance(n);
    return result;
  }
  buffer_.resize(0);
  while (buffer_.size() < n) {
    Result<bool> const more = refill();
    if (!more) return tl::unexpected<Error>(more.error());
    if (!*more) return tl::unexpected<Error>(end_of_data(start, n, buffer_.size()));
    std::size_t const piece =
        static_cast<std::size_t>(std::min<std::uint64_t>(n - buffer_.size(), frame_.size()));
    buffer_.append(frame_.first(piece));
    frame_ = frame_.subspan(piece);
    advance(piece);
  }
  return std::span<const std::uint8_t>(buffer_.bytes());
}

Result<void> SectionSource::skip(std::uint64_t n) {
  std::uint64_t const start = offset();
  for (std::uint64_t left = n; left != 0;) {
    Result<bool> const more = refill();
    if (!more) return tl::unexpected<Error>(more.error());
    if (!*more) return tl::unexpected<Error>(end_of_data(start, n, n - left));
    std::size_t const piece =
        static_cast<std::size_t>(std::min<std::uint64_t>(left, frame_.size()));
    frame_ = frame_.subspan(piece);
    advance(piece);
    left -= piece;
  }
  return {};
}

}  // namespace coracle
