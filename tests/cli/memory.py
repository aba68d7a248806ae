"""Running out of memory: whichever request to the operating system fails, a program either ends as it
should, or gets a condition, or the kernel reports that memory has run out; it never crashes."""
import json
import zlib

from support import Skipped, test

# How a program may end: its status, and what an output must contain.
BOOT_FAILED = (1, "coracle: out of memory for ")
GAVE_UP = (2, "coracle: out of memory")
CONDITION = "out of memory for "

PROGRAMS = {
    "the boot": ("(display 'done)", "done"),
    "large objects": ("""
        (define (kept n) (let loop ([n n] [l '()])
          (if (= n 0) l (loop (- n 1) (cons (make-vector 100000 n) l)))))
        (define v (kept 20))
        (collect 0 1)
        (display (vector-ref (list-ref v 7) 99999))""", "8"),
    "deep recursion": ("""
        (define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))
        (display (deep 1000000))
        (display (call/cc (lambda (k) (+ 1 (deep 300000) (k (deep 300000))))))""", "1000000300000"),
    "a compiler and its garbage": ("""
        (define (f n) `(lambda (x) ,@(let loop ([n n]) (if (= n 0) '(x) (cons `(g x ,n) (loop (- n 1)))))))
        (define g (lambda (x y) y))
        (do ([i 0 (+ i 1)]) ((= i 10)) (compile (f 300)))
        (display ((compile (f 100)) 'done))""", "done"),
    "strings and tables": ("""
        (define h (make-hashtable equal-hash equal?))
        (do ([i 0 (+ i 1)]) ((= i 30000))
          (hashtable-set! h (number->string i) (make-string 50 #\\x)))
        (collect)
        (display (string-length (hashtable-ref h "29999" #f)))""", "50"),
}

# If there are more requests than this, as in a stress build with its small chunks, this many are tried.
TRIED = 12


def check(result, expected):
    allowed = (result.status == 0 and result.out == expected
               or result.status == 1 and result.err.startswith(BOOT_FAILED[1])
               or result.status == GAVE_UP[0] and result.err.startswith(GAVE_UP[1])
               or CONDITION in result.out + result.err and result.status in (0, 1, 255))
    if not allowed:
        result.fail("it neither finished nor reported that memory ran out")


def requests(t, program, expected):
    """How often the heap asks for memory while the program runs."""
    (t.folder / "program.ss").write_text(program)
    log = t.run("--gc-log=summary", "--script", "program.ss").expect(0, expected).err
    return json.loads(log)["memory_requests"]


