"""What the limits of a process give: of descriptors (EMFILE), of the size of files (EFBIG), of processes
(EAGAIN), of memory outside the heap (ENOMEM); and no children (ECHILD). Other reasons are in
refused.ss and refused_user.ss."""
import os

from support import Skipped, test

TOLD = """
(define (told thunk)
  (guard (c [#t (display-condition c) (newline)])
    (thunk)
    (display "done\n")))
"""


@test("too many open files")
def too_many_files(t):
    t.write("file", "some text")
    t.script(TOLD + """
(define kept '())
(define (take) (set! kept (cons (open-file-input-port "file") kept)))
(define (fill) (take) (fill))
(told fill)
(told (lambda () (open-file-input-port "file" (file-options compressed))))
(told (lambda () (open-file-output-port "new")))
(told (lambda () (open-file-input/output-port "new")))
(told (lambda () (directory-list ".")))
(told (lambda () (process "true")))
(told (lambda () (open-process-ports "true")))
(told (lambda () (load "file")))
; A pipe is there, the next one is not.
(close-port (car kept))
(close-port (cadr kept))
(told (lambda () (open-process-ports "true")))
; Nothing was lost.
(told take)
(told take)
(told take)
""", limits="ulimit -n 20;").expect(out="""\
Exception in open-file-input-port: failed for file: too many open files
Exception in open-file-input-port: failed for file: too many open files
Exception in open-file-output-port: failed for new: too many open files
Exception in open-file-input/output-port: failed for new: too many open files
Exception in directory-list: failed for .: too many open files
Exception in process: cannot open pipes
Exception in process: cannot open pipes
Exception in load: failed for file: too many open files
Exception in process: cannot open pipes
done
done
Exception in open-file-input-port: failed for file: too many open files
""", err="")


@test("a file that may not grow")
def a_file_that_may_not_grow(t):
    t.script(TOLD + """
(define p (open-file-output-port "large" (file-options no-fail) (buffer-mode none)))
(told (lambda () (put-bytevector p (make-bytevector 5000 65))))
(display (port-length p))
(newline)
(told (lambda () (put-bytevector p #vu8(1 2))))
(told (lambda () (put-u8 p 1)))
(told (lambda () (truncate-port p 10000)))
(told (lambda () (close-port p)))
""", limits="trap '' XFSZ; ulimit -f 8;").expect(out="""\
Exception in put-bytevector: failed on #<binary output port large>: file too large
4096
Exception in put-bytevector: failed on #<binary output port large>: file too large
Exception in put-u8: failed on #<binary output port large>: file too large
Exception in truncate-port: failed on #<binary output port large>: file too large
done
""", err="")


@test("no memory for foreign-alloc")
def no_memory_for_foreign_alloc(t):
    t.script(TOLD + "(told (lambda () (foreign-alloc (expt 2 59))))",
             env={"ASAN_OPTIONS": "allocator_may_return_null=1"}).expect(
                 out="Exception in foreign-alloc: Cannot allocate memory\n")


@test("no more processes")
def no_more_processes(t):
    if os.geteuid() == 0:
        raise Skipped("root has no limit of processes")
    t.script(TOLD + """
(told (lambda () (process "true")))
(told (lambda () (open-process-ports "true")))
(write (system "true"))
""", limits="prlimit --pid $$ --nproc=0;").expect(out="""\
Exception in process: cannot fork subprocess
Exception in process: cannot fork subprocess
127""", err="")


@test("no child to wait for")
def no_child_to_wait_for(t):
    # Who ignores SIGCHLD has children whose status nobody gets.
    t.script(TOLD + """
(told (lambda () (system "exit 3")))
(let ([p (process "echo hello")])
  (write (read (car p))))
""", limits='set -- env --ignore-signal=CHLD "$@";').expect(out="""\
Exception in system: No child processes
hello""", err="")
