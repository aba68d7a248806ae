#include "vm/kernel/entries.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "vm/kernel/subjects.h"
// The facilities.h of the implementation of vm/host: CMakeLists.txt names it.
#include CORACLE_HOST_FACILITIES

namespace coracle {
namespace {

/// A string as an argument of a template: each entry that exists elsewhere has a thunk of its own.
template <std::size_t N>
struct Text {
  char characters[N];
  constexpr Text(const char (&s)[N]) { std::copy_n(s, N, characters); }
};

void raise_elsewhere(Thread& t, const char* name, const char* where) {
  t.raise(SchemeError{"", std::string("kernel entry ") + name + " exists only on " + where, {}});
}

template <Text name, Text where>
void raise_elsewhere(Thread& t) {
  raise_elsewhere(t, name.characters, where.characters);
}

template <Text name, Text where>
constexpr EntryDescriptor make_elsewhere(const char* entry, const char* where_it_is) {
  EntryDescriptor result{};
  result.name = entry;
  result.call = &raise_elsewhere<name, where>;
  result.elsewhere = where_it_is;
  return result;
}

/// Where entries exist that need a facility, in the order of the facilities.
constexpr const char* hosts_with[] = {
#define FACILITY(name, text) "hosts with " text,
#include "vm/host/facilities.def"
#undef FACILITY
};

template <host::Facility facility>
constexpr const char* missing_text = hosts_with[static_cast<int>(facility)];

template <Text name, host::Facility facility>
void raise_missing(Thread& t) {
  raise_elsewhere(t, name.characters, missing_text<facility>);
}

template <host::Facility facility, auto F, Text name>
constexpr EntryDescriptor make_host_entry(const char* entry) {
  if constexpr (host::has(facility)) {
    return make_entry<F>(entry);
  } else {
    EntryDescriptor result{};
    result.name = entry;
    result.call = &raise_missing<name, facility>;
    result.elsewhere = missing_text<facility>;
    return result;
  }
}

constexpr EntryDescriptor with_id(EntryDescriptor entry, std::size_t id) {
  entry.id = static_cast<std::uint16_t>(id);
  return entry;
}

#define ENTRY(id, name, function)
#define HOST_ENTRY(id, facility, name, function)
#define OVERLOAD(id, name, function) with_id(make_entry<&kernel::function>(name), id),
#define ELSEWHERE(id, name, where)
constexpr EntryDescriptor overloads[] = {
#include "vm/kernel/entries.def"
};
#undef ENTRY
#undef HOST_ENTRY
#undef OVERLOAD
#undef ELSEWHERE

constexpr std::size_t entry_count = 0
#define ENTRY(id, name, function) +1
#define HOST_ENTRY(id, facility, name, function) +1
#define OVERLOAD(id, name, function)
#define ELSEWHERE(id, name, where) +1
#include "vm/kernel/entries.def"
#undef ENTRY
#undef HOST_ENTRY
#undef OVERLOAD
#undef ELSEWHERE
    ;

/// The rows by id. A mistake in them stops the compiler at a throw.
constexpr std::array<EntryDescriptor, entry_count> table = [] {
  std::array<EntryDescriptor, entry_count> result{};
  auto add = [&](const EntryDescriptor& row) {
    if (row.id >= entry_count) throw "an id past the number of rows: some number is left out";
    if (result[row.id].name != nullptr) throw "two rows have the same id";
    result[row.id] = row;
  };
#define ENTRY(id, name, function) add(with_id(make_entry<&kernel::function>(name), id));
#define HOST_ENTRY(id, facility, name, function) \
  add(with_id(make_host_entry<host::Facility::facility, &kernel::function, name>(name), id));
#define OVERLOAD(id, name, function)
#define ELSEWHERE(id, name, where) add(with_id(make_elsewhere<name, where>(name, where), id));
#include "vm/kernel/entries.def"
#undef ENTRY
#undef HOST_ENTRY
#undef OVERLOAD
#undef ELSEWHERE
  for (const EntryDescriptor& overload : overloads) {
    EntryDescriptor& entry = result[overload.id];
    if (std::string_view(entry.name) != overload.name) throw "an overload of another name";
    if (entry.overload != nullptr) throw "two overloads of an entry: make a list of them";
    entry.overload = &overload;
  }
  return result;
}();

}  // namespace

std::span<const EntryDescriptor> kernel_entries() { return table; }

bool host_lacks(const EntryDescriptor& entry) {
  return entry.elsewhere != nullptr && std::find(std::begin(hosts_with), std::end(hosts_with),
                                                 entry.elsewhere) != std::end(hosts_with);
}

}  // namespace coracle
