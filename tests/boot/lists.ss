;; Lists, association lists, sorting and merging, strings of characters as sequences, symbols,
;; gensyms and property lists.

(define (numbers n seed)
  (let loop ([i 0] [s seed] [l '()])
    (if (= i n)
      l
      (let ([s (modulo (+ (* s 1103515245) 12345) 2147483648)])
        (loop (+ i 1) s (cons (quotient s 7) l))))))
(define (sorted? l) (or (null? l) (null? (cdr l)) (and (<= (car l) (cadr l)) (sorted? (cdr l)))))

(test "car to cddddr"
  (let ([l '((1 (2 3)) 4 (5 6) 7 . 8)])
    (list (caar l) (cadr l) (caadar l) (caddr l) (caaddr l) (cdaddr l) (cadddr l) (cddddr l)))
  => (1 4 2 (5 6) 5 (6) 7 8))
(test "list, cons*, make-list, iota, enumerate"
  (list (list) (cons* 1 2 '(3)) (cons* 'a) (make-list 3 'x) (iota 4) (enumerate '(a b c)))
  => (() (1 2 3) a (x x x) (0 1 2 3) (0 1 2)))
(test "append and append!"
  (list (append) (append '(1)) (append '(1) '(2) '() '(3 . 4)) (append! (list 1 2) (list 3))
    (append '() 5))
  => (() (1) (1 2 3 . 4) (1 2 3) 5))
(test "append shares its last argument"
  (let* ([t (list 3)] [l (append '(1 2) t)]) (eq? t (cddr l))) => #t)
(test "reverse and reverse!"
  (list (reverse '(1 2 3)) (reverse! (list 1 2 3)) (reverse '())) => ((3 2 1) (3 2 1) ()))
(test "length, list-ref, list-tail, list-head, last-pair"
  (list (length '(1 2 3)) (list-ref '(a b c) 2) (list-tail '(1 2 3) 1) (list-head '(1 2 3) 2)
    (last-pair '(1 2 . 3)))
  => (3 c (2 3) (1 2) (2 . 3)))
(test "list-copy"
  (let* ([l (list 1 2)] [m (list-copy l)]) (set-car! m 9) (list l m)) => ((1 2) (9 2)))
(test "list? and pair?"
  (map (lambda (x) (list (list? x) (pair? x) (null? x) (atom? x))) (list '() '(1) '(1 . 2) 5))
  => ((#t #f #t #t) (#t #t #f #f) (#f #t #f #f) (#f #f #f #t)))
(test "list? of a cycle" (let ([l (list 1 2 3)]) (set-cdr! (cddr l) l) (list? l)) => #f)
(test "memq, memv, member, memp"
  (list (memq 'c '(a b c d)) (memv 1.5 '(1 1.5 2)) (member '(1) '((0) (1) (2)))
    (memp even? '(1 3 4 5)) (memq 'z '(a)))
  => ((c d) (1.5 2) ((1) (2)) (4 5) #f))
(test "assq, assv, assoc, assp"
  (list (assq 'b '((a . 1) (b . 2))) (assv 2 '((1 . a) (2 . b))) (assoc "x" '(("y" . 1) ("x" . 2)))
    (assp odd? '((2 . a) (3 . b))) (assq 'z '()))
  => ((b . 2) (2 . b) ("x" . 2) (3 . b) #f))
(test "remq, remv, remove, remp"
  (list (remq 'a '(a b a c)) (remv 1 '(1 2 1)) (remove "x" '("x" "y")) (remp even? '(1 2 3 4))
    (remq! 'a (list 'a 'b 'a)))
  => ((b c) (2) ("y") (1 3) (b)))
(test "filter, partition, find"
  (list (filter odd? '(1 2 3 4 5)) (values->list (partition odd? '(1 2 3 4 5)))
    (find even? '(1 3 4)) (find even? '(1 3)))
  => ((1 3 5) ((1 3 5) (2 4)) 4 #f))
(test "map, for-each, andmap, ormap, exists, for-all"
  (list (map + '(1 2 3) '(10 20 30)) (map list '(1 2) '(a b) '("x" "y") '(#t #f))
    (andmap even? '(2 4)) (ormap odd? '(2 3)) (exists memq '(a b) '((x) (a b)))
    (for-all < '(1 2) '(2 3)) (andmap odd? '()))
  => ((11 22 33) ((1 a "x" #t) (2 b "y" #f)) #t #t (b) #t #t))
(test-output "for-each in order over three lists"
  (for-each (lambda (a b c) (display (list a b c))) '(1 2) '(3 4) '(5 6)) => "(1 3 5)(2 4 6)")
(test "fold-left and fold-right"
  (list (fold-left cons '() '(1 2 3)) (fold-right cons '() '(1 2 3)) (fold-left + 0 '(1 2) '(10 20))
    (fold-right list 'z '(1 2) '(a b)))
  => ((((() . 1) . 2) . 3) (1 2 3) 33 (1 a (2 b z))))
(test "subst and substq!"
  (list (subst 'x '(1) '(a (1) (b (1)))) (substq 'x 'a '(a b (a))) (substv! 9 1 (list 1 2 1)))
  => ((a x (b x)) (x b (x)) (9 2 9)))
(test "assq on a long list"
  (let ([l (map (lambda (i) (cons i (* i i))) (iota 10000))]) (cdr (assv 9999 l))) => 99980001)
(test "list-set by set-car!"
  (let ([l (list 1 2 3)]) (set-car! (cddr l) 'c) (set-cdr! l '(b)) l) => (1 b))
(test "equal? on everything"
  (list (equal? '(1 (2 #(3 "x"))) (list 1 (list 2 (vector 3 (string #\x))))) (equal? 1.0 1)
    (equal? #vu8(1) (bytevector 1)) (equal? (box '(1)) (box '(1))) (equal? "a" "b") (equal? 'a 'a)
    (equal? '#vfx(1) (fxvector 1)) (equal? '#vfl(1.5) (flvector 1.5)))
  => (#t #f #t #t #f #t #t #t))
(test "equal? on cycles"
  (let ([a (list 1 2)] [b (list 1 2)]) (set-cdr! (cdr a) a) (set-cdr! (cdr b) b) (equal? a b))
  => #t)
(test "eq? and eqv?"
  (list (eq? 'a 'a) (eq? '() '()) (eqv? 1.5 1.5) (eqv? 100000000000000000000 100000000000000000000)
    (eqv? "" "") (eq? 5 5) (eqv? 0.0 -0.0))
  => (#t #t #t #t #t #t #f))

(test "sort of a list" (sort < '(3 1 2 5 4)) => (1 2 3 4 5))
(test "sort is stable"
  (sort (lambda (a b) (< (car a) (car b))) '((1 . a) (0 . b) (1 . c) (0 . d)))
  => ((0 . b) (0 . d) (1 . a) (1 . c)))
(test-error "sort of a vector"
  (sort > (vector 3 1 2)) => "Exception in sort: #(3 1 2) is not a proper list")
(test "sort! of a list and a vector"
  (list (sort! < (list 3 1 2)) (let ([v (vector 3 1 2)]) (vector-sort! < v) v))
  => ((1 2 3) #(1 2 3)))
(test "list-sort and vector-sort"
  (list (list-sort < '(2 1)) (vector-sort < '#(2 1 3))) => ((1 2) #(1 2 3)))
(test "sort leaves its argument" (let ([l (list 3 1 2)]) (sort < l) l) => (3 1 2))
(test "sort of twenty thousand"
  (let* ([l (numbers 20000 42)] [s (sort < l)])
    (list (sorted? s) (length s) (= (apply + l) (apply + s))))
  => (#t 20000 #t))
(test "vector-sort! of twenty thousand"
  (let ([v (list->vector (numbers 20000 43))]) (vector-sort! < v) (sorted? (vector->list v))) => #t)
(test "sort of sorted and reversed lists"
  (list (sorted? (sort < (iota 5000))) (sorted? (sort < (reverse (iota 5000))))) => (#t #t))
(test "sort of strings"
  (sort string<? '("pear" "apple" "fig" "Apple")) => ("Apple" "apple" "fig" "pear"))
(test "merge and merge!"
  (list (merge < '(1 3 5) '(2 4)) (merge! < (list 1 4) (list 2 3))) => ((1 2 3 4 5) (1 2 3 4)))
(test "an escape from a comparison"
  (call/cc (lambda (k) (sort (lambda (a b) (if (= a 7) (k 'seven) (< a b))) '(5 7 1)))) => seven)

(test "string->symbol and back"
  (list (eq? 'abc (string->symbol "abc")) (symbol->string 'abc) (symbol->string '|a b|)
    (symbol=? 'a 'a 'a))
  => (#t "abc" "a b" #t))
(test "a hundred thousand symbols"
  (let loop ([i 0] [l '()])
    (if (= i 100000)
      (let ([s (string->symbol "sym54321")]) (and (memq s l) (length l)))
      (loop (+ i 1) (cons (string->symbol (string-append "sym" (number->string i))) l))))
  => 100000)
(test "gensyms are all different"
  (let ([a (gensym)] [b (gensym)] [c (gensym "x")] [d (gensym "x")])
    (list (eq? a b) (eq? c d) (gensym? a) (symbol? a) (gensym? 'a) (symbol->string c)))
  => (#f #f #t #t #f "x"))
(test "a gensym's unique string"
  (let ([g (gensym "pretty" "unique-for-tests")])
    (list (gensym->unique-string g) (symbol->string g)
      (eq? g (with-input-from-string "#{pretty unique-for-tests}" read))))
  => ("unique-for-tests" "pretty" #t))
(test-output "print-gensym"
  (let ([g (gensym "g" "u-for-tests")])
    (for-each (lambda (mode) (parameterize ([print-gensym mode]) (write g) (display " ")))
      (list #t #f 'pretty 'pretty/suffix)))
  => "#{g u-for-tests} g #:g g.u-for-tests ")
(test "gensym-prefix and gensym-count"
  (parameterize ([gensym-prefix "tmp"] [gensym-count 7])
    (let* ([a (symbol->string (gensym))] [b (symbol->string (gensym))]) (list a b)))
  => ("tmp7" "tmp8"))
(test "uninterned symbols"
  (let ([a (string->uninterned-symbol "u")])
    (list (symbol? a) (uninterned-symbol? a) (eq? a 'u) (eq? a (string->uninterned-symbol "u"))
      (symbol->string a)))
  => (#t #t #f #f "u"))
(test "property lists"
  (begin
    (putprop 'plist-test 'color 'red)
    (putprop 'plist-test 'size 5)
    (putprop 'plist-test 'color 'blue)
    (let ([r (list (getprop 'plist-test 'color) (getprop 'plist-test 'size)
               (getprop 'plist-test 'none) (getprop 'plist-test 'none 'default))])
      (remprop 'plist-test 'color)
      (append r (list (getprop 'plist-test 'color) (property-list 'plist-test)))))
  => (blue 5 #f default #f (size 5)))
(test "properties survive collections"
  (begin (putprop 'plist-test2 'k (list 1 2)) (collect 0 1) (collect 1 2) (getprop 'plist-test2 'k))
  => (1 2))
(test "top-level values"
  (begin
    (set-top-level-value! 'tlv-test 5)
    (list (top-level-value 'tlv-test) (top-level-bound? 'tlv-test)
      (top-level-bound? 'surely-not-bound-here) (eval 'tlv-test)))
  => (5 #t #f 5))
(test-error "top-level-value of what is not bound"
  (top-level-value 'surely-not-bound-here)
  => "Exception: variable surely-not-bound-here is not bound")
(test "define-top-level-value and syntax"
  (begin
    (define-top-level-value 'dtlv 7)
    (define-top-level-syntax 'dtls (lambda (x) (syntax-case x () [(_ a) #'(list a a)])))
    (list (eval 'dtlv) (eval '(dtls 3)) (top-level-syntax? 'dtls)))
  => (7 (3 3) #t))
(test "apropos-list"
  (and (memq 'call-with-current-continuation (apropos-list "with-current-cont")) #t) => #t)
(test "symbol-hash is a fixnum" (fixnum? (symbol-hash 'a)) => #t)
(test "oblist holds symbols"
  (let ([l (oblist)]) (list (andmap symbol? (list-head l 1000)) (and (memq 'car l) #t))) => (#t #t))
(test "boxes"
  (let ([b (box 1)])
    (set-box! b (+ (unbox b) 1))
    (list (unbox b) (box? b) (box? 5) (box-cas! b 2 3) (unbox b) (box-cas! b 2 4)))
  => (2 #t #f #t 3 #f))
(test "booleans"
  (list (boolean? #f) (boolean? '()) (boolean=? #t #t #t) (not 5) (not #f)) => (#t #f #t #f #t))
(test "void and eof"
  (list (eq? (void) (void)) (eof-object? (eof-object)) (eof-object? #!eof)) => (#t #t #t))
