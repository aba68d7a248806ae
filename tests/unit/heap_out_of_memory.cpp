// Running out of memory by small objects: an error that a program can handle, again and again.
#include <algorithm>
#include <numeric>
#include <random>

#include "tests/unit/heap_fixture.h"
#include "vm/heap/inspect/inspect.h"
#include "vm/heap/memory/segment.h"

using namespace coracle;
using namespace coracle::test;

namespace {

struct Limited : HeapFixture {
  Limited() : HeapFixture(options()) {}
  static HeapOptions options() {
    HeapOptions o;
    o.os_memory_limit = std::size_t{48} << 20;
    return o;
  }
  /// Collects where a program would, at the heap's request: the young generation.
  void safe_point() {
    if (!heap.take_collect_request()) return;
    heap.collect(SafePoints::stopped(m), {0, 1, 1});
  }
  /// Adds to the list until there is no memory; its length then.
  int fill(Value& list) {
    for (int n = 0;; ++n) {
      try {
        list = cons(m, make_fixnum(n), list);
        safe_point();
      } catch (const OutOfMemory&) {
        return n;
      }
    }
  }
  static bool is_filled(Value list, int n) {
    while (n-- > 0) {
      if (!is_pair(list) || car(list) != make_fixnum(n)) return false;
      list = cdr(list);
    }
    return list == nil;
  }
};

}  // namespace

TEST_CASE("out of memory: a list that grows until there is none, over and over") {
  Limited f;
  Value& list = f.root(nil);
  int first = 0;
  for (int round = 0; round < 5; ++round) {
    int const n = f.fill(list);
    if (round == 0) first = n;
    CHECK(n > 1'000'000);
    CHECK(n > first / 2);
    // There is room to go on with, and all that was there is there after a collection of everything,
    // which has none for copies.
    Value& more = f.root(list_of_numbers(f.m, 1000));
    f.safe_point();
    f.check();
    CHECK(is_list_of_numbers(more, 1000));
    CHECK(Limited::is_filled(list, n));
    list = more = nil;
    f.collect(4, 4);
  }
}

TEST_CASE("out of memory: what is set aside shrinks with the heap, and is whole then") {
  HeapFixture f;
  Value& big = f.root(make_vector(f.m, Word{40} << 20, nil));  // 320 MB
  f.collect(4, 4);
  big = nil;
  f.collect(4, 4);
  CHECK_FALSE(is_short_of_memory(f.heap));
  f.collect(4, 4);
  CHECK_FALSE(is_short_of_memory(f.heap));
}

TEST_CASE("out of memory: a list that is kept leaves less each time, and then the same") {
  Limited f;
  Value& list = f.root(nil);
  int const n = f.fill(list);
  f.safe_point();
  int kept = n;
  for (int round = 0; round < 4; ++round) {
    Value& more = f.root(nil);
    int const k = f.fill(more);
    CHECK(k < n / 4);
    f.safe_point();
    f.check();
    CHECK(Limited::is_filled(list, kept));
    more = nil;
  }
}

TEST_CASE("out of memory: a critical section has the margin to itself") {
  Limited f;
  Value disable_count = make_fixnum(0);
  f.m.disable_count = &disable_count;
  Value& list = f.root(nil);
  int const n = f.fill(list);
  // What follows the error finds less than before it; a critical section goes on where nobody else can.
  Value more = nil;
  CHECK_THROWS_AS(
      for (;;) { more = cons(f.m, nil, more); }, OutOfMemory);
  disable_count = make_fixnum(1);
  for (int i = 0; i < 30'000; ++i) more = cons(f.m, nil, more);
  // It isn't endless.
  CHECK_THROWS_AS(
      for (;;) { more = cons(f.m, nil, more); }, OutOfMemory);
  disable_count = make_fixnum(0);
  f.safe_point();
  f.check();
  CHECK(Limited::is_filled(list, n));
  f.m.disable_count = nullptr;
}

TEST_CASE("out of memory: an object that no memory is left for takes none from smaller ones") {
  Limited f;
  for (int i = 0; i < 100; ++i) {
    CHECK_THROWS_AS(make_vector(f.m, Word{1} << 24, nil), OutOfMemory);
  }
  Value& list = f.root(nil);
  CHECK(f.fill(list) > 1'000'000);
}

LockedObjects set;

TEST_CASE("out of memory: new objects without a collection leave room for one") {
  Limited f;
  Value& list = f.root(nil);
  int n = 0;
  CHECK_THROWS_AS(
      for (;; ++n) { list = cons(f.m, make_fixnum(n), list); }, OutOfMemory);
  CHECK(n > 500'000);
  f.safe_point();
  f.check();
  CHECK(Limited::is_filled(list, n));
}

TEST_CASE("out of memory: objects that waste room when they are copied") {
  // A vector of half a segment, then a pair: of each space, a run has room for one such object only.
  Limited f;
  Value& list = f.root(nil);
  Word const words = segment_bytes / 2 / word_bytes - 1;
  int n = 0;
  for (;; ++n) {
    try {
      list = cons(f.m, make_vector(f.m, n % 2 == 0 ? words : 1, make_fixnum(n)), list);
      f.safe_point();
    } catch (const OutOfMemory&) {
      break;
    }
  }
  f.safe_point();
  f.check();
  CHECK(n > 2000);
  Value rest = list;
  for (int i = n; i-- > 0; rest = cdr(rest)) {
    if (vector_ref(car(rest), 0) != make_fixnum(i)) FAIL("element " << i << " is damaged");
  }
  CHECK(rest == nil);
}

TEST_CASE("out of memory: what is to be swept in place makes no long list") {
  HeapOptions options;
  Word scratch = 0;
  options.on_collection = [&](const CollectionRecord& r) { scratch = r.scratch_bytes; };
  HeapFixture f(options);
  // Lists of two pairs, of which every other one is dropped, in a vector, in any order.
  constexpr Word count = 200'000;
  Value& all = f.root(make_vector(f.m, 2 * count, nil));
  f.collect(0, 4);
  for (Word i = 0; i < 2 * count; ++i) {
    Value const tail = cons(f.m, make_fixnum(static_cast<SignedWord>(i)), nil);
    f.heap.set_vector(all, i, cons(f.m, tail, nil));
  }
  f.collect(0, 4);
  for (Word i = 0; i < 2 * count; i += 2) f.heap.set_vector(all, i, nil);
  std::vector<Word> places(2 * count);
  std::iota(places.begin(), places.end(), Word{0});
  std::shuffle(places.begin(), places.end(), std::mt19937(1));
  for (Word i = 0; i < 2 * count; ++i) {
    Value const other = vector_ref(all, places[i]);
    f.heap.set_vector(all, places[i], vector_ref(all, i));
    f.heap.set_vector(all, i, other);
  }
  f.collect(4, 4);
  CHECK(scratch < Word{4} << 20);
  Word sum = 0;
  for (Word i = 0; i < 2 * count; ++i) {
    Value const v = vector_ref(all, i);
    if (v != nil) sum += static_cast<Word>(fixnum_value(car(car(v))));
  }
  CHECK(sum == count * count);  // of the odd numbers
}
