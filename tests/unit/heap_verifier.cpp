// The verifier finds planted errors.
#include "tests/unit/heap_fixture.h"

using namespace coracle;
using namespace coracle::test;

namespace {

/// Whether the verifier complains, and about this.
bool finds(HeapFixture& f, const char* what) {
  auto const lines = verify(f.heap);
  for (const std::string& line : lines) {
    if (line.find(what) != std::string::npos) return true;
  }
  for (const std::string& line : lines) MESSAGE(line);
  return false;
}

}  // namespace

TEST_CASE("the verifier: a sound heap") {
  HeapFixture f;
  f.root(list_of_numbers(f.m, 100));
  f.check();
}

TEST_CASE("the verifier: an old object refers to a young one, its card is clean") {
  HeapFixture f;
  Value& v = f.root(make_vector(f.m, 5, nil));
  f.collect_up(0);
  init_vector(v, 2, cons(f.m, nil, nil));  // a store without barrier
  CHECK(finds(f, "but the card says 255"));
  f.heap.set_vector(v, 2, vector_ref(v, 2));
  f.check();
}

TEST_CASE("the verifier: an old record, found by its words") {
  HeapFixture f;
  SymbolTable table(f.heap);
  Value& symbol = f.root(table.intern(f.m, "s"));
  f.collect_up(0);
  init_field(symbol, layout::symbol_plist, cons(f.m, nil, nil));
  CHECK(finds(f, "symbol 0x"));
  init_field(symbol, layout::symbol_plist, nil);
}

TEST_CASE("the verifier: references to nowhere") {
  HeapFixture f;
  Value& v = f.root(make_vector(f.m, 5, nil));
  init_vector(v, 0, Value{f.ap + 0x100 + 1});
  CHECK(finds(f, "is past the objects"));
  init_vector(v, 0, Value{untagged(v) - 8 + 4});
  CHECK(finds(f, "no object's tag"));
  init_vector(v, 0, forward_marker);
  CHECK(finds(f, "a forward marker"));
  init_vector(v, 0, nil);
  f.check();
}

TEST_CASE("the verifier: wrong tags for a space, and the middle of an object") {
  HeapFixture f;
  SymbolTable table(f.heap);
  Value& symbol = f.root(table.intern(f.m, "s"));
  Value& string = f.root(make_string_utf8(f.m, "abc"));
  Value& v = f.root(make_vector(f.m, 5, nil));
  f.collect_up(0);
  init_vector(v, 0, tagged(untagged(symbol), Tag::pair));
  CHECK(finds(f, "doesn't belong to space symbol"));
  init_vector(v, 0, tagged(untagged(symbol) + 16, Tag::symbol));
  CHECK(finds(f, "is no object's start"));
  init_vector(v, 0, tagged(untagged(string), Tag::closure));
  CHECK(finds(f, "doesn't belong to space data"));
  init_vector(v, 0, nil);
  f.check();
}

TEST_CASE("the verifier: a type word that none has") {
  HeapFixture f;
  Value const b = make_box(f.m, nil);
  f.root(b);
  init_field<Word>(b, 0, 0x3E);
  CHECK(finds(f, "has type word"));
  init_field<Word>(b, 0, type_word::box.value);
}

TEST_CASE("the verifier: bad roots, bad code, bad stacks") {
  HeapFixture f;
  f.root(Value{f.ap + 0x200 + 1});
  CHECK(finds(f, "a root"));
  f.roots.clear();
  Value const closure = make_closure(f.m, f.ap, 1);
  init_field(closure, 8, nil);
  f.root(closure);
  CHECK(finds(f, "has code entry"));
  f.roots.clear();
  f.stack = f.m.allocate(4096);
  f.stack_size = 4096;
  f.sfp = f.stack + 64;
  f.esp = f.stack + 8192;
  CHECK(finds(f, "aren't in"));
  f.esp = f.stack + 1024;
  store<Word>(f.sfp, f.stack);
  CHECK(finds(f, "isn't in code"));
  f.stack = 0;
  f.check();
}
