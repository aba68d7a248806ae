// The inside of the symbol table, shared with the collector.
//
// Owns: buckets (chains of entries, by hash of the name) and the entries of each generation.
// Invariants: an entry is on one chain and in one list of `of_generation`, that of its symbol's
// generation; so a collection touches the entries of the generations that it collects, no others.
// Must not know: how the collector decides what is alive: it hands in two functions.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "vm/heap/implementation.h"
#include "vm/heap/objects/symbol_table.h"

namespace coracle {

struct SymbolTable::Implementation {
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  struct Entry {
    Value symbol;
    Word hash;
    std::uint32_t next;
  };

  explicit Implementation(Heap& h) : heap(h), buckets(initial_buckets, none) {}

  Heap& heap;
  std::vector<Entry> entries;
  std::vector<std::uint32_t> buckets;  // a power of two
  std::array<std::vector<std::uint32_t>, generation_count> of_generation;
  std::uint32_t free_entry = none;  // chained by `next`
  std::size_t count = 0;
  Value nonprocedure_code = false_value;  // a root
  Word uninterned_count = 0;

  Word nonprocedure_entry() const {
    return nonprocedure_code == false_value ? 0 : entry_of_code(nonprocedure_code);
  }
  std::uint32_t& bucket(Word hash) {
    return buckets[static_cast<std::size_t>(hash) & (buckets.size() - 1)];
  }
  void add(Value symbol, Word hash);

  /// Calls relocate(Value&) for the symbols of generations up to `greatest` that stay although
  /// nothing else may refer to them: those with a value or properties.
  template <class IsCopied, class Relocate>
  void relocate_kept(int greatest, IsCopied is_copied, Relocate relocate) {
    for (int g = 0; g <= greatest; ++g) {
      for (std::uint32_t const i : of_generation[static_cast<std::size_t>(g)]) {
        Value& s = entries[i].symbol;
        if (is_copied(s)) continue;
        if (field<Value>(s, layout::symbol_value) != unbound_value ||
            field<Value>(s, layout::symbol_plist) != nil ||
            field<Value>(s, layout::symbol_splist) != nil) {
          relocate(s);
        }
      }
    }
  }

  /// Drops the dead symbols of generations up to `greatest`. survive(Value&) updates a symbol that
  /// is alive and tells whether it is; generation(Value) is where it lives now.
  template <class Survive, class GenerationOf>
  void sweep(int greatest, Survive survive, GenerationOf generation) {
    ScratchVector<std::uint32_t> young(&heap.implementation().scratch);
    for (int g = 0; g <= greatest; ++g) {
      auto& list = of_generation[static_cast<std::size_t>(g)];
      young.insert(young.end(), list.begin(), list.end());
      list.clear();
    }
    for (std::uint32_t const i : young) {
      if (survive(entries[i].symbol)) {
        of_generation[generation(entries[i].symbol)].push_back(i);
      } else {
        remove(i);
      }
    }
  }

 private:
  static constexpr std::size_t initial_buckets = 4096;

  void remove(std::uint32_t i);
  void grow();
};

}  // namespace coracle
