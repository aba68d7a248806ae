#include "vm/exec/vm.h"

#include <utility>

#include "vm/base/check.h"
#include "vm/exec/report.h"

namespace coracle {
namespace {

/// The default size of a port's buffer (parameter file-buffer-size).
constexpr int port_buffer_bytes = 8192;

Mutator& mutator(Vm& vm) { return vm.main_thread(); }

/// A code object without instructions or relocations, `length` bytes of zeros.
Value make_plain_code(Mutator& m, Word flags, Word length) {
  Value const code = make_code(m, flags, length);
  init_field(code, layout::code_reloc, make_relocation_table(m, 0, code));
  init_field(code, layout::code_name, false_value);
  init_field(code, layout::code_arity_mask, make_fixnum(0));
  init_field(code, layout::code_closure_length, Word{0});
  init_field(code, layout::code_info, false_value);
  init_field(code, layout::code_pinfos, nil);
  std::memset(host_pointer(entry_of_code(code)), 0, length);
  return code;
}

}  // namespace

Vm::Vm(const Profile& profile_, VmOptions options_, std::span<const EntryDescriptor> entries_)
    : profile(profile_),
      options(std::move(options_)),
      heap(profile_, options.heap),
      symbols(heap),
      entries(entries_),
      check_reporter_{[](void* vm) { report_state(*static_cast<Vm*>(vm)); }, this} {
  heap.add_roots(*this);
  if (options.mode == ExecutionMode::histogram) histogram = std::make_unique<Histogram>();
  main_thread_ = std::make_unique<Thread>(*this);
  Mutator& m = mutator(*this);
  {
    MakesIn const makes_static(m, static_generation);
    make_empty_objects(m);
    intern_names(m);
  }

  for (Value* root : {&library_entries, &error_invoke_code, &invoke_code, &base_rtd, &threads,
                      &resumptions, &dummy_code, &profile_counters}) {
    heap.add_root(root);
  }

  library_entries = make_vector(m, profile.library_entry_count, false_value);
  Value const continuation_code = make_plain_code(m, code_flag_continuation, 0);
  set_symbol_value(names.nuate, make_fixnum(0));
  set_symbol_value(
      names.null_continuation,
      make_continuation(m, Space::fresh, 0, entry_of_code(continuation_code), 0, scaled_shot_1_shot,
                        scaled_shot_1_shot, make_fixnum(0), 0, nil, nil));
  set_symbol_value(names.collect_request_pending, false_value);
  set_symbol_value(names.active_threads, make_fixnum(0));
  set_symbol_value(names.heap_reserve_ratio, make_flonum(m, 1.0));
  set_symbol_value(symbols.intern(m, "$c-bufsiz"), make_fixnum(port_buffer_bytes));

  // The dummy code object holds one empty return point: the return address of a thread's first frame.
  dummy_code = make_plain_code(m, 0, return_header_bytes);
  Word const return_point = entry_of_code(dummy_code) + return_header_bytes;
  Word const toplink = return_point + static_cast<Word>(SignedWord{profile.return_toplink});
  store<Word>(toplink, toplink - dummy_code.bits);

  main_thread_->start();
  set_check_reporter(check_reporter_);
  heap.on_collect_request([](void* vm) { static_cast<Vm*>(vm)->request_collection(); }, this);
}

void Vm::intern_names(Mutator& m) {
  struct NameRow {
    Value& slot;
    std::string_view name;
  };
  NameRow const rows[] = {
      {names.nuate, "$nuate"},
      {names.null_continuation, "$null-continuation"},
      {names.collect_request_pending, "$collect-request-pending"},
      {names.error, "$c-error"},
      {names.event_and_resume, "$event-and-resume"},
      {names.event_and_resume_star, "$event-and-resume*"},
      {names.active_threads, "$active-threads"},
      {names.heap_reserve_ratio, "$heap-reserve-ratio"},
      {names.scheme_version, "$scheme-version"},
      {names.make_load_binary, "$make-load-binary"},
      {names.rtd_key, "*rtd*"},
      {names.eq, "eq"},
      {names.symbol, "symbol"},
      {names.eq_ht_rtd, "$eq-ht-rtd"},
      {names.symbol_ht_rtd, "$symbol-ht-rtd"},
      {names.eqp, "eq?"},
      {names.eqvp, "eqv?"},
      {names.equalp, "equal?"},
      {names.symboleqp, "symbol=?"},
  };
  for (const NameRow& row : rows) {
    row.slot = symbols.intern(m, row.name);
    heap.add_root(&row.slot);
  }
}

Vm::~Vm() { clear_check_reporter(check_reporter_); }

void Vm::request_collection() {
  if (symbol_value(names.collect_request_pending) != false_value) return;
  set_symbol_value(names.collect_request_pending, true_value);
  for (Value ls = threads; ls != nil; ls = cdr(ls)) {
    Word const context = field<Word>(car(ls), layout::thread_context);
    store<Value>(context + profile.offset(Tc::something_pending), true_value);
  }
}

void Vm::set_symbol_value(Value symbol, Value v) {
  heap.store(untagged(symbol) + layout::symbol_value, v);
  Value const code = is_procedure(v) ? closure_code(v) : nonprocedure_code_;
  heap.store(untagged(symbol) + layout::symbol_pvalue, code, entry_displacement);
}

Word Vm::c_entry(Word index) const {
  CORACLE_CHECK_MESSAGE(index < profile.c_entry_names.size(),
                        "an index is past the end of the C entry vector");
  std::string_view const name = profile.c_entry_names[index];
  const Mutator& m = *main_thread_;
  if (name == "thread-context") return main_thread_->context();
  if (name == "thread-list") return address_of(&threads);
  if (name == "segment-info") return heap.segment_table();
  if (name == "null-immutable-vector") return m.empty.immutable_vector.bits;
  if (name == "null-immutable-bytevector") return m.empty.immutable_bytevector.bits;
  if (name == "null-immutable-string") return m.empty.immutable_string.bits;
  const EntryDescriptor* entry = find_entry(name);
  CORACLE_CHECK_MESSAGE(entry != nullptr, "a name in the C entry vector has no kernel entry");
  return entry->address();
}

const EntryDescriptor* Vm::find_entry(std::string_view name) const {
  for (const EntryDescriptor& e : entries) {
    if (name == e.name) return &e;
  }
  return nullptr;
}

Value Vm::library_entry(Word index) const {
  return index < profile.library_entry_count ? vector_ref(library_entries, index) : false_value;
}

void Vm::install_library_entry(Word index, Value entry) {
  heap.set_vector(library_entries, index, entry);
  if (index == profile.library_nonprocedure_code) {
    nonprocedure_code_ = entry;
    symbols.set_nonprocedure_code(entry);
  }
}

Word Vm::underflow_return_address() const {
  Value const handler = library_entry(profile.library_dounderflow);
  CORACLE_CHECK_MESSAGE(is_procedure(handler), "the underflow handler is not installed");
  return entry_of_code(closure_code(handler)) + return_header_bytes;
}

void Vm::visit_roots(RootVisitor& visitor) {
  visitor.value(nonprocedure_code_);
  main_thread_->visit_roots(visitor);
}

}  // namespace coracle
