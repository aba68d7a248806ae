#include "vm/kernel/foreign/foreign.h"

#include <cstdlib>
#include <limits>

#include "vm/base/endian.h"
#include "vm/exec/vm.h"
#include "vm/kernel/foreign/libraries.h"
#include "vm/kernel/host.h"

namespace coracle::kernel {
namespace {

constexpr std::string_view symbol_prefix = "(cs)";

bool is_foreign_symbol(const Thread& t, const EntryDescriptor& e) {
  return e.elsewhere == nullptr && std::string_view(e.name).starts_with(symbol_prefix) &&
         !is_removed(t, e.name);
}

Word place(Value v, SignedWord offset) { return v.bits + static_cast<Word>(offset); }

}  // namespace

const EntryDescriptor* lookup_foreign(const Thread& t, std::string_view name) {
  const EntryDescriptor* const e = t.vm.find_entry(name);
  return e != nullptr && is_foreign_symbol(t, *e) ? e : nullptr;
}

Word lookup_foreign_entry(Thread& t, const char* name) {
  if (name == nullptr) return 0;
  Word const in_library = find_in_libraries(t, name);
  if (in_library != 0) return in_library;
  Word const registered = find_registered(t, name);
  if (registered != 0) return registered;
  const EntryDescriptor* const entry = lookup_foreign(t, name);
  return entry == nullptr ? 0 : entry->address();
}

Value foreign_entries(Thread& t) {
  Value names = nil;
  for (const EntryDescriptor& e : t.vm.entries) {
    if (is_foreign_symbol(t, e)) names = cons(t, make_string_utf8(t, e.name), names);
  }
  for (const auto& [name, address] : registered_symbols(t)) {
    names = cons(t, make_string_utf8(t, name), names);
  }
  return names;
}

Value foreign_static_table(Thread& t) {
  Value rows = nil;
  auto const add = [&](std::string_view symbol, Word address) {
    Value const name = make_bytevector(t, std::string(symbol) + '\0');
    rows = cons(t, cons(t, name, make_unsigned(t, address)), rows);
  };
  for (const EntryDescriptor& e : t.vm.entries) {
    if (is_foreign_symbol(t, e)) add(e.name, e.address());
  }
  for (const auto& [name, address] : registered_symbols(t)) add(name, address);
  return make_vector(t, 1, rows);
}

const char* foreign_address_name(Thread& t, Word address) {
  const EntryDescriptor* const e = t.vm.entry_at(address);
  if (e == nullptr) return library_symbol_name(t, address);
  return is_foreign_symbol(t, *e) ? e->name : nullptr;
}

void instantiate_code_object(Thread&) {
  throw SchemeError{"foreign-callable", "not supported (libffi unavailable)", {}};
}
Value find_callable_code_object(Thread&, Word) { return false_value; }

bool native_little_endian(Thread&) { return !big_endian_host; }

void byte_copy(Thread&, Value source, SignedWord source_offset, Value destination,
               SignedWord destination_offset, SignedWord count) {
  if (count <= 0) return;
  std::memmove(host_pointer(place(destination, destination_offset)),
               host_pointer(place(source, source_offset)), static_cast<std::size_t>(count));
}

void word_copy(Thread& t, Value source, SignedWord source_offset, Value destination,
               SignedWord destination_offset, SignedWord count) {
  if (count <= 0) return;
  t.heap.move(place(destination, destination_offset), place(source, source_offset),
              static_cast<Word>(count));
}

Word allocate_memory(Thread& t, SignedWord size) {
  bool const fits =
      size >= 0 && static_cast<Word>(size) <= std::numeric_limits<std::size_t>::max() / 2;
  void* const memory = fits ? std::malloc(static_cast<std::size_t>(size)) : nullptr;
  if (memory == nullptr) {
    throw SchemeError{"foreign-alloc", "~a", {error_string(t, ENOMEM)}};
  }
  return address_of(memory);
}

void free_memory(Thread&, Word address) { std::free(host_pointer(address)); }

}  // namespace coracle::kernel
