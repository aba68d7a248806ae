#include "tools/session.h"

#include <cstdio>
#include <new>
#include <utility>

#include "boot/machine.h"
#include "boot/profiles/profiles.h"
#include "tools/gc_log.h"
#include "vm/exec/histogram.h"
#include "vm/host/environment.h"
#include "vm/host/errors.h"
#include "vm/host/files.h"
#include "vm/host/processes.h"
#include "vm/host/terminal.h"
#include "vm/kernel/entries.h"
#include "vm/kernel/process/fault_signals.h"
#include "vm/kernel/process/signals.h"

namespace coracle {

void end_out_of_memory(Word bytes) {
  std::string const size =
      bytes == 0 ? "" : " (" + std::to_string(bytes) + " more bytes are needed)";
  std::fprintf(stderr, "coracle: out of memory%s; the program can't go on\n", size.c_str());
  host::exit_at_once(status_out_of_memory);
}

namespace {

std::optional<std::string> environment(const char* name) {
  const char* const value = host::environment_variable(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// Whether the session will be one on a terminal, with the expression editor if the image has it.
bool may_edit(const Options& options) {
  return !options.quiet && !options.eedisable && !options.script && !options.program &&
         host::is_terminal(host::standard_input) && host::is_terminal(host::standard_output);
}

/// The boot file of the expression editor that stands beside the program, where that may be of use and no
/// other boot files are asked for.
std::optional<std::string> editor_beside_program(const Options& options, const BootSearch& search) {
  if (!may_edit(options) || !search.files.empty() || search.heap_dirs) return std::nullopt;
  std::string path = program_folder(options.program_name) + "/editor.boot";
  if (!host::file_status(path.c_str())) return std::nullopt;
  return path;
}

BootSearch boot_search(const Options& options) {
  BootSearch search;
  search.files = options.boot_files;
  // As with Chez, a program called petite starts the smaller system.
  if (options.base_name() == "petite") search.default_name = options.base_name();
  search.heap_dirs = environment("SCHEMEHEAPDIRS");
  search.program_path = options.program_name;
  if (const auto editor = editor_beside_program(options, search)) {
    search.files = {{.name = *editor, .direct = true}};
  }
  if (options.verbose) {
    search.on_step = [](const std::string& step) { std::fprintf(stderr, "%s\n", step.c_str()); };
  }
  search.on_warning = [](const std::string& warning) {
    std::fprintf(stderr, "coracle: %s\n", warning.c_str());
  };
  search.advice =
      "\n`coracle fetch` obtains the official boot files (in a clone of Coracle: boot/fetch or "
      "./run).\nTo use other boot files, name them with -b ./petite.boot -b ./scheme.boot, or name "
      "their folder\nin the environment variable SCHEMEHEAPDIRS.";
  if (!search.has_built_in_folders()) {
    search.advice +=
        " It is set to \"" + *search.heap_dirs +
        "\", and only\nits folders are searched; a colon at its end adds the usual ones.";
  }
  return search;
}

VmOptions vm_options(const Options& options, GcLog& gc_log) {
  VmOptions vm;
  if (options.gc_log != GcLogKind::none) {
    vm.heap.on_collection = [&gc_log](const CollectionRecord& r) { gc_log.add(r); };
  }
  vm.deterministic = options.deterministic;
  vm.heap.os_memory_limit = options.memory_limit;
  vm.heap.on_out_of_memory = end_out_of_memory;
  vm.heap.collect_only_at = options.gc_at;
  vm.heap.fail_memory_at = options.fail_memory;
  vm.heap.verify = options.verify_heap;
  vm.heap.retain_static_relocation = options.retain_static_relocation;
  vm.data_only = options.data_only;
  if (options.checked) vm.mode = ExecutionMode::checked;
  if (options.histogram) vm.mode = ExecutionMode::histogram;
  if (options.trace) vm.mode = ExecutionMode::trace;
  return vm;
}

/// Options that are parameters of the image.
void set_parameters(Machine& m, const Options& options) {
  if (options.quiet) {
    m.call_system("suppress-greeting", {true_value});
    m.call_system("waiter-prompt-string", {m.string("")});
  }
  if (options.enable_object_counts) m.call_system("enable-object-counts", {true_value});
  if (options.optimize_level != 0) {
    m.call_system("optimize-level", {make_fixnum(options.optimize_level)});
  }
  if (options.debug_on_exception) m.call_system("debug-on-exception", {true_value});
  if (options.import_notify) m.call_system("import-notify", {true_value});
  if (auto dirs = options.libdirs ? options.libdirs : environment("CHEZSCHEMELIBDIRS")) {
    m.call_system("library-directories", {m.string(*dirs)});
  }
  if (auto extensions = options.libexts ? options.libexts : environment("CHEZSCHEMELIBEXTS")) {
    m.call_system("library-extensions", {m.string(*extensions)});
  }
  if (options.compile_imported_libraries) {
    m.call_system("compile-imported-libraries", {true_value});
  }
  if (options.disable_library_timestamps) {
    m.call_system("library-timestamp-mode", {m.symbol("exists")});
  }
}

/// Enables the expression editor, if the image has it (boot/editor); the editor itself finds out whether
/// there is a terminal that it can use. An empty name means the default history file.
void enable_expression_editor(Machine& m, const Options& options) {
  if (options.quiet || options.eedisable) return;
  if (!m.call_system("$enable-expeditor", {true_value})) return;
  std::string const history = options.eehistory.value_or("");
  if (history != "off") m.call_system("$expeditor-history-file", {m.string(history)});
}

/// A REPL whose console can't be read or written any more would print exceptions about that for ever. So
/// an unhandled error on a descriptor of the console ends the session; errors of encoding and of syntax
/// don't.
constexpr std::string_view console_guard = R"(
  (#%base-exception-handler
    (let ([next (#%base-exception-handler)])
      (lambda (condition)
        (if (and (#%i/o-port-error? condition)
                 (#%not (#%lexical-violation? condition))
                 (#%not (#%i/o-decoding-error? condition))
                 (#%not (#%i/o-encoding-error? condition))
                 (let ([port (#%i/o-error-port condition)])
                   (and (#%port? port)
                        (#%file-port? port)
                        (#%memv (#%port-file-descriptor port) '(0 1 2)))))
            (begin
              (#%call/cc
                (lambda (return)
                  (#%with-exception-handler
                    (lambda (another) (return))  ; nothing can be written any more
                    (lambda ()
                      (let ([port (#%console-error-port)])
                        (#%display-condition condition port)
                        (#%fprintf port "~%The console can't be used any more: the session ends.~%"))))))
              (#%exit 1))
            (next condition))))))";

/// Whoever imports the npm package's library, in vain, learns where it is.
constexpr std::string_view library_guard = R"(
  (#%base-exception-handler
    (let ([next (#%base-exception-handler)])
      (lambda (condition)
        (next
          (if (and (#%message-condition? condition)
                   (#%equal? (#%condition-message condition) "library ~s not found")
                   (#%irritants-condition? condition)
                   (#%equal? (#%condition-irritants condition) '((coracle js))))
              (#%condition
                (#%make-message-condition
                  "library ~s needs JavaScript: it is in the machines of the npm package coracle-scheme")
                (#%make-irritants-condition (#%condition-irritants condition))
                (#%make-format-condition)
                condition)
              condition))))))";

void interpret(Machine& m, std::string_view text) {
  // Each call's result goes straight into the next one: a collection between them would move it.
  auto const port = m.call_system("open-input-string", {m.string(text)});
  if (!port) return;
  auto const form = m.call_system("read", {*port});
  if (form) m.call_system("interpret", {*form});
}

/// Where the histogram goes. A file is opened before the machine boots, so that a wrong name is reported
/// at once.
class HistogramOutput {
 public:
  HistogramOutput() = default;
  HistogramOutput(const HistogramOutput&) = delete;
  HistogramOutput& operator=(const HistogramOutput&) = delete;
  ~HistogramOutput() {
    if (file_ != nullptr) std::fclose(file_);
  }

  /// An empty path is standard error. False, after a message, if the file can't be written.
  bool open(const std::string& path) {
    path_ = path;
    if (path.empty()) return true;
    file_ = std::fopen(path.c_str(), "we");  // e: programs that the image starts don't inherit it
    return file_ != nullptr || complain();
  }
  bool print(Histogram& histogram) {
    std::string const report = histogram.report();
    if (file_ == nullptr) {
      std::fputs(report.c_str(), stderr);
      return true;
    }
    bool const written = std::fputs(report.c_str(), file_) >= 0;
    bool const closed = std::fclose(std::exchange(file_, nullptr)) == 0;
    return (written && closed) || complain();
  }

 private:
  bool complain() const {
    std::fprintf(stderr, "coracle: cannot write %s: %s\n", path_.c_str(),
                 host::error_text(errno).c_str());
    return false;
  }

  std::string path_;
  std::FILE* file_ = nullptr;
};

const char* passing_name(Passing p) {
  switch (p) {
    case Passing::none: return "void";
    case Passing::word: return "word";
    case Passing::int32: return "int32";
    case Passing::uint32: return "uint32";
    case Passing::floating: return "double";
  }
  return "";
}

std::string parameters_and_result(const Signature& signature) {
  std::string text = "(";
  for (int i = 0; i < signature.count; ++i) {
    text += std::string(i == 0 ? "" : " ") + passing_name(signature.parameters[i]);
  }
  return text + ") -> " + passing_name(signature.result);
}

}  // namespace

struct Session::State {
  explicit State(const Options& o) : options(o), gc_log(o.gc_log) {}

  const Options options;
  HistogramOutput histogram_output;
  GcLog gc_log;
  std::unique_ptr<Machine> machine;
};

Session::Session(const Options& options) : state_(std::make_unique<State>(options)) {}
Session::~Session() = default;

bool Session::boot(kernel::ProgramFaults* faults) {
  const Options& options = state_->options;
  if (options.histogram && !state_->histogram_output.open(options.histogram_file)) return false;
  Result<std::unique_ptr<Machine>> booted =
      Machine::boot(boot_search(options), vm_options(options, state_->gc_log));
  if (!booted) {
    std::fprintf(stderr, "coracle: %s\n", booted.error().message.c_str());
    return false;
  }
  state_->machine = std::move(*booted);
  if (faults != nullptr) faults->booted();
  kernel::install_signal_handlers(machine().thread());
  set_parameters(machine(), options);
  enable_expression_editor(machine(), options);
  if (!options.script && !options.program) interpret(machine(), console_guard);
  return true;
}

Machine& Session::machine() { return *state_->machine; }

int Session::run() {
  const Options& o = state_->options;
  interpret(machine(), library_guard);
  if (!o.script && !o.program) return machine().start(o.arguments);
  return machine().run_script(o.script ? *o.script : *o.program, o.arguments, !o.script);
}

Run Session::begin() {
  const Options& o = state_->options;
  if (!o.script && !o.program) return machine().begin_session(o.arguments);
  return machine().begin_script(o.script ? *o.script : *o.program, o.arguments, !o.script);
}

int Session::finish(int status) {
  machine().close_files();
  state_->gc_log.finish(machine().vm().heap.memory().requests());
  if (Histogram* histogram = machine().vm().histogram.get()) {
    if (!state_->histogram_output.print(*histogram) && status == 0) return 1;
  }
  return status;
}

int run_session(const Options& options) {
  kernel::ProgramFaults faults;
  return ending_without_memory([&] {
    Session session(options);
    return session.boot(&faults) ? session.finish(session.run()) : 1;
  });
}

std::string release_to_boot(const Options& options) {
  Result<std::vector<BootFile>> const files = find_boot_files(boot_search(options));
  return std::string(files ? files->front().profile->release : profiles().front().release);
}

std::string entries_table() {
  std::string text;
  int implemented = 0, elsewhere = 0;
  for (const EntryDescriptor& e : kernel_entries()) {
    std::string line = e.elsewhere == nullptr ? "implemented  " : "elsewhere    ";
    line += e.name;
    line.resize(std::max<std::size_t>(line.size() + 1, 52), ' ');
    if (e.elsewhere != nullptr) {
      ++elsewhere;
      line += e.elsewhere;
    } else {
      ++implemented;
      line += parameters_and_result(e.signature);
      if (e.overload != nullptr) line += " or " + parameters_and_result(e.overload->signature);
    }
    text += line + "\n";
  }
  return text + std::to_string(implemented) + " implemented, " + std::to_string(elsewhere) +
         " for other operating systems or machine types\n";
}

}  // namespace coracle
