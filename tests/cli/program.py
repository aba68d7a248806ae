"""Options, scripts, exit statuses, the prompt on a pipe, libraries found on disk."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time

from ordinary_user import is_reachable, ordinary_user
from support import Skipped, add, test

# --- The prompt on a pipe: what is typed, the output, the error output.

CONVERSATIONS = [
    ("an expression", "(+ 1 2)", "3\n", ""),
    ("several expressions on a line", "1 'a \"s\" #\\c (list 1 2)", '1\na\n"s"\n#\\c\n(1 2)\n', ""),
    ("an expression over several lines", "(list\n  1\n  (+ 1\n 1))", "(1 2)\n", ""),
    ("a definition prints nothing", "(define x 5)\nx\n(set! x 6)\nx", "5\n6\n", ""),
    ("several values", "(values 1 2 3)", "1\n2\n3\n", ""),
    ("no values and void", "(values)\n(void)\n(if #f #f)", "", ""),
    ("no newline at the end", "(+ 1 2) ; and no newline", "3\n", ""),
    ("a deep recursion", "(let f ([n 1000000]) (if (= n 0) 0 (+ 1 (f (- n 1)))))", "1000000\n", ""),
    ("letters beyond ASCII", '(display "\u03bb\u20ac") (newline) (string-length "\U0001F600")',
     "\u03bb\u20ac\n1\n", ""),
    ("an error, and on", "(car 5)\n(+ 1 2)", "3\n", "Exception in car: 5 is not a pair\n"),
    ("an unbound variable", "(foo)\n'next", "next\n", "Exception: variable foo is not bound\n"),
    ("a wrong number of arguments", "((lambda (x) x))\n'next", "next\n",
     "Exception: incorrect argument count in call ((lambda (x) x))\n"),
    ("a wrong number of arguments of a variable", "(define (f a b) a)\n(f 1)\n'next", "next\n",
     "Exception: incorrect number of arguments 1 to #<procedure f>\n"),
    ("applying something that is not a procedure", "(5 5)\n'next", "next\n",
     "Exception: attempt to apply non-procedure 5\n"),
    ("error by the program", "(error 'me \"went wrong:\" 1 \"two\")\n'next", "next\n",
     'Exception in me: went wrong: with irritants (1 "two")\n'),
    ("raise of a symbol", "(raise 'oops)\n'next", "next\n",
     "Exception occurred with non-condition value oops\n"),
    ("assertion-violation", "(assertion-violation 'f \"not so\" 1)\n'next", "next\n",
     "Exception in f: not so with irritant 1\n"),
    ("a syntax error", "(if)\n(let ((x)) x)\n'next", "next\n",
     "Exception: invalid syntax (if)\nException: invalid syntax (let ((x)) x)\n"),
    ("a read error", "#z\n(+ 3 4)", "7\n", "Exception in read: invalid sharp-sign prefix #z\n"),
    ("the input ends within a list", "(+ 1", "",
     "Exception in read: unexpected end-of-file reading list\n"),
    ("the input ends within a string", '"abc', "",
     "Exception in read: unexpected end-of-file reading string\n"),
    ("an error within an error's handler",
     "(with-exception-handler (lambda (c) (vector-ref (vector) 7)) (lambda () (car 5)))\n'next", "next\n",
     "Exception in vector-ref: 7 is not a valid index for #()\n"),
    ("an error in an out thunk",
     "(dynamic-wind void (lambda () (car 1)) (lambda () (display \"out\")))\n(+ 1 1)", "out2\n",
     "Exception in car: 1 is not a pair\n"),
    ("ten errors in a row", "(car 0)\n" * 10 + "'next", "next\n",
     "Exception in car: 0 is not a pair\n" * 10),
    ("a warning goes on", "(begin (warning 'w \"careful\") 'went-on)", "went-on\n",
     "Warning in w: careful\n"),
    ("an error in a macro", "(define-syntax m (lambda (x) (car x)))\n(m)\n'next", "next\n",
     "Exception in car: #<syntax (m)> is not a pair\n"),
    ("output is flushed before an error", "(begin (display \"before \") (car 1))\n'next",
     "before next\n",
     "Exception in car: 1 is not a pair\n"),
    ("an error with a string port as output",
     "(with-output-to-string (lambda () (car 1)))\n(display \"here\")", "here",
     "Exception in car: 1 is not a pair\n"),
    ("reset", "(begin (display 1) (reset) (display 2))\n(display 3)", "13", ""),
    ("reading data from the same input", "(define d (read)) (some data)\nd", "(some data)\n", ""),
    ("reading a line from the same input", "(get-line (current-input-port)) the rest\n'next",
     '" the rest"\nnext\n', ""),
    ("a nested cafe", "(new-cafe)\n(+ 1 1)\n(exit)\n(+ 2 2)", "2\n4\n", ""),
    ("print-parameters at the prompt", "(print-length 2)\n'(1 2 3)\n(print-radix 16)\n255",
     "(1 2 ...)\n#xFF\n", ""),
    ("waiter-write", "(waiter-write (lambda (x) (display (list 'value x)) (newline)))\n(+ 1 2)",
     "(value #<void>)\n(value 3)\n", ""),
    ("a circular list is printed with marks", "(let ([l (list 1 2)]) (set-cdr! (cdr l) l) l)",
     "#0=(1 2 . #0#)\n",
     "Warning in pretty-print: cycle detected; proceeding with (print-graph #t)\n"),
    ("records and procedures print",
     "(define-record-type pt (fields x y))\n(make-pt 1 2)\ncar\n(lambda (x) x)\n(let ([f (lambda (x) x)]) f)",
     None, ""),
    ("a read from an unmapped address", "(foreign-ref 'integer-32 8 0)\n(+ 1 2)", "3\n",
     "Exception: invalid memory reference.  Some debugging context lost\n"),
    ("the greatest output", "(make-string 100000 #\\a)", '"' + "a" * 100000 + '"\n', ""),
]


def conversation(typed, out, err):
    return lambda t: t.run("-q", input=typed).expect(0, out, err)


for name, typed, out, err in CONVERSATIONS:
    add(f"prompt: {name}", conversation(typed, out, err))


@test("prompt: greeting and prompts without -q")
def _(t):
    result = t.run(input="(+ 1 2)\n'x\n")
    result.out = re.sub(r"1984-20\d\d", "1984-YEAR", result.out)
    result.expect(0, f"Chez Scheme Version {t.release}\n"
                  "Copyright 1984-YEAR Cisco Systems, Inc.\n\n> 3\n> x\n> \n", "")


@test("prompt: a mistake in the image itself")
def _(t):
    # path-build reads before the beginning of an empty string, where anything may be.
    t.run("-q", input='(path-build "" "b")\n(+ 1 2)').expect(0, "3\n", err_has="Exception")


@test("prompt: nothing on the input")
def _(t):
    t.run("-q").expect(0, "", "")


@test("prompt: a thousand expressions")
def _(t):
    t.run("-q", input="".join(f"(* {i} {i})\n" for i in range(1000))).expect(0,
        "".join(f"{i * i}\n" for i in range(1000)), "")


# --- Exit statuses, of an expression at the prompt and of a script.

STATUSES = [("(exit)", 0), ("(exit 0)", 0), ("(exit 3)", 3), ("(exit 255)", 255), ("(exit 256)", 0),
            ("(exit -1)", 255), ("(exit #f)", 1), ("(exit #t)", 1), ("(exit 'a)", 1), ("(exit 2.5)",
                    1),
            ("(exit (void))", 0), ("(exit 1 2)", 1), ("(exit (expt 10 30))", 1), ("(abort)",
                255), ("(abort 5)", 5),
            ("(exit-handler (lambda args (abort 9)))(exit 1)", 9)]


def status_test(expression, status):
    def run(t):
        t.run("-q", input=expression + "\n(display 'not-reached)").expect(status, "", "")
        t.script(expression + "\n(display 'not-reached)").expect(status, "", "")
    return run


for expression, status in STATUSES:
    add(f"status: {expression}", status_test(expression, status))

SCRIPT_ERRORS = [("(car 5)", "Exception in car: 5 is not a pair\n"),
                 ("(error 'a \"b\")", "Exception in a: b\n"),
                 ("(raise 5)", "Exception occurred with non-condition value 5\n"),
                 ("not-bound", "Exception: variable not-bound is not bound\n"),
                 ("(if)", "Exception: invalid syntax (if) at line 2, char 1 of script.ss\n"),
                 ("(foo", "Exception in read: unexpected end-of-file reading list at line 2, char 1 of script.ss\n")]


def script_error(expression, message):
    return lambda t: t.script('(display "before ")\n' + expression).expect(255, "before ", message)


for expression, message in SCRIPT_ERRORS:
    add(f"a script's error: {expression}", script_error(expression, message))

# --- Scripts and programs.


@test("--script: its arguments")
def _(t):
    t.script("(write (command-line))(write (command-line-arguments))", "one", "two words", "-q",
             "--version").expect(
        0, '("script.ss" "one" "two words" "-q" "--version")("one" "two words" "-q" "--version")', "")


@test("--script: a #! line at its beginning")
def _(t):
    t.script("#! /usr/bin/env scheme --script\n(display 'ran)").expect(0, "ran", "")


@test("--script: nothing is printed but what the script prints")
def _(t):
    t.script("(+ 1 2)\n(define x 1)\n'a").expect(0, "", "")


@test("--script: reading standard input")
def _(t):
    t.write("script.ss",
            "(let loop ([s 0]) (let ([x (read)]) (if (eof-object? x) (begin (display s) (newline)) (loop (+ s x)))))")
    t.run("--script", "script.ss", input="1 2 3\n4").expect(0, "10\n", "")


@test("--script: a compiled script")
def _(t):
    t.write("s.ss", "(display (map (lambda (x) (* x x)) '(1 2 3)))")
    t.run("-q", input='(compile-file-message #f)(compile-script "s.ss")').expect(0, "", "")
    t.run("--script", "s.so").expect(0, "(1 4 9)", "")


@test("--script: a file that is not there")
def _(t):
    t.run("--script", "none.ss").expect(255, "",
                                        "Exception in load: failed for none.ss: no such file or directory\n")


@test("--program: a program and its arguments")
def _(t):
    t.write("p.ss",
            "(import (chezscheme))\n(write (command-line))\n(define x (length (command-line-arguments)))\n(exit x)")
    t.run("--program", "p.ss", "a", "b").expect(2, '("p.ss" "a" "b")', "")


@test("--program: R6RS alone")
def _(t):
    t.write("p.ss", "(import (rnrs))\n(display (list (div -7 2) (vector-map + '#(1 2) '#(10 20))))")
    t.run("--program", "p.ss").expect(0, "(-4 #(11 22))", "")


@test("--program: a compiled program")
def _(t):
    t.write("p.ss", "(import (chezscheme))\n(display (fold-left + 0 '(1 2 3)))")
    t.run("-q", input='(compile-file-message #f)(compile-program "p.ss")').expect(0, None, "")
    t.run("--program", "p.so").expect(0, "6", "")


@test("--program: what is not imported is not bound")
def _(t):
    t.write("p.ss", "(import (only (rnrs) display))\n(display (car '(1)))")
    t.run("--program", "p.ss").expect(255, "",
                                      err_has="Exception: attempt to reference unbound identifier car")


@test("--program: a file that is not there")
def _(t):
    t.run("--program", "none.ss").expect(255, "",
        "Exception in load-program: failed for none.ss: no such file or directory\n")


@test("files to load, then the prompt")
def _(t):
    t.write("a.ss", "(define a 1)(display 'loaded)(newline)")
    t.write("b.ss", "(define b (+ a 1))")
    t.run("-q", "a.ss", "b.ss", input="(list a b)").expect(0, "loaded\n(1 2)\n", "")


@test("a file to load that is not there")
def _(t):
    t.run("-q", "none.ss", input="1").expect(255, "",
        "Exception in load: failed for none.ss: no such file or directory\n")


@test("a file to load with an error")
def _(t):
    t.write("e.ss", "(display 'before)\n(car 5)\n(display 'after)")
    t.run("-q", "e.ss", input="1").expect(255, "before",
                                          err_has="Exception in car: 5 is not a pair")


# --- Options.


@test("--version")
def _(t):
    result = t.run("--version").expect(0)
    if t.release not in result.out + result.err:
        result.fail("expected the release's number")


@test("--version under the names of Chez's program: the release alone, on standard error")
def _(t):
    for name in ("scheme", "petite", "chez"):
        t.run("--version", name=name).expect(0, "", f"{t.release}\n")


@test("--help names every option")
def _(t):
    result = t.run("--help").expect(0)
    for option in ("-q", "--quiet", "--script", "--program", "--libdirs", "--libexts",
                   "--compile-imported-libraries",
                   "--import-notify", "--optimize-level", "--debug-on-exception", "--eedisable", "--eehistory",
                   "--enable-object-counts", "--retain-static-relocation", "-b", "--boot", "--verbose", "--version", "--help"):
        if option not in result.out + result.err:
            result.fail(f"--help does not name {option}")


@test("an unknown option", coracle_only=True)
def _(t):
    t.run("--no-such-option").expect(1, "", err_has="--no-such-option")


for option in ("--script", "--program", "--libdirs", "--libexts", "--optimize-level", "-b",
               "--boot", "--eehistory"):
    add(f"{option} without its argument",
        lambda t, option=option: t.run(option).expect(1, "", err_has=f"{option} requires argument"))


@test("--optimize-level")
def _(t):
    for level in (0, 1, 2, 3):
        t.run("-q", "--optimize-level", level, input="(optimize-level)").expect(0, f"{level}\n", "")


@test("--optimize-level of something else")
def _(t):
    t.run("--optimize-level", "7").expect(1, "", err_has="7")
    t.run("--optimize-level", "x").expect(1, "", err_has="x")


@test("--debug-on-exception enters the debugger")
def _(t):
    t.run("-q", "--debug-on-exception", input="(debug-on-exception)").expect(0, "#t\n", "")
    t.run("-q", "--debug-on-exception", input="(car 5)").expect(None, out_has="debug>",
        err_has="Exception in car: 5 is not a pair")


@test("--enable-object-counts")
def _(t):
    t.run("-q", "--enable-object-counts", input="(enable-object-counts)").expect(0, "#t\n", "")


@test("--retain-static-relocation")
def _(t):
    t.run("-q", "--retain-static-relocation", input="(+ 1 2)").expect(0, "3\n", "")


@test("--eedisable and --eehistory")
def _(t):
    t.run("-q", "--eedisable", input="(+ 1 2)").expect(0, "3\n", "")
    t.run("-q", "--eehistory", "off", input="(+ 1 2)").expect(0, "3\n", "")


@test("--histogram=FILE", coracle_only=True)
def _(t):
    t.run("-q", "--histogram=counts", input="(+ 1 2)").expect(0, "3\n", "")
    counts = (t.folder / "counts").read_text()
    assert counts.startswith("instructions: ") and "\npairs:\n" in counts, counts


@test("--histogram=FILE that can't be written is refused before the boot", coracle_only=True)
def _(t):
    t.run("-q", "--histogram=none/counts", input="(display 1)").expect(
        1, "", "coracle: cannot write none/counts: No such file or directory\n")
    t.run("-q", "--histogram=.", input="(display 1)").expect(1, "", err_has="cannot write .: ")
    if os.path.exists("/dev/full"):
        t.run("-q", "--histogram=/dev/full", input="(+ 1 2)").expect(
            1, "3\n", err_has="cannot write /dev/full: ")


@test("--gc-log reports each collection in a line of JSON", coracle_only=True)
def _(t):
    program = """(define old (make-vector 100000 0))
                 (collect 3 3)
                 (vector-set! old 50000 (list 1 2 3))
                 (collect 0 1)"""
    (t.folder / "program.ss").write_text(program)
    log = t.run("--gc-log", "--gc-at=1000000000", "--script", "program.ss").expect(0).err
    records = [json.loads(line) for line in log.splitlines()]
    assert [r["collection"] for r in records] == list(range(1, len(records) + 1)), records
    assert [(r["generation"], r["least_target"]) for r in records[-2:]] == [(3, 3), (0, 1)], records
    last = records[-1]
    assert 1 <= last["cards_recorded"] and 1 <= last["cards_scanned"], last
    # Far less than the vector: only dirty cards are read.
    assert 0 < last["words_scanned"] < 10000, last
    assert last["bytes_survived"] <= last["bytes_collected"], last


@test("--gc-log=summary reports all collections at the end", coracle_only=True)
def _(t):
    summary = json.loads(
        t.run("-q", "--gc-log=summary", input="(collect) (collect) (exit 3)").expect(3).err)
    assert summary["collections"] >= 2, summary
    assert summary["median_pause"] <= summary["pause_99"] <= summary["longest_pause"], summary
    assert summary["longest_pause"] <= summary["nanoseconds"], summary


@test("--gc-at=N-M allows collections only at these opportunities", coracle_only=True)
def _(t):
    program = """(define (f n) (if (= n 0) '() (cons n (f (- n 1)))))
                 (do ([i 0 (+ i 1)]) ((= i 100)) (f 100000))"""
    (t.folder / "program.ss").write_text(program)
    def collections(*options):
        log = t.run("--gc-log=summary", *options, "--script", "program.ss").expect(0).err
        return json.loads(log)["collections"]
    at_start = collections("--gc-at=1000000000")
    assert at_start <= collections("--gc-at=50") <= at_start + 1
    assert collections("--gc-at=50-1000000") > at_start + 1


@test("--verbose reports the search for boot files")
def _(t):
    t.run("-q", "--verbose", input="(+ 1 2)").expect(0, "3\n",
                                                     err_has=("scheme.boot...", "petite.boot..."))


@test("-b of both boot files")
def _(t):
    t.run("-b", t.boot_dir / "petite.boot", "-b", t.boot_dir / "scheme.boot", "-q", input="(+ 1 2)",
          env={"SCHEMEHEAPDIRS": "/nonexistent"}).expect(0, "3\n", "")


@test("-b of petite.boot alone: interpreted, no compiler")
def _(t):
    t.run("-b", t.boot_dir / "petite.boot", "-q",
          input="(petite?)(let f ([n 10]) (if (= n 0) 1 (* n (f (- n 1)))))(procedure? compile)").expect(0, None, None, out_has="#t\n3628800\n")


@test("-b of a name that is searched for")
def _(t):
    t.run("-b", "petite.boot", "-b", "scheme.boot", "-q", input="(petite?)").expect(0, "#f\n", "")


APP = """(suppress-greeting #t)
(scheme-start (lambda arguments (write arguments) (newline) (exit 3)))"""
MAKE_APP = """(make-boot-file "app.boot" '("scheme" "petite") "app.ss")"""


@test("-b of a boot file of one's own: what it needs is found, and it gets the arguments")
def _(t):
    t.write("app.ss", APP)
    t.run("-q", input=MAKE_APP).expect(0, None, "")
    t.run("-b", "./app.boot", "one", "two words").expect(3, '("one" "two words")\n', "")


def make_checkout(folder, binary, fetch, set_up=""):
    """A checkout with the true ./run, the program of this test and stubs of the rest."""
    stub = "#!/bin/bash\n"
    for name, text in (("tools/set-up", stub + set_up), ("tools/build", stub + set_up),
                       ("boot/fetch", stub + fetch),
                       ("run", (pathlib.Path(__file__).parents[2] / "run").read_text("utf-8"))):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    program = folder / "build/release/tools/coracle"
    program.parent.mkdir(parents=True)
    program.symlink_to(binary)


def checkout(t, fetch):
    make_checkout(t.folder, t.binary, fetch)
    t.binary = t.folder / "run"
    return {"SCHEMEHEAPDIRS": None}


# With the first there are boot files, and fetching is an error; with the second there are none.
FETCHED_BEFORE = 'case "$*" in *--offline*) echo "{}" ;; *) echo "fetching" >&2; exit 1 ;; esac'
NOT_FETCHED = 'case "$*" in *--offline*) exit 1 ;; *) echo "fetching" >&2; exit 1 ;; esac'


@test("./run -b of a boot file of one's own takes what it needs from the cache", coracle_only=True)
def _(t):
    t.write("app.ss", APP)
    t.run("-q", input=MAKE_APP).expect(0, None, "")
    env = checkout(t, FETCHED_BEFORE.format(t.boot_dir))
    t.run("-b", "./app.boot", "one", env=env).expect(3, '("one")\n', "")


@test("./run fetches, and fails with that, unless its options need nothing", coracle_only=True)
def _(t):
    env = checkout(t, NOT_FETCHED)
    t.run("-q", input="(+ 1 2)", env=env).expect(1, "", "fetching\n")
    t.run("--script", "x.ss", "-b", env=env).expect(1, "", "fetching\n")
    t.run("--entries", env=env).expect(0, err="", out_has=" implemented, ")
    t.run("--version", env=env).expect(0, err="")
    t.run("image", "list", t.boot_dir / "petite.boot", env=env).expect(0, err="", out_has="petite.boot")
    t.run("help", "image", env=env).expect(0, err="", out_has="usage: coracle image")
    t.run("-b", t.boot_dir / "petite.boot", "-b", t.boot_dir / "scheme.boot", "-q", input="(+ 1 2)",
          env=env).expect(0, "3\n", "")


@test("./run in a checkout that the user can't write to starts the program that is there", coracle_only=True)
def _(t):
    user = ordinary_user()
    if user is None or user and not all(map(is_reachable, (t.binary, t.boot_dir / "petite.boot"))):
        raise Skipped("not for root, and no other user can run the program")
    with tempfile.TemporaryDirectory(prefix="coracle-cli-", dir="/tmp") as name:
        folder = pathlib.Path(name)
        make_checkout(folder, t.binary, FETCHED_BEFORE.format(t.boot_dir), "echo set up >&2; exit 1")
        # ./run takes the first release, whatever boot files the folder has here.
        first = subprocess.run([t.binary, "fetch", "--list"], capture_output=True, text=True,
                               check=True).stdout.split()[0]
        cache = folder / f"cache/coracle/{first}/pb"
        cache.mkdir(parents=True)
        for file in ("petite.boot", "scheme.boot", "equates.h", "scheme.h"):
            (cache / file).symlink_to(t.boot_dir / file)
        env = {key: value for key, value in t.env.items() if key != "SCHEMEHEAPDIRS"}
        env["XDG_CACHE_HOME"] = str(folder / "cache")

        def run(status, out, err):
            folder.chmod(0o555)
            try:
                done = subprocess.run([folder / "run", "-q"], input="(+ 1 2)", capture_output=True,
                                      text=True, cwd="/", env=env, timeout=t.timeout, check=False, **user)
            finally:
                folder.chmod(0o755)
            assert (done.returncode, done.stdout) == (status, out) and err in done.stderr, done

        run(0, "3\n", "")
        # Boot files that the checkout lacks come from the user's cache.
        (folder / "boot/fetch").write_text("#!/bin/bash\n" + NOT_FETCHED, encoding="utf-8")
        run(0, "3\n", "")
        (folder / "build/release/tools/coracle").unlink()
        run(1, "", "let its owner start ./run once")


@test("SCHEMEHEAPDIRS of several folders")
def _(t):
    folder = str(t.boot_dir).replace("%", "%%").replace(":", "%:")
    t.run("-q", input="(+ 1 2)", env={"SCHEMEHEAPDIRS": f"/nonexistent:{folder}"}).expect(0, "3\n",
            "")


@test("a copy of the boot files in a folder with blanks")
def _(t):
    (t.folder / "a folder").mkdir()
    for name in ("petite.boot", "scheme.boot"):
        (t.folder / "a folder" / name).symlink_to(t.boot_dir / name)
    t.run("-q", input="(+ 1 2)", env={"SCHEMEHEAPDIRS": "a folder"}).expect(0, "3\n", "")


# --- Libraries on disk.

LIBRARY = "(library (fruit apple) (export apple) (import (chezscheme)) (define apple 'red))"
USER = "(library (fruit basket) (export basket) (import (chezscheme) (fruit apple)) (define basket (list apple apple)))"


def orchard(t, folder="libs", extension=".sls"):
    t.write(f"{folder}/fruit/apple{extension}", LIBRARY)
    t.write(f"{folder}/fruit/basket{extension}", USER)


@test("--libdirs: libraries found by an import")
def _(t):
    orchard(t)
    t.run("-q", "--libdirs", "libs", input="(import (fruit basket))\nbasket").expect(0,
        "(red red)\n", "")


@test("--libdirs: several folders")
def _(t):
    orchard(t, "there")
    t.run("-q", "--libdirs", "here:there", input="(import (fruit apple))\napple").expect(0, "red\n",
            "")


@test("--libdirs with a folder for object files")
def _(t):
    orchard(t)
    (t.folder / "objects").mkdir()
    t.run("-q", "--compile-imported-libraries", "--libdirs", "libs::objects",
          input="(compile-file-message #f)(import (fruit basket))\nbasket").expect(0, "(red red)\n",
                  None)
    for name in ("apple", "basket"):
        assert (t.folder / f"objects/fruit/{name}.so").is_file(), f"there is no object file of {name}"


@test("--libexts")
def _(t):
    orchard(t, extension=".lib")
    t.run("-q", "--libdirs", "libs", "--libexts", ".lib::.obj",
          input="(import (fruit basket))\nbasket").expect(0, "(red red)\n", "")


@test("CHEZSCHEMELIBDIRS")
def _(t):
    orchard(t)
    t.run("-q", input="(import (fruit apple))\napple", env={"CHEZSCHEMELIBDIRS": "libs"}).expect(0,
        "red\n", "")


@test("--compile-imported-libraries: compiled once, used after that")
def _(t):
    orchard(t)
    typed = "(import (fruit basket))\nbasket"
    t.run("-q", "--compile-imported-libraries", "--libdirs", "libs", input=typed).expect(0,
        out_has="(red red)\n")
    objects = [t.folder / f"libs/fruit/{name}.so" for name in ("apple", "basket")]
    times = [path.stat().st_mtime_ns for path in objects]
    t.run("-q", "--compile-imported-libraries", "--libdirs", "libs", input=typed).expect(0,
        "(red red)\n", "")
    assert times == [path.stat().st_mtime_ns for path in objects], "the libraries were compiled again"


@test("--compile-imported-libraries: a changed source is compiled again")
def _(t):
    orchard(t)
    typed = "(import (fruit basket))\nbasket"
    t.run("-q", "--compile-imported-libraries", "--libdirs", "libs", input=typed).expect(0,
        out_has="(red red)\n")
    source = t.write("libs/fruit/apple.sls", LIBRARY.replace("red", "green"))
    later = time.time() + 5
    os.utime(source, (later, later))
    t.run("-q", "--compile-imported-libraries", "--libdirs", "libs", input=typed).expect(0,
        out_has="(green green)\n")


@test("--import-notify reports what it looks for")
def _(t):
    orchard(t)
    t.run("-q", "--import-notify", "--libdirs", "libs",
          input="(import (fruit apple))\napple").expect(
        0, None, None, out_has=("libs/fruit/apple", "red\n"))


@test("a library that can't be found")
def _(t):
    t.run("-q", "--libdirs", "libs", input="(import (fruit pear))\n'next").expect(
        0, "next\n", "Exception: library (fruit pear) not found\n")


@test("a library file that defines another library")
def _(t):
    t.write("libs/fruit/plum.sls", LIBRARY)
    t.run("-q", "--libdirs", "libs", input="(import (fruit plum))\n'next").expect(
        0, "next\n", err_has="library (fruit plum)")


@test("a program with a library")
def _(t):
    orchard(t)
    t.write("p.ss", "(import (chezscheme) (fruit basket))\n(write basket)")
    t.run("--libdirs", "libs", "--program", "p.ss").expect(0, "(red red)", "")


# --- Large output, several programs.


@test("output to a pipe that nobody reads")
def _(t):
    process = t.start("-q")
    process.stdout.close()
    process.stdin.write(b"(let loop ([i 0]) (when (< i 100000) (display i) (newline) (loop (+ i 1))))\n")
    try:
        process.stdin.close()
    except BrokenPipeError:
        pass
    process.wait(timeout=t.timeout)
    process.stderr.close()
    # The status is up to Chez; the program must end.


@test("a script whose output is a large file")
def _(t):
    t.script("(do ([i 0 (+ i 1)]) ((= i 100000)) (write i) (newline))").expect(0,
        "".join(f"{i}\n" for i in range(100000)), "")


@test("two programs at the same time")
def _(t):
    first, second = t.start("-q"), t.start("-q")
    first.stdin.write(b"(expt 2 10)\n")
    out2, _ = second.communicate(b"(expt 3 10)\n", timeout=t.timeout)
    out1, _ = first.communicate(timeout=t.timeout)
    assert (out1, out2) == (b"1024\n", b"59049\n"), f"got {out1} and {out2}"


@test("started by another name, with the boot files named")
def _(t):
    t.run("-b", t.boot_dir / "petite.boot", "-b", t.boot_dir / "scheme.boot", "-q", input="(+ 1 2)",
          name="another").expect(0, "3\n", "")


# --- --deterministic.

SAMPLE = """(printf "~a ~a ~a ~a ~a\\n" (gensym->unique-string (gensym)) (random 1000000000)
  (time-second (current-time)) (time-nanosecond (current-time 'time-monotonic)) (cpu-time))"""


@test("--deterministic: runs with one seed see the same ids, times and random numbers", coracle_only=True)
def deterministic(c):
    runs = [c.run("-q", f"--deterministic={seed}", input=SAMPLE).expect().out for seed in (5, 5, 6)]
    assert runs[0] == runs[1], f"two runs with a seed differ: {runs[:2]}"
    for i, what in enumerate(("a unique id", "a random number", "the time of day")):
        assert runs[0].split()[i] != runs[2].split()[i], f"two seeds give {what} {runs[0].split()[i]}"


@test("--deterministic: compiled files are the same to the byte", coracle_only=True)
def deterministic_compilation(c):
    program = "(define-record-type point (fields x y)) (define (f) (let-values ([(a b) (values 1 2)]) a))"
    files = []
    for name in ("one", "two"):
        folder = c.folder / name
        folder.mkdir()
        (folder / "program.ss").write_text(program, encoding="utf-8")
        c.run("-q", "--deterministic=5", input=f'(cd "{name}") (compile-file "program.ss")').expect()
        files.append((folder / "program.so").read_bytes())
    assert files[0] == files[1], "two compilations with a seed differ"


@test("--deterministic: compressed data is stored as it is, and read back", coracle_only=True)
def deterministic_compression(c):
    for name, head in (("lz4", "240 255 255"), ("gzip", "120 1 1")):
        c.run("-q", "--deterministic=5", input=f"""
            (compress-format '{name})
            (compress-level 'maximum)
            (define source (make-bytevector 1000 65))
            (define compressed (bytevector-compress source))
            (for-each (lambda (i) (display (bytevector-u8-ref compressed i)) (display " ")) '(8 9 10))
            (and (> (bytevector-length compressed) 1000) (equal? (bytevector-uncompress compressed) source))
            (define (file) (file-options compressed replace))
            (call-with-port (open-file-output-port "packed" (file)) (lambda (p) (put-bytevector p source)))
            (> (call-with-port (open-file-input-port "packed") (lambda (p) (bytevector-length (get-bytevector-all p)))) 1000)
            (equal? source (call-with-port (open-file-input-port "packed" (file-options compressed)) get-bytevector-all))
            (fasl-compressed #t)
            (call-with-port (open-file-output-port "fasl" (file-options replace)) (lambda (p) (fasl-write source p)))
            (equal? source (call-with-port (open-file-input-port "fasl") fasl-read))
            """).expect(0, head + " #t\n#t\n#t\n#t\n", "")


@test("--deterministic: a seed is a number", coracle_only=True)
def deterministic_seed(c):
    c.run("--deterministic=today").expect(1, err_has="--deterministic=today: expected --deterministic=SEED")


@test("the library (coracle js) says what it needs", coracle_only=True)
def _(t):
    t.script("(import (coracle js))").expect(
        status=255, err_has="library (coracle js) needs JavaScript: it is in the machines of the npm package")
    t.write("coracle/js.sls", "(library (coracle js) (export x) (import (rnrs)) (define x 'own))")
    t.script("(import (coracle js)) (display x)").expect(out="own", err="")
