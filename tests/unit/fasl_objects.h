// Fasl objects written by hand that several tests read: record type descriptors, code, one object with
// every code; and objects that lie, each with the expected message.
#pragma once

#include <string>
#include <vector>

#include "tests/unit/fasl_bytes.h"
#include "vm/heap/objects/layout.h"

namespace coracle::test {

inline FaslBytes object(FaslCode code) { return FaslBytes().code(code); }
inline FaslBytes reference(std::uint64_t mark) { return object(FaslCode::graph_ref).number(mark); }
inline FaslBytes empty_list() { return object(FaslCode::immediate).number(nil.bits); }

/// The nine fields of a record type descriptor, each with the byte for its type.
struct DescriptorFields {
  std::u32string_view name;
  FaslBytes ancestry;
  FaslBytes size, mask = FaslBytes().fixnum(-1), mutable_mask = FaslBytes().fixnum(0);

  FaslBytes bytes() const {
    FaslBytes b;
    b.byte(0).raw(ancestry.bytes()).byte(0).raw(size.bytes()).byte(0).raw(mask.bytes());
    b.byte(0).raw(mutable_mask.bytes()).byte(0).symbol(name).byte(0).raw(empty_list().bytes());
    return b.byte(0).fixnum(0).byte(0).symbol(name).byte(0).fixnum(0);
  }
};
inline constexpr unsigned descriptor_fields = 9;

/// A vector of what descends from what, the type itself (a graph mark) last.
inline FaslBytes ancestry_of(unsigned own_mark) {
  return object(FaslCode::vector)
      .number(3)
      .fixnum(0)
      .code(FaslCode::base_rtd)
      .code(FaslCode::graph_ref)
      .number(own_mark);
}

/// A record type descriptor; the base type is its own type. `mask`: which words of an instance are
/// references.
inline FaslBytes descriptor(std::u32string_view name, std::int64_t size, bool base = false,
                            std::int64_t mask = -1) {
  FaslBytes b = object(FaslCode::graph);
  b.number(1).number(0).code(FaslCode::graph_def).number(0);
  if (base) b.code(FaslCode::record);
  else b.code(FaslCode::rtd).symbol(name);
  b.number(layout::rtd_size).number(descriptor_fields);
  if (base) b.raw(reference(0).bytes());
  else b.code(FaslCode::base_rtd);
  FaslBytes ancestry = object(FaslCode::vector);
  ancestry.number(2).code(FaslCode::immediate).number(false_value.bits).raw(reference(0).bytes());
  return b.raw(DescriptorFields{name, ancestry, FaslBytes().fixnum(size), FaslBytes().fixnum(mask)}
                   .bytes()
                   .bytes());
}

/// The same as a plain record with a graph mark of the object around it, of the type `type`.
inline FaslBytes plain_descriptor(unsigned mark, const FaslBytes& type, const FaslBytes& size,
                                  const FaslBytes& mask = FaslBytes().fixnum(-1)) {
  FaslBytes b = object(FaslCode::graph_def);
  b.number(mark).code(FaslCode::record).number(layout::rtd_size).number(descriptor_fields);
  b.raw(type.bytes());
  return b.raw(DescriptorFields{U"t", ancestry_of(mark), size, mask}.bytes().bytes());
}

/// A record of one-word fields.
inline FaslBytes instance(std::uint64_t size, const FaslBytes& type,
                          const std::vector<FaslBytes>& fields) {
  FaslBytes b = object(FaslCode::record);
  b.number(size).number(fields.size()).raw(type.bytes());
  for (const FaslBytes& f : fields) b.byte(0).raw(f.bytes());
  return b;
}

/// A code object of `length` bytes of instructions (FaslBytes) whose name, arity mask and so on are numbers; what follows are
/// its relocations.
inline FaslBytes code_head(std::uint64_t length, std::u32string_view name,
                           std::uint64_t free_variables = 0, unsigned flags = code_flag_system) {
  FaslBytes b = object(FaslCode::code);
  b.byte(flags).number(free_variables).number(length).string(name).fixnum(-2).fixnum(3);
  b.raw(empty_list().bytes());
  return b.instructions(length);
}

/// Every code once, in one object: a vector of 34.
inline FaslBytes everything() {
  FaslBytes b = object(FaslCode::graph);
  b.number(2).number(0).code(FaslCode::vector).number(34);
  b.code(FaslCode::graph_def).number(0).code(FaslCode::box).code(FaslCode::graph_ref).number(0);
  b.code(FaslCode::immutable_box).fixnum(1);
  b.symbol(U"abc").string(U"d\u03bb").code(FaslCode::immutable_string).text(U"e");
  b.code(FaslCode::gensym).text(U"g").text(U"unique").code(FaslCode::uninterned_symbol).text(U"u");
  b.code(FaslCode::ratnum).fixnum(1).fixnum(2).code(FaslCode::exactnum).fixnum(1).fixnum(2);
  b.code(FaslCode::inexactnum).flonum(1).flonum(2).fixnum(-300000);
  b.code(FaslCode::large_integer).byte(1).number(3).number(1).number(2).number(3);
  b.code(FaslCode::vector).number(2).fixnum(1).fixnum(2);
  b.code(FaslCode::immutable_vector).number(1).fixnum(1);
  b.code(FaslCode::pair).number(2).fixnum(1).fixnum(2).raw(empty_list().bytes());
  b.code(FaslCode::weak_pair).fixnum(1).fixnum(2).code(FaslCode::ephemeron).fixnum(1).fixnum(2);
  b.code(FaslCode::entry).number(1);
  b.code(FaslCode::library).number(7).code(FaslCode::library_code).number(7);
  b.code(FaslCode::base_rtd).raw(descriptor(U"every", 32).bytes());
  b.code(FaslCode::fxvector).number(2).integer(1).integer(-1000);
  b.code(FaslCode::flvector).number(1).flonum(0);
  b.code(FaslCode::bytevector).number(3).raw("xyz");
  b.code(FaslCode::immutable_bytevector).number(1).raw("x");
  b.code(FaslCode::stencil_vector).number(3).fixnum(1).fixnum(2);
  b.code(FaslCode::system_stencil_vector).number(1).fixnum(1);
  b.code(FaslCode::eq_hashtable).byte(1).byte(0).number(8).number(8).number(1).fixnum(1).fixnum(2);
  b.code(FaslCode::symbol_hashtable).byte(1).number(8).byte(0).number(8).number(1).symbol(U"k");
  b.fixnum(2);
  b.code(FaslCode::begin).number(2).code(FaslCode::graph_def).number(1).fixnum(5);
  b.code(FaslCode::graph_ref).number(1);
  FaslBytes code = code_head(32, U"f");
  code.number(4).byte(1 << 2).number(65 + 4).string(U"constant").byte(1).number(12).fixnum(1);
  b.code(FaslCode::closure).number(65).raw(code.bytes());
  b.code(FaslCode::phantom).number(10);
  b.code(FaslCode::record).number(24).number(2).raw(descriptor(U"two", 24, false, 0b11).bytes());
  b.byte(0).fixnum(1);
  b.byte(8).integer(-1);
  return b;
}

// --- Objects that lie.

struct FaslLie {
  const char* name;
  FaslBytes bytes;
  const char* message;  // a part of it
};

/// Objects whose size or layout follows from another object of the same file, which lies about it.
inline std::vector<FaslLie> lies_about_layout() {
  std::vector<FaslLie> lies;
  FaslBytes const base = object(FaslCode::base_rtd), number = FaslBytes().fixnum(1);
  auto const graph = [](std::initializer_list<FaslBytes> parts) {
    FaslBytes b = object(FaslCode::graph);
    b.number(4).number(0).code(FaslCode::vector).number(parts.size());
    for (const FaslBytes& p : parts) b.raw(p.bytes());
    return b;
  };
  auto const marked = [](unsigned mark, const FaslBytes& what) {
    return object(FaslCode::graph_def).number(mark).raw(what.bytes());
  };
  auto const size = [](std::int64_t n) { return FaslBytes().fixnum(n); };

  // A type of types whose instances are too small to be types: what would be their size lies behind them.
  FaslBytes const behind = object(FaslCode::vector)
                               .number(8)
                               .fixnum(-1)
                               .fixnum(0)
                               .fixnum(0)
                               .fixnum(0)
                               .fixnum(0)
                               .fixnum(0)
                               .fixnum(0)
                               .fixnum(0);
  lies.push_back(
      {"a record type smaller than one",
       graph({plain_descriptor(0, base, size(16)), marked(1, instance(16, reference(0), {number})),
              behind, instance(16, reference(1), {number})}),
       "the type of a record is not a record type descriptor"});
  lies.push_back({"a record type with numbers for its size",
                  graph({plain_descriptor(0, base, size(80), FaslBytes().fixnum(3)),
                         object(FaslCode::graph_def)
                             .number(1)
                             .code(FaslCode::record)
                             .number(80)
                             .number(9)
                             .raw(reference(0).bytes())
                             .byte(0)
                             .raw(ancestry_of(1).bytes())
                             .byte(8)
                             .integer(16)
                             .byte(8)
                             .integer(0x1007)
                             .byte(8)
                             .integer(0)
                             .byte(8)
                             .integer(0)
                             .byte(8)
                             .integer(0)
                             .byte(8)
                             .integer(0)
                             .byte(8)
                             .integer(0)
                             .byte(8)
                             .integer(0),
                         instance(16, reference(1), {number})}),
                  "the type of a record is not a record type descriptor"});
  lies.push_back(
      {"a record of another size than its type's",
       graph({plain_descriptor(0, base, size(48)), instance(16, reference(0), {number})}),
       "found a type for records of another size, expected one for 16 bytes"});
  lies.push_back(
      {"a record whose type is a record",
       graph({plain_descriptor(0, base, size(16)), marked(1, instance(16, reference(0), {number})),
              instance(16, reference(1), {number})}),
       "the type of a record is not a record type descriptor"});
  lies.push_back({"a record that is its own type",
                  graph({marked(0, instance(80, reference(0), std::vector<FaslBytes>(9, number)))}),
                  "the type of a record is not a record type descriptor"});
  lies.push_back(
      {"two records that are each other's type",
       graph({marked(0, instance(16, marked(1, instance(16, reference(0), {number})), {number}))}),
       "the type of a record is not a record type descriptor"});
  // A type says first one thing, then another: an instance in the midst of it.
  FaslBytes raw = object(FaslCode::record);
  raw.number(16).number(1).raw(reference(0).bytes()).byte(8).integer(0x1007);
  FaslBytes late_mask = object(FaslCode::begin);
  late_mask.number(2).raw(raw.bytes()).fixnum(-1);
  lies.push_back({"a number that becomes a reference when its type is complete",
                  graph({plain_descriptor(0, base, size(16), late_mask)}),
                  "found a number at byte 8 of a record"});
  FaslBytes late_size = object(FaslCode::begin);
  late_size.number(2).raw(raw.bytes()).fixnum(1024);
  lies.push_back({"a record that is too small when its type is complete",
                  graph({plain_descriptor(0, base, late_size, FaslBytes().fixnum(0))}),
                  "found a type for records of another size"});
  lies.push_back({"a record type without a size",
                  graph({plain_descriptor(0, base, object(FaslCode::string).text(U"16"))}),
                  "found a record type descriptor without a size"});
  lies.push_back({"a record type for less than a word",
                  graph({plain_descriptor(0, base, size(-16))}),
                  "found a record type descriptor without a size"});
  for (FaslBytes const& mask :
       {FaslBytes().fixnum(-2), object(FaslCode::string).text(U"1"),
        object(FaslCode::large_integer).byte(1).number(3).number(1).number(0).number(0)}) {
    lies.push_back({"a record type without a mask",
                    graph({plain_descriptor(0, base, size(1024), mask)}),
                    "found a record type descriptor without a mask"});
  }
  for (FaslBytes const& ancestry : {number, object(FaslCode::vector).number(1).fixnum(1)}) {
    FaslBytes type = object(FaslCode::record);
    type.number(80).number(9).raw(base.bytes());
    type.raw(DescriptorFields{U"t", ancestry, size(16)}.bytes().bytes());
    lies.push_back({"a record type without ancestry", graph({type}),
                    "found a record type descriptor without ancestry"});
  }
  lies.push_back({"a registered record type that is another sort of record",
                  object(FaslCode::rtd)
                      .symbol(U"u")
                      .number(16)
                      .number(1)
                      .raw(descriptor(U"v", 16).bytes())
                      .byte(0)
                      .fixnum(1),
                  "expected a record type descriptor"});

  lies.push_back(
      {"a closure over code with free variables",
       object(FaslCode::closure).number(65).raw(code_head(8, U"f", 1000).number(0).bytes()),
       "expected code without any"});
  lies.push_back({"a closure over a continuation's code",
                  object(FaslCode::closure)
                      .number(65)
                      .raw(code_head(8, U"f", 0, code_flag_continuation).number(0).bytes()),
                  "expected it once, in the base boot file"});
  lies.push_back({"a closure over a number", object(FaslCode::closure).number(65).fixnum(1),
                  "the code of a closure is not a code object"});
  lies.push_back({"a closure that enters its code elsewhere",
                  object(FaslCode::closure).number(66).raw(code_head(8, U"f").number(0).bytes()),
                  "expected 65"});
  lies.push_back({"a relocation behind its code",
                  code_head(16, U"f").number(1).byte(4).number(65 + 9).fixnum(1),
                  "relocation at byte 9 of a code object of 16"});
  lies.push_back(
      {"a relocation table that is too short",
       code_head(16, U"f").number(2).byte(1).number(65 + 4).fixnum(1).raw(behind.bytes()),
       "relocation of 3 words"});
  lies.push_back({"a stencil vector of more words than its mask has bits for",
                  object(FaslCode::stencil_vector)
                      .number(~std::uint64_t{0})
                      .raw(std::vector<std::uint8_t>(64, 0x1B)),
                  "more than 58 bits"});
  lies.push_back({"a hash table with a symbol's entry for a number",
                  object(FaslCode::symbol_hashtable)
                      .byte(0)
                      .number(8)
                      .byte(0)
                      .number(8)
                      .number(1)
                      .fixnum(1)
                      .fixnum(1),
                  "not a symbol"});
  lies.push_back({"a ratnum without a denominator", object(FaslCode::ratnum).fixnum(1).fixnum(0),
                  "the denominator of a ratnum"});
  return lies;
}

/// Objects that nest `height` deep, each of which promises `n` more parts. Taken by itself, no promise is
/// greater than the number of bytes that follow.
inline std::vector<FaslLie> towers(std::uint64_t height, std::uint64_t n) {
  struct Sort {
    const char* name;
    FaslBytes floor;
    const char* message;
  };
  std::vector<Sort> sorts;
  auto const sort = [&](const char* name, const FaslBytes& floor, const char* message) {
    sorts.push_back({name, floor, message});
  };
  constexpr const char* too_many = "and the enclosing objects need ";
  sort("graphs", object(FaslCode::graph).number(n).number(0), "marks, expected at most ");
  sort("vectors", object(FaslCode::vector).number(n), too_many);
  sort("immutable vectors", object(FaslCode::immutable_vector).number(n), too_many);
  sort("flvectors", object(FaslCode::flvector).number(n), too_many);
  sort("lists", object(FaslCode::pair).number(n), too_many);
  sort("code", object(FaslCode::code).byte(0).number(0).number(n), too_many);
  sort("records", object(FaslCode::record).number(8 + 23 * n).number(n), too_many);
  sort("eq-hashtables",
       object(FaslCode::eq_hashtable)
           .byte(1)
           .byte(0)
           .number(8)
           .number(std::uint64_t{1} << 40)
           .number(n),
       too_many);
  sort("stencil vectors", object(FaslCode::stencil_vector).number((std::uint64_t{1} << 58) - 1),
       too_many);
  std::vector<FaslLie> result;
  for (const Sort& s : sorts) {
    FaslBytes b;
    for (std::uint64_t i = 0; i < height; ++i) b.raw(s.floor.bytes());
    b.raw(std::vector<std::uint8_t>(static_cast<std::size_t>(n), 0x1B));
    result.push_back({s.name, b, s.message});
  }
  // The marks of the outermost graph are the externals of all the others.
  FaslBytes b = object(FaslCode::graph);
  b.number(n).number(0);
  for (std::uint64_t i = 0; i < height; ++i) b.code(FaslCode::graph).number(n).number(n);
  b.raw(std::vector<std::uint8_t>(static_cast<std::size_t>(n), 0x1B));
  result.push_back({"graphs with externals", b, "marks, expected at most "});
  return result;
}

}  // namespace coracle::test
