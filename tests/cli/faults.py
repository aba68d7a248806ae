"""Faults: in compiled code, where they become conditions; in C functions and kernel entries, where they
end the program by the signal, with a message; and overflow of the C stack."""
import os
import signal

from support import Skipped, test


def need_libraries(t):
    result = t.run("-q", input="(load-shared-object #f)\n(foreign-entry? \"strlen\")")
    if "#t" not in result.out:
        raise Skipped("this build calls no functions of shared objects")


def need_own_handler(t):
    if t.sanitized:
        raise Skipped("the sanitizer reports faults of native code itself")


def expect_death(result, number, *parts):
    result.expect(status=-number, err_has=parts)
    if "still here" in result.out:
        result.fail("it went on after the fault")


@test("faults: a C function that follows a null pointer", coracle_only=True)
def _(t):
    need_own_handler(t)
    need_libraries(t)
    expect_death(t.run("-q", input="""
(load-shared-object #f)
(define strlen (foreign-procedure "strlen" (uptr) size_t))
(strlen 0)
(display "still here")
"""), signal.SIGSEGV, "coracle: invalid memory reference at address 0x0 in the C function strlen", "Check the arguments")


@test("faults: compiled code after a C function, and a C function after that", coracle_only=True)
def _(t):
    need_own_handler(t)
    need_libraries(t)
    expect_death(t.run("-q", input="""
(load-shared-object #f)
(define labs (foreign-procedure "labs" (long) long))
(labs -5)
(foreign-ref 'integer-32 8 0)
(labs -6)
((foreign-procedure "strlen" (uptr) size_t) 16)
(display "still here")
""").expect(status=-signal.SIGSEGV, out="5\n6\n"), signal.SIGSEGV,
                 "Exception: invalid memory reference", "at address 0x10 in the C function strlen")


@test("faults: a kernel entry", coracle_only=True)
def _(t):
    need_own_handler(t)
    expect_death(t.run("-q", input="""
((foreign-procedure "(cs)byte-copy" (ptr iptr ptr iptr iptr) void) 8 0 0 0 100)
(display "still here")
"""), signal.SIGSEGV, "in the kernel entry (cs)byte-copy; the program ends.")


@test("faults: a thousand in compiled code")
def _(t):
    t.run("-q", input="""
(define n 0)
(define base (base-exception-handler))
(base-exception-handler (lambda (c) (set! n (+ n 1)) (reset)))
""" + "(foreign-ref 'integer-32 8 0)\n(foreign-set! 'integer-32 16 0 1)\n" * 500 + "n\n").expect(
        out="1000\n")


@test("faults: a signal that was sent doesn't count as one")
def _(t):
    need_own_handler(t)
    for number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL):
        with t.start("-q") as process:
            process.stdin.write(b"(display 'ready) (newline) (let loop () (loop))\n")
            process.stdin.flush()
            process.stdout.readline()
            os.kill(process.pid, number)
            assert process.wait(t.timeout) == -number, f"signal {number}: {process.returncode}"


NESTED = """
(define tlv (foreign-procedure "(cs)s_tlv" (scheme-object) scheme-object))
(#%$set-top-level-value! '$c-tlv (lambda (x) (+ 1 (tlv x))))
(display "starts")
(newline)
(tlv 'a)
"""


@test("the C stack is full: endless calls from C into Scheme", coracle_only=True)
def _(t):
    t.run("-q", input=NESTED).expect(2, out="starts\n", err_has=(
        "coracle: the C stack is full (its limit is ", "ulimit -s sets another limit."))


@test("the C stack is full: under a small limit", coracle_only=True)
def _(t):
    if t.sanitized:
        raise Skipped("a sanitizer's frames are too large for a small stack")
    t.run("-q", input=NESTED, limits="ulimit -s 64;").expect(2, out="starts\n", err_has=(
        "coracle: the C stack is full (its limit is 64 KB)",))


@test("the C stack is full: during the boot, and before it", coracle_only=True)
def _(t):
    if t.sanitized:
        raise Skipped("a sanitizer's frames are too large for a small stack")
    # With less than about 20 KB no program starts.
    for kilobytes in range(18, 40, 2):
        result = t.run("-q", input="'done", limits=f"ulimit -s {kilobytes};")
        if result.status == 0:
            result.expect(out="done\n")
        elif result.err or result.status != -signal.SIGSEGV:
            result.expect(2, err_has="coracle: the C stack is full")
