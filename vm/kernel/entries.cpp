#include "vm/kernel/entries.h"

#include <algorithm>
#include <string>

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

#define ENTRY(name, function) make_entry<&kernel::function>(name),
#define MISSING(name) EntryDescriptor{name, &raise_missing<name>, {}, EntryStatus::missing},
#define ELSEWHERE(name, where) \
  EntryDescriptor{name, &raise_missing<name>, {}, EntryStatus::elsewhere},
constexpr EntryDescriptor table[] = {
#include "vm/kernel/entries.def"
};
#undef ENTRY
#undef MISSING
#undef ELSEWHERE

}  // namespace

std::span<const EntryDescriptor> kernel_entries() { return table; }

}  // namespace coracle
