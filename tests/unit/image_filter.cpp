// The filter for what is compressed: reversible for whatever it accepts, total for whatever is made of its
// output.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

#include "boot/image/code_filter.h"
#include "boot/image/fasl_file.h"
#include "boot/image/fasl_filter.h"
#include "boot/profiles/profiles.h"
#include "tests/unit/fasl_bytes.h"
#include "vm/isa/assembler.h"

namespace coracle {
namespace {

using Bytes = std::vector<std::uint8_t>;
using test::FaslBytes;

/// Objects of each code, with numbers of each length.
FaslBytes all_objects() {
  FaslBytes file;
  file.header(0x0A000000, 1, "petite scheme");
  std::vector<std::uint64_t> const words{
      0, 1, 127, 128, 300, 1u << 20, std::uint64_t{1} << 40, ~std::uint64_t{0}};
  for (std::uint64_t const n : words) {
    for (std::int64_t const sign : {1, -1}) {
      auto const integer = static_cast<std::int64_t>(n >> 1) * sign;
      FaslBytes object;
      object.code(FaslCode::vector).number(3).fixnum(integer).flonum(n);
      object.code(FaslCode::immediate).number(n);
      file.plain(object);
    }
  }
  FaslBytes texts;
  texts.code(FaslCode::pair)
      .number(3)
      .string(U"")
      .string(std::u32string_view(U"a\0λ\U0001F600", 4));
  texts.code(FaslCode::gensym).text(U"g").text(U"g-1").symbol(U"tail");
  file.plain(texts);
  FaslBytes numbers;
  numbers.code(FaslCode::begin).number(4);
  numbers.code(FaslCode::large_integer).byte(1).number(2).number(0xFFFFFFFF).number(7);
  numbers.code(FaslCode::fxvector).number(3).integer(-1).integer(63).integer(64);
  numbers.code(FaslCode::bytevector).number(3).byte(0).byte(200).byte(255);
  numbers.code(FaslCode::stencil_vector).number(5).fixnum(1).fixnum(2);
  file.plain(numbers, Situation::visit);
  FaslBytes graph;
  graph.code(FaslCode::graph).number(70'000).number(0).code(FaslCode::graph_def).number(65'535);
  graph.code(FaslCode::box).code(FaslCode::graph_ref).number(65'535);
  file.plain(graph, Situation::revisit);
  FaslBytes record;
  record.code(FaslCode::rtd).symbol(U"uid").number(40).number(4).code(FaslCode::base_rtd);
  record.byte(0).fixnum(1).byte(1).byte(9).byte(8).integer(-5000).byte(10).number(1).number(2);
  file.plain(record);
  file.compressed(FaslCode::lz4, 3, Bytes{0x30, 1, 2, 3});
  return file;
}

/// A file with one code object.
FaslBytes code_file(const Bytes& body, const FaslBytes& relocations, unsigned words) {
  FaslBytes object;
  object.code(FaslCode::code).byte(0).number(0).number(body.size());
  for (int i = 0; i < 4; ++i) object.fixnum(i);
  object.raw(body).number(words).raw(relocations.bytes());
  FaslBytes file;
  return file.header().plain(object);
}
Bytes assembled(std::string_view text) {
  Result<std::vector<std::uint32_t>> const words = assemble(text, 0);
  REQUIRE_MESSAGE(words.has_value(), (words ? "" : words.error().message));
  Bytes bytes;
  for (std::uint32_t const w : *words)
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(w >> (8 * i)));
  return bytes;
}

void check_round_trip(std::span<const std::uint8_t> bytes, FaslDialect dialect = {}) {
  std::optional<Bytes> const filtered = filter_fasl(bytes, dialect);
  REQUIRE(filtered.has_value());
  Bytes again(bytes.size());
  REQUIRE(unfilter_fasl(*filtered, again).has_value());
  CHECK(std::ranges::equal(again, bytes));
}

}  // namespace

TEST_CASE("filter: objects of all sorts") { check_round_trip(all_objects().bytes()); }

TEST_CASE("filter: what it doesn't take") {
  Bytes const good = all_objects().bytes();
  CHECK_FALSE(filter_fasl(Bytes{1, 2, 3}, {}).has_value());
  CHECK_FALSE(filter_fasl(std::span(good).first(good.size() - 1), {}).has_value());
  FaslBytes mark, number, deep;
  mark.plain(FaslBytes().code(FaslCode::graph_ref).number(65'536));
  CHECK_FALSE(filter_fasl(mark.bytes(), {}).has_value());
  // A number that could be shorter.
  number.plain(FaslBytes().code(FaslCode::immediate).byte(0x80).byte(1));
  CHECK_FALSE(filter_fasl(number.bytes(), {}).has_value());
  FaslBytes boxes;
  for (int i = 0; i < 5000; ++i) boxes.code(FaslCode::box);
  deep.plain(boxes.fixnum(1));
  CHECK_FALSE(filter_fasl(deep.bytes(), {}).has_value());
}

TEST_CASE("filter: branches, literals, relocations") {
  // Forward to a block, over several, backward to one, and into the line.
  Bytes const body = assembled(R"(
top:    eq_i r1, 0
        branch_true_i out
        add_i r1, r1, 1
join:   eq_i r1, 5
        branch_false_i last
        literal r2, 0
        branch_i top
out:    literal r3, 0x1234567890
        branch_i join
last:   branch_r r0
        branch_i last
)");
  FaslBytes relocations;
  relocations.byte(4).number(0x41 + 24).code(FaslCode::library).number(300);
  check_round_trip(code_file(body, relocations, 1).bytes());
  // A place that isn't the expected one; three words; an item offset.
  FaslBytes others;
  others.byte(7).number(9).number(77).code(FaslCode::library_code).number(5);
  others.byte(10).number(30).number(65).fixnum(1).byte(8).number(0x41).fixnum(2);
  check_round_trip(code_file(body, others, 5).bytes());
}

TEST_CASE("filter: code that is none") {
  std::mt19937 random(11);
  for (int i = 0; i < 2000; ++i) {
    // The opcodes that the filter looks at come often.
    Bytes body(4 * (random() % 40));
    constexpr std::uint8_t special[] = {0x01, 0xD7, 0xD1, 0xCD, 0xD0, 0xD5};
    for (std::size_t k = 0; k < body.size(); ++k) {
      bool const small = random() % 2 == 0;
      body[k] = static_cast<std::uint8_t>(k % 4 == 0 ? special[random() % 6]
                                          : small    ? random() % 3 * 16
                                                     : random());
    }
    if (i % 100 == 0) body.push_back(1);
    check_round_trip(code_file(body, FaslBytes(), 0).bytes());
  }
}

TEST_CASE("filter: damaged streams are errors or other bytes, never more") {
  Bytes const file = all_objects().bytes();
  std::optional<Bytes> const filtered = filter_fasl(file, {});
  REQUIRE(filtered.has_value());
  std::mt19937 random(3);
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    Bytes damaged = *filtered;
    for (unsigned k = 0; k <= random() % 3; ++k)
      damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
    if (random() % 4 == 0) damaged.resize(random() % (damaged.size() + 1));
    Bytes out(random() % 4 == 0 ? random() % 4096 : file.size());
    refused += unfilter_fasl(damaged, out).has_value() ? 0 : 1;
  }
  CHECK(refused > 10'000);
  Bytes longer(file.size() + 1), shorter(file.size() - 1);
  CHECK_FALSE(unfilter_fasl(*filtered, longer).has_value());
  CHECK_FALSE(unfilter_fasl(*filtered, shorter).has_value());
  CHECK(unfilter_fasl({}, longer).error().message == "found 0 filtered bytes, expected 1 or more");
}

TEST_SUITE("image") {
  TEST_CASE("filter: the release's boot files become smaller even before compression") {
    for (const char* const name : {"petite.boot", "scheme.boot"}) {
      std::ifstream file(std::string(std::getenv("CORACLE_BOOT")) + "/" + name, std::ios::binary);
      Bytes const bytes{std::istreambuf_iterator<char>(file), {}};
      REQUIRE_FALSE(bytes.empty());
      MemorySource source("", bytes);
      Result<FaslHeader> const header = read_fasl_header(source);
      REQUIRE(header.has_value());
      const Profile* const release = find_release(header->version);
      REQUIRE(release != nullptr);
      FaslDialect const dialect{release->fasl_counts_externals, release->return_toplink == -32};
      std::optional<Bytes> const filtered = filter_fasl(bytes, dialect);
      REQUIRE(filtered.has_value());
      CHECK(filtered->size() < bytes.size() * 9 / 10);
    }
  }
}

}  // namespace coracle
