"""The expression editor on a terminal, as a person sees it: what is on the screen, and where the cursor
is."""
import fcntl
import os
import pathlib
import re
import signal
import struct
import subprocess
import termios
import time

from screen import Screen
from support import Skipped, test as any_test

MAKE = pathlib.Path(__file__).resolve().parent.parent.parent / "boot/editor"
LEFT, RIGHT, UP, DOWN, DELETE = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B", "\x1b[3~"
BACKSPACE, TAB, ESCAPE = "\x7f", "\t", "\x1b"
ACCEPT = "\n"  # Ctrl-J: wherever in the entry the cursor is


def test(name):
    """The original kernel of bench/original is built without the editor's entries."""
    return any_test(name, coracle_only=True)


def boot_file(t):
    """The editor's boot file, compiled by the first test that needs it."""
    made = subprocess.run([MAKE, "--print", "--with", t.binary, t.boot_dir], capture_output=True,
                          text=True)
    if made.returncode != 0:
        raise Skipped(f"no editor.boot: {made.stderr.strip()}")
    return made.stdout.strip()


class Editor:
    """The program in its editor, and the screen that it writes on."""

    def __init__(self, t, *arguments, rows=10, columns=40, history="off", env=(), before=()):
        boot = boot_file(t)
        arguments = ("-b", boot, *(("--eehistory", history) if history is not None else ()),
                     *arguments)
        self.screen = Screen(rows, columns)
        # Sets the size before the program asks for it.
        sized = ("/bin/sh", "-c", f'stty rows {rows} cols {columns}; exec "$@"', "sh", *before)
        self.terminal = t.terminal(*arguments, editor=True, env={"TERM": "xterm"} | dict(env),
                                   before=sized)

    def type(self, *texts):
        for text in texts:
            self.terminal.type(text)

    def expect(self, *lines, cursor=None):
        """Waits until these are the last lines on the screen, and the cursor is in this column of
        the last line, or in this (line, column), counted from the first of these lines."""
        def seen():
            text = self.screen.text()
            if tuple(text[-len(lines):]) != lines:
                return False
            if cursor is None:
                return True
            row, column = cursor if isinstance(cursor, tuple) else (len(lines) - 1, cursor)
            return (self.screen.row, self.screen.column) == (len(text) - len(lines) + row, column)
        self.wait(seen, f"{' | '.join(lines)!r}, cursor {cursor}")

    def wait(self, condition, what):
        end = time.monotonic() + self.terminal.timeout
        while not condition():
            data = self.terminal.read(end - time.monotonic())
            if not data:
                raise AssertionError(
                    f"expected {what}, found this screen, cursor at "
                    f"{self.screen.row}, {self.screen.column}:\n"
                    + "\n".join(f"    | {line}" for line in self.screen.text()))
            self.screen.feed(data)

    def prompt(self):
        self.expect(">", cursor=2)

    def ask(self, text, *answer):
        """Types an expression at an empty prompt and waits for its value and the next one."""
        self.type(text + "\r")
        self.expect(f"> {text}", *answer, ">", cursor=2)

    def pause(self):
        """What comes at once after other keys is taken for pasted text, which isn't indented: the
        editor's limit is 50 milliseconds."""
        time.sleep(0.2)

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.terminal.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def local_modes(self):
        return termios.tcgetattr(self.terminal.fd)[3]


@test("the editor: an expression, its value, and an error")
def _(t):
    e = Editor(t)
    e.prompt()
    e.ask("(+ 1 2)", "3")
    e.ask("(display 'hello)", "hello")
    e.type("(car 5)\r")
    e.expect("> (car 5)", "Exception in car: 5 is not a pair",
             "Type (debug) to enter the debugger.", ">", cursor=2)
    e.type("1 2\r")  # the rest waits at the next prompt
    e.expect("> 1 2", "1", "> 2", cursor=3)
    e.type("\r")
    e.expect("> 2", "2", ">", cursor=2)


@test("the editor: left, right, delete and insert")
def _(t):
    e = Editor(t)
    e.prompt()
    e.type("(+ 1 29)", LEFT, LEFT)
    e.expect("> (+ 1 29)", cursor=8)
    e.type(BACKSPACE)
    e.expect("> (+ 1 9)", cursor=7)
    e.type("3", RIGHT, "0")
    e.expect("> (+ 1 390)", cursor=10)
    e.type(LEFT, LEFT, DELETE)
    e.expect("> (+ 1 30)", cursor=8)
    e.type("\x01")
    e.expect("> (+ 1 30)", cursor=2)
    e.type("\x05", "\r")
    e.expect("> (+ 1 30)", "31", ">", cursor=2)
    e.type("(list 'a 'b)", "\x01", "\x0b")
    e.expect(">", cursor=2)
    e.type("\x19")
    e.expect("> (list 'a 'b)", cursor=14)
    e.type("\x15")
    e.prompt()


@test("the editor: history")
def _(t):
    e = Editor(t)
    e.prompt()
    e.ask("(* 2 3)", "6")
    e.ask("'last", "last")
    e.type(UP)
    e.expect("> 'last", cursor=7)
    e.type(UP)
    e.expect("> (* 2 3)", cursor=9)
    e.type(DOWN)
    e.expect("> 'last", cursor=7)
    e.type(DOWN)
    e.prompt()
    e.type("(*", ESCAPE + "p")  # the last one that begins like this
    e.expect("> (* 2 3)", cursor=9)
    e.type("\r")
    e.expect("> (* 2 3)", "6", ">", cursor=2)


@test("the editor: completion of names")
def _(t):
    e = Editor(t, columns=60)
    e.prompt()
    e.ask("(define zebra-one 1)")
    e.ask("(define zebra-two 2)")
    e.type("(list zeb", TAB)
    e.expect("> (list zebra-", cursor=14)
    e.type(TAB)
    e.expect("-" * 60, "zebra-one  zebra-two", "-" * 60, "> (list zebra-", cursor=14)
    e.type("t", TAB)
    e.expect("> (list zebra-two", cursor=17)
    e.type(")\r")
    e.expect("> (list zebra-two)", "(2)", ">", cursor=2)


@test("the editor: an expression over several lines is indented")
def _(t):
    e = Editor(t)
    e.prompt()
    for line, indented in (("(define (f x)", 4), ("(if (null? x)", 8), ("0", 8)):
        e.type(line)
        e.wait(lambda: e.screen.text()[-1].endswith(line), line)
        e.pause()
        e.type("\r")
        e.wait(lambda: e.screen.column == indented, f"the cursor in column {indented}")
    e.type("(car x)))")
    e.expect("> (define (f x)", "    (if (null? x)", "        0", "        (car x)))", cursor=17)
    e.type(UP, UP, LEFT)
    e.expect("> (define (f x)", "    (if (null? x)", "        0", "        (car x)))",
             cursor=(1, 8))
    e.type(ESCAPE + ">")
    e.expect("        (car x)))", cursor=17)
    e.type("\r")
    e.expect("        (car x)))", ">", cursor=2)
    e.ask("(f '(7))", "7")


@test("the editor: an entry that is longer than the screen")
def _(t):
    e = Editor(t, rows=4)
    e.prompt()
    e.type("(list 1\r2\r3\r4\r5\r6")
    e.wait(lambda: e.screen.text()[-1].endswith("6"), "the last line")
    e.type(ESCAPE + "<")
    e.wait(lambda: e.screen.text()[0] == "> (list 1" and (e.screen.row, e.screen.column) == (0, 2),
           "the first line on top")
    e.type(ESCAPE + ">")
    e.wait(lambda: e.screen.text()[-1].endswith("6") and e.screen.row == 3, "the last line below")
    for _ in range(5):
        e.type(UP)
    e.wait(lambda: e.screen.text()[0] == "> (list 1" and e.screen.row == 0,
           "the first line after scrolling back")
    e.type("\x05", BACKSPACE, "7", ESCAPE + ">", ")\r")
    e.expect("(7 2 3 4 5 6)", ">", cursor=2)


@test("the editor: the matching parenthesis flashes")
def _(t):
    e = Editor(t)
    e.prompt()
    e.type("(+ 1 (car '(2))")
    e.expect("> (+ 1 (car '(2))", cursor=17)
    e.screen.trail.clear()
    started = time.monotonic()
    e.type(")")
    e.wait(lambda: (0, 2) in [(r - e.screen.row, c) for r, c in e.screen.trail],
           "the cursor on the first parenthesis")
    e.expect("> (+ 1 (car '(2)))", cursor=18)
    # It stays there for a tenth of a second, so that a person sees it.
    assert time.monotonic() - started > 0.08, "the cursor came back at once"
    e.type(BACKSPACE, "]")  # a wrong one is corrected
    e.expect("> (+ 1 (car '(2)))", cursor=18)
    e.type("\r")
    e.expect("3", ">", cursor=2)


@test("the editor: characters beyond ASCII")
def _(t):
    e = Editor(t)
    e.prompt()
    e.type('"λ€x"', LEFT, LEFT)
    e.expect('> "λ€x"', cursor=5)
    e.type("ü", BACKSPACE, BACKSPACE, "é")
    e.expect('> "λéx"', cursor=5)
    e.type(ACCEPT)
    e.expect('"λéx"', ">", cursor=2)
    e.ask('(string-length "漢字\U0001F600")', "3")
    e.ask("(char->integer #\\€)", "8364")


@test("the editor: bytes that are not a character")
def _(t):
    e = Editor(t, columns=80)
    e.prompt()
    e.terminal.type_bytes(b"\xff")
    e.wait(lambda: any("error reading from console: Invalid" in line for line in e.screen.text()),
           "the error")
    e.expect(">", cursor=2)
    e.ask("(+ 1 2)", "3")


@test("the editor: the window changes its size")
def _(t):
    e = Editor(t)
    e.prompt()
    e.type("(list 'abc")
    e.expect("> (list 'abc", cursor=12)
    e.screen.trail.clear()
    e.resize(8, 20)
    e.wait(lambda: e.screen.trail, "the entry written again")
    e.expect("> (list 'abc", cursor=12)
    e.type(" 'def 'ghi 'jkl)")
    e.expect("> (list 'abc 'def 'g", "hi 'jkl)", cursor=8)
    e.type("\r")
    e.expect("hi 'jkl)", "(abc def ghi jkl)", ">", cursor=2)
    e.resize(8, 50)
    e.type("'" + "a" * 45)
    e.expect("> '" + "a" * 45, cursor=48)


@test("the editor: a line as long as the screen is wide")
def _(t):
    e = Editor(t, columns=20)
    e.prompt()
    e.type("'abcdefghijklmnopq")
    e.expect("> 'abcdefghijklmnopq", "", cursor=0)
    e.type("r", LEFT, LEFT, BACKSPACE)
    e.expect("> 'abcdefghijklmnoqr", cursor=18)
    e.type(ACCEPT)
    e.expect("abcdefghijklmnoqr", ">", cursor=2)


# A terminal that wraps as soon as its last column is written, and that wants pauses.
HASTY = r"""hasty|wraps at once,
    am, bel=^G, clear=\E[H\E[J$<50>, cr=\r, cub1=\b, cud1=\n, cuf1=\E[C$<2/>, cuu1=\E[A$<1.5*>,
    ed=\E[J$<50>, el=\E[K$<3>, ri=\EM$<5>,
"""


@test("the editor: a terminal whose last column can't be used")
def _(t):
    source = t.write("hasty.terminfo", HASTY)
    try:
        subprocess.run(["tic", "-o", t.folder, source], check=True, capture_output=True)
    except OSError as error:
        raise Skipped(f"tic: {error}") from None
    e = Editor(t, columns=20, env={"TERM": "hasty", "TERMINFO": str(t.folder)})
    e.prompt()
    e.type("'abcdefghijklmnopqrs")
    e.expect("> 'abcdefghijklmnop", "qrs", cursor=3)
    e.type("\x01")
    e.expect("> 'abcdefghijklmnop", "qrs", cursor=(0, 2))
    e.type(ACCEPT)
    e.expect("qrs", "abcdefghijklmnopqrs", ">", cursor=2)


@test("the editor: Ctrl-C gives up the entry, and interrupts a loop")
def _(t):
    e = Editor(t)
    e.prompt()
    e.type("(this is nothing")
    e.expect("> (this is nothing", cursor=18)
    e.type("\x03")
    e.prompt()
    e.ask("(+ 1 2)", "3")
    e.type("(begin (display 'loops) (newline) (let f () (f)))\r")
    e.wait(lambda: "loops" in e.screen.text(), "the loop")
    e.type("\x03")
    e.expect("^Cbreak>", cursor=9)
    e.type("q\r")
    e.prompt()
    e.ask("(+ 2 3)", "5")


@test("the editor: the end of the input")
def _(t):
    e = Editor(t)
    e.prompt()
    e.type("x", "\x04")  # in an entry it deletes a character, here none
    e.expect("> x", cursor=3)
    e.type(BACKSPACE)
    e.prompt()
    e.type("\x04")
    assert e.terminal.status() == 0


@test("the editor: the terminal's modes")
def _(t):
    e = Editor(t)
    e.prompt()
    assert not e.local_modes() & (termios.ECHO | termios.ICANON | termios.ISIG)
    e.type("(read)\r")
    e.wait(lambda: e.local_modes() & termios.ECHO, "echo while the expression runs")
    assert e.local_modes() & termios.ICANON and e.local_modes() & termios.ISIG
    e.type("(a b)\n")
    e.expect("(a b)", "(a b)", ">", cursor=2)
    assert not e.local_modes() & (termios.ECHO | termios.ICANON | termios.ISIG)
    e.type("\x04")
    assert e.terminal.status() == 0
    assert e.local_modes() & termios.ECHO and e.local_modes() & termios.ICANON


@test("the editor: Ctrl-Z, and back")
def _(t):
    # A shell that has job control sees the program stop and continues it.
    e = Editor(t, before=("/bin/sh", "-m", "-c", '"$@"; echo "status $?"; fg > /dev/null', "sh"))
    e.prompt()
    e.type("(list 1")
    e.expect("> (list 1", cursor=9)
    e.screen.trail.clear()
    e.type("\x1a")
    e.wait(lambda: any(re.search(r"status 1(48|4[0-9])", line) for line in e.screen.text()),
           "the shell's report that it stopped")
    e.expect("> (list 1", cursor=9)
    e.type(" 2)\r")
    e.expect("(1 2)", ">", cursor=2)
    e.type("(exit 3)\r")
    e.terminal.status()


@test("the editor: the history file")
def _(t):
    history = t.folder / "history"
    for number in (1, 2):
        e = Editor(t, history="history")
        e.prompt()
        if number == 2:
            e.type(UP, UP)
            e.expect("> (list 'first", cursor=14)
            e.type(DOWN)
            e.expect("> (list 'first", "  'λ)", cursor=5)
            e.type(DOWN, DOWN)
            e.prompt()
            e.ask("'second", "second")
        else:
            e.type("(list 'first\r")
            e.expect("> (list 'first", "")
            e.type("\x15" + "'λ)\r")
            e.expect("> (list 'first", "  'λ)", "(first λ)", ">", cursor=2)
        e.type(f"(exit {number})\r")
        assert e.terminal.status() == number
    entries = [line for line in history.read_text("utf-8").splitlines() if line.startswith('"')]
    assert entries == ['"(list \'first\\n\'λ)"', '"(exit 1)"', '"\'second"',
                       '"(exit 2)"'], entries


@test("the editor: the default history file")
def _(t):
    e = Editor(t, history=None, env={"HOME": str(t.folder)})
    e.prompt()
    e.ask("'kept", "kept")
    e.type("\x04")
    assert e.terminal.status() == 0
    assert '"\'kept"\n' in (t.folder / ".chezscheme_history").read_text("utf-8")
    e = Editor(t, history="off", env={"HOME": str(t.folder)})
    e.prompt()
    e.ask("'unkept", "unkept")
    e.type("\x04")
    assert e.terminal.status() == 0
    assert "unkept" not in (t.folder / ".chezscheme_history").read_text("utf-8")


@test("the editor: without a terminal that can do it, the plain prompt")
def _(t):
    boot = boot_file(t)
    for env, arguments in (({"TERM": "dumb"}, ()), ({"TERM": "no-such-terminal"}, ()),
                           ({"TERM": "xterm"}, ("--eedisable",))):
        terminal = t.terminal("-b", boot, *arguments, editor=True, env=env)
        start = terminal.wait_for(r"\n> ")
        assert ESCAPE not in start, start
        answer = terminal.ask("(+ 1 2)")
        assert answer == "3", f"{env}: {answer!r}"
        terminal.type("\x04")
        assert terminal.status() == 0
    t.run("-b", boot, input="(+ 1 2)", env={"TERM": "xterm"}).expect(out_has="> 3\n")
    t.run("-b", boot, "-q", input="(+ 1 2)", env={"TERM": "xterm"}).expect(out="3\n")


@test("the editor: the user can set its parameters and keys")
def _(t):
    e = Editor(t, columns=60)
    e.prompt()
    e.type("(let () (import expression-editor) (ee-flash-parens #f) (ee-noisy #t)"
           " (ee-bind-key \"^T\" (ee-string-macro \"typed\")))\r")
    e.expect(">", cursor=2)
    e.screen.trail.clear()
    e.type("'\x14")
    e.expect("> 'typed", cursor=8)
    e.type("\r")
    e.expect("typed", ">", cursor=2)
    e.type("\x1d")  # no parenthesis here: a bell
    e.wait(lambda: e.screen.bells > 0, "a bell")


@test("the editor: the selected text")
def _(t):
    t.write("bin/xclip", "#!/bin/sh\nprintf '(list 1\\n λ)\'").chmod(0o755)
    path = f"{t.folder}/bin:{t.env['PATH']}"
    e = Editor(t, env={"DISPLAY": ":none", "PATH": path})
    e.prompt()
    e.ask("(define λ 2)")
    e.type("\x16")
    e.expect("> (list 1", "   λ)", cursor=5)
    e.type(ACCEPT)
    e.expect("(1 2)", ">", cursor=2)
    e = Editor(t, env={"PATH": path})  # no desktop
    e.prompt()
    e.type("'a", "\x16", "b")
    e.expect("> 'ab", cursor=5)


@test("the editor: without a locale, characters are UTF-8")
def _(t):
    for locale in ({"LC_ALL": ""}, {"LC_ALL": "C"}, {"LC_ALL": "", "LANG": "nowhere.UTF-8"}):
        e = Editor(t, env=locale)
        e.prompt()
        e.ask('(string-length "\u03bb\u20ac")', "2")
        e.ask("'\u00e9t\u00e9", "\u00e9t\u00e9")


@test("the editor: an interrupt from elsewhere ends its wait for a key")
def _(t):
    e = Editor(t)
    e.prompt()
    e.ask("(keyboard-interrupt-handler exit)")
    os.kill(e.terminal.pid, signal.SIGINT)
    assert e.terminal.status() == 0
