// Old generations that are marked in place: what stays, what moves, what becomes of the holes.
#include "tests/unit/heap_fixture.h"

using namespace coracle;
using namespace coracle::test;

namespace {

/// A vector of n lists, each of a flonum, a string and a vector that refers to the list.
Value& make_old(HeapFixture& f, Word n) {
  Value& all = f.root(make_vector(f.m, n, nil));
  for (Word i = 0; i < n; ++i) {
    Value const v = make_vector(f.m, 3, make_fixnum(static_cast<SignedWord>(i)));
    Value const list = cons(f.m, make_flonum(f.m, static_cast<double>(i)),
                            cons(f.m, make_string_utf8(f.m, "text"), cons(f.m, v, nil)));
    f.heap.set_vector(v, 2, list);
    f.heap.set_vector(all, i, list);
  }
  f.collect(4, 4);
  return all;
}

bool is_right(Value list, Word i) {
  Value const v = car(cdr(cdr(list)));
  return flonum_value(car(list)) == static_cast<double>(i) &&
         string_utf8(car(cdr(list))) == "text" &&
         vector_ref(v, 0) == make_fixnum(static_cast<SignedWord>(i)) && vector_ref(v, 2) == list;
}

std::vector<Word> addresses(Value all) {
  std::vector<Word> result;
  for (Word i = 0; i < vector_length(all); ++i) result.push_back(vector_ref(all, i).bits);
  return result;
}

}  // namespace

TEST_SUITE("marking in place") {
  TEST_CASE("a dense old generation stays where it is") {
    HeapFixture f;
    Value& all = make_old(f, 5000);
    auto const before = addresses(all);
    f.collect(4, 4);
    f.collect(4, 4);
    CHECK(addresses(all) == before);
    for (Word i = 0; i < 5000; ++i) CHECK(is_right(vector_ref(all, i), i));
  }

  TEST_CASE("younger generations, and those below the parameter, are copied") {
    HeapFixture f;
    Value& list = f.root(list_of_numbers(f.m, 100));
    f.collect(3, 3);
    Value const before = list;
    f.collect(3, 3);
    CHECK(list != before);
    f.heap.parameters().minimum_mark_generation = 3;
    Value const then = list;
    f.collect(3, 3);
    CHECK(list == then);
    f.collect(3, 4);  // not the same generation
    CHECK(list != then);
    CHECK(is_list_of_numbers(list, 100));
  }

  TEST_CASE("holes count as free at once, and a sparse generation is copied the next time") {
    HeapFixture f;
    Value& all = make_old(f, 20000);
    f.collect(4, 4);
    Word const bytes_all = f.heap.bytes_allocated(4, -1);
    for (Word i = 0; i < 20000; ++i) {
      if (i % 4 != 0) f.heap.set_vector(all, i, nil);
    }
    auto const before = addresses(all);
    f.collect(4, 4);
    CHECK(addresses(all) == before);
    Word const bytes_quarter = f.heap.bytes_allocated(4, -1);
    CHECK(bytes_quarter < bytes_all / 2);
    Word const held = f.heap.memory().current_bytes();
    f.collect(4, 4);
    CHECK(addresses(all) != before);
    CHECK(f.heap.bytes_allocated(4, -1) == bytes_quarter);
    CHECK(f.heap.memory().current_bytes() <= held);
    for (Word i = 0; i < 20000; i += 4) CHECK(is_right(vector_ref(all, i), i));
  }

  TEST_CASE("with a few holes it stays, and the cards still find what is young") {
    HeapFixture f;
    Value& all = make_old(f, 5000);
    for (Word i = 0; i < 5000; i += 10) f.heap.set_vector(all, i, nil);
    f.collect(4, 4);
    for (Word i = 1; i < 5000; i += 10) {
      f.heap.set_car(vector_ref(all, i), cons(f.m, make_fixnum(7), nil));
    }
    f.collect(0, 1);
    f.collect(4, 4);
    for (Word i = 0; i < 5000; ++i) {
      Value const v = vector_ref(all, i);
      if (i % 10 == 0) CHECK(v == nil);
      else if (i % 10 == 1) CHECK(car(car(v)) == make_fixnum(7));
      else CHECK(is_right(v, i));
    }
  }

  TEST_CASE("weak pairs, ephemerons and guardians see what died in place") {
    HeapFixture f;
    Value& all = make_old(f, 100);
    Value& weak = f.root(weak_cons(f.m, vector_ref(all, 3), nil));
    Value& kept = f.root(weak_cons(f.m, vector_ref(all, 4), nil));
    Value& guardian = f.root(f.make_guardian());
    f.watch(guardian, vector_ref(all, 5), vector_ref(all, 5));
    f.collect(4, 4);
    f.heap.set_vector(all, 3, nil);
    f.heap.set_vector(all, 5, nil);
    f.collect(4, 4);
    CHECK(car(weak) == broken_weak_pointer);
    CHECK(is_right(car(kept), 4));
    CHECK(is_right(f.retrieve(guardian), 5));
  }

  TEST_CASE("to the static generation everything is copied") {
    HeapFixture f;
    Value& list = f.root(list_of_numbers(f.m, 1000));
    f.collect(4, 4);
    Value const before = list;
    f.collect(4, static_generation);
    CHECK(list != before);
    CHECK(is_list_of_numbers(list, 1000));
  }
}
