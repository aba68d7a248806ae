// Images: what was written is what is read, on every host the same bytes; damage of any byte is an error.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <random>

#include "boot/image/image_writer.h"
#include "boot/image/section_source.h"
#include "tests/unit/fasl_bytes.h"
#include "tests/unit/image_sums.h"
#include "vm/base/byte_reader.h"

namespace coracle {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct Part {
  SectionKind kind;
  std::string name;
  Bytes contents;
};

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Bytes write_image(const std::vector<Part>& parts, const ImageOptions& options = {},
                  const ImageHeader& header = {"10.0.0", "pb", ByteOrder::any, {}, {"petite"}}) {
  Bytes image;
  ImageWriter writer(ImageWriter::appends_to(image), options);
  REQUIRE(writer.begin(header).has_value());
  for (const Part& p : parts) REQUIRE(writer.add(p.kind, p.name, p.contents).has_value());
  REQUIRE(writer.finish().has_value());
  return image;
}

struct Contents {
  ImageHeader header;
  std::vector<std::pair<ImageSection, Bytes>> sections;
};

Result<Contents> read_image(std::span<const std::uint8_t> image) {
  MemorySource source("x.image", image);
  ImageReader reader(source);
  Contents all;
  Result<ImageHeader> header = reader.header();
  if (!header) return tl::unexpected<Error>(header.error());
  all.header = std::move(*header);
  for (;;) {
    Result<std::optional<ImageSection>> section = reader.next();
    if (!section) return tl::unexpected<Error>(section.error());
    if (!*section) return all;
    Bytes contents;
    for (;;) {
      Result<std::span<const std::uint8_t>> const block = reader.next_block();
      if (!block) return tl::unexpected<Error>(block.error());
      if (block->empty()) break;
      contents.insert(contents.end(), block->begin(), block->end());
    }
    all.sections.emplace_back(**section, std::move(contents));
  }
}

std::string error_of(std::span<const std::uint8_t> image) {
  Result<Contents> const all = read_image(image);
  return all ? "no error" : all.error().message;
}

Bytes noise(std::size_t n) {
  std::mt19937 random(5);
  Bytes bytes(n);
  for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(random());
  return bytes;
}

/// Sections of each kind: compressible, not compressible, empty, of several frames.
std::vector<Part> some_parts() {
  Bytes long_text;
  for (int i = 0; i < 3000; ++i) {
    std::string const line = "line " + std::to_string(i % 77) + "\n";
    long_text.insert(long_text.end(), line.begin(), line.end());
  }
  test::FaslBytes fasl;
  fasl.header();
  for (int i = 0; i < 200; ++i) {
    test::FaslBytes object;
    object.code(FaslCode::pair).number(2).symbol(U"name").fixnum(i - 100).string(U"λ");
    fasl.plain(object);
  }
  return {{SectionKind::boot, "a.boot", fasl.bytes()},
          {SectionKind::file, "data/noise", noise(1500)},
          {SectionKind::file, "data/empty", {}},
          {SectionKind::note, "read me", long_text},
          {static_cast<SectionKind>(77), "later", bytes_of("of a kind of later")},
          {SectionKind::boot, "b.boot", fasl.bytes()},
          {SectionKind::boot, "c.boot", bytes_of("read ahead")}};
}

ImageOptions small_frames() {
  ImageOptions options;
  options.frame_bytes = 4096;
  return options;
}

}  // namespace

TEST_CASE("images: what went in comes out") {
  std::vector<Part> const parts = some_parts();
  for (int const level : {0, 1, 19, 22}) {
    for (bool const filter : {false, true}) {
      CAPTURE(level);
      CAPTURE(filter);
      ImageOptions options = small_frames();
      options.level = level;
      options.filter = filter;
      Bytes const image = write_image(parts, options);
      Result<Contents> const all = read_image(image);
      REQUIRE_MESSAGE(all.has_value(), (all ? "" : all.error().message));
      CHECK(all->header.release == "10.0.0");
      CHECK(all->header.machine == "pb");
      CHECK(all->header.needs == std::vector<std::string>{"petite"});
      REQUIRE(all->sections.size() == parts.size());
      for (std::size_t i = 0; i < parts.size(); ++i) {
        CHECK(all->sections[i].first.kind == parts[i].kind);
        CHECK(all->sections[i].first.name == parts[i].name);
        CHECK(all->sections[i].second == parts[i].contents);
      }
      CHECK(image == write_image(parts, options));
    }
  }
}

