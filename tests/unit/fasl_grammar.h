// Makes fasl objects from decisions: each byte of a string chooses what comes next, and the result is an
// object that follows the grammar, or nearly. The bytes come from the fuzzer, or, in a unit test, from a
// generator of random numbers.
//
// Owns: which objects are likely (graphs, records with their types in the file, code, objects nested in
// towers), how often a number is a lie, bounds on the size.
// Must not know: the heap, and whether a reader accepts the object.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "boot/image/fasl.h"
#include "tests/unit/fasl_bytes.h"
#include "vm/heap/objects/layout.h"

namespace coracle::test {

class FaslGrammar {
 public:
  explicit FaslGrammar(std::span<const std::uint8_t> decisions) : decisions_(decisions) {}

  /// One object. After the last decision everything is a fixnum, so it ends.
  FaslBytes generate() {
    out_.code(FaslCode::graph).number(marks).number(0);
    out_.code(FaslCode::vector).number(elements);
    for (unsigned i = 0; i < elements; ++i) object(0);
    // What towers promise.
    std::vector<std::uint8_t> const rest(promised_, static_cast<std::uint8_t>(FaslCode::base_rtd));
    out_.raw(rest);
    return std::move(out_);
  }

 private:
  static constexpr unsigned marks = 24, elements = 12;
  static constexpr int deepest = 24;
  static constexpr std::size_t largest = 200'000;  // bytes; towers aren't begun past it

  struct Type {
    unsigned mark;
    std::uint64_t size, mask;
  };

  // --- Decisions.
  std::uint8_t next() {
    if (decisions_.empty()) return 0;
    std::uint8_t const b = decisions_.front();
    decisions_ = decisions_.subspan(1);
    return b;
  }
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  bool rarely() { return next() >= 0xF0; }
  template <class T, std::size_t n>
  T one_of(const std::array<T, n>& choices) {
    return choices[below(n)];
  }
  std::uint64_t size() {
    return one_of(std::array<std::uint64_t, 8>{16, 24, 32, 48, 80, 8, 88, 1024});
  }
  std::uint64_t word() {
    switch (below(8)) {
      case 0: return 0;
      case 1: return 1;
      case 2: return size();
      case 3: return entry_displacement;
      case 4: return std::uint64_t{1} << below(64);
      case 5: return ~std::uint64_t{0};
      case 6: return below(64) << 8 | next();
      default: return next();
    }
  }
  /// A number of elements. Now and then another number is written than the one returned.
  std::uint64_t count(std::uint64_t limit) {
    std::uint64_t const n = below(limit);
    out_.number(rarely() ? word() : n);
    return n;
  }
  /// A graph mark, usually one that is already defined.
  std::uint64_t defined_or_any() {
    return ready_.empty() || rarely() ? below(marks + 1) : ready_[below(ready_.size())];
  }

  // --- Objects.
  void object(int depth) {
    if (decisions_.empty() || depth > deepest) return leaf();
    switch (below(16)) {
      case 0:
      case 1: return leaf();
      case 2:
      case 3: return definition(depth);
      case 4:
      case 5: return reference();
      case 6:
      case 7: return type(depth);
      case 8:
      case 9: return instance(depth);
      case 10: return code(depth);
      case 11: return tower();
      case 12: return closure(depth);
      default: return any(depth);
    }
  }

  void leaf() {
    switch (below(6)) {
      case 0: out_.fixnum(static_cast<std::int64_t>(below(64))); return;
      case 1: out_.symbol(one_of(names)); return;
      case 2:
        out_.code(FaslCode::immediate).number(below(2) == 0 ? nil.bits : false_value.bits);
        return;
      case 3: out_.fixnum(-1); return;
      case 4: out_.string(one_of(names)); return;
      default: out_.flonum(word()); return;
    }
  }

