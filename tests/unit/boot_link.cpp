// The linker: what each fasl code becomes in the heap, and that no input at all breaks it.
#include <doctest/doctest.h>

#include <bit>
#include <random>

#include "boot/fasl_loader.h"
#include "boot/image/block_codec.h"
#include "boot/image/fasl_file.h"
#include "boot/link.h"
#include "tests/unit/fasl_grammar.h"
#include "tests/unit/fasl_objects.h"
#include "tests/unit/machine_fixture.h"
#include "tests/unit/safe_points.h"
#include "vm/heap/inspect/inspect.h"
#include "vm/heap/objects/eq_hashtable.h"
#include "vm/heap/objects/relocation.h"
#include "vm/kernel/machine/images.h"

namespace coracle {
namespace {

using test::code_head;
using test::descriptor;
using test::everything;
using test::FaslBytes;
using test::FaslLie;
using test::object;

/// A machine with the record types that the linker needs, made as the boot files make them.
struct LinkFixture : MachineFixture {
  LinkFixture() {
    t.vm.install_library_entry(t.vm.profile.library_nonprocedure_code, t.vm.dummy_code);
    t.vm.base_rtd = link(descriptor(U"base", 80, true));
    REQUIRE(is_record(t.vm.base_rtd));
    t.vm.set_symbol_value(t.vm.names.eq_ht_rtd, link(descriptor(U"eq-ht", 56, false)));
    t.vm.set_symbol_value(t.vm.names.symbol_ht_rtd, link(descriptor(U"symbol-ht", 56, false)));
    Value const procedure = make_closure(t, entry_of_code(t.vm.dummy_code), 0);
    for (Value const name :
         {t.vm.names.eqp, t.vm.names.eqvp, t.vm.names.equalp, t.vm.names.symboleqp}) {
      t.vm.set_symbol_value(name, procedure);
    }
    t.vm.install_library_entry(7, procedure);
  }

