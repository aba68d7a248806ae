"""Signals that come while the kernel waits: for the other end of a FIFO, for a lock, for a reader."""
import fcntl
import os
import signal
import time

from support import test

HANDLER = """(keyboard-interrupt-handler (lambda () (display "broken") (newline) (exit 3)))
(display "ready") (newline) (flush-output-port)
"""


def interrupted(t, what):
    """Starts a script that comes to wait, interrupts it, and expects its handler to run."""
    t.write("script.ss", HANDLER + what)
    process = t.start("-q", "--script", "script.ss")
    try:
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=t.timeout)
    finally:
        process.kill()
    assert (out, process.returncode) == (b"broken\n", 3), f"got {out} {err}, {process.returncode}"


@test("an interrupt ends the wait for the writer of a FIFO", coracle_only=True)
def _(t):
    os.mkfifo(t.folder / "fifo")
    interrupted(t, '(open-input-file "fifo")')


@test("an interrupt ends the wait for the reader of a FIFO", coracle_only=True)
def _(t):
    os.mkfifo(t.folder / "fifo")
    interrupted(t, '(open-file-output-port "fifo" (file-options no-fail no-truncate))')


@test("an interrupt ends the wait for a lock", coracle_only=True)
def _(t):
    with open(t.write("locked", "x"), "r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        interrupted(t, '(open-file-output-port "locked" (file-options no-fail exclusive))')


@test("a break that is continued goes on waiting", coracle_only=True)
def _(t):
    os.mkfifo(t.folder / "fifo")
    terminal = t.terminal()
    terminal.wait_for(r"\n> ")
    terminal.type('(define p (open-input-file "fifo"))\n')
    time.sleep(0.5)
    terminal.type("\x03")
    terminal.wait_for(r"break> ")
    terminal.type("e\n")
    with open(t.folder / "fifo", "w", encoding="utf-8") as fifo:
        fifo.write("through\n")
    terminal.wait_for(r"\n> ")
    answer = terminal.ask("(get-line p)")
    assert answer == '"through"', f"got {answer}"


@test("handlers of signals run during a wait, which goes on", coracle_only=True)
def _(t):
    os.mkfifo(t.folder / "fifo")
    t.write("script.ss", f"""(define n 0)
(register-signal-handler {int(signal.SIGUSR1)}
  (lambda (s) (collect) (set! n (+ n 1)) (display n) (newline) (flush-output-port)))
(display "ready") (newline) (flush-output-port)
(define p (open-input-file "fifo"))
(display "open") (newline) (flush-output-port)
(display (get-line p)) (display n)""")
    process = t.start("-q", "--script", "script.ss")
    try:
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.5)
        for count in (b"1\n", b"2\n"):
            process.send_signal(signal.SIGUSR1)
            assert process.stdout.readline() == count
        with open(t.folder / "fifo", "w", encoding="utf-8") as fifo:
            assert process.stdout.readline() == b"open\n"
            time.sleep(0.3)
            process.send_signal(signal.SIGUSR1)  # now it waits for a line
            assert process.stdout.readline() == b"3\n"
            fifo.write("through\n")
        out, err = process.communicate(timeout=t.timeout)
    finally:
        process.kill()
    assert (out, process.returncode) == (b"through3", 0), f"got {out} {err}"
