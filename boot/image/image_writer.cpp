#include "boot/image/image_writer.h"

#include <zstd.h>

#include <algorithm>
#include <memory>

#include "boot/image/fasl_file.h"
#include "boot/image/fasl_filter.h"
#include "boot/profiles/profiles.h"
#include "vm/base/byte_reader.h"

namespace coracle {
namespace {

using Bytes = std::vector<std::uint8_t>;

void put(Bytes& to, std::uint64_t n, int bytes) {
  for (int i = 0; i < bytes; ++i) to.push_back(static_cast<std::uint8_t>(n >> (8 * i)));
}
void put_text(Bytes& to, const std::string& text) {
  put(to, text.size(), 2);
  to.insert(to.end(), text.begin(), text.end());
}
void put_texts(Bytes& to, const std::vector<std::string>& texts) {
  put(to, texts.size(), 4);
  for (const std::string& t : texts) put_text(to, t);
}
/// Its length before what was appended from `start` on.
void put_length(Bytes& to, std::size_t start) {
  Bytes length;
  put(length, to.size() - start, 4);
  to.insert(to.begin() + static_cast<std::ptrdiff_t>(start), length.begin(), length.end());
}
void put_sum(Bytes& to) { put(to, xxh3_64(to.data(), to.size()), 8); }

void put_section(Bytes& to, const ImageSection& s) {
  put(to, static_cast<std::uint64_t>(s.kind), 2);
  put(to, s.size, 8);
  put(to, s.stored_size, 8);
  to.insert(to.end(), s.sum.begin(), s.sum.end());
  put_text(to, s.name);
}

/// The size of the first item of a fasl file, 0 if there is none.
std::size_t first_item(std::span<const std::uint8_t> bytes) {
  MemorySource source("", bytes);
  Result<int> const code = source.byte();
  if (!code || *code < 0) return 0;
  switch (static_cast<FaslCode>(*code)) {
    case FaslCode::header: {
      MemorySource again("", bytes);
      if (!read_fasl_header(again)) return 0;
      return static_cast<std::size_t>(again.offset());
    }
    case FaslCode::visit:
    case FaslCode::revisit:
    case FaslCode::visit_revisit: break;
    case FaslCode::terminator: return bytes.size();
    default: return 0;
  }
  ByteReader in(bytes.subspan(1), "");
  std::uint64_t const size = in.unsigned_number();
  return in.ok() && size <= in.remaining() ? static_cast<std::size_t>(1 + in.offset() + size) : 0;
}

/// What becomes a block.
struct Piece {
  std::span<const std::uint8_t> bytes;
  std::optional<Bytes> filtered;  // of whole items of a fasl file
};

/// Cuts contents into pieces of at most `most` bytes: between the items of a fasl file, if there is a dialect. Such a
/// file's code runs while what follows is decoded, so there no piece is longer than what comes before it, but for the
/// first ones.
std::vector<Piece> cut(std::span<const std::uint8_t> contents, std::size_t most,
                       const std::optional<FaslDialect>& dialect) {
  std::vector<Piece> pieces;
  std::size_t start = 0, end = 0;
  auto const usual = [&] {
    return std::min(most, dialect ? std::clamp(start, first_block_bytes, usual_block_bytes)
                                  : usual_block_bytes);
  };
  auto const add = [&](std::size_t to) {
    if (to != start) pieces.push_back({contents.subspan(start, to - start), {}});
    start = to;
  };
  auto const add_items = [&] {
    std::size_t const from = start;
    add(end);
    if (end != from) pieces.back().filtered = filter_fasl(pieces.back().bytes, *dialect);
  };
  // A script's first line is no item.
  if (dialect) end = static_cast<std::size_t>(script_line_length(contents));
  while (end - start > usual()) add(start + usual());
  add(end);
  while (dialect && end != contents.size()) {
    std::size_t const item = first_item(contents.subspan(end));
    if (item == 0) break;
    if (end + item - start > usual()) add_items();
    end += item;
    if (item <= most) continue;
    while (end - start > usual()) add(start + usual());
    add(end);
  }
  if (dialect) add_items();
  while (start != contents.size()) add(std::min(start + usual(), contents.size()));
  return pieces;
}

/// Pieces in a row that become a frame: all of them filtered, or none.
std::vector<std::span<const Piece>> group(std::span<const Piece> pieces, std::size_t frame_bytes) {
  std::vector<std::span<const Piece>> groups;
  std::size_t start = 0, size = 0;
  auto const size_of = [](const Piece& p) {
    return std::max(p.bytes.size(), p.filtered ? p.filtered->size() : 0);
  };
  for (std::size_t i = 0; i != pieces.size(); size += size_of(pieces[i++])) {
    bool const fits = size + size_of(pieces[i]) <= frame_bytes && i - start < most_blocks &&
                      pieces[i].filtered.has_value() == pieces[start].filtered.has_value();
    if (i == start || fits) continue;
    groups.push_back(pieces.subspan(start, i - start));
    start = i;
    size = 0;
  }
  if (start != pieces.size()) groups.push_back(pieces.subspan(start));
  return groups;
}

std::optional<FaslDialect> dialect_of(std::span<const std::uint8_t> contents) {
  MemorySource source("", contents.subspan(static_cast<std::size_t>(script_line_length(contents))));
  Result<FaslHeader> const header = read_fasl_header(source);
  const Profile* const profile = header ? find_release(header->version) : nullptr;
  if (profile == nullptr) return std::nullopt;
  constexpr auto full_header_bytes = 32;
  return FaslDialect{profile->fasl_counts_externals, profile->return_toplink == -full_header_bytes};
}

/// How far back compressed bytes can refer, in bits: 2 MB, which a reader keeps in memory. 8 MB would make petite and
/// scheme 1.2 % smaller.
constexpr int most_window_bits = 21;

class Compressor {
 public:
  explicit Compressor(int level) : level_(level) {}

