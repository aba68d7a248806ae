// What C++ code stores into objects that are no longer new, and host memory that holds Values.
#include <algorithm>
#include <memory>
#include <random>

#include "tests/unit/heap_fixture.h"
#include "vm/heap/values/foreign_object.h"

using namespace coracle;
using namespace coracle::test;

namespace {

/// Values in host memory. Counts how often it was traced, and notes its end.
struct Cells : ForeignObject {
  explicit Cells(int* ends, std::size_t n = 1) : values(n, nil), ends_(ends) {}
  ~Cells() override { ++*ends_; }
  void trace(ValueVisitor& visitor) override {
    ++traced;
    for (Value& v : values) visitor.value(v);
  }
  std::vector<Value> values;
  int traced = 0;

 private:
  int* ends_;
};

struct Ends {
  int ends = 0;  // counted to the heap's own end
};
struct Foreign : Ends, HeapFixture {
  Cells& add(Value owner, std::size_t n = 1) {
    auto cells = std::make_unique<Cells>(&ends, n);
    Cells& result = *cells;
    heap.add_foreign(owner, std::move(cells));
    return result;
  }
  /// How often a collection traces it.
  int traces(Cells& cells, int greatest, int target) {
    check();
    int const before = cells.traced;
    heap.collect(SafePoints::stopped(m), {greatest, target, target});
    int const result = cells.traced - before;
    check();
    return result;
  }
};

}  // namespace

TEST_CASE("the barrier: copying, moving and filling ranges of an old vector") {
  HeapFixture f;
  Word const n = 3000;  // several cards, and a run of two segments
  Value& v = f.root(make_vector(f.m, n, nil));
  Value& source = f.root(make_vector(f.m, n, nil));
  f.collect(0, 3);
  auto const element = [](Value x, Word i) { return untagged(x) + 8 + 8 * i; };

  SUBCASE("copy") {
    for (Word i = 0; i < 1000; ++i) {
      f.heap.set_vector(source, i, cons(f.m, make_fixnum(static_cast<SignedWord>(i)), nil));
    }
    f.heap.copy(element(v, 1990), element(source, 0), 1000);
    f.collect(0, 1);
    for (Word i = 0; i < 1000; ++i) {
      REQUIRE(vector_ref(v, 1990 + i) == vector_ref(source, i));
      REQUIRE(car(vector_ref(v, 1990 + i)) == make_fixnum(static_cast<SignedWord>(i)));
    }
  }
  SUBCASE("copy, out of host memory") {
    std::vector<Value> host;
    for (int i = 0; i < 100; ++i) host.push_back(cons(f.m, make_fixnum(i), nil));
    f.heap.copy(element(v, 7), address_of(host.data()), host.size());
    f.collect(0, 1);
    for (Word i = 0; i < 100; ++i) {
      REQUIRE(car(vector_ref(v, 7 + i)) == make_fixnum(static_cast<SignedWord>(i)));
    }
  }
  SUBCASE("move, both ways over itself") {
    for (Word i = 0; i < n; ++i) {
      f.heap.set_vector(v, i, cons(f.m, make_fixnum(static_cast<SignedWord>(i)), nil));
    }
    f.collect(0, 1);
    f.collect(1, 2);
    f.heap.set_vector(v, 0, cons(f.m, make_fixnum(0), nil));
    f.heap.move(element(v, 500), element(v, 0), 2000);
    f.collect(0, 1);
    CHECK(f.generation(vector_ref(v, 500)) == 1);
    for (Word i = 0; i < 2000; ++i) {
      REQUIRE(car(vector_ref(v, 500 + i)) == make_fixnum(static_cast<SignedWord>(i)));
    }
    f.heap.set_vector(v, 900, cons(f.m, make_fixnum(-1), nil));
    f.heap.move(element(v, 100), element(v, 500), 2000);
    f.collect(0, 1);
    CHECK(car(vector_ref(v, 500)) == make_fixnum(-1));
    CHECK(car(vector_ref(v, 499)) == make_fixnum(399));
  }
  SUBCASE("fill") {
    f.heap.fill(element(v, 1), n - 2, cons(f.m, make_fixnum(5), nil));
    f.collect(0, 1);
    CHECK(vector_ref(v, 0) == nil);
    CHECK(car(vector_ref(v, 1)) == make_fixnum(5));
    CHECK(vector_ref(v, n - 2) == vector_ref(v, 1));
    CHECK(vector_ref(v, n - 1) == nil);
    f.heap.fill(element(v, 0), n, true_value);
    f.collect(0, 1);
    CHECK(vector_ref(v, n - 1) == true_value);
  }
  SUBCASE("nothing") {
    f.heap.copy(element(v, 0), element(source, 0), 0);
    f.heap.move(element(v, 0), element(source, 0), 0);
    f.heap.fill(element(v, 0), 0, source);
    CHECK(vector_ref(v, 0) == nil);
    f.check();
  }
}

