// The layout of heap objects: tags, displacements, sizes, and inline accessors.
//
// Owns: every number of an object's layout that all supported releases share; a test compares them
// with the release's equates.h. What the collector does with each kind is vm/heap/objects/layout.def.
// Invariants: accessors check nothing; setters are for objects that were just allocated (everything
// else goes through Heap::store, the write barrier).
// Must not know: segments, generations, the thread.
#pragma once

#include "vm/base/value.h"

namespace coracle {

// Primary tags: the low three bits of a reference. The tag is added to the object's address minus 8
// for typed objects and such, so that address + tag - 8 + displacement is the field:
//
//   reference = object address - 8 + tag        (tag 0 would be a fixnum: never a reference)
//
// object addresses are multiples of 16, so a reference's tag is its low three bits.
enum class Tag : Word {
  pair = 1,
  flonum = 2,
  symbol = 3,
  closure = 5,
  typed = 7,   // the object's first word says what it is
  untyped = 8  // not a Value: stacks, relocation tables, guardian entries
};
inline constexpr Word object_alignment = 16;

constexpr Word align_object(Word bytes) { return (bytes + 15) & ~Word{15}; }
constexpr Value tagged(Word address, Tag tag) {
  return Value{address - 8 + static_cast<Word>(tag)};
}
/// The object's address of any reference.
constexpr Word untagged(Value v) { return (v.bits + 7) & ~Word{7}; }
constexpr Word tag_bits(Value v) { return v.bits & 7; }
constexpr bool has_tag(Value v, Tag tag) { return tag_bits(v) == static_cast<Word>(tag); }

/// The field of type T that lies `offset` bytes after the start of the object.
template <class T>
inline T field(Value v, Word offset) {
  return load<T>(untagged(v) + offset);
}
template <class T>
inline void init_field(Value v, Word offset, T x) {
  store<T>(untagged(v) + offset, x);
}

// Type words of typed objects: mask and value.
struct TypeWord {
  Word mask, value;
};
namespace type_word {
inline constexpr TypeWord record{0x7, 0x7};  // a reference to its record type descriptor
inline constexpr TypeWord vector{0x7, 0x0}, bytevector{0x3, 0x1}, string{0x7, 0x2};
inline constexpr TypeWord fxvector{0xF, 0x3}, flvector{0xF, 0xB};
inline constexpr TypeWord bignum{0x1F, 0x6}, stencil_vector{0x3F, 0xE},
    system_stencil_vector{0x3F, 0x2E};
inline constexpr TypeWord any_stencil_vector{0x1F, 0xE};
inline constexpr TypeWord ratnum{~Word{0}, 0x16}, inexactnum{~Word{0}, 0x36},
    exactnum{~Word{0}, 0x56};
inline constexpr TypeWord box{0xFF, 0x1E}, port{0xFF, 0xDE}, code{0xFF, 0xBE};
inline constexpr TypeWord thread{~Word{0}, 0x5E}, phantom{~Word{0}, 0x7E},
    rtd_counts{~Word{0}, 0x9E}, tlc{~Word{0}, 0xFE};
}  // namespace type_word
inline constexpr Word immutable_vector_flag = 8, immutable_string_flag = 8,
                      immutable_bytevector_flag = 4, immutable_box_flag = 0x100;

inline Word type_word_of(Value v) { return field<Word>(v, 0); }
inline bool is_pair(Value v) { return has_tag(v, Tag::pair); }
inline bool is_flonum(Value v) { return has_tag(v, Tag::flonum); }
inline bool is_symbol(Value v) { return has_tag(v, Tag::symbol); }
inline bool is_procedure(Value v) { return has_tag(v, Tag::closure); }
inline bool is_typed(Value v, TypeWord t) {
  return has_tag(v, Tag::typed) && (type_word_of(v) & t.mask) == t.value;
}
inline bool is_vector(Value v) { return is_typed(v, type_word::vector); }
inline bool is_string(Value v) { return is_typed(v, type_word::string); }
inline bool is_bytevector(Value v) { return is_typed(v, type_word::bytevector); }
inline bool is_bignum(Value v) { return is_typed(v, type_word::bignum); }
inline bool is_ratnum(Value v) { return is_typed(v, type_word::ratnum); }
inline bool is_exactnum(Value v) { return is_typed(v, type_word::exactnum); }
inline bool is_inexactnum(Value v) { return is_typed(v, type_word::inexactnum); }
inline bool is_box(Value v) { return is_typed(v, type_word::box); }
inline bool is_code(Value v) { return is_typed(v, type_word::code); }
inline bool is_record(Value v) { return is_typed(v, type_word::record); }
inline bool is_tlc(Value v) { return is_typed(v, type_word::tlc); }

// Field offsets in bytes from the object's start (equates.h: X_disp + tag - 8), and sizes.
namespace layout {
inline constexpr Word pair_car = 0, pair_cdr = 8, pair_size = 16;
inline constexpr Word ephemeron_prev_ref = 16, ephemeron_next = 24, ephemeron_size = 32;
inline constexpr Word flonum_data = 0 + 0, flonum_size = 16;
inline constexpr Word symbol_value = 0, symbol_pvalue = 8, symbol_plist = 16, symbol_name = 24,
                      symbol_splist = 32, symbol_hash = 40, symbol_size = 48;
inline constexpr Word closure_code = 0, closure_data = 8;
inline constexpr Word typed_data = 8;  // the first word after a typed object's type word
inline constexpr Word box_ref = 8, box_size = 16;
inline constexpr Word ratnum_numerator = 8, ratnum_denominator = 16, ratnum_pad = 24,
                      ratnum_size = 32;
inline constexpr Word exactnum_real = 8, exactnum_imag = 16, exactnum_pad = 24, exactnum_size = 32;
inline constexpr Word inexactnum_pad = 8, inexactnum_real = 16, inexactnum_imag = 24,
                      inexactnum_size = 32;
inline constexpr Word tlc_keyval = 8, tlc_ht = 16, tlc_next = 24, tlc_size = 32;
inline constexpr Word phantom_length = 8, phantom_size = 16;
inline constexpr Word thread_context = 8, thread_size = 16;
inline constexpr Word port_handler = 8, port_ocount = 16, port_icount = 24, port_olast = 32,
                      port_obuffer = 40, port_ilast = 48, port_ibuffer = 56, port_info = 64,
                      port_name = 72, port_size = 80;
inline constexpr Word code_length = 8, code_reloc = 16, code_name = 24, code_arity_mask = 32,
                      code_closure_length = 40, code_info = 48, code_pinfos = 56, code_data = 64;
inline constexpr Word continuation_stack = 8, continuation_stack_length = 16,
                      continuation_stack_clength = 24, continuation_link = 32,
                      continuation_return_address = 40, continuation_winders = 48,
                      continuation_attachments = 56, continuation_size = 64;
inline constexpr Word rtd_ancestry = 8, rtd_record_size = 16, rtd_pointer_mask = 24,
                      rtd_mutable_pointer_mask = 32, rtd_name = 40, rtd_fields = 48, rtd_flags = 56,
                      rtd_uid = 64, rtd_counts = 72, rtd_size = 80;
inline constexpr Word rtd_counts_timestamp = 8, rtd_counts_data = 16, rtd_counts_size = 0x810;
// Untyped objects.
inline constexpr Word reloc_size = 0, reloc_code = 8, reloc_data = 16;
inline constexpr Word guardian_obj = 0, guardian_rep = 8, guardian_tconc = 16, guardian_next = 24,
                      guardian_ordered = 32, guardian_pending = 40, guardian_size = 48;
inline constexpr Word cached_stack_size = 0, cached_stack_link = 8;
// A reference bytevector's element is the address of an object's data, not a Value.
inline constexpr Word reference_disp = 9;  // that address minus the reference's bits
}  // namespace layout

// Code flags (byte 1 of a code object's type word).
inline constexpr Word code_flags_shift = 8;
inline constexpr Word code_flag_system = 0x1, code_flag_continuation = 0x2,
                      code_flag_template = 0x4, code_flag_guardian = 0x8,
                      code_flag_mutable_closure = 0x10, code_flag_arity_in_closure = 0x20;

// Continuation stack lengths that are marks (equates.h: *_1_shot_flag).
inline constexpr SignedWord scaled_shot_1_shot = -8;  // a one-shot continuation that was used
inline constexpr SignedWord opportunistic_1_shot = -16;

inline constexpr Word underflow_limit = 0x80, stack_slop = 0x400, one_shot_headroom = 0xC00,
                      default_stack_size = 0xFFF0;  // bytes

// Pairs and other small things.
inline Value car(Value p) { return field<Value>(p, layout::pair_car); }
inline Value cdr(Value p) { return field<Value>(p, layout::pair_cdr); }
inline double flonum_value(Value v) { return field<double>(v, layout::flonum_data); }
inline Value box_ref(Value v) { return field<Value>(v, layout::box_ref); }

// Vectors and their like: length in the type word, above a kind's own shift.
inline Word vector_length(Value v) { return type_word_of(v) >> 4; }
inline Value vector_ref(Value v, Word i) { return field<Value>(v, 8 + 8 * i); }
inline void init_vector(Value v, Word i, Value x) { init_field(v, 8 + 8 * i, x); }
inline Word fxvector_length(Value v) { return type_word_of(v) >> 4; }
inline Word flvector_length(Value v) { return type_word_of(v) >> 4; }
inline Word string_length(Value v) { return type_word_of(v) >> 4; }
/// The character at `i`; in memory a character is its Value's low 32 bits (code point << 8 | 0x16).
inline char32_t string_ref(Value v, Word i) { return field<std::uint32_t>(v, 8 + 4 * i) >> 8; }
inline void string_set(Value v, Word i, char32_t c) {
  init_field<std::uint32_t>(v, 8 + 4 * i, static_cast<std::uint32_t>(make_char(c).bits));
}
inline Word bytevector_length(Value v) { return type_word_of(v) >> 3; }
inline std::uint8_t* bytevector_data(Value v) {
  return host_pointer<std::uint8_t>(untagged(v) + 8);
}
inline Word stencil_vector_mask(Value v) { return type_word_of(v) >> 6; }
inline Word bignum_length(Value v) { return type_word_of(v) >> 6; }  // in 32-bit digits
inline bool bignum_negative(Value v) { return (type_word_of(v) & 0x20) != 0; }
/// Digits are base 2^32, the most significant first.
inline std::uint32_t bignum_digit(Value v, Word i) { return field<std::uint32_t>(v, 8 + 4 * i); }

// Code and closures. A closure's first word and a symbol's pvalue are entry addresses: the address
// of the code object's first instruction.
inline Value code_of_entry(Word entry) { return tagged(entry - layout::code_data, Tag::typed); }
inline Word entry_of_code(Value code) { return untagged(code) + layout::code_data; }
/// Bytes from the reference of a code object to its first instruction.
inline constexpr Word entry_displacement = layout::code_data + 8 - static_cast<Word>(Tag::typed);
inline Value closure_code(Value closure) { return code_of_entry(field<Word>(closure, 0)); }
inline Word code_flags(Value code) { return (type_word_of(code) >> code_flags_shift) & 0xFF; }
inline Word code_length(Value code) { return field<Word>(code, layout::code_length); }
inline bool is_continuation(Value v) {
  return is_procedure(v) && (code_flags(closure_code(v)) & code_flag_continuation) != 0;
}

// Sizes in bytes, aligned.
constexpr Word words_object_size(Word n) {
  return align_object(8 + 8 * n);
}  // vectors, closures...
constexpr Word string_size(Word n) { return align_object(8 + 4 * n); }
constexpr Word bytevector_size(Word n) { return align_object(8 + n); }
constexpr Word bignum_size(Word digits) { return align_object(8 + 4 * digits); }
constexpr Word code_size(Word n) { return align_object(layout::code_data + n); }
constexpr Word reloc_table_size(Word entries) {
  return align_object(layout::reloc_data + 8 * entries);
}

// Lengths that a type word can hold (equates.h: maximum_*_length).
inline constexpr Word maximum_length = 0x0FFF'FFFF'FFFF'FFFF;
inline constexpr Word maximum_bignum_length = 0x03FF'FFFF'FFFF'FFFF;

}  // namespace coracle
