;; What a program sees without an operating system: an error that names what is missing, when it is used
;; and not before.
;; host: none

(test-error "a file"
  (open-file-input/output-port "there")
  => "Exception: kernel entry (cs)new_open_input_output_fd exists only on hosts with files")
(test-error "a command"
  (system "true")
  => "Exception: kernel entry (cs)s_system exists only on hosts with processes")
(test-error "a process"
  (process "true")
  => "Exception: kernel entry (cs)s_process exists only on hosts with processes")
(test-error "the environment"
  (getenv "HOME")
  => "Exception: kernel entry (cs)getenv exists only on hosts with environment variables")
(test-error "a shared object"
  (load-shared-object "libc.so.6")
  => "Exception in load-shared-object: not supported")
(test "what is missing is not a foreign entry"
  (map foreign-entry? '("(cs)getenv" "(cs)s_system" "(cs)log"))
  => (#f #f #t))
(test-true "clocks go on"
  (let ([before (current-time 'time-monotonic)])
    (sleep (make-time 'time-duration 2000000 0))
    (time<? before (current-time 'time-monotonic))))
(test "dates need no zone"
  (map
    (lambda (s)
      (let ([d (time-utc->date (make-time 'time-utc 0 s) 0)])
        (list (date-year d) (date-month d) (date-day d) (date-hour d) (date-second d)
          (date-week-day d) (date-year-day d) (- (time-second (date->time-utc d)) s))))
    '(0 -10 -2208988800 951782400 4102444800))
  => ((1970 1 1 0 0 4 0 0) (1969 12 31 23 50 3 364 0) (1900 1 1 0 0 1 0 0) (2000 2 29 0 0 2 59 0)
       (2100 1 1 0 0 5 0 0)))
(test "a collection" (begin (collect) (collect 3 3) (vector-length (make-vector 100 0))) => 100)
(test "the compiler" ((compile '(lambda (x) (* x x))) 12) => 144)
