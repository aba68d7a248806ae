#include "wasm/js_machine.h"

#include <stdexcept>
#include <utility>

#include "vm/base/check.h"
#include "vm/heap/objects/objects.h"
#include "vm/heap/values/foreign_object.h"
#include "wasm/javascript.h"

namespace coracle {
namespace {

/// A procedure that makes the vector of helpers, indexed by JsMachine::Helper. Its argument returns a list: the path of
/// the library (coracle js), and that of the operations that the library is made of.
constexpr std::string_view helpers_text = R"scheme(
(interpret '(lambda (get-library)
  (define (root-type rtd)
    (let ([parent (record-type-parent rtd)])
      (if parent (root-type parent) rtd)))
  (define library #f)
  (library-search-handler
    (let ([search (library-search-handler)])
      (lambda (who name directories extensions)
        (if (equal? name '(coracle js))
            (begin
              (unless library
                (set! library (get-library))
                (putprop '$js-operations 'list (cadr library)))
              (values (car library) #f #f))
            (search who name directories extensions)))))
  (vector
    (root-type (record-rtd (make-eq-hashtable)))
    (make-record-type-descriptor 'js-object #f #f #t #f '#((immutable id)))
    (lambda () (make-hashtable equal-hash equal?))
    (lambda (table keys values)
      (for-each (lambda (key value) (hashtable-set! table key value)) keys values))
    (lambda (table) (call-with-values (lambda () (hashtable-entries table)) cons))
    (lambda (object)
      (parameterize ([print-graph #t] [print-length 100] [print-level 10]) (format "~s" object)))
    (lambda (who message value)
      (condition (make-error) (make-who-condition who) (make-message-condition message)
        (make-irritants-condition (list value)))))))
)scheme";

const char* name_of(CallError::Kind kind) {
  switch (kind) {
#define KIND(name) \
  case CallError::Kind::name: return #name
    KIND(condition);
    KIND(interrupted);
    KIND(out_of_ticks);
    KIND(out_of_memory);
    KIND(wrong_type);
    KIND(reset);
    KIND(left);
    KIND(exit);
    KIND(ended);
    KIND(busy);
#undef KIND
  }
  return "condition";
}

const char* name_of(Run::State state) {
  switch (state) {
    case Run::State::fresh: return "fresh";
    case Run::State::slice_over: return "slice_over";
    case Run::State::waits_for_input: return "waits_for_input";
    case Run::State::sleeps: return "sleeps";
    case Run::State::waits_for_result: return "waits_for_result";
    case Run::State::ended: break;
  }
  return "ended";
}

}  // namespace

/// Belongs to the Scheme object that stands for a JavaScript object.
class JsMachine::Reference final : public ForeignObject {
 public:
  Reference(JsMachine& machine, std::uint32_t id) : machine_(machine), id_(id) {
    machine_.references_[id] = this;
  }
  ~Reference() override {
    machine_.references_.erase(id_);
    javascript::forget(id_);
  }
  void trace(ValueVisitor&) override {}

 private:
  JsMachine& machine_;
  std::uint32_t id_;
};

JsMachine::~JsMachine() = default;

std::uint8_t* JsMachine::input(std::size_t size) {
  input_.resize(size);
  return input_.data();
}

std::string JsMachine::take_text() {
  std::string text(input_.begin(), input_.end());
  input_ = {};
  return text;
}

bool JsMachine::boot(std::size_t memory_limit) {
  std::vector<std::uint8_t> const image = std::move(input_);
  BootSearch search;
  search.files = {{.name = "the image", .direct = true, .bytes = std::span(image)}};
  VmOptions options;
  options.heap.os_memory_limit = memory_limit;
  auto const failed = [&](const std::string& message) {
    output_.assign(message.begin(), message.end());
    return false;
  };
  auto booted = Machine::boot(search, options);
  if (!booted) return failed(booted.error().message);
  own_machine_ = std::move(*booted);
  CallResult<void> prepared = use(*own_machine_);
  if (prepared) prepared = connect_files_and_console();
  return prepared || failed(prepared.error().message);
}

CallResult<void> JsMachine::use(Machine& machine) {
  machine_ = &machine;
  CallResult<Root> const make_helpers = machine_->eval(helpers_text);
  if (!make_helpers) return tl::unexpected<CallError>(make_helpers.error());
  CallResult<Root> const get_library = make_function(library_id, "(coracle js)");
  if (!get_library) return tl::unexpected<CallError>(get_library.error());
  CallResult<Root> const helpers = machine_->call(*make_helpers, *get_library);
  if (!helpers) return tl::unexpected<CallError>(helpers.error());
  helpers_ = *helpers;
  return {};
}

CallResult<void> JsMachine::connect_files_and_console() {
  machine_->provide_files([this](const std::string& path) {
    javascript::FileState const state = javascript::file_state(path);
    if (state == javascript::FileState::failed) {
      throw SchemeError{"", "~a", {machine_->string(take_text())}};
    }
    return state == javascript::FileState::present;
  });
  return machine_->set_console(
      [this]() -> std::optional<std::string> {
        if (input_failure_) throw Raise{*std::exchange(input_failure_, std::nullopt)};
        if (console_input_.empty() && !std::exchange(console_ended_, false)) return std::nullopt;
        return std::exchange(console_input_, {});
      },
      [this](std::string_view text) { write(1, text); },
      [this](std::string_view text) { write(2, text); });
}

void JsMachine::write(int descriptor, std::string_view text) {
  if (javascript::write(descriptor, text)) return;
  CallResult<Root> const condition = thrown(descriptor == 1 ? "stdout" : "stderr");
  if (condition) throw Raise{*condition};
  throw std::runtime_error(condition.error().message);
}

// ---- Runs

void JsMachine::begin_eval(std::uint32_t run) {
  runs_.emplace(run, machine_->begin_eval(take_text()));
}

void JsMachine::begin_call(std::uint32_t run) {
  CallResult<Root> const list = decode();
  if (!list) {
    refused_.emplace(run, list.error());
    return;
  }
  std::vector<Value> items;
  for (Value v = *list; is_pair(v); v = cdr(v)) items.push_back(car(v));
  std::span const arguments = std::span(items).subspan(1);
  if (is_string(items[0])) {
    runs_.emplace(run, machine_->begin_apply(string_utf8(items[0]), arguments));
  } else {
    runs_.emplace(run, machine_->begin_apply(items[0], arguments));
  }
}

void JsMachine::begin_session(std::uint32_t run) {
  CallResult<Root> const list = decode();
  if (!list) {
    refused_.emplace(run, list.error());
    return;
  }
  std::vector<std::string> files;
  for (Value v = *list; is_pair(v); v = cdr(v)) files.push_back(string_utf8(car(v)));
  runs_.emplace(run, machine_->begin_session(files));
}

const char* JsMachine::resume(std::uint32_t run, std::chrono::nanoseconds slice) {
  auto const place = runs_.find(run);
  return place == runs_.end() ? name_of(Run::State::ended) : name_of(place->second.resume(slice));
}

std::chrono::nanoseconds JsMachine::time_left(std::uint32_t run) {
  return runs_.at(run).time_left();
}

CallResult<int> JsMachine::exit_status(std::uint32_t run) {
  return std::move(runs_.extract(run).mapped()).result<int>();
}

bool JsMachine::result(std::uint32_t run) {
  CallResult<Root> result = Root();
  if (auto const refused = refused_.extract(run)) {
    result = tl::unexpected<CallError>(std::move(refused.mapped()));
  } else {
    result = runs_.at(run).result();
    runs_.erase(run);
  }
  if (result) {
    CallResult<void> const encoded = encode(*result);
    if (encoded) return true;
    result = tl::unexpected<CallError>(encoded.error());
  }
  encode(result.error());
  return false;
}

void JsMachine::supply(std::uint32_t pending, bool has_thrown) {
  auto waiter = waiters_.extract(pending);
  if (!waiter) return;
  auto& [name, result] = waiter.mapped();
  CallResult<Root> const value = has_thrown ? thrown(name) : decode();
  if (!value) return result.fail(value.error());
  if (!has_thrown) return result.supply(*value);
  CallError error;
  error.condition = *value;
  result.fail(error);
}

void JsMachine::supply_input(bool has_thrown) {
  if (has_thrown) {
    CallResult<Root> const condition = thrown("stdin");
    if (condition) input_failure_ = *condition;
    else console_ended_ = true;
    return;
  }
  console_input_ += take_text();
  console_ended_ = console_input_.empty();
}

void JsMachine::print(std::uint32_t handle) {
  auto const place = handles_.find(handle);
  CallResult<std::string> text = std::string("a handle that was released");
  if (place != handles_.end()) {
    text = machine_->call<std::string>(helper(print_object), place->second);
  }
  if (!text) text = text.error().message;
  output_.assign(text->begin(), text->end());
}

// ---- Values

std::optional<std::uint32_t> JsMachine::object_id(Value v) {
  if (is_record(v) && type_word_of(v) == helper(object_type).bits) {
    return static_cast<std::uint32_t>(fixnum_value(field<Value>(v, layout::typed_data)));
  }
  auto const place = functions_.find(v.bits);
  return place == functions_.end() ? std::nullopt : std::optional(place->second);
}

bool JsMachine::is_table(Value v) {
  if (!is_record(v)) return false;
  Value const ancestry = field<Value>(Value{type_word_of(v)}, layout::rtd_ancestry);
  for (Word i = 0; i < vector_length(ancestry); ++i) {
    if (vector_ref(ancestry, i) == helper(table_type)) return true;
  }
  return false;
}

std::uint32_t JsMachine::add_handle(Value v) {
  handles_.emplace(++last_handle_, machine_->root(v));
  return last_handle_;
}

CallResult<void> JsMachine::encode(Value value) {
  Root const v = machine_->root(value);
  return catching_out_of_memory<void>([&] { return encode_root(v); });
}

CallResult<void> JsMachine::encode_root(const Root& v) {
  std::vector<std::pair<Root, Root>> tables;  // and a pair of their keys and values
  for (;;) {
    KnownTables known;
    for (const auto& [table, entries] : tables) {
      known.emplace(table.value().bits, TableEntries{car(entries), cdr(entries)});
    }
    functions_.clear();
    for (const auto& [id, reference] : references_) functions_.emplace(reference->owner().bits, id);
    WireWriter to;
    std::vector<Value> unknown;
    std::uint32_t const handles_before = last_handle_;
    write_value(to, v, *this, known, unknown);
    functions_.clear();
    if (unknown.empty()) {
      output_ = to.take();
      return {};
    }
    while (last_handle_ != handles_before) handles_.erase(last_handle_--);
    // Asking for entries runs Scheme code, which may move what is plain here.
    std::size_t const first = tables.size();
    for (Value const table : unknown) tables.emplace_back(machine_->root(table), Root());
    for (std::size_t i = first; i < tables.size(); ++i) {
      CallResult<Root> const entries = machine_->call(helper(table_entries), tables[i].first);
      if (!entries) return tl::unexpected<CallError>(entries.error());
      tables[i].second = *entries;
    }
  }
}

void JsMachine::encode(const CallError& error) {
  Thread& t = machine_->thread();
  auto const parts = [&](Value irritants, Value condition) {
    return list(t, {machine_->symbol(name_of(error.kind)), machine_->string(error.message),
                    error.who.empty() ? false_value : machine_->string(error.who),
                    make_fixnum(error.status), irritants, condition});
  };
  bool const is_condition = error.kind == CallError::Kind::condition;
  CallResult<void> encoded =
      encode(is_condition ? parts(error.irritants, error.condition) : parts(nil, void_value));
  // Irritants may hold what can't be had now: entries of a hash table, while Scheme can't run.
  if (!encoded) encoded = encode(parts(nil, void_value));
}

CallResult<Root> JsMachine::decode() {
  std::vector<std::uint8_t> const message = std::move(input_);
  WireReader from(message);
  // First those that exist: making others may collect.
  struct New {
    std::uint32_t id;
    bool is_function;
    std::string name;
  };
  std::vector<New> missing;
  std::unordered_map<std::uint32_t, Root> objects;
  for (auto left = from.number<std::uint32_t>(); left != 0; --left) {
    auto const id = from.number<std::uint32_t>();
    bool const is_function = from.number<std::uint8_t>() != 0;
    std::string name(from.text());
    auto const known = references_.find(id);
    if (known != references_.end()) objects.emplace(id, machine_->root(known->second->owner()));
    else missing.push_back({id, is_function, std::move(name)});
  }
  return catching_out_of_memory<Root>([&]() -> CallResult<Root> {
    Thread& t = machine_->thread();
    for (New& n : missing) {
      if (n.is_function) {
        CallResult<Root> const made = make_function(n.id, std::move(n.name));
        if (!made) return made;
        objects.emplace(n.id, *made);
      } else {
        Value const record = make_record(t, 2 * word_bytes);
        init_field(record, 0, helper(object_type));
        init_field(record, layout::typed_data, make_fixnum(n.id));
        t.heap.add_foreign(record, std::make_unique<Reference>(*this, n.id));
        objects.emplace(n.id, machine_->root(record));
      }
    }
    std::vector<Root> tables;
    for (auto left = from.number<std::uint32_t>(); left != 0; --left) {
      CallResult<Root> const table = machine_->call(helper(make_table));
      if (!table) return table;
      tables.push_back(*table);
    }
    std::vector<TableToFill> to_fill;
    Root result = machine_->root(read_value(from, t, {tables, objects, handles_}, to_fill));
    std::vector<std::pair<Root, Root>> contents;
    for (const TableToFill& f : to_fill) {
      contents.emplace_back(machine_->root(f.keys), machine_->root(f.values));
    }
    for (std::size_t i = 0; i < contents.size(); ++i) {
      CallResult<void> const filled = machine_->call<void>(helper(fill_table), tables[i],
                                                           contents[i].first, contents[i].second);
      if (!filled) return tl::unexpected<CallError>(filled.error());
    }
    return result;
  });
}

// ---- JavaScript's functions

CallResult<Root> JsMachine::make_function(std::uint32_t id, std::string name) {
  CallResult<Root> const made = machine_->procedure(
      name, [this, id, name](Rest arguments) { return call_function(id, name, arguments); });
  if (made) {
    machine_->thread().heap.add_foreign(*made, std::make_unique<Reference>(*this, id));
  }
  return made;
}

CallResult<Root> JsMachine::call_function(std::uint32_t id, const std::string& name,
                                          Rest arguments) {
  Value list = nil;
  for (std::size_t i = arguments.size(); i > 0; --i) {
    list = cons(machine_->thread(), arguments[i - 1], list);
  }
  CallResult<void> const encoded = encode(list);
  if (!encoded) return tl::unexpected<CallError>(encoded.error());
  std::uint32_t const outcome = javascript::call(id);
  if (outcome == javascript::returned) return decode();
  if (outcome == javascript::threw) {
    CallResult<Root> const condition = thrown(name);
    if (condition) throw Raise{*condition};
    return condition;
  }
  Pending const pending = machine_->pending();
  waiters_.emplace(outcome - javascript::promised, Waiter{name, pending});
  throw Later{pending.waiter(name)};
}

CallResult<Root> JsMachine::thrown(const std::string& who) {
  CallResult<Root> const list = decode();
  if (!list) return list;
  Value const value = car(*list), rest = cdr(*list);
  if (rest == nil) return machine_->root(value);
  return machine_->call(helper(make_error), Symbol{who}, car(rest), value);
}

}  // namespace coracle
