// A random mutator: builds and cuts graphs across generations, beside a copy outside the heap.
#include <random>

#include "tests/unit/heap_fixture.h"

using namespace coracle;
using namespace coracle::test;

namespace {

/// The copy: what each object that the heap must keep refers to. An object is known by its number,
/// which its first slot holds; slots refer to objects by number, or hold nothing (-1).
struct Shadow {
  int slots = 0;
  std::vector<int> refers;
};

class RandomMutator {
 public:
  explicit RandomMutator(unsigned seed) : random_(seed), handles_(f_.root(nil)) {
    handles_ = make_vector(f_.m, roots, make_fixnum(-1));
    held_.assign(roots, -1);
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      switch (pick(20)) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
        case 5:
        case 6: make(); break;
        case 7:
        case 8:
        case 9:
        case 10:
        case 11:
        case 12: change(); break;
        case 13:
        case 14: drop(); break;
        case 15: junk(); break;
        case 16: lock(); break;
        default: break;
      }
      if (pick(400) == 0) collect();
    }
    collect();
    compare();
  }

 private:
  static constexpr int roots = 64;

  int pick(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  Value held(int i) { return vector_ref(handles_, static_cast<Word>(i)); }

  // An object in the heap: a vector, a list of pairs, or a chain of boxes of `1 + slots` values, the
  // first its number.
  Value build(int number, int slots) {
    Value const n = make_fixnum(number);
    switch (number % 3) {
      case 0: {
        Value const v = make_vector(f_.m, 1 + static_cast<Word>(slots), make_fixnum(-1));
        init_vector(v, 0, n);
        return v;
      }
      case 1: {
        Value l = nil;
        for (int i = 0; i < slots; ++i) l = cons(f_.m, make_fixnum(-1), l);
        return cons(f_.m, n, l);
      }
      default: {
        Word mask = 0;
        slots = std::min(slots, 40);
        for (int i = 0; i <= slots; ++i) mask |= Word{1} << i;
        Value const v = make_stencil_vector(f_.m, mask, false);
        for (int i = 0; i <= slots; ++i)
          init_field(v, 8 + 8 * static_cast<Word>(i), make_fixnum(-1));
        init_field(v, 8, n);
        return v;
      }
    }
  }
  Word slot_of(Value v, int number, int slot) {
    if (number % 3 != 1) return untagged(v) + 16 + 8 * static_cast<Word>(slot);
    Value p = cdr(v);
    for (int i = 0; i < slot; ++i) p = cdr(p);
    return untagged(p);
  }
  int number_of(Value v) {
    if (is_fixnum(v)) return static_cast<int>(fixnum_value(v));
    return static_cast<int>(fixnum_value(is_pair(v) ? car(v) : field<Value>(v, 8)));
  }

  void make() {
    int const number = static_cast<int>(objects_.size());
    int const slots = pick(50) == 0 ? 1 + pick(3000) : pick(12);
    int const kept = number % 3 == 2 ? std::min(slots, 40) : slots;
    objects_.push_back({kept, std::vector<int>(static_cast<std::size_t>(kept), -1)});
    int const at = pick(roots);
    f_.heap.set_vector(handles_, static_cast<Word>(at), build(number, kept));
    held_[static_cast<std::size_t>(at)] = number;
  }
  void change() {
    int const from = pick(roots), to = pick(roots);
    int number = held_[static_cast<std::size_t>(from)];
    if (number < 0) return;
    // Sometimes deeper, where old objects are.
    Value v = held(from);
    for (int depth = pick(4); depth > 0; --depth) {
      const Shadow& o = objects_[static_cast<std::size_t>(number)];
      if (o.slots == 0) break;
      int const slot = pick(o.slots);
      int const next = o.refers[static_cast<std::size_t>(slot)];
      if (next < 0) break;
      v = load<Value>(slot_of(v, number, slot));
      number = next;
    }
    Shadow& o = objects_[static_cast<std::size_t>(number)];
    if (o.slots == 0) return;
    int const slot = pick(o.slots);
    o.refers[static_cast<std::size_t>(slot)] = held_[static_cast<std::size_t>(to)];
    Word const place = slot_of(v, number, slot);
    if (pick(2) == 0 || f_.eap - f_.ap < 8) {
      f_.heap.store(place, held(to));
    } else {
      store(place, held(to));
      f_.eap -= word_bytes;
      store(f_.eap, place);
    }
  }
  void drop() {
    int const at = pick(roots);
    f_.heap.set_vector(handles_, static_cast<Word>(at), make_fixnum(-1));
    held_[static_cast<std::size_t>(at)] = -1;
  }
  void junk() {
    for (int i = 0; i < 200; ++i) make_string(f_.m, static_cast<Word>(pick(100)));
  }
  void lock() {
    if (pick(20) != 0) return;
    if (locked_.size() > 5) {
      f_.heap.unlock(locked_.front().first);
      locked_.erase(locked_.begin());
      return;
    }
    int const at = pick(roots);
    if (held_[static_cast<std::size_t>(at)] < 0) return;
    f_.heap.lock(held(at));
    locked_.emplace_back(held(at), held_[static_cast<std::size_t>(at)]);
  }
  void collect() {
    int const g = std::min(pick(4) * pick(3), 4);
    int const greatest = pick(3) == 0 ? g : std::min(g + 1, 4);
    int const least = greatest == 0 ? 0 : 1 + pick(greatest);
    f_.collect(g, std::min(least, greatest), greatest);
    for (auto const& [v, number] : locked_) CHECK(number_of(v) == number);
    if (pick(10) == 0) compare();
  }
  void compare() {
    std::vector<Value> seen(objects_.size(), nil);
    for (int i = 0; i < roots; ++i) {
      std::vector<std::pair<Value, int>> work{{held(i), held_[static_cast<std::size_t>(i)]}};
      while (!work.empty()) {
        auto const [v, number] = work.back();
        work.pop_back();
        if (number_of(v) != number) FAIL("an object isn't what it should be");
        if (number < 0) continue;
        Value& before = seen[static_cast<std::size_t>(number)];
        if (before != nil) {
          if (before != v) FAIL("an object has been doubled");
          continue;
        }
        before = v;
        const Shadow& o = objects_[static_cast<std::size_t>(number)];
        Value p = number % 3 == 1 ? cdr(v) : nil;
        for (int s = 0; s < o.slots; ++s) {
          Value const x = number % 3 == 1 ? car(p) : load<Value>(slot_of(v, number, s));
          if (number % 3 == 1) p = cdr(p);
          work.emplace_back(x, o.refers[static_cast<std::size_t>(s)]);
        }
      }
    }
  }

  HeapFixture f_;
  std::mt19937 random_;
  Value& handles_;
  std::vector<int> held_;
  std::vector<Shadow> objects_;
  std::vector<std::pair<Value, int>> locked_;
};

}  // namespace

TEST_CASE("a random mutator and its copy agree") {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    RandomMutator(seed).run(8000);
  }
}
