// Objects of each kind through collections of each sort.
#include "tests/unit/heap_builders.h"

#include <bit>
#include <cmath>

using namespace coracle;
using namespace coracle::test;

TEST_CASE("a list survives all generations") {
  HeapFixture f;
  Value& l = f.root(list_of_numbers(f.m, 20000));
  CHECK(f.generation(l) == 0);
  for (int g = 0; g <= 4; ++g) {
    f.collect(g, std::min(g + 1, 4));
    CHECK(f.generation(l) == std::min(g + 1, 4));
    CHECK(is_list_of_numbers(l, 20000));
  }
  f.collect(4, static_generation);
  CHECK(f.generation(l) == static_generation);
  CHECK(is_list_of_numbers(l, 20000));
}

TEST_CASE("garbage goes and its memory is used again") {
  HeapFixture f;
  f.root(list_of_numbers(f.m, 1000));
  f.collect(0, 1);
  Word const small = f.heap.bytes_allocated(-1, -1);
  for (int i = 0; i < 20; ++i) {
    list_of_numbers(f.m, 200000);
    f.collect(4, 4);
  }
  CHECK(f.heap.bytes_allocated(-1, -1) == small);
  CHECK(f.heap.memory().current_bytes() < Word{32} << 20);
}

TEST_CASE("generations are promoted one by one, with what they refer to") {
  HeapFixture f;
  Value& old = f.root(make_vector(f.m, 10, nil));
  f.collect(0, 1);
  f.heap.set_vector(old, 3, list_of_numbers(f.m, 100));
  f.heap.set_vector(old, 7, old);
  f.collect(1, 1, 2);
  CHECK(f.generation(old) == 2);
  CHECK(f.generation(vector_ref(old, 3)) == 1);
  CHECK(vector_ref(old, 7) == old);
  CHECK(is_list_of_numbers(vector_ref(old, 3), 100));
  f.collect(0, 1);
  f.collect(1, 1, 2);
  CHECK(f.generation(vector_ref(old, 3)) == 2);
  CHECK(is_list_of_numbers(vector_ref(old, 3), 100));
}

TEST_CASE("the static generation comes next after the greatest one") {
  HeapFixture f;
  Value& old = f.root(list_of_numbers(f.m, 3));
  f.collect(4, 4);
  Value& young = f.root(list_of_numbers(f.m, 4));
  f.collect(4, 1, static_generation);
  CHECK(f.generation(old) == static_generation);
  CHECK(f.generation(young) == 1);
  f.heap.parameters().set_maximum_generation(6);
  f.collect(6, 1, 6);
  CHECK(f.generation(old) == static_generation);
  CHECK(f.generation(young) == 2);
  CHECK(is_list_of_numbers(old, 3));
  CHECK(is_list_of_numbers(young, 4));
}

TEST_CASE("the barrier: stores by the heap and stores in the log") {
  HeapFixture f;
  Value& v = f.root(make_vector(f.m, 5000, nil));
  Value& p = f.root(cons(f.m, nil, nil));
  Value& b = f.root(make_box(f.m, nil));
  f.collect(0, 3);
  for (Word i = 0; i < 5000; i += 700) {
    f.heap.set_vector(v, i, make_flonum(f.m, static_cast<double>(i)));
  }
  f.heap.set_box(b, cons(f.m, make_fixnum(1), nil));
  // As compiled code does it: the store, and the slot's address at the end of the area.
  Value const young = cons(f.m, make_fixnum(2), nil);
  Word const slot = untagged(p) + layout::pair_cdr;
  store(slot, young);
  f.eap -= word_bytes;
  store(f.eap, slot);
  f.collect(0, 1);
  for (Word i = 0; i < 5000; i += 700) {
    CHECK(flonum_value(vector_ref(v, i)) == static_cast<double>(i));
    CHECK(f.generation(vector_ref(v, i)) == 1);
  }
  CHECK(car(box_ref(b)) == make_fixnum(1));
  CHECK(car(cdr(p)) == make_fixnum(2));
  // The cards still say that generation 3 refers to generation 1.
  f.collect(1, 2);
  CHECK(f.generation(cdr(p)) == 2);
  CHECK(flonum_value(vector_ref(v, 700)) == 700.0);
}

