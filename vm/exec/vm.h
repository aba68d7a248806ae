// A virtual machine: the heap, the symbol table, the tables of entries, and its threads. All state
// belongs to a Vm or a Thread, so several machines can run in one process.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vm/exec/entry.h"
#include "vm/exec/histogram.h"
#include "vm/exec/thread.h"
#include "vm/heap/objects/symbol_table.h"

namespace coracle {

/// Which instantiation of the interpreter runs (see interpreter.h).
enum class ExecutionMode : std::uint8_t { fast, trace, histogram, checked };

struct VmOptions {
  HeapOptions heap;
  ExecutionMode mode = ExecutionMode::fast;
  /// If given, unique ids, clocks and the first random seed follow from this number, and compressed
  /// bytevectors are the same on every host. Otherwise they come from the host.
  std::optional<std::uint64_t> deterministic = {};
  /// What Scheme code reads by fasl-read and load must be data: code, closures, and references to C
  /// entries and library entries are refused. May be set at any time; boot files are not concerned.
  bool data_only = false;
  /// Whether Machine handles the process's faults while it lives, from before the boot on, unless they
  /// are handled already (vm/kernel/process/fault_signals.h). A fault of compiled code is then a Scheme
  /// condition, or a boot error while the image can't handle conditions yet. Other faults go to the
  /// handler that was there before.
  bool handle_faults = false;
};

/// State of one subject of the kernel (open files, random numbers, ...), made by that subject.
class KernelState {
 public:
  virtual ~KernelState() = default;
};

/// The states of the kernel's subjects, one of each type.
class KernelStates {
 public:
  /// Null before it is made.
  template <class State>
  State* find() const {
    for (const Slot& slot : slots_) {
      if (slot.key == &key<State>) return static_cast<State*>(slot.state.get());
    }
    return nullptr;
  }
  /// Made by the first call.
  template <class State, class... Arguments>
  State& get(Arguments&&... arguments) {
    if (State* const found = find<State>()) return *found;
    return add(std::make_unique<State>(std::forward<Arguments>(arguments)...));
  }
  template <class State>
  State& add(std::unique_ptr<State> state) {
    State& result = *state;
    slots_.push_back({&key<State>, std::move(state)});
    return result;
  }

 private:
  template <class State>
  static constexpr char key = 0;  // its address stands for the type
  struct Slot {
    const void* key;
    std::unique_ptr<KernelState> state;
  };
  std::vector<Slot> slots_;
};

class FaslLoader;
class Embedder;

class Vm : public RootSource {
 public:
  /// `entries`: the kernel's table of foreign symbols, by id (vm/kernel/entries.h). The C entry vector
  /// is made from it, by the names in the profile.
  Vm(const Profile& profile, VmOptions options, std::span<const EntryDescriptor> entries);
  ~Vm() override;

  const Profile& profile;
  VmOptions options;
  Heap heap;
  SymbolTable symbols;
  std::span<const EntryDescriptor> entries;  // by id

  Thread& main_thread() { return *main_thread_; }

  // --- Roots that the kernel needs by name.
  Value library_entries;          // vector, by library index; #f where not installed
  Value error_invoke_code = nil;  // first object of the base boot file
  Value invoke_code = nil;        // second object
  Value base_rtd = false_value;   // third object
  Value profile_counters = nil;   // list of (code . counters), newest first; the codes weakly held
  Value threads = nil;            // list of thread objects; its address is a C entry
  Value resumptions = nil;        // see resume_after_events of vm/kernel/machine/calls.h
  Value dummy_code = nil;         // a code object that holds one empty return point
  struct Names {                  // symbols whose values the kernel reads or sets
    Value nuate, null_continuation, collect_request_pending, error, event_and_resume,
        event_and_resume_star, active_threads, heap_reserve_ratio, scheme_version, make_load_binary,
        rtd_key, eq, symbol, eq_ht_rtd, symbol_ht_rtd, eqp, eqvp, equalp, symboleqp;
  } names;

  // --- Values of symbols.
  Value symbol_value(Value symbol) const { return field<Value>(symbol, layout::symbol_value); }
  /// Sets a symbol's value, and its pvalue to match, through the write barrier.
  void set_symbol_value(Value symbol, Value v);

  // --- Entries.
  /// The word that the image gets for the C entry of this index (an address). There must be one.
  Word c_entry(Word index) const;
  /// The descriptor for an address that the image uses as a function, or nullptr.
  const EntryDescriptor* entry_at(Word address) const {
    Word const id = entry_id(address);
    return id < entries.size() ? &entries[id] : nullptr;
  }
  const EntryDescriptor* find_entry(std::string_view name) const;
  /// A library entry's closure or code; #f where it is not installed yet.
  Value library_entry(Word index) const;
  void install_library_entry(Word index, Value entry);
  /// The address of the return point inside the library's underflow handler.
  Word underflow_return_address() const;

  void visit_roots(RootVisitor& visitor) override;
  /// Asks all threads for a collection at their next event check.
  void request_collection();

  /// Set by (exit): the status with which the program ends.
  int exit_status = 0;
  /// While the first boot file is loaded, the image can't handle errors yet, even if it has a handler:
  /// that would call what isn't defined yet, which is an error, and so on without end.
  bool loading_base = false;
  /// The code object of continuations has been read; there is one in an image.
  bool has_continuation_code = false;
  /// The boot file whose code is running; null after the boot.
  const char* boot_file = nullptr;
  /// The error that ended the boot, if any; the machine is unusable then.
  std::string boot_error;

  /// Counts of ExecutionMode::histogram; null in the other modes.
  std::unique_ptr<Histogram> histogram;

  KernelStates kernel_states;
  /// Calls a function of a shared object (vm/kernel/foreign/libraries.h); false if none is known at the
  /// address. Null while no shared object is loaded.
  bool (*call_library_function)(Thread& t, Word address, const Prototype& prototype) = nullptr;
  /// Reads fasl objects for Scheme code (vm/kernel/machine/images.h). Whoever boots the machine sets it.
  FaslLoader* fasl_loader = nullptr;
  /// The program that the machine runs in (vm/kernel/machine/embedder.h). Whoever boots the machine sets it.
  Embedder* embedder = nullptr;

 private:
  void intern_names(Mutator& m);

  CheckReporter check_reporter_;
  std::unique_ptr<Thread> main_thread_;
  Value nonprocedure_code_ = nil;
};

}  // namespace coracle
