#include "tests/unit/heap_mutator.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <deque>
#include <optional>

#include "tests/unit/heap_nodes.h"

namespace coracle::test {
namespace {

constexpr int root_count = 48;

class HeapMutator {
 public:
  explicit HeapMutator(Fault fault) : fault_(fault), nodes_(f_) {
    for (int i = 0; i < root_count; ++i) roots_.push_back(&f_.root(nothing));
    held_.assign(root_count, -1);
    f_.stack = f_.m.allocate(default_stack_size);
    f_.stack_size = default_stack_size;
    f_.sfp = nodes_.frames.fill(f_.stack, {nothing, nothing, nothing});
    store(f_.sfp, nodes_.frames.return_address());
    f_.esp = f_.stack + default_stack_size - stack_slop;
  }

  std::string run(const std::vector<Step>& steps) {
    for (std::size_t i = 0; i < steps.size() && problem_.empty(); ++i) {
      n_ = steps[i].numbers;
      perform(steps[i].operation);
      if (!problem_.empty()) return "step " + std::to_string(i) + ": " + problem_;
    }
    return {};
  }

 private:
  void fail(const std::string& what) {
    if (problem_.empty()) problem_ = what;
  }
  std::size_t pick(std::size_t number, std::size_t limit) const { return n_[number] % limit; }
  Value held(std::size_t root) const { return *roots_[root]; }
  void hold(std::size_t root, Value v, int number) {
    *roots_[root] = v;
    held_[root] = number;
  }

  void perform(Operation operation) {
    switch (operation) {
      case Operation::make: return make();
      case Operation::link: return change(pick(3, root_count));
      case Operation::cut: return change(std::nullopt);
      case Operation::load: {
        auto const [v, number] = walk();
        return hold(pick(2, root_count), v, number);
      }
      case Operation::load_weak: return load_weak();
      case Operation::drop: return hold(pick(0, root_count), nothing, -1);
      case Operation::junk:
        for (std::size_t i = 0; i < 1 + pick(0, 100); ++i) make_string(f_.m, pick(1, 100));
        return;
      case Operation::stack: {
        std::size_t const root = pick(0, root_count), word = pick(1, 3);
        store(f_.stack + 8 * FramesCode::live_words[word], held(root));
        on_stack_[word] = held_[root];
        return;
      }
      case Operation::lock: return lock();
      case Operation::unlock: return unlock();
      case Operation::watch: return watch();
      case Operation::fetch: return fetch();
      case Operation::put: return put();
      case Operation::remove: return remove();
      case Operation::collect: return collect();
      case Operation::collect_all: return collect(greatest_, greatest_, greatest_);
      case Operation::make_static:
        // What is above a greatest generation that is being lowered wouldn't become static.
        if (oldest_ > greatest_) collect(greatest_, greatest_, greatest_);
        return collect(greatest_, static_generation, static_generation);
      case Operation::set_greatest:
        greatest_ = 1 + static_cast<int>(pick(0, 6));
        f_.heap.parameters().set_maximum_generation(greatest_);
        return;
      case Operation::set_in_place:
        f_.heap.parameters().minimum_mark_generation = 1 + static_cast<int>(pick(0, 6));
        return;
    }
  }

  // --- Changing the graph

  void make() {
    auto const shape = static_cast<Shape>(pick(0, shape_count));
    int const number = static_cast<int>(shadow_.nodes.size());
    ShadowNode node;
    node.shape = shape;
    node.variant = n_[3];
    node.slots.assign(nodes_.slots_of(shape, node.variant, n_[1]), -1);
    // Most slots are filled later, so that old objects refer to young ones.
    std::vector<Value> values(node.slots.size(), nothing);
    std::mt19937 random(n_[4]);
    for (std::size_t i = 0; i < values.size() && i < 8; ++i) {
      std::size_t const root = random() % root_count;
      if (random() % 2 == 0 && shape != Shape::weak) continue;
      values[i] = held(root);
      node.slots[i] = held_[root];
    }
    Value const v = nodes_.make(shape, node.variant, number, n_[1], values);
    node.variant = nodes_.variant_of(shape, node.variant);
    shadow_.nodes.push_back(std::move(node));
    hold(pick(2, root_count), v, number);
    if (fault_ == Fault::hidden_root && shape == Shape::immobile) {
      f_.root(v);  // and nobody else knows of it
    }
  }