TEST_CASE("each kind keeps its contents") {
  HeapFixture f;
  Mutator& m = f.m;
  Value& all = f.root(nil);
  auto const keep = [&](Value v) {
    all = cons(m, v, all);
    return v;
  };
  keep(make_string_utf8(m, "grüße"));
  keep(make_bytevector(m, "thirteen bytes"));
  Value const fx = keep(make_fxvector(m, 3));
  for (Word i = 0; i < 3; ++i) init_vector(fx, i, make_fixnum(static_cast<SignedWord>(i) - 1));
  Value const fl = keep(make_flvector(m, 2));
  init_field(fl, 8, 1.5);
  init_field(fl, 16, -0.0);
  keep(make_integer(m, INT64_MIN));
  keep(make_ratnum(m, make_unsigned(m, ~Word{0}), make_fixnum(3)));
  keep(make_exactnum(m, make_fixnum(1), make_integer(m, INT64_MAX)));
  keep(make_inexactnum(m, 2.5, -3.5));
  Value const stencil = keep(make_stencil_vector(m, 0b10110, false));
  for (Word i = 0; i < 3; ++i) init_field(stencil, 8 + 8 * i, cons(m, make_fixnum(7), nil));
  keep(make_box(m, make_box(m, true_value)));
  keep(make_vector(m, 3000, make_string_utf8(m, "large")));
  Value const immutable = keep(make_vector(m, 2, make_flonum(m, 0.5)));
  init_field<Word>(immutable, 0, type_word_of(immutable) | immutable_vector_flag);
  keep(make_phantom(m, 1000));

  auto const check_all = [&] {
    Value p = all;
    auto const next = [&] {
      Value const v = car(p);
      p = cdr(p);
      return v;
    };
    CHECK(field<Word>(next(), layout::phantom_length) == 1000);
    Value const pure = next();
    CHECK(flonum_value(vector_ref(pure, 0)) == 0.5);
    CHECK(vector_ref(pure, 0) == vector_ref(pure, 1));
    Value const large = next();
    CHECK(vector_length(large) == 3000);
    CHECK(string_utf8(vector_ref(large, 2999)) == "large");
    CHECK(vector_ref(large, 0) == vector_ref(large, 2999));
    CHECK(box_ref(box_ref(next())) == true_value);
    Value const s = next();
    CHECK(stencil_vector_mask(s) == 0b10110);
    for (Word i = 0; i < 3; ++i) CHECK(car(field<Value>(s, 8 + 8 * i)) == make_fixnum(7));
    Value const inexact = next();
    CHECK(field<double>(inexact, layout::inexactnum_real) == 2.5);
    CHECK(field<double>(inexact, layout::inexactnum_imag) == -3.5);
    Value const exact = next();
    CHECK(field<Value>(exact, layout::exactnum_real) == make_fixnum(1));
    CHECK(bignum_length(field<Value>(exact, layout::exactnum_imag)) == 2);
    Value const ratio = next();
    CHECK(bignum_digit(field<Value>(ratio, layout::ratnum_numerator), 1) == 0xFFFFFFFF);
    CHECK(field<Value>(ratio, layout::ratnum_denominator) == make_fixnum(3));
    Value const big = next();
    CHECK(bignum_negative(big));
    CHECK(bignum_digit(big, 0) == 0x80000000);
    Value const doubles = next();
    CHECK(field<double>(doubles, 8) == 1.5);
    CHECK(std::signbit(field<double>(doubles, 16)));
    Value const fixnums = next();
    CHECK(vector_ref(fixnums, 0) == make_fixnum(-1));
    Value const bytes = next();
    CHECK(bytevector_length(bytes) == 14);
    CHECK(std::string(reinterpret_cast<char*>(bytevector_data(bytes)), 14) == "thirteen bytes");
    CHECK(string_utf8(next()) == "grüße");
    CHECK(p == nil);
  };
  check_all();
  for (int g = 0; g <= 4; ++g) {
    f.collect_up(g);
    check_all();
  }
  f.collect(4, static_generation);
  check_all();
}

TEST_CASE("unused last words, as compiled code leaves them, are not references") {
  HeapFixture f;
  Mutator& m = f.m;
  Value& exact = f.root(make_exactnum(m, make_fixnum(1), make_fixnum(2)));
  Value& ratio = f.root(make_ratnum(m, make_fixnum(1), make_fixnum(2)));
  Value& vector = f.root(make_vector(m, 2, nil));
  Value& large = f.root(make_vector(m, 10000, nil));
  // References to the middle of a string.
  Value const string = make_string(m, 1000);
  for (Word i = 0; i < 1000; ++i) string_set(string, i, 0x10FFFF);
  Value const wild{(untagged(string) + 160) | static_cast<Word>(Tag::typed)};
  init_field(exact, layout::exactnum_pad, wild);
  init_field(ratio, layout::ratnum_pad, wild);
  init_field(vector, 8 + 8 * 2, wild);
  init_field(large, 8 + 8 * 10000, wild);
  for (int g = 0; g <= 4; ++g) f.collect_up(g);
  CHECK(field<Value>(ratio, layout::ratnum_denominator) == make_fixnum(2));
}

