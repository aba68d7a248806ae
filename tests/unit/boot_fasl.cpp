// Numbers, and each fasl code through a sink that writes down what it receives.
#include <doctest/doctest.h>

#include <cstdint>

#include "boot/image/fasl_reader.h"
#include "tests/unit/fasl_bytes.h"
#include "tests/unit/fasl_document.h"
#include "tests/unit/isa_files.h"

namespace coracle {
namespace {

using test::FaslBytes;

std::string utf8(std::u32string_view s) {
  std::string result;
  for (char32_t const c : s) {
    result += c < 128 ? std::string(1, static_cast<char>(c)) : "\\" + std::to_string(c);
  }
  return result;
}

/// Writes objects as text, in which an object that its parts may refer to is called NAME@OFFSET.
struct Recorder {
  using Ref = std::string;
  struct Node {
    std::string text, identity;
  };

  static bool defined(const Ref& r) { return !r.empty(); }

  static Ref leaf(ByteReader&, const FaslItem& item) {
    const FaslRow& row = fasl_row(item.code);
    std::string text(row.name);
    int next_word = 0, next_text = 0;
    for (std::size_t i = 0; i < row.scalar_count; ++i) {
      switch (row.fields[i].kind) {
        case FaslFieldKind::text: text += " \"" + utf8(item.text[next_text++]) + '"'; break;
        case FaslFieldKind::integer:
          text += ' ' + std::to_string(static_cast<std::int64_t>(item.words[next_word++]));
          break;
        case FaslFieldKind::octets:
          for (int const b : item.octets) text += ' ' + std::to_string(b);
          break;
        case FaslFieldKind::digits:
          for (std::uint32_t const d : item.digits) text += ' ' + std::to_string(d);
          break;
        case FaslFieldKind::fixnums:
          for (std::int64_t const n : item.fixnums) text += ' ' + std::to_string(n);
          break;
        default: text += ' ' + std::to_string(item.words[next_word++]);
      }
    }
    return '(' + text + ')';
  }
  static Node open(ByteReader&, const FaslItem& item) {
    const FaslRow& row = fasl_row(item.code);
    Node node{std::string(row.name), {}};
    if (item.code != FaslCode::rtd && item.code != FaslCode::ratnum) {
      node.identity = node.text + '@' + std::to_string(item.offset);
    }
    int next = 0;
    for (std::size_t i = 0; i < row.scalar_count; ++i) {
      node.text += ' ' + std::to_string(item.words[next++]);
    }
    return node;
  }
  static Ref identity(const Node& node) { return node.identity; }
  static void child(ByteReader&, FaslCode code, Node& node, std::uint64_t, const Ref& ref) {
    node.text += ' ' + ref;
    // A record type that the sink knows already: its descriptor is this one.
    if (code == FaslCode::rtd && ref == "(symbol \"known\")") node.identity = "known-rtd";
  }
  static void code_bytes(ByteReader&, Node& node, std::span<const std::uint8_t> bytes) {
    for (int const b : bytes) node.text += " b" + std::to_string(b);
  }
  static void relocation_table(ByteReader&, Node& node, std::uint64_t words) {
    node.text += " table " + std::to_string(words);
  }
  static void relocation(ByteReader&, Node& node, const FaslRelocation& r, const Ref& ref) {
    node.text += " r" + std::to_string(r.type) + (r.extended ? "x" : "") + '+' +
                 std::to_string(r.code_offset) + '=' + std::to_string(r.place) + '/' +
                 std::to_string(r.item_offset) + ref;
  }
  static void field(ByteReader&, Node& node, FaslFieldType type, std::uint64_t offset,
                    std::uint64_t bits) {
    node.text += " f" + std::to_string(static_cast<int>(type)) + '@' + std::to_string(offset) +
                 '=' + std::to_string(bits);
  }
  static void pointer_field(ByteReader&, Node& node, std::uint64_t offset, const Ref& ref) {
    node.text += " p@" + std::to_string(offset) + '=' + ref;
  }
  static Ref close(ByteReader&, FaslCode, Node& node) { return '(' + node.text + ')'; }
};

/// What the recorder makes of the bytes, or the message.
std::string read(const FaslBytes& bytes, std::span<const std::string> externals = {},
                 bool counted = true) {
  ByteReader in(bytes.bytes(), "f");
  Recorder sink;
  Result<std::string> const result = FaslReader<Recorder>(in, sink, externals, counted).read();
  return result ? *result : result.error().message;
}

FaslBytes object(FaslCode code) { return FaslBytes().code(code); }

TEST_SUITE("fasl") {
  TEST_CASE("unsigned numbers: every length, both ends of each") {
    for (std::uint64_t bits = 0; bits <= 64; ++bits) {
      std::uint64_t const power = bits == 64 ? 0 : std::uint64_t{1} << bits;
      for (std::uint64_t const n : {power, power - 1, power + 1}) {
        FaslBytes bytes;
        bytes.number(n);
        ByteReader in(bytes.bytes(), "f");
        CHECK(in.unsigned_number() == n);
        CHECK(in.ok());
        CHECK(in.remaining() == 0);
      }
    }
  }

  TEST_CASE("signed numbers: every length, both signs") {
    for (int bits = 0; bits <= 63; ++bits) {
      std::uint64_t const power = std::uint64_t{1} << bits;
      for (std::uint64_t const u : {power, power - 1, power + 1, ~power + 1, ~power}) {
        auto const n = static_cast<std::int64_t>(u);
        FaslBytes bytes;
        bytes.integer(n);
        ByteReader in(bytes.bytes(), "f");
        CHECK(in.signed_number() == n);
        CHECK(in.ok());
        CHECK(in.remaining() == 0);
      }
    }
  }

  TEST_CASE("numbers wider than 64 bits and numbers without an end are errors") {
    std::uint8_t const large[] = {0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
    ByteReader in(large, "f", 0x10);
    CHECK(in.unsigned_number() == 0);
    CHECK(!in.ok());
    CHECK(in.error().message == "f+0x1a: found a number wider than 64 bits, expected at most 64");
    std::uint8_t const endless[] = {0x81, 0x80};
    ByteReader more(endless, "f");
    (void)more.unsigned_number();
    CHECK(more.error().message == "f+0x2: found the end of the data, expected a byte");
    std::uint8_t const endless_sign[] = {0x81, 0x81};
    ByteReader sign(endless_sign, "f");
    (void)sign.signed_number();
    CHECK(!sign.ok());
    // Only a negative number may have the magnitude 2^63.
    std::uint8_t const positive[] = {0x05, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x00};
    ByteReader too_large(positive, "f");
    (void)too_large.signed_number();
    CHECK(!too_large.ok());
  }

  TEST_CASE("the first failure of a reader stays") {
    ByteReader in({}, "f");
    in.fail("first");
    in.fail("second");
    CHECK(in.byte() == 0);
    CHECK(in.bytes(3).empty());
    CHECK(in.error().message == "f+0x0: first");
  }

  TEST_CASE("objects without parts") {
    CHECK(read(object(FaslCode::symbol).text(U"car")) == "(symbol \"car\")");
    CHECK(read(object(FaslCode::gensym).text(U"g").text(U"u0")) == "(gensym \"g\" \"u0\")");
    CHECK(read(object(FaslCode::uninterned_symbol).text(U"")) == "(uninterned_symbol \"\")");
    CHECK(read(object(FaslCode::string).text(U"\u03bbx")) == "(string \"\\955x\")");
    CHECK(read(object(FaslCode::immutable_string).text(U"a")) == "(immutable_string \"a\")");
    CHECK(read(FaslBytes().fixnum(-5)) == "(small_integer -5)");
    CHECK(read(object(FaslCode::large_integer).byte(1).number(2).number(7).number(0xFFFFFFFF)) ==
          "(large_integer 1 2 7 4294967295)");
    CHECK(read(FaslBytes().flonum(0x3FF0000000000000)) == "(flonum 1072693248 0)");
    CHECK(read(object(FaslCode::immediate).number(0x26)) == "(immediate 38)");
    CHECK(read(object(FaslCode::entry).number(3)) == "(entry 3)");
    CHECK(read(object(FaslCode::library).number(300)) == "(library 300)");
    CHECK(read(object(FaslCode::library_code).number(1)) == "(library_code 1)");
    CHECK(read(object(FaslCode::base_rtd)) == "(base_rtd)");
    CHECK(read(object(FaslCode::phantom).number(1000)) == "(phantom 1000)");
    CHECK(read(object(FaslCode::fxvector).number(2).integer(-1).integer(64)) ==
          "(fxvector 2 -1 64)");
    CHECK(read(object(FaslCode::bytevector).number(2).byte(0).byte(255)) == "(bytevector 2 0 255)");
    CHECK(read(object(FaslCode::immutable_bytevector).number(0)) == "(immutable_bytevector 0)");
  }

  TEST_CASE("objects with parts") {
    CHECK(read(object(FaslCode::box).fixnum(1)) == "(box (small_integer 1))");
    CHECK(read(object(FaslCode::immutable_box).fixnum(1)) == "(immutable_box (small_integer 1))");
    CHECK(read(object(FaslCode::pair).number(2).fixnum(1).fixnum(2).fixnum(3)) ==
          "(pair 2 (small_integer 1) (small_integer 2) (small_integer 3))");
    CHECK(read(object(FaslCode::weak_pair).fixnum(1).fixnum(2)) ==
          "(weak_pair (small_integer 1) (small_integer 2))");
    CHECK(read(object(FaslCode::ephemeron).fixnum(1).fixnum(2)) ==
          "(ephemeron (small_integer 1) (small_integer 2))");
    CHECK(read(object(FaslCode::vector).number(0)) == "(vector 0)");
    CHECK(read(object(FaslCode::immutable_vector).number(1).fixnum(9)) ==
          "(immutable_vector 1 (small_integer 9))");
    CHECK(read(object(FaslCode::flvector).number(1).flonum(0)) == "(flvector 1 (flonum 0 0))");
    CHECK(read(object(FaslCode::stencil_vector).number(0b1010).fixnum(1).fixnum(2)) ==
          "(stencil_vector 10 (small_integer 1) (small_integer 2))");
    CHECK(read(object(FaslCode::system_stencil_vector).number(0)) == "(system_stencil_vector 0)");
    CHECK(read(object(FaslCode::ratnum).fixnum(1).fixnum(2)) ==
          "(ratnum (small_integer 1) (small_integer 2))");
    CHECK(read(object(FaslCode::exactnum).fixnum(1).fixnum(2)) ==
          "(exactnum (small_integer 1) (small_integer 2))");
    CHECK(read(object(FaslCode::inexactnum).flonum(1).flonum(2)) ==
          "(inexactnum (flonum 0 1) (flonum 0 2))");
    CHECK(read(object(FaslCode::closure).number(65).fixnum(1)) == "(closure 65 (small_integer 1))");
    CHECK(read(object(FaslCode::eq_hashtable)
                   .byte(1)
                   .byte(2)
                   .number(8)
                   .number(16)
                   .number(1)
                   .fixnum(1)
                   .fixnum(2)) == "(eq_hashtable 1 2 8 16 1 (small_integer 1) (small_integer 2))");
    CHECK(read(object(FaslCode::symbol_hashtable).byte(0).number(8).byte(3).number(8).number(0)) ==
          "(symbol_hashtable 0 8 3 8 0)");
    CHECK(read(object(FaslCode::begin).number(2).fixnum(1).fixnum(2)) == "(small_integer 2)");
  }

  TEST_CASE("records: fields of every type, with padding") {
    FaslBytes b = object(FaslCode::record);
    b.number(88).number(11).fixnum(0);
    auto const field = [&](FaslFieldType t, unsigned padding) -> FaslBytes& {
      return b.byte(padding << 4 | static_cast<unsigned>(t));
    };
    field(FaslFieldType::pointer, 0).fixnum(7);
    field(FaslFieldType::u8, 0).byte(200);
    field(FaslFieldType::i16, 1).integer(-2);
    field(FaslFieldType::i24, 0).integer(3);
    field(FaslFieldType::i32, 1).integer(4);
    field(FaslFieldType::i40, 4).integer(5);
    field(FaslFieldType::i48, 3).integer(6);
    field(FaslFieldType::i56, 2).integer(7);
    field(FaslFieldType::i64, 1).integer(-8);
    field(FaslFieldType::single_float, 0).number(0x3F800000);
    field(FaslFieldType::double_float, 4).number(1).number(2);
    CHECK(read(b) ==
          "(record 88 11 (small_integer 0) p@8=(small_integer 7) f1@16=200 "
          "f2@18=18446744073709551614 f3@20=3 f4@24=4 f5@32=5 f6@40=6 f7@48=7 "
          "f8@56=18446744073709551608 f9@64=1065353216 f10@72=4294967298)");
  }

  TEST_CASE("code: bytes, relocations short and extended") {
    FaslBytes b = object(FaslCode::code);
    b.byte(4).number(1).number(3).fixnum(1).fixnum(2).fixnum(3).fixnum(4);
    b.byte(9).byte(8).byte(7).number(5);
    b.byte(1 << 2).number(65).fixnum(5);                // type 1
    b.byte(2 << 2 | 2).number(8).number(16).fixnum(6);  // type 2, with item offset
    b.byte(1).number(24).fixnum(7);                     // type 0, extended
    CHECK(read(b) ==
          "(code 4 1 3 (small_integer 1) (small_integer 2) (small_integer 3) (small_integer 4) "
          "b9 b8 b7 table 5 r1+65=65/0(small_integer 5) r2+8=73/16(small_integer 6) "
          "r0x+24=97/0(small_integer 7))");
    FaslBytes none = object(FaslCode::code);
    none.byte(0).number(0).number(0).fixnum(1).fixnum(2).fixnum(3).fixnum(4).number(0);
    CHECK(read(none).ends_with("table 0)"));
  }

  TEST_CASE("graphs: parts refer to the object that they are in") {
    // #0=(1 . #0#)
    FaslBytes cycle = object(FaslCode::graph);
    cycle.number(1).number(0).code(FaslCode::graph_def).number(0).code(FaslCode::pair).number(1);
    cycle.fixnum(1).code(FaslCode::graph_ref).number(0);
    CHECK(read(cycle) == "(pair 1 (small_integer 1) pair@5)");
    // Through begin: the last object is the definition's.
    FaslBytes begin = object(FaslCode::graph);
    begin.number(2).number(0).code(FaslCode::graph_def).number(0).code(FaslCode::begin).number(2);
    begin.code(FaslCode::graph_def).number(1).fixnum(9);
    begin.code(FaslCode::box).code(FaslCode::pair).number(1).code(FaslCode::graph_ref).number(0);
    begin.code(FaslCode::graph_ref).number(1);
    CHECK(read(begin) == "(box (pair 1 box@11 (small_integer 9)))");
    // The definition of a complete object is the object.
    FaslBytes shared = object(FaslCode::graph);
    shared.number(1).number(0).code(FaslCode::pair).number(1);
    shared.code(FaslCode::graph_def).number(0).symbol(U"a").code(FaslCode::graph_ref).number(0);
    CHECK(read(shared) == "(pair 1 (symbol \"a\") (symbol \"a\"))");
    // Graphs nest; each has its own marks.
    FaslBytes nested = object(FaslCode::graph);
    nested.number(1).number(0).code(FaslCode::graph_def).number(0);
    nested.code(FaslCode::graph).number(1).number(0).code(FaslCode::graph_def).number(0);
    nested.code(FaslCode::box).code(FaslCode::graph_ref).number(0);
    CHECK(read(nested) == "(box box@10)");
  }

  TEST_CASE("record types: the descriptor is the object, unless one is known") {
    FaslBytes rtd;
    rtd.code(FaslCode::graph).number(1).number(0).code(FaslCode::graph_def).number(0);
    rtd.code(FaslCode::rtd).symbol(U"new").number(16).number(1).fixnum(0);
    rtd.byte(0).code(FaslCode::graph_ref).number(0);
    CHECK(read(rtd) == "(rtd (symbol \"new\") (record 16 1 (small_integer 0) p@8=record@11))");
    FaslBytes known;
    known.code(FaslCode::graph).number(1).number(0).code(FaslCode::graph_def).number(0);
    known.code(FaslCode::rtd).symbol(U"known").number(16).number(1).fixnum(0);
    known.byte(0).code(FaslCode::graph_ref).number(0);
    CHECK(read(known) == "(rtd (symbol \"known\") (record 16 1 (small_integer 0) p@8=known-rtd))");
    FaslBytes bare = object(FaslCode::rtd);
    bare.symbol(U"known").number(0);
    CHECK(read(bare) == "(rtd (symbol \"known\"))");
  }

  TEST_CASE("externals come after a graph's own marks") {
    std::string const externals[] = {"E0", "E1"};
    FaslBytes b = object(FaslCode::graph);
    b.number(3).number(2).code(FaslCode::pair).number(1);
    b.code(FaslCode::graph_ref).number(1).code(FaslCode::graph_ref).number(2);
    CHECK(read(b, externals) == "(pair 1 E0 E1)");
    CHECK(read(b) == "incompatible external vector length 0, expected 2");
  }

  TEST_CASE("a release whose graphs don't count externals: all that the reader is given") {
    std::string const externals[] = {"E0", "E1"};
    FaslBytes b = object(FaslCode::graph);
    b.number(3).code(FaslCode::pair).number(1);
    b.code(FaslCode::graph_ref).number(1).code(FaslCode::graph_ref).number(2);
    CHECK(read(b, externals, false) == "(pair 1 E0 E1)");
    CHECK(read(b, {}, false).find("mark 1 is used before its definition") != std::string::npos);
    // Fewer marks than externals: the first externals.
    FaslBytes one = object(FaslCode::graph);
    one.number(1).code(FaslCode::graph_ref).number(0);
    CHECK(read(one, externals, false) == "E0");
    CHECK(read(object(FaslCode::graph).number(1000), externals, false)
              .find("graph with 1000 marks, expected at most ") != std::string::npos);
  }

  TEST_CASE("unknown codes are refused by name") {
    CHECK(read(FaslBytes().byte(61)) == "f+0x0: unknown fasl code 61");
    CHECK(read(FaslBytes().byte(200)) == "f+0x0: unknown fasl code 200");
    CHECK(read(object(FaslCode::header)) ==
          "f+0x0: found fasl header (code 0), expected an object");
    CHECK(read(FaslBytes()) == "f+0x0: found the end of the data, expected a byte");
    CHECK(read(object(FaslCode::record).number(16).number(1).fixnum(0).byte(11)) ==
          "f+0x5: unknown record field type 11");
  }

  TEST_CASE("sizes greater than what is there") {
    CHECK(read(object(FaslCode::vector).number(1000000)) ==
          "f+0x1: found a count of 1000000 elements, expected at most 0, the number of bytes left");
    CHECK(read(object(FaslCode::string).number(std::uint64_t{1} << 60)).find("found a count of") !=
          std::string::npos);
    for (FaslCode const code :
         {FaslCode::bytevector, FaslCode::fxvector, FaslCode::flvector, FaslCode::pair,
          FaslCode::begin, FaslCode::symbol, FaslCode::immutable_vector}) {
      CHECK(read(object(code).number(~std::uint64_t{0}).fixnum(1)).find("found a count of") !=
            std::string::npos);
    }
    CHECK(read(object(FaslCode::graph).number(1000).number(0))
              .find("graph with 1000 marks, expected at most ") != std::string::npos);
    CHECK(
        read(object(FaslCode::record).number(1 << 20).number(0)).find("record of 1048576 bytes") !=
        std::string::npos);
    FaslBytes table = object(FaslCode::code);
    table.byte(0).number(0).number(0).fixnum(1).fixnum(2).fixnum(3).fixnum(4).number(1 << 30);
    CHECK(read(table).find(" words of relocations, expected at most ") != std::string::npos);
    FaslBytes hash = object(FaslCode::eq_hashtable);
    hash.byte(1).byte(0).number(8).number(8).number(1 << 20);
    CHECK(read(hash).find("found a count of") != std::string::npos);
  }

  TEST_CASE("graph marks must exist and be defined") {
    CHECK(read(object(FaslCode::graph_ref).number(0)) ==
          "f+0x0: found a graph mark outside a graph");
    CHECK(read(object(FaslCode::graph).number(0).number(0).code(FaslCode::graph_ref).number(0)) ==
          "f+0x3: found graph mark 0, expected one below 0");
    FaslBytes early = object(FaslCode::graph);
    early.number(1).number(0).code(FaslCode::graph_ref).number(0);
    CHECK(read(early) == "f+0x3: graph mark 0 is used before its definition");
    FaslBytes number = object(FaslCode::graph);
    number.number(1).number(0).code(FaslCode::graph_def).number(0).code(FaslCode::ratnum);
    number.code(FaslCode::graph_ref).number(0).fixnum(2);
    CHECK(read(number) == "f+0x6: graph mark 0 is used before its definition");
  }

  TEST_CASE("lists of no elements, relocations without room, fields outside their record") {
    CHECK(read(object(FaslCode::pair).number(0).fixnum(1)).find("list of 0 elements") !=
          std::string::npos);
    CHECK(read(object(FaslCode::begin).number(0)).find("begin of 0 objects") != std::string::npos);
    FaslBytes code = object(FaslCode::code);
    code.byte(0).number(0).number(0).fixnum(1).fixnum(2).fixnum(3).fixnum(4);
    code.number(2).byte(1).number(0).fixnum(1).raw("....");
    CHECK(read(code).find("found a relocation of 3 words, expected at most 2") !=
          std::string::npos);
    FaslBytes record = object(FaslCode::record);
    record.number(16).number(1).fixnum(0).byte(0xF0).fixnum(1);
    CHECK(read(record).find("found a record field that ends at byte 31 of a record of 16 bytes") !=
          std::string::npos);
  }

  TEST_CASE("nesting is bounded, and does not use the C++ stack") {
    FaslBytes deep;
    for (int i = 0; i < 1'000'000; ++i) deep.code(FaslCode::box);
    CHECK(read(deep.fixnum(1)) == "f+0x186a0: objects are nested more deeply than 100000");
    FaslBytes fine;
    for (int i = 0; i < 50'000; ++i) fine.code(FaslCode::graph).number(0).number(0);
    CHECK(read(fine.fixnum(1)) == "(small_integer 1)");
  }

  TEST_CASE("FORMAT.md is what the tables say") {
    auto const path = test::source_root() / "boot" / "image" / "FORMAT.md";
    if (test::rewrites_golden_files()) test::write_text(path, fasl_document());
    std::optional<std::string> const text = test::read_text(path);
    REQUIRE(text.has_value());
    CHECK_MESSAGE(*text == fasl_document(), "CORACLE_GOLDEN_REWRITE=1 rewrites it");
  }

  TEST_CASE("every code of the table is an object or part of a file") {
    int objects = 0;
    for (const FaslRow& row : fasl_rows) {
      if (row.name.empty()) continue;
      CHECK(fasl_code_name(static_cast<std::uint8_t>(row.code)).starts_with(row.name));
      objects += row.role == FaslRole::object;
    }
    CHECK(objects == 40);
  }
}

}  // namespace
}  // namespace coracle
