// The census: counts of objects by kind, record type and generation, as lists for Scheme.
#include <string>

#include "vm/heap/inspect/inspect.h"
#include "vm/heap/objects/objects.h"
#include "vm/heap/objects/symbol_table_implementation.h"

namespace coracle {
namespace {

constexpr std::array<std::string_view, count_numbers> count_names = [] {
  std::array<std::string_view, count_numbers> names{};
#define OBJECT_KIND(kind, tag, type, size, space, references, count, name) names[count] = name;
#define COUNT_ROW(row, count, name) names[count] = name;
#include "vm/heap/objects/layout.def"
#undef COUNT_ROW
#undef OBJECT_KIND
  return names;
}();

struct Census {
  HeapImplementation& h;
  Mutator& m;
  SymbolTable& symbols;
  Value static_symbol;

  using Count = HeapImplementation::Count;

  /// ((generation count . bytes) ...) of what isn't zero, the oldest first.
  template <class Get>
  Value by_generation(Get get) {
    Value result = nil;
    auto const add = [&](Value g, Count c) {
      if (c.objects == 0) return;
      Value const numbers = cons(m, make_unsigned(m, c.objects), make_unsigned(m, c.bytes));
      result = cons(m, cons(m, g, numbers), result);
    };
    for (int g = 0; g < h.maximum_generation; ++g) {
      add(make_fixnum(g), get(static_cast<std::size_t>(g)));
    }
    // Generations past the greatest, while it is being lowered, count as part of it.
    Count oldest;
    for (int g = h.maximum_generation; g < static_generation; ++g) {
      Count const c = get(static_cast<std::size_t>(g));
      oldest.objects += c.objects;
      oldest.bytes += c.bytes;
    }
    add(make_fixnum(h.maximum_generation), oldest);
    add(static_symbol, get(static_generation));
    return result;
  }
};

}  // namespace

Value object_counts(Mutator& m) {
  HeapImplementation& h = m.heap.implementation();
  if (h.symbol_tables.empty()) return nil;
  SymbolTable& symbols = *h.symbol_tables.front();
  Census census{h, m, symbols, symbols.intern(m, "static")};
  Value result = nil;
  for (const auto& entry : h.records) {
    Value const rtd{entry.first};
    const auto& counts = entry.second;
    Word const size = static_cast<Word>(fixnum_value(field<Value>(rtd, layout::rtd_record_size)));
    Value const list = census.by_generation([&](std::size_t g) {
      return Census::Count{counts[g], counts[g] * align_object(size)};
    });
    if (list != nil) result = cons(m, cons(m, rtd, list), result);
  }
  for (std::size_t number = 0; number < count_numbers; ++number) {
    if (number == kind_info[static_cast<std::size_t>(Kind::record)].count_number) continue;
    Value const list = census.by_generation([&](std::size_t g) {
      if (number != count_of_oblist) return h.counts[g][number];
      Word const entries = symbols.implementation().of_generation[g].size();
      return Census::Count{entries, entries * sizeof(SymbolTable::Implementation::Entry)};
    });
    if (list == nil) continue;
    result = cons(m, cons(m, symbols.intern(m, count_names[number]), list), result);
  }
  return result;
}

bool memory_ran_out(const Heap& heap) { return heap.implementation().memory_ran_out; }

bool is_short_of_memory(const Heap& heap) { return heap.implementation().is_short_of_memory(); }

Word bytes_finalized(const Heap& heap) { return heap.implementation().bytes_finalized; }

Word phantom_bytes(const Heap& heap, Generation g) {
  return heap.implementation().phantom_bytes[g];
}

Value object_backreferences(Mutator& m) {
  HeapImplementation& h = m.heap.implementation();
  Value result = nil;
  for (int g = h.maximum_generation; g >= 0; --g) {
    Value list = nil;
    for (const auto& [object, from] : h.backreferences[static_cast<std::size_t>(g)]) {
      list = cons(m, cons(m, object, from), list);
    }
    result = cons(m, list, result);
  }
  return result;
}

}  // namespace coracle
