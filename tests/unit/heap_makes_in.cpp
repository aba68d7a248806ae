// Objects made in an old generation, as boot files' are.
#include "tests/unit/heap_builders.h"

using namespace coracle;
using namespace coracle::test;

TEST_CASE("objects made in an old generation keep the new ones that they refer to") {
  for (Generation const made_in : {Generation{1}, Generation{4}, static_generation}) {
    HeapFixture f;
    Value const text = make_string_utf8(f.m, "young");
    Value old_vector;
    {
      MakesIn const old(f.m, made_in);
      old_vector = make_vector(f.m, 3000, text);  // large
      Value const pair = cons(f.m, make_flonum(f.m, 1.5), text);
      Value const box = make_box(f.m, pair);
      init_vector(f.m, old_vector, 2999, box);
      CHECK(f.generation(box) == made_in);
      CHECK(f.heap.space_of(box) == Space::impure);
      CHECK(f.heap.space_of(car(pair)) == Space::data);
      CHECK(f.heap.space_of(make_string_utf8(f.m, "s")) == Space::data);
    }
    CHECK(f.generation(make_box(f.m, nil)) == 0);
    Value& v = f.root(old_vector);
    f.check();
    for (int g = 0; g <= 4; ++g) {
      f.collect_up(g);
      Value const pair = field<Value>(vector_ref(v, 2999), layout::box_ref);
      CHECK(flonum_value(car(pair)) == 1.5);
      CHECK(string_utf8(cdr(pair)) == "young");
      CHECK(vector_ref(v, 0) == cdr(pair));
      CHECK(f.generation(v) >= made_in);
    }
  }
}

TEST_CASE("code made in the static generation keeps its relocations until all is static") {
  HeapFixture f;
  MakesIn const old(f.m, static_generation);
  CodeBuilder b(f, 40);
  Value constant, numbers;
  {
    MakesIn const young(f.m, 0);
    constant = make_string_utf8(f.m, "constant");
    numbers = list_of_numbers(f.m, 5);
  }
  b.relocate({{3, constant, 0}, {20, numbers, 8}});
  Value const code = f.root(b.code);
  CHECK(f.generation(code) == static_generation);
  CHECK(f.heap.space_of(code) == Space::code);
  auto const check = [&] {
    Word const data = entry_of_code(code);
    CHECK(string_utf8(Value{load<Word>(data + 3)}) == "constant");
    CHECK(is_list_of_numbers(Value{load<Word>(data + 20) - 8}, 5));
  };
  for (int g = 0; g <= 4; ++g) {
    f.collect_up(g);
    check();
    CHECK(field<Word>(code, layout::code_reloc) != 0);
  }
  f.collect(4, static_generation);
  check();
  CHECK(field<Word>(code, layout::code_reloc) == 0);
}

TEST_CASE("only cards with younger references are dirty from the first") {
  Word scanned = 0;
  HeapOptions options;
  options.on_collection = [&](const CollectionRecord& r) { scanned = r.cards_scanned; };
  HeapFixture f(options);
  MakesIn const old(f.m, static_generation);
  for (int i = 0; i < 1000; ++i) make_box(f.m, make_fixnum(i));
  Value const old_pair = cons(f.m, make_box(f.m, nil), nil);
  auto const cards_scanned = [&] {
    f.collect(0, 0);
    return scanned;
  };
  CHECK(cards_scanned() == 0);
  Value const vector = f.root(make_vector(f.m, 200, old_pair));
  CHECK(cards_scanned() == 0);
  Value text;
  {
    MakesIn const young(f.m, 0);
    text = make_string_utf8(f.m, "young");
  }
  CHECK(init_vector(f.m, vector, 100, text));
  CHECK(!init_vector(f.m, vector, 101, old_pair));
  CHECK(cards_scanned() == 1);
  CHECK(string_utf8(vector_ref(vector, 100)) == "young");
  f.check();
}

TEST_CASE("symbols of an old generation stay, new ones die") {
  HeapFixture f;
  SymbolTable table(f.heap);
  table.intern(f.m, "dies");
  MakesIn const old(f.m, static_generation);
  Value const symbol = table.intern(f.m, "stays");
  CHECK(f.generation(symbol) == static_generation);
  CHECK(f.heap.space_of(symbol) == Space::symbol);
  CHECK(f.generation(field<Value>(symbol, layout::symbol_name)) == static_generation);
  Value const gensym = table.intern_gensym(f.m, U"pretty", U"unique", false_value, false_value);
  CHECK(f.generation(gensym) == static_generation);
  CHECK(table.size() == 3);
  f.collect(0, 1);
  CHECK(table.size() == 2);
  CHECK(table.intern(f.m, "stays") == symbol);
  CHECK(table.intern_gensym(f.m, U"pretty", U"unique", false_value, false_value) == gensym);
  f.check();
}

TEST_CASE("entries of hash tables are new, whoever makes them") {
  HeapFixture f;
  MakesIn const old(f.m, static_generation);
  CHECK(f.generation(make_tlc(f.m, nil, nil, nil)) == 0);
  CHECK(f.generation(weak_cons(f.m, nil, nil)) == 0);
  CHECK(f.generation(ephemeron_cons(f.m, nil, nil)) == 0);
}

TEST_CASE("the census counts what is made in an old generation") {
  HeapFixture f;
  SymbolTable table(f.heap);
  Value& kind = f.root(table.intern(f.m, "box"));
  auto const boxes = [&](Value generation) {
    for (Value p = object_counts(f.m); p != nil; p = cdr(p)) {
      if (car(car(p)) != kind) continue;
      for (Value q = cdr(car(p)); q != nil; q = cdr(q)) {
        if (car(car(q)) == generation) return fixnum_value(car(cdr(car(q))));
      }
    }
    return SignedWord{0};
  };
  {
    MakesIn const old(f.m, static_generation);
    for (int i = 0; i < 10; ++i) make_box(f.m, nil);
  }
  CHECK(boxes(table.intern(f.m, "static")) == 10);
  CHECK(boxes(make_fixnum(0)) == 0);
}
