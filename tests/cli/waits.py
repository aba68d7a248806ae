"""Signals that come while the kernel waits: for the other end of a FIFO, for a lock, for a reader."""
import fcntl
import os
import signal
import time

from support import READY, test

HANDLER = f"""(keyboard-interrupt-handler (lambda () (display "broken") (newline) (exit 3)))
{READY}
"""


def interrupted(t, what):
    """Starts a script that will wait, interrupts it, and expects its handler to run."""
    with t.ready(HANDLER + what) as process:
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=t.timeout)
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


@test("an interrupt ends the wait for an object of a fasl file", coracle_only=True)
def _(t):
    os.mkfifo(t.folder / "fifo")
    for begun in (b"", b"\0\0\0\0chez"):  # a wait for the first byte, and one inside a header
        fifo = os.open(t.folder / "fifo", os.O_RDWR)
        try:
            os.write(fifo, begun)
            interrupted(t, '(fasl-read (open-file-input-port "fifo"))')
        finally:
            os.close(fifo)


@test("handlers of signals run while a fasl file is read, which goes on", coracle_only=True)
def _(t):
    t.run("-q", input="""(define p (open-file-output-port "object"))
(fasl-write '(1 "two" three) p) (fasl-write 4 p) (close-port p)""").expect(0)
    written = (t.folder / "object").read_bytes()
    os.mkfifo(t.folder / "fifo")
    with t.ready(f"""(register-signal-handler {int(signal.SIGUSR1)}
  (lambda (s) (collect) (display "signal") (newline) (flush-output-port)))
{READY}
(define p (open-file-input-port "fifo"))
(let* ([a (fasl-read p)] [b (fasl-read p)]) (write (list a b (fasl-read p))))""") as process:
        with open(t.folder / "fifo", "wb", buffering=0) as fifo:
            for at in range(0, len(written), 9):
                fifo.write(written[at:at + 9])
                time.sleep(0.05)
                process.send_signal(signal.SIGUSR1)
                assert process.stdout.readline() == b"signal\n"
        out, err = process.communicate(timeout=t.timeout)
    assert (out, process.returncode) == (b'((1 "two" three) 4 #!eof)', 0), f"got {out} {err}"


@test("a signal is noticed whenever it comes", coracle_only=True)
def _(t):
    # Each wait of the program begins while signals come: some come just before it.
    t.write("script.ss", f"""(define n 0)
(register-signal-handler {int(signal.SIGUSR1)} (lambda (s) (set! n (+ n 1)) (put-u8 out 1) (flush-output-port out)))
(define out (standard-output-port))
(define in (standard-input-port))
(put-u8 out 0) (flush-output-port out)
(get-u8 in)
(exit (if (= n 3000) 0 1))""")
    process = t.start("-q", "--script", "script.ss", bufsize=0)
    try:
        assert process.stdout.read(1) == b"\0"
        for _ in range(3000):
            process.send_signal(signal.SIGUSR1)
            answer = process.stdout.read(1)
            assert answer == b"\1", f"got {answer}"
        out, err = process.communicate(b"x", timeout=t.timeout)
    finally:
        process.kill()
    assert process.returncode == 0, f"got {out} {err}"


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
    with t.ready(f"""(define n 0)
(register-signal-handler {int(signal.SIGUSR1)}
  (lambda (s) (collect) (set! n (+ n 1)) (display n) (newline) (flush-output-port)))
{READY}
(define p (open-input-file "fifo"))
(display "open") (newline) (flush-output-port)
(display (get-line p)) (display n)""") as process:
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
    assert (out, process.returncode) == (b"through3", 0), f"got {out} {err}"
