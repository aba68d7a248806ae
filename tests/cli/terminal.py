"""The program on a terminal, and interrupted: Ctrl-C in endless loops of several kinds, the break
handler, the debugger and the inspector as a person uses them."""
import signal
import time

from support import READY, test


@test("Ctrl-C in an endless loop, on a terminal")
def _(t):
    terminal = t.terminal()
    terminal.wait_for(r"\n> ")
    terminal.type("(let loop () (loop))\n")
    terminal.wait_for(r"\(loop\)\)\r?\n")
    time.sleep(0.5)
    terminal.type("\x03")
    terminal.wait_for(r"break> ")
    terminal.type("q\n")
    terminal.wait_for(r"\n> ")
    answer = terminal.ask("(+ 1 2)")
    assert answer == "3", f"expected 3, got {answer}"
    terminal.type("(exit 7)\n")
    assert terminal.status() == 7


GONE = "The console can't be used any more: the session ends."


@test("a REPL whose terminal is gone ends, although SIGHUP is ignored", coracle_only=True)
def _(t):
    terminal = t.terminal(before=("/bin/sh", "-c", 'trap "" HUP; exec "$@"', "sh"))
    terminal.wait_for(r"\n> ")
    terminal.hang_up()
    assert terminal.status() == 1


@test("a REPL without an input ends", coracle_only=True)
def _(t):
    t.run("-q", limits="exec <&-;").expect(1, "", err_has=("bad file descriptor", GONE))
    t.run("-q", limits="exec </;").expect(1, "", err_has=("is a directory", GONE))
    # A script may go on: it doesn't read the console.
    t.script("(display 1)", limits="exec <&-;").expect(0, "1", "")


@test("a REPL whose output can't be written ends", coracle_only=True)
def _(t):
    t.run("-q", input="(display 1) (flush-output-port)", limits="exec >/dev/full;").expect(
        1, "", err_has=("no space left on device", GONE))
    t.run(input="1", limits="exec >&-;").expect(1, "", err_has=("bad file descriptor", GONE))
    # If only the error output is missing, there is still somebody to talk to.
    t.run("-q", input="(car 5) (display 7)", limits="exec 2>&-;").expect(0, "7", "")


@test("no file takes the place of a console that is closed", coracle_only=True)
def _(t):
    t.write("taken.ss", "(display 'a-file)")
    t.script("""(define file (open-file-input-port "taken.ss"))
(guard (c [else (display-condition c)]) (read-char (console-input-port)))""", limits="exec <&-;").expect(
        0, "Exception in read-char: failed on #<binary input port stdin>: bad file descriptor", "")


@test("an error of the console that a program handles doesn't end it", coracle_only=True)
def _(t):
    t.write("guarded.ss", "(guard (c [else (display 'handled)]) (read))")
    t.run("-q", "guarded.ss", limits="exec </;").expect(1, "handled", err_has=GONE)


@test("Ctrl-C, then the loop is continued")
def _(t):
    terminal = t.terminal("-q")
    terminal.type("(begin (display 'started) (newline)"
                  " (let loop () (unless (file-exists? \"stop\") (loop))) 'came-through)\n")
    terminal.wait_for(r"\nstarted")
    time.sleep(0.2)
    terminal.type("\x03")
    terminal.wait_for(r"break> ")
    terminal.type("e\n")
    time.sleep(0.3)
    t.write("stop", "")
    terminal.wait_for(r"\ncame-through")


@test("Ctrl-C, then a look around")
def _(t):
    terminal = t.terminal()
    terminal.wait_for(r"\n> ")
    terminal.type("(let loop ([i 0]) (loop (+ i 1)))\n")
    time.sleep(0.6)
    terminal.type("\x03")
    terminal.wait_for(r"break> ")
    terminal.type("?\n")
    terminal.wait_for(r"inspect current continuation")
    terminal.wait_for(r"break> ")
    terminal.type("i\n")
    terminal.wait_for(r"#<(system )?continuation[^\n]* : ")
    terminal.type("q\n")
    terminal.wait_for(r"break> ")
    terminal.type("n\n")
    terminal.wait_for(r">> ")
    terminal.type("(* 6 7)\n")
    terminal.wait_for(r"42\r?\n>> ")


@test("Ctrl-C again ends a loop that looks for no events", coracle_only=True)
def _(t):
    terminal = t.terminal()
    terminal.wait_for(r"\n> ")
    terminal.ask("(generate-interrupt-trap #f)")
    terminal.ask("(define spin (compile '(lambda () (let loop () (loop)))))")
    terminal.ask("(generate-interrupt-trap #t)")
    for _ in range(2):
        terminal.type("(begin (display 'started) (newline) (spin))\n")
        terminal.wait_for(r"\nstarted")
        time.sleep(0.5)
        # On a busy machine two of them may come closer together than they were typed, and the first one may come
        # before the loop.
        for _ in range(10):
            terminal.type("\x03")
            time.sleep(2.2)
            terminal.seen += terminal.read(0.1)
            if "interrupted" in terminal.seen:
                break
            if terminal.seen.endswith("break> "):
                terminal.seen = ""
                terminal.type("c\n")
        terminal.wait_for(r"interrupted in code that looks for no events[^>]*\n> ")
    answer = terminal.ask("(+ 1 2)")
    assert answer == "3", f"expected 3, got {answer}"
    # Another interrupt is handled as usual.
    terminal.type("(let loop () (loop))\n")
    time.sleep(0.4)
    terminal.type("\x03")
    terminal.wait_for(r"break> ")


