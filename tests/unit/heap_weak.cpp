// Weak pairs, ephemerons, guardians, the symbol table, eq-hashtables.
#include "tests/unit/heap_builders.h"
#include "vm/heap/collect/registrations.h"

using namespace coracle;
using namespace coracle::test;

TEST_CASE("weak pairs let go of objects that nothing else refers to") {
  HeapFixture f;
  Value& held = f.root(cons(f.m, make_fixnum(1), nil));
  Value& a = f.root(weak_cons(f.m, held, make_fixnum(10)));
  Value& b = f.root(weak_cons(f.m, cons(f.m, make_fixnum(2), nil), cons(f.m, make_fixnum(3), nil)));
  Value& number = f.root(weak_cons(f.m, make_fixnum(5), nil));
  f.collect_up(0);
  CHECK(car(a) == held);
  CHECK(cdr(a) == make_fixnum(10));
  CHECK(car(b) == broken_weak_pointer);
  CHECK(car(cdr(b)) == make_fixnum(3));
  CHECK(car(number) == make_fixnum(5));
  CHECK(f.heap.space_of(a) == Space::weak_pair);
  // An old weak pair that refers to a new object, by its dirty card.
  f.collect_up(1);
  f.heap.set_car(a, cons(f.m, make_fixnum(6), nil));
  Value& young = f.root(cons(f.m, make_fixnum(7), nil));
  f.heap.set_car(b, young);
  f.collect_up(0);
  CHECK(car(a) == broken_weak_pointer);
  CHECK(car(b) == young);
  f.collect_up(1);
  CHECK(car(b) == young);
}

TEST_CASE("weak pairs and flonums") {
  HeapFixture f;
  Value& d = f.root(make_flonum(f.m, 1.5));
  Value& a = f.root(weak_cons(f.m, d, make_flonum(f.m, 2.5)));
  Value& b = f.root(weak_cons(f.m, make_flonum(f.m, 3.5), nil));
  f.collect_up(0);
  CHECK(car(a) == d);
  CHECK(flonum_value(cdr(a)) == 2.5);
  CHECK(car(b) == broken_weak_pointer);
}

TEST_CASE("an ephemeron's value lives as long as its key") {
  HeapFixture f;
  Value& key = f.root(cons(f.m, make_fixnum(1), nil));
  // The value refers to the key: that doesn't keep it.
  Value& a = f.root(ephemeron_cons(f.m, key, cons(f.m, key, nil)));
  Value const other = cons(f.m, make_fixnum(2), nil);
  Value& b = f.root(ephemeron_cons(f.m, other, cons(f.m, other, nil)));
  Value& c = f.root(ephemeron_cons(f.m, make_fixnum(3), cons(f.m, make_fixnum(4), nil)));
  f.collect_up(0);
  CHECK(car(a) == key);
  CHECK(car(cdr(a)) == key);
  CHECK(car(b) == broken_weak_pointer);
  CHECK(cdr(b) == broken_weak_pointer);
  CHECK(car(cdr(c)) == make_fixnum(4));
  key = nil;
  f.collect_up(1);
  CHECK(car(a) == broken_weak_pointer);
}

TEST_CASE("a chain of ephemerons, keys reached through values, in any order") {
  for (bool const forwards : {true, false}) {
    HeapFixture f;
    constexpr int n = 2000;
    std::vector<Value> keys;
    for (int i = 0; i <= n; ++i) keys.push_back(cons(f.m, make_fixnum(i), nil));
    Value ephemerons = nil;
    for (int i = 0; i < n; ++i) {
      std::size_t const k = static_cast<std::size_t>(forwards ? i : n - 1 - i);
      ephemerons = cons(f.m, ephemeron_cons(f.m, keys[k], keys[k + 1]), ephemerons);
    }
    Value& all = f.root(ephemerons);
    Value& first = f.root(keys[0]);
    f.collect_up(0);
    int live = 0;
    for (Value p = all; p != nil; p = cdr(p)) live += car(car(p)) != broken_weak_pointer;
    CHECK(live == n);
    first = nil;
    f.collect_up(1);
    live = 0;
    for (Value p = all; p != nil; p = cdr(p)) live += car(car(p)) != broken_weak_pointer;
    CHECK(live == 0);
  }
}

