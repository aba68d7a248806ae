#include "vm/kernel/foreign/libraries.h"

#include <atomic>
#include <cerrno>
#include <csetjmp>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "vm/exec/vm.h"
#include "vm/host/libraries.h"
#include "vm/kernel/entries.h"
#include "vm/kernel/foreign/foreign.h"

namespace coracle::kernel {
namespace {

struct Libraries : KernelState {
  std::vector<void*> handles;
  std::map<Word, std::string> symbols;  // those found so far, by address
  std::set<std::string, std::less<>> removed;
  std::map<std::string, Word, std::less<>> registered;
  std::jmp_buf* innermost = nullptr;  // of the calls of library functions that are running
};

Libraries* existing(const Thread& t) { return t.vm.kernel_states.find<Libraries>(); }

/// Calls a function of the host's C ABI with the image's argument registers.
template <class R, class Argument, std::size_t... I>
R call_address(Word address, const Argument* arguments, std::index_sequence<I...>) {
  auto* const f =
      reinterpret_cast<R (*)(decltype(arguments[I] + 0)...)>(host_pointer<void>(address));
  return f(arguments[I]...);
}

template <class R, class Argument>
R call_counted(Word address, const Argument* arguments, unsigned count) {
  switch (count) {
    case 0: return call_address<R>(address, arguments, std::make_index_sequence<0>());
    case 1: return call_address<R>(address, arguments, std::make_index_sequence<1>());
    case 2: return call_address<R>(address, arguments, std::make_index_sequence<2>());
    case 3: return call_address<R>(address, arguments, std::make_index_sequence<3>());
    case 4: return call_address<R>(address, arguments, std::make_index_sequence<4>());
    case 5: return call_address<R>(address, arguments, std::make_index_sequence<5>());
    case 6: return call_address<R>(address, arguments, std::make_index_sequence<6>());
    default: return call_address<R>(address, arguments, std::make_index_sequence<7>());
  }
}

template <class R>
R call_as(Thread& t, Word address, const Prototype& p) {
  if (p.floats != 0) {
    return call_counted<R>(address, t.float_registers() + first_float_argument_register, p.floats);
  }
  return call_counted<R>(address, t.registers() + first_argument_register, p.words);
}

void call_by_prototype(Thread& t, Word address, const Prototype& p) {
  Word& word = t.registers()[first_argument_register];
  switch (p.result) {
    case Passing::none: call_as<void>(t, address, p); break;
    case Passing::word: word = call_as<Word>(t, address, p); break;
    case Passing::int32:
      word = static_cast<Word>(SignedWord{call_as<std::int32_t>(t, address, p)});
      break;
    case Passing::uint32: word = call_as<std::uint32_t>(t, address, p); break;
    case Passing::floating:
      t.float_registers()[first_float_argument_register] = call_as<double>(t, address, p);
      break;
  }
}

[[maybe_unused]] bool call_library_function(Thread& t, Word address, const Prototype& p) {
  Libraries* const libraries = existing(t);
  if (libraries == nullptr) return false;
  auto const symbol = libraries->symbols.find(address);
  if (symbol == libraries->symbols.end()) return false;
  t.native.library_function = symbol->second.c_str();
  std::atomic_signal_fence(std::memory_order_seq_cst);
  errno = t.error_number;  // as if none of our code had run since the last call
  std::jmp_buf place;
  std::jmp_buf* const outer = libraries->innermost;
  libraries->innermost = &place;
  if (setjmp(place) == 0) call_by_prototype(t, address, p);
  libraries->innermost = outer;
  t.error_number = errno;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  t.native.library_function = nullptr;
  return true;
}

Libraries& libraries_of(Thread& t) { return t.vm.kernel_states.get<Libraries>(); }

}  // namespace

void load_shared_object(Thread& t, const char* path) {
  std::string reason;
  void* const handle = host::open_library(path, reason);
  if (handle == nullptr) {
    throw SchemeError{
        "",
        "(while loading ~a) ~a",
        {make_string_utf8(t, path == nullptr ? "" : path), make_string_utf8(t, reason)}};
  }
  libraries_of(t).handles.push_back(handle);
  // The image's words can be passed to the host's functions as they are.
  if constexpr (sizeof(void*) == sizeof(Word)) t.vm.call_library_function = call_library_function;
}

Word find_in_libraries(Thread& t, const char* name) {
  if (existing(t) == nullptr) return 0;
  Libraries& libraries = libraries_of(t);
  for (std::size_t i = libraries.handles.size(); i-- > 0;) {
    void* const found = host::find_symbol(libraries.handles[i], name);
    if (found == nullptr) continue;
    libraries.symbols[address_of(found)] = name;
    return address_of(found);
  }
  return 0;
}

void register_symbol(Thread& t, const char* name, Word address) {
  Libraries& libraries = libraries_of(t);
  libraries.registered[name] = address;
  libraries.symbols[address] = name;
  if constexpr (sizeof(void*) == sizeof(Word)) t.vm.call_library_function = call_library_function;
}

Word find_registered(const Thread& t, std::string_view name) {
  const Libraries* const libraries = existing(t);
  if (libraries == nullptr) return 0;
  auto const found = libraries->registered.find(name);
  return found == libraries->registered.end() ? 0 : found->second;
}

std::vector<std::pair<std::string, Word>> registered_symbols(const Thread& t) {
  const Libraries* const libraries = existing(t);
  if (libraries == nullptr) return {};
  return {libraries->registered.begin(), libraries->registered.end()};
}

bool in_library_function(const Thread& t) {
  const Libraries* const libraries = existing(t);
  return libraries != nullptr && libraries->innermost != nullptr;
}

void abandon_library_function(Thread& t) {
  if (in_library_function(t)) std::longjmp(*existing(t)->innermost, 1);
}

Value foreign_dynamic_table(Thread& t) {
  Value handles = nil;
  if (const Libraries* const libraries = existing(t); libraries != nullptr) {
    for (void* const handle : libraries->handles) {
      handles = cons(t, make_unsigned(t, address_of(handle)), handles);
    }
  }
  return handles;
}

const char* library_symbol_name(const Thread& t, Word address) {
  const Libraries* const libraries = existing(t);
  if (libraries == nullptr) return nullptr;
  auto const found = libraries->symbols.find(address);
  return found == libraries->symbols.end() ? nullptr : found->second.c_str();
}

Value remove_foreign_entry(Thread& t, const char* name) {
  if (find_registered(t, name) != 0) {
    libraries_of(t).registered.erase(name);
    return true_value;
  }
  if (lookup_foreign(t, name) == nullptr) return false_value;
  libraries_of(t).removed.insert(name);
  return true_value;
}

bool is_removed(const Thread& t, std::string_view name) {
  const Libraries* const libraries = existing(t);
  return libraries != nullptr && libraries->removed.contains(name);
}

}  // namespace coracle::kernel