  /// From a root along slots: numbers 0 and 1 say which root and which slots.
  std::pair<Value, int> walk() {
    std::size_t const root = pick(0, root_count);
    Value v = held(root);
    int number = held_[root];
    std::uint32_t way = n_[1];
    for (std::uint32_t steps = way % 4; steps > 0 && number >= 0; --steps) {
      way /= 4;
      const ShadowNode& node = shadow_[number];
      if (node.slots.empty() || node.shape == Shape::weak || node.shape == Shape::ephemeron) break;
      std::size_t const slot = way % node.slots.size();
      if (node.slots[slot] < 0) break;
      v = nodes_.slot(node.shape, v, slot);
      number = node.slots[slot];
    }
    return {v, number};
  }
  /// The node of a shape that the way leads to.
  std::optional<std::pair<Value, int>> walk_to(Shape shape) {
    auto const found = walk();
    if (found.second < 0 || shadow_[found.second].shape != shape) return std::nullopt;
    return found;
  }

  void change(std::optional<std::size_t> root) {
    auto const [v, number] = walk();
    if (number < 0) return;
    ShadowNode& node = shadow_[number];
    if (node.slots.empty() || !nodes_.can_change(node.shape, node.variant)) return;
    std::size_t const slot = pick(2, node.slots.size());
    node.slots[slot] = root ? held_[*root] : -1;
    auto const [place, displacement] = nodes_.place(node.shape, v, slot);
    Value const x = root ? held(*root) : nothing;
    if (fault_ == Fault::forgotten_barrier && node.shape == Shape::stencil) {
      store(place, x);
    } else if (displacement != 0 && !root) {
      store<Word>(place, 0);
    } else if (displacement != 0 || n_[4] % 2 == 0 || f_.eap - f_.ap < word_bytes) {
      f_.heap.store(place, x, displacement);
    } else {  // as compiled code does it
      store(place, x);
      f_.eap -= word_bytes;
      store(f_.eap, place);
    }
  }

  void load_weak() {
    auto const found = walk_to(Shape::weak);
    if (!found) return;
    int const target = shadow_[found->second].slots[0];
    if (target >= 0) hold(pick(2, root_count), nodes_.slot(Shape::weak, found->first, 0), target);
  }

  void lock() {
    std::size_t const root = pick(0, root_count);
    if (held_[root] < 0 || locked_.size() > 8) return;
    f_.heap.locks().lock(held(root));
    locked_.emplace_back(held(root), held_[root]);
  }
  void unlock() {
    if (locked_.empty()) return;
    std::size_t const i = pick(0, locked_.size());
    f_.heap.locks().unlock(locked_[i].first);
    locked_.erase(locked_.begin() + static_cast<std::ptrdiff_t>(i));
  }

  void watch() {
    auto const guardian = walk_to(Shape::guardian);
    std::size_t const object = pick(2, root_count);
    std::size_t const representative = n_[4] % 3 != 0 ? object : pick(3, root_count);
    if (!guardian || held_[object] < 0 || held_[representative] < 0) return;
    bool const ordered = shadow_[guardian->second].variant != 0;
    f_.watch(nodes_.tconc(guardian->first), held(object), held(representative), ordered);
    if (shadow_[held_[object]].permanent) return;  // it can't be lost
    shadow_.watches.push_back({guardian->second, held_[object], held_[representative], ordered});
  }
  void fetch() {
    auto const guardian = walk_to(Shape::guardian);
    if (!guardian) return;
    auto& queue = shadow_[guardian->second].queue;
    Value const v = f_.retrieve(nodes_.tconc(guardian->first));
    if (queue.empty() != (v == false_value)) return fail("a guardian's queue has another length");
    if (queue.empty()) return;
    hold(pick(2, root_count), v, queue.front());
    queue.erase(queue.begin());
  }

