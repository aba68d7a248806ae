#include "boot/image/image_reader.h"

#include <algorithm>
#include <deque>
#include <new>
#include <utility>

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

/// Limits of a batch, but for its first block: enough that decoding and use needn't keep step. Plain blocks are
/// only checked, so few of them will do, and the processor's caches can hold them.
constexpr std::size_t batch_bytes = std::size_t{2} << 20, plain_batch_bytes = std::size_t{1} << 18;
constexpr std::size_t most_batch_blocks = 256;
}  // namespace

struct ImageReader::Frame : StoredFrame {
  explicit Frame(std::pmr::memory_resource* memory) : stored(memory) {}
  ByteBuffer stored;
};

struct ImageReader::Block {
  std::shared_ptr<Frame> frame;
  std::shared_ptr<ByteBuffer> filtered;  // where its filtered bytes go
  std::size_t index = 0;                 // in the frame
  std::size_t section = 0;               // its number
  bool begins_section = false, ends_section = false;
  std::span<std::uint8_t> out;             // for its contents; unused by a plain frame's
  std::span<const std::uint8_t> contents;  // there, or in the frame
  std::uint64_t piece = 0;                 // of the queue: decoding it
  std::optional<FrameFault> fault;
  Sum128 sum{};  // of the section that it ends
};

/// Blocks in a row, which are decoded while those of another batch are used.
struct ImageReader::Batch {
  explicit Batch(std::pmr::memory_resource* memory) : buffer(memory) {}
  bool is_used_up() const { return next == blocks.size(); }

  std::deque<Block> blocks;  // which decoding changes: they stay where they are
  std::size_t next = 0;      // the first one that isn't used
  std::size_t bytes = 0;     // what they take
  ByteBuffer buffer;         // for their contents
  std::size_t filled = 0;
};

bool is_image(std::span<const std::uint8_t> first_bytes) {
  return first_bytes.size() >= 4 &&
         std::ranges::equal(first_bytes.first(4), std::span(image_magic).first(4));
}

ImageReader::ImageReader(ByteSource& source, std::pmr::memory_resource* memory)
    : source_(source), memory_(memory), bytes_(memory) {
  for (int i = 0; i < (host::BackgroundQueue::is_concurrent ? 2 : 1); ++i)
    batches_.push_back(std::make_unique<Batch>(memory));
}

ImageReader::~ImageReader() = default;

tl::unexpected<Error> ImageReader::wrong(std::uint64_t offset, const std::string& what) const {
  return fail(at_offset(source_.name(), offset, what));
}

Result<std::span<const std::uint8_t>> ImageReader::take(std::uint64_t n) {
  Result<std::span<const std::uint8_t>> taken = source_.take(n);
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
  for (leave_used_batch(); has_block(); leave_used_batch()) ++batches_[in_use_]->next;
  if (failure_ && !upcoming_) return tl::unexpected<Error>(*failure_);
  if (!upcoming_) {
    Result<void> const skipped = source_.skip(stored_left_);
    if (!skipped) return tl::unexpected<Error>(skipped.error());
    stored_left_ = left_ = 0;
    upcoming_ = next_head();
  }
  Result<std::optional<ImageSection>> const section = *std::exchange(upcoming_, std::nullopt);
  is_over_ = !section || !*section;
  section_ = sections_.size() - 1;
  section_sum_ = xxh3_128(nullptr, 0);
  return section;
}

