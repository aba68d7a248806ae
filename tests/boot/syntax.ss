;; Definitions, binding forms and macros: what the expander and the compiler make of them while
;; running on the virtual machine themselves.

(define top-counter 0)
(define (bump!) (set! top-counter (+ top-counter 1)) top-counter)

(test "a defined variable is bumped" (list (bump!) (bump!)) => (1 2))
(test "let binds in parallel" (let ([x 1]) (let ([x 2] [y x]) (list x y))) => (2 1))
(test "let* binds in order" (let* ([x 1] [x (+ x 1)] [y (* x 10)]) (list x y)) => (2 20))
(test "letrec even and odd"
  (letrec ([even? (lambda (n) (if (= n 0) #t (odd? (- n 1))))]
           [odd? (lambda (n) (if (= n 0) #f (even? (- n 1))))])
    (list (even? 1000) (odd? 1000)))
  => (#t #f))
(test "letrec* sees earlier bindings" (letrec* ([a 1] [b (+ a 1)]) (* a b 5)) => 10)
(test "named let"
  (let loop ([i 0] [acc '()]) (if (= i 5) acc (loop (+ i 1) (cons i acc)))) => (4 3 2 1 0))
(test "internal definitions"
  (let () (define (f x) (* 2 (g x))) (define (g x) (+ x 1)) (f 20))
  => 42)
(test "rest arguments"
  (let ([f (lambda (a . rest) (list a rest))] [g (lambda all all)])
    (list (f 1) (f 1 2 3) (g) (g 4)))
  => ((1 ()) (1 (2 3)) () (4)))
(test "many arguments"
  (let ([f (lambda (a b c d e f g h i j k l m . r) (list a m r))])
    (f 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15))
  => (1 13 (14 15)))
(test "case-lambda selects by the number of arguments"
  (let ([f (case-lambda
             [() 0]
             [(a) (list 1 a)]
             [(a b) (list 2 a b)]
             [(a b . c) (list 'more a b c)])])
    (list (f) (f 'x) (f 'x 'y) (f 'x 'y 'z 'w)))
  => (0 (1 x) (2 x y) (more x y (z w))))
(test "let-values and let*-values"
  (let-values ([(a b) (values 1 2)] [(c . d) (values 3 4 5)])
    (let*-values ([(x y) (values a d)] [(z) (list x y)]) (list a b c d z)))
  => (1 2 3 (4 5) (1 (4 5))))
(test "define-values"
  (let () (define-values (x y . z) (values 1 2 3 4)) (list x y z)) => (1 2 (3 4)))
(test "set! of a captured variable"
  (let ([n 0])
    (let ([inc (lambda () (set! n (+ n 1)) n)] [get (lambda () n)])
      (inc) (inc) (list (get) (inc) (get))))
  => (2 3 3))
(test "cond with => and else" (list (cond [(assv 2 '((1 . a) (2 . b))) => cdr] [else 'none])
                                    (cond [#f 1] [else 2 3])
                                    (cond [(+ 1 1)]))
  => (b 3 2))
(test "case with lists, else and =>"
  (map (lambda (x) (case x [(1 2 3) 'small] [(a b) 'letter] [("s") 'string] [else 'other]))
    '(2 b "s" 9))
  => (small letter string other))
(test "and, or" (list (and) (or) (and 1 2) (or #f 3) (and 1 #f 2) (or #f #f)) => (#t #f 2 3 #f #f))
(test "when and unless" (list (when #t 1 2) (unless #f 3 4)) => (2 4))
(test "do with a body and two variables"
  (do ([i 0 (+ i 1)] [s '() (cons (* i i) s)]) ((= i 4) (reverse s)) (bump!))
  => (0 1 4 9))
(test "quasiquote nests and splices"
  (let ([x 5] [l '(1 2)]) `(a ,x ,@l #(b ,@l) `(c ,(d ,x)) . tail))
  => (a 5 1 2 #(b 1 2) `(c ,(d 5)) . tail))
(test "fluid-let restores after an escape"
  (let ([x 1])
    (let ([inside (call/cc (lambda (k) (fluid-let ([x 2]) (k x))))]) (list inside x)))
  => (2 1))
(test "rec" ((rec f (lambda (n) (if (= n 0) 1 (* n (f (- n 1)))))) 10) => 3628800)
(test "delay and force evaluate once"
  (let* ([n 0] [p (delay (begin (set! n (+ n 1)) n))]) (list (force p) (force p) n))
  => (1 1 1))
(test "a stream of promises"
  (let ()
    (define (from n) (cons n (delay (from (+ n 1)))))
    (let loop ([s (from 0)] [i 0]) (if (= i 1000) (car s) (loop (force (cdr s)) (+ i 1)))))
  => 1000)
(test "record-case"
  (record-case '(add 1 2) [(sub) (a b) (- a b)] [(add) (a b) (+ a b)] [else 0]) => 3)
(test "exclusive-cond" (exclusive-cond [(= 1 2) 'a] [(= 1 1) 'b]) => b)

(define-syntax swap!
  (syntax-rules () [(_ a b) (let ([tmp a]) (set! a b) (set! b tmp))]))
(test "syntax-rules keeps its own names apart"
  (let ([tmp 1] [other 2]) (swap! tmp other) (list tmp other)) => (2 1))
(define-syntax my-or
  (syntax-rules () [(_) #f] [(_ e) e] [(_ e r ...) (let ([t e]) (if t t (my-or r ...)))]))
(test "a recursive macro and a user's t" (let ([t 5]) (my-or #f #f t)) => 5)
(test "a macro sees its definition's if" (let ([if list]) (my-or #f 7)) => 7)
(define-syntax my-let*
  (syntax-rules ()
    [(_ () b1 b2 ...) (let () b1 b2 ...)]
    [(_ ([x e] more ...) b1 b2 ...) (let ([x e]) (my-let* (more ...) b1 b2 ...))]))
(test "nested ellipses by recursion"
  (my-let* ([a 1] [b (+ a 1)] [c (* b 3)]) (list a b c)) => (1 2 6))
(define-syntax transpose
  (syntax-rules () [(_ ((a b ...) ...)) '((a ...) (b ... ...))]))
(test "ellipsis of depth two" (transpose ((1 2 3) (4 5) (6))) => ((1 4 6) (2 3 5)))
(define-syntax tail-pattern
  (syntax-rules () [(_ a ... last) '(last a ...)]))
(test "an ellipsis before the last" (tail-pattern 1 2 3 4) => (4 1 2 3))
(define-syntax vector-pattern
  (syntax-rules () [(_ #(a b ...)) '(b ... a)]))
(test "a vector pattern" (vector-pattern #(1 2 3)) => (2 3 1))
(define-syntax escaped (syntax-rules () [(_ a) '(a (... ...))]))
(test "an escaped ellipsis" (escaped x) => (x ...))
(define-syntax with-literal
  (syntax-rules (=> to)
    [(_ a => b) (list 'arrow a b)]
    [(_ a to b) (list 'to a b)]
    [(_ a b c) 'neither]))
(test "literals of syntax-rules"
  (list (with-literal 1 => 2) (with-literal 1 to 2) (with-literal 1 2 3))
  => ((arrow 1 2) (to 1 2) neither))
(test "let-syntax and letrec-syntax"
  (let-syntax ([one (syntax-rules () [(_) 1])])
    (letrec-syntax ([ev? (syntax-rules () [(_) #t] [(_ x y ...) (od? y ...)])]
                    [od? (syntax-rules () [(_) #f] [(_ x y ...) (ev? y ...)])])
      (list (one) (ev? a b c d) (od? a b))))
  => (1 #t #f))

(define-syntax anaphoric-if
  (lambda (x)
    (syntax-case x ()
      [(k test then else)
       (with-syntax ([it (datum->syntax #'k 'it)])
         #'(let ([it test]) (if it then else)))])))
(test "syntax-case with datum->syntax"
  (anaphoric-if (assq 'b '((a . 1) (b . 2))) (cdr it) 'none) => 2)
(define-syntax checked
  (lambda (x)
    (syntax-case x ()
      [(_ n) (fixnum? (syntax->datum #'n)) #'(list 'fixnum n)]
      [(_ n) (identifier? #'n) #'(list 'identifier 'n)]
      [(_ . rest) #'(list 'other 'rest)])))
(test "fenders"
  (list (checked 5) (checked abc) (checked "x" 1)) => ((fixnum 5) (identifier abc) (other ("x" 1))))
(define-syntax count-down
  (lambda (x)
    (syntax-case x ()
      [(_ n)
       (let ([k (syntax->datum #'n)])
         (with-syntax ([(i ...) (let loop ([j 0]) (if (= j k) '() (cons j (loop (+ j 1)))))])
           #'(list i ...)))])))
(test "computing in a transformer" (count-down 6) => (0 1 2 3 4 5))
(define-syntax quasi
  (lambda (x)
    (syntax-case x ()
      [(_ a b ...)
       #`(list #,(datum->syntax #'a 10) 'a #,@(map (lambda (e) #`(+ 1 #,e)) #'(b ...)))])))
(test "quasisyntax and unsyntax-splicing" (quasi q 1 2 3) => (10 q 2 3 4))
(define-syntax bump-me (identifier-syntax (bump!)))
(test "identifier-syntax" (let ([before top-counter]) (- bump-me before)) => 1)
(define cell-value (list 0))
(define-syntax cell
  (identifier-syntax [id (car cell-value)] [(set! id e) (set-car! cell-value e)]))
(test "identifier-syntax with set!" (begin (set! cell 42) (list cell cell-value)) => (42 (42)))
(define-syntax (double stx) (syntax-case stx () [(_ e) #'(* 2 e)]))
(test "define-syntax in the manner of define" (double 21) => 42)
(test "generate-temporaries are distinct"
  (let ([t (generate-temporaries '(a b c))])
    (list (length t) (andmap identifier? t) (bound-identifier=? (car t) (cadr t))))
  => (3 #t #f))
(test "free-identifier=? and bound-identifier=?"
  (list (free-identifier=? #'car #'car) (free-identifier=? #'car #'cdr)
    (bound-identifier=? #'x #'x))
  => (#t #f #t))
(test "syntax->datum strips" (syntax->datum #'(a (b #(c "d" 5)))) => (a (b #(c "d" 5))))
(test "syntax->list" (map syntax->datum (syntax->list #'(a b (c d)))) => (a b (c d)))
(define-syntax plus-implicit
  (lambda (x)
    (syntax-case x ()
      [(k e)
       (with-implicit (k loop) #'(let loop ([n e] [s 0]) (if (= n 0) s (loop (- n 1) (+ s n)))))])))
(test "with-implicit" (plus-implicit 10) => 55)

(module counter-module (next! (show shown))
  (define n 0)
  (define shown 'hidden-helper)
  (define (next!) (set! n (+ n 1)) n)
  (define-syntax show (syntax-rules () [(_) shown])))
(import counter-module)
(test "a module exports procedures and macros" (list (next!) (next!) (show)) => (1 2 hidden-helper))
(test "a module inside a body"
  (let () (module m (a) (define a 10) (define b 20)) (import m) (+ a 1)) => 11)
(test "import with rename"
  (let () (import (rename (only (rnrs) car) (car first))) (first '(9 8))) => 9)
(test "import with prefix" (let () (import (prefix (only (rnrs) + *) n:)) (n:+ 1 (n:* 2 3))) => 7)
(test "alias" (let () (define x 5) (alias y x) (set! x 6) y) => 6)
(define-structure (point x y) ([z 7]))
(test "define-structure"
  (let ([p (make-point 1 2)])
    (set-point-z! p 9)
    (list (point? p) (point-x p) (point-y p) (point-z p) (point? 5)))
  => (#t 1 2 9 #f))
(define-enumeration color (red green blue) colors)
(test "define-enumeration"
  (list (color red) (enum-set->list (colors blue red)) (enum-set-member? 'green (colors green)))
  => (red (red blue) #t))
(test "enum-set operations"
  (let* ([u (make-enumeration '(a b c d))]
         [mk (enum-set-constructor u)]
         [s (mk '(a b))]
         [t (mk '(b c))])
    (list (enum-set->list (enum-set-union s t)) (enum-set->list (enum-set-intersection s t))
      (enum-set->list (enum-set-difference s t)) (enum-set->list (enum-set-complement s))
      (enum-set-subset? (mk '(a)) s) ((enum-set-indexer u) 'c)))
  => ((a b c) (b) (a) (c d) #t 2))
(test "define-property"
  (let ()
    (define p)
    (define x 1)
    (define-property x p "doc")
    (let-syntax ([get (lambda (s)
                        (lambda (lookup)
                          (syntax-case s () [(_ i k) (datum->syntax #'i (lookup #'i #'k))])))])
      (get x p)))
  => "doc")
(test "meta definitions"
  (let ()
    (meta define (twice x) (* 2 x))
    (define-syntax m
      (lambda (x) (syntax-case x () [(k n) (datum->syntax #'k (twice (syntax->datum #'n)))])))
    (m 21))
  => 42)
(test "meta-cond" (meta-cond [(> 1 2) 'a] [else 'b]) => b)
(test "eval-when at the prompt"
  (let () (eval '(eval-when (eval) (define from-eval-when 3))) (eval 'from-eval-when)) => 3)
(test "extend-syntax"
  (let () (extend-syntax (my-if then) [(my-if a then b) (and a b)]) (my-if 1 then 2)) => 2)
(test "case-sensitive by default" (let ([x 1] [X 2]) (list x X)) => (1 2))
(test "a macro that makes a macro"
  (let ()
    (define-syntax def-const
      (syntax-rules () [(_ n v) (define-syntax n (syntax-rules () [(_) v]))]))
    (def-const five 5)
    (five))
  => 5)
(test "a body of four hundred bindings"
  (eval `(let* ,(map
                  (lambda (i)
                    (let ([v (string->symbol (format "v~a" i))])
                      (list v (if (= i 0) 0 `(+ ,i ,(string->symbol (format "v~a" (- i 1))))))))
                  (iota 400))
           v399))
  => 79800)
(test "a call of three hundred arguments" (eval `(length (list ,@(iota 300)))) => 300)
(test "apply with five thousand arguments" (apply + (iota 5000)) => 12497500)
(test-error "invalid syntax is reported" (eval '(if)) => "Exception: invalid syntax (if)")
(test-error "a duplicate in lambda"
  (eval '(lambda (x x) x)) => "Exception: invalid parameter list in (lambda (x x) x)")
(test-error "no clause fits" (eval '(swap! a)) => "Exception: invalid syntax (swap! a)")
(test-error "a misplaced keyword" (eval '(+ if 1)) => "Exception: invalid syntax if")
(test-error "extra ellipsis"
  (eval '(syntax-rules () [(_ a) (a ...)]))
  => "Exception: extra ellipsis in syntax form (syntax (a ...))")
(test-error "syntax-violation from a transformer"
  (eval '(let-syntax ([m (lambda (x) (syntax-violation 'm "not today" x))]) (m 1 2)))
  => "Exception in m: not today (m 1 2)")
