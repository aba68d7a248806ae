#include "boot/api/embedding.h"

#include <algorithm>
#include <new>
#include <vector>

#include "vm/exec/interpreter.h"
#include "vm/heap/values/foreign_object.h"
#include "vm/isa/assembler.h"
#include "vm/isa/formats.h"
#include "vm/kernel/host.h"
#include "vm/kernel/process/signals.h"

namespace coracle {
namespace {

/// How a protected call ended: the first element of the vector that it returns.
enum class Outcome : SignedWord { values, condition, reset, stopped };

/// The answer to the image's event check, which calls the embedder with 0 in place of a handle.
enum class Reason : SignedWord { none, stop, collect_first, keyboard };

/// Evaluated in the environment of the system's own bindings. Its value is a procedure that takes the
/// procedure that calls the embedder, the tokens for "raise", "the result comes later" and "call again", and
/// the number of the signal that stops a call, and returns a vector indexed by Embedding::Procedure.
constexpr std::string_view text = R"scheme(
(lambda (call-embedder raise-token later-token again-token stop-signal)
  ; The depth of the innermost call, and the procedure that ends it with a thunk's value; #f outside of calls.
  (define current-escape (make-parameter #f))
  (define (call-function handle arguments)
    (let ([value (call-embedder handle arguments)])
      (cond
        [(eq? value raise-token) (raise (call-embedder 1 '()))]
        [(eq? value later-token) (call-function (call-embedder 2 '()) '())]
        [(eq? value again-token) (call-function handle arguments)]
        [else value])))
  ; Runs outside the call that failed. Printing an irritant may itself fail, or be stopped.
  (define (message-of depth c)
    (call/cc
      (lambda (k)
        (define (give-up) (k "a condition that can't be displayed"))
        (parameterize ([current-escape (cons depth (lambda (thunk) (give-up)))]
                       [reset-handler give-up])
          (with-exception-handler (lambda (c) (give-up))
            (lambda () (call-with-string-output-port (lambda (port) (display-condition c port)))))))))
  (define (failure depth c)
    (vector 1 c (message-of depth c)
      (if (and (condition? c) (irritants-condition? c)) (condition-irritants c) '())
      (let ([who (and (condition? c) (who-condition? c) (condition-who c))])
        (if (symbol? who) (symbol->string who) who))))
  (define (attempt depth procedure arguments)
    ((call/cc
       (lambda (k)
         (parameterize ([current-escape (cons depth k)]
                        [reset-handler (lambda () (k (lambda () (vector 2))))])
           (with-exception-handler
             (lambda (c)
               (if (and (warning? c) (not (serious-condition? c)))
                   (raise-continuable c)
                   (k (lambda () (failure depth c)))))
             (lambda ()
               (call-with-values
                 (lambda ()
                   (apply (if (symbol? procedure) (top-level-value procedure) procedure) arguments))
                 (lambda values
                   (let ([result (list->vector (cons 0 values))])
                     (lambda () result)))))))))))
  (define (pending? port)
    (and (not (port-closed? port)) (fx> (textual-port-output-index port) 0)))
  (define (flush)
    (for-each
      (lambda (port) (when (pending? port) (flush-output-port port)))
      (list (console-output-port) (console-error-port))))
  (define (protect depth procedure arguments)
    (let ([result (attempt depth procedure arguments)])
      (if (or (current-escape)
              (not (or (pending? (console-output-port)) (pending? (console-error-port)))))
          result
          (let ([flushed (attempt depth flush '())])
            (if (and (eqv? (vector-ref result 0) 0) (not (eqv? (vector-ref flushed 0) 0)))
                flushed
                result)))))
  (define (evaluate text)
    (let ([port (open-input-string text)])
      (let loop ([results (list (void))])
        (let ([form (read port)])
          (if (eof-object? form)
              (apply values results)
              (loop (call-with-values (lambda () (eval form)) list)))))))
  (define (make-procedure handle)
    (lambda arguments (call-function handle arguments)))
  (define (make-output-port name handle)
    (make-custom-textual-output-port name
      (lambda (text start count)
        (call-function handle (list (substring text start (fx+ start count))))
        count)
      #f #f #f))
  (define (make-input-port name handle)
    (define text "")
    (define next 0)
    (make-custom-textual-input-port name
      (lambda (buffer start count)
        (when (fx= next (string-length text))
          (flush)  ; the question is seen before the answer is read
          (set! text (call-function handle '()))
          (set! next 0))
        (let ([count (fxmin count (fx- (string-length text) next))])
          (string-copy! text next buffer start count)
          (set! next (fx+ next count))
          count))
      #f #f #f))
  (define (set-console input output error)
    (when input (console-input-port input) (current-input-port input))
    (when output (console-output-port output) (current-output-port output) (trace-output-port output))
    (when error (console-error-port error) (current-error-port error)))
  (define (stop-call signal)
    (case (call-embedder 0 '())
      [(1)
       (let ([escape (current-escape)])
         (when (and escape (fx>= (car escape) (call-embedder 3 '())))
           ((cdr escape) (lambda () (vector 3)))))]
      [(2)
       (let ([g (collect-maximum-generation)]) (collect g g))
       (stop-call signal)]
      [(3) ((keyboard-interrupt-handler))]
      [else (void)]))
  (register-signal-handler stop-signal stop-call)
  (vector protect evaluate make-procedure make-output-port make-input-port set-console stop-call))
)scheme";

/// The code of the procedure that calls the embedder. Its two arguments are already where the kernel's
/// entry takes them.
std::string caller_text(Thread& t, const EntryDescriptor& entry) {
  auto const context = [&](Tc field) { return std::to_string(t.vm.profile.offset(field)) + "\n"; };
  return "literal r7, " + std::to_string(entry.address()) + "\nst_i64_i r3, r0, " +
         context(Tc::trap) + "st_i64_i r2, r0, " + context(Tc::ap) + "st_i64_i r1, r0, " +
         context(Tc::sfp) + "call r7, " + std::to_string(prototype_of(entry)) +
         "\nld_i64_i r3, r0, " + context(Tc::trap) + "ld_i64_i r2, r0, " + context(Tc::ap) +
         "ld_i64_i r1, r0, " + context(Tc::sfp) + "mov_i_i r4, r9\nbranch_mem_i r1, 0\n";
}

/// How deeply calls from C++ may nest; each takes a few KB of the C++ stack.
constexpr unsigned greatest_depth = 200;

constexpr std::uint64_t ticks_between_checks = 1000;  // the releases' default-timer-ticks

}  // namespace

/// Owned by the handle, a box that holds the function's number. In the heap it may outlive the
/// Embedding.
struct Embedding::Handle final : ForeignObject {
  Handle(std::shared_ptr<Functions> f, Word n) : functions(std::move(f)), number(n) {}
  ~Handle() override { functions->erase(number); }
  void trace(ValueVisitor&) override {}

  std::shared_ptr<Functions> functions;
  Word number;
};

Embedding::Embedding(Thread& thread) : thread_(thread), roots_(thread.heap) {
  thread_.vm.embedder = this;
}

Embedding::~Embedding() {
  *lives_ = false;
  for (const auto& run : runs_) {
    run->embedding = nullptr;
    run->call.reset();
    run->outcome = call_failed(CallError::Kind::ended, "the machine of the run is gone");
  }
  thread_.vm.embedder = nullptr;
  functions_->clear();  // the functions may hold roots
}

Value Embedding::make_caller() {
  const EntryDescriptor* const entry = thread_.vm.find_entry("(coracle)call_embedder");
  CORACLE_CHECK_MESSAGE(entry != nullptr, "the kernel has no entry that calls the embedder");
  Result<std::vector<std::uint32_t>> const words = assemble(caller_text(thread_, *entry));
  CORACLE_CHECK_MESSAGE(words.has_value(),
                        "the text of the procedure that calls the embedder doesn't assemble");
  Word const length = words->size() * instruction_bytes;
  Value const code = make_code(thread_, code_flag_system, length);
  init_field(code, layout::code_reloc, make_relocation_table(thread_, 0, code));
  init_field(code, layout::code_name, false_value);
  init_field(code, layout::code_arity_mask, make_fixnum(1 << 2));
  init_field(code, layout::code_closure_length, Word{0});
  init_field(code, layout::code_info, false_value);
  init_field(code, layout::code_pinfos, nil);
  std::memcpy(host_pointer(entry_of_code(code)), words->data(), length);
  return make_closure(thread_, entry_of_code(code), 0);
}

CallResult<void> Embedding::prepare() {
  if (procedures_.value() != false_value) return {};
  Vm& vm = thread_.vm;
  auto const system = [&](std::string_view name) {
    return vm.symbol_value(vm.symbols.intern(thread_, name));
  };
  auto const call = [&](Value procedure, std::initializer_list<Value> arguments) {
    return Root(roots_, thread_.call(SafePoint(thread_), procedure, arguments));
  };
  for (const char* name : {"open-input-string", "read", "scheme-environment", "interpret"}) {
    if (!is_procedure(system(name))) {
      return call_failed(CallError::Kind::ended,
                         std::string("the boot files have no procedure ") + name);
    }
  }
  Root const port = call(system("open-input-string"), {make_string_utf8(thread_, text)});
  Root const form = call(system("read"), {port});
  Root const environment = call(system("scheme-environment"), {});
  Root const make = call(system("interpret"), {form, environment});
  for (Root* token : {&raise_token_, &later_token_, &again_token_}) {
    *token = Root(roots_, make_box(thread_, false_value));
  }
  procedures_ = call(make, {make_caller(), raise_token_, later_token_, again_token_,
                            make_fixnum(kernel::embedder_signal)});
  if (thread_.unwound()) return stopped();
  return {};
}

void Embedding::enter() {
  if (depth_++ != 0) return;
  if (limits_.ticks) ticks_left_ = *limits_.ticks;
  if (limits_.bytes) {
    bytes_limit_ = allocated() + *limits_.bytes;
    bytes_look_at_ = bytes_limit_;
    thread_.heap.parameters().largest_object = *limits_.bytes;
  }
  if (limits_.ticks || limits_.bytes || interrupted_.load()) kernel::ask_embedder_again(thread_);
}

void Embedding::leave() {
  if (--depth_ == 0) {
    stop_.reset();
    look_ = Look::none;
    thread_.heap.parameters().largest_object = ~Word{0};
  } else if (stop_) {
    kernel::ask_embedder_again(thread_);
  }
}

/// One running call.
class Embedding::Running {
 public:
  explicit Running(Embedding& e) : e_(e) { e_.enter(); }
  ~Running() { e_.leave(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  Embedding& e_;
};

CallResult<Root> Embedding::call(Procedure procedure, Value arguments) {
  Root const rest(roots_, arguments);
  CallResult<void> const ready = prepare();
  if (!ready) return tl::unexpected<CallError>(ready.error());
  return call(vector_ref(procedures_, procedure), rest);
}

CallResult<Root> Embedding::call(Value procedure, Value arguments, bool several) {
  Root const function(roots_, procedure);
  Root const rest(roots_, arguments);
  settle();
  if (std::optional<CallError> error = refusal()) {
    return tl::unexpected<CallError>(std::move(*error));
  }
  if (depth_ == greatest_depth) {
    return call_failed(CallError::Kind::out_of_memory,
                       "calls from C++ to Scheme and back are nested too deeply");
  }
  return catching_out_of_memory<Root>([&]() -> CallResult<Root> {
    CallResult<void> const ready = prepare();
    if (!ready) return tl::unexpected<CallError>(ready.error());
    Running const running(*this);
    Value const result = thread_.call(SafePoint(thread_), vector_ref(procedures_, protect),
                                      {make_fixnum(depth_), function, rest});
    if (thread_.unwound()) return stopped();
    return result_of(result, several);
  });
}

std::optional<CallError> Embedding::refusal() const {
  if (thread_.transfer == Transfer::exit) {
    return call_failed(CallError::Kind::ended,
                       "the program has already ended, by (exit) with status " +
                           std::to_string(thread_.vm.exit_status))
        .value();
  }
  if (thread_.unwound()) return stopped().value();
  if (thread_.at_top() && thread_.innermost_suspended() != nullptr &&
      !kernel::interrupts_enabled(thread_)) {
    return call_failed(CallError::Kind::busy, "a run is suspended that has interrupts disabled")
        .value();
  }
  return std::nullopt;
}

/// The error of a call that didn't return by itself.
tl::unexpected<CallError> Embedding::stopped() const {
  if (thread_.transfer == Transfer::exit) {
    tl::unexpected<CallError> error = call_failed(
        CallError::Kind::exit, "(exit) with status " + std::to_string(thread_.vm.exit_status));
    error.value().status = thread_.vm.exit_status;
    return error;
  }
  // Where calls are being stopped, the outermost one goes on, out of those within it.
  if (stop_) return stopped_by(*stop_);
  return call_failed(CallError::Kind::left, "a continuation from outside the call was invoked");
}

CallResult<Root> Embedding::result_of(Value result, bool several) {
  switch (static_cast<Outcome>(fixnum_value(vector_ref(result, 0)))) {
    case Outcome::values: {
      Word const count = vector_length(result) - 1;
      if (several) {
        Value list = nil;
        for (Word i = count; i > 0; --i) list = cons(thread_, vector_ref(result, i), list);
        return Root(roots_, list);
      }
      if (count == 1) return Root(roots_, vector_ref(result, 1));
      if (count == 0) return Root(roots_, void_value);
      return call_failed(CallError::Kind::wrong_type,
                         "found " + std::to_string(count) + " values, expected one");
    }
    case Outcome::condition: {
      CallError error;
      error.condition = Root(roots_, vector_ref(result, 1));
      error.message = string_utf8(vector_ref(result, 2));
      error.irritants = Root(roots_, vector_ref(result, 3));
      if (is_string(vector_ref(result, 4))) error.who = string_utf8(vector_ref(result, 4));
      return tl::unexpected<CallError>(std::move(error));
    }
    case Outcome::reset: return call_failed(CallError::Kind::reset, "(reset)");
    case Outcome::stopped: break;
  }
  return stopped_by(stop_.value_or(CallError::Kind::interrupted));
}

tl::unexpected<CallError> Embedding::stopped_by(CallError::Kind kind) const {
  switch (kind) {
    case CallError::Kind::out_of_ticks:
      return call_failed(kind,
                         "the call has used up its " + std::to_string(*limits_.ticks) + " ticks");
    case CallError::Kind::out_of_memory:
      return call_failed(kind,
                         "the call has used up its " + std::to_string(*limits_.bytes) + " bytes");
    default: return call_failed(kind, "interrupted");
  }
}

Value Embedding::make_handle(EmbedderFunction function) {
  Word const number = ++last_function_;
  (*functions_)[number] = std::make_shared<EmbedderFunction>(std::move(function));
  auto owner = std::make_unique<Handle>(functions_, number);
  Value const handle = make_box(thread_, make_unsigned(thread_, number));
  thread_.heap.add_foreign(handle, std::move(owner));
  return handle;
}

Value Embedding::call(SafePoint safe_point, Value handle, Value arguments) {
  Thread& t = safe_point.thread;
  if (handle == make_fixnum(0)) return make_fixnum(reason_to_stop());
  if (handle == make_fixnum(1)) return std::exchange(raised_, Root());
  if (handle == make_fixnum(2)) return std::exchange(waiter_, Root());
  if (handle == make_fixnum(3)) return make_fixnum(stop_depth_);
  auto const found = is_box(handle) && is_fixnum(box_ref(handle))
                         ? functions_->find(static_cast<Word>(fixnum_value(box_ref(handle))))
                         : functions_->end();
  if (found == functions_->end())
    throw SchemeError{"", "~s is not the handle of a function", {handle}};
  // The handle may die while the function runs.
  std::shared_ptr<EmbedderFunction> const function = found->second;
  std::vector<Value> items;
  for (Value v = arguments; is_pair(v); v = cdr(v)) items.push_back(car(v));
  try {
    return (*function)(items);
  } catch (const Raise& r) {
    if (t.unwound()) return void_value;
    raised_ = r.object;
    return raise_token_;
  } catch (Later& later) {
    if (t.unwound()) return void_value;
    waiter_ = Root(roots_, make_handle(std::move(later.waiter)));
    return later_token_;
  } catch (const NotYet& n) {
    if (t.unwound()) return void_value;
    return wait(t, n.reason);
  } catch (const SchemeError&) {
    if (t.unwound()) return void_value;  // the error belongs to a call that has ended
    throw;
  }
}

/// A function must wait: suspends the call, or returns for the next event check.
Value Embedding::wait(Thread& t, SuspendedBy reason) {
  if (kernel::event_due(t)) {
    t.set_word(Tc::trap, 1);
    return again_token_;
  }
  if (t.suspendable() == nullptr) {
    std::string const what =
        reason == SuspendedBy::input ? "there is no input" : "there is no result";
    throw SchemeError{"", what + " yet, and this call can't wait for it", {}};
  }
  throw Suspension{reason};
}

void Embedding::interrupt() {
  interrupted_.store(true);
  kernel::ask_embedder(thread_);
}

Word Embedding::allocated() const { return thread_.heap.bytes_allocated(-1, -1); }

bool Embedding::stops(Thread& t) {
  if (!stop_ && interrupted_.exchange(false)) stop_ = CallError::Kind::interrupted;
  if (depth_ != 0 && !stop_ && limits_.ticks) {
    if (ticks_left_ == 0) stop_ = CallError::Kind::out_of_ticks;
    ticks_left_ -= std::min(ticks_left_, ticks_between_checks);
  }
  bool const limited = depth_ != 0 && (limits_.ticks || limits_.bytes);
  if (stop_ || limited || keyboard_interrupt_) kernel::ask_embedder_again(t);
  // Scheme code that collects for a look comes here again.
  bool const look =
      limited && !stop_ && limits_.bytes && look_ == Look::none && allocated() > bytes_look_at_;
  if (look) look_ = Look::wanted;
  return stop_ || look || keyboard_interrupt_;
}

bool Embedding::spend(Word ticks) {
  if (depth_ == 0 || stop_ || !limits_.ticks) return true;
  bool const granted = ticks <= ticks_left_;
  ticks_left_ -= std::min(ticks_left_, ticks);
  if (!granted) {
    stop_ = CallError::Kind::out_of_ticks;
    kernel::ask_embedder_again(thread_);
  }
  return granted;
}

SignedWord Embedding::reason_to_stop() {
  auto const reason = [](Reason r) { return static_cast<SignedWord>(r); };
  if (std::exchange(keyboard_interrupt_, false)) return reason(Reason::keyboard);
  if (stop_ && depth_ == 0) {  // the session runs, not a call
    stop_.reset();
    return reason(Reason::keyboard);
  }
  if (stop_) return reason(Reason::stop);
  switch (std::exchange(look_, look_ == Look::wanted ? Look::collected : Look::none)) {
    case Look::none: return reason(Reason::none);
    case Look::wanted: return reason(Reason::collect_first);
    case Look::collected: break;
  }
  Word const live = allocated();
  if (depth_ != 0 && live > bytes_limit_) {
    stop_ = CallError::Kind::out_of_memory;
    kernel::ask_embedder_again(thread_);
    return reason(Reason::stop);
  }
  // Not again at once: the time of a collection grows with the live objects.
  Word const garbage = std::max(bytes_limit_ / 4, Word{1} << 20);
  bytes_look_at_ = std::max(bytes_limit_, live + garbage);
  return reason(Reason::none);
}

}  // namespace coracle