  Result<Value> try_link(const FaslBytes& bytes, std::span<const ObjectRef> externals = {}) {
    return link_object(t, bytes.bytes(), "f", 0, externals);
  }
  Value link(const FaslBytes& bytes) {
    Result<Value> const v = try_link(bytes);
    REQUIRE_MESSAGE(v.has_value(), (v ? "" : v.error().message));
    return *v;
  }
  std::string error(const FaslBytes& bytes) {
    Result<Value> const v = try_link(bytes);
    REQUIRE(!v.has_value());
    return v.error().message;
  }
  Value fixnum(std::int64_t n) { return make_fixnum(n); }
};

TEST_SUITE("linker") {
  TEST_CASE_FIXTURE(LinkFixture, "numbers") {
    CHECK(link(FaslBytes().fixnum(-5)) == fixnum(-5));
    Value const large = link(FaslBytes().fixnum(INT64_MIN));
    REQUIRE(is_bignum(large));
    CHECK(bignum_negative(large));
    CHECK(bignum_length(large) == 2);
    CHECK(bignum_digit(large, 0) == 0x80000000);

    auto const digits = [&](bool negative, std::initializer_list<std::uint32_t> ds) {
      FaslBytes b = object(FaslCode::large_integer);
      b.byte(negative).number(ds.size());
      for (std::uint32_t const d : ds) b.number(d);
      return link(b);
    };
    CHECK(digits(false, {}) == fixnum(0));
    CHECK(digits(true, {0, 0, 5}) == fixnum(-5));
    CHECK(digits(false, {0x0FFFFFFF, 0xFFFFFFFF}) == fixnum(most_positive_fixnum));
    CHECK(digits(true, {0x10000000, 0}) == fixnum(most_negative_fixnum));
    CHECK(is_bignum(digits(false, {0x10000000, 0})));
    Value const three = digits(false, {0, 1, 2, 3});
    REQUIRE(is_bignum(three));
    CHECK(bignum_length(three) == 3);
    CHECK(bignum_digit(three, 0) == 1);
    CHECK(bignum_digit(three, 2) == 3);

    double const x = -1.5;
    CHECK(flonum_value(link(FaslBytes().flonum(std::bit_cast<std::uint64_t>(x)))) == x);
    Value const ratio = link(object(FaslCode::ratnum).fixnum(1).fixnum(2));
    REQUIRE(is_ratnum(ratio));
    CHECK(field<Value>(ratio, layout::ratnum_denominator) == fixnum(2));
    Value const exact = link(object(FaslCode::exactnum).fixnum(1).fixnum(2));
    REQUIRE(is_exactnum(exact));
    CHECK(field<Value>(exact, layout::exactnum_imag) == fixnum(2));
    Value const inexact =
        link(object(FaslCode::inexactnum).flonum(0).flonum(std::bit_cast<std::uint64_t>(x)));
    REQUIRE(is_inexactnum(inexact));
    CHECK(field<double>(inexact, layout::inexactnum_imag) == x);
    CHECK(error(object(FaslCode::ratnum).flonum(0).fixnum(2))
              .find("a part of ratnum (code 3) is not an exact integer") != std::string::npos);
  }

  TEST_CASE_FIXTURE(LinkFixture, "symbols and strings") {
    Value const car = link(FaslBytes().symbol(U"car"));
    CHECK(car == t.vm.symbols.intern(t, "car"));
    CHECK(link(FaslBytes().symbol(U"car")) == car);
    FaslBytes const gensym = object(FaslCode::gensym).text(U"g").text(U"unique-1");
    Value const g = link(gensym);
    REQUIRE(is_symbol(g));
    CHECK(link(gensym) == g);
    CHECK(g != link(FaslBytes().symbol(U"g")));
    FaslBytes const uninterned = object(FaslCode::uninterned_symbol).text(U"u");
    CHECK(link(uninterned) != link(uninterned));

    Value const s = link(FaslBytes().string(U"a\u03bb\U0001F600"));
    REQUIRE(is_string(s));
    CHECK(string_length(s) == 3);
    CHECK(string_ref(s, 2) == 0x1F600);
    Value const fixed = link(object(FaslCode::immutable_string).text(U"x"));
    CHECK((type_word_of(fixed) & immutable_string_flag) != 0);
    CHECK(link(object(FaslCode::immutable_string).text(U"")) == t.empty.immutable_string);
    CHECK(link(FaslBytes().string(U"")) == t.empty.string);
    CHECK(error(object(FaslCode::string).number(1).number(0xD800)).find("character number 55296") !=
          std::string::npos);
    CHECK(error(object(FaslCode::string).number(1).number(0x110000)).find("1114112") !=
          std::string::npos);
  }

  TEST_CASE_FIXTURE(LinkFixture, "pairs and boxes") {
    Value const list = link(object(FaslCode::pair).number(2).fixnum(1).fixnum(2).fixnum(3));
    CHECK(car(list) == fixnum(1));
    CHECK(car(cdr(list)) == fixnum(2));
    CHECK(cdr(cdr(list)) == fixnum(3));
    Value const weak = link(object(FaslCode::weak_pair).fixnum(1).fixnum(2));
    CHECK(t.vm.heap.space_of(weak) == Space::weak_pair);
    CHECK(cdr(weak) == fixnum(2));
    Value const ephemeron = link(object(FaslCode::ephemeron).fixnum(1).fixnum(2));
    CHECK(t.vm.heap.space_of(ephemeron) == Space::ephemeron);
    Value const box = link(object(FaslCode::immutable_box).fixnum(4));
    CHECK(box_ref(box) == fixnum(4));
    CHECK((type_word_of(box) & immutable_box_flag) != 0);
    CHECK((type_word_of(link(object(FaslCode::box).fixnum(4))) & immutable_box_flag) == 0);

    FaslBytes cycle = object(FaslCode::graph);
    cycle.number(1).number(0).code(FaslCode::graph_def).number(0).code(FaslCode::pair).number(1);
    cycle.fixnum(1).code(FaslCode::graph_ref).number(0);
    Value const c = link(cycle);
    CHECK(cdr(c) == c);
  }

  TEST_CASE_FIXTURE(LinkFixture, "vectors of all kinds") {
    Value const v = link(object(FaslCode::vector).number(2).fixnum(1).fixnum(2));
    REQUIRE(is_vector(v));
    CHECK(vector_ref(v, 1) == fixnum(2));
    CHECK(link(object(FaslCode::vector).number(0)) == t.empty.vector);
    CHECK(link(object(FaslCode::immutable_vector).number(0)) == t.empty.immutable_vector);
    Value const fixed = link(object(FaslCode::immutable_vector).number(1).fixnum(1));
    CHECK((type_word_of(fixed) & immutable_vector_flag) != 0);
    CHECK(vector_length(fixed) == 1);
    Value const fx = link(object(FaslCode::fxvector).number(2).integer(-1).integer(99));
    CHECK(is_typed(fx, type_word::fxvector));
    CHECK(vector_ref(fx, 1) == fixnum(99));
    CHECK(
        error(object(FaslCode::fxvector).number(1).integer(INT64_MAX)).find("expected a fixnum") !=
        std::string::npos);
    Value const fl =
        link(object(FaslCode::flvector).number(1).flonum(std::bit_cast<std::uint64_t>(2.5)));
    CHECK(field<double>(fl, 8) == 2.5);
    CHECK(error(object(FaslCode::flvector).number(1).fixnum(1)).find("is not a flonum") !=
          std::string::npos);
    Value const bytes = link(object(FaslCode::bytevector).number(3).byte(1).byte(2).byte(255));
    REQUIRE(is_bytevector(bytes));
    CHECK(bytevector_length(bytes) == 3);
    CHECK(bytevector_data(bytes)[2] == 255);
    CHECK(link(object(FaslCode::immutable_bytevector).number(0)) == t.empty.immutable_bytevector);
    Value const stencil = link(object(FaslCode::stencil_vector).number(5).fixnum(1).fixnum(2));
    CHECK(is_typed(stencil, type_word::stencil_vector));
    CHECK(stencil_vector_mask(stencil) == 5);
    CHECK(vector_ref(stencil, 1) == fixnum(2));
    Value const phantom = link(object(FaslCode::phantom).number(1000));
    CHECK(is_typed(phantom, type_word::phantom));
  }

  TEST_CASE_FIXTURE(LinkFixture, "immediates, library entries and C entries") {
    CHECK(link(object(FaslCode::immediate).number(nil.bits)) == nil);
    CHECK(link(object(FaslCode::immediate).number(make_char('x').bits)) == make_char('x'));
    CHECK(error(object(FaslCode::immediate).number(7))
              .find("found the bits 7, expected those of an immediate object") !=
          std::string::npos);
    CHECK(error(object(FaslCode::immediate).number(forward_marker.bits))
              .find("expected those of an immediate object") != std::string::npos);
    Value const entry = link(object(FaslCode::library).number(7));
    CHECK(entry == t.vm.library_entry(7));
    CHECK(link(object(FaslCode::library_code).number(7)) == closure_code(entry));
    CHECK(error(object(FaslCode::library).number(8)) == "f+0x0: library entry 8 is not installed");
    CHECK(error(object(FaslCode::library).number(5000)) ==
          "f+0x0: found library entry 5000, expected one below 624");
    CHECK(link(object(FaslCode::entry).number(1)).bits == t.vm.c_entry(1));
    CHECK(error(object(FaslCode::entry).number(49)) ==
          "f+0x0: found C entry 49, expected one below 49");
  }

  TEST_CASE_FIXTURE(LinkFixture, "code: fields, shared name, relocations") {
    FaslBytes b = code_head(48, U"f");
    b.number(5);
    b.byte(1 << 2).number(65 + 4).symbol(U"car");                                     // at byte 4
    b.byte(2 << 2 | 2).number(12).number(65).code(FaslCode::library_code).number(7);  // at byte 16
    b.byte(3).number(12).number(5).symbol(U"cdr");  // at byte 28, extended
    Value const code = link(b);
    REQUIRE(is_code(code));
    CHECK(code_length(code) == 48);
    CHECK(code_flags(code) == code_flag_system);
    CHECK(field<Word>(code, layout::code_closure_length) == 0);
    CHECK(field<Value>(code, layout::code_arity_mask) == fixnum(-2));
    CHECK(field<Value>(code, layout::code_info) == fixnum(3));
    CHECK(field<Value>(code, layout::code_name) ==
          field<Value>(t.vm.symbols.intern(t, "f"), layout::symbol_name));
    CHECK(load<Word>(entry_of_code(code) + 4) == t.vm.symbols.intern(t, "car").bits);
    Value const library = closure_code(t.vm.library_entry(7));
    Value const cdr = t.vm.symbols.intern(t, "cdr");
    CHECK(load<Word>(entry_of_code(code) + 16) == entry_of_code(library));
    CHECK(load<Word>(entry_of_code(code) + 28) == cdr.bits + 5);

    std::vector<Value> objects;
    for_each_relocation(code,
                        [&](const ResolvedRelocation& r) { objects.push_back(r.object(code)); });
    REQUIRE(objects.size() == 3);
    CHECK(objects[0] == t.vm.symbols.intern(t, "car"));
    CHECK(objects[1] == library);
    CHECK(objects[2] == cdr);

    Value const closure = link(object(FaslCode::closure).number(65).raw(b.bytes()));
    REQUIRE(is_procedure(closure));
    CHECK(code_length(closure_code(closure)) == 48);
    CHECK(error(object(FaslCode::closure).number(66).raw(b.bytes())).find("expected 65") !=
          std::string::npos);
    FaslBytes const free = code_head(4, U"f", 2).number(0);
    CHECK(field<Word>(link(free), layout::code_closure_length) == 2);
    CHECK(error(object(FaslCode::closure).number(65).raw(free.bytes()))
              .find("expected code without any") != std::string::npos);
    CHECK(error(object(FaslCode::closure).number(65).fixnum(1)).find("is not a code object") !=
          std::string::npos);
  }

  TEST_CASE_FIXTURE(LinkFixture, "relocations stay inside their code") {
    auto const one = [&](unsigned head, std::uint64_t offset) {
      return error(code_head(16, U"f").number(1).byte(head).number(offset).fixnum(1));
    };
    CHECK(one(1 << 2, 64).find("of a code object of 16") != std::string::npos);
    CHECK(one(1 << 2, 65 + 9).find("relocation at byte 9 of a code object of 16") !=
          std::string::npos);
    CHECK(one(1 << 2, std::uint64_t{1} << 63).find("of a code object of 16") != std::string::npos);
    FaslBytes overlapping = code_head(16, U"f");
    overlapping.number(2).byte(1 << 2).number(65 + 4).fixnum(1).byte(1 << 2).number(4).fixnum(1);
    CHECK(error(overlapping)
              .find("at byte 8 of a code object of 16 bytes, which overlaps the one before") !=
          std::string::npos);
    CHECK(one(3 << 2, 65 + 4).find("relocation type 3, expected 0 to 2") != std::string::npos);
    CHECK(error(code_head(16, U"f").number(1).byte(1 << 2 | 2).number(69).number(1 << 26).fixnum(1))
              .find("more than 26 bits") != std::string::npos);
  }

  TEST_CASE_FIXTURE(LinkFixture, "relocations are where compiled code has them, to what it has") {
    // Code with a full and a compact header before return points:
    //     byte 0  adr to 44    4  return    8  the header of 32 bytes, for several values to 8
    //         40  adr to 64   44  return   48  the header of 16 bytes   64  literal   76  return
    auto const words = assemble(R"(
         adr r15, full
         return_
         .header
  full:  adr r15, compact
         return_
         .compact_header
compact: literal r5, 0
         return_)");
    REQUIRE(words.has_value());
    auto const one = [&](std::uint64_t at, unsigned type, std::uint64_t item_offset,
                         const FaslBytes& part) {
      FaslBytes b = object(FaslCode::graph);
      b.number(1).number(0).code(FaslCode::graph_def).number(0).code(FaslCode::code);
      b.byte(1).number(0).number(4 * words->size()).string(U"f").fixnum(-2).fixnum(3);
      b.raw(test::empty_list().bytes());
      for (std::uint32_t const w : *words) {
        for (unsigned shift = 0; shift < 32; shift += 8) b.byte(w >> shift & 0xFF);
      }
      b.number(1).byte(type << 2 | 2).number(65 + at).number(item_offset).raw(part.bytes());
      Result<Value> const v = try_link(b);
      if (v) return std::string();
      std::string const& message = v.error().message;
      return message.substr(message.find("found"));
    };
    FaslBytes const self = object(FaslCode::graph_ref).number(0);
    FaslBytes bignum = object(FaslCode::large_integer);
    bignum.byte(0).number(3).number(1).number(2).number(3);
    FaslBytes negative = object(FaslCode::large_integer);
    negative.byte(1).number(3).number(1).number(2).number(3);
    FaslBytes const symbol = FaslBytes().symbol(U"car");
    FaslBytes const number = FaslBytes().fixnum(1);

    CHECK(one(68, 1, 0, number) == "");
    CHECK(one(68, 1, 0, symbol) == "");
    CHECK(one(68, 1, 5, symbol) == "");
    CHECK(one(68, 1, 0, self) == "");
    CHECK(one(68, 2, 65, self) == "");
    CHECK(one(68, 2, 65 + 76, self) == "");
    CHECK(one(8, 0, 65 + 40, self) == "");
    CHECK(one(16, 0, 0, bignum) == "");

    std::string const place =
        ", expected one at the data of a literal or in the header of a return point";
    for (std::uint64_t const at : {0, 4, 40, 64, 67, 69, 70, 72}) {
      CHECK(one(at, 1, 0, number) == "found a relocation at byte " + std::to_string(at) + place);
    }
    std::string const slot =
        " in the header of a return point, expected one of its live mask or its "
        "address for several values";
    for (std::uint64_t const at : {8, 24, 32, 48, 56}) {
      CHECK(one(at, 0, 0, number) == "found a relocation at byte " + std::to_string(at) + slot);
    }
    CHECK(one(24, 0, 65, self) == "found a relocation at byte 24" + slot);
    std::string const mask =
        "found a relocation to another object in the place of a live mask, expected a positive "
        "bignum";
    CHECK(one(16, 0, 0, negative) == mask);
    CHECK(one(16, 0, 0, number) == mask);
    CHECK(one(68, 1, 4, symbol) == "found a relocation to byte 4 of a symbol, expected 0 or 5");
    CHECK(one(68, 1, 1, number) == "found a relocation to byte 1 of an object, expected 0");
    std::string const instruction = " of a code object, expected the place of an instruction";
    for (std::uint64_t const to : {1, 64, 66, 65 + 8, 65 + 68, 65 + 80}) {
      CHECK(one(68, 2, to, self) ==
            "found a relocation to byte " + std::to_string(to) + instruction);
    }
    FaslBytes const library = object(FaslCode::library_code).number(7);
    CHECK(one(68, 2, 65, library) == "");
    CHECK(one(68, 2, 65 + 4000, library) == "found a relocation to byte 4065" + instruction);
  }

  TEST_CASE_FIXTURE(LinkFixture, "continuations have one code object") {
    FaslBytes const continuation = code_head(4, U"k", 0, code_flag_continuation).number(0);
    std::string const once =
        "f+0x0: found code of continuations, expected it once, in the base boot file";
    CHECK(error(continuation) == once);
    t.vm.loading_base = true;
    link(continuation);
    CHECK(error(continuation) == once);
    t.vm.loading_base = false;
  }

  TEST_CASE_FIXTURE(LinkFixture, "code is verified as it is linked") {
    FaslBytes b = object(FaslCode::code);
    b.byte(1).number(0).number(8).string(U"f").fixnum(-2).fixnum(3);
    b.raw(test::empty_list().bytes());
    std::uint64_t const start = b.bytes().size();
    b.byte(0).byte(0).byte(0).byte(0).byte(0xFF).byte(0).byte(0).byte(0).number(0);
    CHECK(error(b) == at_offset("f", start + 4,
                                "found .word 0x000000ff, expected a live opcode in the low byte"));
    for (unsigned length : {0, 3, 6}) {
      FaslBytes odd = object(FaslCode::code);
      odd.byte(1).number(0).number(length).string(U"f").fixnum(-2).fixnum(3);
      odd.raw(test::empty_list().bytes());
      for (unsigned i = 0; i < length; ++i) odd.byte(0);
      CHECK(error(odd.number(0))
                .find("found " + std::to_string(length) +
                      " bytes of code, expected one or more 4-byte words") != std::string::npos);
    }
  }

  TEST_CASE_FIXTURE(LinkFixture, "code is refused where data alone is read") {
    auto const data = [&](const FaslBytes& b) {
      Result<Value> const v = link_object(t, b.bytes(), "f", 0, {}, MayHold::data_only);
      return v ? std::string() : v.error().message;
    };
    auto const refused = [](std::string_view what) {
      return "f+0x2: found fasl " + std::string(what) + ", expected data without code";
    };
    auto const in_vector = [](const FaslBytes& b) {
      return object(FaslCode::vector).number(1).raw(b.bytes());
    };
    FaslBytes const code = code_head(4, U"f").number(0);
    CHECK(data(in_vector(code)) == refused("code (code 11)"));
    CHECK(data(in_vector(object(FaslCode::closure).number(65).raw(code.bytes()))) ==
          refused("closure (code 6)"));
    CHECK(data(in_vector(object(FaslCode::entry).number(1))) == refused("entry (code 13)"));
    CHECK(data(in_vector(object(FaslCode::library).number(7))) == refused("library (code 14)"));
    CHECK(data(in_vector(object(FaslCode::library_code).number(7))) ==
          refused("library_code (code 15)"));
    CHECK(data(in_vector(FaslBytes().symbol(U"car"))) == "");
    CHECK(data(descriptor(U"data", 32, false)) == "");
  }

  TEST_CASE_FIXTURE(LinkFixture, "code with profile counters is remembered") {
    FaslBytes b = object(FaslCode::code);
    b.byte(0).number(0).number(4).fixnum(0).fixnum(0).fixnum(0);
    b.code(FaslCode::pair).number(1).fixnum(1).code(FaslCode::immediate).number(nil.bits);
    b.instructions(4).number(0);
    Value const code = link(b);
    REQUIRE(is_pair(t.vm.profile_counters));
    CHECK(car(car(t.vm.profile_counters)) == code);
  }

  TEST_CASE_FIXTURE(LinkFixture, "record types are unique by their uid") {
    Value const base = t.vm.base_rtd;
    CHECK(field<Value>(base, 0) == base);
    Value const first = link(descriptor(U"point", 32, false));
    Value const second = link(descriptor(U"point", 32, false));
    CHECK(first == second);
    CHECK(field<Value>(first, 0) == base);
    CHECK(vector_ref(field<Value>(first, layout::rtd_ancestry), 1) == first);
    CHECK(link(object(FaslCode::rtd).symbol(U"point").number(0)) == first);
    CHECK(error(descriptor(U"point", 48, false)).find("incompatible record type point") !=
          std::string::npos);
    CHECK(
        error(object(FaslCode::rtd).symbol(U"nobody").number(0)).find("unregistered record type") !=
        std::string::npos);
    CHECK(error(object(FaslCode::rtd).fixnum(1).number(0))
              .find("the uid of a record type is not a symbol") != std::string::npos);
  }

  // The type's own type holds an instance of the type, which is read before the type is complete.
  TEST_CASE_FIXTURE(LinkFixture, "a record whose type is being read") {
    auto const early = [&](std::int64_t size, bool field_is_reference) {
      FaslBytes instance = object(FaslCode::record);
      instance.number(16).number(1).code(FaslCode::graph_ref).number(0);
      if (field_is_reference) instance.byte(0).fixnum(23);
      else instance.byte(static_cast<unsigned>(FaslFieldType::i64)).integer(23);
      FaslBytes b = object(FaslCode::graph).number(2).number(0);
      auto const words = [&](unsigned mark, std::int64_t record_size, const FaslBytes& counts) {
        b.byte(0).code(FaslCode::vector).number(2).code(FaslCode::base_rtd);
        b.code(FaslCode::graph_ref).number(mark);
        b.byte(0).fixnum(record_size).byte(0).fixnum(-1).byte(0).fixnum(0).byte(0).symbol(U"t");
        b.byte(0).raw(test::empty_list().bytes());
        b.byte(0).fixnum(0).byte(0).symbol(U"t").byte(0).raw(counts.bytes());
      };
      b.code(FaslCode::graph_def).number(0).code(FaslCode::record).number(80).number(9);
      b.code(FaslCode::graph_def).number(1).code(FaslCode::record).number(80).number(9);
      b.code(FaslCode::base_rtd);
      words(1, 80, instance);
      words(0, size, FaslBytes().fixnum(0));
      return b;
    };
    Value const type = link(early(16, true));
    REQUIRE(is_record(type));
    Value const instance = field<Value>(field<Value>(type, 0), layout::rtd_counts);
    REQUIRE(is_record(instance));
    CHECK(field<Value>(instance, 0) == type);
    CHECK(field<Value>(instance, 8) == fixnum(23));
    CHECK(error(early(32, true)).find("found a type for records of another size") !=
          std::string::npos);
    CHECK(error(early(16, false)).find("found a number at byte 8 of a record") !=
          std::string::npos);
  }

  TEST_CASE_FIXTURE(LinkFixture, "records: fields of every type") {
    FaslBytes b = object(FaslCode::record);
    b.number(56).number(6).raw(descriptor(U"mixed", 56, false, 0b11).bytes());
    b.byte(0).fixnum(7);
    b.byte(static_cast<unsigned>(FaslFieldType::u8)).byte(200);
    b.byte(1 << 4 | static_cast<unsigned>(FaslFieldType::i16)).integer(-2);
    b.byte(4 << 4 | static_cast<unsigned>(FaslFieldType::i64)).integer(-3);
    b.byte(static_cast<unsigned>(FaslFieldType::single_float)).number(0x3F800000);
    b.byte(4 << 4 | static_cast<unsigned>(FaslFieldType::double_float))
        .number(0x3FF00000)
        .number(0);
    Value const r = link(b);
    REQUIRE(is_record(r));
    CHECK(field<Value>(r, 8) == fixnum(7));
    CHECK(field<std::uint8_t>(r, 16) == 200);
    CHECK(field<std::int16_t>(r, 18) == -2);
    CHECK(field<std::int64_t>(r, 24) == -3);
    CHECK(field<float>(r, 32) == 1.0F);
    CHECK(field<double>(r, 40) == 1.0);
    CHECK(error(object(FaslCode::record).number(16).number(1).fixnum(1))
              .find("not a record type descriptor") != std::string::npos);
    Value const other = link(descriptor(U"other", 24, false));
    FaslBytes misplaced = object(FaslCode::record);
    misplaced.number(24).number(1).code(FaslCode::rtd).symbol(U"other").number(0);
    CHECK(error(misplaced.byte(1 << 4).fixnum(1)).find("found an object at byte 9 of a record") !=
          std::string::npos);
    FaslBytes small = object(FaslCode::record);
    small.number(16).number(1).code(FaslCode::rtd).symbol(U"other").number(0).byte(0).fixnum(1);
    CHECK(
        error(small).find("found a type for records of another size, expected one for 16 bytes") !=
        std::string::npos);
    // Just those fields that are references by the type are objects in the file.
    FaslBytes number = object(FaslCode::record);
    number.number(24).number(1).code(FaslCode::rtd).symbol(U"other").number(0);
    number.byte(static_cast<unsigned>(FaslFieldType::i64)).integer(1);
    CHECK(error(number).find("found a number at byte 8") != std::string::npos);
    FaslBytes reference = object(FaslCode::record);
    reference.number(24).number(1).raw(descriptor(U"raw", 24, false, 0b101).bytes());
    CHECK(error(reference.byte(0).fixnum(1)).find("found an object at byte 8") !=
          std::string::npos);
    // An instance is a record, but not a type.
    FaslBytes instance = object(FaslCode::record);
    instance.number(24).number(1).code(FaslCode::rtd).symbol(U"other").number(0).byte(0).fixnum(1);
    CHECK(field<Value>(link(instance), 0) == other);
    FaslBytes of_instance = object(FaslCode::record);
    of_instance.number(24).number(1).raw(instance.bytes()).byte(0).fixnum(1);
    CHECK(error(of_instance).find("not a record type descriptor") != std::string::npos);
  }

  TEST_CASE_FIXTURE(LinkFixture, "hash tables") {
    namespace ht = hashtable_layout;
    Value const table = link(object(FaslCode::eq_hashtable)
                                 .byte(1)
                                 .byte(1)
                                 .number(8)
                                 .number(std::uint64_t{1} << 40)
                                 .number(2)
                                 .symbol(U"a")
                                 .fixnum(1)
                                 .symbol(U"b")
                                 .fixnum(2));
    REQUIRE(is_record(table));
    CHECK(field<Value>(table, ht::size) == fixnum(2));
    CHECK(field<Value>(table, ht::variant) == fixnum(1));
    CHECK(field<Value>(table, ht::is_mutable) == true_value);
    Value const vector = field<Value>(table, ht::vector);
    CHECK(vector_length(vector) == 8);  // what two entries justify
    int found = 0;
    for (Word i = 0; i < 8; ++i) {
      Value bucket = vector_ref(vector, i);
      for (; is_tlc(bucket); bucket = field<Value>(bucket, layout::tlc_next)) {
        Value const entry = field<Value>(bucket, layout::tlc_keyval);
        CHECK(t.vm.heap.space_of(entry) == Space::weak_pair);
        CHECK(field<Value>(bucket, layout::tlc_ht) == table);
        ++found;
      }
      CHECK(bucket == fixnum(static_cast<std::int64_t>(i)));
    }
    CHECK(found == 2);

    Value const symbols = link(object(FaslCode::symbol_hashtable)
                                   .byte(0)
                                   .number(8)
                                   .byte(3)
                                   .number(8)
                                   .number(1)
                                   .symbol(U"a")
                                   .fixnum(1));
    CHECK(field<Value>(symbols, ht::is_mutable) == false_value);
    CHECK(is_procedure(field<Value>(symbols, ht::variant)));
    CHECK(error(object(FaslCode::symbol_hashtable)
                    .byte(0)
                    .number(8)
                    .byte(0)
                    .number(8)
                    .number(1)
                    .fixnum(1)
                    .fixnum(1))
              .find("is not a symbol") != std::string::npos);
    auto const head = [&](unsigned variant, std::uint64_t minimum, std::uint64_t length) {
      return error(object(FaslCode::eq_hashtable)
                       .byte(0)
                       .byte(variant)
                       .number(minimum)
                       .number(length)
                       .number(0));
    };
    CHECK(head(3, 8, 8).find("of the unknown variant 3") != std::string::npos);
    CHECK(head(0, 8, 9).find("expected powers of two") != std::string::npos);
    CHECK(head(0, 0, 8).find("expected powers of two") != std::string::npos);
  }

  TEST_CASE_FIXTURE(LinkFixture, "externals") {
    ObjectRef const externals[] = {{fixnum(42)}};
    FaslBytes const b =
        object(FaslCode::graph).number(1).number(1).code(FaslCode::graph_ref).number(0);
    Result<Value> const v = try_link(b, externals);
    REQUIRE(v.has_value());
    CHECK(*v == fixnum(42));
  }

  TEST_CASE_FIXTURE(LinkFixture, "what was linked survives collections of the verified heap") {
    FaslBytes b = object(FaslCode::vector);
    b.number(4).raw(descriptor(U"kept", 32, false).bytes());
    FaslBytes code = code_head(32, U"f");
    code.number(1).byte(1 << 2).number(65 + 4).string(U"constant");
    b.code(FaslCode::closure).number(65).raw(code.bytes());
    b.code(FaslCode::eq_hashtable).byte(1).byte(2).number(8).number(8).number(1);
    b.string(U"key").symbol(U"value");
    b.code(FaslCode::ephemeron).string(U"gone").fixnum(1);
    Value v = link(b);
    t.vm.heap.add_root(&v);
    for (int target : {1, 2, 3, 7}) {
      t.vm.heap.collect(
          test::SafePoints::stopped(t),
          {target == 7 ? t.vm.heap.parameters().maximum_generation : target - 1, target, target});
      std::vector<std::string> const wrong = verify(t.vm.heap);
      CHECK_MESSAGE(wrong.empty(), (wrong.empty() ? "" : wrong.front()));
      Value const inner = closure_code(vector_ref(v, 1));
      CHECK(string_utf8(Value{load<Word>(entry_of_code(inner) + 4)}) == "constant");
    }
    CHECK(t.vm.heap.generation_of(v) == static_generation);
  }

  TEST_CASE_FIXTURE(LinkFixture, "an object with every code, cut at every byte") {
    FaslBytes const whole = everything();
    CHECK(vector_length(link(whole)) == 34);
    for (std::size_t n = 0; n < whole.bytes().size(); ++n) {
      Result<Value> const v = link_object(t, std::span(whole.bytes()).first(n), "f", 0);
      REQUIRE(!v.has_value());
      CHECK(v.error().message.starts_with("f+0x"));
    }
    std::vector<std::string> const wrong = verify(t.vm.heap);
    CHECK_MESSAGE(wrong.empty(), (wrong.empty() ? "" : wrong.front()));
  }

  TEST_CASE_FIXTURE(LinkFixture, "an object with every code, each byte changed") {
    std::vector<std::uint8_t> bytes = everything().bytes();
    int errors = 0, successes = 0;
    auto const read = [&] {
      Result<Value> const v = link_object(t, bytes, "f", 0);
      if (v) {
        ++successes;
      } else {
        ++errors;
        CHECK(!v.error().message.empty());
      }
    };
    for (std::uint8_t& b : bytes) {
      std::uint8_t const original = b;
      for (unsigned change = 0; change < 256; change += 5) {
        b = static_cast<std::uint8_t>(change);
        read();
      }
      b = original;
    }
    CHECK(errors > 1000);
    CHECK(successes > 1000);
    // Several bytes at once, chosen at random with a fixed seed.
    std::mt19937 random(20);
    for (int i = 0; i < 3000; ++i) {
      std::vector<std::uint8_t> const saved = bytes;
      for (int k = 0; k < 6; ++k) {
        bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
      }
      read();
      bytes = saved;
    }
  }

  void verify_after_collection(LinkFixture & f) {
    f.t.vm.heap.collect(test::SafePoints::stopped(f.t), {0, 1, 1});
    std::vector<std::string> const wrong = verify(f.t.vm.heap);
    CHECK_MESSAGE(wrong.empty(), (wrong.empty() ? "" : wrong.front()));
  }

  TEST_CASE_FIXTURE(LinkFixture, "what an object of the file says of another is not believed") {
    for (const FaslLie& lie : test::lies_about_layout()) {
      CAPTURE(lie.name);
      Result<Value> const v = try_link(lie.bytes);
      REQUIRE(!v.has_value());
      CHECK_MESSAGE(v.error().message.find(lie.message) != std::string::npos, v.error().message);
      verify_after_collection(*this);
    }
  }

  TEST_CASE_FIXTURE(LinkFixture, "random objects that follow the grammar, or nearly") {
    std::mt19937 random(14);
    Value last = false_value;
    t.vm.heap.add_root(&last);
    int successes = 0;
    for (int i = 0; i < 4000; ++i) {
      std::vector<std::uint8_t> decisions(10 + random() % 120);
      for (std::uint8_t& d : decisions) d = static_cast<std::uint8_t>(random());
      Result<Value> const v = try_link(test::FaslGrammar(decisions).generate());
      if (!v) {
        CHECK(!v.error().message.empty());
        continue;
      }
      ++successes;
      last = *v;
      if (successes % 8 == 0) verify_after_collection(*this);
    }
    CHECK(successes > 400);
  }

  TEST_CASE_FIXTURE(LinkFixture, "memory is linear in the bytes, however deep objects nest") {
    Heap& heap = t.vm.heap;
    for (const FaslLie& tower : test::towers(20'000, 50'000)) {
      CAPTURE(tower.name);
      heap.collect(test::SafePoints::stopped(t), {0, 1, 1});
      heap.memory().reset_maximum();
      Word const before = heap.memory().current_bytes();
      CHECK(error(tower.bytes).find(tower.message) != std::string::npos);
      CHECK(heap.memory().maximum_bytes() - before < 64 * tower.bytes.bytes().size() + (8 << 20));
    }
  }

  TEST_CASE("the memory limit holds for what reading takes") {
    VmOptions options;
    options.heap.os_memory_limit = std::size_t{32} << 20;
    Vm vm(profiles().front(), options, kernel_entries());
    Thread& t = vm.main_thread();
    ImageFaslLoader loader;
    vm.fasl_loader = &loader;
    auto const read = [&](const FaslBytes& file) {
      std::FILE* const f = std::tmpfile();
      REQUIRE(f != nullptr);
      std::fwrite(file.bytes().data(), 1, file.bytes().size(), f);
      REQUIRE(std::fseek(f, 0, SEEK_SET) == 0);
      bool out_of_memory = false;
      try {
        kernel::fasl_read(test::SafePoints::of(t), ::fileno(f),
                          static_cast<int>(Situation::visit_revisit), make_string_utf8(t, "x.so"),
                          t.empty.vector);
      } catch (const OutOfMemory&) {
        out_of_memory = true;
      }
      std::fclose(f);
      return out_of_memory;
    };
    // A string of many zeros, which take few bytes when compressed.
    auto const zeros = [&](std::size_t n, CompressFormat format) {
      FaslBytes text = object(FaslCode::bytevector);
      text.number(n).raw(std::vector<std::uint8_t>(n, 0));
      const BlockCodec& codec = block_codec(format);
      std::vector<std::uint8_t> block(codec.bound(text.bytes().size()));
      block.resize(codec.compress(CompressLevel::medium, text.bytes(), block).size);
      return FaslBytes().header().compressed(codec.code, text.bytes().size(), block);
    };
    for (CompressFormat const format : {CompressFormat::gzip, CompressFormat::lz4}) {
      Word const before = vm.heap.memory().current_bytes();
      CHECK(read(zeros(64 << 20, format)));
      CHECK(vm.heap.memory().current_bytes() == before);
      CHECK(!read(zeros(2 << 20, format)));
    }
    // Bytes that are only promised, many nested objects, and memory that stands for other memory.
    FaslBytes deep;
    for (int i = 0; i < 90'000; ++i) deep.code(FaslCode::box);
    CHECK(read(FaslBytes().header().plain(deep.fixnum(1))));
    CHECK(read(FaslBytes().header().plain(object(FaslCode::phantom).number(64 << 20))));
    CHECK(!read(FaslBytes().header().plain(object(FaslCode::phantom).number(1 << 20))));
  }

  TEST_CASE_FIXTURE(LinkFixture, "fasl-read: errors are Scheme errors, with Chez's texts") {
    ImageFaslLoader loader;
    t.vm.fasl_loader = &loader;
    auto const read = [&](const FaslBytes& file) {
      std::FILE* const f = std::tmpfile();
      REQUIRE(f != nullptr);
      std::fwrite(file.bytes().data(), 1, file.bytes().size(), f);
      REQUIRE(std::fseek(f, 0, SEEK_SET) == 0);
      std::string text;
      try {
        Value const v = kernel::fasl_read(test::SafePoints::of(t), ::fileno(f),
                                          static_cast<int>(Situation::visit_revisit),
                                          make_string_utf8(t, "x~y.so"), t.empty.vector);
        text = v == eof_value ? "eof" : v == fixnum(1) ? "1" : "other";
      } catch (const SchemeError& e) {
        text = e.message;
        for (Value const irritant : e.irritants) text += " " + string_utf8(irritant);
      }
      std::fclose(f);
      return text;
    };
    CHECK(read(FaslBytes().header().plain(FaslBytes().fixnum(1))) == "1");
    CHECK(read(FaslBytes().header(0x0A000000, 0).plain(FaslBytes().fixnum(1))) == "1");
    CHECK(read(FaslBytes().header()) == "eof");
    CHECK(read(FaslBytes().header(0x09050900)) ==
          "incompatible fasl-object version 9.5.9 found in ~a x~y.so");
    CHECK(read(FaslBytes().header(0x0A000000, 33)) ==
          "incompatible fasl-object machine-type a6le found in ~a x~y.so");
    CHECK(read(FaslBytes().header().plain(FaslBytes().byte(61))) ==
          "~a+0x13: unknown fasl code 61 x~y.so");
  }

  TEST_CASE_FIXTURE(LinkFixture, "bv-fasl-read: bytes of a bytevector") {
    ImageFaslLoader loader;
    t.vm.fasl_loader = &loader;
    Value const bytes = make_bytevector(t, std::string_view("..\x1a\x02..", 6));
    auto const read = [&](int kind, Word offset, Word length) {
      return kernel::bv_fasl_read(t, bytes, kind, offset, length, false_value, t.empty.vector);
    };
    CHECK(read(100, 2, 2) == fixnum(1));
    CHECK_THROWS_AS(read(101, 2, 2), SchemeError);
    CHECK_THROWS_AS(read(100, 2, 5), SchemeError);
    CHECK_THROWS_AS(read(100, ~Word{0}, 2), SchemeError);
    CHECK_THROWS_AS(read(100, 2, ~Word{0}), SchemeError);
    CHECK_THROWS_AS(read(100, 2, 1), SchemeError);
  }
}

}  // namespace
}  // namespace coracle
