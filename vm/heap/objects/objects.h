// Building heap objects from C++.
//
// Invariants: nothing here collects; the objects are of the mutator's generation (but weak pairs,
// ephemeron pairs and entries of hash tables are always new). The fields of new objects are initialised by plain
// stores; where the mutator may be making objects of an old generation, by init_reference.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "vm/heap/mutator.h"

namespace coracle {

/// While it lives, a mutator makes objects in another generation.
class MakesIn {
 public:
  MakesIn(Mutator& m, Generation generation)
      : mutator_(m), before_(std::exchange(m.generation, generation)) {}
  ~MakesIn() { mutator_.generation = before_; }
  MakesIn(const MakesIn&) = delete;
  MakesIn& operator=(const MakesIn&) = delete;

 private:
  Mutator& mutator_;
  Generation before_;
};

/// Initialises a field of an object that the mutator made just now with an address inside an object, or
/// with 0. Returns whether that is a younger one.
inline bool init_address(Mutator& m, Value object, Word offset, Word address) {
  init_field(object, offset, address);
  return m.generation != 0 && m.heap.note_address(untagged(object) + offset, address);
}
/// The same with a reference, or with what lies `displacement` bytes behind it.
inline bool init_reference(Mutator& m, Value object, Word offset, Value v, Word displacement = 0) {
  init_field<Word>(object, offset, v.bits + displacement);
  return m.generation != 0 && !is_fixmediate(v) &&
         m.heap.note_address(untagged(object) + offset, untagged(v));
}

/// The same with the element of a vector, or of an object that has its elements where a vector has them.
inline bool init_vector(Mutator& m, Value vector, Word i, Value x) {
  return init_reference(m, vector, 8 + 8 * i, x);
}

/// Makes the empty objects and registers them as roots; once for a heap.
void make_empty_objects(Mutator& m);

Value cons(Mutator& m, Value a, Value d);
Value list(Mutator& m, std::initializer_list<Value> items);
Value weak_cons(Mutator& m, Value a, Value d);
Value ephemeron_cons(Mutator& m, Value a, Value d);
Value make_box(Mutator& m, Value v);
Value make_flonum(Mutator& m, double d);
Value make_exactnum(Mutator& m, Value real, Value imag);
Value make_inexactnum(Mutator& m, double real, double imag);
/// n / d as it stands; n where d is 1.
Value make_ratnum(Mutator& m, Value n, Value d);
/// An exact integer: a fixnum, or a bignum of one or two digits.
Value make_integer(Mutator& m, SignedWord n);
Value make_unsigned(Mutator& m, Word n);
/// The same of any size: 32-bit digits, the most significant first.
Value make_integer(Mutator& m, std::span<const std::uint32_t> digits, bool negative);
/// A bignum with room for `digits` 32-bit digits, not normalised, digits not initialised.
Value make_bignum(Mutator& m, Word digits, bool negative);
/// Vectors and strings of length 0 are the shared empty ones. Elements are not initialised unless
/// a fill is given. Lengths past maximum_length throw (LengthError).
Value make_vector(Mutator& m, Word n);
Value make_vector(Mutator& m, Word n, Value fill);
Value make_fxvector(Mutator& m, Word n);
Value make_flvector(Mutator& m, Word n);
Value make_bytevector(Mutator& m, Word n);
Value make_bytevector(Mutator& m, std::string_view bytes);
Value make_string(Mutator& m, Word n);                      // NUL characters
Value make_string_utf8(Mutator& m, std::string_view utf8);  // malformed bytes become U+FFFD
Value make_string_utf32(Mutator& m, std::u32string_view s);
/// The UTF-8 bytes of a Scheme string.
std::string string_utf8(Value s);
Value make_stencil_vector(Mutator& m, Word mask, bool system);
Value make_record(Mutator& m, Word bytes);  // header and fields not initialised
Value make_closure(Mutator& m, Word entry, Word free_variables);
Value make_tlc(Mutator& m, Value keyval, Value table, Value next);
Value make_phantom(Mutator& m, Word length);
/// A code object of `length` bytes in code space, its words after the length not initialised.
Value make_code(Mutator& m, Word flags, Word length);
/// The address of an untyped relocation table with `entries` words.
Word make_relocation_table(Mutator& m, Word entries, Value code);
Value make_continuation(Mutator& m, Space space, Generation generation, Word code_entry, Word stack,
                        SignedWord length, SignedWord clength, Value link, Word return_address,
                        Value winders, Value attachments);
Value make_symbol(Mutator& m, Value name, Value hash, Word pvalue_entry);

/// A length that no object can have; entries turn it into a Scheme error.
struct LengthError {
  const char* what;  // "vector", "string", ...
};

}  // namespace coracle