TEST_CASE("foreign objects: what they hold lives, moves, and is dropped with the owner") {
  Foreign f;
  Value& owner = f.root(make_box(f.m, nil));
  Cells& cells = f.add(owner, 2);
  CHECK(cells.owner() == owner);
  f.heap.store(cells, cells.values[0], list_of_numbers(f.m, 1000));
  cells.values[1] = owner;
  for (int g = 0; g <= 4; ++g) {
    f.collect(g, std::min(g + 1, 4));
    CHECK(cells.owner() == owner);
    CHECK(cells.values[1] == owner);
    CHECK(f.generation(cells.values[0]) == std::min(g + 1, 4));
    CHECK(is_list_of_numbers(cells.values[0], 1000));
  }
  Word const with = f.heap.bytes_allocated(-1, -1);
  CHECK(f.ends == 0);
  owner = nil;
  f.collect(3, 4);
  CHECK(f.ends == 0);
  f.collect(4, 4);
  CHECK(f.ends == 1);
  CHECK(f.heap.bytes_allocated(-1, -1) < with - 1000 * 16);
}

TEST_CASE("foreign objects: an old one is traced when it is dirty, and then alone") {
  Foreign f;
  Value& owner = f.root(cons(f.m, nil, nil));
  Cells& cells = f.add(owner);
  CHECK(f.traces(cells, 0, 3) == 1);
  CHECK(f.generation(owner) == 3);
  CHECK(f.traces(cells, 0, 1) == 0);
  f.heap.store(cells, cells.values[0], make_flonum(f.m, 1.5));
  CHECK(f.traces(cells, 0, 1) == 1);
  CHECK(f.generation(cells.values[0]) == 1);
  CHECK(f.traces(cells, 0, 1) == 0);  // it refers to generation 1 now
  CHECK(f.traces(cells, 1, 2) == 1);
  CHECK(f.traces(cells, 1, 2) == 0);
  CHECK(f.traces(cells, 2, 3) == 1);
  CHECK(f.traces(cells, 2, 3) == 0);  // as old as its owner: clean
  CHECK(flonum_value(cells.values[0]) == 1.5);
  f.heap.store(cells, cells.values[0], make_fixnum(1));
  CHECK(f.traces(cells, 2, 3) == 0);
  CHECK(f.traces(cells, 3, 4) == 1);  // with its owner
  // Both collected, the owner going to an older generation than what is held.
  f.heap.store(cells, cells.values[0], cons(f.m, nil, nil));
  f.collect(4, 1, 4);
  CHECK(f.generation(owner) == 4);
  CHECK(f.generation(cells.values[0]) == 1);
  CHECK(f.traces(cells, 1, 2) == 1);
  CHECK(car(cells.values[0]) == nil);
}

TEST_CASE("foreign objects: one that is made with Values for an old owner") {
  Foreign f;
  Value& owner = f.root(make_box(f.m, nil));
  f.collect(0, 2);
  auto made = std::make_unique<Cells>(&f.ends);
  Cells& cells = *made;
  cells.values[0] = cons(f.m, make_fixnum(3), nil);
  f.heap.add_foreign(owner, std::move(made));
  f.collect(0, 1);
  CHECK(car(cells.values[0]) == make_fixnum(3));
}

TEST_CASE("foreign objects: owners reached late") {
  Foreign f;
  int const n = 200;
  // A chain from one foreign object to the next owner, made so that none comes in order, and a cycle
  // that nothing reaches.
  Value& first = f.root(make_box(f.m, make_fixnum(0)));
  std::vector<Cells*> chain{&f.add(first)};
  for (int i = 1; i < n; ++i) {
    Value const owner = make_box(f.m, make_fixnum(i));
    f.heap.store(*chain.back(), chain.back()->values[0], owner);
    chain.push_back(&f.add(owner));
  }
  Value const lost = make_box(f.m, nil);
  Cells& cycle = f.add(lost);
  f.heap.store(cycle, cycle.values[0], cons(f.m, lost, nil));
  f.collect(0, 1);
  CHECK(f.ends == 1);
  Value v = first;
  for (int i = 0; i < n; ++i) {
    REQUIRE(chain[static_cast<std::size_t>(i)]->owner() == v);
    REQUIRE(box_ref(v) == make_fixnum(i));
    v = chain[static_cast<std::size_t>(i)]->values[0];
  }
  first = nil;
  f.collect(1, 1);
  CHECK(f.ends == n + 1);
}

