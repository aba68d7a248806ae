"""Scripts and files that are streams: a pipe, a FIFO. They are loaded as files are; otherwise they are
read as they come."""
import os
import subprocess
import time

from support import test


def writing(t, command):
    """Makes a FIFO, and starts a shell command that writes into it, as a single process, which the caller
    can end."""
    (t.folder / "fifo").unlink(missing_ok=True)
    os.mkfifo(t.folder / "fifo")
    return subprocess.Popen(["/bin/sh", "-c", f"exec {command} > fifo"], cwd=t.folder,
                            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


LONG = "(define (f x) (* x 2))\n" + f'(define text "{"a" * 300000}")\n'


@test("a script from a pipe", coracle_only=True)
def _(t):
    t.run("-q", "--script", "/dev/stdin", "one", input="#! /usr/bin/env scheme\n(write (command-line-arguments))"
          ).expect(0, '("one")', "")
    t.run("-q", "--script", "/dev/stdin", input=LONG + "(write (f (string-length text)))").expect(0, "600000", "")
    t.run("--program", "/dev/stdin", input="(import (rnrs)) (write 'rnrs)").expect(0, "rnrs", "")


@test("a script from a pipe: where an error is", coracle_only=True)
def _(t):
    t.run("-q", "--script", "/dev/stdin", input="(display 1)\n(display (car 5))").expect(
        255, "1", "Exception in car: 5 is not a pair\n")
    t.run("-q", "--script", "/dev/stdin", input="(display 1)\n(display").expect(
        255, "1", err_has="unexpected end-of-file reading list at char 12 of /dev/stdin")


@test("load of a FIFO, of source and of compiled code", coracle_only=True)
def _(t):
    t.write("source.ss", LONG + "(set! text (string-length text))")
    writer = writing(t, "cat source.ss")
    t.run("-q", input='(load "fifo")\n(f text)').expect(0, "600000\n", "")
    assert writer.wait(timeout=t.timeout) == 0
    t.write("compiled.ss", LONG + "(display (f (string-length text)))")
    t.run("-q", input='(compile-file "compiled")').expect(0)
    writer = writing(t, "cat compiled.so")
    t.run("-q", input='(load "fifo")').expect(0, "600000", "")
    assert writer.wait(timeout=t.timeout) == 0


@test("a stream that is read is read as it comes, and has no position", coracle_only=True)
def _(t):
    # The writer waits for an answer before it writes more: nothing may wait for the end of the stream.
    os.mkfifo(t.folder / "there")
    os.mkfifo(t.folder / "back")
    writer = subprocess.Popen(["/bin/sh", "-c", "exec 3> there 4< back; echo one >&3; read answer <&4;"
                               ' echo "$answer two" >&3'], cwd=t.folder)
    t.run("-q", input="""
(define in (open-file-input-port "there"))
(define out (open-file-output-port "back" (file-options no-fail no-truncate)))
(define (line) (let ([c (get-u8 in)]) (if (eqv? c 10) '() (cons (integer->char c) (line)))))
(list->string (line))
(put-bytevector out (string->utf8 "answered\\n"))
(flush-output-port out)
(list->string (line))
(port-position in)
""").expect(0, '"one"\n"answered two"\n',
            "Exception in port-position: failed on #<binary input port there>: illegal seek\n")
    assert writer.wait(timeout=t.timeout) == 0


@test("Ctrl-C ends the load of a stream that doesn't end", coracle_only=True)
def _(t):
    terminal = t.terminal()
    terminal.wait_for(r"\n> ")
    for command in ("sleep 600", "yes 1"):
        writer = writing(t, command)
        try:
            terminal.type('(load "fifo")\n')
            terminal.wait_for(r'"fifo"\)\r?\n')
            time.sleep(0.3)
            terminal.type("\x03")
            terminal.wait_for(r"break> ")
            terminal.type("r\n")
            terminal.wait_for(r"\n> ")
            assert terminal.ask("(+ 1 2)") == "3"
        finally:
            writer.kill()
            writer.wait()