  void put() {
    auto const found = walk_to(Shape::table);
    std::size_t const key = pick(2, root_count), value = pick(3, root_count);
    if (!found || held_[key] < 0) return;
    ShadowNode& node = shadow_[found->second];
    Value const record = nodes_.table(found->first);
    EqTable const table(f_, record);
    auto const entry = std::find_if(node.entries.begin(), node.entries.end(),
                                    [&](const auto& e) { return e.key == held_[key]; });
    Value const keyval = table.find(held(key));
    if ((keyval == false_value) != (entry == node.entries.end())) {
      return fail("a table has a key, or has it not");
    }
    if (entry != node.entries.end()) {
      f_.heap.set_cdr(keyval, held(value));
      entry->value = held_[value];
      return;
    }
    Value const k = held(key), x = held(value);
    table.add(node.variant == keys_held   ? cons(f_.m, k, x)
              : node.variant == keys_weak ? weak_cons(f_.m, k, x)
                                          : ephemeron_cons(f_.m, k, x));
    node.entries.push_back({held_[key], held_[value]});
    if (fault_ == Fault::crash && node.entries.size() == 3) std::abort();
  }
  void remove() {
    auto const found = walk_to(Shape::table);
    if (!found || shadow_[found->second].entries.empty()) return;
    ShadowNode& node = shadow_[found->second];
    std::size_t const i = pick(2, node.entries.size());
    Value const record = nodes_.table(found->first);
    Value const key = key_of(EqTable(f_, record), node.entries[i].key);
    if (key == nothing) return fail("a table has lost a key");
    EqTable(f_, record).remove(key);
    node.entries.erase(node.entries.begin() + static_cast<std::ptrdiff_t>(i));
  }
  Value key_of(const EqTable& table, int number) {
    Value result = nothing;
    for_each_keyval(table, [&](Value keyval, Word) {
      if (nodes_.number(car(keyval)) == number) result = car(keyval);
    });
    return result;
  }
  template <class F>
  void for_each_keyval(const EqTable& table, F f) {
    for (Word i = 0; i < vector_length(table.buckets()); ++i) {
      for (Value t = vector_ref(table.buckets(), i); !is_fixnum(t);
           t = field<Value>(t, layout::tlc_next)) {
        f(field<Value>(t, layout::tlc_keyval), i);
      }
    }
  }

  // --- Collecting and comparing

  void collect() {
    int const g = static_cast<int>(std::min(pick(0, 5) * pick(1, 3), std::size_t(greatest_)));
    int const greatest = n_[2] % 3 == 0 ? g : std::min(g + 1, greatest_);
    int const least =
        greatest == 0 ? 0 : 1 + static_cast<int>(pick(3, static_cast<std::size_t>(greatest)));
    collect(g, std::min(least, greatest), greatest);
  }

  void collect(int g, int least, int greatest) {
    std::vector<int> from = held_;
    from.insert(from.end(), on_stack_.begin(), on_stack_.end());
    for (const auto& [v, number] : locked_) from.push_back(number);
    std::vector<bool> const alive = shadow_.reachable(from, false);
    must_live_ = shadow_.reachable(from, true);
    for (ShadowWatch& w : shadow_.watches) {
      w.lost = w.lost || !alive[static_cast<std::size_t>(w.object)];
      w.lost_now = !alive[static_cast<std::size_t>(w.object)];
    }
    // A greater generation than the greatest, while that is being lowered, waits for its collection.
    if (g == greatest_ && greatest == g) oldest_ = greatest_;
    oldest_ = std::max(oldest_, greatest_);
    all_collected_ = g >= oldest_;

    f_.heap.collect(SafePoints::stopped(f_.m), {g, least, greatest});
    for (const std::string& line : verify(f_.heap)) fail("the verifier: " + line);
    if (problem_.empty()) compare();
    if (all_collected_) forget(greatest == static_generation);
  }

  /// What nobody can reach any more needs no place in the copy; what is static lives for ever.
  void forget(bool now_static) {
    for (std::size_t i = 0; i < must_live_.size(); ++i) {
      ShadowNode& node = shadow_.nodes[i];
      if (!must_live_[i]) {
        node = ShadowNode{};
      } else if (now_static) {
        node.permanent = true;
      }
    }
    std::erase_if(shadow_.watches, [&](const ShadowWatch& w) {
      return !must_live_[static_cast<std::size_t>(w.guardian)] || shadow_[w.object].permanent;
    });
  }

  void compare() {
    seen_.assign(shadow_.nodes.size(), nil);
    for (std::size_t i = 0; i < root_count; ++i) expect(held(i), held_[i]);
    for (std::size_t i = 0; i < 3; ++i) {
      expect(load<Value>(f_.stack + 8 * FramesCode::live_words[i]), on_stack_[i]);
    }
    for (const auto& [v, number] : locked_) expect(v, number);
    while (!work_.empty() && problem_.empty()) {
      auto const [v, number] = work_.back();
      work_.pop_back();
      compare_node(v, number);
    }
    work_.clear();
  }

