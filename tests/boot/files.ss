;; The file system: existence, kinds, times, directories, renaming, deleting, paths; the
;; environment and the process itself.

(define (touch file) (call-with-output-file file (lambda (p) (display file p)) 'replace))
(define (sorted l) (sort string<? l))

(test "file-exists?"
  (begin (touch "one") (list (file-exists? "one") (file-exists? "none"))) => (#t #f))
(test "kinds of files"
  (begin
    (touch "one")
    (list (file-regular? "one") (file-directory? "one") (file-directory? ".") (file-regular? ".")
      (file-symbolic-link? "one")))
  => (#t #f #t #f #f))
(test "delete-file"
  (begin
    (touch "gone")
    (let* ([a (delete-file "gone")] [b (file-exists? "gone")] [c (delete-file "gone")])
      (list a b c)))
  => (#t #f #f))
(test-error "delete-file with an error wanted"
  (delete-file "not there" #t)
  => "Exception in delete-file: failed for not there: no such file or directory")
(test "rename-file"
  (begin
    (touch "old")
    (rename-file "old" "new")
    (list (file-exists? "old") (call-with-input-file "new" get-string-all)))
  => (#f "old"))
(test-error "rename-file of nothing"
  (rename-file "not there" "x")
  => "Exception in rename-file: cannot rename \"not there\" to \"x\": no such file or directory")
(test "mkdir and directory-list"
  (begin (mkdir "d") (touch "d/b") (touch "d/a") (mkdir "d/c") (sorted (directory-list "d")))
  => ("a" "b" "c"))
(test-error "mkdir twice"
  (begin (mkdir "twice") (mkdir "twice"))
  => "Exception in mkdir: cannot create \"twice\": file exists")
(test "delete-directory"
  (begin (mkdir "e") (let* ([a (delete-directory "e")] [b (file-directory? "e")]) (list a b)))
  => (#t #f))
(test "delete-directory of a full one"
  (begin (mkdir "full") (touch "full/x") (delete-directory "full")) => #f)
(test-error "delete-directory of a full one with an error wanted"
  (delete-directory "full" #t)
  => "Exception in delete-directory: failed for full: directory not empty")
(test-error "directory-list of nothing"
  (directory-list "no-such-directory")
  => "Exception in directory-list: failed for no-such-directory: no such file or directory")
(test-error "directory-list of a file"
  (begin (touch "file") (directory-list "file"))
  => "Exception in directory-list: failed for file: not a directory")
(test "a directory of five hundred"
  (begin
    (mkdir "many")
    (do ([i 0 (+ i 1)]) ((= i 500)) (touch (format "many/~a" i)))
    (let ([l (directory-list "many")]) (list (length l) (apply + (map string->number l)))))
  => (500 124750))
(test "names with spaces and letters beyond ASCII"
  (begin (mkdir "n") (touch "n/a b") (touch "n/\x3bb;\x20ac;") (sorted (directory-list "n")))
  => ("a b" "\x3bb;\x20ac;"))
(test "current-directory"
  (let ([here (current-directory)])
    (mkdir "sub")
    (parameterize ([current-directory "sub"])
      (touch "inside")
      (list (path-last (current-directory)) (file-exists? "inside"))))
  => ("sub" #t))
(test "current-directory is restored" (begin (file-exists? "sub/inside")) => #t)
(test "cd"
  (let ([here (cd)])
    (cd "sub")
    (let ([r (file-exists? "inside")]) (cd here) (list r (string=? here (cd)))))
  => (#t #t))
(test-error "cd to nothing"
  (cd "no-such-directory")
  => "Exception in cd: cannot set current directory to \"no-such-directory\"")
(test "the modification time is near now"
  (begin
    (touch "t")
    (let ([t (file-modification-time "t")] [now (current-time)])
      (list (time-type t) (< (abs (- (time-second now) (time-second t))) 10))))
  => (time-utc #t))
(test "access and change times are near now"
  (begin
    (touch "t")
    (map (lambda (f) (< (abs (- (time-second (current-time)) (time-second (f "t")))) 10))
      (list file-access-time file-change-time)))
  => (#t #t))
(test "a changed file is not older"
  (begin
    (touch "t1")
    (touch "t2")
    (time<=? (file-modification-time "t1") (file-modification-time "t2")))
  => #t)
(test-error "the time of nothing"
  (file-modification-time "no-such-file")
  => "Exception in file-modification-time: failed for \"no-such-file\": no such file or directory")
(test "get-mode and chmod"
  (begin
    (touch "m")
    (chmod "m" #o640)
    (let ([a (fxand (get-mode "m") #o777)])
      (chmod "m" #o600)
      (list a (fxand (get-mode "m") #o777))))
  => (416 384))
(test-error "get-mode of nothing"
  (get-mode "no-such-file")
  => "Exception in get-mode: failed for \"no-such-file\": no such file or directory")
(test "a symbolic link"
  (begin
    (touch "target")
    (system "ln -s target link; ln -s nowhere dangling")
    (list (file-symbolic-link? "link") (file-regular? "link") (file-regular? "link" #f)
      (file-exists? "dangling") (file-exists? "dangling" #f)))
  => (#t #t #f #f #t))
(test "path-last and others"
  (map (lambda (f) (f "/usr/lib/x.tar.gz"))
    (list path-first path-rest path-last path-parent path-root path-extension))
  => ("/" "usr/lib/x.tar.gz" "x.tar.gz" "/usr/lib" "/usr/lib/x.tar" "gz"))
(test "path-absolute?" (map path-absolute? '("/a" "a" "~/a" "./a" "")) => (#t #f #t #f #f))
(test "path-build" (list (path-build "a" "b") (path-build "a/" "b")) => ("a/b" "a/b"))
(test "directory-separator"
  (list (directory-separator) (directory-separator? #\/) (directory-separator? #\a)) => (#\/ #t #f))
(test "with-source-path and load in a directory"
  (begin
    (mkdir "src")
    (call-with-output-file "src/l.ss" (lambda (p) (write '(set! loaded-there 'yes) p)) 'replace)
    (eval '(define loaded-there 'no))
    (parameterize ([source-directories '("." "src")]) (load "l.ss"))
    (eval 'loaded-there))
  => yes)

(test "getenv of what is there" (string? (getenv "PATH")) => #t)
(test "getenv of what is not" (getenv "CORACLE_TEST_NOT_SET") => #f)
(test "putenv and getenv"
  (begin (putenv "CORACLE_TEST_VAR" "a=b \x3bb;") (getenv "CORACLE_TEST_VAR")) => "a=b \x3bb;")
(test "putenv twice"
  (begin
    (putenv "CORACLE_TEST_VAR" "1")
    (putenv "CORACLE_TEST_VAR" "two")
    (getenv "CORACLE_TEST_VAR"))
  => "two")
(test "a child sees the environment"
  (begin
    (putenv "CORACLE_TEST_CHILD" "seen")
    (system "echo $CORACLE_TEST_CHILD > env.txt")
    (call-with-input-file "env.txt" get-line))
  => "seen")
(test "system's status"
  (list (system "exit 0") (system "exit 3") (system "true") (system "false")) => (0 3 0 1))
(test "system's child killed by a signal" (system "kill -9 $$") => -9)
(test "system's output"
  (begin (system "printf 'a\\nb' > s.txt") (call-with-input-file "s.txt" get-string-all)) => "a\nb")
(test "process: reading its output"
  (let ([l (process "echo hello; echo again")])
    (let* ([a (read (car l))] [b (read (car l))] [c (read (car l))])
      (close-port (car l))
      (close-port (cadr l))
      (list a b (eof-object? c) (> (caddr l) 1))))
  => (hello again #t #t))
(test "process: a conversation"
  (let ([l (process "cat")])
    (display "(1 2 3)\n" (cadr l))
    (flush-output-port (cadr l))
    (let ([x (read (car l))]) (close-port (cadr l)) (close-port (car l)) x))
  => (1 2 3))
(test "open-process-ports"
  (let-values ([(in out err pid)
                (open-process-ports "tr a-z A-Z; echo oops >&2" (buffer-mode block)
                  (native-transcoder))])
    (display "shout" in)
    (close-port in)
    (let* ([a (get-string-all out)] [b (get-string-all err)])
      (close-port out)
      (close-port err)
      (list a b (> pid 1))))
  => ("SHOUT" "oops\n" #t))
(test "open-process-ports in binary"
  (let-values ([(in out err pid) (open-process-ports "cat")])
    (put-bytevector in #vu8(0 255 10))
    (close-port in)
    (let ([b (get-bytevector-all out)]) (close-port out) (close-port err) b))
  => #vu8(0 255 10))
(test "ten processes at once"
  (let ([l (map (lambda (i) (process (format "echo ~a" i))) (iota 10))])
    (apply +
      (map (lambda (p) (let ([x (read (car p))]) (close-port (car p)) (close-port (cadr p)) x)) l)))
  => 45)
(test "get-process-id"
  (let ([id (get-process-id)]) (and (fixnum? id) (> id 1) (= id (get-process-id)))) => #t)
(test "a child's parent"
  (let ([l (process "exec sh -c 'echo $PPID'")])
    (let ([x (read (car l))]) (close-port (car l)) (close-port (cadr l)) (= x (get-process-id))))
  => #t)
(test "register-signal-handler"
  (let ([got #f])
    (register-signal-handler 10 (lambda (s) (set! got s)))
    (system (format "kill -USR1 ~a" (get-process-id)))
    (let loop ([n 0]) (cond [got got] [(= n 10000000) 'nothing] [else (loop (+ n 1))])))
  => 10)
(test "command-line is a list of strings" (andmap string? (command-line)) => #t)
(test "many files opened and closed"
  (begin
    (touch "loop")
    (do ([i 0 (+ i 1)]) ((= i 2000) 'done) (close-port (open-input-file "loop"))))
  => done)
(test "ports dropped without being closed"
  (begin
    (touch "drop")
    (let ([g (make-guardian)])
      (do ([i 0 (+ i 1)]) ((= i 100)) (g (open-input-file "drop")))
      (do ([n 0 (+ n 1)]) ((= n (collect-maximum-generation))) (collect n (+ n 1)))
      (let loop ([n 0]) (let ([p (g)]) (if p (begin (close-port p) (loop (+ n 1))) (>= n 99))))))
  => #t)
