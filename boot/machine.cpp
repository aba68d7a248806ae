#include "boot/machine.h"

#include <new>

#include "boot/boot_input.h"
#include "boot/link.h"
#include "boot/profiles/profiles.h"
#include "vm/heap/memory/counted_memory.h"
#include "vm/kernel/entries.h"
#include "vm/kernel/files/provided_files.h"
#include "vm/kernel/process/fault_signals.h"
#include "vm/kernel/process/time.h"

namespace coracle {
namespace {

/// Yields the objects of a boot file, linked.
class BootObjects {
 public:
  BootObjects(Thread& thread, const BootFile& file, BootInput& input,
              std::pmr::memory_resource& memory)
      : thread_(thread),
        path_(file.path),
        source_(input.source()),
        input_(input),
        file_(
            source_, [this, &file](const FaslHeader& h) { return check(h, *file.profile); },
            &memory) {}

  /// The next object, or the end-of-file object.
  Result<Value> next() {
    Result<std::optional<FaslPayload>> const payload = file_.next(Situation::visit_revisit);
    if (!payload) return tl::unexpected<Error>(payload.error());
    if (!*payload) return eof_value;
    name_ = (*payload)->name;
    base_ = (*payload)->base;
    MakesIn const makes_static(thread_, static_generation);
    MayHold const what = input_.is_known_already() ? MayHold::known_code : MayHold::code;
    return link_object(thread_, (*payload)->bytes, name_, base_, {}, what);
  }
  /// An error about the object that next() returned.
  tl::unexpected<Error> wrong(Value object, const std::string& expected) const {
    if (object == eof_value) {
      return fail(
          at_offset(path_, source_.offset(), "found the end of the file, expected " + expected));
    }
    return fail(at_offset(name_, base_, "found another object, expected " + expected));
  }

 private:
  /// The first header was checked when the file was found; later ones must agree with it.
  Result<void> check(const FaslHeader& header, const Profile& profile) const {
    if (header.version != profile.version) {
      return fail(at_offset(path_, header.version_offset,
                            "found a fasl header of Chez Scheme " + release_name(header.version) +
                                ", expected " + std::string(profile.release)));
    }
    if (header.machine_type != 0 && header.machine_type != profile.machine_type) {
      return fail(at_offset(path_, header.machine_type_offset,
                            "found a fasl header for machine type " +
                                machine_type_name(profile, header.machine_type) + ", expected " +
                                std::string(profile.machine_name)));
    }
    return {};
  }

