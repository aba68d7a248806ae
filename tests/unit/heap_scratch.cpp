// The arena for data that lives for one collection.
#include <cstring>

#include "tests/unit/heap_fixture.h"
#include "vm/heap/memory/scratch.h"

using namespace coracle;
using namespace coracle::test;

TEST_CASE("scratch arena: pieces are aligned, apart, and there until the reset") {
  ScratchArena arena;
  CHECK(arena.bytes_held() == 0);
  struct Piece {
    unsigned char* at;
    std::size_t size;
  };
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < 3000; ++i) {
    std::size_t const alignment = std::size_t{1} << i % 9;
    std::size_t const size = i % 500 == 499 ? 100'000 : 1 + i % 97;
    auto* const at = static_cast<unsigned char*>(arena.allocate(size, alignment));
    REQUIRE(address_of(at) % alignment == 0);
    std::memset(at, static_cast<int>(i), size);
    pieces.push_back({at, size});
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    for (std::size_t k = 0; k < pieces[i].size; ++k) {
      if (pieces[i].at[k] != static_cast<unsigned char>(i)) FAIL("a piece was overwritten");
    }
  }
}

TEST_CASE("scratch arena: a reset starts over with the same memory") {
  ScratchArena arena;
  auto const use = [&] {
    void* const first = arena.allocate(16);
    for (int i = 0; i < 1000; ++i) static_cast<void>(arena.allocate(1000));
    return first;
  };
  void* const first = use();
  std::size_t const held = arena.bytes_held();
  CHECK(held >= 1'000'000);
  for (int i = 0; i < 100; ++i) {
    arena.reset();
    CHECK(use() == first);
  }
  CHECK(arena.bytes_held() == held);
  // What is very large goes back.
  static_cast<void>(arena.allocate(std::size_t{50} << 20));
  CHECK(arena.bytes_held() > std::size_t{50} << 20);
  arena.reset();
  CHECK(arena.bytes_held() <= std::size_t{2} << 20);
  CHECK(use() == first);
}

TEST_CASE("scratch arena: bitmaps are clear, also in memory that was used") {
  ScratchArena arena;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 1000; ++i) {
      std::uint64_t* const bitmap = arena.allocate_bitmap();
      for (Word w = 0; w < segment_bitmap_words; ++w) {
        if (bitmap[w] != 0) FAIL("a bit is set");
        bitmap[w] = ~std::uint64_t{0};
      }
    }
    arena.reset();
  }
}

TEST_CASE("scratch arena: vectors grow in it, and change places") {
  ScratchArena arena;
  ScratchVector<int> a(&arena), b(&arena);
  for (int i = 0; i < 100'000; ++i) a.push_back(i);
  a.swap(b);
  CHECK(a.empty());
  CHECK(b.size() == 100'000);
  CHECK(b[99'999] == 99'999);
  CHECK(arena.bytes_held() >= 100'000 * sizeof(int));
}

TEST_CASE("scratch arena: collections of a steady heap hold no more and more memory") {
  HeapFixture f;
  // Of everything that has a list in a collection.
  Value& kept = f.root(nil);
  for (int i = 0; i < 2000; ++i) {
    Value const key = make_box(f.m, make_fixnum(i));
    kept = cons(f.m, ephemeron_cons(f.m, key, key), cons(f.m, weak_cons(f.m, key, nil), kept));
    if (i % 2 == 0) kept = cons(f.m, key, kept);
    kept = cons(f.m, make_flonum(f.m, i), kept);
  }
  Word held = 0;
  for (int i = 0; i < 20; ++i) {
    f.collect(4, 4);
    if (i == 5) held = f.heap.memory().current_bytes();
  }
  CHECK(f.heap.memory().current_bytes() == held);
}