  /// The Value must be the node of that number, the same wherever it is met.
  void expect(Value v, int number) {
    if (number < 0) {
      if (v != nothing) fail("there is something where nothing should be");
      return;
    }
    Value& before = seen_[static_cast<std::size_t>(number)];
    if (before == nil) {
      before = v;
      work_.emplace_back(v, number);
    } else if (before != v) {
      fail("node " + std::to_string(number) + " has been doubled");
    }
  }

  bool must_live(int number) const { return must_live_[static_cast<std::size_t>(number)]; }

  void compare_node(Value v, int number) {
    ShadowNode& node = shadow_[number];
    std::string const wrong = nodes_.what_is_wrong(node.shape, node.variant, v, number);
    if (!wrong.empty()) return fail("node " + std::to_string(number) + ": " + wrong);
    switch (node.shape) {
      case Shape::weak: return compare_weak(v, node);
      case Shape::ephemeron: return compare_ephemeron(v, node);
      case Shape::guardian: return compare_guardian(v, number);
      case Shape::table: return compare_table(v, node);
      default:
        for (std::size_t i = 0; i < node.slots.size(); ++i) {
          expect(nodes_.slot(node.shape, v, i), node.slots[i]);
        }
    }
  }

  /// Whether a weak reference to a node is broken, as it must be or may be.
  bool is_broken(Value v, int number, const char* what) {
    if (v == broken_weak_pointer) {
      if (must_live(number)) fail(std::string(what) + " has lost an object that is reachable");
      return true;
    }
    if (all_collected_ && !must_live(number)) fail(std::string(what) + " keeps an object");
    return false;
  }

  void compare_weak(Value v, ShadowNode& node) {
    expect(nodes_.slot(Shape::weak, v, 1), node.slots[1]);
    int& target = node.slots[0];
    Value const now = nodes_.slot(Shape::weak, v, 0);
    if (target == broken) {
      if (now != broken_weak_pointer) fail("a broken weak pair is whole again");
    } else if (target >= 0 && is_broken(now, target, "a weak pair")) {
      target = broken;
    } else {
      expect(now, target);
    }
  }

  void compare_ephemeron(Value v, ShadowNode& node) {
    Value const key = nodes_.slot(Shape::ephemeron, v, 0),
                value = nodes_.slot(Shape::ephemeron, v, 1);
    int& number = node.slots[0];
    if (number == broken) {
      if (key != broken_weak_pointer) fail("a broken ephemeron is whole again");
      expect_value(value, node.slots[1]);
    } else if (number >= 0 && is_broken(key, number, "an ephemeron")) {
      number = broken;
      node.slots[1] = broken;
      if (value != broken_weak_pointer) fail("an ephemeron keeps a value without its key");
    } else {
      expect(key, number);
      expect_value(value, node.slots[1]);
    }
  }
  void expect_value(Value value, int number) {
    if (number != broken) return expect(value, number);
    if (value != broken_weak_pointer) fail("a broken ephemeron has a value again");
  }

  void compare_guardian(Value v, int number) {
    ShadowNode& node = shadow_[number];
    Value const tconc = nodes_.tconc(v);
    std::size_t i = 0;
    for (Value p = car(tconc); p != cdr(tconc); p = cdr(p), ++i) {
      if (i == node.queue.size()) {
        if (!take_watch(number, nodes_.number(car(p)))) {
          return fail("guardian " + std::to_string(number) + " hands over what isn't lost");
        }
        node.queue.push_back(nodes_.number(car(p)));
      }
      expect(car(p), node.queue[i]);
    }
    if (i != node.queue.size()) fail("a guardian's queue has lost something");
    if (!all_collected_) return;
    for (const ShadowWatch& w : shadow_.watches) {
      if (w.guardian == number && w.lost_now && !w.ordered) {
        fail("guardian " + std::to_string(number) + " doesn't hand over a lost object");
      }
    }
  }
  /// Ends a watch of a lost object with this representative.
  bool take_watch(int guardian, int representative) {
    auto const w = std::find_if(shadow_.watches.begin(), shadow_.watches.end(), [&](const auto& x) {
      return x.guardian == guardian && x.representative == representative && x.lost;
    });
    if (w == shadow_.watches.end()) return false;
    shadow_.watches.erase(w);
    return true;
  }

