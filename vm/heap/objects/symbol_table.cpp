#include "vm/heap/objects/symbol_table.h"

#include <algorithm>

#include "vm/base/check.h"
#include "vm/heap/objects/symbol_table_implementation.h"

namespace coracle {
namespace {

// The start value and the mixing are the images' own: they store the results (symbol-hash-disp).
template <class Unsigned>
Unsigned mix_name(std::u32string_view name) {
  Unsigned h = static_cast<Unsigned>(name.size()) + 401887359u;
  for (char32_t const c : name) {
    h += static_cast<Unsigned>(c);
    h += h << 10;
    h ^= h >> 6;
  }
  return h;
}

bool same_text(Value string, std::u32string_view text) {
  Word const n = string_length(string);
  if (n != text.size()) return false;
  for (Word i = 0; i < n; ++i) {
    if (string_ref(string, i) != text[static_cast<std::size_t>(i)]) return false;
  }
  return true;
}

std::u32string text_of(Value string) {
  std::u32string result;
  Word const n = string_length(string);
  for (Word i = 0; i < n; ++i) result += string_ref(string, i);
  return result;
}

bool is_immutable_string(Value v) {
  return v != false_value && (type_word_of(v) & immutable_string_flag) != 0;
}

Value immutable_string(Mutator& m, std::u32string_view text) {
  if (text.empty()) return m.empty.immutable_string;
  Value const s = make_string_utf32(m, text);
  init_field<Word>(s, 0, type_word_of(s) | immutable_string_flag);
  return s;
}

Value symbol_name(Value symbol) { return field<Value>(symbol, layout::symbol_name); }

/// The entry with this name: of a plain symbol, or of a gensym with this unique name.
Value find_symbol(SymbolTable::Implementation& t, Word hash, std::u32string_view name,
                  bool gensym) {
  for (std::uint32_t i = t.bucket(hash); i != SymbolTable::Implementation::none;
       i = t.entries[i].next) {
    const SymbolTable::Implementation::Entry& e = t.entries[i];
    if (e.hash != hash) continue;
    Value const n = symbol_name(e.symbol);
    if (is_pair(n) == gensym && same_text(gensym ? car(n) : n, name)) return e.symbol;
  }
  return false_value;
}

Value add_symbol(SymbolTable::Implementation& t, Mutator& m, Value name, Word hash) {
  Value const s =
      make_symbol(m, name, make_fixnum(static_cast<SignedWord>(hash)), t.nonprocedure_entry());
  t.add(s, hash);
  return s;
}

}  // namespace

Word symbol_hash_bits(std::u32string_view name) { return mix_name<std::uint64_t>(name); }

Word symbol_hash(std::u32string_view name) {
  return symbol_hash_bits(name) & static_cast<Word>(most_positive_fixnum);
}

std::uint32_t symbol_hash32(std::u32string_view name) { return mix_name<std::uint32_t>(name); }

void SymbolTable::Implementation::add(Value symbol, Word hash) {
  if (count >= buckets.size()) grow();
  std::uint32_t i = free_entry;
  if (i != none) {
    free_entry = entries[i].next;
  } else {
    if (entries.size() == none) throw OutOfMemory{sizeof(Entry)};  // there is no number for it
    i = static_cast<std::uint32_t>(entries.size());
    entries.emplace_back();
  }
  std::uint32_t& first = bucket(hash);
  entries[i] = {symbol, hash, first};
  first = i;
  of_generation[static_cast<std::size_t>(heap.generation_of(symbol))].push_back(i);
  ++count;
}

void SymbolTable::Implementation::remove(std::uint32_t i) {
  std::uint32_t* link = &bucket(entries[i].hash);
  while (*link != i) link = &entries[*link].next;
  *link = entries[i].next;
  entries[i] = {false_value, 0, free_entry};
  free_entry = i;
  --count;
}

void SymbolTable::Implementation::grow() {
  std::vector<std::uint32_t> const old = std::move(buckets);
  buckets.assign(old.size() * 2, none);
  for (std::uint32_t const first : old) {
    for (std::uint32_t i = first; i != none;) {
      std::uint32_t const next = entries[i].next;
      std::uint32_t& target = bucket(entries[i].hash);
      entries[i].next = target;
      target = i;
      i = next;
    }
  }
}

SymbolTable::SymbolTable(Heap& heap) : implementation_(std::make_unique<Implementation>(heap)) {
  heap.implementation().symbol_tables.push_back(this);
  heap.add_root(&implementation_->nonprocedure_code);
}

SymbolTable::~SymbolTable() {
  HeapImplementation& h = implementation_->heap.implementation();
  std::erase(h.symbol_tables, this);
  std::erase(h.roots, &implementation_->nonprocedure_code);
}

Value SymbolTable::intern(Mutator& m, std::string_view utf8) {
  bool const ascii = std::all_of(utf8.begin(), utf8.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) return intern(m, std::u32string(utf8.begin(), utf8.end()), false_value);
  Value const s = make_string_utf8(m, utf8);
  init_field<Word>(s, 0, type_word_of(s) | immutable_string_flag);
  return intern(m, text_of(s), s);
}

Value SymbolTable::intern(Mutator& m, std::u32string_view name, Value name_string) {
  Word const hash = symbol_hash(name);
  Value const found = find_symbol(*implementation_, hash, name, false);
  if (found != false_value) return found;
  if (!is_immutable_string(name_string)) name_string = immutable_string(m, name);
  return add_symbol(*implementation_, m, name_string, hash);
}

Value SymbolTable::intern_gensym(Mutator& m, std::u32string_view pretty, std::u32string_view unique,
                                 Value pretty_string, Value unique_string) {
  Word const hash = symbol_hash(unique);
  Value const found = find_symbol(*implementation_, hash, unique, true);
  if (found != false_value) return found;
  if (!is_immutable_string(pretty_string)) pretty_string = immutable_string(m, pretty);
  if (!is_immutable_string(unique_string)) unique_string = immutable_string(m, unique);
  return add_symbol(*implementation_, m, cons(m, unique_string, pretty_string), hash);
}

bool SymbolTable::intern_existing_gensym(Mutator& m, Value symbol, Value name_pair) {
  std::u32string const unique = text_of(car(name_pair));
  Word const hash = symbol_hash(unique);
  if (find_symbol(*implementation_, hash, unique, true) != false_value) return false;
  m.heap.store(untagged(symbol) + layout::symbol_name, name_pair);
  init_field(symbol, layout::symbol_hash, make_fixnum(static_cast<SignedWord>(hash)));
  implementation_->add(symbol, hash);
  return true;
}

Value SymbolTable::make_uninterned(Mutator& m, Value name_string) {
  if (!is_immutable_string(name_string)) name_string = immutable_string(m, text_of(name_string));
  Word const hash = ++implementation_->uninterned_count & static_cast<Word>(most_positive_fixnum);
  return make_symbol(m, cons(m, name_string, false_value),
                     make_fixnum(static_cast<SignedWord>(hash)),
                     implementation_->nonprocedure_entry());
}

Value SymbolTable::all_symbols(Mutator& m) const {
  Value result = nil;
  for (const Implementation::Entry& e : implementation_->entries) {
    if (e.symbol != false_value) result = cons(m, e.symbol, result);
  }
  return result;
}

void SymbolTable::set_nonprocedure_code(Value code) {
  Implementation& t = *implementation_;
  t.nonprocedure_code = code;
  for (const Implementation::Entry& e : t.entries) {
    if (e.symbol == false_value) continue;
    // A symbol whose value is a procedure calls that directly.
    if (is_procedure(field<Value>(e.symbol, layout::symbol_value))) continue;
    t.heap.store(untagged(e.symbol) + layout::symbol_pvalue, code, entry_displacement);
  }
}

std::size_t SymbolTable::size() const { return implementation_->count; }

}  // namespace coracle
