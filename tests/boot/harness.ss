;; The harness of the tests that run on the booted system. tests/boot/run starts it as
;;
;;     coracle --script harness.ss FILE [FIRST [LAST [NUMBER ...]]]
;;
;; It reads FILE form by form. A test is a form of one of these shapes, each at the left margin
;; (tests/boot/run finds the names there without evaluating anything):
;;
;;     (test "name" expression => datum)            the value is equal? to the datum
;;     (test-print "name" expression => "text")     the value, as write prints it
;;     (test-output "name" expression => "text")    what the expression writes
;;     (test-error "name" expression => "text")     what it raises, as display-condition prints it
;;     (test-true "name" expression)                the value is #t
;;
;; Any other form is evaluated for its definitions. Every test is reported on a line of its own that
;; begins with @, and announced before it runs, so that a crash can be attributed. FIRST and LAST are the
;; numbers of the first and last test to run, counted from 0; those of further NUMBERs are left out.

(define harness-shapes '((test . 5) (test-print . 5) (test-output . 5) (test-error . 5) (test-true . 3)))

;; A value unknown to the compiler, so that the work is done at run time.
(define hidden #f)
(set! hidden (lambda (x) x))

(define-syntax values->list
  (syntax-rules () [(_ e) (call-with-values (lambda () e) list)]))

(define harness-console (console-output-port))

(define (harness-written x)
  (parameterize ([print-graph #t] [print-gensym 'pretty])
    (format "~s" x)))

(define (harness-message c)
  (parameterize ([print-gensym #f])
    (call-with-string-output-port
      (lambda (p) (display-condition c p)))))

;; Calls receive with #t and the value, or with #f and the raised object.
(define (harness-try thunk receive)
  (let ([result
         (call/cc
           (lambda (k)
             (with-exception-handler
               (lambda (c)
                 (unless (and (warning? c) (not (serious-condition? c)))
                   (k (cons #f c))))
               (lambda () (cons #t (thunk))))))])
    (receive (car result) (cdr result))))

(define (harness-capture thunk)
  (let ([p (open-output-string)])
    (parameterize ([current-output-port p] [current-error-port p] [trace-output-port p]
                   [console-output-port p] [console-error-port p])
      (thunk))
    (get-output-string p)))

(define (harness-line . parts)
  (fresh-line harness-console)
  (for-each (lambda (x) (display x harness-console)) parts)
  (newline harness-console)
  (flush-output-port harness-console))

(define (harness-fail name expected actual)
  (harness-line "@fail " name)
  (harness-line "@expected " (harness-written expected))
  (harness-line "@actual " actual))

(define (harness-run form)
  (let* ([kind (car form)]
         [name (cadr form)]
         [expression (caddr form)]
         [expected (if (eq? kind 'test-true) #t (list-ref form 4))])
    (define (evaluate) ((eval `(lambda () ,expression))))
    (harness-line "@begin " name)
    (harness-try
      (case kind
        [(test-output) (lambda () (harness-capture evaluate))]
        [(test-print) (lambda () (let ([value (evaluate)]) (parameterize ([print-gensym #f]) (format "~s" value))))]
        [else evaluate])
      (lambda (returned? value)
        (cond
          [(eq? kind 'test-error)
           (if returned?
               (harness-fail name expected (string-append "no error, value " (harness-written value)))
               (let ([message (harness-message value)])
                 (if (equal? message expected)
                     (harness-line "@pass " name)
                     (harness-fail name expected (harness-written message)))))]
          [(not returned?)
           (harness-fail name expected (string-append "raised " (harness-written (harness-message value))))]
          [(equal? value expected) (harness-line "@pass " name)]
          [else (harness-fail name expected (harness-written value))])))))

(define (harness-file path first last left-out)
  (let ([p (open-input-file path)])
    (let next ([number 0])
      (let ([form (read p)])
        (unless (eof-object? form)
          (let ([shape (and (pair? form) (assq (car form) harness-shapes))])
            (cond
              [(not shape)
               (harness-try (lambda () (eval form) #t)
                 (lambda (returned? value)
                   (unless returned?
                     (harness-line "@broken " (harness-written (harness-message value))))))
               (next number)]
              [(not (and (list? form) (fx= (length form) (cdr shape)) (string? (cadr form))
                         (or (fx= (cdr shape) 3) (eq? (cadddr form) '=>))))
               (harness-line "@broken not a test: " (harness-written form))
               (next number)]
              [else
               (when (and (>= number first) (<= number last) (not (memv number left-out)))
                 (harness-run form))
               (next (+ number 1))])))))
    (close-port p)
    (harness-line "@end")))

(let ([arguments (command-line-arguments)])
  (define (bound n default)
    (if (> (length arguments) n) (string->number (list-ref arguments n)) default))
  (harness-file (car arguments) (bound 1 0) (bound 2 (greatest-fixnum))
    (if (> (length arguments) 3) (map string->number (list-tail arguments 3)) '())))
