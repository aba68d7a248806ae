;; What the system reports about its memory: bytes by generation and kind, what collections freed, counts
;; of objects, references to them, and what objects keep alive.

(define max-g (collect-maximum-generation))
(define-syntax without-collections
  (syntax-rules () [(_ e ...) (parameterize ([collect-request-handler void]) e ...)]))
(define-record-type thing (fields (mutable x)))
(define thing-rtd (record-type-descriptor thing))
;; Makes the types and symbols that tests use old, so that counts of young ones don't change.
(do ([g 0 (+ g 1)]) ((= g max-g)) (collect g (+ g 1)))

(test "bytes-allocated: the sum of its generations, by kind too"
  (without-collections
    (let ()
      (define generations (append (iota (+ max-g 1)) '(static)))
      (define (sum f) (apply + (map f generations)))
      (define (near a b) (< (abs (- a b)) 100000))
      (collect 0 1)
      (list (near (bytes-allocated) (sum bytes-allocated))
        (near (bytes-allocated #f 'code) (sum (lambda (g) (bytes-allocated g 'code))))
        (> (bytes-allocated 'static 'code) 1000000)
        (near (bytes-allocated #f #f) (bytes-allocated)))))
  => (#t #t #t #t))
(test "bytes-allocated: an object counts in its generation"
  (without-collections
    (let* ([v (make-vector 100000 0)]
           [in (lambda (g thunk) (let ([n (bytes-allocated g)]) (thunk) (- (bytes-allocated g) n)))])
      (let* ([a (in 1 (lambda () (collect 0 1)))]
             [b (in 2 (lambda () (collect 1 2)))]
             [c (in 3 (lambda () (collect 2 3)))])
        (keep-live v)
        (list (>= a 800000) (>= b 800000) (>= c 800000) (< (bytes-allocated 1) 800000)))))
  => (#t #t #t #t))
(test "bytes-allocated: by kind"
  (without-collections
    (define (grows kind thunk)
      (collect 0 1)
      (collect 1 2)
      (let* ([before (bytes-allocated 1 kind)] [x (thunk)])
        (collect 0 1)
        (let ([n (- (bytes-allocated 1 kind) before)]) (keep-live x) n)))
    (list
      (>= (grows 'data (lambda () (make-bytevector 100000))) 100000)
      (= (grows 'weakpair (lambda () (fold-left (lambda (l i) (weak-cons i l)) '() (iota 1000))))
         16000)
      (= (grows 'ephemeron (lambda () (map (lambda (i) (ephemeron-cons i i)) (iota 1000)))) 32000)
      (>= (grows 'symbol
            (lambda () (map (lambda (i) (string->symbol (format "some-~s" i))) (iota 1000))))
          48000)
      (>= (grows 'port (lambda () (map (lambda (i) (open-input-string "x")) (iota 100)))) 8000)
      (>= (grows 'reference-array (lambda () (make-reference-bytevector 80000))) 80000)
      (>= (grows 'continuation (lambda () (map (lambda (i) (call/cc (lambda (k) k))) (iota 100)))) 6400)))
  => (#t #t #t #t #t #t #t))
(test "bytes-allocated: phantom bytevectors count, by generation"
  (without-collections
    (let ([p (make-phantom-bytevector 10000000)])
      (collect 0 1)
      (let ([one (bytes-allocated 1)])
        (collect 1 2)
        (let ([r (list (> one 10000000) (< (bytes-allocated 1) 10000000) (> (bytes-allocated 2) 10000000))])
          (set-phantom-bytevector-length! p 0)
          (append r (list (< (bytes-allocated 2) 10000000)))))))
  => (#t #t #t #t))
(test-error "bytes-allocated: a kind that is not there"
  (bytes-allocated 0 (hidden 'nowhere)) => "Exception in bytes-allocated: invalid space nowhere")
(test-error "bytes-allocated: a generation that is not there"
  (bytes-allocated (hidden 99)) => "Exception in bytes-allocated: invalid generation 99")
(test "bytes-deallocated: grows by what a collection takes back"
  (without-collections
    (collect 0 1)
    (let ([before (bytes-deallocated)])
      (hidden (make-bytevector 5000000))
      (collect 0 1)
      (<= 5000000 (- (bytes-deallocated) before) 6000000)))
  => #t)
(test "bytes-deallocated: with bytes-allocated and initial-bytes-allocated gives what was ever made"
  (without-collections
    (let ([total (lambda () (- (+ (bytes-deallocated) (bytes-allocated)) (initial-bytes-allocated)))])
      (let ([before (total)])
        (do ([i 0 (+ i 1)]) ((= i 10)) (hidden (make-bytevector 1000000)) (collect 0 1))
        (list (<= 10000000 (- (total) before) 12000000)
          (= (sstats-gc-bytes (statistics)) (bytes-deallocated))
          (> (sstats-gc-count (statistics)) 10)))))
  => (#t #t #t))
(test "bytes-finalized: what guardians were given in the last collection, with what it holds"
  (without-collections
    (let ([g (make-guardian)])
      (g (cons (make-bytevector 100000) (make-vector 1000)))
      (collect 0 1)
      (let ([a (bytes-finalized)])
        (collect 0 1)
        (let ([b (bytes-finalized)])
          (list (<= 108000 a 220000) (<= b 1000) (pair? (g)))))))
  => (#t #t #t))
(test "current-memory-bytes: covers what is allocated"
  (without-collections
    (let* ([before (current-memory-bytes)] [v (make-bytevector 20000000)])
      (let ([during (current-memory-bytes)])
        (keep-live v)
        (list (>= before (bytes-allocated 'static)) (>= (- during before) 10000000)
          (>= during (bytes-allocated))))))
  => (#t #t #t))
(test "maximum-memory-bytes: what the process needed at most; reset-maximum-memory-bytes!"
  (without-collections
    (reset-maximum-memory-bytes!)
    (let ([at-first (maximum-memory-bytes)])
      (hidden (make-bytevector 30000000))
      (let ([high (maximum-memory-bytes)])
        (collect max-g max-g)
        (let ([still (maximum-memory-bytes)] [now (current-memory-bytes)])
          (reset-maximum-memory-bytes!)
          (list (>= (- high at-first) 25000000) (<= high still) (< now high) (< (maximum-memory-bytes) high)
            (>= (maximum-memory-bytes) (current-memory-bytes)))))))
  => (#t #t #t #t #t))
(test "release-minimum-generation: an empty heap gives memory back after a collection of that generation"
  (without-collections
    (define (after g)
      (parameterize ([release-minimum-generation g])
        (let ([l (iota 2000000)])
          (collect 0 1)
          (keep-live l))
        (let ([before (current-memory-bytes)])
          (collect 1 1)
          (- before (current-memory-bytes)))))
    (let* ([kept (after max-g)] [given (begin (collect max-g max-g) (after 1))])
      (list (< kept 10000000) (> given 40000000))))
  => (#t #t))

;; --- object-counts

(define (count-of type g)
  (let ([entry (assq type (object-counts))])
    (or (and entry (let ([in (assoc g (cdr entry))]) (and in (cdr in)))) '(0 . 0))))
;; How many objects and bytes a value adds to a type's counts in generation 1.
(define (counted type thunk)
  (parameterize ([collect-request-handler void] [enable-object-counts #t])
    (collect 0 1)
    (collect 1 2)
    (let* ([before (count-of type 1)] [x (thunk)])
      (collect 0 1)
      (let ([after (count-of type 1)])
        (keep-live x)
        (cons (- (car after) (car before)) (- (cdr after) (cdr before)))))))

(test "object-counts: kinds and their bytes"
  (map
    (lambda (p) (counted (car p) (cdr p)))
    (list
      (cons 'vector (lambda () (make-vector (hidden 10) 0)))
      (cons 'string (lambda () (make-string (hidden 10) #\x)))
      (cons 'flonum (lambda () (list (+ 0.5 (hidden 1)) (+ 1.5 (hidden 1)))))
      (cons 'bignum (lambda () (expt (hidden 2) 100)))
      (cons 'ratnum (lambda () (/ (hidden 1) 3)))
      (cons 'exactnum (lambda () (make-rectangular 1 (hidden 2))))
      (cons 'inexactnum (lambda () (make-rectangular 1.0 (+ 0.5 (hidden 2)))))
      (cons 'box (lambda () (box (hidden 1))))
      (cons 'bytevector (lambda () (make-bytevector (hidden 100))))
      (cons 'bytevector (lambda () (make-reference-bytevector 24)))
      (cons 'fxvector (lambda () (make-fxvector (hidden 100))))
      (cons 'flvector (lambda () (make-flvector (hidden 100))))
      (cons 'weakpair (lambda () (weak-cons 1 2)))
      (cons 'ephemeron (lambda () (ephemeron-cons 1 2)))
      (cons 'stencil-vector (lambda () (stencil-vector 7 1 2 (hidden 3))))
      (cons 'port (lambda () (open-input-string "abc")))
      (cons 'tlc (lambda () (let ([h (make-eq-hashtable)]) (eq-hashtable-set! h (list 1) 3) h)))
      (cons 'locked (lambda () (let ([v (make-vector 10 0)]) (lock-object v) v)))))
  => ((1 . 96) (1 . 48) (2 . 32) (1 . 32) (1 . 32) (1 . 32) (1 . 32) (1 . 16) (1 . 112) (1 . 32)
      (1 . 816) (1 . 816) (1 . 16) (1 . 32) (1 . 32) (1 . 80) (1 . 32) (1 . 96)))
(test "object-counts: records by their type, oldest generation first"
  (parameterize ([collect-request-handler void] [enable-object-counts #t])
    (collect max-g max-g)
    (let* ([x (make-thing (make-thing #f))] [counts (lambda () (cdr (assq thing-rtd (object-counts))))])
      (collect 0 1)
      (collect 1 2)
      (let ([a (counts)] [y (make-thing 1)])
        (collect 0 1)
        (let ([b (counts)])
          (collect 2 3)
          (let ([c (counts)]) (keep-live x) (keep-live y) (list a b c))))))
  => (((2 2 . 32)) ((2 2 . 32) (1 1 . 16)) ((3 3 . 48))))
(test "object-counts: guardians' entries, in generation 0 too"
  (parameterize ([collect-request-handler void] [enable-object-counts #t])
    (collect 0 1)
    (let ([n (car (count-of 'guardian 0))] [g (make-guardian)] [x (list 'x)])
      (g x)
      (g (list 'lost))
      (collect 0 0)
      (let ([m (car (count-of 'guardian 0))])
        (keep-live x)
        (list (- m n) (g) (g)))))
  => (1 (lost) #f))
(test "object-counts: phantom bytevectors with their lengths"
  (let ([c (counted 'phantom (lambda () (make-phantom-bytevector 1000)))])
    (list (car c) (<= 1000 (cdr c) 1016)))
  => (1 #t))
(test "object-counts: what died is not counted"
  (parameterize ([collect-request-handler void] [enable-object-counts #t])
    (let ([l (map make-thing (iota 100))])
      (collect 0 1)
      (let ([a (car (count-of thing-rtd 1))])
        (keep-live l)
        (set! l #f)
        (collect 1 1)
        (- a (car (count-of thing-rtd 1))))))
  => 100)
(test "object-counts: without enable-object-counts nothing of a collection is counted"
  (parameterize ([collect-request-handler void] [enable-object-counts #f])
    (collect 1 2)
    (let ([x (make-thing 1)] [n (car (count-of thing-rtd 1))])
      (collect 0 1)
      (list (- (car (count-of thing-rtd 1)) n) (thing? x))))
  => (0 #t))
(test "object-counts: the static generation is always counted"
  (list (> (car (count-of 'pair 'static)) 100000) (> (cdr (count-of 'code 'static)) 8000000)
    (> (car (count-of 'symbol 'static)) 8000))
  => (#t #t #t))

;; --- object-backreferences

;; The object's referrer, because of which a collection of generation 0 kept it, as it reports.
(define (kept-by)
  (parameterize ([collect-request-handler void] [enable-object-backreferences #t]) (collect 0 1))
  (let ([all (cadr (object-backreferences))])
    (lambda (x) (let ([p (assq x all)]) (if p (cdr p) 'nobody)))))
(test "object-backreferences: pairs, one list for each generation"
  (without-collections
    (collect max-g max-g)
    (let* ([b (box (string #\h #\i))] [by (kept-by)] [lists (object-backreferences)])
      (list (eq? (by (unbox b)) b) (length lists) (map null? lists) (andmap pair? (cadr lists)))))
  => (#t 5 (#t #f #t #t #t) #t))
(test "object-backreferences: kinds of referrers"
  (without-collections
    (let* ([v (vector (list 'in-vector))] [r (make-thing (string #\a))] [l (list (list 1) (list 2))]
           [f (let ([x (list 'closed)]) (hidden (lambda () x)))]
           [e (let ([k (list 'key)]) (list k (ephemeron-cons k (list 'value))))]
           [w (weak-cons 1 (list 'tail))] [s (stencil-vector 3 (list 'in-stencil) 2)]
           [b (make-reference-bytevector 8)] [n (gensym)]
           [c (eval (list 'lambda '() (list 'quote (list 'in-code))))])
      (bytevector-reference-set! b 0 (list 'by-address))
      (set-top-level-value! n (list 'value))
      (let ([by (kept-by)])
        (list (eq? (by (vector-ref v 0)) v) (eq? (by (thing-x r)) r) (eq? (by (cdr l)) l)
          (eq? (by (car l)) l) (eq? (by (cadr l)) (cdr l)) (eq? (by (f)) f)
          (eq? (by (cdadr e)) (cadr e)) (eq? (by (cdr w)) w)
          (eq? (by (stencil-vector-ref s 0)) s) (eq? (by (bytevector-reference-ref b 0)) b)
          (symbol? (by (top-level-value n))) ((inspect/object (by (c))) 'type)))))
  => (#t #t #t #t #t #t #t #t #t #t #t code))
(test "object-backreferences: a guardian's queue keeps what was lost"
  (without-collections
    (let ([g (make-guardian)])
      (g (string #\l))
      (let* ([by (kept-by)] [x (g)] [queue (by x)]) (list x (pair? queue) (eq? (car queue) (cdr queue))))))
  => ("l" #t #t))
(test "object-backreferences: an old object that isn't collected is not reported"
  (without-collections
    (let ([old (list 1)])
      (collect 0 1)
      (collect 1 2)
      (set-car! old (list 'young))
      (let ([by (kept-by)]) (list (by (car old)) (by old)))))
  => (() nobody))
(test "object-backreferences: a chain back to a root"
  (without-collections
    (set-top-level-value! 'backreferences-root (vector (list (box (string #\x)))))
    (let* ([by (kept-by)] [v (top-level-value 'backreferences-root)]
           [x (unbox (car (vector-ref v 0)))])
      (set-top-level-value! 'backreferences-root #f)
      (let* ([b (by x)] [p (by b)] [q (by p)] [s (by q)])
        (list (box? b) (pair? p) (eq? q v) (symbol? s)))))
  => (#t #t #t #t))
(test "object-backreferences: the lists of the generations that were collected last"
  (without-collections
    (let ([x (list 1)] [some (lambda () (map pair? (object-backreferences)))])
      (parameterize ([enable-object-backreferences #t])
        (collect max-g max-g)
        (let* ([a (some)] [x2 (list 2)] [b (begin (collect 0 0) (some))]
               [c (begin (collect 0 1) (some))] [d (begin (collect 1 2) (some))]
               [e (begin (enable-object-backreferences #f) (collect 2 3) (some))])
          (keep-live x)
          (keep-live x2)
          (list a b c d e)))))
  => ((#f #f #f #f #t) (#t #f #f #f #t) (#f #t #f #f #t) (#f #f #t #f #t) (#f #f #f #f #t)))
(test "object-backreferences: objects are as good as ever afterwards"
  (without-collections
    (let* ([l (map (lambda (i) (vector i (list i) (lambda () i) (make-thing i))) (iota 1000))]
           [good? (lambda ()
                    (andmap
                      (lambda (i v)
                        (and (eqv? (vector-ref v 0) i) (equal? (vector-ref v 1) (list i))
                          (eqv? ((vector-ref v 2)) i) (eqv? (thing-x (vector-ref v 3)) i)))
                      (iota 1000) l))])
      (parameterize ([enable-object-backreferences #t]) (collect 0 1) (collect 1 2))
      (for-each (lambda (v) (vector-set! v 1 (list (vector-ref v 0)))) l)
      (let* ([a (good?)] [b (begin (collect 0 1) (good?))] [c (begin (collect 1 2) (collect 2 3) (good?))]
             [d (begin (collect max-g max-g) (good?))])
        (list a b c d))))
  => (#t #t #t #t))

;; --- compute-size and its like

(test "compute-size: what is reachable, once"
  (map compute-size
    (list 0 (cons 0 0) (cons (make-vector 2 #t) 0) (let ([x (cons 0 0)]) (set-car! x x) (set-cdr! x x) x)
      (weak-cons 1 2) (ephemeron-cons 1 2) (make-string 10) (make-phantom-bytevector 1000)
      (stencil-vector 5 1 (list 2))))
  => (0 16 48 16 16 32 48 1032 48))
(test "compute-size: up to a generation"
  (without-collections
    (let ([old (make-vector 100 0)])
      (collect 0 1)
      (let ([x (list old)]) (list (compute-size x 0) (compute-size x 1) (compute-size x)))))
  => (16 832 832))
(test "compute-composition: kinds, counts, bytes"
  (list (compute-composition 0) (compute-composition (cons 0 0))
    (list-sort (lambda (a b) (string<? (symbol->string (car a)) (symbol->string (car b))))
      (compute-composition (list (make-vector 2 #t) "abc" 1.5)))
    (without-collections (collect 0 1) (let ([x (make-thing 0)])
      (map cdr (compute-composition (cons x x) 0)))))
  => (() ((pair 1 . 16)) ((flonum 1 . 16) (pair 3 . 48) (string 1 . 32) (vector 1 . 32))
      ((1 . 16) (1 . 16))))
(test "compute-size-increments: objects reached before don't count again"
  (map compute-size-increments
    (list (list 0) (list (cons 0 0)) (list (cons 0 0) (cons 0 0)) (let ([p (cons 0 0)]) (list p p))
      (let ([p (cons 0 0)]) (list (cons 1 p) (cons 1 p))) '()))
  => ((0) (16) (16 16) (16 0) (32 16) ()))
(test "compute-size-increments: an object of the list counts for itself alone"
  (let* ([inner (make-vector 10 0)] [outer (list inner)])
    (list (compute-size-increments (list outer inner)) (compute-size-increments (list inner outer))))
  => ((16 96) (96 16)))
(test "compute-size-increments: a weak pair does not reach its car"
  (let ([v (make-vector 10 0)])
    (list (compute-size-increments (list (weak-cons v 0)))
      (compute-size-increments (list (weak-cons v (list 1))))
      (compute-size-increments (list (weak-cons v v)))))
  => ((16) (32) (112)))
(test "compute-size-increments: an ephemeron reaches its value with its key"
  (let* ([k (cons 0 0)] [e (ephemeron-cons k (cons 0 0))]
         [f (ephemeron-cons (list 'lost) (make-vector 100 0))])
    (list (compute-size-increments (list (ephemeron-cons 0 0))) (compute-size-increments (list e k))
      (compute-size-increments (list k e)) (compute-size-increments (list e (list k)))
      (compute-size-increments (list f))))
  => ((32) (32 32) (16 48) (32 48) (32)))
(test "compute-size-increments: ephemerons in a chain"
  (let* ([a (list 'a)] [b (list 'b)] [c (list 'c)]
         [e (ephemeron-cons a b)] [f (ephemeron-cons b c)] [g (ephemeron-cons c (make-vector 10 0))])
    (list (compute-size-increments (list (list g f e) (list a)))
      (compute-size-increments (list (list e f g) (list a)))
      (compute-size-increments (list (list e f g)))))
  => ((144 160) (144 160) (144)))
(test "compute-size-increments: kinds of objects"
  (compute-size-increments
    (list (make-string 10000) (make-bytevector 3) 1.5 (expt (hidden 2) 100) (/ (hidden 1) 3)
      (make-rectangular 1 (hidden 2)) (make-rectangular 1.0 (+ 0.5 (hidden 2)))
      (make-phantom-bytevector 1000)
      (stencil-vector 5 'a (list 1)) (make-fxvector 100) (box (list 1)) (gensym) (make-eq-hashtable)
      (let ([b (make-reference-bytevector 24)]) (bytevector-reference-set! b 0 (make-vector 100 0)) b)
      (let ([h (make-weak-eq-hashtable)]) (eq-hashtable-set! h (list 1) (list 2)) h)))
  => (40016 16 16 32 32 32 32 1016 48 816 32 48 144 848 208))
(test "compute-size-increments: up to a generation"
  (without-collections
    (let ([old (make-vector 100 0)])
      (collect 0 1)
      (let ([x (list old)])
        (list (compute-size-increments (list x) 0) (compute-size-increments (list x) 1)
          (compute-size-increments (list old) 0)
          (> (car (compute-size-increments (list car) 'static))
             (car (compute-size-increments (list car) 0)))))))
  => ((16) (832) (816) #t))
(test "compute-size-increments: continuations with their stacks"
  (let ([k #f])
    (define (down n) (if (= n 0) (call/cc (lambda (c) (set! k c) 0)) (+ 1 (down (- n 1)))))
    (down 10000)
    (let ([deep (car (compute-size-increments (list k)))])
      (down 100)
      (> deep (+ 30000 (car (compute-size-increments (list k)))))))
  => #t)
(test-error "compute-size-increments: of no list"
  (compute-size-increments (hidden 7)) => "Exception in compute-size-increments: 7 is not a list")

(test "collect with objects to account for: their sizes, in order"
  (without-collections
    (let* ([v (make-vector 100 0)] [a (list v)] [b (list v 1)])
      (let* ([x (collect 0 1 1 (list a b))] [y (collect 1 2 2 (list b a))] [z (collect 0 1 1 (list a b))])
        (list x y z (vector-length (car a))))))
  => ((832 32) (848 16) (0 0) 100))
(test "collect with objects to account for: none, and what needs no memory"
  (list (collect 0 1 1 '()) (collect 0 1 1 '(1 #\a ())) (eq? (collect 0 1 1 #f) (void))) => (() (0 0 0) #t))
(test "collect with objects to account for: a later record counts for itself, a later vector doesn't"
  (without-collections
    (collect 0 1)
    (let* ([v (make-vector 100 0)] [r (make-thing v)] [q (list r)] [w (make-vector 10 0)] [p (list w)])
      (let* ([a (collect 0 1 1 (list q r))] [b (collect 1 2 2 (list r q))] [c (collect 2 3 3 (list p w))])
        (list a b c))))
  => ((16 832) (832 16) (112 0)))
(test "collect with objects to account for: weakly held ones count when others reach them"
  (without-collections
    (collect 0 1)
    (let* ([lost (weak-cons (make-vector 100 0) '())]
           [lost-record (weak-cons (make-thing (make-vector 100 0)) '())]
           [r (make-thing (make-vector 100 0))]
           [reached (cons (list r) (weak-cons r '()))]
           [v (make-vector 100 0)]
           [held (weak-cons v '())])
      (let* ([a (collect 0 1 1 lost)] [b (collect 1 2 2 lost-record)] [c (collect 2 3 3 reached)]
             [d (collect 3 4 4 held)])
        (keep-live v)
        (list (list a b c d) (car lost) (car lost-record) (eq? (car held) v)
          (eq? (caar reached) (cadr reached))))))
  => (((0) (0) (16 832) (0)) #!bwp #!bwp #t #t))
(test "collect with objects to account for: what the list holds lives, though nobody else does"
  (without-collections
    (let ([w (weak-cons #f '())])
      (let ([x (list (list 1 2))])
        (set-car! w (car x))
        (collect 0 1 1 x)
        (let ([kept (car w)]) (list kept)))))
  => ((1 2)))
(test "collect with objects to account for: ephemerons"
  (without-collections
    (collect 0 1)
    (let* ([k (list 1)] [e (ephemeron-cons k (make-vector 10 0))]
           [r (make-thing 1)] [f (ephemeron-cons r (make-vector 10 0))])
      (let* ([a (collect 0 1 1 (list e k))] [b (collect 1 2 2 (list f r))])
        (keep-live k)
        (list a b (car e) (vector-length (cdr f))))))
  => ((32 112) (32 112) (1) 10))
(test "collect with objects to account for: young objects that an old one holds"
  (without-collections
    (let ([old (list 1)])
      (collect 0 1)
      (collect 1 2)
      (collect 2 3)
      (set-car! old (make-vector 10 0))
      (let* ([a (collect 0 1 1 (list old))] [b (collect 1 2 2 (list 1 old))]) (list a b))))
  => ((96) (0 96)))
(test-error "collect with objects to account for: no list"
  (collect 0 1 1 (hidden 7)) => "Exception in collect: invalid counting-roots list 7")

;; --- make-object-finder

(test "make-object-finder: the path, in reverse"
  (let* ([x (list 'find 'me)] [v (vector 1 (list x))])
    (let ([find (make-object-finder (lambda (o) (eq? o x)) v max-g)])
      (let ([path (find)]) (list (eq? (car path) x) (eq? (caddr path) v) (find)))))
  => (#t #t #f))
(test "make-object-finder: each object once"
  (let* ([a (box 1)] [b (box 2)] [v (vector a b (list a))] [find (make-object-finder box? v max-g)])
    (let* ([x (find)] [y (find)] [z (find)]) (list (+ (unbox (car x)) (unbox (car y))) z)))
  => (3 #f))
(test "make-object-finder: not into older generations than asked for"
  (without-collections
    (let ([x (box 'old)])
      (collect 0 1)
      (collect 1 2)
      (let ([l (list x)])
        (list ((make-object-finder (lambda (o) (eq? o 'nothing-like-it)) l 0))
          (list? ((make-object-finder box? l 2)))))))
  => (#f #t))
(test "make-object-finder: from the symbol table"
  (begin
    (set-top-level-value! 'found-by-finder (list 'needle))
    (let ([x (top-level-value 'found-by-finder)])
      (let ([path ((make-object-finder (lambda (o) (eq? o x))))])
        (list (car path) (symbol->string (cadr path))))))
  => ((needle) "found-by-finder"))