@test("Ctrl-C a third time ends a loop with interrupts disabled", coracle_only=True)
def _(t):
    for loop in "(let loop () (loop))", "(let loop () (collect) (loop))":
        with t.ready(f"(disable-interrupts) {READY} {loop}") as process:
            # On a busy machine two of them may come closer together than they were sent.
            for _ in range(10):
                process.send_signal(signal.SIGINT)
                time.sleep(2.2)
                if process.poll() is not None:
                    break
            _, err = process.communicate(timeout=t.timeout)
        assert process.returncode == -signal.SIGINT, f"{loop}: got status {process.returncode} and {err}"
        assert err.count(b"ends the program") == 1, f"{loop}: got {err}"


@test("Ctrl-C in deep recursion, in bignums and in a collection's work")
def _(t):
    terminal = t.terminal()
    terminal.wait_for(r"\n> ")
    for loop in ("(let f ([n 0]) (+ 1 (let g ([m 1000]) (if (= m 0) (f 0) (+ 1 (g (- m 1)))))))",
                 "(let f ([n 3]) (f (modulo (* n n) (expt 10 50))))",
                 "(let f ([l '()]) (f (make-vector 1000 0)))"):
        terminal.type(loop + "\n")
        time.sleep(0.4)
        terminal.type("\x03")
        terminal.wait_for(r"break> ")
        terminal.type("r\n")
        terminal.wait_for(r"\n> ")
    answer = terminal.ask("(+ 1 2)")
    assert answer == "3", f"expected 3, got {answer}"


@test("Ctrl-C at the prompt")
def _(t):
    terminal = t.terminal()
    terminal.wait_for(r"\n> ")
    terminal.type("\x03")
    time.sleep(0.3)
    terminal.type("\n")
    terminal.wait_for(r"(break)?> ")
    terminal.type("q\n")
    terminal.type("(list 'still 'here)\n")
    terminal.wait_for(r"\(still here\)")


@test("the interrupt signal without a terminal")
def _(t):
    process = t.start("-q")
    process.stdin.write(b"(display 'started)(newline)(flush-output-port)(let loop () (loop))\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"started\n"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(b"q\n(+ 1 2)\n", timeout=t.timeout)
    assert b"break>" in out and b"3\n" in out, f"expected the break handler, got {out} {err}"


@test("keyboard-interrupt-handler")
def _(t):
    with t.ready("(keyboard-interrupt-handler (lambda () (display 'interrupted) (exit 5)))"
                 f"{READY}(let loop () (loop))") as process:
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=t.timeout)
    assert (out, process.returncode) == (b"interrupted",
                                         5), f"got {out} and status {process.returncode}"


@test("the terminal: an error, then debug and inspect")
def _(t):
    terminal = t.terminal()
    terminal.wait_for(r"\n> ")
    answer = terminal.ask("(car 5)")
    assert answer == "Exception in car: 5 is not a pair\nType (debug) to enter the debugger.", answer
    terminal.type("(debug)\n")
    terminal.wait_for(r"debug> ")
    terminal.type("i\n")
    terminal.wait_for(r"continuation[^\n]* : ")
    terminal.type("q\n")
    terminal.wait_for(r"debug> ")
    terminal.type("q\n")
    terminal.wait_for(r"\n> ")
    assert terminal.ask("(+ 1 2)") == "3"


@test("the terminal: inspect walks through data")
def _(t):
    terminal = t.terminal()
    terminal.wait_for(r"\n> ")
    terminal.type("(inspect (vector 'a (list 1 2) \"s\"))\n")
    terminal.wait_for(r"#\(a \(1 2\) \"s\"\)[^\n]* : ")
    terminal.type("length\n")
    terminal.wait_for(r" : ")
    terminal.type("ref 1\n")
    terminal.wait_for(r"\(1 2\)[^\n]* : ")
    terminal.type("car\n")
    terminal.wait_for(r"\n1 [^\n]* : ")
    terminal.type("quit\n")
    terminal.wait_for(r"\n> ")
    assert terminal.ask("(+ 1 2)") == "3"


@test("the terminal: the end of the input")
def _(t):
    terminal = t.terminal()
    terminal.wait_for(r"\n> ")
    terminal.type("\x04")
    assert terminal.status() == 0
