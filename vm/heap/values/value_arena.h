// Values built outside the heap: a scratch arena for a graph that a host program makes, say while it
// parses, and interns, all at once or piece by piece.
//
// Owns: the memory of the Values that its makers return. They are laid out as in the heap and read by
// the same accessors; no collection moves or frees them.
// Invariants: a Value of the arena is good until clear() or the arena's end, and nothing in the heap may
// refer to it. It may refer to any Value of the arena (also in cycles), and to objects of the heap:
// these are kept, and kept up to date, at the price that each collection reads all of the arena that
// can hold references. Fields are changed by init_field, init_vector and the like.
// Must not know: Scheme code, the machine.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vm/heap/objects/symbol_table.h"

namespace coracle {

class ValueArena : private RootSource {
 public:
  /// `m`, `symbols`: where intern() copies to. The arena must end before they do.
  ValueArena(Mutator& m, SymbolTable& symbols);
  ~ValueArena() override;
  ValueArena(const ValueArena&) = delete;
  ValueArena& operator=(const ValueArena&) = delete;

  // --- Makers. What they return is a Value of the arena, but for fixnums, and for objects of length 0, of
  // which the heap has one each. They throw OutOfMemory.
  Value cons(Value a, Value d);
  Value box(Value v);
  Value vector(Word n, Value fill);
  Value string(std::string_view utf8);
  Value bytevector(std::span<const std::uint8_t> bytes);
  Value fxvector(Word n);  // of zeros
  Value flvector(Word n);  // of zeros
  Value flonum(double d);
  Value integer(SignedWord n);
  /// An exact integer of any size: 32-bit digits, the most significant first.
  Value integer(std::span<const std::uint32_t> digits, bool negative);
  /// A fraction in lowest terms with a denominator of 2 or more.
  Value ratnum(Value numerator, Value denominator);
  Value exactnum(Value real, Value imag);
  Value inexactnum(double real, double imag);
  /// One Value for each name; it becomes the interned symbol of that name.
  Value symbol(std::string_view utf8);
  /// A record of a type of the heap, with zeros in all fields.
  Value record(Value rtd);

  /// The heap's copy of what the Value refers to, directly and indirectly. Each object of the arena has
  /// one copy, however many calls reach it, made by the first of them: so what the calls return shares
  /// what was shared in the arena. Changes of an object that has a copy don't reach the copy. The copies
  /// live as long as the arena's objects do. What lies in the heap already stays as it is. Doesn't
  /// collect; throws OutOfMemory, and then has copied nothing.
  Value intern(Value v);

  bool contains(Value v) const;
  /// Bytes of memory held.
  Word bytes_held() const;
  /// Forgets all Values of the arena and gives their memory back.
  void clear();

 private:
  // Three kinds of memory, as the heap has spaces: words that are references or look like none; records,
  // whose types tell which of their words are references; and data.
  enum class Region : std::uint8_t { references, records, data };
  static constexpr std::size_t region_count = 3;
  struct Block {
    Word size;
    Word end;  // of its objects, for blocks that are not being filled
    Region region;
  };
  /// Where a region allocates.
  struct Area {
    Word ap = 0, eap = 0, real_eap = 0;
    Word block = 0;  // address
    Word next_size = 0;
  };
  using Blocks = std::map<Word, Block>;  // by address
  /// Of the objects of a block, the copy of the one at every 16 bytes, or no_copy.
  using Copies = std::vector<Value>;
  static constexpr Value no_copy = make_fixnum(0);
  class Copier;

  /// A mutator that has room for `n` elements after a word, for one call of a maker of objects.h.
  Mutator room(Region region, Word n, Word element_bytes);
  void add_block(Area& area, Region region, Word bytes);
  void visit_roots(RootVisitor& visitor) override;
  Word end_of(Blocks::const_iterator block) const;
  Blocks::const_iterator block_of(Word address) const;

  Mutator& target_;
  SymbolTable& symbols_;
  Area areas_[region_count];
  Blocks blocks_;
  std::unordered_map<Word, Copies> copies_;  // by block
  std::unordered_map<std::string, Value> names_;
};

}  // namespace coracle
