;; What is raised when the operating system refuses something, by entry and reason. (Limits on descriptors
;; and the size of files are in tests/cli/limits.py; what only root may do, in refused_user.ss.)

(define long (make-string 300 #\n))
(define (replaced from to text)
  (let ([n (string-length from)])
    (let loop ([i 0])
      (cond
        [(> (+ i n) (string-length text)) text]
        [(string=? (substring text i (+ i n)) from)
         (string-append (substring text 0 i) to
           (replaced from to (substring text (+ i n) (string-length text))))]
        [else (loop (+ i 1))]))))
;; Parts of messages that differ from run to run.
(define varying "nothing yet")
;; Ports whose descriptor another port has closed. The collector would close it again, when it is another file's.
(define kept '())
(define (keep port) (set! kept (cons port kept)))
;; What is raised, or that it was done.
(define (refused thunk)
  (guard (c [#t (replaced varying "ID" (replaced long "LONG" (harness-message c)))])
    (let ([v (thunk)]) (if (eq? v (void)) 'done (list 'done v)))))
(define-syntax refusals ; of a procedure for each of some files
  (syntax-rules () [(_ f file ...) (list (refused (lambda () (f file))) ...)]))
(define root? (= 0 (system "test $(id -u) = 0")))

(system "mkdir folder full; : > file; : > full/file")
(system "ln -s loop-1 loop-2; ln -s loop-2 loop-1; ln -s nowhere dangling; mkfifo fifo; cp /bin/cat echoer")
(define (input file) (open-file-input-port file))
(define (output file) (open-file-output-port file (file-options no-fail)))
(define (both file) (open-file-input/output-port file (file-options no-fail)))
;; open with some file options, as a procedure of the file.
(define-syntax with-options
  (syntax-rules () [(_ open option ...) (lambda (file) (open file (file-options option ...)))]))

(test "open-file-input-port: ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG"
  (refusals input "missing" "missing/file" "dangling" "file/inside" "loop-1" long (string-append "folder/" long) "")
  => ("Exception in open-file-input-port: failed for missing: no such file or directory"
     "Exception in open-file-input-port: failed for missing/file: no such file or directory"
     "Exception in open-file-input-port: failed for dangling: no such file or directory"
     "Exception in open-file-input-port: failed for file/inside: not a directory"
     "Exception in open-file-input-port: failed for loop-1: too many levels of symbolic links"
     "Exception in open-file-input-port: failed for LONG: file name too long"
     "Exception in open-file-input-port: failed for folder/LONG: file name too long"
     "Exception in open-file-input-port: failed for : no such file or directory"))
(test "open-file-input-port: ENXIO, no terminal" (refusals input "/dev/tty")
  => ("Exception in open-file-input-port: failed for /dev/tty: no such device or address"))
(test "open-file-input-port, compressed: ENOENT, ENOTDIR"
  (refusals (with-options open-file-input-port compressed) "missing" "file/inside" "loop-1")
  => ("Exception in open-file-input-port: failed for missing: no such file or directory"
     "Exception in open-file-input-port: failed for file/inside: not a directory"
     "Exception in open-file-input-port: failed for loop-1: too many levels of symbolic links"))
(test "open-file-input-port, compressed: EISDIR"
  (refusals (lambda (f) (get-u8 (open-file-input-port f (file-options compressed)))) "folder")
  => ("Exception in get-u8: failed on #<binary input port folder>: is a directory"))
(test "open-input-file: ENOENT, ELOOP" (refusals open-input-file "missing" "loop-1")
  => ("Exception in open-input-file: failed for missing: no such file or directory"
     "Exception in open-input-file: failed for loop-1: too many levels of symbolic links"))
(test "load and others that read a file: ENOENT"
  (append (refusals load "missing" "./missing") (refusals (lambda (f) (with-input-from-file f read)) "missing")
    (refusals compile-file "./missing") (refusals load-program "./missing") (refusals load-library "./missing"))
  => ("Exception in load: failed for missing: no such file or directory"
     "Exception in load: failed for ./missing: no such file or directory"
     "Exception in with-input-from-file: failed for missing: no such file or directory"
     "Exception in compile-file: failed for ./missing.ss: no such file or directory"
     "Exception in load-program: failed for ./missing: no such file or directory"
     "Exception in load-library: failed for ./missing: no such file or directory"))
(test "load-shared-object: ENOENT" (refusals load-shared-object "./missing.so")
  =>
     ("Exception: (while loading ./missing.so) ./missing.so: cannot open shared object file: No such file or directory"))
(test "open-file-output-port: EISDIR, ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG"
  (refusals output "folder" "missing/file" "file/inside" "loop-1" long "")
  => ("Exception in open-file-output-port: failed for folder: is a directory"
     "Exception in open-file-output-port: failed for missing/file: no such file or directory"
     "Exception in open-file-output-port: failed for file/inside: not a directory"
     "Exception in open-file-output-port: failed for loop-1: too many levels of symbolic links"
     "Exception in open-file-output-port: failed for LONG: file name too long"
     "Exception in open-file-output-port: failed for : no such file or directory"))
(test "open-file-output-port: EEXIST" (refusals open-file-output-port "file" "folder" "dangling" "loop-1")
  => ("Exception in open-file-output-port: failed for file: file exists"
     "Exception in open-file-output-port: failed for folder: file exists"
     "Exception in open-file-output-port: failed for dangling: file exists"
     "Exception in open-file-output-port: failed for loop-1: file exists"))
(test "open-file-output-port, no-create: ENOENT"
  (refusals (with-options open-file-output-port no-create) "missing" "missing/file" "file/inside")
  => ("Exception in open-file-output-port: failed for missing: no such file or directory"
     "Exception in open-file-output-port: failed for missing/file: no such file or directory"
     "Exception in open-file-output-port: failed for file/inside: not a directory"))
(test "open-file-output-port, replace: EISDIR, ENOTDIR"
  (refusals (with-options open-file-output-port replace) "folder" "file/inside" "missing/file" "folder/.")
  => ("Exception in open-file-output-port: failed for folder: is a directory"
     "Exception in open-file-output-port: failed for file/inside: not a directory"
     "Exception in open-file-output-port: failed for missing/file: no such file or directory"
     "Exception in open-file-output-port: failed for folder/.: is a directory"))
(test "open-file-output-port: ETXTBSY"
  (let ([p (process "exec ./echoer")])
    (write 'running (cadr p))
    (newline (cadr p))
    (flush-output-port (cadr p))
    (let* ([answer (read (car p))] ; so it has the file
           [said (refused (lambda () (open-file-output-port "echoer" (file-options no-fail no-truncate))))])
      (close-port (cadr p))
      (close-port (car p))
      (list answer said)))
  => (running "Exception in open-file-output-port: failed for echoer: text file busy"))
(test "open-file-output-port, compressed: EISDIR, ENOENT"
  (refusals (with-options open-file-output-port compressed no-fail) "folder" "missing/file")
  => ("Exception in open-file-output-port: failed for folder: is a directory"
     "Exception in open-file-output-port: failed for missing/file: no such file or directory"))
(test "open-file-input/output-port: EISDIR, ENOENT, ENOTDIR, EEXIST"
  (append (refusals both "folder" "missing/file" "file/inside") (refusals open-file-input/output-port "file"))
  => ("Exception in open-file-input/output-port: failed for folder: is a directory"
     "Exception in open-file-input/output-port: failed for missing/file: no such file or directory"
     "Exception in open-file-input/output-port: failed for file/inside: not a directory"
     "Exception in open-file-input/output-port: failed for file: file exists"))
(test "open-output-file: EEXIST, EISDIR, ENOENT"
  (append (refusals open-output-file "file" "folder" "missing/file")
    (refusals (lambda (f) (open-output-file f 'truncate)) "folder")
    (refusals (lambda (f) (open-output-file f 'append)) "folder")
    (refusals (lambda (f) (open-output-file f 'replace)) "folder")
    (refusals (lambda (f) (open-output-file f 'error)) "file"))
  => ("Exception in open-output-file: failed for file: file exists"
     "Exception in open-output-file: failed for folder: file exists"
     "Exception in open-output-file: failed for missing/file: no such file or directory"
     "Exception in open-output-file: failed for folder: is a directory"
     "Exception in open-output-file: failed for folder: is a directory"
     "Exception in open-output-file: failed for folder: is a directory"
     "Exception in open-output-file: failed for file: file exists"))

(test "a read: EISDIR" (refusals (lambda (f) (get-u8 (input f))) "folder")
  => ("Exception in get-u8: failed on #<binary input port folder>: is a directory"))
(test "a read of text: EISDIR"
  (append (refusals (lambda (f) (get-char (open-input-file f))) "folder")
    (refusals (lambda (f) (call-with-input-file f get-string-all)) "folder")
    (refusals (lambda (f) (call-with-input-file f read)) "folder"))
  => ("Exception in get-char: failed on #<binary input port folder>: is a directory"
     "Exception in get-string-all: failed on #<binary input port folder>: is a directory"
     "Exception in read-char: failed on #<binary input port folder>: is a directory"))
(test "a read of lost descriptors: EBADF"
  (let ([p (open-fd-input-port 987)])
    (refusals (lambda (f) (f p)) get-u8 (lambda (p) (get-bytevector-some p)) input-port-ready?
      (lambda (p) (set-port-nonblocking! p #t)) port-nonblocking? port-length port-position
      (lambda (p) (set-port-position! p 1)) close-port))
  => ("Exception in get-u8: failed on #<binary input port fd 987>: bad file descriptor"
     "Exception in get-bytevector-some: failed on #<binary input port fd 987>: bad file descriptor"
     "Exception in input-port-ready?: failed on #<binary input port fd 987>: bad file descriptor"
     "Exception in set-port-nonblocking!: failed on #<binary input port fd 987>: bad file descriptor"
     "Exception in port-nonblocking?: failed on #<binary input port fd 987>: bad file descriptor"
     "Exception in port-length: #<binary input port fd 987> does not support operation"
     "Exception in port-position: #<binary input port fd 987> does not support operation"
     "Exception in set-port-position!: #<binary input port fd 987> does not support operation"
     "Exception in close-port: failed on #<binary input port fd 987>: bad file descriptor"))
(test "a write to lost descriptors: EBADF"
  (let ([p (open-fd-output-port 987 (buffer-mode none))])
    (refusals (lambda (f) (f p)) (lambda (p) (put-u8 p 1)) (lambda (p) (put-bytevector p #vu8(1 2)))
      (lambda (p) (truncate-port p 0)) port-length port-position (lambda (p) (set-port-position! p 1))
      flush-output-port close-port))
  => ("Exception in put-u8: failed on #<binary output port fd 987>: bad file descriptor"
     "Exception in put-bytevector: failed on #<binary output port fd 987>: bad file descriptor"
     "Exception in truncate-port: #<binary output port fd 987> does not support operation"
     "Exception in port-length: #<binary output port fd 987> does not support operation"
     "Exception in port-position: #<binary output port fd 987> does not support operation"
     "Exception in set-port-position!: #<binary output port fd 987> does not support operation" done "Exception in close-port: failed on #<binary output port fd 987>: bad file descriptor"))
(test "a file whose descriptor was closed: EBADF"
  (let ([p (open-file-input/output-port "file" (file-options no-fail))])
    (close-port (open-fd-input-port (port-file-descriptor p)))
    (keep p)
    (refusals (lambda (f) (f p)) get-u8 (lambda (p) (put-u8 p 1) (flush-output-port p)) port-length port-position
      (lambda (p) (set-port-position! p 1)) (lambda (p) (truncate-port p 0)) port-nonblocking?
      (lambda (p) (set-port-nonblocking! p #t)) file-access-time))
  => ("Exception in get-u8: failed on #<binary input/output port file>: bad file descriptor"
     "Exception in flush-output-port: failed on #<binary input/output port file>: bad file descriptor"
     "Exception in port-length: failed on #<binary input/output port file>: bad file descriptor"
     "Exception in port-position: failed on #<binary input/output port file>: bad file descriptor"
     "Exception in set-port-position!: failed on #<binary input/output port file>: bad file descriptor"
     "Exception in truncate-port: failed on #<binary input/output port file>: bad file descriptor"
     "Exception in port-nonblocking?: failed on #<binary input/output port file>: bad file descriptor"
     "Exception in set-port-nonblocking!: failed on #<binary input/output port file>: bad file descriptor"
     "Exception in file-access-time: failed for #<binary input/output port file>: bad file descriptor"))
(test "a write to a descriptor for reading: EBADF"
  (let* ([p (open-file-input-port "file")] [q (open-fd-output-port (port-file-descriptor p) (buffer-mode none))])
    (set! varying (format "fd ~a" (port-file-descriptor p)))
    (let ([said (refusals (lambda (f) (f q)) (lambda (q) (put-u8 q 1)) (lambda (q) (put-bytevector q #vu8(1 2)))
                  (lambda (q) (truncate-port q 0)))])
      (close-port p)
      (keep q)
      said))
  => ("Exception in put-u8: failed on #<binary output port ID>: bad file descriptor"
     "Exception in put-bytevector: failed on #<binary output port ID>: bad file descriptor"
     "Exception in truncate-port: failed on #<binary output port ID>: invalid argument"))
(test "a read of a descriptor for writing: EBADF"
  (let* ([p (open-file-output-port "file" (file-options no-fail))] [q (open-fd-input-port (port-file-descriptor p))])
    (set! varying (format "fd ~a" (port-file-descriptor p)))
    (let ([said (refusals (lambda (f) (f q)) get-u8 input-port-ready? get-bytevector-some)])
      (close-port p)
      (keep q)
      said))
  => ("Exception in get-u8: failed on #<binary input port ID>: bad file descriptor"
     "Exception in input-port-ready?: failed on #<binary input port ID>: bad file descriptor"
     "Exception in get-bytevector-some: failed on #<binary input port ID>: bad file descriptor"))
(test "a write: ENOSPC"
  (let ([p (open-file-output-port "/dev/full" (file-options no-fail) (buffer-mode none))])
    (refusals (lambda (f) (f p)) (lambda (p) (put-u8 p 1)) (lambda (p) (put-bytevector p #vu8(1 2 3)))
      (lambda (p) (put-bytevector-some p #vu8(1 2 3))) close-port))
  => ("Exception in put-u8: failed on #<binary output port /dev/full>: no space left on device"
     "Exception in put-bytevector: failed on #<binary output port /dev/full>: no space left on device"
     "Exception in put-bytevector-some: failed on #<binary output port /dev/full>: no space left on device"
     done))
(test "a write of a buffer: ENOSPC"
  (let ([p (open-file-output-port "/dev/full" (file-options no-fail) (buffer-mode block) (native-transcoder))])
    (refusals (lambda (f) (f p)) (lambda (p) (put-string p "text")) flush-output-port
      (lambda (p) (put-string p (make-string 10000 #\a))) close-port))
  => (done
     "Exception in flush-output-port: failed on #<binary output port /dev/full>: no space left on device"
     "Exception in put-string: failed on #<binary output port /dev/full>: no space left on device"
     "Exception in close-port: failed on #<binary output port /dev/full>: no space left on device"))
(test "a compressed write: ENOSPC"
  (let ([p (parameterize ([compress-format 'gzip])
             (open-file-output-port "/dev/full" (file-options no-fail compressed)))]
        [data (make-bytevector 300000)])
    (do ([i 0 (+ i 1)]) ((= i 300000)) (bytevector-u8-set! data i (random 256)))
    (refused (lambda () (put-bytevector p data))))
  => "Exception in put-bytevector: failed on #<binary output port /dev/full>: no space left on device")
(test "a write: EPIPE"
  (let ([p (process "exec <&-; echo; sleep 0.2")])
    (set! varying (number->string (caddr p)))
    (get-char (car p))
    (let ([to (cadr p)])
      (refusals (lambda (f) (f to)) (lambda (to) (put-string to "text") (flush-output-port to)) close-port)))
  => ("Exception in flush-output-port: failed on #<binary output port pid ID stdin>: broken pipe"
     "Exception in close-port: failed on #<binary output port pid ID stdin>: broken pipe"))
(test "positions of pipes"
  (let-values ([(to from errors id) (open-process-ports "cat")])
    (set! varying (number->string id))
    (let ([said
           (append
             (refusals (lambda (f) (f from)) port-position (lambda (p) (set-port-position! p 5)) port-length
               port-file-compressed!)
             (refusals (lambda (f) (f to)) port-position (lambda (p) (set-port-position! p 5))
               (lambda (p) (truncate-port p 0))))])
      (for-each close-port (list to from errors))
      said))
  => ("Exception in port-position: #<binary input port pid ID stdout> does not support operation"
     "Exception in set-port-position!: #<binary input port pid ID stdout> does not support operation"
     "Exception in port-length: #<binary input port pid ID stdout> does not support operation"
     "Exception in port-file-compressed!: #<binary input port pid ID stdout> is not a regular file"
     "Exception in port-position: #<binary output port pid ID stdin> does not support operation"
     "Exception in set-port-position!: #<binary output port pid ID stdin> does not support operation"
     "Exception in truncate-port: #<binary output port pid ID stdin> does not support operation"))
(test "positions of a named pipe: ESPIPE"
  (let ([p (open-file-input/output-port "fifo" (file-options no-fail no-create))])
    (let ([said (refusals (lambda (f) (f p)) port-position (lambda (p) (set-port-position! p 5)) port-length
                  (lambda (p) (truncate-port p 0)) port-file-compressed! (lambda (p) (put-u8 p 1) (flush-output-port p)))])
      (close-port p)
      said))
  => ("Exception in port-position: failed on #<binary input/output port fifo>: illegal seek"
     "Exception in set-port-position!: failed for position 5 on #<binary input/output port fifo>: illegal seek"
     (done 0) "Exception in truncate-port: failed on #<binary input/output port fifo>: invalid argument"
     "Exception in port-file-compressed!: cannot compress input/output port #<binary input/output port fifo>"
     done))
(test "a compressed named pipe"
  (begin
    (system "(sleep 0.1; echo 'a text of a few words' > fifo) 2> /dev/null &")
    (refused (lambda () (get-u8 (open-file-input-port "fifo" (file-options compressed))))))
  =>
     "Exception in open-file-input-port: failed for fifo: unable to allocate compression state (too many open files?)")
(test "positions: EINVAL"
  (let ([p (open-file-input/output-port "file" (file-options no-fail))])
    (let ([said (refusals (lambda (f) (f p)) (lambda (p) (set-port-position! p (- (expt 2 63) 1)))
                  (lambda (p) (set-port-position! p (expt 2 63))) (lambda (p) (set-port-position! p -1))
                  (lambda (p) (truncate-port p (expt 2 63))))])
      (close-port p)
      said))
  =>
     ("Exception in set-port-position!: failed for position 9223372036854775807 on #<binary input/output port file>: invalid argument"
     "Exception in set-port-position!: 9223372036854775808 is not a valid position"
     "Exception in set-port-position!: -1 is not a valid position"
     "Exception in truncate-port: 9223372036854775808 is not a valid length"))
(test "a length: EFBIG"
  (let ([p (open-file-input/output-port "file" (file-options no-fail))])
    (let ([said (refused (lambda () (truncate-port p (- (expt 2 63) 1))))])
      (close-port p)
      said))
  => "Exception in truncate-port: failed on #<binary input/output port file>: file too large")
(test "a length of a device: EINVAL"
  (refusals (lambda (f) (truncate-port (open-file-output-port f (file-options no-fail)) 5)) "/dev/null")
  => ("Exception in truncate-port: failed on #<binary output port /dev/null>: invalid argument"))
(test "lengths and positions of compressed files"
  (begin
    (call-with-port (open-file-output-port "packed" (file-options compressed no-fail)) (lambda (p) (put-bytevector p #vu8(1 2 3))))
    (let ([p (open-file-input-port "packed" (file-options compressed))])
      (refusals (lambda (f) (f p)) port-length (lambda (p) (set-port-position! p 2)) port-position
        (lambda (p) (set-port-nonblocking! p #t)) port-nonblocking? file-port?)))
  =>
     ("Exception in port-length: failed on #<binary input port packed>: not supported on compressed files"
     done (done 2)
     "Exception in set-port-nonblocking!: failed on #<binary input port packed>: compressed non-blocking ports not supported"
     (done #f) (done #t)))
(define-syntax with-error (syntax-rules () [(_ f) (lambda (file) (f file #t))]))
(test "delete-file: ENOENT, EISDIR, ENOTDIR, ELOOP, ENAMETOOLONG"
  (refusals (with-error delete-file) "missing" "missing/file" "folder" "file/inside" "loop-1/inside" long "")
  => ("Exception in delete-file: failed for missing: no such file or directory"
     "Exception in delete-file: failed for missing/file: no such file or directory"
     "Exception in delete-file: failed for folder: is a directory"
     "Exception in delete-file: failed for file/inside: not a directory"
     "Exception in delete-file: failed for loop-1/inside: too many levels of symbolic links"
     "Exception in delete-file: failed for LONG: file name too long"
     "Exception in delete-file: failed for : no such file or directory"))
(test "delete-file without an error" (map delete-file (list "missing" "folder" "file/inside" long))
  => (#f #f #f #f))
(test "delete-file: EPERM or EROFS of a file of the kernel"
  (string? (refused (lambda () (delete-file "/proc/version" #t)))) => #t)
(test "delete-directory: ENOENT, ENOTDIR, ENOTEMPTY, EINVAL, ELOOP, ENAMETOOLONG"
  (refusals (with-error delete-directory) "missing" "file" "file/inside" "full" "folder/." "loop-1" "loop-1/inside" long)
  => ("Exception in delete-directory: failed for missing: no such file or directory"
     "Exception in delete-directory: failed for file: not a directory"
     "Exception in delete-directory: failed for file/inside: not a directory"
     "Exception in delete-directory: failed for full: directory not empty"
     "Exception in delete-directory: failed for folder/.: invalid argument"
     "Exception in delete-directory: failed for loop-1: not a directory"
     "Exception in delete-directory: failed for loop-1/inside: too many levels of symbolic links"
     "Exception in delete-directory: failed for LONG: file name too long"))
(test "delete-directory without an error" (map delete-directory (list "missing" "file" "full" long))
  => (#f #f #f #f))
(test-true "delete-directory: EBUSY, or EACCES if not root"
  (equal? (refused (lambda () (delete-directory "/proc" #t)))
    (format "Exception in delete-directory: failed for /proc: ~a"
      (if root? "device or resource busy" "permission denied"))))
(test "rename-file: ENOENT, ENOTDIR, EISDIR, ENOTEMPTY, EINVAL, ELOOP, ENAMETOOLONG"
  (map (lambda (p) (refused (lambda () (rename-file (car p) (cdr p)))))
    `(("missing" . "new") ("file" . "missing/new") ("file" . "file/inside") ("folder" . "file") ("file" . "folder")
      ("folder" . "full") ("full" . "full/inside") ("file" . "loop-1/new") ("file" . ,long) ("" . "new") ("file" . "")))
  => ("Exception in rename-file: cannot rename \"missing\" to \"new\": no such file or directory"
     "Exception in rename-file: cannot rename \"file\" to \"missing/new\": no such file or directory"
     "Exception in rename-file: cannot rename \"file\" to \"file/inside\": not a directory"
     "Exception in rename-file: cannot rename \"folder\" to \"file\": not a directory"
     "Exception in rename-file: cannot rename \"file\" to \"folder\": is a directory"
     "Exception in rename-file: cannot rename \"folder\" to \"full\": directory not empty"
     "Exception in rename-file: cannot rename \"full\" to \"full/inside\": invalid argument"
     "Exception in rename-file: cannot rename \"file\" to \"loop-1/new\": too many levels of symbolic links"
     "Exception in rename-file: cannot rename \"file\" to \"LONG\": file name too long"
     "Exception in rename-file: cannot rename \"\" to \"new\": no such file or directory"
     "Exception in rename-file: cannot rename \"file\" to \"\": no such file or directory"))
(test "rename-file: EXDEV" (refused (lambda () (rename-file "file" "/proc/new")))
  => "Exception in rename-file: cannot rename \"file\" to \"/proc/new\": invalid cross-device link")
(test "mkdir: EEXIST, ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG"
  (refusals mkdir "folder" "file" "dangling" "missing/new" "file/inside" "loop-1/new" "loop-1" long "")
  => ("Exception in mkdir: cannot create \"folder\": file exists"
     "Exception in mkdir: cannot create \"file\": file exists"
     "Exception in mkdir: cannot create \"dangling\": file exists"
     "Exception in mkdir: cannot create \"missing/new\": no such file or directory"
     "Exception in mkdir: cannot create \"file/inside\": not a directory"
     "Exception in mkdir: cannot create \"loop-1/new\": too many levels of symbolic links"
     "Exception in mkdir: cannot create \"loop-1\": file exists"
     "Exception in mkdir: cannot create \"LONG\": file name too long"
     "Exception in mkdir: cannot create \"\": no such file or directory"))
(test "chmod: ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG"
  (refusals (lambda (f) (chmod f #o644)) "missing" "file/inside" "loop-1" long)
  => ("Exception in chmod: cannot modify \"missing\": no such file or directory"
     "Exception in chmod: cannot modify \"file/inside\": not a directory"
     "Exception in chmod: cannot modify \"loop-1\": too many levels of symbolic links"
     "Exception in chmod: cannot modify \"LONG\": file name too long"))
(test "get-mode: ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG"
  (append (refusals get-mode "missing" "dangling" "file/inside" "loop-1" long)
    (refusals (lambda (f) (fx>= (get-mode f #f) 0)) "dangling" "loop-1" "loop-1/inside"))
  => ("Exception in get-mode: failed for \"missing\": no such file or directory"
     "Exception in get-mode: failed for \"dangling\": no such file or directory"
     "Exception in get-mode: failed for \"file/inside\": not a directory"
     "Exception in get-mode: failed for \"loop-1\": too many levels of symbolic links"
     "Exception in get-mode: failed for \"LONG\": file name too long" (done #t) (done #t)
     "Exception in get-mode: failed for \"loop-1/inside\": too many levels of symbolic links"))
(test "times of files: ENOENT, ENOTDIR, ELOOP"
  (append (refusals file-access-time "missing" "file/inside" "loop-1" long)
    (refusals file-change-time "missing" "file/inside" "loop-1")
    (refusals file-modification-time "missing" "file/inside" "loop-1" "dangling")
    (refusals (lambda (f) (time? (file-modification-time f #f))) "dangling" "loop-1" "missing"))
  => ("Exception in file-access-time: failed for \"missing\": no such file or directory"
     "Exception in file-access-time: failed for \"file/inside\": not a directory"
     "Exception in file-access-time: failed for \"loop-1\": too many levels of symbolic links"
     "Exception in file-access-time: failed for \"LONG\": file name too long"
     "Exception in file-change-time: failed for \"missing\": no such file or directory"
     "Exception in file-change-time: failed for \"file/inside\": not a directory"
     "Exception in file-change-time: failed for \"loop-1\": too many levels of symbolic links"
     "Exception in file-modification-time: failed for \"missing\": no such file or directory"
     "Exception in file-modification-time: failed for \"file/inside\": not a directory"
     "Exception in file-modification-time: failed for \"loop-1\": too many levels of symbolic links"
     "Exception in file-modification-time: failed for \"dangling\": no such file or directory" (done #t)
     (done #t) "Exception in file-modification-time: failed for \"missing\": no such file or directory"))
(test "times of ports: EBADF"
  (let ([p (open-fd-input-port 987)])
    (refusals (lambda (f) (f p)) file-access-time file-change-time file-modification-time))
  => ("Exception in file-access-time: failed for #<binary input port fd 987>: bad file descriptor"
     "Exception in file-change-time: failed for #<binary input port fd 987>: bad file descriptor"
     "Exception in file-modification-time: failed for #<binary input port fd 987>: bad file descriptor"))
(test "questions about files that can't be reached"
  (map (lambda (f) (map f (list "missing" "file/inside" "loop-1" long "")))
    (list file-exists? file-regular? file-directory? file-symbolic-link?))
  => ((#f #f #f #f #f) (#f #f #f #f #f) (#f #f #f #f #f) (#f #f #t #f #f)))
(test "directory-list: ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG"
  (refusals directory-list "missing" "file" "file/inside" "loop-1" long)
  => ("Exception in directory-list: failed for missing: no such file or directory"
     "Exception in directory-list: failed for file: not a directory"
     "Exception in directory-list: failed for file/inside: not a directory"
     "Exception in directory-list: failed for loop-1: too many levels of symbolic links"
     "Exception in directory-list: failed for LONG: file name too long"))
(test "current-directory: ENOENT, ENOTDIR" (refusals current-directory "missing" "file" "loop-1" long)
  => ("Exception in current-directory: cannot set current directory to \"missing\""
     "Exception in current-directory: cannot set current directory to \"file\""
     "Exception in current-directory: cannot set current directory to \"loop-1\""
     "Exception in current-directory: cannot set current directory to \"LONG\""))
(test "current-directory when it is gone"
  (let ([here (current-directory)])
    (mkdir "gone")
    (current-directory "gone")
    (system "rmdir ../gone")
    (let ([said (refused (lambda () (current-directory)))] [list (refused (lambda () (directory-list ".")))])
      (current-directory here)
      (cons said list)))
  => ("Exception in current-directory: cannot determine current directory" done ()))

(test "putenv: EINVAL" (map (lambda (name) (refused (lambda () (putenv name "x")))) '("" "a=b"))
  => ("Exception in putenv: environment extension failed: Invalid argument"
     "Exception in putenv: environment extension failed: Invalid argument"))
(test "system and process of commands that are not there"
  (list (system "exec /nonexistent/program 2> /dev/null") (system "/dev/null 2> /dev/null")
    (let ([p (process "exec /nonexistent/program 2>&1 > /dev/null")])
      (let ([said (get-string-all (car p))])
        (close-port (cadr p))
        (eof-object? said))))
  => (127 126 #f))
