;; Expands a generated program of several thousand lines: macros by syntax-rules and syntax-case,
;; some of which define others or call themselves, local ones, records, named lets, pattern
;; variables with ellipses, quasiquotations. What comes out the second time is then run.

(module (make-program)
  (define next
    (let ([state 30103])
      (lambda (limit)
        (set! state (modulo (+ (* state 69069) 1) 4294967296))
        (modulo (quotient state 65536) limit))))

  (define macros
    '((define-syntax while
        (syntax-rules ()
          [(_ test body ...) (let again () (when test body ... (again)))]))
      (define-syntax swap!
        (syntax-rules ()
          [(_ a b) (let ([other a]) (set! a b) (set! b other))]))
      (define-syntax my-or
        (syntax-rules ()
          [(_) #f]
          [(_ e) e]
          [(_ e more ...) (let ([t e]) (if t t (my-or more ...)))]))
      (define-syntax bind
        (syntax-rules (be in)
          [(_ (x be e) more ... in body) (let ([x e]) (bind more ... in body))]
          [(_ in body) body]))
      (define-syntax for
        (lambda (x)
          (syntax-case x (from to)
            [(_ (i from low to high) body ...)
             (identifier? #'i)
             #'(do ([i low (+ i 1)]) ((= i high)) body ...)])))
      (define-syntax sum-of
        (lambda (x)
          (syntax-case x ()
            [(_ e ...)
             (with-syntax ([(t ...) (generate-temporaries #'(e ...))])
               #'(let ([t e] ...) (+ t ...)))])))
      (define-syntax with-return
        (lambda (x)
          (syntax-case x ()
            [(k body ...)
             (with-syntax ([return (datum->syntax #'k 'return)])
               #'(call/cc (lambda (return) body ...)))])))
      (define-syntax define-adder
        (syntax-rules ()
          [(_ name n)
           (define-syntax name
             (syntax-rules ()
               [(_ e (... ...)) (+ n e (... ...))]))]))
      (define-adder plus-10 10)))

  (define (expression depth variables)
    (if (= depth 0)
        (let* ([number? (= (next 3) 0)] [n (next 100)] [which (next (length variables))])
          (if number? n (list-ref variables which)))
        (let* ([kind (next 10)]
               [n (next 500)]
               [e1 (expression (- depth 1) variables)]
               [e2 (expression (- depth 1) variables)]
               [inner (expression (- depth 1) (cons 'p variables))])
          (case kind
            [(0) `(sum-of ,e1 ,n ,e2)]
            [(1) `(my-or (and (odd? ,e1) ,e2) (and (> ,n ,e2) ,e1) ,n)]
            [(2) `(bind (p be ,e1) (q be ,n) in (- ,inner q))]
            [(3) `(let ([p ,e1] [q ,e2]) (swap! p q) ,inner)]
            [(4) `(with-return (when (even? ,e1) (return ,n)) ,e2)]
            [(5) `(plus-10 ,e1 ,e2)]
            [(6) `(let ([p 0]) (for (i from 0 to 3) (set! p (+ p i ,e1))) ,inner)]
            [(7) `(let-syntax ([twice (syntax-rules () [(_ e) (+ e e)])]) (twice ,e1))]
            [(8) `(length `(a ,,e1 ,@(list ,e2 ,n)))]
            [else `(case (modulo ,e1 3) [(0) ,e2] [(1) ,n] [else (let ([p ,e2]) ,inner)])]))))

  (define (procedure name)
    (let ([e1 (expression 3 '(a b))] [e2 (expression 3 '(a b c))])
      `(define (,name a b)
         (define-record-type point (fields (mutable x) y))
         (let ([c 0] [p (make-point a b)])
           (while (< c 3)
             (point-x-set! p (modulo (+ (point-x p) ,e1) 997))
             (set! c (+ c 1)))
           (modulo (+ (point-x p) (point-y p) ,e2) 1000)))))

  (define (make-program count)
    (let ([names (map (lambda (i) (string->symbol (format "step-~s" i))) (iota count))])
      `(let ()
         ,@macros
         ,@(map procedure names)
         (+ ,@(map (lambda (name i) `(,name ,(modulo (* i 37) 100) ,i)) names (iota count)))))))

(define program (make-program 150))

(measure
  (lambda ()
    (expand program)
    (expand program))
  (lambda (expanded) (= (eval expanded) 70867)))