TEST_CASE("foreign objects: owners of all sorts") {
  Foreign f;
  SymbolTable table(f.heap);
  Value& locked = f.root(make_box(f.m, nil));
  Value& large = f.root(make_vector(f.m, 5000, nil));
  Value& flonum = f.root(make_flonum(f.m, 2.5));
  Value& symbol = f.root(table.intern(f.m, "owner"));
  Value& weak = f.root(weak_cons(f.m, nil, nil));
  f.heap.locks().lock(locked);
  std::vector<Cells*> all;
  for (Value const v : {locked, large, flonum, symbol, weak}) {
    all.push_back(&f.add(v));
    f.heap.store(*all.back(), all.back()->values[0], make_box(f.m, v));
  }
  auto const check = [&] {
    std::size_t i = 0;
    for (Value const v : {locked, large, flonum, symbol, weak}) {
      CHECK(all[i]->owner() == v);
      CHECK(box_ref(all[i]->values[0]) == v);
      ++i;
    }
  };
  f.collect(0, 1);
  check();
  f.collect(1, 2);
  check();
  f.heap.locks().unlock(locked);
  f.collect(4, 4);
  check();
  f.collect(4, static_generation);
  check();
  // Static owners never die, but what they hold may be young.
  f.roots.clear();
  f.heap.store(*all[2], all[2]->values[0], list_of_numbers(f.m, 10));
  f.collect(4, 4);
  CHECK(f.ends == 0);
  CHECK(is_list_of_numbers(all[2]->values[0], 10));
}

TEST_CASE("foreign objects: a guardian saves an owner and what belongs to it") {
  Foreign f;
  Value& guardian = f.root(f.make_guardian());
  Value const owner = make_box(f.m, make_fixnum(1));
  Cells& cells = f.add(owner);
  f.heap.store(cells, cells.values[0], list_of_numbers(f.m, 100));
  f.watch(guardian, owner, owner);
  f.collect(0, 1);
  CHECK(f.ends == 0);
  Value& saved = f.root(f.retrieve(guardian));
  REQUIRE(is_box(saved));
  CHECK(cells.owner() == saved);
  CHECK(is_list_of_numbers(cells.values[0], 100));
  saved = nil;
  f.collect(1, 2);
  CHECK(f.ends == 1);
}

TEST_CASE("foreign objects: the heap's end is theirs") {
  int ends = 0;
  {
    HeapFixture f;
    f.heap.add_foreign(make_box(f.m, nil), std::make_unique<Cells>(&ends));
    f.heap.add_foreign(f.root(make_box(f.m, nil)), std::make_unique<Cells>(&ends));
    f.collect(0, 1);
    CHECK(ends == 1);
  }
  CHECK(ends == 2);
}

TEST_CASE("foreign objects: their destructors may use the heap") {
  struct Successor : ForeignObject {
    Successor(Foreign& fixture, Value& where) : f(fixture), kept(where) {}
    ~Successor() override {
      kept = make_box(f.m, make_fixnum(9));
      f.add(kept);
    }
    void trace(ValueVisitor&) override {}
    Foreign& f;
    Value& kept;
  };
  Foreign f;
  Value& kept = f.root(nil);
  f.heap.add_foreign(make_box(f.m, nil), std::make_unique<Successor>(f, kept));
  f.collect(0, 1);
  CHECK(box_ref(kept) == make_fixnum(9));
  f.collect(0, 1);
  CHECK(f.ends == 0);
}

namespace {

/// Vectors, each the owner of a foreign object, whose elements are boxes of numbers; beside them, in
/// host memory, the numbers.
class RandomStores {
 public:
  explicit RandomStores(unsigned seed) : random_(seed), vectors_(f_.root(nil)) {
    vectors_ = make_vector(f_.m, owners, nil);
    for (std::size_t i = 0; i < owners; ++i) renew(i);
  }
  void run(int steps) {
    for (int i = 0; i < steps; ++i) step();
    f_.collect(4, 4);
    compare();
    CHECK(f_.ends == renewed_ - static_cast<int>(owners));
  }

