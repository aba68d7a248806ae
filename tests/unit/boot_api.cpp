// Calls from C++ to Scheme and back: values, errors, functions, ports, limits. Many tests share a machine:
// each error must leave it usable for the next test.
#include <unistd.h>

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "tests/unit/booted_machine.h"
#include "tests/unit/needs.h"

namespace coracle {
namespace {

using Why = CallError::Kind;

Machine& machine() {
  static std::unique_ptr<Machine> const m = boot();
  return *m;
}

}  // namespace

TEST_SUITE("image") {
  TEST_CASE("api: a machine that handles faults makes conditions of them" *
            needs(host::Facility::signals)) {
    VmOptions options;
    options.handle_faults = true;
    auto const m = boot("petite", options);
    for (int round = 0; round < 3; ++round) {
      auto const error = error_of(m->eval("(foreign-ref 'integer-32 8 0)"));
      CHECK(error.message.find("invalid memory reference") != std::string::npos);
      CHECK(*m->eval<int>("(+ 1 2)") == 3);
    }
  }

  TEST_CASE("api: values of all types there and back") {
    Machine& m = machine();
    CHECK(*m.eval<int>("(expt 2 10)") == 1024);
    CHECK(*m.eval<int>("(define x 1) (set! x 5) x") == 5);
    CHECK(m.eval<void>("").has_value());
    CHECK(*m.eval<std::int64_t>("(- (expt 2 63))") == INT64_MIN);
    CHECK(*m.eval<std::uint64_t>("(- (expt 2 64) 1)") == UINT64_MAX);
    CHECK(*m.eval<double>("1/4") == 0.25);
    CHECK(*m.eval<double>("(expt 10 40)") == 1e40);
    CHECK(*m.eval<bool>("'()"));
    CHECK(!*m.eval<bool>("#f"));
    CHECK(*m.eval<char32_t>("#\\x3bb") == U'\x3bb');
    CHECK(*m.eval<std::string>("\"a\\x3bb;b\"") ==
          "a\u03bb"
          "b");
    CHECK(m.eval<Symbol>("'abc")->name == "abc");
    CHECK(*m.eval<std::vector<int>>("'(1 2 3)") == std::vector{1, 2, 3});
    CHECK(*m.eval<std::vector<int>>("'#(1 2)") == std::vector{1, 2});
    CHECK(*m.eval<Bytes>("#vu8(1 2)") == Bytes{1, 2});
    CHECK(m.eval<std::pair<int, std::string>>("'(1 . \"x\")")->second == "x");
    CHECK(*m.call<std::string>("format", "~s ~s ~s ~s ~s", std::vector<std::string>{"a", "b"},
                               Symbol{"s"}, std::pair(1, 2.5), UINT64_MAX,
                               true) == "(\"a\" \"b\") s (1 . 2.5) 18446744073709551615 #t");
    CHECK(*m.call<std::string>("format", "~s", Bytes{255}) == "#vu8(255)");
    CHECK(*m.call<std::string>("format", "~s~s", U'x', INT64_MIN) == "#\\x-9223372036854775808");
    CHECK(*m.apply<int>("+", std::array{make_fixnum(1), make_fixnum(2), make_fixnum(3)}) == 6);
    CHECK(*m.apply_for_values<std::vector<int>>("values", {}) == std::vector<int>{});
    CHECK(*m.apply_for_values<std::vector<int>>(
              "div-and-mod", std::array{make_fixnum(7), make_fixnum(2)}) == std::vector{3, 1});
  }

  TEST_CASE("api: results of another type are errors that say so") {
    Machine& m = machine();
    auto const wrong = [&](const auto& r) {
      CallError const e = error_of(r);
      CHECK(e.kind == Why::wrong_type);
      return e.message;
    };
    CHECK(wrong(m.eval<int>("(expt 2 31)")) ==
          "found 2147483648, expected an exact integer of 32 bits");
    CHECK(wrong(m.eval<unsigned>("-1")) ==
          "found -1, expected an exact nonnegative integer of 32 bits");
    CHECK(wrong(m.eval<std::int64_t>("(expt 2 63)")).ends_with("of 64 bits"));
    CHECK(wrong(m.eval<std::uint64_t>("(expt 2 64)")).ends_with("of 64 bits"));
    CHECK(wrong(m.eval<std::string>("'a")) == "found a, expected a string");
    CHECK(wrong(m.eval<double>("1+2i")) == "found 1+2i, expected a real number");
    CHECK(wrong(m.eval<std::vector<int>>("'(1 . 2)")).starts_with("found (1 . 2), expected"));
    CHECK(wrong(m.eval<std::vector<int>>("'(1 x)")).starts_with("found (1 x), expected"));
    CHECK(!m.value_as<std::vector<int>>(*m.eval("(let ([p (list 1 2)]) (set-cdr! (cdr p) p) p)")));
    CHECK(wrong(m.eval("(values 1 2)")) == "found 2 values, expected one");
    CHECK(m.eval<void>("(values)").has_value());
  }

  TEST_CASE("api: a condition comes back whole, and the machine goes on") {
    Machine& m = machine();
    CallError e = error_of(m.eval("(car 5)"));
    CHECK(e.kind == Why::condition);
    CHECK(e.message == "Exception in car: 5 is not a pair");
    CHECK(e.who == "car");
    CHECK(*m.value_as<std::vector<int>>(e.irritants) == std::vector{5});
    m.eval("(collect 0 1) (collect 1 2)");  // the condition is kept, and moves
    CHECK(*m.call<bool>("assertion-violation?", e.condition));
    CHECK(error_of(m.call("no-such-variable")).message ==
          "Exception: variable no-such-variable is not bound");
    CHECK(error_of(m.eval("(error 'me \"bad\" 1 \"two\")")).message ==
          "Exception in me: bad with irritants (1 \"two\")");
    CHECK(error_of(m.eval("(raise 42)")).message ==
          "Exception occurred with non-condition value 42");
    CHECK(*m.value_as<int>(error_of(m.eval("(raise 42)")).condition) == 42);
    CHECK(error_of(m.eval("(raise-continuable 'x)")).kind == Why::condition);
    CHECK(error_of(m.eval("(1 2)")).message == "Exception: attempt to apply non-procedure 1");
    CHECK(error_of(m.eval("(vector-ref '#(1) 1)")).who == "vector-ref");
    CHECK(error_of(m.eval("(let")).message.find("unexpected end-of-file") != std::string::npos);
    CHECK(error_of(m.eval("(if)")).message == "Exception: invalid syntax (if)");
    CHECK(error_of(m.call(make_fixnum(5))).message ==
          "Exception: attempt to apply non-procedure 5");
    CHECK(error_of(m.load("/nonexistent.ss")).message.find("/nonexistent.ss") != std::string::npos);
    CHECK(error_of(m.eval("(reset)")).kind == Why::reset);
    // Handlers of the program's own come first, and winders run.
    CHECK(*m.eval<int>("(guard (c [#t 7]) (car 5))") == 7);
    CHECK(!m.eval(
        "(define left 0) (dynamic-wind void (lambda () (car 5)) (lambda () (set! left 1)))"));
    CHECK(*m.eval<int>("left") == 1);
    // Printing the condition may fail, too.
    CHECK(error_of(m.eval("(define-record-type broken) (record-writer (type-descriptor broken)"
                          "  (lambda (r p w) (car 5))) (error 'x \"y\" (make-broken))"))
              .message == "a condition that can't be displayed");
    CHECK(*m.eval<int>("(+ 1 2)") == 3);
  }

  TEST_CASE("api: roots") {
    Machine& m = machine();
    Root a = m.root(m.string("kept"));
    Root b = a;
    a = m.root(m.string("other"));
    m.eval("(collect 0 1) (collect 1 2)");
    CHECK(string_utf8(a) == "other");
    CHECK(string_utf8(b) == "kept");
    {
      std::vector<Root> many;
      for (int i = 0; i < 100; ++i) many.push_back(m.root(m.string(std::to_string(i))));
      many.erase(many.begin() + 10, many.begin() + 90);
      m.eval("(collect 0 1)");
      CHECK(string_utf8(many[10]) == "90");
    }
    // A destroyed root keeps nothing alive.
    m.eval("(define w (weak-cons 1 2))");
    {
      Root const only = *m.eval("(let ([p (list 1)]) (set-car! w p) p)");
      CHECK(*m.eval<bool>("(collect 0 1) (pair? (car w))"));
    }
    CHECK(*m.eval<bool>("(collect 4 4) (bwp-object? (car w))"));
    Root late;
    {
      std::unique_ptr<Machine> const other = boot("petite");
      late = other->root(other->string("x"));
    }
    CHECK(late.value() == false_value);
  }

  TEST_CASE("api: C++ functions in Scheme") {
    Machine& m = machine();
    CHECK(m.define("greet", [](std::string name, int n) { return name + std::to_string(n); }));
    CHECK(*m.eval<std::string>("(greet \"a\" 3)") == "a3");
    m.define("limit", 12);
    CHECK(*m.eval<int>("limit") == 12);
    m.define("sum", [](std::vector<double> xs) {
      double s = 0;
      for (double x : xs) s += x;
      return s;
    });
    CHECK(*m.eval<double>("(sum '(1 2.5 1/2))") == 4.0);
    m.define("count", [](int first, Rest rest) { return first + static_cast<int>(rest.size()); });
    CHECK(*m.eval<int>("(count 1 'a 'b)") == 3);
    CHECK(error_of(m.eval("(count)")).message ==
          "Exception in count: found 0 arguments, expected 1 or more");
    CHECK(error_of(m.eval("(greet \"a\")")).message ==
          "Exception in greet: found 1 arguments, expected 2");
    CHECK(error_of(m.eval("(greet 'a 1)")).message == "Exception in greet: a is not a string");
    // Errors become conditions, and Scheme can handle them.
    m.define("fail", [](int how) -> int {
      if (how == 0) throw std::runtime_error("no ~s such luck");
      throw SchemeError{"fail", "not ~s", {make_fixnum(how)}};
    });
    CHECK(error_of(m.eval("(fail 0)")).message == "Exception in fail: no ~s such luck");
    CHECK(error_of(m.eval("(fail 3)")).message == "Exception in fail: not 3");
    CHECK(*m.eval<std::string>("(guard (c [#t (condition-message c)]) (fail 3))") == "not ~s");
    // Scheme inside C++ inside Scheme; a condition passes through as it is.
    m.define("twice", [](Machine& inner, Root f, int x) -> CallResult<int> {
      auto const once = inner.call<int>(f, x);
      if (!once) return once;
      return inner.call<int>(f, *once);
    });
    CHECK(*m.eval<int>("(twice (lambda (x) (collect 0 1) (* 3 x)) 5)") == 45);
    CHECK(*m.eval<int>("(twice (lambda (x) (twice (lambda (y) (+ y 1)) x)) 5)") == 9);
    CHECK(*m.eval<bool>("(define c (list 'own)) (eq? c (guard (e [#t e]) (twice raise c)))") ==
          false);
    CHECK(*m.eval<bool>("(define c 17) (eq? c (guard (e [#t e]) (twice raise c)))"));
    // A continuation that leaves a call leaves the C++ code in between, too.
    bool went_on = false;
    m.define("through", [&](Machine& inner, Root f) -> CallResult<Root> {
      auto r = inner.call(f);
      if (!r && r.error().kind == Why::left) {
        went_on = inner.eval("1").has_value();
      }
      return r;
    });
    CHECK(*m.eval<int>("(call/cc (lambda (k) (through (lambda () (k 9))) 8))") == 9);
    CHECK(!went_on);
    CHECK(error_of(m.eval("(define k #f) (through (lambda () (call/cc (lambda (c) (set! k c))) 1))"
                          " (k 1)"))
              .message == "Exception: attempt to return to stale foreign context");
    // The nesting is limited: the C++ stack is finite.
    m.define("deeper", [](Machine& inner, int n) { return inner.call<int>("again", n + 1); });
    CHECK(error_of(m.eval("(define (again n) (deeper n)) (again 0)")).message.find("too deeply") !=
          std::string::npos);
    CHECK(*m.eval<int>("(+ 1 1)") == 2);
  }

  TEST_CASE("api: a function lives as long as its procedure") {
    Machine& m = machine();
    auto const token = std::make_shared<int>(5);
    {
      Root const f = *m.procedure("five", [token] { return *token; });
      m.eval("(collect 0 1) (collect 1 2)");
      CHECK(*m.call<int>(f) == 5);
      CHECK(token.use_count() == 2);
    }
    m.eval("(collect 2 3)");
    CHECK(token.use_count() == 1);
    {
      std::unique_ptr<Machine> const other = boot("petite");
      other->define("five", [token] { return *token; });
      CHECK(token.use_count() == 2);
    }
    CHECK(token.use_count() == 1);
  }

  TEST_CASE("api: ports, the console's too") {
    std::unique_ptr<Machine> const m = boot();
    std::string out, err;
    std::vector<std::string> in{"(list 1 \u03bb", ") rest", ""};
    std::size_t next = 0;
    CHECK(m->set_console([&] { return next < in.size() ? in[next++] : ""; },
                         [&](std::string_view s) { out += s; },
                         [&](std::string_view s) { err += s; }));
    m->eval("(display \"\u03bb and \") (write (read))");
    CHECK(out == "\u03bb and (list 1 \u03bb)");
    CHECK(*m->eval<std::string>("(symbol->string (read))") == "rest");
    CHECK(*m->eval<bool>("(eof-object? (read))"));
    m->eval("(warning 'me \"careful\")");
    CHECK(err == "Warning in me: careful\n");
    out.clear();
    CHECK(!m->eval("(display \"before\") (car 5)"));
    CHECK(out == "before");  // flushed, although the call failed
    std::string other;
    m->define("other", *m->output_port("other", [&](std::string_view s) { other += s; }));
    m->eval("(write 'x other) (flush-output-port other)");
    CHECK(other == "x");
    CHECK(*m->input_port("in", [] { return std::string(); }) != false_value);
    m->define("broken", *m->output_port("broken", [](std::string_view) {
      throw std::runtime_error("no paper");
    }));
    CHECK(error_of(m->eval("(write 'x broken) (flush-output-port broken)")).message ==
          "Exception in broken: no paper");
  }

  TEST_CASE("api: exit ends what the machine runs, and later calls say so") {
    std::unique_ptr<Machine> const m = boot("petite");
    std::string out;
    m->set_console({}, [&](std::string_view s) { out += s; }, {});
    bool deeper = true;
    m->define("inner", [&](Machine& inner) { deeper = inner.eval("(exit 3)").has_value(); });
    CallError const e = error_of(m->eval("(display 1) (inner) (display 2)"));
    CHECK(e.kind == Why::exit);
    CHECK(e.status == 3);
    CHECK(!deeper);
    CHECK(m->exited());
    CHECK(error_of(m->eval("1")).kind == Why::ended);
    CHECK(error_of(m->call("car", 1)).message.find("status 3") != std::string::npos);
    CHECK(out.find('2') == std::string::npos);
  }

  TEST_CASE("api: memory that runs out is an error, and the machine goes on") {
    VmOptions options;
    options.heap.os_memory_limit = std::size_t{100} << 20;
    std::unique_ptr<Machine> const m = boot("petite", options);
    std::vector<int> const many(8'000'000, 5);
    m->define("fill", [](Machine& inner) {
      return inner.eval("(let loop ([l '()]) (loop (cons 1 l)))").has_value();
    });
    for (int i = 0; i < 3; ++i) {
      CHECK(error_of(m->call<int>("length", many)).kind == Why::out_of_memory);  // in C++ code
      CHECK(*m->eval<int>("(+ 1 2)") == 3);
      for (const char* const text :
           {"(let f () (+ 1 (f)))", "(define kept '()) (let f () (set! kept (cons 1 kept)) (f))",
            "(let loop ([l '()]) (loop (cons (make-vector 1000 0) l)))"}) {
        CAPTURE(std::string(text));
        CHECK(error_of(m->eval(text)).message.starts_with("Exception: out of memory"));
        CHECK(*m->eval<int>("(set! kept '()) (collect) (length (iota 500000))") == 500'000);
      }
      CHECK_FALSE(*m->call<bool>("fill"));
      // These follow each other without a successful call in between that could collect.
      for (int again = 0; again < 20; ++again) {
        CHECK(error_of(m->call<int>("length", many)).kind == Why::out_of_memory);
      }
      CHECK(m->call<int>("length", std::vector<int>(100'000, 5)).value() == 100'000);
    }
  }

  TEST_CASE("api: limits") {
    Machine& m = machine();
    m.set_limits({.ticks = 200'000, .bytes = {}});
    CHECK(error_of(m.eval("(let loop () (loop))")).kind == Why::out_of_ticks);
    CHECK(error_of(m.eval("(let loop () (guard (c [#t 1]) (let inner () (inner))) (loop))")).kind ==
          Why::out_of_ticks);
    CHECK(error_of(
              m.eval("(dynamic-wind void (lambda () (let f () (f))) (lambda () (let f () (f))))"))
              .kind == Why::out_of_ticks);
    m.define("nested", [](Machine& inner) { (void)inner.eval("(let loop () (loop))"); });
    CHECK(error_of(m.eval("(nested) (let loop () (loop))")).kind == Why::out_of_ticks);
    CHECK(*m.eval<int>("(let loop ([n 1000]) (if (= n 0) 5 (loop (- n 1))))") == 5);
    // One operation on large numbers can be more than the budget: a common divisor that takes minutes.
    m.set_limits({});
    CHECK(m.eval<void>("(define a (expt 3 150000000)) (define b (expt 5 100000000))").has_value());
    m.set_limits({.ticks = 200'000, .bytes = {}});
    CHECK(error_of(m.eval("(gcd a b)")).kind == Why::out_of_ticks);
    CHECK(*m.eval<int>("(let loop ([n 1000]) (if (= n 0) 5 (loop (- n 1))))") == 5);
    m.set_limits({.ticks = {}, .bytes = 20'000'000});
    CHECK(error_of(m.eval("(let loop ([l '()]) (loop (cons 1 l)))")).kind == Why::out_of_memory);
    CHECK(
        error_of(m.eval("(make-vector 10000000)")).message.starts_with("Exception: out of memory"));
    // Garbage doesn't count.
    CHECK(*m.eval<int>(
              "(let loop ([n 300]) (if (= n 0) 5 (begin (make-vector 100000) (loop (- n 1)))))") ==
          5);
    m.set_limits({});
    CHECK(*m.eval<int>("(vector-length (make-vector 10000000))") == 10'000'000);
  }

  TEST_CASE("api: a limit of ticks that isn't reached doesn't disturb long operations") {
    Machine& m = machine();
    m.set_limits({.ticks = 100'000'000'000, .bytes = {}});
    CHECK(*m.eval<int>("(mod (* (- (expt 2 8000000) 1) (- (expt 2 7000000) 1)) 7)") == 3);
    m.set_limits({});
  }

  TEST_CASE("api: interrupt of a long operation, from another thread" *
            needs(host::Facility::threads)) {
    Machine& m = machine();
    CHECK(m.eval<void>("(define a (expt 3 150000000)) (define b (expt 5 100000000))").has_value());
    auto const start = std::chrono::steady_clock::now();
    std::thread other([&m] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      m.interrupt();
    });
    CHECK(error_of(m.eval("(gcd a b)")).kind == Why::interrupted);
    other.join();
    // On any host it would take minutes to finish.
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(40));
    CHECK(*m.eval<int>("(set! a 6) (set! b 4) (gcd a b)") == 2);
  }

  TEST_CASE("api: interrupt, from another thread" * needs(host::Facility::threads)) {
    Machine& m = machine();
    for (int i = 0; i < 20; ++i) {
      std::thread other([&m, i] {
        std::this_thread::sleep_for(std::chrono::microseconds(100 * i));
        m.interrupt();
      });
      CallError const e = error_of(m.eval("(let loop ([n 0]) (loop (+ n 1)))"));
      CHECK(e.kind == Why::interrupted);
      CHECK(e.message == "interrupted");
      other.join();
    }
    // The user's own keyboard interrupts are something else.
    CHECK(*m.eval<int>("(keyboard-interrupt-handler void) (+ 1 2)") == 3);
    m.interrupt();
    CHECK(error_of(m.eval("(let loop () (loop))")).kind == Why::interrupted);
    CHECK(*m.eval<int>("(let loop ([n 100000]) (if (= n 0) 5 (loop (- n 1))))") == 5);
  }

  TEST_CASE("api: interrupt ends a call that waits" * needs(host::Facility::threads)) {
    Machine& m = machine();
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    m.define("pipe", pipe[0]);
    CHECK(
        m.eval("(define input (open-fd-input-port pipe))"
               "(define fifo (format \"/tmp/coracle-fifo-~a\" (get-process-id)))"
               "(system (string-append \"mkfifo \" fifo))"));
    for (const char* text : {"(sleep (make-time 'time-duration 0 600))", "(get-u8 input)",
                             "(fasl-read input)", "(open-file-input-port fifo)"}) {
      CAPTURE(text);
      for (int i = 0; i < 10; ++i) {
        std::thread other([&m, i] {
          std::this_thread::sleep_for(std::chrono::microseconds(100 * i));
          m.interrupt();
        });
        CHECK(error_of(m.eval(text)).kind == Why::interrupted);
        other.join();
      }
    }
    // The waits that follow are not affected.
    REQUIRE(::write(pipe[1], "x", 1) == 1);
    CHECK(*m.eval<int>("(sleep (make-time 'time-duration 1000000 0)) (get-u8 input)") == 'x');
    CHECK(m.eval("(close-port input) (delete-file fifo)"));
    ::close(pipe[1]);
  }
}

}  // namespace coracle
