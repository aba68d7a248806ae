// The outer grammar of fasl files: headers, situations, compression, and mistakes in them.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>

#include "boot/image/block_codec.h"
#include "boot/image/fasl_file.h"
#include "boot/image/fasl_reader.h"
#include "tests/unit/fasl_bytes.h"
#include "tests/unit/needs.h"

namespace coracle {
namespace {

using test::FaslBytes;

std::vector<std::uint8_t> compress(CompressFormat format, std::span<const std::uint8_t> bytes) {
  const BlockCodec& codec = block_codec(format);
  std::vector<std::uint8_t> out(static_cast<std::size_t>(codec.bound(bytes.size())));
  CodecResult const result = codec.compress(CompressLevel::medium, bytes, out);
  REQUIRE(result.status == CodecStatus::done);
  out.resize(result.size);
  return out;
}

/// Reads a whole file; the text names each object's situation and bytes, or says what is wrong.
std::string read_all(ByteSource& source, Situation wanted = Situation::visit_revisit,
                     FaslStart start = FaslStart::header) {
  std::string text;
  auto const note = [&](const FaslHeader& header) -> Result<void> {
    text += "header " + std::to_string(header.version) + " " + std::to_string(header.machine_type);
    for (const std::string& d : header.dependencies) text += " " + d;
    text += "; ";
    return {};
  };
  FaslFile file(source, note, std::pmr::get_default_resource(), start);
  for (;;) {
    Result<std::optional<FaslPayload>> const object = file.next(wanted);
    if (!object) return text + object.error().message;
    if (!*object) return text + "end";
    text += std::to_string(static_cast<int>((*object)->situation));
    for (int const b : (*object)->bytes) text += " " + std::to_string(b);
    text += "; ";
  }
}
std::string read_all(const FaslBytes& bytes, Situation wanted = Situation::visit_revisit) {
  MemorySource source("f", bytes.bytes());
  return read_all(source, wanted);
}
std::string read_all_of(std::span<const std::uint8_t> bytes) {
  MemorySource source("f", bytes);
  return read_all(source);
}

/// A temporary file that holds the bytes.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::span<const std::uint8_t> bytes) : file_(std::tmpfile()) {
    REQUIRE(file_ != nullptr);
    REQUIRE(std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size());
    REQUIRE(std::fseek(file_, 0, SEEK_SET) == 0);
  }
  ~TemporaryFile() { std::fclose(file_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  int descriptor() const { return ::fileno(file_); }
  long position() const { return static_cast<long>(::lseek(descriptor(), 0, SEEK_CUR)); }

 private:
  std::FILE* file_;
};

FaslBytes two_objects() {
  return FaslBytes()
      .header(0x0A000000, 1, "petite scheme")
      .plain(FaslBytes().fixnum(1), Situation::visit)
      .plain(FaslBytes().fixnum(2), Situation::revisit)
      .plain(FaslBytes().fixnum(3));
}

TEST_SUITE("fasl files") {
  TEST_CASE("headers, objects, situations") {
    std::string const header = "header 167772160 1 petite scheme; ";
    CHECK(read_all(two_objects()) == header + "35 26 2; 36 26 4; 37 26 6; end");
    CHECK(read_all(two_objects(), Situation::visit) == header + "35 26 2; 37 26 6; end");
    CHECK(read_all(two_objects(), Situation::revisit) == header + "36 26 4; 37 26 6; end");
    CHECK(read_all(FaslBytes()) == "end");
    CHECK(read_all(FaslBytes().header(1, 2)) == "header 1 2; end");
    CHECK(read_all(FaslBytes().header().header()) == "header 167772160 1; header 167772160 1; end");
    CHECK(read_all(FaslBytes().code(FaslCode::terminator).byte(99)) == "end");
  }

  TEST_CASE("a script's first line, where it is allowed") {
    auto const read = [](const std::string& line, FaslStart start, const FaslBytes& rest) {
      std::vector<std::uint8_t> bytes(line.begin(), line.end());
      bytes.insert(bytes.end(), rest.bytes().begin(), rest.bytes().end());
      MemorySource source("f", bytes);
      return read_all(source, Situation::visit_revisit, start);
    };
    std::string const plain = read_all(two_objects());
    for (const std::string line : {"#! /bin/x\n", "#!/bin/x\n", "#! \n", "#!/\n"}) {
      CHECK(read(line, FaslStart::script_line_or_header, two_objects()) == plain);
      // Elsewhere "#" is the code of an object for visit, and what follows is none.
      std::string const elsewhere = ", expected uncompressed, gzip or lz4";
      CHECK(read(line, FaslStart::header, two_objects()).ends_with(elsewhere));
      CHECK(
          read(line + line, FaslStart::script_line_or_header, two_objects()).ends_with(elsewhere));
      std::vector<std::uint8_t> const bytes(line.begin(), line.end());
      CHECK(script_line_length(bytes) == line.size());
      CHECK(script_line_length(std::span(bytes).first(line.size() - 1)) == line.size() - 1);
      CHECK(script_line_length(std::span(bytes).first(2)) == 0);
      CHECK(script_line_length(std::span(bytes).subspan(1)) == 0);
    }
    CHECK(read("", FaslStart::script_line_or_header, two_objects()) == plain);
    CHECK(read("#! no end", FaslStart::script_line_or_header, FaslBytes()) == "end");
    CHECK(read("#x", FaslStart::script_line_or_header, FaslBytes()) ==
          "f+0x1: found the byte 120, expected a script's first line (\"#! \" or \"#!/\")");
    CHECK(read("#!", FaslStart::script_line_or_header, FaslBytes()) ==
          "f+0x2: found the end of the file, expected a script's first line (\"#! \" or \"#!/\")");
    CHECK(script_line_length({}) == 0);
  }

  TEST_CASE("compressed objects") {
    FaslBytes object;
    object.code(FaslCode::bytevector).number(200);
    for (int i = 0; i < 200; ++i) object.byte(static_cast<unsigned>(i / 50));
    for (auto const& [format, code] : {std::pair{CompressFormat::lz4, FaslCode::lz4},
                                       std::pair{CompressFormat::gzip, FaslCode::gzip}}) {
      std::vector<std::uint8_t> const data = compress(format, object.bytes());
      std::string const plain = read_all(FaslBytes().header().plain(object));
      FaslBytes file;
      file.header().compressed(code, object.bytes().size(), data);
      CHECK(read_all(file) == plain);

      FaslBytes longer;
      longer.compressed(code, object.bytes().size() + 1, data);
      CHECK(read_all(longer).find("expected 204 bytes") != std::string::npos);
      FaslBytes shorter;
      shorter.compressed(code, object.bytes().size() - 1, data);
      std::string const message = read_all(shorter);
      CHECK(message != "end");
      CHECK(message.find("202") != std::string::npos);

      std::vector<std::uint8_t> bad(data.size(), 0xFF);
      FaslBytes corrupt;
      corrupt.compressed(code, object.bytes().size(), bad);
      CHECK(read_all(corrupt).starts_with("f+0x"));
    }
  }

  TEST_CASE("an uncompressed size out of reach of the bytes reserves nothing") {
    std::uint8_t const few[] = {1, 2, 3};
    for (FaslCode const code : {FaslCode::lz4, FaslCode::gzip}) {
      FaslBytes file;
      file.compressed(code, std::uint64_t{1} << 40, few);
      std::string const message = read_all(file);
      CHECK(message.find("found a size of 1099511627776 bytes") != std::string::npos);
    }
  }

  TEST_CASE("errors are reported with their place") {
    CHECK(read_all(FaslBytes().byte('p')) ==
          "f+0x0: found code 112, expected a header or the situation of an object");
    CHECK(read_all(FaslBytes().raw(std::string_view("\0\0\0\0chex", 8))) ==
          "f+0x7: found the byte 120, expected a fasl header (the bytes 0 0 0 0 and \"chez\")");
    CHECK(read_all(FaslBytes().raw(std::string_view("\0\0\0", 3))) ==
          "f+0x3: found the end of the file, expected a fasl header (the bytes 0 0 0 0 and "
          "\"chez\")");
    FaslBytes no_list;
    no_list.raw(std::string_view("\0\0\0\0chez\1\1x", 11));
    CHECK(read_all(no_list) == "f+0xa: found the byte 120, expected the list of base files");
    FaslBytes endless;
    endless.raw(std::string_view("\0\0\0\0chez\1\1(", 11)).raw(std::string(1 << 17, 'a'));
    CHECK(read_all(endless) == "f+0xa: found a list of base files without an end, expected \")\"");

    FaslBytes size;
    size.code(FaslCode::visit).number(10).byte(0);
    CHECK(read_all(size) == "f+0x2: found 1 bytes before the end of the file, expected 10");
    CHECK(read_all(size, Situation::revisit) ==
          "f+0x2: found 1 bytes before the end of the file, expected 10");
    FaslBytes compression;
    compression.code(FaslCode::visit).number(2).byte(9).code(FaslCode::fasl);
    CHECK(read_all(compression) ==
          "f+0x2: found string (code 9), expected uncompressed, gzip or lz4");
    FaslBytes kind;
    kind.code(FaslCode::visit).number(2).code(FaslCode::uncompressed).code(FaslCode::vfasl);
    CHECK(read_all(kind).find("vfasl object, which machine type pb") != std::string::npos);
    FaslBytes other;
    other.code(FaslCode::visit).number(2).code(FaslCode::uncompressed).byte(7);
    CHECK(read_all(other) == "f+0x3: found pair (code 7), expected fasl (code 100)");
    FaslBytes empty;
    empty.code(FaslCode::visit).number(0);
    CHECK(read_all(empty) == "f+0x2: found the end of the data, expected a byte");
  }

  TEST_CASE("a header that is refused ends the reading") {
    FaslBytes const bytes = two_objects();
    MemorySource source("f", bytes.bytes());
    FaslFile file(source, [](const FaslHeader&) -> Result<void> { return fail("go away"); });
    Result<std::optional<FaslPayload>> const object = file.next(Situation::visit_revisit);
    REQUIRE(!object);
    CHECK(object.error().message == "go away");
  }

  TEST_CASE("a file cut at any place is an error or ends between objects") {
    std::vector<std::uint8_t> const whole = two_objects().bytes();
    int ends = 0;
    for (std::size_t n = 0; n < whole.size(); ++n) {
      std::string const text = read_all_of(std::span(whole).first(n));
      if (text == "end" || text.ends_with("; end")) ++ends;
      else CHECK(text.find("f+0x") != std::string::npos);
    }
    CHECK(ends == 4);  // before the header, after it, after the first and the second object
  }

  TEST_CASE("descriptors: no byte more than the object is taken") {
    TemporaryFile const file(two_objects().bytes());
    for (int i = 0; i < 3; ++i) {
      DescriptorSource source("f", file.descriptor());
      FaslFile reader(source, [](const FaslHeader&) -> Result<void> { return {}; });
      Result<std::optional<FaslPayload>> const object = reader.next(Situation::visit_revisit);
      REQUIRE(object.has_value());
      REQUIRE(object->has_value());
      CHECK((*object)->bytes[1] == 2 * (i + 1));
      CHECK(file.position() == static_cast<long>(two_objects().bytes().size()) - 6 * (2 - i));
    }
    DescriptorSource source("f", file.descriptor());
    CHECK(read_all(source) == "end");
  }

  TEST_CASE("descriptors: the same text as from memory, truncated or not") {
    std::vector<std::uint8_t> const whole = two_objects().bytes();
    for (DescriptorSource::Ahead const ahead :
         {DescriptorSource::Ahead::no, DescriptorSource::Ahead::yes}) {
      for (std::size_t n = 0; n <= whole.size(); ++n) {
        auto const part = std::span(whole).first(n);
        TemporaryFile const file(part);
        DescriptorSource source("f", file.descriptor(), ahead);
        CHECK(read_all(source) == read_all_of(part));
      }
    }
  }

  TEST_CASE("descriptors: objects larger than what is read ahead, among small ones") {
    FaslBytes file;
    std::u32string const large(20000, U'x');
    file.plain(FaslBytes().string(U"small"));
    file.plain(FaslBytes().string(large));
    for (int i = 0; i < 2000; ++i) file.plain(FaslBytes().string(U"small again"));
    TemporaryFile const stored(file.bytes());
    DescriptorSource source("f", stored.descriptor(), DescriptorSource::Ahead::yes);
    CHECK(read_all(source) == read_all_of(file.bytes()));
  }

  TEST_CASE("descriptors: an object that is skipped must be there") {
    FaslBytes file;
    file.plain(FaslBytes().string(U"an object that is cut"), Situation::visit);
    for (std::size_t n = 3; n < file.bytes().size(); ++n) {
      TemporaryFile const cut(std::span(file.bytes()).first(n));
      DescriptorSource source("f", cut.descriptor());
      CHECK(read_all(source, Situation::revisit)
                .starts_with("f+0x2: found the end of the file, expected "));
    }
    TemporaryFile const whole(file.bytes());
    DescriptorSource source("f", whole.descriptor());
    CHECK(read_all(source, Situation::revisit) == "end");
  }

  TEST_CASE("a pipe can't seek, but objects in it can be skipped" *
            needs(host::Facility::processes)) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    std::vector<std::uint8_t> const whole = two_objects().bytes();
    REQUIRE(::write(ends[1], whole.data(), whole.size()) == static_cast<ssize_t>(whole.size()));
    ::close(ends[1]);
    DescriptorSource source("f", ends[0]);
    CHECK(read_all(source, Situation::revisit).ends_with("36 26 4; 37 26 6; end"));
    ::close(ends[0]);
  }

  TEST_CASE("reading from what can't be read is an error") {
    DescriptorSource source("f", -1);
    CHECK(read_all(source).starts_with("f+0x0: error reading: "));
  }
}

}  // namespace
}  // namespace coracle