TEST_CASE("old ephemerons with new keys and values") {
  HeapFixture f;
  Value& e = f.root(ephemeron_cons(f.m, make_fixnum(0), nil));
  Value& gone = f.root(ephemeron_cons(f.m, make_fixnum(0), nil));
  f.collect(0, 2);
  Value& key = f.root(cons(f.m, make_fixnum(1), nil));
  f.heap.set_car(e, key);
  f.heap.set_cdr(e, list_of_numbers(f.m, 3));
  f.heap.set_car(gone, cons(f.m, make_fixnum(1), nil));
  f.heap.set_cdr(gone, list_of_numbers(f.m, 3));
  f.collect(0, 1);
  CHECK(car(e) == key);
  CHECK(is_list_of_numbers(cdr(e), 3));
  CHECK(car(gone) == broken_weak_pointer);
  f.collect(1, 2);
  CHECK(car(e) == key);
  CHECK(is_list_of_numbers(cdr(e), 3));
}

TEST_CASE("a guardian gets what became unreachable, once") {
  HeapFixture f;
  Value& g = f.root(f.make_guardian());
  Value& held = f.root(cons(f.m, make_fixnum(1), nil));
  f.watch(g, held, held);
  Value const dying = cons(f.m, make_fixnum(2), make_flonum(f.m, 0.5));
  f.watch(g, dying, dying);
  Value const with_representative = cons(f.m, make_fixnum(3), nil);
  f.watch(g, with_representative, make_fixnum(33));
  f.collect_up(0);
  CHECK(f.guardian_entries == nil);
  std::vector<Value> got;
  for (Value v = f.retrieve(g); v != false_value; v = f.retrieve(g)) got.push_back(v);
  REQUIRE(got.size() == 2);
  bool const first_is_pair = is_pair(got[0]);
  Value const pair = first_is_pair ? got[0] : got[1];
  CHECK(car(pair) == make_fixnum(2));
  CHECK(flonum_value(cdr(pair)) == 0.5);
  CHECK((first_is_pair ? got[1] : got[0]) == make_fixnum(33));
  held = nil;
  f.collect_up(0);  // too old for this collection
  CHECK(f.retrieve(g) == false_value);
  f.collect_up(1);
  Value const late = f.retrieve(g);
  REQUIRE(is_pair(late));
  CHECK(car(late) == make_fixnum(1));
  CHECK(bytes_finalized(f.heap) > 0);
  f.collect_up(4);
  CHECK(f.retrieve(g) == false_value);
}

TEST_CASE("guardians of guardians, and a guardian that dies") {
  HeapFixture f;
  Value& outer = f.root(f.make_guardian());
  {
    Value const inner = f.make_guardian();
    Value const object = cons(f.m, make_fixnum(5), nil);
    f.watch(inner, object, object);
    f.watch(outer, inner, inner);
    // A guardian that nobody holds takes its entries along.
    Value const lost = f.make_guardian();
    Value const never_seen = cons(f.m, make_fixnum(6), nil);
    f.watch(lost, never_seen, never_seen);
  }
  f.collect_up(0);
  Value& inner = f.root(f.retrieve(outer));
  REQUIRE(is_pair(inner));
  Value const object = f.retrieve(inner);
  REQUIRE(is_pair(object));
  CHECK(car(object) == make_fixnum(5));
}

TEST_CASE("ordered guardians") {
  HeapFixture f;
  Value& g = f.root(f.make_guardian());
  // a refers to b: a is handed over, b not yet.
  Value const b = cons(f.m, make_fixnum(2), nil);
  Value const a = cons(f.m, make_fixnum(1), b);
  f.watch(g, b, b, true);
  f.watch(g, a, a, true);
  f.collect_up(0);
  Value& first = f.root(f.retrieve(g));
  REQUIRE(is_pair(first));
  CHECK(car(first) == make_fixnum(1));
  CHECK(f.retrieve(g) == false_value);
  first = nil;
  f.collect_up(1);
  Value const second = f.retrieve(g);
  REQUIRE(is_pair(second));
  CHECK(car(second) == make_fixnum(2));
}

TEST_CASE("an object of an ordered guardian that refers to itself") {
  HeapFixture f;
  Value& g = f.root(f.make_guardian());
  Value const a = cons(f.m, make_fixnum(1), nil);
  f.heap.set_cdr(a, a);
  f.watch(g, a, a, true);
  f.collect_up(0);
  f.collect_up(1);
  // It keeps itself from being handed over: as with the original.
  CHECK(f.retrieve(g) == false_value);
}