  /// Empty if the bytes don't become fewer.
  Result<Bytes> compress(std::span<const std::uint8_t> bytes) {
    if (level_ == 0) return Bytes{};
    if (context_ == nullptr) context_.reset(ZSTD_createCCtx());
    if (context_ == nullptr) return fail("out of memory for compression");
    Bytes result(ZSTD_compressBound(bytes.size()));
    int window = 10;
    while ((std::size_t{1} << window) < bytes.size() && window < most_window_bits) ++window;
    for (auto const& [parameter, value] :
         {std::pair{ZSTD_c_compressionLevel, level_}, std::pair{ZSTD_c_windowLog, window},
          std::pair{ZSTD_c_contentSizeFlag, 1}, std::pair{ZSTD_c_checksumFlag, 0}}) {
      ZSTD_CCtx_setParameter(context_.get(), parameter, value);
    }
    std::size_t const size =
        ZSTD_compress2(context_.get(), result.data(), result.size(), bytes.data(), bytes.size());
    if (ZSTD_isError(size) != 0) {
      return fail("cannot compress: " + std::string(ZSTD_getErrorName(size)));
    }
    result.resize(size < bytes.size() ? size : 0);
    return result;
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
  };
  int level_;
  std::unique_ptr<ZSTD_CCtx, Free> context_;
};

struct Frame {
  FrameMethod method = FrameMethod::stored;
  FrameFilter filter = FrameFilter::none;
  std::vector<BlockSizes> blocks;
  Bytes stored;
};

/// The contents of the pieces, or what the filter made of them, by the method that makes that smaller.
Result<Frame> pack(Compressor& compressor, std::span<const Piece> pieces, FrameFilter filter) {
  Frame frame;
  frame.filter = filter;
  Bytes bytes;
  for (const Piece& p : pieces) {
    std::span<const std::uint8_t> const part =
        filter == FrameFilter::fasl ? std::span<const std::uint8_t>(*p.filtered) : p.bytes;
    frame.blocks.push_back(
        {static_cast<std::uint32_t>(p.bytes.size()), static_cast<std::uint32_t>(part.size())});
    bytes.insert(bytes.end(), part.begin(), part.end());
  }
  Result<Bytes> smaller = compressor.compress(bytes);
  if (!smaller) return tl::unexpected<Error>(smaller.error());
  if (!smaller->empty()) frame.method = FrameMethod::zstd;
  frame.stored = std::move(smaller->empty() ? bytes : *smaller);
  return frame;
}

Result<Frame> make_frame(Compressor& compressor, std::span<const Piece> pieces) {
  Result<Frame> plain = pack(compressor, pieces, FrameFilter::none);
  if (!plain || !pieces.front().filtered) return plain;
  Result<Frame> filtered = pack(compressor, pieces, FrameFilter::fasl);
  if (!filtered || filtered->stored.size() < plain->stored.size()) return filtered;
  return plain;
}

void put_frame(Bytes& to, const Frame& frame) {
  Bytes summed;
  put(summed, static_cast<std::uint64_t>(frame.method), 1);
  put(summed, static_cast<std::uint64_t>(frame.filter), 1);
  put(summed, frame.blocks.size(), 2);
  put(summed, frame.stored.size(), 4);
  for (const BlockSizes& b : frame.blocks) {
    put(summed, b.size, 4);
    put(summed, b.filtered, 4);
  }
  summed.insert(summed.end(), frame.stored.begin(), frame.stored.end());
  auto const rest = summed.begin() + frame_sum_at;
  to.insert(to.end(), summed.begin(), rest);
  put(to, xxh3_64(summed.data(), summed.size()), 8);
  to.insert(to.end(), rest, summed.end());
}

}  // namespace

ImageWriter::Sink ImageWriter::appends_to(std::vector<std::uint8_t>& bytes) {
  return [&bytes](std::span<const std::uint8_t> more) -> Result<void> {
    bytes.insert(bytes.end(), more.begin(), more.end());
    return {};
  };
}

Result<void> ImageWriter::write(std::span<const std::uint8_t> bytes) {
  offset_ += bytes.size();
  return sink_(bytes);
}

Result<void> ImageWriter::begin(const ImageHeader& header) {
  Bytes bytes(image_magic.begin(), image_magic.end());
  put(bytes, image_version, 4);
  std::size_t const start = bytes.size();
  put_text(bytes, header.release);
  put_text(bytes, header.machine);
  put(bytes, static_cast<std::uint64_t>(header.byte_order), 1);
  put_texts(bytes, header.features);
  put_texts(bytes, header.needs);
  if (bytes.size() - start > longest_image_header) {
    return fail("found an image's header of " + std::to_string(bytes.size() - start) +
                " bytes, expected at most " + std::to_string(longest_image_header));
  }
  put_length(bytes, start);
  put_sum(bytes);
  return write(bytes);
}

Result<ImageSection> ImageWriter::add(SectionKind kind, const std::string& name,
                                      std::span<const std::uint8_t> contents) {
  std::string_view const fault = fault_of_section_name(name);
  if (!fault.empty()) {
    return fail("found " + std::string(fault) + " in the name \"" + name +
                "\", expected a relative path");
  }
  if (!names_.insert(name).second) {
    return fail("found two sections with the name " + name + ", expected one");
  }
  if (sections_.size() == most_sections) {
    return fail("found more than " + std::to_string(most_sections) + " sections");
  }
  bool const filters = options_.filter && options_.level != 0;
  std::size_t frame_bytes = std::clamp<std::uint32_t>(options_.frame_bytes, 1, largest_frame);
  // What is stored doesn't become smaller in large frames.
  if (options_.level == 0) frame_bytes = std::min(frame_bytes, usual_block_bytes);
  std::vector<Piece> const pieces =
      cut(contents, frame_bytes, filters ? dialect_of(contents) : std::nullopt);
  Compressor compressor(options_.level);
  Bytes frames;
  for (std::span<const Piece> const together : group(pieces, frame_bytes)) {
    Result<Frame> const frame = make_frame(compressor, together);
    if (!frame) return tl::unexpected<Error>(frame.error());
    put_frame(frames, *frame);
  }
  ImageSection section{
      kind,   name, contents.size(), frames.size(), xxh3_128(contents.data(), contents.size()),
      offset_};
  Bytes head;
  put(head, section_mark, 4);
  put_section(head, section);
  put_length(head, 4);
  put_sum(head);
  Result<void> done = write(head);
  if (done) done = write(frames);
  if (!done) return tl::unexpected<Error>(done.error());
  sections_.push_back(section);
  return section;
}

Result<void> ImageWriter::finish() {
  std::uint64_t const start = offset_;
  Bytes bytes;
  put(bytes, index_mark, 4);
  put(bytes, sections_.size(), 4);
  for (const ImageSection& s : sections_) {
    put(bytes, s.offset, 8);
    put_section(bytes, s);
  }
  put_sum(bytes);
  put(bytes, start, 8);
  bytes.insert(bytes.end(), image_end.begin(), image_end.end());
  return write(bytes);
}

}  // namespace coracle