def add_program(name, program, expected):
    @test(f"the Nth request for memory fails: {name}", coracle_only=True)
    def _(t):
        first = 1 if name == "the boot" else requests(t, "", "")
        last = requests(t, program, expected)
        for n in range(first, last + 1, -(-(last - first) // TRIED)):
            for failing in (f"{n}", f"{n}-{n + 1000000}"):
                check(t.run(f"--fail-memory={failing}", "--script", "program.ss"), expected)


for name, (program, expected) in PROGRAMS.items():
    add_program(name, program, expected)


CHAINS = """
    (define n 100000)
    (define (chain make link!)
      (let ([v (make-vector n)])
        (do ([i 0 (+ i 1)]) ((= i n)) (vector-set! v i (make)))
        (do ([i 1 (+ i 1)]) ((= i n)) (link! (vector-ref v (- i 1)) (vector-ref v i)))
        (vector-ref v 0)))
    (define h (make-ephemeron-eq-hashtable))
    (define first (chain (lambda () (box #f)) (lambda (a b) (hashtable-set! h a b))))
    (define g (chain make-guardian (lambda (a b) (a b))))
    (define (collect-all) (let ([g (collect-maximum-generation)]) (collect g g)))
    (do ([i 0 (+ i 1)]) ((= i 3)) (collect-all))
    (display (hashtable-size h))
    (display (let count ([g g] [n 0]) (let ([next (g)]) (if next (count next (+ n 1)) n))))
    (set! first #f)
    (collect-all)
    (display (hashtable-size h))"""


@test("collecting chains of ephemerons and of guardians takes little memory", coracle_only=True)
def _(t):
    (t.folder / "chains.ss").write_text(CHAINS)
    result = t.run("--gc-log", "--script", "chains.ss")
    result.expect(0, "99999999990")
    most = max(json.loads(line)["scratch_bytes"] for line in result.err.splitlines())
    # Up to 300 bytes per entry, in an arena whose blocks are each as large as all before it together.
    if most > 200_000 * 500:
        result.fail(f"a collection took {most} bytes for 200000 entries")


def number(n):
    """An unsigned number as in a fasl file."""
    groups = [n & 0x7F]
    while n := n >> 7:
        groups.append(0x80 | n & 0x7F)
    return bytes(reversed(groups))


def fasl_file(t, name, compression, contents):
    """A file of one object, with the header that this release writes."""
    t.run("-q", input='(call-with-port (open-file-output-port "empty.fasl") (lambda (p) (fasl-write 1 p)))')
    header = (t.folder / "empty.fasl").read_bytes()
    header = header[:header.index(b")") + 1]
    (t.folder / name).write_bytes(header + b"\x25" + number(2 + len(contents)) + bytes([compression, 100]) + contents)


@test("reading a file takes no more memory than its bytes justify, and no more than the limit", coracle_only=True)
def _(t):
    uncompressed, gzip, graph, bytevector = 44, 45, 16, 30
    # Graphs in graphs, each of which claims as many marks as bytes follow: 71 KB.
    # The releases after 9.5.9.8 also write how many externals a graph has.
    floor = bytes([graph]) + number(30000) + (b"" if t.release == "9.5.9.8" else b"\0")
    fasl_file(t, "graphs.fasl", uncompressed, floor * 8000 + bytes(31000))
    # A bytevector of 200 MB, compressed to 200 KB.
    zeros = bytes([bytevector]) + number(200_000_000) + bytes(200_000_000)
    fasl_file(t, "zeros.fasl", gzip, number(len(zeros)) + zlib.compress(zeros))
    t.run("-q", "--memory-limit=100M", input="""
        (define (try file)
          (guard (c [#t (display-condition c) (newline)])
            (bytevector-length (call-with-port (open-file-input-port file) fasl-read))))
        (try "graphs.fasl")
        (try "zeros.fasl")
        (bytevector-length (make-bytevector 1000000))""").expect(
            0, out_has=("Exception: graphs.fasl+0x", ": found a graph with 30000 marks, expected at most ",
                        "\nException: out of memory for ", " bytes\n1000000\n"))
    t.run("-q", input="""
        (bytevector-length (call-with-port (open-file-input-port "zeros.fasl") fasl-read))
        (< (maximum-memory-bytes) 700000000)""").expect(0, "200000000\n#t\n")


@test("out of memory is a condition that a program can handle and go on after", coracle_only=True)
def _(t):
    t.run("-q", "--memory-limit=1G", input="""
        (define (try n) (guard (c [#t (condition-message c)]) (vector-length (make-vector n 0))))
        (try (expt 2 40))
        (length (let loop ([i 0] [l '()])
          (if (= i 10) l (loop (+ i 1) (cons (try (expt 2 36)) l)))))
        (make-bytevector (expt 2 41))
        (try 1000)""").expect(
            0, '"out of memory for 8796093022224 bytes"\n10\n1000\n',
            "Exception: out of memory for 2199023255568 bytes\n")


ENDLESS = {
    "recursion": "(let f () (+ 1 (f)))",
    "a list": "(let loop ([l '()]) (loop (cons 1 l)))",
    "a list that is kept": "(begin (set! kept '()) (let loop () (set! kept (cons 1 kept)) (loop)))",
    "strings": "(let loop ([l '()]) (loop (cons (make-string 100) l)))",
    "vectors": "(let loop ([l '()]) (loop (cons (make-vector 1000 0) l)))",
    "vectors of which two fit into a segment": "(let loop ([l '()]) (loop (cons (make-vector 690 0) l)))",
    "a string that doubles": "(let loop ([s (make-string 1000)]) (loop (string-append s s)))",
    "bignums": "(let loop ([l '()] [n (expt 7 300)]) (loop (cons n l) (+ n 1)))",
    "an eq-hashtable": """
        (let ([h (make-eq-hashtable)]) (let loop () (hashtable-set! h (list 1) 1) (loop)))""",
    "lists in a vector, in any order": """
        (let ([v (make-vector 1000000 #f)])
          (let loop ([l '()])
            (vector-set! v (random 1000000) (list 1))
            (loop (cons 1 l))))""",
    "continuations": "(let loop ([k #f]) (loop (call/cc (lambda (k2) (cons k (lambda () (k2 k)))))))",
}


def short_of_memory(t, megabytes, input):
    """The results of two sessions: in one the option limits memory, in the other the host does."""
    yield t.run("-q", f"--memory-limit={megabytes}M", input=input)
    if not t.sanitized:  # a sanitizer reserves terabytes of addresses
        yield t.run("-q", input=input, memory=megabytes + 80 << 20)


def add_endless(name, expression):
    @test(f"the session goes on after memory ran out: {name}", coracle_only=True)
    def _(t):
        # The debugger keeps objects of the first error alive until the second. Then all memory is free
        # again, as the list of a million shows.
        once = f"""{expression}
            (+ 1 2)
            (begin (set! kept '()) (car '()))
            (collect)
            (length (iota 1000000))"""
        error = r"Exception: out of memory( for \d+ bytes)?\nException in car: \(\) is not a pair\n"
        for result in short_of_memory(t, 120, "(define kept)" + once * 2):
            result.expect(0, "3\n1000000\n" * 2, err_matches=rf"^({error}){{2}}$")

    @test(f"a program catches that memory ran out: {name}", coracle_only=True)
    def _(t):
        (t.folder / "program.ss").write_text(f"""
            (define kept)
            (define (try)
              (guard (c [#t (display (substring (condition-message c) 0 13))]) {expression}))
            (try)
            (call/cc
              (lambda (k)
                (with-exception-handler
                  (lambda (c) (k (display (substring (condition-message c) 0 13))))
                  (lambda () {expression}))))
            (set! kept #f)
            (display (length (iota 100000)))""")
        t.run("--memory-limit=120M", "--script", "program.ss").expect(
            0, "out of memory" * 2 + "100000")


for name, expression in ENDLESS.items():
    add_endless(name, expression)


@test("memory doesn't run out in a collect-request handler that needs some itself", coracle_only=True)
def _(t):
    # An error there would be left by a continuation, and interrupts stay disabled.
    for result in short_of_memory(t, 120, """
        (define kept '())
        (define inside #f)
        (define handled 0)
        (collect-request-handler
          (lambda ()
            (fluid-let ([inside #t])
              (set! handled (+ handled 1))
              (length (iota 50000))
              (collect))))
        (define (fill)
          (call/cc
            (lambda (k)
              (with-exception-handler (lambda (c) (k inside))
                (lambda () (let loop ([n 0]) (set! kept (cons n kept)) (loop (+ n 1))))))))
        (define (try) (let ([where (fill)]) (set! kept '()) where))
        (list (try) (try) (try) (try))
        (begin (disable-interrupts) (enable-interrupts))
        (> handled 3)"""):
        result.expect(0, "(#f #f #f #f)\n0\n#t\n")


@test("the session goes on while what filled the memory is still alive", coracle_only=True)
def _(t):
    for result in short_of_memory(t, 120, """
        (define kept '())
        (let loop ([n 0]) (set! kept (cons n kept)) (loop (+ n 1)))
        (define all (+ 1 (car kept)))
        (= all (length kept))
        (do ([i 0 (+ i 1)]) ((= i 5)) (collect))
        (let loop ([l kept] [n all])
          (if (null? l) n (if (= (car l) (- n 1)) (loop (cdr l) (- n 1)) 'damaged)))
        (begin (set! kept #f) (collect) (length (iota 1000000)))"""):
        result.expect(0, "#t\n0\n1000000\n", err_matches=r"^Exception: out of memory( for \d+ bytes)?\n$")


@test("large numbers until memory runs out", coracle_only=True)
def _(t):
    if t.sanitized:
        raise Skipped("a sanitizer reserves terabytes of addresses")
    (t.folder / "numbers.ss").write_text("""
        (define a (expt 7 200000))
        (define (grow step)
          (guard (c [else (display "e")]) (let loop ([n a]) (loop (step n)))))
        (grow (lambda (n) (* n (+ n 1))))
        (grow (lambda (n) (* n n)))
        (grow (lambda (n) (let ([p (* n n)]) (quotient p (- n 1)) p)))
        (grow (lambda (n) (string->number (number->string n)) (* n n)))""")
    for megabytes in (170, 190):
        t.run("--script", "numbers.ss", memory=megabytes << 20).expect(0, "eeee")
