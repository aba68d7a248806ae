// The comparison of fasl files: what counts as the same, and how differences are reported.
#include <doctest/doctest.h>

#include "boot/image/block_codec.h"
#include "boot/image/fasl_compare.h"
#include "tests/unit/fasl_bytes.h"

namespace coracle {
namespace {

using test::FaslBytes;

FaslBytes object(FaslCode code) { return FaslBytes().code(code); }
FaslBytes gensym(std::u32string_view pretty, std::u32string_view unique) {
  return object(FaslCode::gensym).text(pretty).text(unique);
}
FaslBytes list(std::initializer_list<FaslBytes> elements) {
  FaslBytes b = object(FaslCode::pair);
  b.number(elements.size());
  for (const FaslBytes& e : elements) b.raw(e.bytes());
  return b.fixnum(0);
}

/// The first difference between two files, or what is wrong with one of them.
std::string compare_files(const FaslBytes& left, const FaslBytes& right) {
  MemorySource l("left", left.bytes()), r("right", right.bytes());
  Result<FaslComparison> const result = compare_fasl_files(l, r);
  return result ? result->difference : result.error().message;
}
std::string compare(const FaslBytes& left, const FaslBytes& right) {
  return compare_files(FaslBytes().header().plain(left), FaslBytes().header().plain(right));
}

/// Code with one relocation, of a symbol.
FaslBytes code(unsigned instruction, std::uint64_t place, std::u32string_view name) {
  FaslBytes b = object(FaslCode::code);
  b.byte(0).number(0).number(8).string(U"f").fixnum(2).fixnum(3).fixnum(4);
  b.byte(instruction);
  for (int i = 1; i < 8; ++i) b.byte(0);
  return b.number(1).byte(1 << 2).number(place).symbol(name);
}

TEST_SUITE("fasl comparison") {
  TEST_CASE("equal objects are equal, and are counted") {
    FaslBytes const file =
        FaslBytes().header().plain(list({FaslBytes().fixnum(1), FaslBytes().string(U"a")}));
    MemorySource l("left", file.bytes()), r("right", file.bytes());
    Result<FaslComparison> const result = compare_fasl_files(l, r);
    REQUIRE(result.has_value());
    CHECK(result->difference.empty());
    CHECK(result->objects == 1);
    CHECK(result->nodes == 4);
  }

  TEST_CASE("compression doesn't count as a difference") {
    FaslBytes const text = FaslBytes().string(std::u32string(100, U'x'));
    const BlockCodec& codec = block_codec(CompressFormat::lz4);
    std::vector<std::uint8_t> data(static_cast<std::size_t>(codec.bound(text.bytes().size())));
    CodecResult const done = codec.compress(CompressLevel::medium, text.bytes(), data);
    REQUIRE(done.status == CodecStatus::done);
    data.resize(done.size);
    FaslBytes compressed = FaslBytes().header();
    compressed.compressed(FaslCode::lz4, text.bytes().size(), data);
    CHECK(compare_files(FaslBytes().header().plain(text), compressed) == "");
  }

  TEST_CASE("generated names correspond one to one") {
    auto const pair = [](std::u32string_view a, std::u32string_view b) {
      return list({gensym(U"g", a), gensym(U"g", b)});
    };
    CHECK(compare(pair(U"a-1", U"a-2"), pair(U"b-7", U"b-8")) == "");
    CHECK(compare(pair(U"a-1", U"a-1"), pair(U"b-7", U"b-8")) ==
          "object 0 / pair (code 7) part 1: gensym (code 19) \"a-1\", \"b-8\"");
    CHECK(compare(pair(U"a-1", U"a-2"), pair(U"b-7", U"b-7")) ==
          "object 0 / pair (code 7) part 1: gensym (code 19) \"a-2\", \"b-7\"");
    CHECK(compare(gensym(U"g", U"a"), gensym(U"h", U"a")) ==
          "object 0: gensym (code 19) \"g\", \"h\"");
  }

  TEST_CASE("names correspond from one object of a file to the next") {
    auto const file = [](std::u32string_view a, std::u32string_view b) {
      return FaslBytes().header().plain(gensym(U"g", a)).plain(gensym(U"g", b));
    };
    CHECK(compare_files(file(U"a", U"a"), file(U"b", U"b")) == "");
    CHECK(compare_files(file(U"a", U"a"), file(U"b", U"c")) ==
          "object 1: gensym (code 19) \"a\", \"c\"");
  }

  TEST_CASE("the first difference is named with its path") {
    CHECK(compare(list({FaslBytes().fixnum(1), list({FaslBytes().fixnum(2)})}),
                  list({FaslBytes().fixnum(1), list({FaslBytes().fixnum(3)})})) ==
          "object 0 / pair (code 7) part 1 / pair (code 7) part 0: small_integer (code 26) number "
          "0: 2 (0x2), 3 (0x3)");
    CHECK(compare(FaslBytes().fixnum(1), FaslBytes().symbol(U"a")) ==
          "object 0: small_integer (code 26), symbol (code 2)");
    CHECK(compare(FaslBytes().symbol(U"a\n"), FaslBytes().symbol(U"b")) ==
          "object 0: symbol (code 2) \"a\\xa;\", \"b\"");
    CHECK(compare(list({FaslBytes().fixnum(1)}),
                  list({FaslBytes().fixnum(1), FaslBytes().fixnum(1)})) ==
          "object 0: pair (code 7) number 0: 1 (0x1), 2 (0x2)");
  }

  TEST_CASE("code: bytes, relocations and what they refer to") {
    CHECK(compare(code(1, 4, U"a"), code(1, 4, U"a")) == "");
    CHECK(compare(code(1, 4, U"a"), code(2, 4, U"a")) ==
          "object 0: code (code 11) byte 0 (0x0): 1 (0x1), 2 (0x2)");
    CHECK(compare(code(1, 4, U"a"), code(1, 3, U"a")) ==
          "object 0: code (code 11) relocation 0: at byte 4 (0x4) of type 1, at byte 3 (0x3) of "
          "type 1");
    CHECK(compare(code(1, 4, U"a"), code(1, 4, U"b")) ==
          "object 0 / code (code 11) relocation 0: symbol (code 2) \"a\", \"b\"");
  }

  TEST_CASE("what is shared must be shared on both sides") {
    auto const graph = [](bool shared) {
      FaslBytes b = object(FaslCode::graph).number(2).number(0);
      b.code(FaslCode::pair).number(2);
      b.code(FaslCode::graph_def).number(0).string(U"a");
      if (shared) b.code(FaslCode::graph_ref).number(0);
      else b.code(FaslCode::graph_def).number(1).string(U"a");
      return b.fixnum(0);
    };
    CHECK(compare(graph(true), graph(true)) == "");
    CHECK(compare(graph(true), graph(false)) ==
          "object 0 / pair (code 7) part 1: one file shares an object here, the other doesn't");
  }

  TEST_CASE("headers, situations and numbers of objects") {
    FaslBytes const one = FaslBytes().fixnum(1);
    CHECK(compare_files(FaslBytes().header(1, 2), FaslBytes().header(1, 3)) ==
          "machine type 2 (0x2), 3 (0x3)");
    CHECK(compare_files(FaslBytes().header(1, 2), FaslBytes().header(3, 2)) ==
          "version 1 (0x1), 3 (0x3)");
    CHECK(compare_files(FaslBytes().header(1, 2, "petite"), FaslBytes().header(1, 2)) ==
          "the files need different boot files");
    CHECK(compare_files(FaslBytes().header().plain(one), FaslBytes().header()) ==
          "object 0: only one of the files has it");
    CHECK(compare_files(FaslBytes().header().plain(one, Situation::visit),
                        FaslBytes().header().plain(one, Situation::revisit)) ==
          "object 0: the situations differ");
  }

  TEST_CASE("a file that can't be read is an error, not a difference") {
    FaslBytes const bad = FaslBytes().header().plain(FaslBytes().byte(0x63));
    MemorySource l("left", bad.bytes()), r("right", bad.bytes());
    Result<FaslComparison> const result = compare_fasl_files(l, r);
    REQUIRE(!result.has_value());
    CHECK(result.error().message.find("left+0x") == 0);
  }
}

}  // namespace
}  // namespace coracle
