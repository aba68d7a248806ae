;; What the operating system may do to files and processes: large offsets, interrupted calls,
;; nonblocking descriptors, names of arbitrary bytes, times far away, redirection. (Errors: refused.ss.)

(define (text-of file) (call-with-input-file file get-string-all))
(define far (+ (expt 2 33) 12345))

(test "writing and reading beyond 8 GB"
  (let ([out (open-file-output-port "sparse" (file-options no-fail))])
    (put-u8 out 1)
    (set-port-position! out far)
    (put-bytevector out '#vu8(10 20 30))
    (close-port out)
    (let ([in (open-file-input-port "sparse")])
      (let ([size (port-length in)] [first (get-u8 in)])
        (set-port-position! in far)
        (let* ([last (get-bytevector-n in 5)] [end (port-position in)])
          (set-port-position! in (- far 2))
          (let ([across (get-bytevector-n in 4)])
            (close-port in)
            (list (- size far) first last (- end far) across))))))
  => (3 1 #vu8(10 20 30) 3 #vu8(0 0 10 20)))
(test "cutting beyond 4 GB"
  (let ([p (open-file-input/output-port "sparse" (file-options no-fail no-truncate))])
    (truncate-port p (+ far 1))
    (let ([size (port-length p)])
      (close-port p)
      (delete-file "sparse")
      (- size far)))
  => 1)

(test "names that are no UTF-8"
  (begin
    (mkdir "bytes")
    (system "cd bytes && : > \"$(printf 'a\\377b')\"")
    (let ([names (directory-list "bytes")])
      (list (length names) (string-length (car names)) (string-ref (car names) 0)
        (char->integer (string-ref (car names) 1)) (string-ref (car names) 2))))
  => (1 3 #\a #xFFFD #\b))

(test "times of files far from now"
  (begin
    (system "TZ=UTC touch -d '1969-12-31 23:59:50' old && TZ=UTC touch -d '2100-01-01 00:00:00' new")
    (list (time-second (file-modification-time "old")) (time-second (file-modification-time "new"))
      (time<? (file-modification-time "old") (file-modification-time "new"))))
  => (-10 4102444800 #t))
(test "dates far from now"
  (map
    (lambda (s)
      (let ([d (time-utc->date (make-time 'time-utc 0 s) 0)])
        (list (date-year d) (date-month d) (date-day d) (date-hour d) (date-second d)
          (date-week-day d) (- (time-second (date->time-utc d)) s))))
    '(-10 -2208988800 2147483648 4102444800 32503680000))
  => ((1969 12 31 23 50 3 0) (1900 1 1 0 0 1 0) (2038 1 19 3 8 2 0) (2100 1 1 0 0 5 0)
       (3000 1 1 0 0 3 0)))

(test "system with redirection"
  (list (system "echo out > out; echo err 2> err >&2; cat < out > copy") (text-of "out")
    (text-of "err") (text-of "copy"))
  => (0 "out\n" "err\n" "out\n"))
(test "process with redirection"
  (let* ([l (process "cat; echo done 2> errors >&2")] [in (car l)] [out (cadr l)])
    (put-string out "there\n")
    (close-port out)
    (let ([s (get-string-all in)])
      (close-port in)
      (list s (text-of "errors"))))
  => ("there\n" "done\n"))
(test "a signal while a read waits"
  (let* ([got '()] [old (register-signal-handler 12 (lambda (s) (set! got (cons s got))))])
    (let* ([l (process "exec sh -c 'kill -USR2 $PPID; sleep 0.3; echo late; sleep 0.1; echo later'")]
           [first (read (car l))] [second (read (car l))])
      (close-port (car l))
      (close-port (cadr l))
      (let loop ([n 0])
        (cond [(pair? got) (list first second got)]
          [(= n 10000000) (list first second 'nothing)]
          [else (loop (+ n 1))]))))
  => (late later (12)))
(test "a descriptor that does not wait"
  (let-values ([(to from errors id)
                (open-process-ports "read line; echo $line" (buffer-mode block))])
    (set-port-nonblocking! from #t)
    (let ([before (get-bytevector-some from)] [ready (input-port-ready? from)])
      (put-bytevector to (string->utf8 "now\n"))
      (flush-output-port to)
      (set-port-nonblocking! from #f)
      (let ([after (get-bytevector-n from 4)])
        (for-each close-port (list to from errors))
        (list before ready (utf8->string after)))))
  => (#vu8() #f "now\n"))
(test "writing where nobody reads at once"
  (let-values ([(to from errors id) (open-process-ports "sleep 0.3; wc -c" (buffer-mode block))])
    (set-port-nonblocking! to #t)
    (let* ([data (make-bytevector 1000000 65)] [n (put-bytevector-some to data)])
      (set-port-nonblocking! to #f)
      (put-bytevector to data 0 (- 1000000 n))
      (close-port to)
      (let ([count (utf8->string (get-bytevector-all from))])
        (for-each close-port (list from errors))
        (list (< 0 n 1000000) (read (open-input-string count))))))
  => (#t 1000000))