Result<std::optional<ImageSection>> ImageReader::next_head() {
  frame_.reset();
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
  left_ = unbegun_ = section->size;
  begins_section_ = true;
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

Result<FrameHead> ImageReader::frame_head() {
  std::uint64_t const start = source_.offset();
  auto const take_bytes = [&](std::uint64_t n) -> Result<std::span<const std::uint8_t>> {
    if (stored_left_ < n) {
      return wrong(start, "found " + std::to_string(stored_left_) +
                              " bytes left of the section, expected a frame");
    }
    stored_left_ -= n;
    return take(n);
  };
  bytes_.clear();
  Result<std::span<const std::uint8_t>> const fixed = take_bytes(frame_head_bytes);
  if (!fixed) return tl::unexpected<Error>(fixed.error());
  Fields f(*fixed, source_.name(), start);
  std::uint64_t const method = f.number(1), filter = f.number(1), blocks = f.number(2);
  FrameHead head;
  head.method = static_cast<FrameMethod>(method);
  head.filter = static_cast<FrameFilter>(filter);
  head.stored_size = static_cast<std::uint32_t>(f.number(4));
  head.sum = f.number(8);
  if (method > 1 || filter > 1 || blocks == 0) {
    return wrong(start, "found a frame of method " + std::to_string(method) + ", filter " +
                            std::to_string(filter) + " and " + std::to_string(blocks) +
                            " blocks, expected 0 or 1, 0 or 1, 1 or more");
  }
  head.summed.assign(fixed->begin(), fixed->begin() + frame_sum_at);
  Result<std::span<const std::uint8_t>> const sizes = take_bytes(blocks * block_head_bytes);
  if (!sizes) return tl::unexpected<Error>(sizes.error());
  head.summed.insert(head.summed.end(), sizes->begin(), sizes->end());
  Fields g(*sizes, source_.name(), start + frame_head_bytes);
  std::uint64_t size = 0, filtered_size = 0;
  std::uint64_t const most = std::min<std::uint64_t>(left_, largest_frame);
  for (std::uint64_t i = 0; i < blocks; ++i) {
    std::uint64_t const at = g.reader().offset();
    BlockSizes const b{static_cast<std::uint32_t>(g.number(4)),
                       static_cast<std::uint32_t>(g.number(4))};
    if (b.size == 0 || b.size > most - size) {
      return wrong(at, "found a block of " + std::to_string(b.size) + " bytes, expected 1 to " +
                           std::to_string(most - size));
    }
    bool const is_filtered = head.filter == FrameFilter::fasl;
    if (is_filtered ? b.filtered == 0 || b.filtered > largest_frame - filtered_size
                    : b.filtered != b.size) {
      return wrong(at + 4,
                   "found " + std::to_string(b.filtered) + " filtered bytes, expected " +
                       (is_filtered ? "1 to " + std::to_string(largest_frame - filtered_size)
                                    : std::to_string(b.size)));
    }
    size += b.size;
    filtered_size += b.filtered;
    head.blocks.push_back(b);
  }
  // zstd makes bytes that it can't compress a little longer; then the writer stores them.
  bool const fits = head.method == FrameMethod::stored ? head.stored_size == filtered_size
                                                       : head.stored_size < filtered_size;
  if (!fits || head.stored_size > stored_left_) {
    return wrong(start + 4,
                 "found a frame stored in " + std::to_string(head.stored_size) +
                     " bytes, expected at most " +
                     std::to_string(std::min<std::uint64_t>(stored_left_, filtered_size)));
  }
  stored_left_ -= head.stored_size;
  left_ -= size;
  return head;
}

void ImageReader::begin() {
  if (!host::BackgroundQueue::is_concurrent) return;
  leave_used_batch();
  read_ahead();
}

Result<std::span<const std::uint8_t>> ImageReader::next_block() {
  if (is_over_) return std::span<const std::uint8_t>();
  leave_used_batch();
  read_ahead();
  if (!has_block()) {
    Result<void> const checked = check_end_of_section();
    if (!checked) return tl::unexpected<Error>(checked.error());
    return std::span<const std::uint8_t>();
  }
  Batch& batch = *batches_[in_use_];
  const Block& block = batch.blocks[batch.next++];
  background_.wait(block.piece);
  if (block.fault) return wrong(block.fault->offset, block.fault->what);
  if (block.ends_section) section_sum_ = block.sum;
  return block.contents;
}

bool ImageReader::has_block() const {
  const Batch& batch = *batches_[in_use_];
  return !batch.is_used_up() && batch.blocks[batch.next].section == section_;
}

void ImageReader::leave_used_batch() {
  Batch& batch = *batches_[in_use_];
  if (!batch.is_used_up()) return;
  // Its memory may be used again.
  if (!batch.blocks.empty()) background_.wait(batch.blocks.back().piece);
  for (Block& block : batch.blocks) {
    std::shared_ptr<Frame> frame = std::move(block.frame);
    if (frame.use_count() == 1) spare_ = std::move(frame);
  }
  batch.blocks.clear();
  batch.next = batch.bytes = batch.filled = 0;
  in_use_ = (in_use_ + 1) % batches_.size();
}

void ImageReader::read_ahead() {
  for (std::size_t i = 0; i < batches_.size(); ++i) {
    Batch& batch = *batches_[(in_use_ + i) % batches_.size()];
    if (batch.blocks.empty() && !fill(batch)) return;
  }
}

bool ImageReader::fill(Batch& batch) {
  for (;;) {
    // Boot files are used one after the other.
    if (upcoming_ && (!*upcoming_ || !**upcoming_ || (**upcoming_)->kind != SectionKind::boot))
      return false;
    if (failure_) return false;
    switch (begin_block(batch)) {
      case Begun::yes: break;
      case Begun::no_room: return true;
      case Begun::none:
        if (failure_ || upcoming_ || stored_left_ != 0 ||
            sections_[section_].kind != SectionKind::boot)
          return false;
        upcoming_ = next_head();
    }
  }
}

Result<void> ImageReader::check_end_of_section() {
  if (failure_ && !upcoming_) return tl::unexpected<Error>(*failure_);
  if (!upcoming_ && stored_left_ != 0) {
    return wrong(source_.offset(), "found " + std::to_string(stored_left_) +
                                       " bytes more of the section, expected its end");
  }
  is_over_ = true;
  const ImageSection& section = sections_[section_];
  if (section_sum_ != section.sum) {
    return wrong(section.offset, "found the sum " + hex(section.sum) + " of the section " +
                                     section.name + ", expected " + hex(section_sum_) +
                                     ": the image is damaged");
  }
  return {};
}

ImageReader::Begun ImageReader::begin_block(Batch& batch) {
  if (frame_ == nullptr || next_in_frame_ == frame_->head.blocks.size()) {
    if (left_ == 0) return Begun::none;
    Result<void> const loaded = load_frame();
    if (!loaded) {
      failure_ = loaded.error();
      return Begun::none;
    }
  }
  BlockSizes const& sizes = frame_->head.blocks[next_in_frame_];
  if (!make_room(batch, sizes)) return Begun::no_room;
  Block& block = batch.blocks.emplace_back();
  block.frame = frame_;
  block.filtered = filtered_;
  block.index = next_in_frame_++;
  block.begins_section = std::exchange(begins_section_, false);
  block.section = sections_.size() - 1;
  unbegun_ -= sizes.size;
  block.ends_section = unbegun_ == 0;
  batch.bytes += std::max(sizes.size, sizes.filtered);
  if (frame_->head.is_plain()) {
    block.contents = frame_->bytes.subspan(plain_at_, sizes.size);
    plain_at_ += sizes.size;
  } else {
    block.out = batch.buffer.bytes().subspan(batch.filled, sizes.size);
    block.contents = block.out;
    batch.filled += sizes.size;
  }
  block.piece = background_.add([this, &block] { decode(block); });
  return Begun::yes;
}

bool ImageReader::make_room(Batch& batch, const BlockSizes& sizes) const {
  bool const is_plain = frame_->head.is_plain();
  bool const has_others = batches_.size() > 1;
  if (!batch.blocks.empty()) {
    std::size_t const most = is_plain ? plain_batch_bytes : batch_bytes;
    if (!has_others || batch.blocks.size() == most_batch_blocks ||
        batch.bytes + std::max(sizes.size, sizes.filtered) > most)
      return false;
  }
  if (is_plain) return true;
  if (batch.filled == 0) {
    // Room for the others, too, but not for more than the section has.
    std::size_t const usual = has_others ? batch_bytes : 0;
    std::size_t const room =
        std::max<std::size_t>(sizes.size, std::min<std::uint64_t>(usual, unbegun_));
    if (batch.buffer.size() < room) {
      batch.buffer.resize(0);
      batch.buffer.resize(room);
    }
  }
  return batch.filled + sizes.size <= batch.buffer.size();
}

Result<void> ImageReader::load_frame() {
  if (frame_.use_count() == 1) spare_ = std::move(frame_);
  std::shared_ptr<Frame> frame = std::exchange(spare_, nullptr);
  if (frame == nullptr) {
    frame = std::allocate_shared<Frame>(std::pmr::polymorphic_allocator<>(memory_), memory_);
  }
  frame->start = source_.offset();
  Result<FrameHead> head = frame_head();
  if (!head) return tl::unexpected<Error>(head.error());
  frame->head = std::move(*head);
  Result<void> const taken = source_.take_into(frame->stored, frame->head.stored_size);
  if (!taken) return taken;
  frame->bytes = frame->stored.bytes();
  if (frame->head.filter != FrameFilter::none) {
    std::size_t const largest =
        std::ranges::max(frame->head.blocks, {}, &BlockSizes::filtered).filtered;
    if (filtered_ == nullptr || filtered_->size() < largest) {
      // The blocks that were begun keep theirs.
      filtered_ = nullptr;
      filtered_ =
          std::allocate_shared<ByteBuffer>(std::pmr::polymorphic_allocator<>(memory_), memory_);
      filtered_->resize(largest);
    }
  }
  frame_ = std::move(frame);
  next_in_frame_ = 0;
  plain_at_ = 0;
  return {};
}

void ImageReader::decode(Block& block) {
  try {
    std::span<std::uint8_t> const filtered =
        block.filtered != nullptr ? block.filtered->bytes() : std::span<std::uint8_t>();
    block.fault = decoder_.decode(*block.frame, block.index, filtered, block.out);
    if (block.begins_section) sum_.reset();
    if (!block.fault) sum_.add(block.contents);
    if (block.ends_section) block.sum = sum_.sum();
  } catch (const std::bad_alloc&) {  // nothing may be thrown in the background
    block.fault = FrameFault{block.frame->start, "out of memory"};
  }
}

}  // namespace coracle