TEST_CASE("flonums stay identical, also those inside an inexact complex number") {
  HeapFixture f;
  Value& z = f.root(make_inexactnum(f.m, 1.25, 2.25));
  Value& real = f.root(tagged(untagged(z) + layout::inexactnum_real, Tag::flonum));
  Value& again = f.root(real);
  Value& imag = f.root(tagged(untagged(z) + layout::inexactnum_imag, Tag::flonum));
  // Data that looks like a forward marker is data.
  Value& marker = f.root(make_flonum(f.m, std::bit_cast<double>(forward_marker.bits)));
  f.collect(0, 1);
  CHECK(real == again);
  CHECK(flonum_value(real) == 1.25);
  CHECK(flonum_value(imag) == 2.25);
  CHECK(field<double>(z, layout::inexactnum_real) == 1.25);
  CHECK(field<double>(z, layout::inexactnum_imag) == 2.25);
  CHECK(std::bit_cast<Word>(flonum_value(marker)) == forward_marker.bits);
}

TEST_CASE("large objects stay where they are and change generation") {
  HeapFixture f;
  Value& v = f.root(make_vector(f.m, 100000, nil));
  Value& s = f.root(make_bytevector(f.m, 100000));
  Value const before = v, before_s = s;
  f.heap.set_vector(v, 99999, list_of_numbers(f.m, 3));
  f.collect(0, 1);
  CHECK(v == before);
  CHECK(s == before_s);
  CHECK(f.generation(v) == 1);
  CHECK(is_list_of_numbers(vector_ref(v, 99999), 3));
  f.heap.set_vector(v, 50000, list_of_numbers(f.m, 4));
  f.collect(0, 1);
  CHECK(is_list_of_numbers(vector_ref(v, 50000), 4));
  Word const with = f.heap.bytes_allocated(-1, -1);
  v = nil;
  f.collect(1, 2);
  CHECK(f.heap.bytes_allocated(-1, -1) + 800000 <= with);
}

TEST_CASE("memory of dead large objects serves small ones, and the other way round") {
  HeapFixture f;
  for (int i = 0; i < 500; ++i) make_bytevector(f.m, 20000);
  f.collect(0, 1);
  Word const with_large = f.heap.memory().current_bytes();
  Value& list = f.root(list_of_numbers(f.m, 400000));
  CHECK(f.heap.memory().current_bytes() <= with_large);
  list = nil;
  f.collect(0, 1);
  Word const with_small = f.heap.memory().current_bytes();
  for (int i = 0; i < 300; ++i) make_bytevector(f.m, 20000);
  CHECK(f.heap.memory().current_bytes() <= with_small);
}

TEST_CASE("records by pointer mask") {
  HeapFixture f;
  Mutator& m = f.m;
  Value& base = f.root(make_record_type(m, layout::rtd_size, make_fixnum(-1), make_fixnum(-1)));
  // Word 0 the type, 1 a Value, 2 raw, 3 a Value.
  Value& mixed = f.root(make_record_type(m, 32, make_fixnum(0b1011), make_fixnum(0b1010), base));
  Value& r = f.root(make_record(m, 32));
  init_field(r, 0, mixed);
  init_field(r, 8, list_of_numbers(m, 5));
  init_field<Word>(r, 16, 0x1234567);  // looks like a reference
  init_field(r, 24, make_flonum(m, 9.5));
  // 100 words, a mask that is a bignum: words 1, 33 and 99.
  Value const wide_mask = make_bignum(m, 4, false);
  for (Word i = 0; i < 4; ++i) init_field<std::uint32_t>(wide_mask, 8 + 4 * i, 0);
  init_field<std::uint32_t>(wide_mask, 8 + 4 * 3, 0b11);
  init_field<std::uint32_t>(wide_mask, 8 + 4 * 2, 0b10);
  init_field<std::uint32_t>(wide_mask, 8 + 4 * 0, 0b1000);
  Value& wide = f.root(make_record_type(m, 800, wide_mask, wide_mask, base));
  Value& w = f.root(make_record(m, 800));
  init_field(w, 0, wide);
  for (Word i = 1; i < 100; ++i) init_field<Word>(w, 8 * i, 0xDEADBEEF0001 + i * 16);
  for (Word const i : {1, 33, 99})
    init_field(w, 8 * i, cons(m, make_fixnum(static_cast<SignedWord>(i)), nil));
  for (int g = 0; g <= 4; ++g) {
    f.collect_up(g);
    CHECK(field<Value>(r, 0) == mixed);
    CHECK(field<Value>(base, 0) == base);
    CHECK(is_list_of_numbers(field<Value>(r, 8), 5));
    CHECK(field<Word>(r, 16) == 0x1234567);
    CHECK(flonum_value(field<Value>(r, 24)) == 9.5);
    for (Word const i : {1, 33, 99}) {
      CHECK(car(field<Value>(w, 8 * i)) == make_fixnum(static_cast<SignedWord>(i)));
    }
    CHECK(field<Word>(w, 16) == 0xDEADBEEF0001 + 32);
  }
  // A store into an old record of mixed words.
  f.heap.store(untagged(r) + 24, list_of_numbers(m, 6));
  f.collect(0, 1);
  CHECK(is_list_of_numbers(field<Value>(r, 24), 6));
}

