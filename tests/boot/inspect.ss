;; The inspector: inspect/object on every kind of object, on procedures with their code and free
;; variables, and on continuations; the interactive inspector is tested in tests/cli/program.py,
;; over a pipe.

(define (kind x) ((inspect/object x) 'type))
(define (ask x . message) (apply (inspect/object x) message))

(test "types"
  (map kind
    (list 1 'a "s" #\c '(1) '() (vector 1) (bytevector 1) 1.5 1/2 (expt 10 30) 1+2i (box 1) car
      (open-input-string "") #t (eof-object) (void) (fxvector 1) (flvector 1.0) (weak-cons 1 2)
      (ephemeron-cons 1 2) (stencil-vector 1 'a)))
  => (simple symbol string simple pair simple vector bytevector simple simple simple simple box
       procedure port simple simple simple fxvector flvector pair pair stencil-vector))
(test "values" (list (ask 5 'value) (ask "s" 'value) (ask 'sym 'value)) => (5 "s" sym))
(test "pairs"
  (let ([o (inspect/object '(1 . 2))]) (list ((o 'car) 'value) ((o 'cdr) 'value) (o 'length)))
  => (1 2 (improper 1)))
(test "proper and improper lists"
  (map (lambda (x) (call-with-values (lambda () (ask x 'length)) list)) (list '(1 2 3) '(1 . 2)))
  => (((proper 3)) ((improper 1))))
(test "vectors"
  (let ([o (inspect/object (vector 'a 'b 'c))]) (list (o 'length) ((o 'ref 1) 'value))) => (3 b))
(test "strings and bytevectors"
  (list (ask "abc" 'length) ((ask "abc" 'ref 2) 'value) (ask #vu8(1 2) 'length)
    ((ask #vu8(1 2) 'ref 0) 'value))
  => (3 #\c 2 1))
(test "numbers"
  (list (ask 1/2 'value) (ask 1+2i 'value) (ask (expt 10 20) 'value))
  => (1/2 1+2i 100000000000000000000))
(test "boxes" ((ask (box 'inside) 'unbox) 'value) => inside)
(test "symbols"
  (let ([o (inspect/object 'inspect-test-symbol)])
    (set-top-level-value! 'inspect-test-symbol 42)
    (list ((o 'name) 'value) (o 'gensym?) ((o 'top-level-value) 'value)))
  => ("inspect-test-symbol" #f 42))
(define-record-type inspected (fields a (mutable b)))
(test "records"
  (let ([o (inspect/object (make-inspected 1 2))])
    (list (o 'type) (o 'length) ((o 'fields) 'value) ((o 'ref 'a) 'value)
      (begin (o 'set! 'b 9) ((o 'ref 'b) 'value)) (o 'accessible? 'a) (o 'mutable? 'a)
      ((o 'name) 'value)))
  => (record 2 (a b) 1 9 #t #f "inspected"))
(test "a record's type" ((ask (make-inspected 1 2) 'rtd) 'type) => record)
(test "print and write"
  (let ([p (open-output-string)])
    (ask '(1 "two" #\3) 'print p)
    (let ([a (get-output-string p)]) (ask '(1 "two") 'write p) (list a (get-output-string p))))
  => ("(1 \"two\" #\\3)\n" "(1 \"two\")"))
(test "size"
  (map (lambda (x) (ask x 'size (collect-maximum-generation))) (list '(1) (vector 1 2) "abcd"))
  => (16 32 32))
(define inspected-procedure
  (parameterize ([generate-inspector-information #t])
    (eval '(let ([free-one 'one] [free-two (list 2)])
             (set! free-one (hidden free-one))
             (hidden free-two)
             (lambda (x) (list x free-one free-two))))))
(test "procedures"
  (let ([o (inspect/object inspected-procedure)]) (list (o 'type) (o 'length) ((o 'code) 'type)))
  => (procedure 2 code))
(test "a procedure's free variables"
  (let ([o (inspect/object inspected-procedure)])
    (sort (lambda (a b) (string<? (car a) (car b)))
      (map
        (lambda (i)
          (let ([v (o 'ref i)])
            (list (format "~s" (v 'name)) (((if (eq? (v 'type) 'variable) v v) 'ref) 'value))))
        (iota (o 'length)))))
  => (("free-one" one) ("free-two" (2))))
(test "a code object"
  (let ([c (ask car 'code)]) (list (c 'type) ((inspect/object car) 'type) (c 'name)))
  => (code procedure "car"))
(test "a named procedure's name"
  (let () (define (some-name x) (hidden x)) ((ask some-name 'code) 'name)) => "some-name")
(test "a code object's source"
  (let ([c ((inspect/object inspected-procedure) 'code)])
    (let ([s (c 'source)]) (and s (let ([v (s 'value)]) (pair? v)))))
  => #t)
(test "arities"
  (map procedure-arity-mask (list car list (lambda (a b . c) a) inspected-procedure))
  => (2 -1 -4 2))
(test "a continuation"
  (let ([k (call/cc (lambda (k) (let ([k2 (car (list (call/cc (lambda (k) k))))]) k2)))])
    (let ([o (inspect/object k)]) (list (o 'type) (> (o 'depth) 1) ((o 'link) 'type))))
  => (continuation #t continuation))
(test "a continuation's variables"
  (let ()
    (define k
      (parameterize ([generate-inspector-information #t] [enable-type-recovery #f])
        ((eval '(lambda (a)
                  (let ([b (hidden (list a a))])
                    (let ([k (call/cc (lambda (k) k))])
                      (hidden b)
                      (hidden a)
                      (if (procedure? k) (cons k b) k)))))
         'value-of-a)))
    (let ([o (inspect/object (car k))]) (list (o 'type) (> (o 'length) 0))))
  => (continuation #t))
(test "the depth of a recursion shows in its continuation"
  (let ([k #f])
    (let down ([n 100]) (if (= n 0) (call/cc (lambda (c) (set! k c) 0)) (+ 1 (down (- n 1)))))
    (>= ((inspect/object k) 'depth) 100))
  => #t)
(test "walking a hundred links"
  (let ([k #f])
    (let down ([n 150]) (if (= n 0) (call/cc (lambda (c) (set! k c) 0)) (+ 1 (down (- n 1)))))
    (let loop ([o (inspect/object k)] [n 0]) (if (= n 100) (o 'type) (loop (o 'link) (+ n 1)))))
  => continuation)
(test "link*"
  (let ([k #f])
    (let down ([n 50]) (if (= n 0) (call/cc (lambda (c) (set! k c) 0)) (+ 1 (down (- n 1)))))
    (let ([o (inspect/object k)]) (= (- (o 'depth) 20) ((o 'link* 20) 'depth))))
  => #t)
(test "a continuation's code"
  (let ([k (car (list (call/cc (lambda (k) k))))]) (((inspect/object k) 'code) 'type)) => code)
(test "ports"
  (let ([o (inspect/object (open-input-string "x"))])
    (list (o 'type) ((o 'name) 'value) (o 'input?) (o 'output?) (o 'closed?)))
  => (port "string" #t #f #f))
(test "environments and times"
  (map kind
    (list (scheme-environment) (current-time) (make-eq-hashtable) (make-guardian)
      (make-parameter 1)))
  => (record record record procedure procedure))
(test "make-object-finder"
  (let* ([x (list 'find 'me)] [y (vector 1 (list x))])
    (let ([find ((make-object-finder (lambda (o) (eq? o x)) y (collect-maximum-generation)))])
      (list (length find) (eq? (car find) x))))
  => (3 #t))
(test "unknown message"
  (guard (c [#t (harness-message c)]) (ask '(1) 'no-such-message))
  => "Exception in inspector-object: invalid message no-such-message to object type pair")
;; releases: all but 9.5.9.8
(test "wrapper procedures"
  (let ([w (make-wrapper-procedure (lambda (a b) (list b a)) 4 'data)])
    (list (w 1 2) (wrapper-procedure? w) (wrapper-procedure-data w) (procedure-arity-mask w)
      (begin (set-wrapper-procedure-data! w 'new) (wrapper-procedure-data w))
      (begin (set-wrapper-procedure-procedure! w list) (w 1 2))))
  => ((2 1) #t data 4 new (1 2)))
(test "arity wrappers"
  (let ([w (make-arity-wrapper-procedure (lambda args args) 8 #f)])
    (list (w 1 2 3) (procedure-arity-mask w)))
  => ((1 2 3) 8))
