;; From source to object file and back: load, compile-file, compile-program, compile-library,
;; compressed object files, eval, expand, interpret, and what the compiler makes of awkward code.

(define (spew file . forms)
  (call-with-output-file file (lambda (p) (for-each (lambda (f) (write f p) (newline p)) forms))
    'replace))
(define (quietly thunk) (parameterize ([compile-file-message #f]) (thunk)))
(define (first-bytes file n)
  (bytevector->u8-list (call-with-port (open-file-input-port file)
                         (lambda (p) (get-bytevector-n p n)))))
(define seen '())
(define (see! x) (set! seen (cons x seen)))
(define (seeing thunk) (set! seen '()) (thunk) (reverse seen))

(test "load of a source file"
  (begin (spew "a.ss" '(see! 1) '(see! (+ 1 1))) (seeing (lambda () (load "a.ss")))) => (1 2))
(test "load with a handler"
  (begin
    (spew "a.ss" '(x y) '(z))
    (seeing (lambda ()
              (load "a.ss"
                (lambda (x)
                  (see! (syntax->datum (if (annotation? x) (annotation-stripped x) x))))))))
  => ((x y) (z)))
(test "load defines at the top level"
  (begin (spew "d.ss" '(define loaded-variable 'from-load)) (load "d.ss") (eval 'loaded-variable))
  => from-load)
(test-error "load of a missing file"
  (load "missing.ss") => "Exception in load: failed for missing.ss: no such file or directory")
(test-error "load of a file with a syntax error tells the place"
  (begin
    (spew "bad.ss" '(define x) '(let ((1))))
    (call-with-output-file "bad.ss" (lambda (p) (display "(define ok 1)\n(if)\n" p)) 'replace)
    (load "bad.ss"))
  => "Exception: invalid syntax (if) at line 2, char 1 of bad.ss")
(test-error "load of a file with an unbalanced parenthesis"
  (begin
    (call-with-output-file "open.ss" (lambda (p) (display "(define ok 1)\n  (car '(a)" p)) 'replace)
    (load "open.ss"))
  => "Exception in read: unexpected end-of-file reading list at line 2, char 3 of open.ss")
(test "compile-file and load of the object file"
  (begin
    (spew "c.ss" '(define (cf x) (* x x)) '(see! (cf 12)))
    (quietly (lambda () (compile-file "c.ss")))
    (delete-file "c.ss")
    (seeing (lambda () (load "c.so"))))
  => (144))
(test "an object file begins with the fasl header"
  (begin
    (spew "h.ss" '(see! 1))
    (quietly (lambda () (compile-file "h.ss")))
    (list-head (first-bytes "h.so" 8) 8))
  => (0 0 0 0 99 104 101 122))
(test "object files in LZ4, gzip and plain"
  (map
    (lambda (compressed format)
      (spew "z.ss"
        '(define big '(a b c 1.5 "string" #\c 123456789012345678901234567890 #(1 2) #vu8(1 2 3)))
        '(define (zf x) (if (pair? x) (map zf x) x)) '(see! (zf big)))
      (parameterize ([fasl-compressed compressed]
                     [compress-format format]
                     [compile-file-message #f])
        (compile-file "z.ss" "z.so"))
      (seeing (lambda () (load "z.so"))))
    '(#t #t #f) '(lz4 gzip lz4))
  => (((a b c 1.5 "string" #\c 123456789012345678901234567890 #(1 2) #vu8(1 2 3)))
      ((a b c 1.5 "string" #\c 123456789012345678901234567890 #(1 2) #vu8(1 2 3)))
      ((a b c 1.5 "string" #\c 123456789012345678901234567890 #(1 2) #vu8(1 2 3)))))
(test "compression makes a large object file smaller"
  (let ([sizes (map
                 (lambda (compressed format)
                   (spew "s.ss"
                     `(define s-data
                        ',(map (lambda (i) (list i 'repeated "the same text")) (iota 2000))))
                   (parameterize ([fasl-compressed compressed]
                                  [compress-format format]
                                  [compile-file-message #f])
                     (compile-file "s.ss" "s.so"))
                   (load "s.so")
                   (call-with-port (open-file-input-port "s.so") port-length))
                 '(#f #t #t) '(lz4 lz4 gzip))])
    (list (> (car sizes) (* 2 (cadr sizes))) (> (car sizes) (* 2 (caddr sizes)))
      (eval '(length s-data))))
  => (#t #t 2000))
(test "a hundred procedures in an object file"
  (begin
    (apply spew "p.ss"
      (map
        (lambda (i)
          `(define (,(string->symbol (format "proc~a" i)) x)
             (+ x ,i (if (> x 0) (,(string->symbol (format "proc~a" (max 0 (- i 1)))) (- x 1)) 0))))
        (iota 100)))
    (quietly (lambda () (compile-file "p.ss")))
    (load "p.so")
    (eval '(proc99 10)))
  => 1089)
(test "closures and constants of an object file survive collections"
  (begin
    (spew "k.ss"
      '(define make-k
         (let ([table '#(1 "two" 3.0 (4))]) (lambda (i) (lambda () (vector-ref table i))))))
    (quietly (lambda () (compile-file "k.ss")))
    (load "k.so")
    (collect 0 1)
    (collect 1 2)
    (collect 2 3)
    (let ([ks (map (eval 'make-k) '(0 1 2 3))]) (collect 3 3) (map (lambda (k) (k)) ks)))
  => (1 "two" 3.0 (4)))
(test "a macro in an object file"
  (begin
    (spew "m.ss" '(define-syntax from-object (syntax-rules () [(_ a) (list a 'expanded)])))
    (quietly (lambda () (compile-file "m.ss")))
    (delete-file "m.ss")
    (load "m.so")
    (eval '(from-object 5)))
  => (5 expanded))
(test "a record definition in an object file"
  (begin
    (spew "r.ss" '(define-record-type rec-in-object (fields a (mutable b))))
    (quietly (lambda () (compile-file "r.ss")))
    (load "r.so")
    (eval '(let ([r (make-rec-in-object 1 2)])
             (rec-in-object-b-set! r 9)
             (list (rec-in-object? r) (rec-in-object-a r) (rec-in-object-b r)))))
  => (#t 1 9))
(test "gensyms of an object file are one"
  (begin
    (spew "g.ss" '(define g-pair (let ([g (gensym "tag")]) (cons g g))))
    (quietly (lambda () (compile-file "g.ss")))
    (load "g.so")
    (eval '(eq? (car g-pair) (cdr g-pair))))
  => #t)
(test "shared and cyclic constants"
  (begin
    (call-with-output-file "y.ss"
      (lambda (p) (display "(define cyc '#0=(1 2 . #0#)) (define sh '(#1=(a) #1#))" p)) 'replace)
    (quietly (lambda () (compile-file "y.ss")))
    (load "y.so")
    (eval '(list (eq? cyc (cddr cyc)) (eq? (car sh) (cadr sh)))))
  => (#t #t))
(test "compile-to-port and load-compiled-from-port"
  (let-values ([(p get) (open-bytevector-output-port)])
    (compile-to-port '((see! 'one) (see! 'two)) p)
    (let ([b (get)]) (seeing (lambda () (load-compiled-from-port (open-bytevector-input-port b))))))
  => (one two))
(test "compile-to-file"
  (begin (compile-to-file '((see! 'compiled)) "ctf.so") (seeing (lambda () (load "ctf.so"))))
  => (compiled))
(test "maybe-compile-file compiles once"
  (begin
    (spew "mb.ss" '(see! 1))
    (quietly (lambda ()
               (maybe-compile-file "mb.ss")
               (let ([t (file-modification-time "mb.so")])
                 (maybe-compile-file "mb.ss")
                 (time=? t (file-modification-time "mb.so"))))))
  => #t)
(test "concatenate-object-files"
  (begin
    (spew "x1.ss" '(see! 1))
    (spew "x2.ss" '(see! 2))
    (quietly (lambda () (compile-file "x1.ss") (compile-file "x2.ss")))
    (concatenate-object-files "x12.so" "x1.so" "x2.so")
    (seeing (lambda () (load "x12.so"))))
  => (1 2))
(test "strip-fasl-file"
  (begin
    (spew "st.ss" '(define (stf x) (+ x 1)) '(see! (stf 1)))
    (parameterize ([generate-inspector-information #t])
      (quietly (lambda () (compile-file "st.ss"))))
    (strip-fasl-file "st.so" "st2.so" (fasl-strip-options inspector-source profile-source))
    (seeing (lambda () (load "st2.so"))))
  => (2))
(test "visit and revisit"
  (begin
    (spew "v.ss" '(eval-when (visit) (see! 'visited)) '(eval-when (revisit) (see! 'revisited))
      '(eval-when (load) (see! 'loaded)))
    (quietly (lambda () (compile-file "v.ss")))
    (list (seeing (lambda () (visit "v.so"))) (seeing (lambda () (revisit "v.so")))
      (seeing (lambda () (load "v.so")))))
  => ((visited) (revisited loaded) (visited revisited loaded)))
(test "compile-library, then import"
  (begin
    (spew "boxlib.ss"
      '(library (boxlib)
         (export double (rename (hid shown)))
         (import (chezscheme))
         (define hid 'renamed)
         (define-syntax double (syntax-rules () [(_ e) (* 2 e)]))))
    (quietly (lambda () (compile-library "boxlib.ss")))
    (load "boxlib.so")
    (eval '(let () (import (boxlib)) (list (double 21) shown))))
  => (42 renamed))
(test "a library that uses a library"
  (begin
    (eval '(library (base) (export b) (import (rnrs)) (define b 10)))
    (eval '(library (derived) (export d) (import (rnrs) (base)) (define d (* 2 b))))
    (eval '(let () (import (derived)) d)))
  => 20)
(test "a library's body runs once"
  (begin
    (eval '(define body-runs 0))
    (eval '(library (once)
             (export o)
             (import (chezscheme))
             (define o
               (begin (set-top-level-value! 'body-runs (+ 1 (top-level-value 'body-runs))) 5))))
    (eval '(let () (import (once)) o))
    (eval '(let () (import (once)) o))
    (eval 'body-runs))
  => 1)
(test "library-exports and library-list"
  (list
    (sort (lambda (a b) (string<? (symbol->string a) (symbol->string b)))
      (library-exports '(boxlib)))
    (and (member '(boxlib) (library-list)) #t))
  => ((double shown) #t))
(test "a versioned library"
  (begin
    (eval '(library (ver (2 1)) (export v) (import (rnrs)) (define v 'two)))
    (eval '(let () (import (ver (2))) v)))
  => two)
(test-error "a library of the wrong version"
  (eval '(let () (import (ver (3))) v))
  => "Exception: library (ver) version mismatch: want (3) but (2 1) already loaded")
(test-error "a library that is nowhere"
  (eval '(let () (import (no such library)) 1)) => "Exception: library (no such library) not found")
(test-error "an import of what is not exported"
  (eval '(let () (import (only (rnrs) not-in-rnrs)) 1))
  => "Exception: missing import for not-in-rnrs (only (rnrs) not-in-rnrs)")
(test-error "set! of an import"
  (begin
    (eval '(library (const) (export c) (import (rnrs)) (define c 1)))
    (eval '(let () (import (const)) (set! c 2))))
  => "Exception: attempt to assign immutable variable c")
(test "compile-program and load-program"
  (begin
    (spew "prog.ss" '(import (chezscheme)) '(define x 6)
      '(set-top-level-value! 'program-result (* x 7)))
    (quietly (lambda () (compile-program "prog.ss")))
    (load-program "prog.so")
    (eval 'program-result))
  => 42)
(test "a whole program"
  (begin
    (spew "wlib.ss" '(library (wlib) (export w) (import (chezscheme)) (define w 10)))
    (spew "wprog.ss" '(import (chezscheme) (wlib)) '(set-top-level-value! 'whole-result (+ w 1)))
    (parameterize ([generate-wpo-files #t]
                   [compile-imported-libraries #t]
                   [compile-file-message #f])
      (compile-program "wprog.ss")
      (compile-whole-program "wprog.wpo" "whole.so"))
    (load-program "whole.so")
    (eval 'whole-result))
  => 11)
(test "compile-imported-libraries"
  (begin
    (spew "imported.ss" '(library (imported) (export i) (import (chezscheme)) (define i 'imp)))
    (parameterize ([compile-imported-libraries #t] [compile-file-message #f])
      (list (eval '(let () (import (imported)) i)) (file-exists? "imported.so"))))
  => (imp #t))
(test "fasl-file"
  (begin
    (spew "ff.ss" '(a "b" 1.5) '(c))
    (fasl-file "ff.ss" "ff.fasl")
    (call-with-port (open-file-input-port "ff.fasl")
      (lambda (p) (let* ([a (fasl-read p)] [b (fasl-read p)]) (list a b)))))
  => ((a "b" 1.5) (c)))

(test "eval in the scheme environment" (eval '(let ([x 1]) (+ x 2)) (scheme-environment)) => 3)
(test "eval in a named environment" (eval '(+ 1 2) (environment '(only (rnrs) +))) => 3)
(test-error "eval of what an environment lacks"
  (eval '(car '(1)) (environment '(only (rnrs) +)))
  => "Exception: attempt to reference unbound identifier car")
(test "copy-environment"
  (let ([e (copy-environment (scheme-environment))])
    (eval '(define car 5) e)
    (list (eval 'car e) (eval '(car '(1)))))
  => (5 1))
(test "interpret"
  (interpret '(let fib ([n 15]) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))) => 610)
(test "interpret: closures, set!, call/cc, values"
  (interpret '(let ([n 0])
                (call-with-values (lambda () (call/cc (lambda (k) (set! n 5) (k n (+ n 1)))))
                  (lambda (a b) (list a b n)))))
  => (5 6 5))
(test "interpret: rest arguments and case-lambda"
  (interpret '(let ([f (case-lambda [(a) (list 'one a)] [(a . r) (list 'more a r)])])
                (list (f 1) (f 1 2 3))))
  => ((one 1) (more 1 (2 3))))
(test "interpret: deep recursion"
  (interpret '(let f ([n 50000]) (if (= n 0) 0 (+ 1 (f (- n 1)))))) => 50000)
(test "interpret: a macro"
  (interpret '(let () (define-syntax m (syntax-rules () [(_ a b ...) (list b ... a)])) (m 1 2 3)))
  => (2 3 1))
(test-error "interpret: an error"
  (interpret '(let ([x 'a]) (car x))) => "Exception in car: a is not a pair")
(test "current-eval may be interpret"
  (parameterize ([current-eval interpret]) (eval '(map (lambda (x) (* x x)) '(1 2 3)))) => (1 4 9))
(test "compile" (compile '((lambda (x) (* x 2)) 21)) => 42)
(test-print "expand"
  (parameterize ([print-gensym #f]) (expand '(let ([x 1]) (if x 2 3))))
  => "(let ((x 1)) (if x 2 3))")
(test-print "expand/optimize folds"
  (expand/optimize '(let ([x 3]) (if (= x 3) (+ x 4) (car '())))) => "7")
(test-print "expand/optimize inlines"
  (expand/optimize '(let ([f (lambda (x) (cons x x))]) (f 5))) => "(($primitive 2 cons) 5 5)")
(test-print "sc-expand of a macro" (syntax->datum (expand '(or a b))) => "(let ((t a)) (if t t b))")
(test "optimize levels give one result"
  (map
    (lambda (l)
      (parameterize ([optimize-level l])
        (eval '(let loop ([i 0] [v (make-vector 10 0)])
                 (if (= i 10)
                   (vector->list v)
                   (begin (vector-set! v i (* i i)) (loop (+ i 1) v)))))))
    '(0 1 2 3))
  => ((0 1 4 9 16 25 36 49 64 81) (0 1 4 9 16 25 36 49 64 81) (0 1 4 9 16 25 36 49 64 81)
      (0 1 4 9 16 25 36 49 64 81)))
(test "debug levels give one result"
  (map (lambda (l) (parameterize ([debug-level l]) (eval '(let ([f (lambda (x) (+ x 1))]) (f 41)))))
    '(0 1 2 3))
  => (42 42 42 42))
(test "run-cp0 off"
  (parameterize ([run-cp0 (lambda (cp0 x) x)]) (eval '(let ([x (+ 1 2)]) (* x x)))) => 9)
(test "enable-type-recovery off"
  (parameterize ([enable-type-recovery #f])
    (eval '(let ([x (car (list 1))]) (if (fixnum? x) (fx+ x 1) 0))))
  => 2)
(test "a large procedure compiled"
  (eval `(let ([x (hidden 1)])
           (cond ,@(map (lambda (i) `[(= x ,(+ i 2)) (vector ,i x)]) (iota 1000)) [else 'end])))
  => end)
(test "a large case compiled"
  (map (eval `(lambda (x) (case x ,@(map (lambda (i) `[(,i) ,(* i i)]) (iota 300)) [else 'no])))
    '(0 150 299 300))
  => (0 22500 89401 no))
(test "a case of symbols and characters compiled"
  (map
    (eval '(lambda (x)
             (case x
               [(a e i o u) 'vowel]
               [(#\a #\e) 'vowel-char]
               [(1.5 100000000000000000000) 'number]
               [else 'other])))
    '(e #\a 1.5 100000000000000000000 z))
  => (vowel vowel-char number number other))
(test "many free variables"
  (apply +
    ((apply
       (eval `(lambda ,(map (lambda (i) (string->symbol (format "x~a" i))) (iota 60))
                (lambda ()
                  (list ,@(map (lambda (i) (string->symbol (format "x~a" i))) (iota 60))))))
       (iota 60))))
  => 1770)
(test "compile-interpret-simple"
  (parameterize ([compile-interpret-simple #f]) (compile '(car '(1)))) => 1)
(test "generate-procedure-source-information"
  (procedure? (parameterize ([generate-procedure-source-information #t]) (compile '(lambda (x) x))))
  => #t)
(test "procedure-arity-mask"
  (map procedure-arity-mask
    (list car cons (lambda () 1) (lambda (a . r) 1) (case-lambda [(a) 1] [(a b c) 2])))
  => (2 4 1 -2 10))