TEST_CASE("reference bytevectors") {
  HeapFixture f;
  Word const address = f.heap.allocate(Space::reference_array, 0, bytevector_size(32));
  store<Word>(address, (32 << 3) | 1);
  Value& r = f.root(tagged(address, Tag::typed));
  Value& target = f.root(make_bytevector(f.m, "data"));
  int outside = 0;
  init_field<Word>(r, 8, target.bits + layout::reference_disp);
  init_field<Word>(r, 16, 0);
  init_field<Word>(r, 24, address_of(&outside));
  init_field<Word>(r, 32, cons(f.m, make_fixnum(3), nil).bits + layout::reference_disp);
  Value const before = target;
  f.collect_up(0);
  f.collect_up(1);
  CHECK(target != before);
  CHECK(field<Word>(r, 8) == address_of(bytevector_data(target)));
  CHECK(field<Word>(r, 16) == 0);
  CHECK(field<Word>(r, 24) == address_of(&outside));
  CHECK(car(Value{field<Word>(r, 32) - layout::reference_disp}) == make_fixnum(3));
  CHECK(f.heap.space_of(r) == Space::reference_array);
}

TEST_CASE("the greatest generation can be lowered and raised") {
  HeapFixture f;
  Value& a = f.root(list_of_numbers(f.m, 10));
  f.collect(0, 4);
  Value& b = f.root(list_of_numbers(f.m, 11));
  f.collect(0, 1);
  Value& c = f.root(cons(f.m, a, b));
  f.collect(0, 4);
  f.heap.set_car(c, list_of_numbers(f.m, 12));
  f.heap.parameters().set_maximum_generation(2);
  f.collect(2, 2);
  for (Value const v : {a, b, c}) CHECK(f.generation(v) == 2);
  CHECK(is_list_of_numbers(a, 10));
  CHECK(is_list_of_numbers(b, 11));
  CHECK(is_list_of_numbers(car(c), 12));
  f.heap.parameters().set_maximum_generation(5);
  f.collect(5, 5);
  CHECK(f.generation(a) == 5);
}

TEST_CASE("list bits go with their pairs") {
  HeapFixture f;
  Value& l = f.root(list_of_numbers(f.m, 4));
  f.heap.set_list_bits(l, 1);
  f.heap.set_list_bits(cdr(l), 2);
  f.collect_up(0);
  CHECK(f.heap.list_bits(l) == 1);
  CHECK(f.heap.list_bits(cdr(l)) == 2);
  CHECK(f.heap.list_bits(cdr(cdr(l))) == 0);
}

TEST_CASE("phantom bytevectors count as memory") {
  HeapFixture f;
  Word const before = f.heap.bytes_allocated(-1, -1);
  Word const memory = f.heap.memory().current_bytes();
  Value& p = f.root(make_phantom(f.m, 1 << 20));
  CHECK(f.heap.bytes_allocated(-1, -1) >= before + (1 << 20));
  CHECK(f.heap.memory().current_bytes() >= memory + (1 << 20));
  f.collect(0, 1);
  CHECK(f.heap.bytes_allocated(1, -1) >= 1 << 20);
  f.heap.adjust_phantom(p, 5);
  CHECK(f.heap.bytes_allocated(1, -1) < 1 << 20);
  p = nil;
  f.collect(1, 1);
  CHECK(f.heap.bytes_allocated(-1, -1) < before + 1000);
}

