// Graphs that are built outside the heap and interned.
#include <bit>
#include <utility>

#include "tests/unit/heap_fixture.h"
#include "vm/heap/values/value_arena.h"

using namespace coracle;
using namespace coracle::test;

namespace {

struct ArenaFixture : HeapFixture {
  explicit ArenaFixture(HeapOptions options = {}) : HeapFixture(std::move(options)) {}
  SymbolTable symbols{heap};
  ValueArena arena{m, symbols};

  /// The bytes of a string as std::string, of its Value.
  static std::string text(Value v) { return string_utf8(v); }
  /// A record type of the heap, as far as the collector reads one: its own type, with `words` words.
  Value make_type(Word words, SignedWord mask) {
    Value const type = make_record(m, layout::rtd_size);
    for (Word i = 0; i < layout::rtd_size; i += 8) init_field<Word>(type, i, 0);
    init_field(type, 0, type);
    init_field(type, layout::rtd_record_size,
               make_fixnum(static_cast<SignedWord>(layout::rtd_size)));
    init_field(type, layout::rtd_pointer_mask, make_fixnum(-1));
    Value const result = make_record(m, layout::rtd_size);
    for (Word i = 0; i < layout::rtd_size; i += 8) init_field<Word>(result, i, 0);
    init_field(result, 0, type);
    init_field(result, layout::rtd_record_size, make_fixnum(static_cast<SignedWord>(words * 8)));
    init_field(result, layout::rtd_pointer_mask, make_fixnum(mask));
    init_field(result, layout::rtd_mutable_pointer_mask, make_fixnum(mask));
    return result;
  }
};

}  // namespace