  void table(FaslCode code, int depth) {
    bool const by_address = code == FaslCode::eq_hashtable;
    std::uint64_t const n = below(9), variant = below(3);
    out_.code(code).byte(1);
    if (by_address) out_.byte(static_cast<unsigned>(variant)).number(8);
    else out_.number(8).byte(static_cast<unsigned>(variant));
    out_.number(std::uint64_t{8} << below(8)).number(n);
    for (std::uint64_t i = 0; i < n; ++i) {
      if (by_address) object(depth + 1);
      else out_.symbol(one_of(names));
      object(depth + 1);
    }
  }
  void closure(int depth) {
    out_.code(FaslCode::closure).number(entry_displacement);
    code(depth);
  }
  void reference() {
    if (ready_.empty()) return leaf();
    out_.code(FaslCode::graph_ref).number(defined_or_any());
  }

  void definition(int depth) {
    unsigned const m = mark();
    object(depth + 1);
    ready_.push_back(m);
  }
  unsigned mark() {
    auto const m = static_cast<unsigned>(defined_ < marks && !rarely() ? defined_++ : below(marks));
    out_.code(FaslCode::graph_def).number(m);
    return m;
  }
  /// For an object that its own parts may refer to.
  unsigned mark_of_whole() {
    unsigned const m = mark();
    ready_.push_back(m);
    return m;
  }

  /// Any row of the table, field by field. One error ends the whole object, so some are spared.
  void any(int depth) {
    auto const code = static_cast<FaslCode>(1 + below(0x2B));
    const FaslRow& row = fasl_row(code);
    if (row.role != FaslRole::object || code == FaslCode::graph) return leaf();
    if (!rarely()) {
      switch (code) {
        case FaslCode::entry:
        case FaslCode::library:
        case FaslCode::library_code: out_.code(code).number(7); return;
        case FaslCode::immediate: return leaf();
        case FaslCode::ratnum:
        case FaslCode::exactnum:
          out_.code(code).fixnum(static_cast<std::int8_t>(next()));
          out_.fixnum(2 + static_cast<std::int64_t>(below(100)));
          return;
        case FaslCode::inexactnum: out_.code(code).flonum(word()).flonum(word()); return;
        case FaslCode::flvector: {
          std::uint64_t const n = below(9);
          out_.code(code).number(n);
          for (std::uint64_t i = 0; i < n; ++i) out_.flonum(word());
          return;
        }
        case FaslCode::eq_hashtable:
        case FaslCode::symbol_hashtable: return table(code, depth);
        case FaslCode::graph_def: return definition(depth);
        case FaslCode::graph_ref: return reference();
        case FaslCode::rtd: return type(depth);
        case FaslCode::record: return instance(depth);
        case FaslCode::code: return this->code(depth);
        case FaslCode::closure: return closure(depth);
        default: break;
      }
    }
    out_.code(code);
    std::uint64_t n = 0;
    for (std::size_t i = 0; i < row.field_count; ++i) {
      switch (row.fields[i].kind) {
        case FaslFieldKind::byte: out_.byte(static_cast<unsigned>(below(5))); break;
        case FaslFieldKind::word:
          out_.number(code == FaslCode::graph_def || code == FaslCode::graph_ref ? defined_or_any()
                                                                                 : word());
          break;
        case FaslFieldKind::integer: out_.integer(static_cast<std::int64_t>(word())); break;
        case FaslFieldKind::count: n = count(9); break;
        case FaslFieldKind::mask: {
          std::uint64_t const bits = word();
          out_.number(bits);
          n = static_cast<std::uint64_t>(std::popcount(bits));
          break;
        }
        case FaslFieldKind::externals: out_.number(0); break;
        case FaslFieldKind::text: out_.text(one_of(names)); break;
        case FaslFieldKind::octets:
          for (; n != 0; --n) out_.byte(next());
          break;
        case FaslFieldKind::digits:
          for (; n != 0; --n) out_.number(word());
          break;
        case FaslFieldKind::fixnums:
          for (; n != 0; --n) out_.integer(static_cast<std::int8_t>(next()));
          break;
        case FaslFieldKind::object: object(depth + 1); break;
        case FaslFieldKind::objects:
          for (; n != 0; --n) object(depth + 1);
          break;
        case FaslFieldKind::entries:
          for (n *= 2; n != 0; --n) object(depth + 1);
          break;
        case FaslFieldKind::code_body: code_body(depth, n); break;
        case FaslFieldKind::record_fields: fields(depth, n, word()); break;
        case FaslFieldKind::optional_record: out_.number(0); break;
      }
    }
  }