TEST_CASE("collect-trip-bytes asks for a collection, allocation never makes one") {
  HeapOptions options;
  options.collect_trip_bytes = 1 << 20;
  HeapFixture f(options);
  int asked = 0;
  f.heap.on_collect_request([](void* n) { ++*static_cast<int*>(n); }, &asked);
  Value const first = list_of_numbers(f.m, 1000);
#if !CORACLE_STRESS
  CHECK(asked == 0);
#endif
  for (int i = 0; i < 100; ++i) list_of_numbers(f.m, 1000);
  CHECK(asked > 0);
  CHECK(f.heap.take_collect_request());
  CHECK_FALSE(f.heap.take_collect_request());
  CHECK(is_list_of_numbers(first, 1000));
}

TEST_CASE("the census counts what survives") {
  HeapFixture f;
  SymbolTable table(f.heap);
  f.heap.parameters().counts_enabled = true;
  Value& l = f.root(list_of_numbers(f.m, 100));
  Value& v = f.root(make_vector(f.m, 9, make_flonum(f.m, 1.0)));
  f.collect(0, 1);
  auto const count = [&](const char* kind, Value generation, Value* bytes = nullptr) {
    Value const name = table.intern(f.m, kind);
    for (Value p = object_counts(f.m); p != nil; p = cdr(p)) {
      if (car(car(p)) != name) continue;
      for (Value q = cdr(car(p)); q != nil; q = cdr(q)) {
        if (car(car(q)) != generation) continue;
        if (bytes != nullptr) *bytes = cdr(cdr(car(q)));
        return fixnum_value(car(cdr(car(q))));
      }
    }
    return SignedWord{0};
  };
  Value bytes = nil;
  CHECK(count("pair", make_fixnum(1)) == 100);
  CHECK(count("vector", make_fixnum(1), &bytes) >= 1);
  CHECK(fixnum_value(bytes) >= 80);
  CHECK(count("flonum", make_fixnum(1)) == 1);
  CHECK(count("pair", make_fixnum(2)) == 0);
  l = cdr(l);
  v = nil;
  f.collect(1, 2);
  CHECK(count("pair", make_fixnum(1)) == 0);
  CHECK(count("pair", make_fixnum(2)) == 99);
  CHECK(count("flonum", make_fixnum(2)) == 0);
  f.collect(4, static_generation);
  CHECK(count("pair", table.intern(f.m, "static")) >= 99);
}

TEST_CASE("a heap with two mutators: areas, logs and guardians of both") {
  HeapFixture f;
  Word ap = 0, eap = 0, real_eap = 0;
  Value entries = nil;
  Mutator other{f.heap, {&ap, &eap, &real_eap}, f.m.empty, 0, &entries};
  f.heap.attach(other);
  CHECK(f.heap.mutators().size() == 2);

  // Each has an area of its own.
  Value& list = f.root(list_of_numbers(other, 100));
  Value& box = f.root(make_box(f.m, list));
  CHECK((f.ap < ap || f.ap > real_eap));
  f.check();
  Word const live = f.heap.bytes_allocated(-1, -1);
  cons(other, nil, nil);
  CHECK(f.heap.bytes_allocated(-1, -1) == live + 16);
  f.collect(0, 2);
  CHECK(f.generation(list) == 2);

  // A store that the second one has logged, as compiled code does.
  Value const young = cons(other, make_fixnum(5), nil);
  Word const slot = untagged(box) + layout::box_ref;
  store(slot, young);
  eap -= word_bytes;
  store(eap, slot);
  // And an object that it watches.
  Value& guardian = f.root(f.make_guardian());
  std::swap(entries, f.guardian_entries);
  f.watch(guardian, cons(other, make_fixnum(6), nil), make_fixnum(7));
  std::swap(entries, f.guardian_entries);
  f.collect(0, 1);
  CHECK(f.generation(box_ref(box)) == 1);
  CHECK(car(box_ref(box)) == make_fixnum(5));
  CHECK(entries == nil);
  CHECK(f.retrieve(guardian) == make_fixnum(7));
  CHECK(eap == real_eap);

  f.heap.detach(other);
  CHECK(f.heap.mutators().size() == 1);
  CHECK(is_list_of_numbers(list, 100));
}
