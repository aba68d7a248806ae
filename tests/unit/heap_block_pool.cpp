// The free list of blocks, alone and with several threads. Built twice: among the unit tests, and by
// itself under the thread sanitizer (target thread_tests of tests/CMakeLists.txt).
#include <doctest/doctest.h>

#include <atomic>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include "tests/unit/needs.h"
#include "vm/heap/memory/block_pool.h"

using namespace coracle;

namespace {

/// Fills a block with a mark, and tells whether it is still full of it.
void fill(const BlockPool& pool, void* block, int mark) {
  std::memset(block, mark, pool.block_bytes());
}
bool is_full(const BlockPool& pool, const void* block, int mark) {
  auto const* const bytes = static_cast<const unsigned char*>(block);
  for (std::size_t i = 0; i < pool.block_bytes(); ++i) {
    if (bytes[i] != static_cast<unsigned char>(mark)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("free list: last given back, first taken") {
  std::vector<FreeList::Link> links(4);
  auto const link = [&](std::uint32_t n) -> auto& { return links[n]; };
  FreeList list;
  CHECK(list.is_empty());
  CHECK(list.take(link) == FreeList::end);
  links[0] = 1;
  links[1] = 2;
  list.give_back(0, 2, link);
  list.give_back(3, 3, link);
  CHECK(!list.is_empty());
  for (std::uint32_t const n : {3u, 0u, 1u, 2u}) CHECK(list.take(link) == n);
  CHECK(list.is_empty());
}

TEST_CASE("free list: the first number is taken and comes back while another thread looks at it") {
  std::vector<FreeList::Link> links(3);
  auto const link = [&](std::uint32_t n) -> auto& { return links[n]; };
  FreeList list;
  links[0] = 1;
  links[1] = 2;
  list.give_back(0, 2, link);
  // What the other thread does between reading the link of number 0 and replacing the head: number 0
  // is first again, but number 1 isn't behind it any more.
  bool interrupted = false;
  FreeList::Link stale(1);
  auto const slow_link = [&](std::uint32_t n) -> auto& {
    if (interrupted) return link(n);
    interrupted = true;
    CHECK(list.take(link) == 0);
    CHECK(list.take(link) == 1);
    list.give_back(0, 0, link);
    return stale;
  };
  CHECK(list.take(slow_link) == 0);
  CHECK(list.take(link) == 2);
  CHECK(list.is_empty());
}

TEST_CASE("block pool: blocks are distinct, aligned, and used again") {
  OsMemory os(0);
  {
    BlockPool pool(os, 100, 4);
    CHECK(pool.block_bytes() == 128);
    std::set<void*> blocks;
    for (int i = 0; i < 1000; ++i) {
      void* const block = pool.allocate();
      REQUIRE(address_of(block) % 64 == 0);
      fill(pool, block, i);
      REQUIRE(blocks.insert(block).second);
    }
    Word const held = os.current_bytes();
    CHECK(held >= 1000 * 128);
    CHECK(held < 3000 * 128);
    int in_use = 0;
    for (void* block : blocks) {
      if (++in_use % 3 != 0) pool.release(block);
    }
    for (int i = 0; i < 600; ++i) CHECK(blocks.count(pool.allocate()) == 1);
    CHECK(os.current_bytes() == held);
  }
  CHECK(os.current_bytes() == 0);
}

TEST_CASE("block pool: no more memory, and some again") {
  OsMemory os(Word{64} << 10);
  BlockPool pool(os, 4096, 2);
  std::vector<void*> blocks;
  while (void* const block = pool.allocate()) blocks.push_back(block);
  CHECK(blocks.size() >= 6);
  CHECK(blocks.size() <= 15);
  CHECK(pool.allocate() == nullptr);
  pool.release(blocks[3]);
  CHECK(pool.allocate() == blocks[3]);
  CHECK(pool.allocate() == nullptr);
}

TEST_CASE("block pool: several threads take and give back" * needs(host::Facility::threads)) {
  constexpr int thread_count = 4, rounds = 20000, kept = 8;
  OsMemory os(0);
  // Few blocks and small ones, so that threads meet at the head of the list.
  BlockPool pool(os, 64, 1);
  std::atomic<int> wrong{0};
  // A block that waits here is given back by another thread than the one that took it.
  std::atomic<void*> passed{nullptr};
  auto const work = [&](int thread) {
    std::vector<void*> mine;
    unsigned random = static_cast<unsigned>(thread) * 2654435761u + 1;
    for (int i = 0; i < rounds; ++i) {
      random = random * 1664525u + 1013904223u;
      bool const take = mine.empty() || (mine.size() < kept && (random >> 16) % 2 == 0);
      if (take) {
        void* const block = pool.allocate();
        fill(pool, block, thread);
        mine.push_back(block);
        continue;
      }
      std::size_t const at = (random >> 20) % mine.size();
      void* block = mine[at];
      mine.erase(mine.begin() + static_cast<std::ptrdiff_t>(at));
      if (!is_full(pool, block, thread)) ++wrong;
      if ((random >> 24) % 4 == 0) block = passed.exchange(block);
      if (block != nullptr) pool.release(block);
    }
    for (void* block : mine) pool.release(block);
  };
  std::vector<std::thread> threads;
  for (int i = 1; i <= thread_count; ++i) threads.emplace_back(work, i);
  for (std::thread& t : threads) t.join();
  CHECK(wrong == 0);
  if (void* const block = passed.load(); block != nullptr) pool.release(block);

  // Nothing has been lost or doubled: all blocks that there are can be taken once.
  Word const held = os.current_bytes();
  std::set<void*> blocks;
  for (;;) {
    void* const block = pool.allocate();
    if (os.current_bytes() != held) break;
    REQUIRE(blocks.insert(block).second);
  }
  std::size_t slabs = 1;
  while ((std::size_t{1} << slabs) - 1 < blocks.size()) ++slabs;
  CHECK(blocks.size() == (std::size_t{1} << slabs) - 1);
}
