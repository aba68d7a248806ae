// Implements coracle.h with Machine.
//
// Invariants: no exception leaves a function; a C function that Scheme calls runs inside Embedding::call,
// which turns exceptions into Scheme errors.
#include "boot/c/coracle.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "boot/machine.h"

using namespace coracle;

struct coracle_machine {
  std::unique_ptr<Machine> machine;
  // What is to be raised when the running C function returns.
  std::optional<std::string> raised;
  std::optional<CallError> failed;
  unsigned depth = 0;  // of nested C functions
};

struct coracle_value {
  coracle_machine* owner;
  Root root;
};

struct coracle_error {
  coracle_machine* owner = nullptr;
  coracle_error_kind kind = CORACLE_BOOT;
  CallError error;
};

namespace {

static_assert(static_cast<int>(CallError::Kind::condition) == CORACLE_CONDITION &&
              static_cast<int>(CallError::Kind::wrong_type) == CORACLE_WRONG_TYPE &&
              static_cast<int>(CallError::Kind::interrupted) == CORACLE_INTERRUPTED &&
              static_cast<int>(CallError::Kind::out_of_ticks) == CORACLE_OUT_OF_TICKS &&
              static_cast<int>(CallError::Kind::out_of_memory) == CORACLE_OUT_OF_MEMORY &&
              static_cast<int>(CallError::Kind::reset) == CORACLE_RESET &&
              static_cast<int>(CallError::Kind::left) == CORACLE_LEFT &&
              static_cast<int>(CallError::Kind::exit) == CORACLE_EXIT &&
              static_cast<int>(CallError::Kind::ended) == CORACLE_ENDED &&
              static_cast<int>(CallError::Kind::busy) == CORACLE_BUSY);

void put(coracle_error** error, coracle_machine* owner, coracle_error_kind kind, CallError e) {
  if (error == nullptr) return;
  *error = new (std::nothrow) coracle_error{owner, kind, std::move(e)};
}

void put(coracle_error** error, coracle_machine* owner, const CallError& e) {
  put(error, owner, static_cast<coracle_error_kind>(e.kind), e);
}

/// Runs `body`. If it throws for lack of memory, puts an error and returns `failure`.
template <class T, class F>
T guarded(coracle_machine* owner, coracle_error** error, T failure, F body) {
  CallError e;
  e.kind = CallError::Kind::out_of_memory;
  e.message = "out of memory";
  try {
    return body();
  } catch (const OutOfMemory&) {
  } catch (const std::bad_alloc&) {
  } catch (const LengthError&) {
    e.message = "too long";
  }
  put(error, owner, e);
  return failure;
}

template <class F>
coracle_value* make(coracle_machine* owner, coracle_error** error, F object) {
  return guarded<coracle_value*>(owner, error, nullptr, [&] {
    return new coracle_value{owner, owner->machine->root(object(*owner->machine))};
  });
}

coracle_value* result(coracle_machine* owner, coracle_error** error, const CallResult<Root>& r) {
  if (r) return make(owner, error, [&](Machine&) { return r->value(); });
  put(error, owner, r.error());
  return nullptr;
}

std::vector<Value> values_of(coracle_value* const* items, std::size_t count) {
  std::vector<Value> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(items[i]->root);
  return values;
}

coracle_machine* boot(const BootSearch& search, coracle_error** error) {
  CallError e;
  try {
    auto m = std::make_unique<coracle_machine>();
    Result<std::unique_ptr<Machine>> booted = Machine::boot(search, VmOptions{});
    if (booted) {
      m->machine = std::move(*booted);
      return m.release();
    }
    e.message = booted.error().message;
  } catch (const std::bad_alloc&) {
    e.message = "out of memory";
  }
  put(error, nullptr, CORACLE_BOOT, std::move(e));
  return nullptr;
}

/// A C function's data, released with the procedure.
struct Data {
  coracle_function function;
  void* data;
  void (*release)(void*);
  Data(coracle_function f, void* d, void (*r)(void*)) : function(f), data(d), release(r) {}
  ~Data() {
    if (release != nullptr) release(data);
  }
  Data(const Data&) = delete;
  Data& operator=(const Data&) = delete;
};

/// The arguments of a C function.
struct Arguments {
  Arguments(coracle_machine* owner, Rest values) {
    items.reserve(values.size());
    for (Value v : values) items.push_back(new coracle_value{owner, owner->machine->root(v)});
  }
  ~Arguments() {
    for (coracle_value* v : items) delete v;
  }
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  std::vector<coracle_value*> items;
};

CallResult<Root> call_function(coracle_machine* m, const std::string& name, const Data& d,
                               Rest values) {
  Arguments arguments(m, values);
  std::optional<std::string> const outer_raised = std::exchange(m->raised, std::nullopt);
  std::optional<CallError> const outer_failed = std::exchange(m->failed, std::nullopt);
  ++m->depth;
  std::unique_ptr<coracle_value> const value(
      d.function(m, arguments.items.data(), arguments.items.size(), d.data));
  --m->depth;
  std::optional<std::string> const raised = std::exchange(m->raised, outer_raised);
  std::optional<CallError> failed = std::exchange(m->failed, outer_failed);
  if (raised) throw SchemeError{name, "~a", {m->machine->string(*raised)}};
  if (failed) return tl::unexpected<CallError>(std::move(*failed));
  return value == nullptr ? m->machine->root(void_value) : value->root;
}

}  // namespace

