// Chains that a collection can follow only link by link: each link is reached when the one before has
// been. However long they are, they take memory in proportion to their length.
#include <algorithm>
#include <random>

#include "tests/unit/heap_builders.h"
#include "vm/heap/values/foreign_object.h"

using namespace coracle;
using namespace coracle::test;

namespace {

constexpr std::size_t length = 20'000;
// A waiter, its entry in the table of objects, what lists let go of while they grow, bitmaps of the
// segments: some 400 bytes; and half of the arena may be unused, because its blocks double. Waiting anew
// whenever an object near by is reached took thousands.
constexpr Word bytes_a_link = 1000;

struct Chain : HeapFixture {
  Chain() : HeapFixture(options_with(*this)) {
    for (std::size_t i = 0; i <= length; ++i) {
      keys.push_back(cons(m, make_fixnum(static_cast<SignedWord>(i)), nil));
    }
    order.resize(length);
    for (std::size_t i = 0; i < length; ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), std::mt19937(1));
  }
  static HeapOptions options_with(Chain& chain) {
    HeapOptions options;
    options.on_collection = [&chain](const CollectionRecord& r) {
      chain.scratch = r.scratch_bytes;
    };
    return options;
  }
  void collect_all() {
    collect(0, 1);
    CHECK(scratch < bytes_a_link * length);
  }

  std::vector<Value> keys;         // no roots: good until the first collection
  std::vector<std::size_t> order;  // in which links are made
  Word scratch = 0;
};

struct Link : ForeignObject {
  explicit Link(Value v, std::size_t* ends) : next(v), ends_(ends) {}
  ~Link() override { ++*ends_; }
  void trace(ValueVisitor& visitor) override { visitor.value(next); }
  Value next;

 private:
  std::size_t* ends_;
};

}  // namespace

TEST_CASE("a long chain of ephemerons, each one's value the next one's key") {
  Chain c;
  Value ephemerons = nil;
  for (std::size_t const i : c.order) {
    ephemerons = cons(c.m, ephemeron_cons(c.m, c.keys[i], c.keys[i + 1]), ephemerons);
  }
  Value& all = c.root(ephemerons);
  Value& first = c.root(c.keys[0]);
  auto const live = [&] {
    std::size_t n = 0;
    for (Value p = all; p != nil; p = cdr(p)) n += car(car(p)) != broken_weak_pointer ? 1 : 0;
    return n;
  };
  c.collect_all();
  CHECK(live() == length);
  first = nil;
  c.collect_up(1);
  CHECK(c.scratch < bytes_a_link * length);
  CHECK(live() == 0);
}

TEST_CASE("a long chain of ephemerons in segments that stay where they are") {
  Chain c;
  Value ephemerons = nil;
  for (std::size_t const i : c.order) {
    ephemerons = cons(c.m, ephemeron_cons(c.m, c.keys[i], c.keys[i + 1]), ephemerons);
  }
  Value& all = c.root(ephemerons);
  Value& first = c.root(c.keys[0]);
  c.heap.parameters().minimum_mark_generation = 1;
  c.collect_all();
  // From here on generation 1 is collected into itself, in place.
  for (int round = 0; round < 2; ++round) {
    c.collect(1, 1);
    CHECK(c.scratch < bytes_a_link * length);
    std::size_t n = 0;
    for (Value p = all; p != nil; p = cdr(p)) n += car(car(p)) != broken_weak_pointer ? 1 : 0;
    CHECK(n == length);
  }
  first = nil;
  c.collect(1, 1);
  for (Value p = all; p != nil; p = cdr(p)) CHECK(car(car(p)) == broken_weak_pointer);
}

TEST_CASE("a long chain of guardians, each one reachable through the one before") {
  Chain c;
  for (Value& g : c.keys) g = c.make_guardian();
  for (std::size_t const i : c.order) c.watch(c.keys[i], c.keys[i + 1], c.keys[i + 1]);
  Value& first = c.root(c.keys[0]);
  c.collect_all();
  std::size_t n = 0;
  for (Value g = first; (g = c.retrieve(g)) != false_value;) ++n;
  CHECK(n == length);
}

TEST_CASE("a long chain of guardians whose objects live") {
  // The entry of a guardian that has been reached keeps its representative: the next guardian.
  Chain c;
  Value& object = c.root(cons(c.m, make_fixnum(1), nil));
  for (Value& g : c.keys) g = c.make_guardian();
  for (std::size_t const i : c.order) c.watch(c.keys[i], object, c.keys[i + 1]);
  Value& first = c.root(c.keys[0]);
  c.collect_all();
  CHECK(c.retrieve(first) == false_value);
  object = nil;
  c.collect_up(1);
  CHECK(c.scratch < bytes_a_link * length);
  std::size_t n = 0;
  for (Value g = first; (g = c.retrieve(g)) != false_value;) ++n;
  CHECK(n == length);
}

TEST_CASE("a long chain of foreign objects, each one's Value the owner of the next") {
  std::size_t ends = 0;
  {
    Chain c;
    for (std::size_t const i : c.order) {
      c.heap.add_foreign(c.keys[i], std::make_unique<Link>(c.keys[i + 1], &ends));
    }
    Value& first = c.root(c.keys[0]);
    c.collect_all();
    CHECK(ends == 0);
    first = nil;
    c.collect_up(1);
    CHECK(ends == length);
  }
  CHECK(ends == length);
}