TEST_CASE("value arena: each kind comes over, and the arena keeps its own") {
  ArenaFixture f;
  ValueArena& a = f.arena;
  std::uint8_t const octets[] = {1, 2, 255};
  std::uint32_t const digits[] = {0, 7, 0, 9};
  std::uint32_t const small[] = {0, 0, 5};
  Value const fx = a.fxvector(3);
  init_vector(fx, 1, make_fixnum(-4));
  Value const fl = a.flvector(2);
  init_field(fl, 16, 2.5);
  auto const check = [&](Value v, bool in_arena) {
    REQUIRE(vector_length(v) == 17);
    for (Word i = 0; i < 14; ++i) {
      Value const x = vector_ref(v, i);
      CHECK(a.contains(x) == in_arena);
      CHECK(f.heap.contains(untagged(x)) != in_arena);
    }
    CHECK(car(vector_ref(v, 0)) == make_fixnum(1));
    CHECK(cdr(vector_ref(v, 0)) == nil);
    CHECK(box_ref(vector_ref(v, 1)) == true_value);
    CHECK(f.text(vector_ref(v, 2)) == "grüße, 𝒳");
    CHECK(bytevector_length(vector_ref(v, 3)) == 3);
    CHECK(bytevector_data(vector_ref(v, 3))[2] == 255);
    CHECK(fxvector_length(vector_ref(v, 4)) == 3);
    CHECK(vector_ref(vector_ref(v, 4), 0) == make_fixnum(0));
    CHECK(vector_ref(vector_ref(v, 4), 1) == make_fixnum(-4));
    CHECK(field<double>(vector_ref(v, 5), 8) == 0.0);
    CHECK(field<double>(vector_ref(v, 5), 16) == 2.5);
    CHECK(flonum_value(vector_ref(v, 6)) == -0.125);
    CHECK(bignum_negative(vector_ref(v, 7)));
    CHECK(bignum_digit(vector_ref(v, 7), 0) == 0x8000'0000);
    CHECK(bignum_length(vector_ref(v, 8)) == 3);
    CHECK(bignum_digit(vector_ref(v, 8), 0) == 7);
    CHECK(bignum_digit(vector_ref(v, 8), 2) == 9);
    CHECK(is_ratnum(vector_ref(v, 9)));
    CHECK(field<Value>(vector_ref(v, 9), layout::ratnum_numerator) == make_fixnum(2));
    CHECK(field<Value>(vector_ref(v, 9), layout::ratnum_denominator) == vector_ref(v, 8));
    CHECK(is_exactnum(vector_ref(v, 10)));
    CHECK(field<Value>(vector_ref(v, 10), layout::exactnum_imag) == vector_ref(v, 9));
    CHECK(is_inexactnum(vector_ref(v, 11)));
    CHECK(field<double>(vector_ref(v, 11), layout::inexactnum_imag) == 4.5);
    CHECK(is_symbol(vector_ref(v, 12)));
    CHECK(vector_ref(v, 12) == vector_ref(v, 13));
    CHECK(vector_ref(v, 14) == make_fixnum(5));
    CHECK(vector_ref(v, 15) == make_char(U'x'));
    CHECK(vector_ref(v, 16) == make_fixnum(6));
  };
  Value const v = a.vector(17, nil);
  Value const big = a.integer(digits, false);
  Value const ratio = a.ratnum(make_fixnum(2), big);
  Value const items[] = {a.cons(make_fixnum(1), nil),
                         a.box(true_value),
                         a.string("grüße, 𝒳"),
                         a.bytevector(octets),
                         fx,
                         fl,
                         a.flonum(-0.125),
                         a.integer(INT64_MIN),
                         big,
                         ratio,
                         a.exactnum(make_fixnum(1), ratio),
                         a.inexactnum(3.5, 4.5),
                         a.symbol("sym"),
                         a.symbol("sym"),
                         a.integer(small, false),
                         make_char(U'x'),
                         a.integer(6)};
  for (Word i = 0; i < std::size(items); ++i) init_vector(v, i, items[i]);
  check(v, true);
  Value& interned = f.root(a.intern(v));
  check(interned, false);
  check(v, true);
  CHECK(vector_ref(interned, 12) == f.symbols.intern(f.m, "sym"));
  f.collect(0, 1);
  check(interned, false);
  check(v, true);
  a.clear();
  CHECK(a.bytes_held() == 0);
  f.collect(1, 2);
  check(interned, false);
}

TEST_CASE("value arena: objects of length 0 are the heap's own") {
  ArenaFixture f;
  Value const v = f.arena.vector(4, nil);
  init_vector(v, 0, f.arena.vector(0, nil));
  init_vector(v, 1, f.arena.string(""));
  init_vector(v, 2, f.arena.bytevector({}));
  init_vector(v, 3, f.arena.symbol(""));
  f.collect(0, 1);
  Value const interned = f.arena.intern(v);
  CHECK(vector_ref(interned, 0) == f.m.empty.vector);
  CHECK(vector_ref(interned, 1) == f.m.empty.string);
  CHECK(vector_ref(interned, 2) == f.m.empty.bytevector);
  CHECK(vector_ref(interned, 3) == f.symbols.intern(f.m, ""));
  CHECK(f.arena.intern(make_fixnum(3)) == make_fixnum(3));
  CHECK(f.arena.intern(nil) == nil);
}

TEST_CASE("value arena: sharing and cycles") {
  ArenaFixture f;
  ValueArena& a = f.arena;
  Value const shared = a.flonum(1.5);
  Value const ring = a.cons(shared, nil);
  Value const box = a.box(ring);
  init_field(ring, layout::pair_cdr, box);
  Value const v = a.vector(3, ring);
  init_vector(v, 1, v);
  init_vector(v, 2, shared);
  Value const copy = a.intern(v);
  CHECK(vector_ref(copy, 1) == copy);
  CHECK(car(vector_ref(copy, 0)) == vector_ref(copy, 2));
  CHECK(box_ref(cdr(vector_ref(copy, 0))) == vector_ref(copy, 0));
  // The arena's objects are as they were.
  CHECK(vector_ref(v, 0) == ring);
  CHECK(vector_ref(v, 1) == v);
  CHECK(cdr(ring) == box);
  CHECK(box_ref(box) == ring);
  f.check();
}

TEST_CASE("value arena: each object has one copy, however many calls reach it") {
  ArenaFixture f;
  ValueArena& a = f.arena;
  Value const name = a.symbol("name");
  Value const shared = a.cons(a.flonum(1.5), name);
  Value const first = a.vector(2, shared);
  f.root(a.intern(first));
  Value& of_first = f.roots.back();
  Value of_shared = vector_ref(of_first, 0);
  CHECK(a.intern(shared) == of_shared);
  CHECK(a.intern(first) == of_first);
  // What is made afterwards, in the same block, has a copy of its own that refers to the others'. They
  // move and grow old meanwhile.
  for (int g = 0; g <= 4; ++g) {
    f.collect(g, std::min(g + 1, 4));
    of_shared = vector_ref(of_first, 0);
    Value const later = a.cons(shared, a.cons(first, name));
    Value const copy = a.intern(later);
    CHECK(car(copy) == of_shared);
    CHECK(car(cdr(copy)) == of_first);
    CHECK(cdr(cdr(copy)) == f.symbols.intern(f.m, "name"));
    CHECK(a.intern(later) == copy);
    f.check();
  }
  // A copy that nothing else refers to lives as long as the arena's object, and no longer.
  Value const alone = a.string(std::string(1000, 'x'));
  a.intern(alone);
  f.collect(0, 1);
  CHECK(f.generation(a.intern(alone)) == 1);
  Word const before = f.heap.bytes_allocated(1, -1);
  a.clear();
  f.collect(1, 1);
  CHECK(f.heap.bytes_allocated(1, -1) + 4000 <= before);
  CHECK(a.intern(a.cons(nil, nil)) != false_value);
}

TEST_CASE("value arena: a million pairs, in either direction") {
  ArenaFixture f;
  int const n = 1'000'000;
  Value list = nil, deep = nil;
  for (int i = n; i-- > 0;) {
    list = f.arena.cons(make_fixnum(i), list);
    deep = f.arena.cons(deep, make_fixnum(i));
  }
  Value const v = f.arena.vector(2, list);
  init_vector(v, 1, deep);
  Value& copy = f.root(f.arena.intern(v));
  f.heap.collect(SafePoints::stopped(f.m), {0, 1, 1});
  CHECK(is_list_of_numbers(vector_ref(copy, 0), n));
  CHECK(is_list_of_numbers(list, n));
  deep = vector_ref(copy, 1);
  for (int i = 0; i < n; ++i, deep = car(deep)) {
    if (cdr(deep) != make_fixnum(i)) FAIL("a wrong pair");
  }
  CHECK(deep == nil);
}

TEST_CASE("value arena: large objects, more than a block") {
  ArenaFixture f;
  Word const n = 300'000;
  Value const v = f.arena.vector(n, nil);
  for (Word i = 0; i < n; ++i) init_vector(v, i, f.arena.flonum(static_cast<double>(i)));
  Value const text = f.arena.string(std::string(500'000, 'x'));
  Value& copy = f.root(f.arena.intern(f.arena.cons(v, text)));
  f.collect(0, 1);
  for (Word i = 0; i < n; ++i) {
    if (flonum_value(vector_ref(car(copy), i)) != static_cast<double>(i)) FAIL("a wrong number");
  }
  CHECK(string_length(cdr(copy)) == 500'000);
  CHECK(f.arena.bytes_held() > n * 24 + 500'000 * 4);
}

TEST_CASE("value arena: what refers to the heap follows it") {
  ArenaFixture f;
  ValueArena& a = f.arena;
  Value const list = list_of_numbers(f.m, 100);
  Value const v = a.vector(4, list);
  Value const pair = a.cons(v, make_flonum(f.m, 0.5));
  init_vector(v, 1, a.box(list));
  init_vector(v, 2, a.ratnum(make_integer(f.m, INT64_MAX), make_fixnum(7)));
  init_vector(v, 3, f.symbols.intern(f.m, "kept by the arena alone"));
  for (int g = 0; g <= 4; ++g) {
    f.collect(g, std::min(g + 1, 4));
    CHECK(f.generation(vector_ref(v, 0)) == std::min(g + 1, 4));
    CHECK(is_list_of_numbers(vector_ref(v, 0), 100));
    CHECK(box_ref(vector_ref(v, 1)) == vector_ref(v, 0));
    CHECK(flonum_value(cdr(pair)) == 0.5);
    CHECK(bignum_length(field<Value>(vector_ref(v, 2), layout::ratnum_numerator)) == 2);
    CHECK(vector_ref(v, 3) == f.symbols.intern(f.m, "kept by the arena alone"));
  }
  Value const copy = a.intern(pair);
  CHECK(cdr(copy) == cdr(pair));
  CHECK(vector_ref(car(copy), 0) == vector_ref(v, 0));
  // Without the arena nothing keeps them.
  Word const before = f.heap.bytes_allocated(4, -1);
  a.clear();
  f.collect(4, 4);
  CHECK(f.heap.bytes_allocated(4, -1) < before - 1500);
}

TEST_CASE("value arena: records of the heap's types") {
  ArenaFixture f;
  // Type, reference, raw word, reference; and one of references alone.
  Value& mixed = f.root(f.make_type(4, 0b1011));
  Value& plain = f.root(f.make_type(3, -1));
  Word const raw = f.ap | 1;  // looks like a pair of the heap
  Value const r = f.arena.record(mixed);
  Value const s = f.arena.record(plain);
  CHECK(field<Value>(s, 8) == make_fixnum(0));
  init_field(r, 8, s);
  init_field(r, 16, raw);
  init_field(r, 24, list_of_numbers(f.m, 10));
  init_field(s, 8, r);
  init_field(s, 16, f.arena.string("text"));
  auto const check = [&](Value copy) {
    CHECK(field<Value>(copy, 0) == mixed);
    CHECK(field<Word>(copy, 16) == raw);
    CHECK(is_list_of_numbers(field<Value>(copy, 24), 10));
    Value const other = field<Value>(copy, 8);
    CHECK(field<Value>(other, 0) == plain);
    CHECK(field<Value>(other, 8) == copy);
    CHECK(f.text(field<Value>(other, 16)) == "text");
  };
  f.collect(0, 1);
  check(r);
  Value& copy = f.root(f.arena.intern(r));
  CHECK(copy != r);
  check(copy);
  f.collect(1, 2);
  check(copy);
  check(r);
}

TEST_CASE("value arena: interning while the heap asks for collections") {
  // Many requests for a collection come while the copy is made; it happens when it is complete.
  HeapOptions options;
  options.collect_trip_bytes = 1;
  options.verify = true;
  ArenaFixture f(options);
  ValueArena& a = f.arena;
  Value list = nil;
  for (int i = 20'000; i-- > 0;) {
    Value const text = a.string(std::to_string(i));
    Value const item = a.vector(3, text);
    init_vector(item, 1, a.symbol("symbol " + std::to_string(i % 100)));
    init_vector(item, 2, i % 10 == 0 ? cons(f.m, make_fixnum(i), nil) : list);
    list = a.cons(item, list);
    if (f.heap.take_collect_request() && i % 1000 == 0) f.collect(0, 1);
  }
  f.heap.take_collect_request();
  Value& copy = f.root(a.intern(list));
  CHECK(f.heap.take_collect_request());
  for (int g = 0; g < 3; ++g) {
    f.collect(g, g + 1);
    Value p = copy, scratch = list;
    for (int i = 0; i < 20'000; ++i, p = cdr(p), scratch = cdr(scratch)) {
      Value const item = car(p), original = car(scratch);
      bool const same =
          ArenaFixture::text(vector_ref(item, 0)) == std::to_string(i) &&
          vector_ref(item, 1) == f.symbols.intern(f.m, "symbol " + std::to_string(i % 100)) &&
          (i % 10 == 0 ? vector_ref(item, 2) == vector_ref(original, 2) &&
                             car(vector_ref(item, 2)) == make_fixnum(i)
                       : vector_ref(item, 2) == cdr(p) && vector_ref(original, 2) == cdr(scratch));
      if (!same) FAIL("item " << i << " isn't what it was");
    }
    CHECK(p == nil);
  }
}

TEST_CASE("value arena: no memory") {
  HeapOptions options;
  options.os_memory_limit = std::size_t{24} << 20;
  ArenaFixture f(options);
  Value list = nil;
  CHECK_THROWS_AS(f.arena.vector(Word{10} << 20, nil), OutOfMemory);
  CHECK_THROWS_AS(f.arena.vector(~Word{0}, nil), OutOfMemory);
  for (int i = 0; i < 800'000; ++i) list = f.arena.cons(make_fixnum(i), list);
  // The copy of `small` is begun before memory runs out on the list's behalf, and never completed.
  Value const small = f.arena.cons(f.arena.box(make_fixnum(5)), nil);
  Value const kept = f.arena.cons(small, list);
  CHECK_THROWS_AS(f.arena.intern(kept), OutOfMemory);
  CHECK(cdr(kept) == list);
  f.collect(4, 4);
  Value const copy = f.arena.intern(small);
  CHECK(f.heap.contains(untagged(copy)));
  CHECK(f.heap.contains(untagged(car(copy))));
  CHECK(box_ref(car(copy)) == make_fixnum(5));
  for (int i = 800'000; i-- > 0; list = cdr(list)) {
    if (car(list) != make_fixnum(i)) FAIL("the arena has changed");
  }
}