 private:
  static constexpr std::size_t owners = 8, elements = 2500, cells = 5;

  std::size_t pick(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
  }
  Value vector(std::size_t i) { return vector_ref(vectors_, i); }
  Word slot(std::size_t i, std::size_t element) { return untagged(vector(i)) + 8 + 8 * element; }
  Value new_box() { return make_box(f_.m, make_fixnum(++numbers_)); }

  void renew(std::size_t i) {
    f_.heap.set_vector(vectors_, i, make_vector(f_.m, elements, make_fixnum(0)));
    foreign_[i] = &f_.add(vector(i), cells);
    for (Value& v : foreign_[i]->values) v = make_fixnum(0);
    in_vector_[i].assign(elements, 0);
    in_foreign_[i].assign(cells, 0);
    ++renewed_;
  }
  void step() {
    std::size_t const i = pick(owners), k = pick(owners);
    std::size_t const count = pick(pick(4) == 0 ? 1200 : 20), at = pick(elements - count),
                      from = pick(elements - count);
    auto const to = in_vector_[i].begin() + static_cast<std::ptrdiff_t>(at);
    auto const source = in_vector_[k].begin() + static_cast<std::ptrdiff_t>(from);
    switch (pick(8)) {
      case 0:
      case 1: {
        std::size_t const cell = pick(cells);
        f_.heap.store(*foreign_[i], foreign_[i]->values[cell], new_box());
        in_foreign_[i][cell] = numbers_;
        break;
      }
      case 2: {
        std::size_t const cell = pick(cells);
        f_.heap.store(*foreign_[i], foreign_[i]->values[cell], vector_ref(vector(k), from));
        in_foreign_[i][cell] = *source;
        break;
      }
      case 3:
        f_.heap.store(slot(i, at), new_box());
        *to = numbers_;
        break;
      case 4:
        if (i != k) {
          f_.heap.copy(slot(i, at), slot(k, from), count);
          std::copy_n(source, count, to);
        }
        break;
      case 5: {
        f_.heap.move(slot(i, at), slot(k, from), count);
        std::vector<int> const moved(source, source + static_cast<std::ptrdiff_t>(count));
        std::copy_n(moved.begin(), count, to);
        break;
      }
      case 6:
        f_.heap.fill(slot(i, at), count, new_box());
        std::fill_n(to, count, numbers_);
        break;
      default:
        if (pick(20) == 0) renew(i);
        if (pick(8) == 0) collect();
    }
  }
  void collect() {
    int const g = static_cast<int>(std::min(pick(5), pick(5)));
    int const greatest = std::min(g + 1, 4);
    f_.collect(g, static_cast<int>(1 + pick(static_cast<std::size_t>(greatest))), greatest);
    compare();
  }
  static bool is_box_of(Value v, int n) {
    return n == 0 ? v == make_fixnum(0) : is_box(v) && box_ref(v) == make_fixnum(n);
  }
  void compare() {
    for (std::size_t i = 0; i < owners; ++i) {
      if (foreign_[i]->owner() != vector(i)) FAIL("a wrong owner");
      for (std::size_t e = 0; e < elements; ++e) {
        if (!is_box_of(vector_ref(vector(i), e), in_vector_[i][e])) FAIL("a wrong element");
      }
      for (std::size_t c = 0; c < cells; ++c) {
        if (!is_box_of(foreign_[i]->values[c], in_foreign_[i][c])) FAIL("a wrong foreign Value");
      }
    }
  }

  Foreign f_;
  std::mt19937 random_;
  Value& vectors_;
  Cells* foreign_[owners];
  std::vector<int> in_vector_[owners], in_foreign_[owners];
  int numbers_ = 0, renewed_ = 0;
};

}  // namespace

TEST_CASE("random stores into old vectors and foreign objects, beside a copy") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    RandomStores(seed).run(3000);
  }
}

TEST_CASE("the verifier: a foreign object that was changed without the barrier") {
  Foreign f;
  Value& owner = f.root(make_box(f.m, nil));
  Cells& cells = f.add(owner);
  f.collect(0, 2);
  cells.values[0] = cons(f.m, nil, nil);
  auto const lines = verify(f.heap);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("a foreign object: of generation 2 refers to generation 0") == 0);
  f.heap.store(cells, cells.values[0], cells.values[0]);
  f.check();
  cells.values[0] = Value{f.ap + 0x100 + 1};
  CHECK(verify(f.heap).size() == 1);
  cells.values[0] = nil;
}