  // --- Records, and their types in the file.

  /// The type of a record: mostly one of those before.
  Type record_type() {
    if (!types_.empty() && !rarely()) {
      Type const t = types_[below(types_.size())];
      out_.code(FaslCode::graph_ref).number(t.mark);
      return t;
    }
    if (below(2) == 0) out_.code(FaslCode::graph_ref).number(defined_or_any());
    else out_.code(FaslCode::base_rtd);
    return {0, layout::rtd_size, ~std::uint64_t{0}};
  }

  /// A record that describes records: the descriptor's fields, as many as it has room for.
  void type(int depth) {
    Type made{mark_of_whole(), size(), below(4) != 0 ? ~std::uint64_t{0} : word() >> below(64)};
    bool const unique = below(8) == 0;
    if (unique) out_.code(FaslCode::rtd).symbol(one_of(names));
    else out_.code(FaslCode::record);
    bool const of_base = types_.empty() || below(4) != 0;
    std::uint64_t const own =
        of_base ? layout::rtd_size : types_[types_.size() - 1].size;  // the newest one's instance
    std::uint64_t const words = own / 8 - 1;
    out_.number(own).number(words);
    if (of_base) out_.code(FaslCode::base_rtd);
    else out_.code(FaslCode::graph_ref).number(types_.back().mark);
    for (std::uint64_t i = 0; i < words; ++i) {
      out_.byte(0);
      if (rarely()) {
        object(depth + 1);
        continue;
      }
      switch (8 + 8 * i) {
        case layout::rtd_ancestry: ancestry(made.mark); break;
        case layout::rtd_record_size: out_.fixnum(static_cast<std::int64_t>(made.size)); break;
        case layout::rtd_pointer_mask: out_.fixnum(static_cast<std::int64_t>(made.mask)); break;
        case layout::rtd_fields: listed_fields(made); break;
        case layout::rtd_name:
        case layout::rtd_uid: out_.symbol(one_of(names)); break;
        default: out_.fixnum(0); break;
      }
    }
    types_.push_back(made);
  }
  /// Mostly none. Where a field lies, and what it is, need not be right.
  void listed_fields(const Type& made) {
    std::uint64_t const n = below(4) != 0 ? 0 : below(4);
    if (n != 0) out_.code(FaslCode::pair).number(n);
    for (std::uint64_t i = 0; i < n; ++i) {
      std::uint64_t const byte = rarely() ? word() : 8 * (i + 1);
      bool const is_object = (made.mask >> (i + 1) & 1) != 0;
      out_.code(FaslCode::vector).number(5).symbol(U"fld").symbol(one_of(names)).fixnum(1);
      out_.symbol(is_object && !rarely() ? U"scheme-object" : U"integer-16");
      out_.fixnum(static_cast<std::int64_t>(byte + 1));
    }
    out_.code(FaslCode::immediate).number(nil.bits);
  }
  void ancestry(unsigned own) {
    std::uint64_t const filler = below(8);
    out_.code(FaslCode::vector).number(filler + 3).fixnum(0);
    for (std::uint64_t i = 0; i < filler; ++i) {
      if (rarely()) out_.fixnum(static_cast<std::int64_t>(size()));
      else out_.code(FaslCode::base_rtd);
    }
    if (types_.empty() || below(4) != 0) out_.code(FaslCode::base_rtd);
    else out_.code(FaslCode::graph_ref).number(types_[below(types_.size())].mark);
    out_.code(FaslCode::graph_ref).number(own);
  }