  void compare_table(Value v, ShadowNode& node) {
    Value const record = nodes_.table(v);
    EqTable const table(f_, record);
    std::size_t found = 0;
    for_each_keyval(table, [&](Value keyval, Word bucket) {
      Value const key = car(keyval);
      if (key == broken_weak_pointer) return fail("a table keeps an entry without its key");
      int const number = nodes_.number(key);
      auto const entry = std::find_if(node.entries.begin(), node.entries.end(),
                                      [&](const auto& e) { return e.key == number; });
      if (entry == node.entries.end()) return fail("a table has an entry that was removed");
      if (table.index(key) != bucket) return fail("a key is in another key's bucket");
      ++found;
      expect(key, number);
      expect(cdr(keyval), entry->value);
    });
    if (!problem_.empty()) return;
    if (static_cast<std::size_t>(table.size()) != found) return fail("a table counts wrong");
    std::erase_if(node.entries, [&](const auto& entry) {
      bool const is_there = seen_[static_cast<std::size_t>(entry.key)] != nil &&
                            table.find(seen_[static_cast<std::size_t>(entry.key)]) != false_value;
      if (is_there) {
        if (all_collected_ && node.variant != keys_held && !must_live(entry.key)) {
          fail("a table keeps a key that nobody holds");
        }
        return false;
      }
      if (node.variant == keys_held || must_live(entry.key)) fail("a table has lost an entry");
      return true;
    });
  }

  static constexpr int broken = -2;

  Fault fault_;
  HeapFixture f_;
  HeapNodes nodes_;
  Shadow shadow_;
  std::vector<Value*> roots_;
  std::vector<int> held_;
  std::array<int, 3> on_stack_{-1, -1, -1};
  std::vector<std::pair<Value, int>> locked_;
  int greatest_ = default_maximum_generation, oldest_ = default_maximum_generation;
  std::array<std::uint32_t, 5> n_{};
  std::string problem_;
  // Of the last collection.
  std::vector<bool> must_live_;
  bool all_collected_ = false;
  std::vector<Value> seen_;
  std::vector<std::pair<Value, int>> work_;
};

struct Weight {
  Operation operation;
  int weight;
};
constexpr Weight weights[] = {
    {Operation::make, 260},      {Operation::link, 300},       {Operation::cut, 30},
    {Operation::load, 60},       {Operation::load_weak, 30},   {Operation::drop, 60},
    {Operation::junk, 20},       {Operation::stack, 10},       {Operation::lock, 4},
    {Operation::unlock, 4},      {Operation::watch, 60},       {Operation::fetch, 40},
    {Operation::put, 80},        {Operation::remove, 15},      {Operation::collect, 10},
    {Operation::collect_all, 2}, {Operation::set_greatest, 1}, {Operation::set_in_place, 1},
};
constexpr int steps_for_one_static = 4000;

constexpr std::string_view operation_names[] = {
    "make",    "link",        "cut",         "load",         "load_weak",   "drop", "junk",
    "stack",   "lock",        "unlock",      "watch",        "fetch",       "put",  "remove",
    "collect", "collect_all", "make_static", "set_greatest", "set_in_place"};

}  // namespace

std::string to_string(const Step& step) {
  std::string result(operation_names[static_cast<std::size_t>(step.operation)]);
  for (std::uint32_t const n : step.numbers) result += " " + std::to_string(n);
  return result;
}

std::vector<Step> random_steps(unsigned seed, int count) {
  std::mt19937 random(seed);
  int total = 0;
  for (const Weight& w : weights) total += w.weight;
  std::vector<Step> steps;
  for (int i = 0; i < count; ++i) {
    Step step{Operation::make_static, {}};
    if (random() % steps_for_one_static != 0) {
      int at = static_cast<int>(random() % static_cast<unsigned>(total));
      for (const Weight& w : weights) {
        step.operation = w.operation;
        if ((at -= w.weight) < 0) break;
      }
    }
    for (std::uint32_t& n : step.numbers) n = static_cast<std::uint32_t>(random());
    steps.push_back(step);
  }
  return steps;
}

std::string run_steps(const std::vector<Step>& steps, Fault fault) {
  return HeapMutator(fault).run(steps);
}

}  // namespace coracle::test
