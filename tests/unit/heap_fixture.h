// A heap with roots of its own, for the tests of vm/heap.
#pragma once

#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <vector>

#include "tests/unit/safe_points.h"
#include "vm/heap/inspect/inspect.h"
#include "vm/heap/objects/kinds.h"
#include "vm/heap/objects/objects.h"
#include "vm/heap/objects/symbol_table.h"
#include "vm/heap/values/locks.h"

namespace coracle::test {

inline const Profile& heap_profile() {
  static Profile const profile = [] {
    Profile p{};
    p.return_frame_size = -0x8;
    p.return_live_mask = -0x18;
    p.return_toplink = -0x10;
    p.return_mv_address = -0x20;
    p.return_compact_mask = -0x8;
    p.return_compact_toplink = -0x10;
    return p;
  }();
  return profile;
}

struct HeapFixture : RootSource {
  explicit HeapFixture(HeapOptions options = {}) : heap(heap_profile(), options) {
    heap.attach(m);
    heap.add_roots(*this);
    make_empty_objects(m);
  }

  void visit_roots(RootVisitor& visitor) override {
    for (Value& v : roots) visitor.value(v);
    for (Word& a : code_addresses) visitor.code_address(a);
    if (stack != 0) visitor.running_stack(stack, stack_size, sfp, esp);
  }

  /// A root that is updated as its object moves.
  Value& root(Value v) {
    roots.push_back(v);
    return roots.back();
  }
  void collect(int greatest, int least_target, int greatest_target) {
    heap.collect(SafePoints::stopped(m), {greatest, least_target, greatest_target});
    check();
  }
  void collect(int greatest, int target) { collect(greatest, target, target); }
  /// As (collect g) does: generation by generation.
  void collect_up(int g) { collect(g, 1, std::min(g + 1, 4)); }
  void check() {
    auto const problems = verify(heap);
    for (const std::string& line : problems) MESSAGE(line);
    CHECK(problems.empty());
  }
  int generation(Value v) { return heap.generation_of(v); }

  Word ap = 0, eap = 0, real_eap = 0;
  Value guardian_entries = nil;
  Heap heap;
  Mutator m{heap, {&ap, &eap, &real_eap}, {}, 0, &guardian_entries};
  std::deque<Value> roots;
  std::deque<Word> code_addresses;
  Word stack = 0, sfp = 0, esp = 0;
  SignedWord stack_size = 0;

  // What compiled code does to register an object with a guardian.
  Value make_guardian() {
    Value const end = cons(m, make_fixnum(0), make_fixnum(0));
    return cons(m, end, end);
  }
  void watch(Value tconc, Value object, Value representative, bool ordered = false) {
    Word const e = m.allocate(layout::guardian_size);
    store(e + layout::guardian_obj, object);
    store(e + layout::guardian_rep, representative);
    store(e + layout::guardian_tconc, tconc);
    store(e + layout::guardian_next, guardian_entries);
    store(e + layout::guardian_ordered, make_boolean(ordered));
    store(e + layout::guardian_pending, make_fixnum(0));
    guardian_entries = Value{e};
  }
  /// The next object in the guardian's queue, or #f.
  Value retrieve(Value tconc) {
    if (car(tconc) == cdr(tconc)) return false_value;
    Value const first = car(tconc);
    heap.set_car(tconc, cdr(first));
    return car(first);
  }
};

inline Value list_of_numbers(Mutator& m, int n) {
  Value result = nil;
  for (int i = n; i-- > 0;) result = cons(m, make_fixnum(i), result);
  return result;
}

inline bool is_list_of_numbers(Value v, int n) {
  for (int i = 0; i < n; ++i, v = cdr(v)) {
    if (!is_pair(v) || car(v) != make_fixnum(i)) return false;
  }
  return v == nil;
}

}  // namespace coracle::test
