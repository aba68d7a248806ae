;; Conditions and handlers: raise, guard, with-exception-handler, the condition types, and what
;; display-condition prints for each.

(define (caught thunk) (call/cc (lambda (k) (with-exception-handler (lambda (c) (k c)) thunk))))

(test "guard with a symbol"
  (guard (x [(symbol? x) (list 'symbol x)]) (raise 'oops)) => (symbol oops))
(test "guard with else"
  (guard (x [(number? x) 'number] [else (list 'else x)]) (raise "s")) => (else "s"))
(test "guard with =>"
  (guard (x [(assq 'a x) => cdr] [(assq 'b x)]) (raise (list (cons 'a 42)))) => 42)
(test "guard without raise" (guard (x [#t 'caught]) (+ 1 2)) => 3)
(test "an inner guard that does not match re-raises"
  (guard (x [(string? x) (list 'outer x)]) (guard (y [(number? y) 'inner]) (raise "s")))
  => (outer "s"))
(test "guard unwinds and rewinds around the clauses"
  (let ([trail '()])
    (define (note x) (set! trail (cons x trail)))
    (guard (x [(eq? x 'b) (note 'clause)])
      (dynamic-wind (lambda () (note 'in)) (lambda () (raise 'b)) (lambda () (note 'out))))
    (reverse trail))
  => (in out clause))
(test "guard re-raises in the raise's own extent"
  (let ([trail '()])
    (define (note x) (set! trail (cons x trail)))
    (guard (x [#t (note 'outer)])
      (guard (y [#f 'never])
        (dynamic-wind (lambda () (note 'in)) (lambda () (raise 'b)) (lambda () (note 'out)))))
    (reverse trail))
  => (in out in out outer))
(test "raise-continuable returns"
  (with-exception-handler (lambda (x) (* x 2)) (lambda () (+ 1 (raise-continuable 20)))) => 41)
(test "a handler runs in the outer handler"
  (guard (x [#t (list 'outer x)])
    (with-exception-handler (lambda (x) (raise (list 'from-handler x))) (lambda () (raise 'first))))
  => (outer (from-handler first)))
(test "nested handlers, continuable"
  (with-exception-handler (lambda (x) (list 'outer x))
    (lambda ()
      (with-exception-handler (lambda (x) (raise-continuable (list 'inner x)))
        (lambda () (raise-continuable 1)))))
  => (outer (inner 1)))
(test-error "a handler that returns from raise"
  (with-exception-handler (lambda (x) 'ignored) (lambda () (raise 'boom)))
  => "Exception occurred with condition components:\n  0. &non-continuable")
(test "non-continuable? tells it"
  (let ([c (caught (lambda () (with-exception-handler (lambda (x) 0) (lambda () (raise 'boom)))))])
    (non-continuable-violation? c))
  => #t)
(test "error makes a compound condition"
  (let ([c (caught (lambda () (error 'here "went ~s" 1 'b)))])
    (list (error? c) (serious-condition? c) (violation? c) (who-condition? c) (condition-who c)
          (condition-message c) (condition-irritants c)))
  => (#t #t #f #t here "went ~s" (1 b)))
(test "assertion-violation"
  (let ([c (caught (lambda () (assertion-violation 'f "bad" 5)))])
    (list (assertion-violation? c) (error? c) (condition-who c) (condition-irritants c)))
  => (#t #f f (5)))
(test "errorf formats"
  (condition-message (caught (lambda () (errorf 'f "a ~s and ~a" "x" "y")))) => "a ~s and ~a")
(test-error "errorf's message is displayed formatted"
  (errorf 'f "a ~s and ~a" "x" "y") => "Exception in f: a \"x\" and y")
(test-error "error's irritants"
  (error 'f "these are wrong" 1 "two" #\3 'four)
  => "Exception in f: these are wrong with irritants (1 \"two\" #\\3 four)")
(test-error "error without who" (error #f "nothing works") => "Exception: nothing works")
(test-error "error with one irritant"
  (error 'g "odd thing" '(a b)) => "Exception in g: odd thing with irritant (a b)")
(test-error "error whose message has directives"
  (error 'g "~s is not ~s" 1 2) => "Exception in g: ~s is not ~s with irritants (1 2)")
(test-error "raise of a number" (raise 42) => "Exception occurred with non-condition value 42")
(test-error "raise of a string"
  (raise "text") => "Exception occurred with non-condition value \"text\"")
(test-error "raise of a list"
  (raise '(1 "two")) => "Exception occurred with non-condition value (1 \"two\")")
(test-error "assert" (assert (= 1 2)) => "Exception: failed assertion (= 1 2)")
(test "assert returns the value" (assert (+ 1 2)) => 3)
(test-error "car of a number" ((hidden car) 5) => "Exception in car: 5 is not a pair")
(test-error "inline car of a number"
  (let ([x (hidden 5)]) (car x)) => "Exception in car: 5 is not a pair")
(test-error "cdr of nil" (let ([x (hidden '())]) (cdr x)) => "Exception in cdr: () is not a pair")
(test-error "a vector index out of range"
  (vector-ref (hidden (vector 1 2 3)) 3)
  => "Exception in vector-ref: 3 is not a valid index for #(1 2 3)")
(test-error "a negative vector index"
  (vector-ref (hidden (vector 1 2 3)) -1)
  => "Exception in vector-ref: -1 is not a valid index for #(1 2 3)")
(test-error "vector-ref of a list"
  (vector-ref (hidden '(1)) 0) => "Exception in vector-ref: (1) is not a vector")
(test-error "a string index out of range"
  (string-ref (hidden "abc") 10) => "Exception in string-ref: 10 is not a valid index for \"abc\"")
(test-error "string-set! of a literal's index"
  (string-set! (make-string 2 #\a) 2 #\b)
  => "Exception in string-set!: 2 is not a valid index for \"aa\"")
(test-error "an unbound variable"
  not-defined-anywhere => "Exception: variable not-defined-anywhere is not bound")
(test-error "applying a number" ((hidden 5) 1) => "Exception: attempt to apply non-procedure 5")
(test-error "applying a string with no arguments"
  ((hidden "f")) => "Exception: attempt to apply non-procedure \"f\"")
(test-error "too few arguments"
  ((hidden (lambda (a b) a)) 1) => "Exception: incorrect number of arguments 1 to #<procedure>")
(test-error "too many arguments"
  ((hidden (lambda (a b) a)) 1 2 3) => "Exception: incorrect number of arguments 3 to #<procedure>")
(test-error "no case-lambda clause"
  ((hidden (case-lambda [(a) 1] [(a b) 2])) 1 2 3)
  => "Exception: incorrect number of arguments 3 to #<procedure>")
(test-error "wrong number of arguments for a named procedure"
  (let () (define (f a) a) ((hidden f) 1 2))
  => "Exception: incorrect number of arguments 2 to #<procedure f>")
(test-error "wrong number of arguments for a primitive"
  ((hidden cons) 1) => "Exception: incorrect number of arguments 1 to #<procedure cons>")
(test-error "plus of a symbol" (+ (hidden 'a) 1) => "Exception in +: a is not a number")
(test-error "minus of a string" (- 1 (hidden "x")) => "Exception in -: \"x\" is not a number")
(test-error "less of a list" (< (hidden '(1)) 2) => "Exception in <: (1) is not a real number")
(test-error "division by zero" (/ (hidden 5) 0) => "Exception in /: undefined for 0")
(test-error "quotient by zero" (quotient (hidden 5) 0) => "Exception in quotient: undefined for 0")
(test-error "modulo by zero" (modulo (hidden 5) 0) => "Exception in modulo: undefined for 0")
(test-error "a bignum's quotient by zero"
  (quotient (hidden (expt 10 30)) 0) => "Exception in quotient: undefined for 0")
(test-error "fx+ overflows"
  (fx+ (hidden (greatest-fixnum)) 1)
  => "Exception in fx+: fixnum overflow with arguments 1 and 1152921504606846975")
(test-error "fx* overflows"
  (fx* (hidden (greatest-fixnum)) 2)
  => "Exception in fx*: fixnum overflow with arguments 2 and 1152921504606846975")
(test-error "fl+ of an integer" (fl+ (hidden 1) 2.0) => "Exception in fl+: 1 is not a flonum")
(test-error "sqrt of a symbol" (sqrt (hidden 'x)) => "Exception in sqrt: x is not a number")
(test-error "exact of infinity"
  (exact (hidden +inf.0)) => "Exception in exact: no exact representation for +inf.0")
(test-error "exact of nan"
  (exact (hidden +nan.0)) => "Exception in exact: no exact representation for +nan.0")
(test-error "integer->char of a surrogate"
  (integer->char (hidden #xD800))
  => "Exception in integer->char: 55296 is not a valid unicode scalar value")
(test-error "char->integer of a string"
  (char->integer (hidden "a")) => "Exception in char->integer: \"a\" is not a character")
(test-error "list-ref past the end"
  (list-ref (hidden '(1 2)) 5) => "Exception in list-ref: index 5 is out of range for list (1 2)")
(test-error "length of an improper list"
  (length (hidden '(1 2 . 3))) => "Exception in length: (1 2 . 3) is not a proper list")
(test-error "length of a circular list"
  (let ([l (list 1 2)]) (set-cdr! (cdr l) l) (length l))
  => "Exception in length: (1 2 1 2 1 2 ...) is circular")
(test-error "apply to an improper list"
  (apply + (hidden '(1 . 2))) => "Exception in apply: (1 . 2) is not a proper list")
(test-error "map over lists of different lengths"
  (map + (hidden '(1 2)) '(1)) => "Exception in map: lists (1 2) and (1) differ in length")
(test-error "append to an improper list"
  (append (hidden '(1 . 2)) '(3)) => "Exception in append: (1 . 2) is not a proper list")
(test-error "reverse of an atom"
  (reverse (hidden 5)) => "Exception in reverse: 5 is not a proper list")
(test-error "symbol->string of a string"
  (symbol->string (hidden "a")) => "Exception in symbol->string: \"a\" is not a symbol")
(test-error "hashtable-ref of a vector"
  (hashtable-ref (hidden (vector)) 1 2) => "Exception in hashtable-ref: #() is not a hashtable")
(test-error "make-vector of a negative length"
  (make-vector (hidden -1)) => "Exception in make-vector: -1 is not a valid vector length")
(test-error "substring with its ends swapped"
  (substring (hidden "abc") 2 1)
  => "Exception in substring: 2 and 1 are not valid start/end indices for \"abc\"")
(test-error "string->symbol of a symbol"
  (string->symbol (hidden 'a)) => "Exception in string->symbol: a is not a string")
(test-error "a letrec used too early"
  (letrec ([a (hidden b)] [b 1]) a) => "Exception: attempt to reference undefined variable b")
(test-error "too few values"
  (let-values ([(a b) (hidden 1)]) a)
  => "Exception in let-values: incorrect number of values from rhs (hidden 1)")
(test-error "too many values"
  (call-with-values (lambda () (values 1 2 3)) (lambda (a b) a))
  => "Exception: incorrect argument count in call (call-with-values (lambda () (values 1 2 3)) (lambda (a b) a))")
(test-error "values for one value"
  (+ 1 ((hidden (lambda () (values 1 2)))))
  => "Exception: returned 2 values to single value return context")
(test-error "bytevector-u8-set! of 256"
  (bytevector-u8-set! (make-bytevector 1) 0 (hidden 256))
  => "Exception in bytevector-u8-set!: invalid value 256")
(test-error "opening a missing file"
  (open-input-file "no-such-file")
  => "Exception in open-input-file: failed for no-such-file: no such file or directory")
(test-error "reading from a closed port"
  (let ([p (open-input-string "x")]) (close-port p) (read-char p))
  => "Exception in read-char: not permitted on closed port #<input port string>")
(test-error "read of an unbalanced parenthesis"
  (read (open-input-string "(a b"))
  => "Exception in read: unexpected end-of-file reading list at char 0 of #<input port string>")
(test-error "read of a lone close"
  (read (open-input-string ")"))
  => "Exception in read: unexpected close parenthesis at char 0 of #<input port string>")
(test-error "read of bad hash syntax"
  (read (open-input-string "#<procedure>"))
  => "Exception in read: invalid sharp-sign prefix #< at char 0 of #<input port string>")
(test-error "read of a bad number"
  (read (open-input-string "#xZZ"))
  => "Exception in read: invalid number syntax #xZZ at char 0 of #<input port string>")
(test-error "raise of a bare condition"
  (raise (make-message-condition "only a message")) => "Exception: only a message")
(test-error "a compound of who, message and irritants"
  (raise (condition (make-error) (make-who-condition 'me) (make-message-condition "m")
           (make-irritants-condition '(1 2))))
  => "Exception in me: m with irritants (1 2)")
(test "simple-conditions"
  (length (simple-conditions (condition (make-error) (make-message-condition "m")
                               (condition (make-warning) (make-who-condition 'w)))))
  => 4)
(test "condition-message of a compound"
  (condition-message (condition (make-warning) (make-message-condition "hello"))) => "hello")
(define-condition-type &mine &error make-mine mine? (code mine-code))
(test "a condition type of our own"
  (guard (c [(mine? c) (list (mine-code c) (error? c))])
    (raise (condition (make-mine 7) (make-message-condition "m"))))
  => (7 #t))
(test "condition-predicate and condition-accessor"
  (let ([c (make-mine 3)])
    (list ((condition-predicate (record-type-descriptor &mine)) c)
      ((condition-accessor (record-type-descriptor &mine) mine-code) c)))
  => (#t 3))
(test "an error in C's half keeps its continuation"
  (continuation-condition? (caught (lambda () (car (hidden 5))))) => #t)
(test "i/o condition of a missing file"
  (let ([c (caught (lambda () (open-input-file "no-such-file")))])
    (list (i/o-file-does-not-exist-error? c) (i/o-filename-error? c) (i/o-error-filename c)))
  => (#t #t "no-such-file"))
(test "syntax-violation's form"
  (let ([c (caught (lambda () (eval '(let ((x)) x))))])
    (list (syntax-violation? c) (syntax->datum (syntax-violation-form c))))
  => (#t (let ((x)) x)))
(test "lexical-violation from read"
  (let ([c (caught (lambda () (read (open-input-string "#z"))))]) (lexical-violation? c)) => #t)
(test "warning goes on"
  (with-exception-handler (lambda (c) (if (warning? c) (condition-message c) (raise c)))
    (lambda ()
      (let ([x (raise-continuable (condition (make-warning) (make-message-condition "careful")))])
        (list x 'after))))
  => ("careful" after))
(test "a hundred nested guards"
  (let loop ([n 100])
    (if (= n 0)
      (raise 'bottom)
      (guard (x [(and (eq? x 'bottom) (= n 50)) (list 'at n)] [(string? x) 'never])
        (loop (- n 1)))))
  => (at 50))
(test "ten thousand raises"
  (let loop ([i 0] [s 0])
    (if (= i 10000) s (loop (+ i 1) (+ s (guard (x [(number? x) x]) (raise 1))))))
  => 10000)
(test "current-exception-state is the handler's"
  (call/cc
    (lambda (k)
      (parameterize ([current-exception-state (create-exception-state (lambda (c)
                                                                        (k (list 'state c))))])
        (raise 'x))))
  => (state x))
(test "default handler's message on an error port"
  (let ([p (open-output-string)])
    (display-condition (caught (lambda () (vector-ref (hidden (vector)) 0))) p)
    (get-output-string p))
  => "Exception in vector-ref: 0 is not a valid index for #()")
(test "exit-handler"
  (call/cc
    (lambda (k) (parameterize ([exit-handler (lambda args (k (cons 'exit args)))]) (exit 3))))
  => (exit 3))
(test "reset-handler"
  (call/cc (lambda (k) (parameterize ([reset-handler (lambda () (k 'reset))]) (reset)))) => reset)
(test "abort-handler"
  (call/cc (lambda (k) (parameterize ([abort-handler (lambda args (k 'aborted))]) (abort))))
  => aborted)
