#include "vm/kernel/entries.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "vm/kernel/subjects.h"

namespace coracle {
namespace {

/// The names of the entries without an implementation, by the order of their descriptors: a
/// descriptor's thunk is one instantiation for each.
template <std::size_t N>
struct Name {
  char text[N];
  constexpr Name(const char (&s)[N]) { std::copy_n(s, N, text); }
};

template <Name name>
void raise_missing(Thread& t) {
  t.raise(SchemeError{"", std::string("kernel entry ") + name.text + " is not implemented", {}});
}

template <auto F>
constexpr EntryDescriptor make_overload(const char* name) {
  EntryDescriptor entry = make_entry<F>(name);
  entry.is_overload = true;
  return entry;
}

#define ENTRY(name, function) make_entry<&kernel::function>(name),
#define OVERLOAD(name, function) make_overload<&kernel::function>(name),
#define MISSING(name) EntryDescriptor{name, &raise_missing<name>, {}, EntryStatus::missing},
#define ELSEWHERE(name, where) \
  EntryDescriptor{name, &raise_missing<name>, {}, EntryStatus::elsewhere},
constexpr EntryDescriptor table[] = {
#include "vm/kernel/entries.def"
};
#undef ENTRY
#undef OVERLOAD
#undef MISSING
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
