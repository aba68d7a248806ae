;; Weak references: weak pairs, ephemerons, tables with weak keys and keys that move, symbols.

(define max-g (collect-maximum-generation))
(define (collect-all) (do ([g 0 (+ g 1)]) ((> g max-g)) (collect g (min (+ g 1) max-g))))
(define-syntax without-collections
  (syntax-rules () [(_ e ...) (parameterize ([collect-request-handler void]) e ...)]))

(test "a weak pair loses its car"
  (let ([w (weak-cons (list 'gone) 'cdr)])
    (collect 0 1)
    (list (bwp-object? (car w)) (cdr w) (weak-pair? w) (pair? w)))
  => (#t cdr #t #t))
(test "a weak pair keeps what is held"
  (let* ([x (list 'here)] [w (weak-cons x (list 'cdr))])
    (collect-all)
    (list (eq? (car w) x) (cdr w)))
  => (#t (cdr)))
(test "a weak pair holds what needs no memory"
  (let ([w (weak-cons 5 '())] [v (weak-cons 'car '())]) (collect 0 1) (list w v)) => ((5) (car)))
(test "a weak pair whose car is reached through its cdr"
  (let ([x (list 'x)])
    (let ([w (weak-cons x (list x))]) (set! x #f) (collect 0 1) (list (car w) (cadr w))))
  => ((x) (x)))
(test "a list of weak pairs"
  (let* ([kept (map list (iota 50))]
         [l (let loop ([k kept])
              (if (null? k) '() (weak-cons (car k) (weak-cons (list 'tmp) (loop (cdr k))))))])
    (collect 0 1)
    (let loop ([l l] [broken 0] [whole 0])
      (cond
        [(null? l) (list broken whole (length kept))]
        [(bwp-object? (car l)) (loop (cdr l) (+ broken 1) whole)]
        [else (loop (cdr l) broken (+ whole 1))])))
  => (50 50 50))
(test "a weak pair changed when old"
  (let ([w (weak-cons 'start '())])
    (collect 0 1)
    (collect 1 2)
    (set-car! w (list 'new))
    (collect 0 1)
    (bwp-object? (car w)))
  => #t)
(test "an old weak pair with a new car that is held"
  (let ([w (weak-cons 'start '())] [x #f])
    (collect 0 1)
    (collect 1 2)
    (set! x (list 'new))
    (set-car! w x)
    (collect 0 1)
    (eq? (car w) x))
  => #t)
(test "a guardian saves a weak pair's car"
  (let* ([g (make-guardian)] [w (let ([x (list 'x)]) (g x) (weak-cons x '()))])
    (collect 0 1)
    (let ([x (g)]) (eq? x (car w))))
  => #t)
(test "an ephemeron loses its value with its key"
  (let ([e (let ([k (list 'k)]) (ephemeron-cons k (list k)))])
    (collect 0 1)
    (list (bwp-object? (car e)) (bwp-object? (cdr e)) (ephemeron-pair? e)))
  => (#t #t #t))
(test "an ephemeron keeps its value with its key"
  (let* ([k (list 'k)] [e (ephemeron-cons k (list 'v))])
    (collect-all)
    (list (eq? (car e) k) (cdr e)))
  => (#t (v)))
(test "ephemerons in a chain"
  (let* ([a (list 'a)]
         [e1 (let* ([b (list 'b)] [e2 (ephemeron-cons b (list 'last))])
               (list (ephemeron-cons a b) e2))])
    (collect 0 1)
    (list (cdr (car e1)) (cdr (cadr e1)) a))
  => ((b) (last) (a)))
(test "an ephemeron whose key is saved by a guardian"
  (let* ([g (make-guardian)] [e (let ([k (list 'k)]) (g k) (ephemeron-cons k 'v))])
    (collect 0 1)
    (let ([k (g)]) (list k (cdr e))))
  => ((k) v))
(test "a thousand ephemerons through all generations"
  (let* ([keys (map list (iota 1000))]
         [es (map (lambda (k) (ephemeron-cons k (list (car k)))) keys)])
    (collect-all)
    (andmap (lambda (k e) (and (eq? (car e) k) (= (cadr e) (car k)))) keys es))
  => #t)
(test "weak-cons: a reference through the cdr is not weak"
  (without-collections
    (let ([p (let ([x (cons 'a 'b)]) (weak-cons x x))] [q (let ([x (cons 'a 'b)]) (weak-cons x '()))])
      (collect 0 1)
      (list (car p) (eq? (car p) (cdr p)) (car q))))
  => ((a . b) #t #!bwp))
(test "weak-cons: set-car! makes a weak reference, set-cdr! another"
  (without-collections
    (let ([p (weak-cons 1 2)] [held (list 'held)])
      (collect-all)
      (set-car! p (list 'lost))
      (set-cdr! p (list 'kept))
      (collect 0 1)
      (let ([a (list (car p) (cdr p))])
        (set-car! p held)
        (collect-all)
        (list a (eq? (car p) held)))))
  => ((#!bwp (kept)) #t))
(test "weak-cons: in every generation the car follows its object"
  (without-collections
    (let* ([l (map list (iota 2000))] [w (map (lambda (x) (weak-cons x '())) l)])
      (define (good?) (andmap (lambda (x w) (eq? x (car w))) l w))
      (let* ([a (begin (collect 0 0) (good?))] [b (begin (collect 0 1) (good?))]
             [c (begin (collect 1 2) (good?))] [d (begin (collect 2 3) (good?))]
             [e (begin (collect 3 4) (good?))] [f (begin (collect 4 4) (good?))])
        (set! l (list-tail l 1000))
        (collect max-g max-g)
        (let ([lost (fold-left (lambda (n w) (if (bwp-object? (car w)) (+ n 1) n)) 0 w)])
          (keep-live l)
          (list a b c d e f lost)))))
  => (#t #t #t #t #t #t 1000))
(test "weak-cons: an old weak pair, an older one and young cars"
  (without-collections
    (let ([old (make-vector 100 #f)])
      (do ([i 0 (+ i 1)]) ((= i 100)) (vector-set! old i (weak-cons #f '())))
      (collect 0 1)
      (collect 1 2)
      (let ([held '()])
        (do ([i 0 (+ i 1)]) ((= i 100))
          (let ([x (list i)])
            (set-car! (vector-ref old i) x)
            (when (odd? i) (set! held (cons x held)))))
        (collect 0 1)
        (collect 1 1)
        (let loop ([i 0] [n 0])
          (if (= i 100) (list n (apply + (map car held)))
              (loop (+ i 1) (if (bwp-object? (car (vector-ref old i))) (+ n 1) n)))))))
  => (50 2500))
(test "weak-cons: static weak pairs lose their cars too"
  (without-collections
    (let ([w (weak-cons #f '())])
      (collect max-g 'static)
      (set-car! w (list 'young))
      (collect 0 1)
      (car w)))
  => #!bwp)
(test "weak-pair?, ephemeron-pair?, bwp-object?"
  (list (weak-pair? (weak-cons 1 2)) (weak-pair? (cons 1 2)) (weak-pair? (ephemeron-cons 1 2))
    (weak-pair? "oops") (ephemeron-pair? (ephemeron-cons 1 2)) (ephemeron-pair? (cons 1 2))
    (ephemeron-pair? (weak-cons 1 2))
    (ephemeron-pair? 5) (bwp-object? #!bwp) (bwp-object? 'bwp))
  => (#t #f #f #f #t #f #f #f #t #f))
(test "ephemeron-cons: a value that refers to its key does not save it"
  (without-collections
    (let ([e (let ([k (list 'k)]) (ephemeron-cons k (list k)))]
          [f (let ([k (list 'k)]) (ephemeron-cons k k))])
      (collect 0 1)
      (list (car e) (cdr e) (car f) (cdr f))))
  => (#!bwp #!bwp #!bwp #!bwp))
(test "ephemeron-cons: two whose values refer to each other's keys"
  (without-collections
    (let* ([make (lambda ()
                   (let ([a (list 'a)] [b (list 'b)])
                     (vector (ephemeron-cons a b) (ephemeron-cons b a) a)))]
           [lost (make)] [held (make)])
      (vector-set! lost 2 #f)
      (collect 0 1)
      (list (car (vector-ref lost 0)) (cdr (vector-ref lost 1)) (car (vector-ref held 0))
        (cdr (vector-ref held 0)) (car (vector-ref held 1)))))
  => (#!bwp #!bwp (a) (b) (b)))
(test "ephemeron-cons: set-car! and set-cdr! on an old one"
  (without-collections
    (let ([e (ephemeron-cons #f #f)] [k (list 'k)])
      (collect-all)
      (set-car! e k)
      (set-cdr! e (list 'v))
      (collect 0 1)
      (let ([a (list (eq? (car e) k) (cdr e))])
        (collect 1 2)
        (set-car! e (list 'lost))
        (collect 0 1)
        (list a (car e) (cdr e)))))
  => ((#t (v)) #!bwp #!bwp))
(test "ephemeron-cons: keys that need no memory keep their values"
  (without-collections
    (let ([e (ephemeron-cons 5 (list 'five))] [f (ephemeron-cons car (list 'static))])
      (collect-all)
      (list (cdr e) (cdr f))))
  => ((five) (static)))
(test "ephemeron-cons: an old key, a younger value, and an old value, a younger key"
  (without-collections
    (let* ([old (list 'old)] [w (begin (collect 0 1) (collect 1 2) (weak-cons #f '()))]
           [e (ephemeron-cons old (list 'young))]
           [f (let ([k (list 'lost)]) (set-car! w k) (ephemeron-cons k old))])
      (collect 0 1)
      (collect 1 1)
      (list (cdr e) (car f) (cdr f) (car w) (car e))))
  => ((young) #!bwp #!bwp #!bwp (old)))
(test "ephemeron-cons: a chain of a hundred thousand, in either order"
  (without-collections
    (define (chain n)
      (let loop ([i 0] [k (list 'last)] [es '()])
        (if (= i n) (cons k es)
            (let ([next (list i)]) (loop (+ i 1) next (cons (ephemeron-cons next k) es))))))
    (define (whole es) (fold-left (lambda (n e) (if (bwp-object? (car e)) n (+ n 1))) 0 es))
    (let* ([a (chain 100000)] [b (let ([c (chain 100000)]) (cons (car c) (reverse (cdr c))))]
           [lost (cdr (chain 1000))])
      (collect 0 1)
      (keep-live (car a))
      (keep-live (car b))
      (list (whole (cdr a)) (whole (cdr b)) (whole lost) (cdr (list-ref (cdr a) 99999)))))
  => (100000 100000 0 (last)))

;; --- Tables: keys by address, weak keys

(define (table-of make n)
  (let ([h (make)] [keys (map list (iota n))])
    (for-each (lambda (k) (hashtable-set! h k (car k))) keys)
    (cons h keys)))
(define (table-good? h keys) (andmap (lambda (k) (eqv? (hashtable-ref h k #f) (car k))) keys))
(define (table-through-generations make)
  (without-collections
    (let* ([t (table-of make 3000)] [h (car t)] [keys (cdr t)]
           [check (lambda (cg tg)
                    (collect cg tg)
                    (and (= (hashtable-size h) (length keys)) (table-good? h keys)))]
           [a (check 0 0)] [b (check 0 1)] [c (check 1 2)] [d (check 2 3)] [e (check 3 4)] [f (check 4 4)])
      (list a b c d e f))))
(test "eq-hashtable: rehashed when its keys have moved, in every generation"
  (table-through-generations make-eq-hashtable) => (#t #t #t #t #t #t))
(test "eqv-hashtable: rehashed when its keys have moved, in every generation"
  (table-through-generations make-eqv-hashtable) => (#t #t #t #t #t #t))
(test "weak eq-hashtable: rehashed when its keys have moved, in every generation"
  (table-through-generations make-weak-eq-hashtable) => (#t #t #t #t #t #t))
(test "ephemeron eq-hashtable: rehashed when its keys have moved, in every generation"
  (table-through-generations make-ephemeron-eq-hashtable) => (#t #t #t #t #t #t))
(test "weak and ephemeron eqv-hashtables: rehashed when their keys have moved"
  (list (table-through-generations make-weak-eqv-hashtable)
    (table-through-generations make-ephemeron-eqv-hashtable))
  => ((#t #t #t #t #t #t) (#t #t #t #t #t #t)))
(test "eq-hashtable: old tables with young keys, keys deleted and set again between collections"
  (without-collections
    (let ([h (make-eq-hashtable)] [keys (make-vector 1000 #f)])
      (let loop ([i 0] [s 1])
        (if (= i 20000)
            (let check ([i 0] [n 0])
              (if (= i 1000)
                  (= n (hashtable-size h))
                  (let ([k (vector-ref keys i)])
                    (cond [(not k) (check (+ i 1) n)]
                          [(eqv? (eq-hashtable-ref h k #f) (car k)) (check (+ i 1) (+ n 1))]
                          [else (list 'lost i)]))))
            (let* ([s (modulo (+ (* s 1103515245) 12345) 2147483648)]
                   [at (modulo (quotient s 7) 1000)] [k (vector-ref keys at)])
              (when k (eq-hashtable-delete! h k))
              (cond [(and k (even? i)) (vector-set! keys at #f)]
                    [else (let ([k (list i)]) (vector-set! keys at k) (eq-hashtable-set! h k i))])
              (when (= 0 (modulo i 997)) (collect (modulo (quotient i 997) 4)))
              (loop (+ i 1) s))))))
  => #t)
(define (lost-keys make)
  (without-collections
    (let* ([t (table-of make 1000)] [h (car t)] [kept (list-tail (cdr t) 900)])
      (set! t #f)
      (collect 0 1)
      (let ([n (hashtable-size h)])
        (collect-all)
        (list n (table-good? h kept) (hashtable-size h) (vector-length (hashtable-keys h)))))))
(test "make-weak-eq-hashtable: keys that nobody holds go, the others stay"
  (list (lost-keys make-weak-eq-hashtable) (lost-keys make-weak-eqv-hashtable))
  => ((100 #t 100 100) (100 #t 100 100)))
(test "ephemeron tables: keys that nobody holds go, the others stay"
  (list (lost-keys make-ephemeron-eq-hashtable) (lost-keys make-ephemeron-eqv-hashtable))
  => ((100 #t 100 100) (100 #t 100 100)))
(test "make-weak-eq-hashtable: a value that holds its key saves it; in an ephemeron table it doesn't"
  (without-collections
    (define (left make)
      (let ([h (make)])
        (do ([i 0 (+ i 1)]) ((= i 100)) (let ([k (list i)]) (hashtable-set! h k (vector k))))
        (collect 0 1)
        (hashtable-size h)))
    (list (left make-weak-eq-hashtable) (left make-ephemeron-eq-hashtable)))
  => (100 0))
(test "make-weak-eq-hashtable: an entry that died in an old table is gone, its cell too"
  (without-collections
    (let* ([h (make-weak-eq-hashtable)] [k (list 'k)] [c (eq-hashtable-cell h k 'v)])
      (collect-all)
      (let ([same (eq? c (eq-hashtable-cell h k 'other))])
        (keep-live k)
        (set! k #f)
        (collect max-g max-g)
        (list same (hashtable-size h) (car c) (cdr c)))))
  => (#t 0 #!bwp v))
(test "eq-hashtable-weak?, eq-hashtable-ephemeron?"
  (map (lambda (h) (list (eq-hashtable-weak? h) (eq-hashtable-ephemeron? h)))
    (list (make-eq-hashtable) (make-weak-eq-hashtable) (make-ephemeron-eq-hashtable)))
  => ((#f #f) (#t #f) (#f #t)))

;; --- Symbols

(define (interned? name) (and (memp (lambda (s) (string=? (symbol->string s) name)) (oblist)) #t))
(define (symbol-left? name thunk)
  (without-collections
    (let ([name (string-append name "-of-weak-tests")])
      (thunk (string->symbol name))
      (collect-all)
      (interned? name))))
(test "symbols: those that nobody needs leave the symbol table"
  (symbol-left? "lost" (lambda (s) s)) => #f)
(test "symbols: in every generation"
  (without-collections
    (let ([s (string->symbol (hidden "symbol-that-grows-old"))])
      (collect-all)
      (let ([a (interned? "symbol-that-grows-old")])
        (keep-live s)
        (set! s #f)
        (collect 0 1)
        (let ([b (interned? "symbol-that-grows-old")])
          (collect max-g max-g)
          (list a b (interned? "symbol-that-grows-old"))))))
  => (#t #t #f))
(test "symbols: a value keeps one"
  (symbol-left? "valued" (lambda (s) (set-top-level-value! s 1))) => #t)
(test "symbols: a property keeps one, until it is removed"
  (list (symbol-left? "property" (lambda (s) (putprop s 'color 'red)))
    (symbol-left? "no-property" (lambda (s) (putprop s 'color 'red) (remprop s 'color))))
  => (#t #f))
(test "symbols: kept ones have their value and properties after collections"
  (without-collections
    (set-top-level-value! (string->symbol (hidden "kept-by-value")) (list 'value))
    (putprop (string->symbol (hidden "kept-by-property")) 'p (list 'property))
    (collect-all)
    (list (top-level-value (string->symbol (hidden "kept-by-value")))
      (getprop (string->symbol (hidden "kept-by-property")) 'p)))
  => ((value) (property)))
(test "symbols: interned again after they were lost"
  (without-collections
    (let ([name (lambda () (string->symbol (hidden "comes-again")))])
      (let ([w (weak-cons (name) '())])
        (collect 0 1)
        (let ([gone (car w)]) (list gone (eq? (name) (name)) (symbol->string (name)))))))
  => (#!bwp #t "comes-again"))
(test "symbols: a hundred thousand are no burden for ever"
  (without-collections
    (let ([before (begin (collect-all) (length (oblist)))])
      (do ([i 0 (+ i 1)]) ((= i 100000)) (hidden (string->symbol (number->string (+ i 10000000)))))
      (let ([during (length (oblist))])
        (collect-all)
        (list (>= (- during before) 100000) (< (- (length (oblist)) before) 1000)))))
  => (#t #t))
(test "gensyms: those that nobody holds are collected"
  (without-collections
    (let ([w (weak-cons (gensym) '())]
          [v (weak-cons (let ([g (gensym "named")]) (gensym->unique-string g) g) '())])
      (collect 0 1)
      (list (car w) (car v))))
  => (#!bwp #!bwp))
(test "gensyms: one that is held keeps its unique name, and is found by it"
  (without-collections
    (let* ([g (gensym "keeper")] [name (gensym->unique-string g)])
      (collect-all)
      (let ([again (read (open-input-string (format "#{keeper ~a}" name)))])
        (list (eq? g again) (string=? name (gensym->unique-string g)) (gensym? g)))))
  => (#t #t #t))
(test "gensyms: a value or a property keeps one that has its unique name"
  (without-collections
    (let* ([names (map (lambda (f) (let ([g (gensym "k")]) (f g) (gensym->unique-string g)))
                    (list (lambda (g) (set-top-level-value! g 'value))
                      (lambda (g) (putprop g 'p 'property))))]
           [find (lambda (name) (read (open-input-string (format "#{k ~a}" name))))])
      (collect-all)
      (list (top-level-value (find (car names))) (getprop (find (cadr names)) 'p))))
  => (value property))
