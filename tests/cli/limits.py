"""Errors from the limits of a process: on descriptors (EMFILE), the size of files (EFBIG), processes
(EAGAIN), memory outside the heap (ENOMEM); and from having no children (ECHILD). Other errors are in
refused.ss and refused_user.ss."""
import os

from support import Skipped, test

REPORT = """
(define (report thunk)
  (guard (c [#t (display-condition c) (newline)])
    (thunk)
    (display "done\n")))
"""


@test("too many open files")
def too_many_files(t):
    if t.sanitized:
        raise Skipped("the sanitizer needs descriptors to look at objects")
    t.write("file", "some text")
    t.script(REPORT + """
(define kept '())
(define (take) (set! kept (cons (open-file-input-port "file") kept)))
(define (fill) (take) (fill))
(report fill)
(report (lambda () (open-file-input-port "file" (file-options compressed))))
(report (lambda () (open-file-output-port "new")))
(report (lambda () (open-file-input/output-port "new")))
(report (lambda () (directory-list ".")))
(report (lambda () (process "true")))
(report (lambda () (open-process-ports "true")))
(report (lambda () (load "file")))
; A pipe is there, the next one is not.
(close-port (car kept))
(close-port (cadr kept))
(report (lambda () (open-process-ports "true")))
; Nothing was lost.
(report take)
(report take)
(report take)
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
    t.script(REPORT + """
(define p (open-file-output-port "large" (file-options no-fail) (buffer-mode none)))
(report (lambda () (put-bytevector p (make-bytevector 5000 65))))
(display (port-length p))
(newline)
(report (lambda () (put-bytevector p #vu8(1 2))))
(report (lambda () (put-u8 p 1)))
(report (lambda () (truncate-port p 10000)))
(report (lambda () (close-port p)))
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
    t.script(REPORT + "(report (lambda () (foreign-alloc (expt 2 59))))",
             env={"ASAN_OPTIONS": "allocator_may_return_null=1"}).expect(
                 out="Exception in foreign-alloc: Cannot allocate memory\n")


@test("no more processes")
def no_more_processes(t):
    if os.geteuid() == 0:
        raise Skipped("root has no limit of processes")
    t.script(REPORT + """
(report (lambda () (process "true")))
(report (lambda () (open-process-ports "true")))
(write (system "true"))
""", limits="prlimit --pid $$ --nproc=0;").expect(out="""\
Exception in process: cannot fork subprocess
Exception in process: cannot fork subprocess
127""", err="")


@test("no child to wait for")
def no_child_to_wait_for(t):
    # If SIGCHLD is ignored, a child's status is lost.
    t.script(REPORT + """
(report (lambda () (system "exit 3")))
(let ([p (process "echo hello")])
  (write (read (car p))))
""", limits='set -- env --ignore-signal=CHLD "$@";').expect(out="""\
Exception in system: No child processes
hello""", err="")
