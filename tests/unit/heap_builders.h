// Objects that only compiled code or the image makes otherwise: code, stacks, record types, hash tables.
#pragma once

#include <array>
#include <vector>

#include "tests/unit/heap_fixture.h"
#include "vm/heap/objects/eq_hashtable.h"

namespace coracle::test {

/// A code object whose data is words; those listed are relocated Values plus an offset.
struct CodeBuilder {
  HeapFixture& f;
  Value code;
  Word size;

  CodeBuilder(HeapFixture& fixture, Word bytes, Word flags = 0, Word closure_length = 0)
      : f(fixture), code(make_code(fixture.m, flags, bytes)), size(bytes) {
    init_field<Word>(code, layout::code_reloc, 0);
    init_reference(f.m, code, layout::code_name, make_string_utf8(f.m, "code's name"));
    init_field(code, layout::code_arity_mask, make_fixnum(1));
    init_field<Word>(code, layout::code_closure_length, closure_length);
    init_reference(f.m, code, layout::code_info, list_of_numbers(f.m, 2));
    init_field(code, layout::code_pinfos, nil);
    for (Word i = 0; i < bytes; ++i) init_field<std::uint8_t>(code, layout::code_data + i, 0);
  }
  struct Item {
    Word offset;  // in the data
    Value value;
    Word item_offset;
  };
  void relocate(const std::vector<Item>& items) {
    Word const table = make_relocation_table(f.m, items.size(), code);
    // Places count from the code's reference.
    Word place = 0, n = 0;
    for (const Item& item : items) {
      Word const at = entry_of_code(code) + item.offset - code.bits;
      store<Word>(table + layout::reloc_data + 8 * n++,
                  RelocationWord::of(0, at - place, item.item_offset).bits);
      place = at;
      init_reference(f.m, code, entry_of_code(code) + item.offset - untagged(code), item.value,
                     item.item_offset);
    }
    init_address(f.m, code, layout::code_reloc, table);
  }
  /// A compact return point at `offset` of the data; returns its address.
  Word return_point(Word offset, Word frame_words, Word mask) {
    Word const address = entry_of_code(code) + offset;
    store<Word>(address - 8, (mask << 7) | (frame_words << 2) | 1);
    store<Word>(address - 0x10, address - 0x10 - code.bits);
    return address;
  }
  /// A full one.
  Word full_return_point(Word offset, Word frame_bytes, Value mask) {
    Word const address = entry_of_code(code) + offset;
    store<Word>(address - 8, frame_bytes);
    store<Word>(address - 0x10, address - 0x10 - code.bits);
    store(address - 0x18, mask);
    store<Word>(address - 0x20, 0);
    return address;
  }
};

/// A code object with return points, and the stacks that fit it: two frames, of 40 words (by a full
/// return point with a bignum as its live mask) and of 3 (by a compact one).
class FramesCode {
 public:
  explicit FramesCode(HeapFixture& f) : code(f.root(nil)) {
    CodeBuilder b(f, 400);
    b.relocate({{full_return - 0x18, nil, 0}});  // the live mask of the full return point
    b.return_point(next_return, 3, 0b10);
    b.full_return_point(full_return, 40 * 8, nil);
    b.return_point(base_return, 2, 0);
    // Live: words 1 and 39 of the frame of 40, so bits 0 and 38; a bignum of two digits.
    Value const mask = make_bignum(f.m, 2, false);
    init_field<std::uint32_t>(mask, 8, 1u << 6);
    init_field<std::uint32_t>(mask, 12, 1);
    store(entry_of_code(b.code) + full_return - 0x18, mask);
    code = b.code;
  }

  Value& code;
  static constexpr Word words = 43;
  static constexpr std::array<Word, 3> live_words{1, 39, 42};

  /// Where the topmost frame returns to.
  Word return_address() const { return entry_of_code(code) + next_return; }
  /// Fills a stack; the live words get these Values. Returns where it ends.
  Word fill(Word stack, const std::array<Value, 3>& live) const {
    for (Word i = 0; i < words; ++i) store<Word>(stack + 8 * i, 0x7777777777777771);
    store(stack, entry_of_code(code) + base_return);
    store(stack + 8 * 40, entry_of_code(code) + full_return);
    for (std::size_t i = 0; i < live.size(); ++i) store(stack + 8 * live_words[i], live[i]);
    return stack + 8 * words;
  }

