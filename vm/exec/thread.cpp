#include "vm/exec/thread.h"

#include <algorithm>
#include <utility>

#include "vm/exec/interpreter.h"
#include "vm/exec/stack.h"
#include "vm/exec/vm.h"
#include "vm/isa/formats.h"
#include "vm/isa/registers.h"

namespace coracle {
namespace {

constexpr int argument_registers = 3;  // asm_arg_reg_cnt

/// A table for compiled code: byte i is the fixnum f(i).
template <class F>
Value make_byte_table(Mutator& m, F f) {
  Value const table = make_bytevector(m, 256);
  for (unsigned i = 0; i < 256; i++) {
    bytevector_data(table)[i] = static_cast<std::uint8_t>(make_fixnum(f(i)).bits);
  }
  return table;
}

}  // namespace

Thread::Thread(Vm& vm_)
    : Mutator{vm_.heap, {}, {}},
      vm(vm_),
      profile_(&vm_.profile),
      memory_(std::make_unique<Word[]>(vm_.profile.context_bytes() / word_bytes + 4)) {
  context_ = ((address_of(memory_.get()) + 15) & ~Word{15}) + 16;
  *host_pointer<ExecutionState*>(context_ - word_bytes) = this;
  registers_ = slot(Tc::pb_regs);
  float_registers_ = host_pointer<double>(context_ + profile_->offset(Tc::pb_fpregs));
  CORACLE_CHECK_MESSAGE(
      address_of(float_registers_) == address_of(registers_ + CORACLE_INTEGER_REGISTERS) &&
          address_of(slot(Tc::pb_call_arena)) ==
              address_of(float_registers_ + CORACLE_FLOAT_REGISTERS),
      "the registers and the call arena are not adjacent");
  area = AllocationArea{slot(Tc::ap), slot(Tc::eap), slot(Tc::real_eap)};
  // Every field that the collector reads holds a Value from the start.
#define SET_V(name) set_value(Tc::name, false_value);
#define SET_W(name)
#define SET_B(name)
#define CONTEXT_FIELD(name, kind) SET_##kind(name)
#include "vm/base/context.def"
#undef CONTEXT_FIELD
#undef SET_V
#undef SET_W
#undef SET_B
  for (Tc f :
       {Tc::guardian_entries, Tc::cchain, Tc::code_ranges_to_flush, Tc::winders, Tc::attachments}) {
    set_value(f, nil);
  }
  set_value(Tc::cp, void_value);
  set_value(Tc::stack_cache, nil);
  guardian_entries = host_pointer<Value>(context_ + profile_->offset(Tc::guardian_entries));
  disable_count = host_pointer<Value>(context_ + profile_->offset(Tc::disable_count));
  heap.reset_area(area);
  heap.attach(*this);
}

Thread::~Thread() { heap.detach(*this); }

MutatorsStopped SafePoint::stop_mutators() const {
  CORACLE_CHECK_MESSAGE(thread.heap.mutators().size() == 1, "other threads can't be stopped yet");
  return MutatorsStopped(thread);
}

void Thread::start() {
  set_value(Tc::fxlength_bv, make_byte_table(*this, [](unsigned i) { return std::bit_width(i); }));
  set_value(Tc::fxfirst_bit_set_bv,
            make_byte_table(*this, [](unsigned i) { return i == 0 ? 0 : std::countr_zero(i); }));
  set_value(Tc::parameters, empty.vector);
  set_value(Tc::threadno, make_fixnum(0));
  set_value(Tc::stack_link, vm.symbol_value(vm.names.null_continuation));
  reset_stack(*this, stack_slop);
  store<Word>(word(Tc::sfp), entry_of_code(vm.dummy_code) + return_header_bytes);
  store<std::uint32_t>(context_ + profile_->offset(Tc::random_seed), 0xFFFFFFFF);
  store<std::uint32_t>(context_ + profile_->offset(Tc::active), 1);
  for (Tc f : {Tc::U, Tc::V, Tc::W, Tc::X, Tc::Y}) set_value(f, make_fixnum(0));
  for (int i = 0; i < virtual_register_count; i++) {
    slot(Tc::virtual_registers)[i] = make_fixnum(0).bits;
  }
  set_value(Tc::target_machine, vm.symbols.intern(*this, profile_->machine_name));
  set_word(Tc::trap, static_cast<Word>(most_positive_fixnum));
  set_value(Tc::disable_count, make_fixnum(1));    // $scheme-init enables interrupts
  set_value(Tc::compress_format, make_fixnum(1));  // COMPRESS_LZ4
  set_value(Tc::compress_level, make_fixnum(2));   // COMPRESS_MEDIUM

  Word const object = heap.allocate(area, layout::thread_size);
  store<Word>(object, type_word::thread.value);
  store<Word>(object + layout::thread_context, context_);
  vm.threads = cons(*this, tagged(object, Tag::typed), vm.threads);
  vm.set_symbol_value(vm.names.active_threads, make_fixnum(1));
}

Value Thread::argument(int i) const {
  if (i <= argument_registers) return Value{slot(Tc::arg_regs)[i - 1]};
  return load<Value>(word(Tc::sfp) + word_bytes * static_cast<Word>(i - argument_registers));
}

void Thread::set_argument(int i, Value v) {
  if (i <= argument_registers) {
    slot(Tc::arg_regs)[i - 1] = v.bits;
  } else {
    store<Value>(word(Tc::sfp) + word_bytes * static_cast<Word>(i - argument_registers), v);
  }
}

void Thread::prepare_call(Value procedure, std::initializer_list<Value> arguments) {
  settle_left_calls();
  // The frame below the callee's holds the return address and the cchain of this call.
  Word const room = (arguments.size() + 2) * word_bytes;
  // What may run out of memory comes first, before the call has changed anything.
  if (word(Tc::sfp) + room > word(Tc::esp)) {
    bool const sound = overflow_stack(*this, static_cast<SignedWord>(room));
    CORACLE_CHECK_MESSAGE(sound, "the stack is damaged");
  }
  Value const id = make_fixnum(static_cast<SignedWord>(next_frame_id_++));
  Value const link = cons(*this, id, cons(*this, void_value, false_value));
  set_value(Tc::cchain, cons(*this, link, value(Tc::cchain)));
  set_word(Tc::sfp, word(Tc::sfp) + 2 * word_bytes);
  int n = 0;
  for (Value v : arguments) set_argument(++n, v);
  set_word(Tc::ac0, static_cast<Word>(n));
  set_value(Tc::ac1, procedure);
  set_value(Tc::cp, procedure);
}

void Thread::push(CallFrame& frame) {
  Value const chain = value(Tc::cchain);
  frame = {call_frame, static_cast<Word>(fixnum_value(car(car(chain))))};
  call_frame = &frame;
  store<Value>(word(Tc::sfp) - word_bytes, chain);
}

void Thread::run_until_transfer(Word entry) {
  run_interpreter(*this, entry);
  if (transfer == Transfer::none && vm.boot_file != nullptr) {
    fail_boot("a procedure returned to nobody");  // by an instruction that was another one
  }
  while (transfer == Transfer::none) {  // the same when errors can be handled
    fault_message = "a procedure returned to nobody";
    Word const handler = recover_from_fault();
    if (handler != 0) run_interpreter(*this, handler);
  }
}

std::optional<Value> Thread::take_result(const CallFrame& frame) {
  call_frame = frame.outer;
  if (transfer != Transfer::return_home || transfer_target != &frame) return std::nullopt;
  transfer = Transfer::none;
  transfer_target = nullptr;
  set_value(Tc::cchain, cdr(load<Value>(word(Tc::sfp) + word_bytes)));
  set_value(Tc::cp, void_value);
  switch (word(Tc::ac1)) {
    case 0: return void_value;
    case 1: return value(Tc::ac0);
    default: return argument(1);
  }
}

Value Thread::call(SafePoint at, Value procedure, std::initializer_list<Value> arguments) {
  CORACLE_CHECK_MESSAGE(&at.thread == this, "the safe point belongs to another thread");
  prepare_call(procedure, arguments);
  CallFrame frame;
  push(frame);
  run_until_transfer(entry_of_code(vm.invoke_code));
  return take_result(frame).value_or(void_value);
}

void Thread::attach(SuspendableCall& call) {
  call.next_ = calls_;
  if (calls_ != nullptr) calls_->previous_ = &call;
  calls_ = &call;
}

void Thread::detach(SuspendableCall& call) {
  (call.previous_ == nullptr ? calls_ : call.previous_->next_) = call.next_;
  if (call.next_ != nullptr) call.next_->previous_ = call.previous_;
  while (call.state == SuspendableCall::State::suspended) leave_suspended();
}

void Thread::leave_suspended() {
  suspended_->state = SuspendableCall::State::left;
  activation = suspended_->activation_.outer;
  call_frame = suspended_->frame_.outer;
  suspended_ = suspended_->outer_;
}

void Thread::begin(SafePoint at, SuspendableCall& call, Value procedure,
                   std::initializer_list<Value> arguments) {
  CORACLE_CHECK_MESSAGE(&at.thread == this && &call.thread_ == this,
                        "the safe point or the call belongs to another thread");
  prepare_call(procedure, arguments);
  CORACLE_CHECK_MESSAGE(at_top() && call.state == SuspendableCall::State::fresh,
                        "a suspendable call can't begin here");
  push(call.frame_);
  run(call, entry_of_code(vm.invoke_code));
}

void Thread::go_on(SafePoint at, SuspendableCall& call) {
  CORACLE_CHECK_MESSAGE(&at.thread == this, "the safe point belongs to another thread");
  CORACLE_CHECK_MESSAGE(suspended_ == &call && at_top(),
                        "only the innermost suspended call can go on");
  suspended_ = call.outer_;
  activation = call.activation_.outer;
  std::ranges::copy(call.registers_, registers_);
  std::ranges::copy(call.float_registers_, float_registers_);
  if (call.disable_count_) set_value(Tc::disable_count, *std::exchange(call.disable_count_, {}));
  call.just_resumed = true;
  run(call, call.activation_.ip);
}

void Thread::run(SuspendableCall& call, Word entry) {
  call.state = SuspendableCall::State::running;
  running_ = &call;
  run_until_transfer(entry);
  running_ = nullptr;
  if (transfer == Transfer::suspend) {
    transfer = Transfer::none;
    call.state = SuspendableCall::State::suspended;
    call.outer_ = std::exchange(suspended_, &call);
    call.activation_.outer = std::exchange(activation, &call.activation_);
    return;
  }
  std::optional<Value> const result = take_result(call.frame_);
  call.result = result.value_or(void_value);
  call.state = result ? SuspendableCall::State::returned : SuspendableCall::State::left;
}

SuspendableCall* Thread::suspendable() const {
  if (running_ == nullptr || call_frame != &running_->frame_) return nullptr;
  const Activation* const outermost = suspended_ == nullptr ? nullptr : &suspended_->activation_;
  return activation != nullptr && activation->outer == outermost ? running_ : nullptr;
}

void Thread::suspend(const Suspension& suspension, ArgumentRegisters arguments) {
  SuspendableCall* const call = suspendable();
  CORACLE_CHECK_MESSAGE(call != nullptr, "an entry suspended a call that can't be suspended");
  call->reason = suspension.reason;
  call->value_registers_ = arguments.values;
  std::copy_n(registers_, call->registers_.size(), call->registers_.begin());
  call->keep_texts(arguments.texts);
  std::copy_n(float_registers_, call->float_registers_.size(), call->float_registers_.begin());
  Value const count = value(Tc::disable_count);
  if (fixnum_value(count) <= suspension.critical_sections) {
    call->disable_count_ = count;
    set_value(Tc::disable_count, make_fixnum(0));
  }
  transfer = Transfer::suspend;
}

void Thread::settle_left_calls() {
  while (transfer == Transfer::return_home && suspended_ != nullptr && at_top()) {
    SuspendableCall& call = *suspended_;
    leave_suspended();
    if (transfer_target != &call.frame_) continue;
    call.result = *take_result(call.frame_);
    call.state = SuspendableCall::State::returned;
  }
}

void Thread::return_to_caller() {
  set_word(Tc::sfp, word(Tc::sfp) - 2 * word_bytes);
  Value const saved = load<Value>(word(Tc::sfp) + word_bytes);
  for (Value chain = value(Tc::cchain); chain != saved; chain = cdr(chain)) {
    if (chain == nil) {
      throw SchemeError{"", "attempt to return to stale foreign context", {}};
    }
  }
  Word const id = static_cast<Word>(fixnum_value(car(car(saved))));
  CallFrame* target = call_frame;
  while (target != nullptr && target->id != id) target = target->outer;
  CORACLE_CHECK_MESSAGE(target != nullptr, "the C++ frame to return to is gone");
  transfer = Transfer::return_home;
  transfer_target = target;
}

void Thread::exit(int status) {
  vm.exit_status = status;
  transfer = Transfer::exit;
}

void Thread::fail_boot(std::string message) {
  vm.boot_error = std::move(message);
  exit(1);
}

Value Thread::error_handler() const {
  Value const handler = vm.symbol_value(vm.names.error);
  bool const ready = !vm.loading_base && is_procedure(handler) && value(Tc::cchain) != nil;
  return ready ? handler : false_value;
}

void Thread::raise(const SchemeError& error) { raise(ErrorKind::other, error); }

namespace {

/// (kind who message irritant ...): what the image's error handler takes.
Value error_details(Thread& t, ErrorKind kind, const SchemeError& error) {
  Value irritants = nil;
  for (auto it = error.irritants.rbegin(); it != error.irritants.rend(); ++it) {
    irritants = cons(t, *it, irritants);
  }
  Value const who = error.who.empty() ? false_value : make_string_utf8(t, error.who);
  return cons(t, make_fixnum(static_cast<SignedWord>(kind)),
              cons(t, who, cons(t, make_string_utf8(t, error.message), irritants)));
}

}  // namespace

void Thread::raise(ErrorKind kind, const SchemeError& error) {
  Value details;
  try {
    details = error_details(*this, kind, error);
  } catch (const OutOfMemory&) {
    details = error_details(*this, kind, error);  // now there is room, or this doesn't return
  }
  Value const handler = error_handler();
  if (handler == false_value) {
    fail_boot(error.who + (error.who.empty() ? "" : ": ") + error.message);
    return;
  }
  set_word(Tc::trap, 1);
  set_word(Tc::ac0, 1);
  set_value(Tc::cp, handler);
  set_argument(1, details);
  transfer = Transfer::error;
}

Word Thread::recover_from_fault() {
  lose_stack(fault_message);
  if (transfer != Transfer::error) return 0;
  transfer = Transfer::none;
  return entry_of_code(vm.error_invoke_code);
}

void Thread::lose_stack(const char* message) {
  if (error_handler() == false_value) return fail_boot(message);
  // Compiled code's own register says better how far the area was used, unless it is garbage.
  Word const used = registers_[allocation_register];
  if (used >= word(Tc::ap) && used <= word(Tc::eap) && used % object_alignment == 0) {
    set_word(Tc::ap, used);
  }
  heap.scan_log(area);
  set_value(Tc::stack_cache, nil);  // it may be garbage, too
  reset_stack(*this, stack_slop);
  store<Word>(word(Tc::sfp), vm.underflow_return_address());
  raise(ErrorKind::reset, SchemeError{"", message, {}});
}

void Thread::use_fuel(Word amount) {
  Word const left = word(Tc::trap);
  set_word(Tc::trap, left > amount ? left - amount : 1);
}

void Thread::visit_roots(RootVisitor& visitor) {
  // Caches are dropped, not kept alive.
  set_value(Tc::stack_cache, nil);
  set_value(Tc::cached_frame, false_value);
  for (Tc f : {Tc::U, Tc::V, Tc::W, Tc::X, Tc::Y}) set_value(f, make_fixnum(0));
  set_value(Tc::DSTBV, false_value);
  set_value(Tc::SRCBV, false_value);
  set_value(Tc::cp, void_value);

  auto visit = [&](Tc f) { visitor.value(*host_pointer<Value>(context_ + profile_->offset(f))); };
#define VISIT_V(name) \
  if (Tc::name != Tc::guardian_entries) visit(Tc::name);
#define VISIT_W(name)
#define VISIT_B(name)
#define CONTEXT_FIELD(name, kind) VISIT_##kind(name)
#include "vm/base/context.def"
#undef CONTEXT_FIELD
#undef VISIT_V
#undef VISIT_W
#undef VISIT_B
  Value* const virtual_registers =
      host_pointer<Value>(context_ + profile_->offset(Tc::virtual_registers));
  for (int i = 0; i < virtual_register_count; i++) visitor.value(virtual_registers[i]);
  for (Activation* a = activation; a != nullptr; a = a->outer) visitor.code_address(a->ip);
  for (SuspendableCall* c = calls_; c != nullptr; c = c->next_) {
    visitor.value(c->result);
    for (unsigned i = 0; i < c->registers_.size(); i++) {
      if ((c->value_registers_ >> i & 1) != 0)
        visitor.value(*reinterpret_cast<Value*>(&c->registers_[i]));
    }
  }
  visitor.running_stack(
      *slot(Tc::scheme_stack),
      *host_pointer<SignedWord>(context_ + profile_->offset(Tc::scheme_stack_size)), *slot(Tc::sfp),
      *slot(Tc::esp));
}

}  // namespace coracle