  void instance(int depth) {
    bool const marked = below(2) == 0;
    unsigned const m = marked ? mark_of_whole() : 0;
    out_.code(FaslCode::record);
    // Its size comes before its type: so one that exists is chosen first.
    bool const known = !types_.empty() && !rarely();
    Type const t = known ? types_[below(types_.size())] : Type{0, size(), ~std::uint64_t{0}};
    std::uint64_t const bytes = rarely() ? word() : t.size;
    std::uint64_t const words = std::min<std::uint64_t>(bytes / 8, 130) - (bytes >= 8 ? 1 : 0);
    out_.number(bytes).number(words);
    if (known) out_.code(FaslCode::graph_ref).number(t.mark);
    else (void)record_type();
    fields(depth, words, t.mask);
    // It may be used as a type.
    if (marked && below(8) == 0) types_.push_back({m, size(), ~std::uint64_t{0}});
  }
  void fields(int depth, std::uint64_t words, std::uint64_t mask) {
    for (std::uint64_t i = 0; i < words; ++i) {
      bool const reference = i >= 63 || (mask >> (i + 1) & 1) != 0;
      if (rarely()) {
        out_.byte(next());
        leaf();
      } else if (reference) {
        out_.byte(static_cast<unsigned>(FaslFieldType::pointer));
        if (below(4) == 0) object(depth + 1);
        else leaf();
      } else {
        out_.byte(static_cast<unsigned>(FaslFieldType::i64))
            .integer(static_cast<std::int64_t>(word()));
      }
    }
  }

  // --- Code.
  void code(int depth) {
    if (below(2) == 0) mark_of_whole();
    out_.code(FaslCode::code).byte(rarely() ? next() : 0).number(rarely() ? word() : 0);
    std::uint64_t const length = rarely() ? below(72) : 4 + 8 * below(9);
    out_.number(rarely() ? word() : length);
    for (int i = 0; i < 4; ++i) {
      if (below(4) == 0) object(depth + 1);
      else if (i == 3) out_.code(FaslCode::immediate).number(nil.bits);
      else leaf();
    }
    code_body(depth, length);
  }
  void code_body(int depth, std::uint64_t length) {
    if (rarely()) {
      for (std::uint64_t i = 0; i < length; ++i) out_.byte(next());
    } else {
      out_.instructions(length);
    }
    std::uint64_t const relocations = below(4);
    bool const extended = below(4) == 0;
    out_.number(rarely() ? word() : extended ? 3 * relocations : relocations);
    for (std::uint64_t i = 0; i < relocations; ++i) {
      bool const item_offset = below(4) == 0;
      out_.byte((extended ? 1u : 0u) | (item_offset ? 2u : 0u) |
                static_cast<unsigned>(below(3)) << 2);
      out_.number(rarely() ? word() : i == 0 ? entry_displacement + 4 : 12);
      if (item_offset) out_.number(rarely() ? word() : below(2) == 0 ? 5 : entry_displacement);
      object(depth + 1);
    }
  }

  // --- Towers: objects that each hold the next one and promise many others behind it.
  void tower() {
    if (out_.bytes().size() + promised_ > largest) return leaf();
    std::uint64_t const n = std::uint64_t{1} << below(17);
    std::uint64_t const height = std::uint64_t{1} << below(14);
    promised_ += static_cast<std::size_t>(n);
    std::uint64_t const sort = below(8);
    for (std::uint64_t i = 0; i < height; ++i) {
      switch (sort) {
        case 0: out_.code(FaslCode::graph).number(n).number(0); break;
        case 1: out_.code(FaslCode::graph).number(marks).number(marks); break;
        case 2: out_.code(FaslCode::vector).number(n); break;
        case 3: out_.code(FaslCode::flvector).number(n); break;
        case 4: out_.code(FaslCode::code).byte(0).number(0).number(n); break;
        case 5: out_.code(FaslCode::record).number(8 + 8 * n).number(n); break;
        case 6:
          out_.code(FaslCode::eq_hashtable).byte(1).byte(0).number(8).number(n).number(n);
          break;
        default: out_.code(FaslCode::box); break;
      }
    }
    leaf();
  }

  static constexpr std::array<std::u32string_view, 5> names{U"a", U"b", U"base", U"", U"\u03bb"};

  std::span<const std::uint8_t> decisions_;
  FaslBytes out_;
  unsigned defined_ = 0;         // marks that have definitions
  std::vector<unsigned> ready_;  // those of objects to which others may refer
  std::vector<Type> types_;      // records that may be taken for types
  std::size_t promised_ = 0;     // elements for which bytes are appended
};

}  // namespace coracle::test
