// Objects that stay in place.
#include "tests/unit/heap_fixture.h"
#include "vm/heap/values/locked_objects.h"

using namespace coracle;
using namespace coracle::test;

TEST_CASE("a locked object stays and lives, what it refers to moves") {
  HeapFixture f;
  Value const v = cons(f.m, make_fixnum(1), list_of_numbers(f.m, 3));
  Value const neighbour = cons(f.m, make_fixnum(2), nil);
  f.root(neighbour);
  f.heap.locks().lock(v);
  CHECK(f.heap.locks().is_locked(v));
  CHECK_FALSE(f.heap.locks().is_locked(neighbour));
  for (int g = 0; g <= 3; ++g) {
    f.collect_up(g);
    CHECK(f.generation(v) == g + 1);
    CHECK(car(v) == make_fixnum(1));
    CHECK(is_list_of_numbers(cdr(v), 3));
  }
  CHECK(f.roots.front() != neighbour);
  // It lies in an old fresh segment: stores into it are found all the same.
  f.heap.set_cdr(v, list_of_numbers(f.m, 5));
  f.collect_up(0);
  CHECK(is_list_of_numbers(cdr(v), 5));
  Value& r = f.root(v);
  f.heap.locks().unlock(v);
  CHECK_FALSE(f.heap.locks().is_locked(v));
  f.heap.set_cdr(v, list_of_numbers(f.m, 6));
  f.collect_up(0);
  CHECK(r == v);
  CHECK(is_list_of_numbers(cdr(r), 6));
  f.collect_up(4);
  CHECK(r != v);
  CHECK(is_list_of_numbers(cdr(r), 6));
}

TEST_CASE("locking counts") {
  HeapFixture f;
  Value const v = make_box(f.m, make_fixnum(3));
  f.heap.locks().lock(v);
  f.heap.locks().lock(v);
  f.heap.locks().unlock(v);
  CHECK(f.heap.locks().is_locked(v));
  f.collect_up(0);
  CHECK(box_ref(v) == make_fixnum(3));
  CHECK(f.heap.locks().objects().size() == 1);
  f.heap.locks().unlock(v);
  CHECK_FALSE(f.heap.locks().is_locked(v));
}

TEST_CASE("objects locked when they are old: their segments stay, holes and all") {
  HeapFixture f;
  Mutator& m = f.m;
  Value& l = f.root(list_of_numbers(m, 3000));
  SymbolTable table(f.heap);
  Value& symbols = f.root(make_vector(m, 300, nil));
  for (Word i = 0; i < 300; ++i) {
    init_vector(symbols, i, table.intern(m, "s" + std::to_string(i)));
  }
  Value& weak = f.root(weak_cons(m, l, nil));
  Value& ephemeron = f.root(ephemeron_cons(m, l, list_of_numbers(m, 4)));
  Value& number = f.root(make_flonum(m, 4.5));
  Value& string = f.root(make_string_utf8(m, "locked"));
  f.collect_up(0);
  Value const pair = cdr(cdr(l));
  Value const symbol = vector_ref(symbols, 17);
  std::vector<Value> const locked{pair, symbol, weak, ephemeron, number, string};
  for (Value const v : locked) f.heap.locks().lock(v);
  // Half of what lies around them dies.
  for (Word i = 0; i < 300; i += 2) f.heap.set_vector(symbols, i, nil);
  l = nil;
  f.collect_up(1);
  for (Value const v : locked) CHECK(f.generation(v) == 2);
  CHECK(car(pair) == make_fixnum(2));
  CHECK(vector_ref(symbols, 17) == symbol);
  CHECK(string_utf8(field<Value>(symbol, layout::symbol_name)) == "s17");
  CHECK(table.intern(m, "s17") == symbol);
  CHECK(car(weak) == broken_weak_pointer);
  CHECK(car(ephemeron) == broken_weak_pointer);
  CHECK(flonum_value(number) == 4.5);
  CHECK(string_utf8(string) == "locked");
  for (Word i = 1; i < 300; i += 2) {
    CHECK(string_utf8(field<Value>(vector_ref(symbols, i), layout::symbol_name)) ==
          "s" + std::to_string(i));
  }
  f.heap.store(untagged(symbol) + layout::symbol_value, list_of_numbers(m, 7));
  f.collect_up(0);
  CHECK(is_list_of_numbers(field<Value>(symbol, layout::symbol_value), 7));
  for (Value const v : locked) f.heap.locks().unlock(v);
  f.collect_up(2);
  CHECK(vector_ref(symbols, 17) != symbol);
  CHECK(is_list_of_numbers(field<Value>(vector_ref(symbols, 17), layout::symbol_value), 7));
  CHECK(string_utf8(string) == "locked");
}

TEST_CASE("immobile objects stay but don't live for it") {
  HeapFixture f;
  Word const address = f.heap.allocate(Space::immobile_impure, 0, layout::box_size);
  store<Word>(address, type_word::box.value);
  store(address + layout::box_ref, list_of_numbers(f.m, 3));
  Value const box = tagged(address, Tag::typed);
  f.heap.locks().immobilize(box);
  Value& r = f.root(box);
  f.collect_up(0);
  f.collect_up(1);
  CHECK(r == box);
  CHECK(is_list_of_numbers(box_ref(r), 3));
  f.heap.set_box(r, list_of_numbers(f.m, 4));
  f.collect_up(0);
  CHECK(is_list_of_numbers(box_ref(r), 4));
  Word const before = f.heap.bytes_allocated(-1, static_cast<int>(Space::immobile_impure));
  CHECK(before > 0);
  r = nil;
  f.collect_up(2);
  CHECK(f.heap.bytes_allocated(-1, static_cast<int>(Space::immobile_impure)) == 0);
}

TEST_CASE("locked objects: added, counted and removed in any order") {
  LockedObjects set;
  constexpr SignedWord n = 300'000;  // a search through all of them would take minutes
  auto const object = [](SignedWord i) { return make_fixnum(i); };
  for (SignedWord i = 0; i < n; ++i) set.add(object(i));
  for (SignedWord i = 0; i < n; i += 3) set.add(object(i));
  for (SignedWord i = 0; i < n; ++i) CHECK(set.remove(object(i)));
  std::size_t left = 0;
  bool in_order = true;
  Value last = make_fixnum(-1);
  set.for_each([&](Value v) {
    ++left;
    in_order &= fixnum_value(last) < fixnum_value(v) && fixnum_value(v) % 3 == 0;
    last = v;
  });
  CHECK(left == n / 3);
  CHECK(in_order);
  CHECK_FALSE(set.remove(object(1)));
  CHECK(set.contains(object(3)));
  set.remove_if([&](Value v) { return fixnum_value(v) % 2 == 0; });
  CHECK_FALSE(set.contains(object(6)));
  CHECK(set.contains(object(9)));
  for (SignedWord i = n; i-- > 0;) CHECK(set.remove(object(i)) == (i % 3 == 0 && i % 2 == 1));
  set.for_each([](Value) { FAIL("the set is empty"); });
}
