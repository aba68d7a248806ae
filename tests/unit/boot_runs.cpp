// Runs: calls in slices, waits for input, for a time and for results, and what happens meanwhile. No test
// depends on a clock: the shortest slice ends at each event check.
#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <deque>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/booted_machine.h"
#include "tests/unit/needs.h"
#include "vm/host/environment.h"
#include "vm/kernel/files/console.h"
#include "vm/kernel/process/signals.h"

namespace coracle {
namespace {

using namespace std::chrono_literals;
using Why = CallError::Kind;
using State = Run::State;

Machine& machine() {
  static std::unique_ptr<Machine> const m = boot();
  return *m;
}

/// Runs to the end in the shortest slices; returns how many there were. `between` runs after each.
template <class F>
int finish(Run& run, F between) {
  int slices = 0;
  while (run.resume(0ns) == State::slice_over) {
    between();
    ++slices;
  }
  REQUIRE(run.state() == State::ended);
  return slices;
}
int finish(Run& run) {
  return finish(run, [] {});
}

/// Runs in slices until the code has called (started), and one more.
State start(Machine& m, Run& run) {
  bool started = false;
  m.define("started", [&] { started = true; });
  while (!started) REQUIRE(run.resume(0ns) == State::slice_over);
  m.eval("(define (started) 0)");
  return run.resume(0ns);
}

/// A console of the embedder: what a test types, and what the machine writes.
struct TypedConsole {
  explicit TypedConsole(Machine& m) {
    m.vm().kernel_states.add(std::make_unique<kernel::Console>(
        [this](std::span<std::uint8_t> buffer) -> std::int64_t {
          if (in.empty() || late-- > 0) return kernel::Console::no_input_yet;
          std::string const text = in.front();
          in.pop_front();
          REQUIRE(text.size() <= buffer.size());
          std::ranges::copy(text, buffer.begin());
          return static_cast<std::int64_t>(text.size());
        },
        [this](int, std::span<const std::uint8_t> bytes) -> std::int64_t {
          out.append(bytes.begin(), bytes.end());
          return static_cast<std::int64_t>(bytes.size());
        }));
  }
  TypedConsole(const TypedConsole&) = delete;
  TypedConsole& operator=(const TypedConsole&) = delete;