TEST_CASE("images: a script's first line doesn't hinder the filter") {
  Bytes const fasl = some_parts()[0].contents;
  std::size_t const plain = write_image({{SectionKind::library, "x", fasl}}, small_frames()).size();
  // The longest line needs several frames.
  for (std::size_t const length : {4, 30, 10'000}) {
    Bytes script = bytes_of("#!/" + std::string(length - 4, 'x') + "\n");
    script.insert(script.end(), fasl.begin(), fasl.end());
    Bytes const image = write_image({{SectionKind::library, "x", script}}, small_frames());
    Result<Contents> const all = read_image(image);
    REQUIRE(all.has_value());
    CHECK(all->sections[0].second == script);
    CHECK(image.size() < plain + 200);
  }
}

TEST_CASE("images: sections needn't be read") {
  std::vector<Part> const parts = some_parts();
  Bytes const image = write_image(parts, small_frames());
  MemorySource source("x.image", image);
  ImageReader reader(source);
  REQUIRE(reader.header().has_value());
  std::size_t n = 0;
  for (;; ++n) {
    Result<std::optional<ImageSection>> const section = reader.next();
    REQUIRE(section.has_value());
    if (!*section) break;
    if (n == 3) CHECK(reader.next_block()->size() == 4096);  // only the first of several
  }
  CHECK(n == parts.size());
}

TEST_CASE("images: frames of several blocks") {
  bool compresses = true;
  SUBCASE("compressed") {}
  SUBCASE("stored") { compresses = false; }
  Bytes contents(2 * usual_block_bytes + 1000);
  std::mt19937 random(1);
  for (std::size_t i = 0; i < contents.size(); ++i) {
    contents[i] = static_cast<std::uint8_t>(compresses ? i >> 9 : random());
  }
  Bytes const image = write_image({{SectionKind::note, "long", contents}});
  // One frame: it is compressed, or stored, as a whole.
  CHECK((image.size() < usual_block_bytes) == compresses);
  MemorySource source("x.image", image);
  ImageReader reader(source);
  REQUIRE(reader.header().has_value());
  REQUIRE(reader.next().has_value());
  Bytes read;
  std::vector<std::size_t> sizes;
  for (;;) {
    Result<std::span<const std::uint8_t>> const block = reader.next_block();
    REQUIRE(block.has_value());
    if (block->empty()) break;
    sizes.push_back(block->size());
    read.insert(read.end(), block->begin(), block->end());
  }
  CHECK(sizes == std::vector<std::size_t>{usual_block_bytes, usual_block_bytes, 1000});
  CHECK(read == contents);
}

TEST_CASE("images: the first blocks of a fasl file are short") {
  test::FaslBytes fasl;
  fasl.header();
  std::size_t const object_bytes = 1000;
  for (int i = 0; i < 1500; ++i) {
    test::FaslBytes object;
    object.code(FaslCode::bytevector).number(object_bytes);
    for (std::size_t k = 0; k < object_bytes; ++k) object.byte(static_cast<std::uint8_t>(i));
    fasl.plain(object);
  }
  Bytes const image = write_image({{SectionKind::boot, "a.boot", fasl.bytes()}});
  MemorySource source("x.image", image);
  ImageReader reader(source);
  REQUIRE(reader.header().has_value());
  REQUIRE(reader.next().has_value());
  std::size_t before = 0;
  for (;;) {
    Result<std::span<const std::uint8_t>> const block = reader.next_block();
    REQUIRE(block.has_value());
    if (block->empty()) break;
    std::size_t const most = std::clamp(before, first_block_bytes, usual_block_bytes);
    CHECK(block->size() <= most);
    before += block->size();
    bool const is_last = before == fasl.bytes().size();
    CHECK((is_last || block->size() > most - object_bytes - 20));  // no other object fits
  }
  CHECK(before == fasl.bytes().size());
}

TEST_CASE("images: more than is decoded ahead") {
  // Sections of several batches, of blocks that are compressed and of such that are stored; one with a block
  // larger than a batch.
  Bytes mixed;
  for (int i = 0; i < 12; ++i) {
    Bytes const part =
        i % 3 == 2 ? noise(usual_block_bytes) : Bytes(2 * usual_block_bytes, 'a' + i);
    mixed.insert(mixed.end(), part.begin(), part.end());
  }
  test::FaslBytes fasl;
  fasl.header();
  for (std::size_t const size : {10, 5'000'000, 300'000, 3'000'000, 20}) {
    test::FaslBytes object;
    object.code(FaslCode::bytevector).number(size);
    for (std::size_t i = 0; i < size; ++i) object.byte(static_cast<std::uint8_t>(i >> 7));
    fasl.plain(object);
  }
  std::vector<Part> const parts{{SectionKind::boot, "a.boot", fasl.bytes()},
                                {SectionKind::boot, "empty.boot", {}},
                                {SectionKind::boot, "b.boot", mixed},
                                {SectionKind::boot, "c.boot", fasl.bytes()},
                                {SectionKind::file, "d", mixed}};
  ImageOptions options;
  SUBCASE("compressed") { options.level = 1; }
  SUBCASE("in small frames") {
    options.level = 1;
    options.frame_bytes = usual_block_bytes;
  }
  SUBCASE("stored") { options.level = 0; }
  Bytes const image = write_image(parts, options);
  Result<Contents> const all = read_image(image);
  REQUIRE_MESSAGE(all.has_value(), (all ? "" : all.error().message));
  REQUIRE(all->sections.size() == parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i)
    CHECK(all->sections[i].second == parts[i].contents);

  // Of each section a block more is used than of the one before; the others are skipped.
  MemorySource source("x.image", image);
  ImageReader reader(source);
  REQUIRE(reader.header().has_value());
  for (std::size_t used = 1; used <= parts.size(); ++used) {
    REQUIRE(reader.next().has_value());
    const Bytes& contents = parts[used - 1].contents;
    std::size_t at = 0;
    for (std::size_t i = 0; i < used && at != contents.size(); ++i) {
      Result<std::span<const std::uint8_t>> const block = reader.next_block();
      REQUIRE_MESSAGE(block.has_value(), (block ? "" : block.error().message));
      REQUIRE(block->size() <= contents.size() - at);
      CHECK(std::ranges::equal(*block, std::span(contents).subspan(at, block->size())));
      at += block->size();
    }
  }
  Result<std::optional<ImageSection>> const end = reader.next();
  REQUIRE(end.has_value());
  CHECK_FALSE(end->has_value());
}

TEST_CASE("images: a section is a source of bytes") {
  std::vector<Part> const parts = some_parts();
  Bytes const image = write_image(parts, small_frames());
  const Bytes& text = parts[3].contents;
  MemorySource file("x.image", image);
  ImageReader reader(file);
  REQUIRE(reader.header().has_value());
  for (int i = 0; i < 4; ++i) REQUIRE(reader.next().has_value());
  SectionSource source("text", reader, std::pmr::get_default_resource());
  CHECK(*source.byte() == text[0]);
  auto const across = source.take(10'000);
  REQUIRE(across.has_value());
  CHECK(std::ranges::equal(*across, std::span(text).subspan(1, 10'000)));
  CHECK(source.skip(5'000).has_value());
  CHECK(source.offset() == 15'001);
  CHECK(*source.byte() == text[15'001]);
  Result<std::span<const std::uint8_t>> const rest = source.take(text.size());
  REQUIRE_FALSE(rest.has_value());
  CHECK(rest.error().message == "text+0x3a9a: found " + std::to_string(text.size() - 15'002) +
                                    " bytes before the end of the file, expected " +
                                    std::to_string(text.size()));
}

TEST_CASE("images: the same bytes on every host") {
  // Stored, so that zstd's version doesn't matter.
  ImageOptions options;
  options.level = 0;
  Bytes const image = write_image({{SectionKind::note, "n", bytes_of("hi")}}, options);
  CHECK(image.size() == 213);
  CHECK(xxh3_64(image.data(), image.size()) == 0xCA1A'9DF2'3304'B595);
}

TEST_CASE("images: any byte that is changed is found") {
  Bytes const image = write_image(some_parts(), small_frames());
  REQUIRE(error_of(image) == "no error");
  for (std::size_t i = 0; i < image.size(); ++i) {
    Bytes damaged = image;
    damaged[i] ^= static_cast<std::uint8_t>(1 + i % 255);
    std::string const error = error_of(damaged);
    if (!error.starts_with("x.image+0x")) FAIL("byte " << i << ": " << error);
  }
}

TEST_CASE("images: any end that comes early is found, and what follows the end") {
  Bytes image = write_image(some_parts(), small_frames());
  for (std::size_t n = 0; n < image.size(); ++n) {
    std::string const error = error_of(std::span(image).first(n));
    if (!error.starts_with("x.image+0x")) FAIL(n << " bytes: " << error);
  }
  std::size_t const size = image.size();
  image.push_back(0);
  CHECK(error_of(image) ==
        at_offset("x.image", size, "found bytes after the image, expected its end"));
}

namespace {

/// An image of one section that a test changes, with right sums: what a hostile writer makes.
class Forged {
 public:
  Forged() {
    ImageOptions options;
    options.level = 1;
    image_ = write_image({{SectionKind::note, "name", Bytes(1000, 'x')}}, options);
    MemorySource source("", image_);
    ImageReader reader(source);
    REQUIRE(reader.header().has_value());
    section_ = static_cast<std::size_t>((*reader.next())->offset);
    frame_ = section_ + 4 + 4 + 2 + 8 + 8 + 16 + 2 + 4 + 8;
  }
  Forged& put(std::size_t at, std::uint64_t n, int bytes) {
    for (int i = 0; i < bytes; ++i)
      image_[at + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(n >> (8 * i));
    return *this;
  }
  Forged& frame_field(std::size_t at, std::uint64_t n, int bytes) {
    return put(frame_ + at, n, bytes);
  }
  Forged& section_field(std::size_t at, std::uint64_t n, int bytes) {
    return put(section_ + 8 + at, n, bytes);
  }
  /// Of its only block.
  Forged& sizes(std::uint64_t size, std::uint64_t filtered) {
    return frame_field(frame_head_bytes, size, 4).frame_field(frame_head_bytes + 4, filtered, 4);
  }
  std::string error() {
    test::repair_sums(image_);
    std::string const message = error_of(image_);
    return message.substr(message.find("+0x") == std::string::npos ? 0 : message.find(": ") + 2);
  }

 private:
  Bytes image_;
  std::size_t section_ = 0, frame_ = 0;
};

}  // namespace

TEST_CASE("images: sizes that lie, with sums that are right") {
  constexpr std::uint64_t huge = 0xFFFF'FFFF;
  CHECK(Forged().error() == "no error");
  CHECK(Forged().frame_field(0, 2, 1).error() ==
        "found a frame of method 2, filter 0 and 1 blocks, expected 0 or 1, 0 or 1, 1 or more");
  CHECK(Forged().frame_field(2, 0, 2).error() ==
        "found a frame of method 1, filter 0 and 0 blocks, expected 0 or 1, 0 or 1, 1 or more");
  CHECK(Forged()
            .frame_field(2, 0xFFFF, 2)
            .error()
            .ends_with("bytes left of the section, expected a frame"));
  CHECK(Forged().sizes(huge, huge).error() ==
        "found a block of 4294967295 bytes, expected 1 to 1000");
  CHECK(Forged().sizes(0, 0).error() == "found a block of 0 bytes, expected 1 to 1000");
  CHECK(Forged().sizes(1000, huge).error() == "found 4294967295 filtered bytes, expected 1000");
  CHECK(Forged().frame_field(1, 1, 1).sizes(1000, 0).error() ==
        "found 0 filtered bytes, expected 1 to 16777216");
  CHECK(Forged()
            .frame_field(4, huge, 4)
            .error()
            .starts_with("found a frame stored in 4294967295 bytes, expected at most "));
  CHECK(Forged().sizes(999, 999).error() ==
        "found a frame that goes on after its last block, expected its end");
  CHECK(Forged().section_field(2, 2000, 8).sizes(1500, 1500).error() ==
        "found a frame that ends after 1000 bytes of a block, expected 1500");
  // A filter's output that is promised and doesn't come.
  CHECK(Forged().section_field(2, 1 << 24, 8).frame_field(1, 1, 1).sizes(1 << 24, 1000).error() ==
        "found the filter's options 120, expected at most 3");
  // A section of no bytes, with a frame.
  CHECK(Forged().section_field(2, 0, 8).error().ends_with(
      "bytes more of the section, expected its end"));
  CHECK(Forged().section_field(10, ~std::uint64_t{0}, 8).error().starts_with("found "));
}

TEST_CASE("images: names of sections") {
  for (std::string const good : {"a", "a/b.c", "Größe", "..a/b..", "a b"}) {
    CHECK(fault_of_section_name(good) == "");
  }
  std::map<std::string, std::string> const faults{{"", "no characters"},
                                                  {"/a", "an empty part of a path"},
                                                  {"a/", "an empty part of a path"},
                                                  {"a//b", "an empty part of a path"},
                                                  {"../a", "the part . or .. of a path"},
                                                  {"a/..", "the part . or .. of a path"},
                                                  {"a/./b", "the part . or .. of a path"},
                                                  {"a\\b", "a backslash"},
                                                  {"a\nb", "a control character"},
                                                  {std::string("a\0b", 3), "a control character"},
                                                  {"\x80", "bytes that aren't UTF-8"},
                                                  {"\xC0\x80", "bytes that aren't UTF-8"},
                                                  {"\xED\xA0\x80", "bytes that aren't UTF-8"},
                                                  {"a\xF0\x9F", "bytes that aren't UTF-8"},
                                                  {std::string(4097, 'a'), "more than 4096 bytes"}};
  for (auto const& [name, fault] : faults) CHECK(fault_of_section_name(name) == fault);

  ImageWriter writer([](std::span<const std::uint8_t>) -> Result<void> { return {}; }, {});
  CHECK(writer.add(SectionKind::file, "a", {}).has_value());
  CHECK(writer.add(SectionKind::file, "a", {}).error().message ==
        "found two sections with the name a, expected one");
  CHECK(writer.add(SectionKind::file, "../a", {}).error().message ==
        "found the part . or .. of a path in the name \"../a\", expected a relative path");
}

TEST_CASE("images: other files and other versions") {
  Bytes image = write_image({});
  CHECK(error_of(image) == "no error");
  CHECK(error_of({}) == "x.image+0x0: found 0 bytes before the end of the file, expected 1");
  CHECK(error_of(bytes_of("#!/bin/sh")) ==
        "x.image+0x0: found the byte 35, expected 137, as an image of Coracle begins");
  Bytes text = image;
  text.erase(text.begin() + 8);  // CR LF became LF
  CHECK(error_of(text) ==
        "x.image+0x8: found the byte 10, expected 13: the image was changed as if it were text");
  image[12] = 2;
  CHECK(error_of(image) ==
        "x.image+0xc: found version 2 of the image format, expected version 1; "
        "a newer Coracle may read it");
}

TEST_CASE("images: what a later version may need is refused by name") {
  Bytes const image = write_image({}, {}, {"10.0.0", "pb", ByteOrder::any, {"threads"}, {}});
  CHECK(error_of(image) ==
        "x.image+0x21: found an image that needs the feature threads, expected none; "
        "a newer Coracle may have it");
}

TEST_CASE("images: frames of any size that is asked for") {
  for (std::uint32_t const frame_bytes : {0u, 1u, ~0u}) {
    ImageOptions options;
    options.level = 0;
    options.frame_bytes = frame_bytes;
    Result<Contents> const all =
        read_image(write_image({{SectionKind::note, "n", bytes_of("some text")}}, options));
    REQUIRE(all.has_value());
    CHECK(all->sections[0].second == bytes_of("some text"));
  }
}

}  // namespace coracle
