"""Interrupts of a single operation on large numbers that takes long."""
import signal
import time

from support import READY, test

# Numbers of so many bits that look random: quotients of powers of two.
NUMBERS = """(define (number bits prime) (quotient (ash 1 bits) prime))
"""
# Two numbers whose common divisor takes longer to find than any test waits.
ENDLESS = "(begin (define a (expt 3 150000000)) (define b (expt 5 100000000)))"


def continued(name, setup, operation):
    """A test: the operation is interrupted twice, and continued by a handler that returns. If it didn't
    notice, the second interrupt would come after its end, and never be handled."""
    @test(f"an interrupt of a long {name} is handled at once, and the result is right", coracle_only=True)
    def _(t):
        with t.ready(f"""{NUMBERS}{setup}
(define (operation) {operation})
(define start (current-time 'time-monotonic))
(define undisturbed (operation))
(define taken (time-difference (current-time 'time-monotonic) start))
(define served 0)
(define (handler) (set! served (+ served 1)) (display "broken") (newline) (flush-output-port))
(keyboard-interrupt-handler handler)
{READY}
(display (+ (time-second taken) (* 1e-9 (time-nanosecond taken)))) (newline) (flush-output-port)
(define result (operation))
(keyboard-interrupt-handler exit)
(display (list (equal? result undisturbed) served))""") as process:
            seconds = float(process.stdout.readline())
            for _ in range(2):
                time.sleep(seconds / 4)  # then it is in the middle of it, on any machine
                process.send_signal(signal.SIGINT)
                line = process.stdout.readline()
                assert line == b"broken\n", f"got {line}"
            out, err = process.communicate(timeout=t.timeout)
        assert (out, err, process.returncode) == (b"(#t 2)", b"", 0), f"got {out} {err}"


continued("product", "(define a (number 220000000 1000000007)) (define b (number 200000000 998244353))",
          "(* a b)")
continued("square", "(define a (number 300000000 1000000007))", "(* a a)")
continued("quotient",
          "(define a (number 120000000 1000000007)) (define b (number 60000000 998244353))",
          "(quotient a b)")
continued("remainder",
          "(define a (number 120000000 1000000007)) (define b (number 60000000 998244353))",
          "(remainder a b)")
continued("division",
          "(define a (number 120000000 1000000007)) (define b (number 60000000 998244353))",
          "(call-with-values (lambda () (div-and-mod a b)) cons)")
continued("common divisor",
          "(define a (expt 3 4500000)) (define b (expt 5 3000000))",
          "(gcd a b)")
continued("number->string", "(define a (number 30000000 1000000007))", "(number->string a)")
continued("string->number", "(define a (make-string 14000000 #\\7))", "(string->number a)")
continued("string->number of a ratio",
          """(define a (let ([n (make-string 700000 #\\7)])
  (string-append n "3/" n "1" n)))""", "(string->number a)")


def endless(t, operation):
    """A session on a terminal that is in the middle of an operation, and was interrupted once."""
    terminal = t.terminal()
    terminal.wait_for(r"\n> ")
    terminal.ask(ENDLESS)
    terminal.type(operation + "\n")
    time.sleep(0.5)
    terminal.type("\x03")
    return terminal


@test("the break of a long operation leaves the session usable", coracle_only=True)
def _(t):
    terminal = endless(t, "(define x (gcd a b))")
    terminal.wait_for(r"break> ")
    terminal.type("e\n")  # goes on
    time.sleep(0.5)
    terminal.type("\x03")
    terminal.wait_for(r"break> ")
    terminal.type("r\n")  # gives up
    terminal.wait_for(r"\n> ")
    answer = terminal.ask("(+ 1 2)")
    assert answer == "3", f"got {answer}"


@test("a second interrupt ends a long operation even when interrupts are disabled", coracle_only=True)
def _(t):
    terminal = endless(t, "(define x (with-interrupts-disabled (gcd a b)))")
    time.sleep(0.5)
    terminal.type("\x03")
    terminal.wait_for(r"break> ")
    terminal.type("e\n")
    terminal.wait_for(r"Noncontinuable interrupt\.\s*\n> ")
    answer = terminal.ask("(+ 1 2)")
    assert answer == "3", f"got {answer}"