  std::deque<std::string> in;
  std::string out;
  int late = 0;  // reads that don't find `in` yet
};

}  // namespace

TEST_SUITE("image") {
  TEST_CASE("runs: an endless loop gives control back in each slice, however it was made") {
    Machine& m = machine();
    for (const char* text : {
             "(let loop () (loop))",
             "(interpret '(let loop () (loop)))",
             "(parameterize ([optimize-level 3]) (eval '(let loop () (loop))))",
             "(parameterize ([optimize-level 3] [enable-cp0 #t]) (interpret '(let loop () "
             "(loop))))",
             "(let loop ([i 0]) (loop (fx1+ i)))",
             "(let loop ([l '()]) (loop (if (> (length l) 100) '() (cons 1 l))))",
             "(letrec ([even (lambda (n) (odd n))] [odd (lambda (n) (even n))]) (even 1))",
             "(let loop () (guard (c [#t 1]) (raise 2)) (loop))",
             "(let loop () (call/cc (lambda (k) (k 1))) (loop))",
             "(let loop () (expt 7 300) (loop))",
             "(let loop () (collect 0 1) (loop))",
             "(do () (#f) (format \"~s\" '(a b)))",
             "(let loop () (hashtable-set! (make-eqv-hashtable) 1 2) (loop))",
             "(let loop () (eval '(lambda (x) x)) (loop))",
             "(sort < (let ([l (list 1 2)]) (set-cdr! (cdr l) l) l))",
             "(let loop () (with-interrupts-disabled (iota 10)) (loop))",
             "(let loop () (make-vector 100000 0) (loop))",
         }) {
      CAPTURE(std::string(text));
      Run run = m.begin_eval(text);
      CHECK(run.state() == State::fresh);
      for (int i = 0; i < 20; ++i) REQUIRE(run.resume(0ns) == State::slice_over);
      CHECK(error_of(run.result()).kind == Why::busy);
      run.cancel();
      CHECK(run.state() == State::ended);
      CHECK(error_of(run.result()).kind == Why::interrupted);
      CHECK(run.resume() == State::ended);
      CHECK(*m.eval<int>("(+ 1 2)") == 3);
    }
  }

  TEST_CASE("runs: the result is the same in slices, with collections and calls between them") {
    Machine& m = machine();
    CHECK(
        m.eval<void>("(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))"
                     "(define (shuffle n) (let loop ([i n] [l '()])"
                     "  (if (= i 0) (apply + (map car l))"
                     "    (loop (- i 1) (cons (list i (make-string 3 #\\x)) l)))))"));
    Run run = m.begin_eval(
        "(list (fib 17) (shuffle 20000) (string-length (number->string (expt 3 9999))))");
    int calls = 0;
    int const slices = finish(run, [&] {
      CHECK(*m.eval<int>("(fib 5)") == 5);
      if (++calls % 8 == 0) m.eval("(collect 0 1 1)");
      if (calls % 32 == 0) m.eval("(collect 1 2 2)");
    });
    CHECK(slices > 10);
    CHECK(*run.result<std::vector<int>>() == std::vector{1597, 200010000, 4771});
    CHECK(*run.result<std::vector<int>>() == std::vector{1597, 200010000, 4771});
    CHECK(error_of(run.result<int>()).kind == Why::wrong_type);

    Run call = m.begin_call("fib", 15);
    CHECK(finish(call) > 0);
    CHECK(*call.result<int>() == 610);
    Run apply = m.begin_apply("+", std::array{make_fixnum(1), make_fixnum(2)});
    CHECK(apply.resume() == State::ended);  // no slice: to the end
    CHECK(*apply.result<int>() == 3);
    Run values = m.begin_apply_for_values("values", std::array{make_fixnum(1), make_fixnum(2)});
    values.resume();
    CHECK(*values.result<std::vector<int>>() == std::vector{1, 2});
    Run failing = m.begin_eval("(car 5)");
    finish(failing);
    CHECK(error_of(failing.result()).message == "Exception in car: 5 is not a pair");
    Run unbound = m.begin_call("no-such-variable");
    finish(unbound);
    CHECK(error_of(unbound.result()).kind == Why::condition);
    // A slice that is long enough.
    Run whole = m.begin_eval("(fib 10)");
    CHECK(whole.resume(std::chrono::nanoseconds::max()) == State::ended);
    CHECK(*whole.result<int>() == 55);
  }

  TEST_CASE("runs: control operators work across slices") {
    Machine& m = machine();
    Run engines = m.begin_eval(
        "(define (spin n) (if (= n 0) 'done (spin (- n 1))))"
        "(let loop ([e (make-engine (lambda () (spin 50000)))] [expired 0])"
        "  (e 3000 (lambda (left v) (list v (> expired 10))) (lambda (e) (loop e (+ expired "
        "1)))))");
    CHECK(finish(engines) > 20);
    CHECK(*m.call<std::string>("format", "~s", *engines.result()) == "(done #t)");
    Run generator = m.begin_eval(
        "(define (generate each)"
        "  (define return #f)"
        "  (define (next) (call/cc (lambda (r) (set! return r)"
        "    (each (lambda (x) (call/cc (lambda (k) (set! next (lambda () (k #f))) (return x)))))"
        "    (return 'end))))"
        "  (lambda () (call/cc (lambda (r) (set! return r) (next)))))"
        "(define g (generate (lambda (give) (do ([i 0 (+ i 1)]) ((= i 5)) (spin 3000) (give i)))))"
        "(let loop ([l '()]) (let ([x (g)]) (if (eq? x 'end) (reverse l) (loop (cons x l)))))");
    CHECK(finish(generator, [&] { m.eval("(collect 0 1)"); }) > 5);
    CHECK(*generator.result<std::vector<int>>() == std::vector{0, 1, 2, 3, 4});
    Run winds = m.begin_eval(
        "(define trail '())"
        "(define (note x) (set! trail (cons x trail)))"
        "(call/cc (lambda (k) (dynamic-wind (lambda () (spin 3000) (note 1))"
        "  (lambda () (spin 3000) (note 2) (k 'out)) (lambda () (spin 3000) (note 3)))))"
        "(reverse trail)");
    CHECK(finish(winds) > 3);
    CHECK(*winds.result<std::vector<int>>() == std::vector{1, 2, 3});
    Run deep = m.begin_eval("(let f ([n 100000]) (if (= n 0) 0 (+ 1 (f (- n 1)))))");
    CHECK(finish(deep) > 50);
    CHECK(*deep.result<int>() == 100000);
    Run parameters =
        m.begin_eval("(define p (make-parameter 1)) (parameterize ([p 2]) (spin 10000) (p))");
    // A call between slices is made inside the run, as one of a signal handler would be.
    finish(parameters, [&] { CHECK(*m.eval<int>("(if (top-level-bound? 'p) (p) 1)") <= 2); });
    CHECK(*parameters.result<int>() == 2);
    CHECK(*m.eval<int>("(p)") == 1);
    // The timer's own handler.
    Run timer = m.begin_eval(
        "(define n 0) (timer-interrupt-handler (lambda () (set! n (+ n 1)) (set-timer 500)))"
        "(set-timer 500) (spin 20000) (set-timer 0) (> n 20)");
    finish(timer);
    CHECK(*timer.result<bool>());
  }

  TEST_CASE("runs: cancelling runs the winders, and stops those that don't end") {
    Machine& m = machine();
    CHECK(m.eval<void>("(define wound 0) (define (spin n) (if (= n 0) 'done (spin (- n 1))))"));
    {
      Run run = m.begin_eval(
          "(dynamic-wind void (lambda () (started) (let f () (f))) (lambda () (set! wound 1)))");
      CHECK(start(m, run) == State::slice_over);
      Run fresh = m.begin_eval("(set! wound 5)");
    }  // no longer wanted
    CHECK(*m.eval<int>("wound") == 1);
    for (const char* after : {"(let f () (f))", "(sleep (make-time 'time-duration 0 1000))",
                              "(begin (spin 10000) (set! wound 2))"}) {
      Run run = m.begin_eval(
          std::string("(dynamic-wind void (lambda () (started) (let f () (f))) (lambda () ") +
          after + "))");
      CHECK(start(m, run) == State::slice_over);
      run.cancel();
      CHECK(error_of(run.result()).kind == Why::interrupted);
    }
    Run disabled =
        m.begin_eval("(with-interrupts-disabled (sleep (make-time 'time-duration 0 1000)))");
    CHECK(disabled.resume() == State::sleeps);
    CHECK(error_of(m.eval("1")).kind == Why::busy);
    Run other = m.begin_eval("1");
    CHECK_FALSE(other.can_resume());
    CHECK(other.resume() == State::fresh);
    disabled.cancel();
    CHECK(error_of(disabled.result()).kind == Why::interrupted);
    CHECK(other.resume() == State::ended);
    CHECK(*m.eval<int>("(disable-interrupts)") == 1);
    CHECK(*m.eval<int>("(enable-interrupts)") == 0);
    // Only the run that is cancelled ends, and what began later.
    Run outer = m.begin_eval("(spin 100000)");
    outer.resume(0ns);
    // (At its first event check it isn't yet what a request to stop ends.)
    Run inner = m.begin_eval("(let f () (f))");
    inner.resume(0ns);
    Run innermost = m.begin_eval("(let f () (f))");
    innermost.resume(0ns);
    CHECK_FALSE(outer.can_resume());
    CHECK(outer.resume(0ns) == State::slice_over);
    inner.cancel();
    CHECK(error_of(inner.result()).kind == Why::interrupted);
    CHECK(error_of(innermost.result()).kind == Why::interrupted);
    CHECK(*m.eval<int>("5") == 5);
    finish(outer);
    CHECK(m.value_as<Symbol>(*outer.result())->name == "done");
  }

  TEST_CASE("runs: sleep suspends, and its deadline stays the same") {
    Machine& m = machine();
    Run hour = m.begin_eval("(sleep (make-time 'time-duration 0 3600)) 'woken");
    CHECK(hour.resume() == State::sleeps);
    auto const left = hour.time_left();
    CHECK(left > 0ns);
    CHECK(left <= 1h);
    CHECK(hour.resume() == State::sleeps);
    CHECK(hour.time_left() <= left);
    CHECK(*m.eval<int>("(collect) 3") == 3);
    // Another sleep meanwhile has a deadline of its own.
    Run moment = m.begin_eval(
        "(sleep (make-time 'time-duration 1 0)) (sleep (make-time 'time-duration 1 0)) 7");
    while (moment.resume() == State::sleeps) CHECK(moment.time_left() <= 1ns);
    CHECK(*moment.result<int>() == 7);
    CHECK(hour.time_left() > 30min);
    m.interrupt();
    CHECK(hour.resume() == State::ended);
    CHECK(error_of(hour.result()).kind == Why::interrupted);
    Run handled = m.begin_eval(
        "(keyboard-interrupt-handler (lambda () 1))"
        "(sleep (make-time 'time-duration 0 100000000000000000)) 'woken");
    CHECK(handled.resume() == State::sleeps);
    CHECK(handled.time_left() > 1000h);
    handled.cancel();
    // Outside of a run it blocks, as ever.
    CHECK(*m.eval<int>("(sleep (make-time 'time-duration 1000 0)) 4") == 4);
    m.define("inside", [](Machine& inner) {
      return *inner.eval<int>("(sleep (make-time 'time-duration 1000 0)) 8");
    });
    Run nested = m.begin_eval("(inside)");
    finish(nested);
    CHECK(*nested.result<int>() == 8);
  }

  TEST_CASE("runs: Scheme waits for results that come later") {
    Machine& m = machine();
    std::vector<std::pair<std::string, Pending>> asked;
    m.define("ask", [&](std::string what) {
      asked.emplace_back(what, m.pending());
      return asked.back().second;
    });
    Run run = m.begin_eval(
        "(define (tag x) (string-append \"<\" x \">\"))"
        "(list (tag (ask (make-string 3 #\\a))) (tag (guard (c [#t (condition-message c)]) (ask "
        "\"b\"))))");
    CHECK(run.resume() == State::waits_for_result);
    CHECK(asked.size() == 1);
    CHECK(asked[0].first == "aaa");
    for (int i = 0; i < 3; ++i) {
      CHECK(m.eval("(collect 0 1) (collect 1 2) (iota 1000)"));
      CHECK(run.resume(0ns) == State::waits_for_result);
    }
    CHECK(asked.size() == 1);  // it was called once
    CHECK_FALSE(asked[0].second.is_settled());
    asked[0].second.supply(std::string("first"));
    asked[0].second.supply(std::string("too late"));
    CHECK(asked[0].second.is_settled());
    while (run.resume(0ns) == State::slice_over) {
    }
    CHECK(run.state() == State::waits_for_result);
    asked[1].second.fail("no such page: ~s");
    run.resume();
    CHECK(*run.result<std::vector<std::string>>() == std::vector<std::string>{"<first>", "<~a>"});
    // An error of another call is passed on as it is; a value may be there before the function returns.
    m.define("ask-now", [&](int how) {
      Pending p = m.pending();
      if (how == 0) p.supply(std::vector<int>{1, 2});
      if (how == 1) p.fail(m.eval("(raise 'own)").error());
      if (how == 2) p.fail("broken");
      return p;
    });
    CHECK(*m.eval<std::vector<int>>("(ask-now 0)") == std::vector{1, 2});
    CHECK(m.value_as<Symbol>(error_of(m.eval("(ask-now 1)")).condition)->name == "own");
    CHECK(error_of(m.eval("(ask-now 2)")).message == "Exception in ask-now: broken");
    // Only a run can wait, and only where no C++ function is in between.
    CHECK(error_of(m.eval("(ask \"x\")")).message ==
          "Exception: there is no result yet, and this call can't wait for it");
    m.define("through", [](Machine& inner) { return inner.eval<int>("(ask \"y\")"); });
    Run through = m.begin_eval("(through)");
    CHECK(through.resume() == State::ended);
    CHECK(error_of(through.result()).message ==
          "Exception: there is no result yet, and this call can't wait for it");
    // An interrupt ends the wait; a handler that continues goes on waiting.
    Run stopped = m.begin_eval("(ask \"z\")");
    CHECK(stopped.resume() == State::waits_for_result);
    m.interrupt();
    CHECK(stopped.resume() == State::ended);
    CHECK(error_of(stopped.result()).kind == Why::interrupted);
    asked.clear();
    Run disabled = m.begin_eval("(with-interrupts-disabled (ask \"d\"))");
    CHECK(disabled.resume() == State::waits_for_result);
    m.interrupt();
    CHECK(disabled.resume() == State::waits_for_result);
    asked[0].second.supply(1);
    CHECK(disabled.resume() == State::ended);
    CHECK(error_of(disabled.result()).kind == Why::interrupted);
  }

  TEST_CASE("runs: later runs end first, and may leave for the earlier ones") {
    Machine& m = machine();
    std::deque<Pending> asked;
    m.define("ask", [&] { return asked.emplace_back(m.pending()); });
    Run outer = m.begin_eval("(define k #f) (+ (call/cc (lambda (c) (set! k c) 1)) (ask))");
    CHECK(outer.resume() == State::waits_for_result);
    Run inner = m.begin_eval("(* 2 (ask))");
    CHECK(inner.resume() == State::waits_for_result);
    asked[0].supply(10);
    CHECK_FALSE(outer.can_resume());
    CHECK(outer.resume() == State::waits_for_result);
    asked[1].supply(21);
    CHECK(inner.resume() == State::ended);
    CHECK(*inner.result<int>() == 42);
    CHECK(outer.resume() == State::ended);
    CHECK(*outer.result<int>() == 11);

    // A continuation of the outer run, called in the inner one: that one goes on with the outer's code.
    auto const begin_waiting = [&](const char* text) {
      Run run = m.begin_eval(text);
      CHECK(run.resume() == State::waits_for_result);
      return run;
    };
    const char* const keeps_k =
        "(let ([n (call/cc (lambda (c) (set! k c) 1))]) (if (= n 1) (ask) n))";
    Run first = begin_waiting(keeps_k);
    Run second = m.begin_eval("(k 5)");
    CHECK(second.resume() == State::ended);
    CHECK(error_of(second.result()).kind == Why::left);
    CHECK(first.state() == State::ended);
    CHECK(*first.result<int>() == 5);
    // The same from an ordinary call, past a run that is suspended in between.
    Run third = begin_waiting(keeps_k);
    Run fourth = begin_waiting("(ask)");
    CHECK(error_of(m.eval("(k 6)")).kind == Why::left);
    CHECK(*m.eval<int>("(+ 1 1)") == 2);
    CHECK(error_of(fourth.result()).kind == Why::left);
    CHECK(*third.result<int>() == 6);
    // A run can't begin or go on inside a function that Scheme called; one that is dropped there ends later.
    std::optional<Run> dropped = m.begin_eval("(let f () (f))");
    dropped->resume(0ns);
    m.define("inside", [&] {
      CHECK(dropped->resume() == State::slice_over);
      Run fresh = m.begin_eval("1");
      CHECK(fresh.resume() == State::fresh);
      dropped.reset();
    });
    CHECK(m.eval("(inside)"));
    CHECK(*m.eval<int>("(+ 2 3)") == 5);
  }

  TEST_CASE("runs: interrupt and limits reach a run that is suspended") {
    Machine& m = machine();
    Run run = m.begin_eval("(let f () (f))");
    run.resume(0ns);
    m.interrupt();
    CHECK(run.resume() == State::ended);
    CHECK(error_of(run.result()).kind == Why::interrupted);
    // All that are suspended, the later ones too.
    Run outer = m.begin_eval("(let f () (f))");
    outer.resume(0ns);
    Run inner = m.begin_eval("(let f () (f))");
    inner.resume(0ns);
    m.interrupt();
    CHECK(inner.resume() == State::ended);
    CHECK(outer.state() == State::ended);
    CHECK(error_of(inner.result()).kind == Why::interrupted);
    CHECK(error_of(outer.result()).kind == Why::interrupted);
    CHECK(*m.eval<int>("(let loop ([n 100000]) (if (= n 0) 5 (loop (- n 1))))") == 5);
    m.set_limits({.ticks = 200'000, .bytes = {}});
    Run limited = m.begin_eval("(let f () (f))");
    CHECK(finish(limited) > 100);
    CHECK(error_of(limited.result()).kind == Why::out_of_ticks);
    m.set_limits({.ticks = {}, .bytes = 20'000'000});
    Run greedy = m.begin_eval("(let loop ([l '()]) (loop (cons 1 l)))");
    finish(greedy);
    CHECK(error_of(greedy.result()).kind == Why::out_of_memory);
    m.set_limits({});
    CHECK(*m.eval<int>("(vector-length (make-vector 10000000))") == 10'000'000);
  }

  TEST_CASE("runs: a port without input suspends its reader") {
    std::unique_ptr<Machine> const m = boot();
    std::deque<std::optional<std::string>> in;
    std::string out;
    auto const read = [&]() -> std::optional<std::string> {
      if (in.empty()) return std::nullopt;
      auto const text = in.front();
      in.pop_front();
      return text;
    };
    CHECK(m->set_console(read, [&](std::string_view s) { out += s; }, {}));
    Run run =
        m->begin_eval("(let* ([a (read)] [b (read)] [c (read-char)]) (list a b (eof-object? c)))");
    CHECK(run.resume() == State::waits_for_input);
    in.emplace_back("(1 2");
    CHECK(run.resume() == State::waits_for_input);
    CHECK(m->eval("(collect 0 1) (collect 1 2)"));
    in.insert(in.end(), {" 3) (4)", std::nullopt, ""});
    CHECK(run.resume() == State::waits_for_input);
    CHECK(run.resume() == State::ended);
    CHECK(*m->call<std::string>("format", "~s", *run.result()) == "((1 2 3) (4) #t)");
    // Other calls can't wait.
    CHECK(error_of(m->eval("(read)")).message ==
          "Exception: there is no input yet, and this call can't wait for it");
    m->interrupt();
    Run stopped = m->begin_eval("(read)");
    CHECK(stopped.resume() == State::ended);
    CHECK(error_of(stopped.result()).kind == Why::interrupted);
  }

  TEST_CASE("runs: files that the program brings when Scheme asks for them") {
    std::unique_ptr<Machine> const m = boot();
    std::filesystem::path const folder = std::filesystem::temp_directory_path() /
                                         ("coracle-provided-" + std::to_string(host::process_id()));
    std::filesystem::create_directory(folder);
    std::string const file = (folder / "code.ss").string();
    int asked = 0;
    bool there = false, refused = false;
    m->provide_files([&](const std::string& path) {
      if (path != file) return true;
      ++asked;
      if (refused) throw SchemeError{"", "the network is down", {}};
      return there;
    });
    CHECK(m->define("file", file));
    for (const char* text : {"(load file)", "(begin (collect-request-handler void) (load file))"}) {
      there = refused = false;
      Run run = m->begin_eval(text);
      CHECK(run.resume() == State::waits_for_result);
      // The path lies in an object that moves.
      CHECK(m->eval("(collect 0 1) (collect 1 2) (make-vector 10000)"));
      CHECK(run.resume() == State::waits_for_result);
      CHECK(m->eval("(collect 0 1) (collect 1 2) (collect 2 3) (make-vector 10000)"));
      std::ofstream(file) << "(define brought 'brought)";
      there = true;
      CHECK(run.resume() == State::ended);
      CHECK(*m->eval<std::string>("(symbol->string brought)") == "brought");
    }
    CHECK(asked >= 6);
    there = false;
    Run exists = m->begin_eval("(file-exists? file)");
    CHECK(exists.resume() == State::waits_for_result);
    there = true;
    CHECK(exists.resume() == State::ended);
    CHECK(*exists.result<bool>());
    // An interrupt ends the wait.
    there = false;
    Run stopped = m->begin_eval("(load file)");
    CHECK(stopped.resume() == State::waits_for_result);
    m->interrupt();
    CHECK(stopped.resume() == State::ended);
    CHECK(error_of(stopped.result()).kind == Why::interrupted);
    CHECK(error_of(m->eval("(load file)"))
              .message.find("isn't there yet, and this call can't wait") != std::string::npos);
    refused = true;
    CHECK(error_of(m->eval("(load file)")).message.find("the network is down") !=
          std::string::npos);
    std::filesystem::remove_all(folder);
  }

  TEST_CASE("runs: a session, with input that comes later and interrupts") {
    std::unique_ptr<Machine> const m = boot();
    std::deque<std::string> in;
    std::string out;
    auto const read = [&]() -> std::optional<std::string> {
      if (in.empty()) return std::nullopt;
      auto const text = in.front();
      in.pop_front();
      return text;
    };
    auto const write = [&](std::string_view s) { out += s; };
    CHECK(m->set_console(read, write, write));
    Run session = m->begin_session({});
    auto const type = [&](const char* text) {
      out.clear();
      in.emplace_back(text);
      State state;
      while ((state = session.resume(0ns)) == State::slice_over) {
      }
      return state;
    };
    auto const shows = [&](const char* text) { return out.find(text) != std::string::npos; };
    while (session.resume(0ns) == State::slice_over) {
    }
    CHECK(session.state() == State::waits_for_input);
    CHECK(shows("> "));
    CHECK(type("(* 6 7)\n") == State::waits_for_input);
    CHECK(shows("42\n"));
    CHECK(type("(car 5)\n") == State::waits_for_input);
    CHECK(shows("Exception in car: 5 is not a pair"));
    // What is asked is seen before the answer comes; traces go to the console, too.
    CHECK(type("(begin (read-char) (display \"name? \") (read))\n") == State::waits_for_input);
    CHECK(out == "name? ");
    CHECK(type("me\n(trace-define (f x) x)\n(f 1)\n") == State::waits_for_input);
    CHECK(shows("|(f 1)\n|1\n1\n"));
    // Calls of the program, between two lines of the session.
    CHECK(*m->eval<int>("(define x 3) (collect) x") == 3);
    CHECK(error_of(m->eval("(car 6)")).kind == Why::condition);
    Run later = m->begin_eval("(let f () (f))");
    later.resume(0ns);
    m->interrupt();
    finish(later);
    CHECK(error_of(later.result()).kind == Why::interrupted);
    CHECK(type("(+ x 1)\n") == State::waits_for_input);
    CHECK(shows("4\n"));
    // Ctrl-C at the prompt makes a new one; in a loop and in a sleep it reaches the break handler.
    out.clear();
    m->interrupt();
    while (session.resume(0ns) == State::slice_over) {
    }
    CHECK(out == "\n> ");
    in.emplace_back("(let f () (f))\n");
    for (int i = 0; i < 50; ++i) CHECK(session.resume(0ns) == State::slice_over);
    out.clear();
    m->interrupt();
    while (session.resume(0ns) == State::slice_over) {
    }
    CHECK(session.state() == State::waits_for_input);
    CHECK(shows("break>"));
    CHECK(type("q\n(sleep (make-time 'time-duration 0 1000))\n") == State::sleeps);
    out.clear();
    m->interrupt();
    while (session.resume(0ns) == State::slice_over) {
    }
    CHECK(shows("break>"));
    CHECK(type("q\n(exit 7)\n") == State::ended);
    CHECK(*session.result<int>() == 7);
    CHECK_FALSE(m->exited());
    CHECK(*m->eval<int>("x") == 3);
  }

  TEST_CASE("runs: descriptors of a console of the embedder") {
    std::unique_ptr<Machine> const m = boot("petite");
    TypedConsole console(*m);
    Run session = m->begin_session({});
    CHECK(session.resume() == State::waits_for_input);
    CHECK(m->eval("(collect 0 1) (collect 1 2)"));
    console.in.emplace_back("(list 1\n");
    CHECK(session.resume() == State::waits_for_input);
    console.in.emplace_back("2)\n");
    CHECK(session.resume() == State::waits_for_input);
    CHECK(console.out.find("(1 2)\n") != std::string::npos);
    CHECK(error_of(m->eval("(read-char)")).message.find("this call can't wait for it") !=
          std::string::npos);
    CHECK(*m->eval<bool>("(char-ready?)") == false);
    m->interrupt();
    console.out.clear();
    CHECK(session.resume() == State::waits_for_input);
    CHECK(console.out == "\n> ");
    console.in.emplace_back("(exit 3)\n");
    CHECK(session.resume() == State::ended);
    CHECK(*session.result<int>() == 3);
  }

  TEST_CASE("runs: Ctrl-C at a prompt whose next line is there: its loop runs in slices" *
            needs(host::Facility::signals)) {
    std::unique_ptr<Machine> const m = boot("petite");
    TypedConsole console(*m);
    kernel::install_signal_handlers(m->thread());
    Run session = m->begin_session({});
    CHECK(session.resume() == State::waits_for_input);
    std::raise(SIGINT);
    console.in.emplace_back("(let f () (f))\n");
    console.late = 1;
    for (int i = 0; i < 50; ++i) CHECK(session.resume(0ns) == State::slice_over);
    std::raise(SIGINT);
    while (session.resume(0ns) == State::slice_over) {
    }
    CHECK(console.out.ends_with("\nbreak> "));
    console.in.emplace_back("q\n(exit 3)\n");
    CHECK(session.resume() == State::ended);
    CHECK(*session.result<int>() == 3);
  }

  TEST_CASE("runs: (exit) in one of them ends all") {
    std::unique_ptr<Machine> const m = boot("petite");
    m->define("ask", [&] { return m->pending(); });
    Run outer = m->begin_eval("(ask)");
    CHECK(outer.resume() == State::waits_for_result);
    Run session = m->begin_session({});
    Run inner = m->begin_eval("(let loop ([n 10000]) (if (= n 0) (exit 4) (loop (- n 1))))");
    while (inner.resume(0ns) == State::slice_over) {
    }
    CHECK(inner.state() == State::ended);
    CHECK(error_of(inner.result()).kind == Why::exit);
    CHECK(error_of(inner.result()).status == 4);
    CHECK(outer.state() == State::ended);
    CHECK(error_of(outer.result()).kind == Why::exit);
    CHECK(session.resume() == State::ended);
    CHECK(error_of(session.result()).kind == Why::ended);
    CHECK(m->exited());
    CHECK(error_of(m->eval("1")).kind == Why::ended);
  }

  TEST_CASE("runs: a session that is cancelled ends the program") {
    std::unique_ptr<Machine> const m = boot("petite");
    CHECK(m->set_console([] { return std::nullopt; }, [](std::string_view) {}, {}));
    Run session = m->begin_session({});
    CHECK(session.resume() == State::waits_for_input);
    session.cancel();
    CHECK(session.state() == State::ended);
    CHECK(*session.result<int>() == 1);
    CHECK(m->exited());
  }

  TEST_CASE("runs: a fault is a condition in a run that was suspended, too" *
            needs(host::Facility::signals)) {
    VmOptions options;
    options.handle_faults = true;
    auto const m = boot("petite", options);
    m->define("ask", [&] { return m->pending(); });
    Run outer = m->begin_eval("(list 1 (ask))");
    CHECK(outer.resume() == State::waits_for_result);
    Run inner = m->begin_eval(
        "(let loop ([n 5000]) (if (= n 0) (foreign-ref 'integer-32 8 0) (loop (- n 1))))");
    while (inner.resume(0ns) == State::slice_over) {
    }
    CHECK(error_of(inner.result()).message.find("invalid memory reference") != std::string::npos);
    CHECK(*m->eval<int>("(+ 1 2)") == 3);
    CHECK(outer.resume() == State::waits_for_result);
    outer.cancel();
    CHECK(error_of(outer.result()).kind == Why::interrupted);
  }

  TEST_CASE("runs: step by step, too") {
    VmOptions options;
    options.mode = ExecutionMode::checked;
    auto const m = boot("petite", options);
    m->define("ask", [&] { return m->pending(); });
    Run first = m->begin_apply("list", {});
    finish(first);
    Run run = m->begin_eval("(let loop ([n 10000]) (if (= n 0) (ask) (loop (- n 1))))");
    int slices = 0;
    while (run.resume(0ns) == State::slice_over) ++slices;
    CHECK(slices > 5);
    CHECK(run.state() == State::waits_for_result);
    CHECK(*m->eval<int>("(collect) 3") == 3);
    CHECK(run.resume() == State::waits_for_result);
  }

  TEST_CASE("runs: a machine may go away while they are suspended") {
    std::optional<Run> run, fresh, ended;
    std::optional<Pending> pending;
    {
      std::unique_ptr<Machine> const m = boot("petite");
      m->define("ask", [&] { return *(pending = m->pending()); });
      ended = m->begin_eval("(list 1)");
      ended->resume();
      run = m->begin_eval("(ask)");
      CHECK(run->resume() == State::waits_for_result);
      fresh = m->begin_eval("1");
    }
    pending->supply(5);
    CHECK_FALSE(pending->is_settled());
    CHECK_FALSE(run->can_resume());
    CHECK(run->resume() == State::ended);
    CHECK(error_of(run->result()).kind == Why::ended);
    CHECK(fresh->resume() == State::ended);
    CHECK(error_of(fresh->result()).kind == Why::ended);
    CHECK(error_of(ended->result()).kind == Why::ended);
    run->cancel();
    run.reset();
  }
}

}  // namespace coracle
