// The policies that layout.def is written with, and what follows from the table for all rooms' use.
//
// Owns: kind_of, size_of, space_for and visit_references.
// Invariants: sizes and references can be asked of an object while a collection runs, also when its
// record type or code has been copied already (follow()).
// Must not know: what a visitor does.
//
// A visitor has a function for each role that a word can play (see HEAP.md):
//
//   value(slot)             a Value
//   values(slot, n)         n of them
//   weak_value(slot)        the first word of a weak pair
//   ephemeron(object)       both words of an ephemeron
//   code_entry(slot)        address of a code object's first instruction, or 0
//   reference(slot)         element of a reference bytevector: an address past an object's start
//   relocation(code, place, item_offset)   a Value plus item_offset in an instruction stream
//   relocation_table(code)  the code object's table
//   buffer(buffer, last)    a Value and an address relative to it
//   stack(continuation)     its stack, link and return address
#pragma once

#include <array>
#include <bit>
#include <string_view>

#include "vm/heap/memory/space.h"
#include "vm/heap/objects/relocation.h"

namespace coracle {

enum class Kind : std::uint8_t {
#define OBJECT_KIND(kind, tag, type, size, space, references, count, name) kind,
#include "vm/heap/objects/layout.def"
#undef OBJECT_KIND
};
inline constexpr std::size_t kind_count = 0
#define OBJECT_KIND(kind, tag, type, size, space, references, count, name) +1
#include "vm/heap/objects/layout.def"
#undef OBJECT_KIND
    ;

inline constexpr Word port_flag_input = 0x100, port_flag_output = 0x200;

/// Where an object is now: itself, or its copy. A first word that is the forward marker means
/// "copied" for every kind but flonums and untyped objects, whose first word can be anything.
inline Value follow(Value v) {
  Word const object = untagged(v);
  return load<Value>(object) == forward_marker ? load<Value>(object + word_bytes) : v;
}

namespace kinds {

inline constexpr TypeWord none{0, 1};  // fits nothing
using namespace type_word;

// --- Sizes: bytes used; align_object() gives the bytes taken.

template <Word bytes>
struct Fixed {
  static constexpr Word of(Word) { return bytes; }
};
/// A type word with a number of elements above `shift`.
template <int shift, Word element_bytes>
struct Elements {
  static Word of(Word object) { return word_bytes + (load<Word>(object) >> shift) * element_bytes; }
};
using Words = Elements<4, word_bytes>;
using Characters = Elements<4, 4>;
using Bytes = Elements<3, 1>;
using Digits = Elements<6, 4>;
struct StencilSize {
  static Word of(Word object) {
    return word_bytes * (1 + static_cast<Word>(std::popcount(load<Word>(object) >> 6)));
  }
};
struct RecordSize {
  static Word of(Word object) {
    Value const rtd = follow(load<Value>(object));
    return static_cast<Word>(fixnum_value(field<Value>(rtd, layout::rtd_record_size)));
  }
};
struct CodeSize {
  static Word of(Word object) {
    return layout::code_data + load<Word>(object + layout::code_length);
  }
};
inline Value code_of_closure(Word object) { return follow(code_of_entry(load<Word>(object))); }
struct ClosureSize {
  static Word of(Word object) {
    Value const code = code_of_closure(object);
    return word_bytes * (1 + field<Word>(code, layout::code_closure_length));
  }
};

// --- Spaces.

// of: for an object that is complete. general: for any of its kind.
template <Space space>
struct In {
  static constexpr Space general = space;
  static constexpr Space of(Word) { return space; }
};
template <Word immutable_flag>
struct PureIf {
  static constexpr Space general = Space::impure;
  static Space of(Word object) {
    return (load<Word>(object) & immutable_flag) != 0 ? Space::pure : Space::impure;
  }
};
/// Records that are Values throughout lie among other such objects, which are swept word by word.
struct RecordSpace {
  static constexpr Space general = Space::impure_record;
  static Space of(Word object) {
    Value const rtd = follow(load<Value>(object));
    bool const all_values = field<Value>(rtd, layout::rtd_pointer_mask) == make_fixnum(-1);
    bool const pure = field<Value>(rtd, layout::rtd_mutable_pointer_mask) == make_fixnum(0);
    if (all_values) return pure ? Space::pure : Space::impure;
    return pure ? Space::pure_typed : Space::impure_record;
  }
};
/// A closure's first word, an address of code, looks like a fixnum to a sweep word by word. Where
/// code and closure can't change the copy gets its final code address at once and may lie there; the
/// others are swept one by one.
struct ClosureSpace {
  static constexpr Space general = Space::closure;
  static Space of(Word object) {
    return (code_flags(code_of_closure(object)) & code_flag_mutable_closure) != 0 ? Space::closure
                                                                                  : Space::pure;
  }
};

// --- References.

struct NoReferences {
  template <class V>
  static void visit(Word, V&) {}
};
template <Word n>
struct Values {
  template <class V>
  static void visit(Word object, V& v) {
    v.values(object, n);
  }
};
template <Word n>
struct ValuesAfterType {
  template <class V>
  static void visit(Word object, V& v) {
    v.values(object + layout::typed_data, n);
  }
};
struct WeakPair {
  template <class V>
  static void visit(Word object, V& v) {
    v.weak_value(object + layout::pair_car);
    v.value(object + layout::pair_cdr);
  }
};
struct Ephemeron {
  template <class V>
  static void visit(Word object, V& v) {
    v.ephemeron(tagged(object, Tag::pair));
  }
};
struct Symbol {
  template <class V>
  static void visit(Word object, V& v) {
    v.value(object + layout::symbol_value);
    v.values(object + layout::symbol_plist, 4);
    v.code_entry(object + layout::symbol_pvalue);
  }
};
struct Closure {
  template <class V>
  static void visit(Word object, V& v) {
    v.code_entry(object + layout::closure_code);
    if (load<Word>(object) != 0)
      v.values(object + layout::closure_data, ClosureSize::of(object) / word_bytes - 1);
  }
};
struct Continuation {
  template <class V>
  static void visit(Word object, V& v) {
    v.code_entry(object + layout::closure_code);
    v.value(object + layout::continuation_winders);
    v.value(object + layout::continuation_attachments);
    // What a used one-shot continuation had belongs to somebody else now.
    if (load<SignedWord>(object + layout::continuation_stack_length) == scaled_shot_1_shot) return;
    v.stack(tagged(object, Tag::closure));
  }
};
/// Vectors and stencil vectors: the sizes of both count their words.
struct AllAfterType {
  template <class V>
  static void visit(Word object, V& v) {
    Word const type = load<Word>(object);
    Word const n = (type & vector.mask) == vector.value
                       ? type >> 4
                       : static_cast<Word>(std::popcount(type >> 6));
    v.values(object + layout::typed_data, n);
  }
};
struct ReferenceElements {
  template <class V>
  static void visit(Word object, V& v) {
    Word const n = (load<Word>(object) >> 3) / word_bytes;
    for (Word i = 0; i < n; ++i) v.reference(object + layout::typed_data + i * word_bytes);
  }
};
struct Port {
  template <class V>
  static void visit(Word object, V& v) {
    Word const flags = load<Word>(object);
    v.value(object + layout::port_handler);
    if ((flags & port_flag_output) != 0) {
      v.buffer(object + layout::port_obuffer, object + layout::port_olast);
    }
    if ((flags & port_flag_input) != 0) {
      v.buffer(object + layout::port_ibuffer, object + layout::port_ilast);
    }
    v.value(object + layout::port_info);
    v.value(object + layout::port_name);
  }
};
/// The record type's pointer mask has a bit for each word of the record, the type itself first.
struct Record {
  template <class V>
  static void visit(Word object, V& v) {
    v.value(object);
    Value const rtd = follow(load<Value>(object));
    Value const mask = follow_mask(field<Value>(rtd, layout::rtd_pointer_mask));
    Word const words = RecordSize::of(object) / word_bytes;
    if (mask == make_fixnum(-1)) {
      v.values(object + word_bytes, words - 1);
    } else if (is_fixnum(mask)) {
      Word bits = static_cast<Word>(fixnum_value(mask)) >> 1;
      if (words - 1 < 64) bits &= ~(~Word{0} << (words - 1));
      while (bits != 0) {
        v.value(object + word_bytes * (1 + static_cast<Word>(std::countr_zero(bits))));
        bits &= bits - 1;
      }
    } else if (mask == true_value) {
      // Release 10.2's pointers to data of Scheme objects: an address inside an object, and how far that
      // is from the object's reference. No other record type has such a mask.
      Word const place = object + word_bytes;
      if (words >= 3) v.relocation(rtd, place, load<Word>(place + word_bytes));
    } else {
      Word const digits = bignum_length(mask);
      for (Word d = 0; d < digits; ++d) {
        std::uint32_t bits = bignum_digit(mask, digits - 1 - d);
        if (d == 0) bits &= ~std::uint32_t{1};
        while (bits != 0) {
          Word const word = d * 32 + static_cast<Word>(std::countr_zero(bits));
          if (word >= words) return;
          v.value(object + word_bytes * word);
          bits &= bits - 1;
        }
      }
    }
  }
  static Value follow_mask(Value mask) { return is_fixmediate(mask) ? mask : follow(mask); }
};
struct Code {
  template <class V>
  static void visit(Word object, V& v) {
    v.value(object + layout::code_name);
    v.value(object + layout::code_arity_mask);
    v.value(object + layout::code_info);
    v.value(object + layout::code_pinfos);
    Value const code = tagged(object, Tag::typed);
    for_each_relocation(code, [&](const ResolvedRelocation& r) {
      v.relocation(code, r.place(code), r.item_offset);
    });
    v.relocation_table(code);
  }
};

inline constexpr std::uint8_t no_kind = 0xFF;

/// The kind of a typed object by the low byte of its type word, no_kind where no row fits.
inline constexpr std::array<std::uint8_t, 256> kind_by_type_byte = [] {
  struct Row {
    Tag tag;
    TypeWord type;
  };
  constexpr Row rows[] = {
#define OBJECT_KIND(kind, tag, type, size, space, references, count, name) {Tag::tag, type},
#include "vm/heap/objects/layout.def"
#undef OBJECT_KIND
  };
  std::array<std::uint8_t, 256> table{};
  for (Word byte = 0; byte < 256; ++byte) {
    table[byte] = no_kind;
    for (std::uint8_t k = 0; k < kind_count; ++k) {
      if (rows[k].tag == Tag::typed &&
          (byte & rows[k].type.mask & 0xFF) == (rows[k].type.value & 0xFF)) {
        table[byte] = k;
        break;
      }
    }
  }
  return table;
}();
/// The word must be that of some kind.
inline Kind kind_of_type_word(Word type) {
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
  return static_cast<Kind>(kind_by_type_byte[type & 0xFF]);
}

}  // namespace kinds

struct KindInfo {
  std::string_view name;
  std::uint8_t count_number;
  Space general_space;
};
inline constexpr std::array<KindInfo, kind_count> kind_info{{
#define OBJECT_KIND(kind, tag, type, size, space, references, count, name) \
  {name, count, kinds::space::general},
#include "vm/heap/objects/layout.def"
#undef OBJECT_KIND
}};

inline constexpr std::size_t count_numbers = 30;  // countof_types

/// Count numbers of what has no kind.
enum CountNumber : std::uint8_t {
#define OBJECT_KIND(kind, tag, type, size, space, references, count, name)
#define COUNT_ROW(row, count, name) count_of_##row = count,
#include "vm/heap/objects/layout.def"
#undef COUNT_ROW
#undef OBJECT_KIND
};

/// Whether there is a hole of object_alignment bytes, where an object has died in place, rather than an
/// object with this tag. A dead symbol is passed as if it were one: its first word may be zero in life.
inline bool is_hole(Word place, Tag tag) {
  return (tag == Tag::closure || tag == Tag::typed) && load<Word>(place) == 0;
}

/// The kind of an object that lies in `space`. The type word must be that of some kind.
inline Kind kind_of(Value v, Space space) {
  Word const object = untagged(v);
  switch (static_cast<Tag>(tag_bits(v))) {
    case Tag::pair:
      return space == Space::weak_pair   ? Kind::weak_pair
             : space == Space::ephemeron ? Kind::ephemeron
                                         : Kind::pair;
    case Tag::symbol: return Kind::symbol;
    case Tag::flonum: return Kind::flonum;
    case Tag::closure: {
      if (load<Word>(object) == 0) return Kind::closure;  // a hole in a space of closures
      Value const code = kinds::code_of_closure(object);
      return (code_flags(code) & code_flag_continuation) != 0 ? Kind::continuation : Kind::closure;
    }
    default: {
      Kind const kind = kinds::kind_of_type_word(load<Word>(object));
      return kind == Kind::bytevector && space == Space::reference_array
                 ? Kind::reference_bytevector
                 : kind;
    }
  }
}

/// Bytes that an object has.
inline Word bytes_of(Kind kind, Word object) {
  switch (kind) {
#define OBJECT_KIND(kind, tag, type, size, space, references, count, name) \
  case Kind::kind:                                                         \
    return kinds::size::of(object);
#include "vm/heap/objects/layout.def"
#undef OBJECT_KIND
  }
  __builtin_unreachable();
}
/// Bytes that an object takes.
inline Word size_of(Kind kind, Word object) { return align_object(bytes_of(kind, object)); }

/// The space that the collector puts an object of generation 0 into.
inline Space space_for(Kind kind, Word object) {
  switch (kind) {
#define OBJECT_KIND(kind, tag, type, size, space, references, count, name) \
  case Kind::kind:                                                         \
    return kinds::space::of(object);
#include "vm/heap/objects/layout.def"
#undef OBJECT_KIND
  }
  __builtin_unreachable();
}

/// Shows a visitor each reference of an object.
template <class V>
inline void visit_references(Kind kind, Word object, V& visitor) {
  switch (kind) {
#define OBJECT_KIND(kind, tag, type, size, space, references, count, name) \
  case Kind::kind:                                                         \
    return kinds::references::visit(object, visitor);
#include "vm/heap/objects/layout.def"
#undef OBJECT_KIND
  }
  __builtin_unreachable();
}

}  // namespace coracle
