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

/// Contents are cut into frames between the items of a fasl file, because the filter needs whole items.
constexpr std::size_t first_frame_bytes = 1 << 19;
struct Piece {
  std::span<const std::uint8_t> bytes;
  bool is_fasl = false;
};
std::vector<Piece> cut(std::span<const std::uint8_t> contents, std::size_t greatest, bool fasl) {
  std::vector<Piece> pieces;
  std::size_t start = 0, end = 0;
  std::size_t frame_bytes = std::min(first_frame_bytes, greatest);
  auto const add = [&](std::size_t to, bool is_fasl) {
    if (to != start) pieces.push_back({contents.subspan(start, to - start), is_fasl});
    start = to;
    if (!pieces.empty()) frame_bytes = greatest;
  };
  while (fasl && end != contents.size()) {
    std::size_t const item = first_item(contents.subspan(end));
    if (item == 0) break;
    if (end + item - start > frame_bytes) add(end, true);
    end += item;
    while (end - start > frame_bytes) add(start + frame_bytes, false);
    if (item > frame_bytes) add(end, false);
  }
  add(end, true);
  while (start != contents.size()) add(std::min(start + frame_bytes, contents.size()), false);
  return pieces;
}

std::optional<FaslDialect> dialect_of(std::span<const std::uint8_t> contents) {
  MemorySource source("", contents);
  Result<FaslHeader> const header = read_fasl_header(source);
  const Profile* const profile = header ? find_release(header->version) : nullptr;
  if (profile == nullptr) return std::nullopt;
  constexpr auto full_header_bytes = 32;
  return FaslDialect{profile->fasl_counts_externals, profile->return_toplink == -full_header_bytes};
}

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
    while ((std::size_t{1} << window) < bytes.size()) ++window;
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
  FrameMethod method;
  FrameFilter filter;
  std::uint32_t size, filtered_size;
  Bytes stored;
};

Result<Frame> make_frame(Compressor& compressor, const Piece& piece,
                         const std::optional<FaslDialect>& dialect) {
  auto const size = static_cast<std::uint32_t>(piece.bytes.size());
  Result<Bytes> plain = compressor.compress(piece.bytes);
  if (!plain) return tl::unexpected<Error>(plain.error());
  bool const smaller = !plain->empty();
  Frame best{smaller ? FrameMethod::zstd : FrameMethod::stored, FrameFilter::none, size, size,
             smaller ? std::move(*plain) : Bytes(piece.bytes.begin(), piece.bytes.end())};
  if (!dialect || !piece.is_fasl) return best;
  std::optional<Bytes> const filtered = filter_fasl(piece.bytes, *dialect);
  if (!filtered || filtered->size() > largest_frame) return best;
  Result<Bytes> packed = compressor.compress(*filtered);
  if (!packed) return tl::unexpected<Error>(packed.error());
  if (packed->empty() || packed->size() >= best.stored.size()) return best;
  return Frame{FrameMethod::zstd, FrameFilter::fasl, size,
               static_cast<std::uint32_t>(filtered->size()), std::move(*packed)};
}

void put_frame(Bytes& to, const Frame& frame) {
  Bytes bytes;
  put(bytes, static_cast<std::uint64_t>(frame.method), 1);
  put(bytes, static_cast<std::uint64_t>(frame.filter), 1);
  put(bytes, 0, 2);
  put(bytes, frame.size, 4);
  put(bytes, frame.filtered_size, 4);
  put(bytes, frame.stored.size(), 4);
  std::size_t const head = bytes.size();
  bytes.insert(bytes.end(), frame.stored.begin(), frame.stored.end());
  std::uint64_t const sum = xxh3_64(bytes.data(), bytes.size());
  to.insert(to.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(head));
  put(to, sum, 8);
  to.insert(to.end(), bytes.begin() + static_cast<std::ptrdiff_t>(head), bytes.end());
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
  std::optional<FaslDialect> dialect = dialect_of(contents);
  bool const is_fasl = dialect.has_value();
  if (!options_.filter || options_.level == 0) dialect.reset();
  Compressor compressor(options_.level);
  Bytes frames;
  for (const Piece& piece :
       cut(contents, std::clamp<std::uint32_t>(options_.frame_bytes, 1, largest_frame), is_fasl)) {
    Result<Frame> const frame = make_frame(compressor, piece, dialect);
    if (!frame) return tl::unexpected<Error>(frame.error());
    put_frame(frames, *frame);
  }
  ImageSection const section{
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