 private:
  static constexpr Word next_return = 100, full_return = 200, base_return = 300;
};

/// A record type; without a type of its own it is its own type.
inline Value make_record_type(Mutator& m, SignedWord bytes, Value mask, Value mutable_mask,
                              Value type = nil) {
  Value const r = make_record(m, layout::rtd_size);
  for (Word i = 0; i < layout::rtd_size; i += 8) init_field(r, i, false_value);
  init_field(r, 0, type == nil ? r : type);
  init_field(r, layout::rtd_record_size, make_fixnum(bytes));
  init_field(r, layout::rtd_pointer_mask, mask);
  init_field(r, layout::rtd_mutable_pointer_mask, mutable_mask);
  return r;
}

/// The record of an eq-hashtable. Subtype 0: the keys are held; 1: weakly; 2: ephemerons.
inline Value make_eq_table(HeapFixture& f, Word buckets, SignedWord subtype) {
  Mutator& m = f.m;
  Value const base = make_record_type(m, layout::rtd_size, make_fixnum(-1), make_fixnum(-1));
  Value const type = make_record_type(m, 56, make_fixnum(-1), make_fixnum(-1), base);
  Value const t = make_record(m, 56);
  for (Word i = 0; i < 56; i += 8) init_field(t, i, false_value);
  init_field(t, 0, type);
  Value const vector = make_vector(m, buckets);
  for (Word i = 0; i < buckets; ++i) {
    init_vector(vector, i, make_fixnum(static_cast<SignedWord>(i)));
  }
  init_field(t, hashtable_layout::vector, vector);
  init_field(t, hashtable_layout::size, make_fixnum(0));
  init_field(t, hashtable_layout::variant, make_fixnum(subtype));
  return t;
}

/// An eq-hashtable, used as the image uses it.
struct EqTable {
  HeapFixture& f;
  const Value& table;

  EqTable(HeapFixture& fixture, const Value& record) : f(fixture), table(record) {}

  Value buckets() const { return field<Value>(table, hashtable_layout::vector); }
  SignedWord size() const { return fixnum_value(field<Value>(table, hashtable_layout::size)); }
  // The hash independently of the collector's: see library.ss eq-hash.
  Word index(Value key) const {
    Word x = static_cast<Word>(static_cast<SignedWord>(key.bits) >> 3);
    x ^= (x >> 32) & 0xFFFFFFFF;
    x ^= (x >> 16) & 0xFFFF;
    x ^= (x >> 8) & 0xFF;
    return x & (vector_length(buckets()) - 1);
  }
  void add(Value keyval) const {
    Word const i = index(car(keyval));
    Value const tlc = make_tlc(f.m, keyval, table, vector_ref(buckets(), i));
    f.heap.set_vector(buckets(), i, tlc);
    init_field(table, hashtable_layout::size, make_fixnum(size() + 1));
  }
  /// The pair of a key and its value, or #f.
  Value find(Value key) const {
    for (Value t = vector_ref(buckets(), index(key)); !is_fixnum(t);
         t = field<Value>(t, layout::tlc_next)) {
      Value const pair = field<Value>(t, layout::tlc_keyval);
      if (car(pair) == key) return pair;
    }
    return false_value;
  }
  void remove(Value key) const {
    Word link = untagged(buckets()) + 8 + 8 * index(key);
    for (;;) {
      Value const t = load<Value>(link);
      if (is_fixnum(t)) return;
      if (car(field<Value>(t, layout::tlc_keyval)) == key) {
        f.heap.store(link, field<Value>(t, layout::tlc_next));
        init_field(t, layout::tlc_next, false_value);
        init_field(table, hashtable_layout::size, make_fixnum(size() - 1));
        return;
      }
      link = untagged(t) + layout::tlc_next;
    }
  }
};

}  // namespace coracle::test
