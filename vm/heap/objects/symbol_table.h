// The symbol table: interned symbols and gensyms by name, held weakly.
//
// A symbol that carries no value, no properties and no other reference disappears at a collection of
// its generation; static symbols stay. The collector calls sweep().
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "vm/heap/objects/objects.h"

namespace coracle {

/// The hash of a symbol's name, as compiled images compute and store it (a non-negative fixnum's
/// value): Jenkins' one-at-a-time mixing, start value n + 401887359. 64-bit arithmetic.
Word symbol_hash(std::u32string_view name);
/// The same before it is cut to a fixnum.
Word symbol_hash_bits(std::u32string_view name);
/// The same with 32-bit arithmetic, sign-extended by the caller where Scheme asks for it.
std::uint32_t symbol_hash32(std::u32string_view name);

class SymbolTable {
 public:
  explicit SymbolTable(Heap& heap);
  ~SymbolTable();

  /// The symbol of an ASCII or UTF-8 name.
  Value intern(Mutator& m, std::string_view utf8);
  /// `name_string`: an immutable Scheme string to use as the name if the symbol is new, or #f.
  Value intern(Mutator& m, std::u32string_view name, Value name_string);
  /// The gensym with this unique name; a new one gets the pretty name.
  Value intern_gensym(Mutator& m, std::u32string_view pretty, std::u32string_view unique,
                      Value pretty_string, Value unique_string);
  /// Interns an existing gensym under the (unique . pretty) name pair; false if the unique name is
  /// taken.
  bool intern_existing_gensym(Mutator& m, Value symbol, Value name_pair);
  Value make_uninterned(Mutator& m, Value name_string);
  Value all_symbols(Mutator& m) const;  // oblist, as a list
  /// The entry address that new symbols get as pvalue; earlier symbols get it too
  /// (library entry nonprocedure_code).
  void set_nonprocedure_code(Value code);
  std::size_t size() const;

  struct Implementation;
  Implementation& implementation() { return *implementation_; }

 private:
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace coracle
