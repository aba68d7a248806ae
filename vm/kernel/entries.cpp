#include "vm/kernel/entries.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "vm/kernel/subjects.h"

namespace coracle {
namespace {

/// A string as an argument of a template: each entry that exists elsewhere has a thunk of its own.
template <std::size_t N>
struct Text {
  char characters[N];
  constexpr Text(const char (&s)[N]) { std::copy_n(s, N, characters); }
};

template <Text name, Text where>
void raise_elsewhere(Thread& t) {
  t.raise(SchemeError{
      "",
      std::string("kernel entry ") + name.characters + " exists only on " + where.characters,
      {}});
}

template <Text name, Text where>
constexpr EntryDescriptor make_elsewhere(const char* entry, const char* where_it_is) {
  EntryDescriptor result{};
  result.name = entry;
  result.call = &raise_elsewhere<name, where>;
  result.elsewhere = where_it_is;
  return result;
}

template <auto F>
constexpr EntryDescriptor make_overload(const char* name) {
  EntryDescriptor entry = make_entry<F>(name);
  entry.is_overload = true;
  return entry;
}

#define ENTRY(name, function) make_entry<&kernel::function>(name),
#define OVERLOAD(name, function) make_overload<&kernel::function>(name),
#define ELSEWHERE(entry, where) make_elsewhere<entry, where>(entry, where),
constexpr EntryDescriptor table[] = {
#include "vm/kernel/entries.def"
};
#undef ENTRY
#undef OVERLOAD
#undef ELSEWHERE

static_assert(
    [] {
      for (std::size_t i = 0; i < std::size(table); ++i) {
        if (!table[i].is_overload) continue;
        if (i == 0 || std::string_view(table[i - 1].name) != table[i].name) return false;
      }
      return true;
    }(),
    "an OVERLOAD stands after the row whose name it has");

}  // namespace

std::span<const EntryDescriptor> kernel_entries() { return table; }

}  // namespace coracle