extern "C" {

coracle_machine* coracle_boot(const char* heap_dirs, coracle_error** error) {
  BootSearch search;
  if (heap_dirs != nullptr) search.heap_dirs = heap_dirs;
  return boot(search, error);
}

coracle_machine* coracle_boot_bytes(const coracle_boot_file* files, size_t count,
                                    coracle_error** error) {
  BootSearch search;
  for (size_t i = 0; i < count; ++i) {
    search.files.push_back(
        {files[i].name, true,
         std::span(static_cast<const std::uint8_t*>(files[i].data), files[i].size)});
  }
  return boot(search, error);
}

void coracle_free(coracle_machine* machine) { delete machine; }

coracle_value* coracle_eval(coracle_machine* machine, const char* source, coracle_error** error) {
  return result(machine, error, machine->machine->eval(source));
}

bool coracle_load(coracle_machine* machine, const char* path, coracle_error** error) {
  CallResult<void> const done = machine->machine->load(path);
  if (!done) put(error, machine, done.error());
  return done.has_value();
}

coracle_value* coracle_call(const coracle_value* procedure, coracle_value* const* arguments,
                            size_t count, coracle_error** error) {
  coracle_machine* const m = procedure->owner;
  return guarded<coracle_value*>(m, error, nullptr, [&] {
    std::vector<Value> const values = values_of(arguments, count);
    return result(m, error, m->machine->apply(procedure->root, values));
  });
}

coracle_value* coracle_lookup(coracle_machine* machine, const char* name, coracle_error** error) {
  return result(machine, error, machine->machine->call("top-level-value", Symbol{name}));
}

bool coracle_define(coracle_machine* machine, const char* name, const coracle_value* value,
                    coracle_error** error) {
  CallResult<void> const done = machine->machine->define(name, value->root);
  if (!done) put(error, machine, done.error());
  return done.has_value();
}

coracle_value* coracle_procedure(coracle_machine* machine, const char* name, int count,
                                 coracle_function function, void* data, void (*release)(void*),
                                 coracle_error** error) {
  return guarded<coracle_value*>(machine, error, nullptr, [&] {
    auto const shared = std::make_shared<Data>(function, data, release);
    std::string const who = name;
    return result(machine, error,
                  machine->machine->procedure(name, [machine, who, count, shared](Rest values) {
                    if (count >= 0 && values.size() != static_cast<std::size_t>(count)) {
                      throw SchemeError{who,
                                        "found ~s arguments, expected ~s",
                                        {make_fixnum(static_cast<SignedWord>(values.size())),
                                         make_fixnum(count)}};
                    }
                    return call_function(machine, who, *shared, values);
                  }));
  });
}

void coracle_raise(coracle_machine* machine, const char* message) {
  if (machine->depth != 0) machine->raised = message;
}

void coracle_raise_error(coracle_machine* machine, coracle_error* error) {
  if (machine->depth != 0) machine->failed = error->error;
  delete error;
}

void coracle_set_limits(coracle_machine* machine, uint64_t ticks, uint64_t bytes) {
  Limits limits;
  if (ticks != 0) limits.ticks = ticks;
  if (bytes != 0) limits.bytes = bytes;
  machine->machine->set_limits(limits);
}

void coracle_interrupt(coracle_machine* machine) { machine->machine->interrupt(); }

bool coracle_set_output(coracle_machine* machine, coracle_writer output, void* output_data,
                        coracle_writer error_output, void* error_data, coracle_error** error) {
  auto const writer = [](coracle_writer write, void* data) {
    return write == nullptr ? Machine::Writer() : [write, data](std::string_view s) {
      write(s.data(), s.size(), data);
    };
  };
  CallResult<void> const done = machine->machine->set_console({}, writer(output, output_data),
                                                              writer(error_output, error_data));
  if (!done) put(error, machine, done.error());
  return done.has_value();
}

int coracle_start(coracle_machine* machine, int argc, const char* const* argv) {
  return machine->machine->start(argc < 1 ? std::vector<std::string>()
                                          : std::vector<std::string>(argv + 1, argv + argc));
}

coracle_value* coracle_int64(coracle_machine* machine, int64_t n) {
  return make(machine, nullptr, [&](Machine& m) { return m.convert(n); });
}
coracle_value* coracle_double(coracle_machine* machine, double x) {
  return make(machine, nullptr, [&](Machine& m) { return m.convert(x); });
}
coracle_value* coracle_bool(coracle_machine* machine, bool b) {
  return make(machine, nullptr, [&](Machine& m) { return m.convert(b); });
}
coracle_value* coracle_string(coracle_machine* machine, const char* text, size_t size) {
  return make(machine, nullptr, [&](Machine& m) { return m.string({text, size}); });
}
coracle_value* coracle_symbol(coracle_machine* machine, const char* name) {
  return make(machine, nullptr, [&](Machine& m) { return m.symbol(name); });
}
coracle_value* coracle_list(coracle_machine* machine, coracle_value* const* items, size_t count) {
  return make(machine, nullptr, [&](Machine& m) { return m.convert(values_of(items, count)); });
}
coracle_value* coracle_copy(const coracle_value* value) {
  return make(value->owner, nullptr, [&](Machine&) { return value->root.value(); });
}
void coracle_value_free(coracle_value* value) { delete value; }

bool coracle_get_int64(const coracle_value* value, int64_t* n) {
  auto const found = value->owner->machine->value_as<std::int64_t>(value->root);
  if (found) *n = *found;
  return found.has_value();
}
bool coracle_get_double(const coracle_value* value, double* x) {
  auto const found = value->owner->machine->value_as<double>(value->root);
  if (found) *x = *found;
  return found.has_value();
}
bool coracle_is_true(const coracle_value* value) { return is_true(value->root); }
bool coracle_is_null(const coracle_value* value) { return value->root.value() == nil; }

char* coracle_get_string(const coracle_value* value, size_t* size) {
  try {
    Machine& m = *value->owner->machine;
    std::optional<std::string> text = m.value_as<std::string>(value->root);
    if (!text) {
      std::optional<Symbol> symbol = m.value_as<Symbol>(value->root);
      if (!symbol) return nullptr;
      text = std::move(symbol->name);
    }
    auto* const copy = static_cast<char*>(std::malloc(text->size() + 1));
    if (copy == nullptr) return nullptr;
    std::memcpy(copy, text->c_str(), text->size() + 1);
    if (size != nullptr) *size = text->size();
    return copy;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

coracle_value* coracle_car(const coracle_value* value) {
  if (!is_pair(value->root)) return nullptr;
  return make(value->owner, nullptr, [&](Machine&) { return car(value->root); });
}
coracle_value* coracle_cdr(const coracle_value* value) {
  if (!is_pair(value->root)) return nullptr;
  return make(value->owner, nullptr, [&](Machine&) { return cdr(value->root); });
}

coracle_error_kind coracle_error_kind_of(const coracle_error* error) { return error->kind; }
const char* coracle_error_message(const coracle_error* error) {
  return error == nullptr ? "out of memory" : error->error.message.c_str();
}
int coracle_error_status(const coracle_error* error) { return error->error.status; }
coracle_value* coracle_error_condition(const coracle_error* error) {
  if (error->kind != CORACLE_CONDITION) return nullptr;
  return make(error->owner, nullptr, [&](Machine&) { return error->error.condition.value(); });
}
coracle_value* coracle_error_irritants(const coracle_error* error) {
  if (error->kind != CORACLE_CONDITION) return nullptr;
  return make(error->owner, nullptr, [&](Machine&) { return error->error.irritants.value(); });
}
void coracle_error_free(coracle_error* error) { delete error; }

}  // extern "C"