  Thread& thread_;
  std::string path_;
  std::string name_;  // of the last object, for messages
  std::uint64_t base_ = 0;
  ByteSource& source_;
  BootInput& input_;
  FaslFile file_;
};

}  // namespace

Machine::Machine(const Profile& profile, const VmOptions& options)
    : faults_(options.handle_faults
                  ? std::make_unique<host::FaultHandlers>(kernel::handle_fault, false)
                  : nullptr),
      vm_(profile, options, kernel_entries()),
      embedding_(vm_.main_thread()) {
  vm_.heap.add_root(&load_binary_);
  vm_.heap.add_root(&object_);
  vm_.fasl_loader = &loader_;
  kernel::start_clock(vm_.main_thread());
}

Result<std::unique_ptr<Machine>> Machine::boot(
    const BootSearch& search, const VmOptions& options,
    const std::function<void(std::unique_ptr<Machine>&)>& before_loading) {
  Result<std::vector<BootFile>> const files = find_boot_files(search);
  if (!files) return tl::unexpected<Error>(files.error());
  try {
    return load_all(*files, options, before_loading);
  } catch (const OutOfMemory& e) {
    return fail("out of memory for " + std::to_string(e.bytes) + " bytes during the boot");
  } catch (const std::bad_alloc&) {
    return fail("out of memory during the boot");
  }
}

Result<std::unique_ptr<Machine>> Machine::load_all(
    const std::vector<BootFile>& files, const VmOptions& options,
    const std::function<void(std::unique_ptr<Machine>&)>& before_loading) {
  std::unique_ptr<Machine> machine;
  CountedMemory memory;
  BootInput input(memory);
  // Opened before there is a machine: what is done in the background can begin.
  Result<void> opened = input.open(files.front());
  machine.reset(new Machine(*files.front().profile, options));
  if (before_loading) before_loading(machine);
  memory.count_in(machine->vm_.heap);
  bool base = true;
  for (const BootFile& file : files) {
    machine->vm_.loading_base = base;
    if (!base) opened = input.open(file);
    if (!opened) return tl::unexpected<Error>(opened.error());
    Result<void> const loaded = machine->load(file, input, memory, base);
    if (!loaded) return tl::unexpected<Error>(loaded.error());
    base = false;
  }
  machine->vm_.loading_base = false;
  machine->make_all_static();  // what was loaded stays

  Value const initialise = machine->system_value("$scheme-init");
  if (!is_procedure(initialise)) {
    return fail(files.back().path + ": $scheme-init is not bound to a procedure");
  }
  Result<void> const initialised = machine->boot_call(initialise, {}, files.back().path);
  if (!initialised) return tl::unexpected<Error>(initialised.error());
  return machine;
}

Result<void> Machine::load(const BootFile& file, BootInput& input,
                           std::pmr::memory_resource& memory, bool base) {
  BootObjects objects(thread(), file, input, memory);
  if (base) {
    struct First {
      Value& slot;
      bool (*is)(Value);
      const char* what;
    };
    First const first[] = {
        {vm_.error_invoke_code, is_code, "the error-invoke code object"},
        {vm_.invoke_code, is_code, "the invoke code object"},
        {vm_.base_rtd, is_record, "the base record type descriptor"},
    };
    for (const First& f : first) {
      Result<Value> const object = objects.next();
      if (!object) return tl::unexpected<Error>(object.error());
      if (!f.is(*object)) return objects.wrong(*object, f.what);
      f.slot = *object;
    }
  }
  for (;;) {
    Result<Value> const object = objects.next();
    if (!object) return tl::unexpected<Error>(object.error());
    if (*object == eof_value) break;
    Result<void> const done = run_boot_object(*object, file.path);
    if (!done) return done;
  }
  load_binary_ = false_value;
  return {};
}

Result<void> Machine::run_boot_object(Value object, const std::string& path) {
  if (is_procedure(object)) return boot_call(object, {}, path);
  object_ = object;
  if (load_binary_ != false_value || find_load_binary(path)) {
    Value const argument = object_;
    object_ = false_value;
    return boot_call(load_binary_, {argument}, path);
  }
  // Before there is a load procedure, a file's procedures may come in a vector.
  for (Word i = 0; is_vector(object_) && i < vector_length(object_); ++i) {
    Value const element = vector_ref(object_, i);
    if (!is_procedure(element)) continue;
    Result<void> const done = boot_call(element, {}, path);
    if (!done) return done;
  }
  object_ = false_value;
  return {};
}

bool Machine::find_load_binary(const std::string& path) {
  // Petite defines its version last; before that, its load is not complete.
  if (!is_symbol(vm_.symbol_value(vm_.names.scheme_version))) return false;
  Value const make = vm_.symbol_value(vm_.names.make_load_binary);
  if (!is_procedure(make)) return false;
  load_binary_ = thread().call(safe_point(), make, {string(path)});
  return is_procedure(load_binary_);
}

Result<void> Machine::boot_call(Value procedure, std::initializer_list<Value> arguments,
                                const std::string& path) {
  vm_.boot_file = path.c_str();
  thread().call(safe_point(), procedure, arguments);
  vm_.boot_file = nullptr;
  if (!vm_.boot_error.empty()) {
    return fail(path + ": its code fails before errors can be handled: " + vm_.boot_error +
                " (is a part of the file missing or damaged?)");
  }
  if (thread().unwound()) {
    return fail(path + ": the program exited during the boot, with status " +
                std::to_string(vm_.exit_status));
  }
  return {};
}

Value Machine::system_value(std::string_view name) {
  return vm_.symbol_value(vm_.symbols.intern(thread(), name));
}

void Machine::collect() {
  Value const procedure = system_value("collect");
  // An error leaves things as they are: there is no more memory to be had.
  if (is_procedure(procedure)) (void)embedding_.call(procedure, nil);
}

Value Machine::string_list(const std::vector<std::string>& strings) {
  Value list = nil;
  for (auto i = strings.rbegin(); i != strings.rend(); ++i) {
    list = cons(thread(), string(*i), list);
  }
  return list;
}

CallResult<Root> Machine::call_values(Value procedure, std::span<const Value> arguments,
                                      bool several) {
  return embedding_.call(procedure, list_of(arguments), several);
}

Value Machine::list_of(std::span<const Value> items) {
  Value result = nil;
  for (auto i = items.rbegin(); i != items.rend(); ++i) result = cons(thread(), *i, result);
  return result;
}

tl::unexpected<CallError> Machine::wrong_type(Value found, const char* expected) {
  Root const object = root(found);
  CallResult<std::string> const printed = call<std::string>("format", "~s", object);
  auto error = call_failed(CallError::Kind::wrong_type,
                           "found " + (printed ? *printed : "an object that can't be printed") +
                               ", expected " + expected);
  error.value().irritants = root(list(thread(), {object}));
  return error;
}

CallResult<Root> Machine::output_port(std::string_view name, Writer writer) {
  return guarded<Root>([&] {
    Value const handle = embedding_.make_handle(functions::adapt(
        *this, context(), std::string(name),
        std::function([write = std::move(writer)](const std::string& text) { write(text); })));
    return embedding_.call(Embedding::make_output_port, list(thread(), {string(name), handle}));
  });
}

CallResult<Root> Machine::input_port(std::string_view name, Reader reader) {
  return guarded<Root>([&] {
    Value const handle = embedding_.make_handle(functions::adapt(
        *this, context(), std::string(name), std::function([read = std::move(reader)] {
          std::optional<std::string> text = read();
          if (!text) throw NotYet{SuspendedBy::input};
          return std::move(*text);
        })));
    return embedding_.call(Embedding::make_input_port, list(thread(), {string(name), handle}));
  });
}

void Machine::provide_files(std::function<bool(const std::string& path)> is_present) {
  vm_.kernel_states.add(std::make_unique<kernel::ProvidedFiles>(std::move(is_present)));
}

CallResult<void> Machine::set_console(Reader input, Writer output, Writer error) {
  Root ports[3];
  auto const set = [&](Root& port, CallResult<Root> made) -> CallResult<void> {
    if (!made) return tl::unexpected<CallError>(std::move(made.error()));
    port = *made;
    return {};
  };
  CallResult<void> done;
  if (input) done = set(ports[0], input_port("console-input", std::move(input)));
  if (done && output) done = set(ports[1], output_port("console-output", std::move(output)));
  if (done && error) done = set(ports[2], output_port("console-error", std::move(error)));
  if (!done) return done;
  return guarded<void>([&] {
    return embedding_.call(Embedding::set_console, list(thread(), {ports[0], ports[1], ports[2]}));
  });
}

std::optional<Value> Machine::call_system(std::string_view name,
                                          std::initializer_list<Value> arguments) {
  Value const procedure = system_value(name);
  if (exited() || !is_procedure(procedure)) return std::nullopt;
  return thread().call(safe_point(), procedure, arguments);
}

Run Machine::new_run(CallResult<std::shared_ptr<RunRecord>> record) {
  if (record) return {*this, std::move(*record)};
  auto ended = std::make_shared<RunRecord>();
  ended->outcome = tl::unexpected<CallError>(std::move(record.error()));
  return {*this, std::move(ended)};
}

Run Machine::new_run(RunRecord::Kind kind, Value procedure, std::span<const Value> arguments) {
  return new_run(catching_out_of_memory<std::shared_ptr<RunRecord>>(
      [&] { return embedding_.make_run(kind, procedure, list_of(arguments)); }));
}

Run Machine::begin_eval(std::string_view source) {
  return new_run(catching_out_of_memory<std::shared_ptr<RunRecord>>(
      [&] { return embedding_.make_run(Embedding::evaluate, list(thread(), {string(source)})); }));
}

Run Machine::begin_session(const std::vector<std::string>& arguments) {
  return new_session("$scheme", [&] { return std::array{string_list(arguments)}; });
}

Run Machine::begin_script(std::string_view path, const std::vector<std::string>& arguments,
                          bool program) {
  return new_session("$script", [&] {
    return std::array{make_boolean(program), string(path), string_list(arguments)};
  });
}

template <class Arguments>
Run Machine::new_session(std::string_view procedure, Arguments arguments) {
  return new_run(catching_out_of_memory<std::shared_ptr<RunRecord>>([&] {
    return embedding_.make_run(RunRecord::Kind::session, system_value(procedure),
                               list_of(arguments()));
  }));
}

int Machine::run(Value procedure, std::initializer_list<Value> arguments) {
  Value const result = thread().call(safe_point(), procedure, arguments);
  return exited() ? vm_.exit_status : exit_status_of(result);
}

int Machine::start(const std::vector<std::string>& arguments) {
  if (exited()) return vm_.exit_status;
  return run(system_value("$scheme"), {string_list(arguments)});
}

int Machine::run_script(std::string_view path, const std::vector<std::string>& arguments,
                        bool program) {
  if (exited()) return vm_.exit_status;
  return run(system_value("$script"),
             {make_boolean(program), string(path), string_list(arguments)});
}

void Machine::make_all_static() {
  Heap& heap = vm_.heap;
  heap.collect(safe_point().stop_mutators(),
               {heap.parameters().maximum_generation, static_generation, static_generation});
}

Machine::~Machine() {
  try {
    close_files();
  } catch (const OutOfMemory&) {
    // The ports' buffers are lost, and nobody is left to report it to.
  }
}

void Machine::close_files() {
  if (thread().unwound()) return;  // nothing runs after (exit)
  Value const close = system_value("$close-files");
  if (is_procedure(close)) thread().call(safe_point(), close, {});
}

}  // namespace coracle