TEST_CASE("unregistering a guardian's objects") {
  HeapFixture f;
  Value& g = f.root(f.make_guardian());
  Value& old = f.root(cons(f.m, make_fixnum(1), nil));
  f.watch(g, old, old);
  f.collect_up(0);
  Value& young = f.root(cons(f.m, make_fixnum(2), nil));
  Value& other = f.root(f.make_guardian());
  f.watch(g, young, make_fixnum(22));
  f.watch(other, young, young);
  f.watch(g, young, make_fixnum(23));
  Value& all = f.root(unregister_guardian(f.m, g));
  int n = 0;
  for (Value p = all; p != nil; p = cdr(p)) ++n;
  CHECK(n == 3);
  all = old = young = nil;
  f.collect_up(1);
  CHECK(f.retrieve(g) == false_value);
  CHECK(is_pair(f.retrieve(other)));
}

TEST_CASE("symbols: interned once, dropped when nobody needs them") {
  HeapFixture f;
  SymbolTable table(f.heap);
  std::size_t const before = table.size();
  Value& held = f.root(table.intern(f.m, "held"));
  Value const valued = table.intern(f.m, "valued");
  f.heap.store(untagged(valued) + layout::symbol_value, list_of_numbers(f.m, 3));
  Value const with_property = table.intern(f.m, "with-property");
  f.heap.store(untagged(with_property) + layout::symbol_plist, list_of_numbers(f.m, 2));
  for (int i = 0; i < 10000; ++i) table.intern(f.m, "junk-" + std::to_string(i));
  Value& gensym =
      f.root(table.intern_gensym(f.m, U"pretty", U"unique-1", false_value, false_value));
  CHECK(table.intern_gensym(f.m, U"other", U"unique-1", false_value, false_value) == gensym);
  CHECK(table.intern(f.m, "unique-1") != gensym);
  CHECK(table.size() == before + 10005);
  f.collect_up(0);
  CHECK(table.size() == before + 4);
  CHECK(table.intern(f.m, "held") == held);
  Value const again = table.intern(f.m, "valued");
  CHECK(is_list_of_numbers(field<Value>(again, layout::symbol_value), 3));
  CHECK(f.generation(again) == 1);
  CHECK(string_utf8(field<Value>(again, layout::symbol_name)) == "valued");
  CHECK(field<Value>(again, layout::symbol_hash) ==
        make_fixnum(static_cast<SignedWord>(symbol_hash(U"valued"))));
  CHECK(table.intern_gensym(f.m, U"x", U"unique-1", false_value, false_value) == gensym);
  Value& uninterned = f.root(table.make_uninterned(f.m, make_string_utf8(f.m, "u")));
  CHECK(cdr(field<Value>(uninterned, layout::symbol_name)) == false_value);
  held = nil;
  f.collect_up(1);
  CHECK(table.size() == before + 3);
  // A generated name, given late.
  Value& late = f.root(table.make_uninterned(f.m, make_string_utf8(f.m, "g0")));
  f.collect_up(0);
  Value const name = cons(f.m, make_string_utf8(f.m, "unique-2"), make_string_utf8(f.m, "g0"));
  CHECK(table.intern_existing_gensym(f.m, late, name));
  CHECK_FALSE(table.intern_existing_gensym(f.m, late, name));
  f.collect_up(0);
  CHECK(table.intern_gensym(f.m, U"g0", U"unique-2", false_value, false_value) == late);
}

TEST_CASE("eq-hashtables are rehashed when their keys move") {
  for (SignedWord const weak : {0, 1}) {
    HeapFixture f;
    EqTable const t(f, f.root(make_eq_table(f, 64, weak)));
    std::vector<Value*> keys;
    for (int i = 0; i < 500; ++i) {
      Value& key = f.root(cons(f.m, make_fixnum(i), nil));
      keys.push_back(&key);
      t.add(weak != 0 ? weak_cons(f.m, key, make_fixnum(i)) : cons(f.m, key, make_fixnum(i)));
      if (i % 50 == 0) f.collect_up(i / 50 % 4);
    }
    for (int g = 0; g <= 4; ++g) {
      f.collect_up(g);
      for (int i = 0; i < 500; ++i) {
        CHECK(cdr(t.find(*keys[static_cast<std::size_t>(i)])) == make_fixnum(i));
      }
    }
    for (std::size_t i = 0; i < 500; i += 2) *keys[i] = nil;
    f.collect_up(4);
    CHECK(t.size() == (weak != 0 ? 250 : 500));
    for (std::size_t i = 1; i < 500; i += 2) {
      CHECK(cdr(t.find(*keys[i])) == make_fixnum(static_cast<SignedWord>(i)));
    }
  }
}
