;; Objects that collections treat specially: locked and immobile ones, phantom and reference
;; bytevectors, records by mask, code, continuations, ports.

(define max-g (collect-maximum-generation))
(define (collect-all) (do ([g 0 (+ g 1)]) ((> g max-g)) (collect g (min (+ g 1) max-g))))
(define-syntax without-collections
  (syntax-rules () [(_ e ...) (parameterize ([collect-request-handler void]) e ...)]))

(test "a locked object does not move"
  (let ([x (list 1 2)])
    (lock-object x)
    (let ([a (object->reference-address x)])
      (collect 0 1)
      (collect 1 2)
      (let ([b (object->reference-address x)])
        (let ([l (locked-object? x)]) (unlock-object x) (list (= a b) l (locked-object? x) x)))))
  => (#t #t #f (1 2)))
(test "a locked object stays though nobody holds it"
  (let ([a (let ([x (make-bytevector 100 7)]) (lock-object x) (object->reference-address x))])
    (collect-all)
    (let ([x (reference-address->object a)])
      (unlock-object x)
      (list (bytevector-length x) (bytevector-u8-ref x 50))))
  => (100 7))
(test "locked twice, unlocked twice"
  (let ([x (vector 1)])
    (lock-object x)
    (lock-object x)
    (unlock-object x)
    (let ([a (locked-object? x)]) (unlock-object x) (list a (locked-object? x))))
  => (#t #f))
(test "what a locked object holds is kept"
  (let ([x (vector (list 'inner))])
    (lock-object x)
    (vector-set! x 0 (list 'newer))
    (collect-all)
    (let ([r (vector-ref x 0)]) (unlock-object x) r))
  => (newer))
(test "fifty locked objects"
  (let ([l (map (lambda (i) (let ([v (make-vector 10 i)]) (lock-object v) v)) (iota 50))])
    (let ([before (map object->reference-address l)])
      (collect-all)
      (let ([r (equal? before (map object->reference-address l))])
        (for-each unlock-object l)
        (collect-all)
        (list r (apply + (map (lambda (v) (vector-ref v 9)) l))))))
  => (#t 1225))
(test "immobile objects"
  (let* ([b (make-immobile-bytevector 100)]
         [v (make-immobile-vector 10 'x)]
         [x (box-immobile 5)]
         [before (map object->reference-address (list b v x))])
    (collect-all)
    (list (equal? before (map object->reference-address (list b v x))) (bytevector-length b)
      (vector-ref v 9) (unbox x)))
  => (#t 100 x 5))
(test "phantom bytevectors"
  (let ([p (make-phantom-bytevector 1000000)])
    (let ([n (bytes-allocated)])
      (set-phantom-bytevector-length! p 5000000)
      (list (phantom-bytevector? p) (phantom-bytevector-length p)
        (>= (- (bytes-allocated) n) 3900000))))
  => (#t 5000000 #t))
(test "reference bytevectors"
  (let ([b (make-reference-bytevector 16)] [x (list 'kept)])
    (bytevector-reference-set! b 0 x)
    (bytevector-reference-set! b 8 #f)
    (collect-all)
    (list (reference-bytevector? b) (eq? (bytevector-reference-ref b 0) x)
      (bytevector-reference-ref b 8)))
  => (#t #t #f))

;; --- lock-object, immobile objects

(define (addresses l) (map object->reference-address l))
(define (objects-of-many-kinds)
  (list (list 1) (vector 1 2) (string #\s) (make-bytevector 100 7) (box 1) (+ 0.5 (hidden 1))
    (expt (hidden 2) 100) (/ (hidden 1) 3) (make-rectangular 1.0 (+ 0.5 (hidden 2)))
    (lambda () (hidden 1)) (gensym) (open-input-string "port") (weak-cons 1 2) (ephemeron-cons 1 2)
    (make-eq-hashtable) (make-vector 5000 'large) (make-reference-bytevector 16)
    (stencil-vector 3 1 (hidden 2))
    (call/cc (lambda (k) k)) (make-phantom-bytevector 5) (make-fxvector 3 1) (flvector 1.0 2.0)))
(test "lock-object: objects of every kind keep their places, from generation to generation"
  (without-collections
    (let* ([l (objects-of-many-kinds)] [before (begin (for-each lock-object l) (addresses l))]
           [same? (lambda () (equal? before (addresses l)))] [a (begin (collect 0 0) (same?))]
           [b (begin (collect 0 1) (same?))] [c (begin (collect 1 2) (same?))]
           [d (begin (collect-all) (same?))]
           [generations (map #%$generation (list-head l 5))])
      (for-each unlock-object l)
      (collect-all)
      (list a b c d generations (ormap locked-object? (list-head l 5)) (caar l)
        (vector-ref (cadr l) 1))))
  => (#t #t #t #t (4 4 4 4 4) #f 1 2))
(test "lock-object: locked when old"
  (without-collections
    (let ([l (map (lambda (i) (vector i (list i))) (iota 1000))])
      (collect 0 1)
      (collect 1 2)
      (let* ([locked (filter (lambda (v) (= 0 (modulo (vector-ref v 0) 10))) l)]
             [before (begin (for-each lock-object locked) (addresses locked))])
        (for-each (lambda (v) (vector-set! v 1 (list (vector-ref v 0) 'new))) l)
        (set! l #f)
        (collect 0 1)
        (collect 2 2)
        (collect-all)
        (let ([after (addresses locked)]
              [good (andmap (lambda (v) (eq? (cadr (vector-ref v 1)) 'new)) locked)])
          (for-each unlock-object locked)
          (list (equal? before after) good (length locked))))))
  => (#t #t 100))
(test "lock-object: a weak pair and a guardian see that it lives"
  (without-collections
    (let* ([g (make-guardian)] [w (let ([x (list 'x)]) (lock-object x) (g x) (weak-cons x '()))])
      (collect-all)
      (let ([a (g)] [b (car w)])
        (unlock-object b)
        (set! b #f)
        (collect max-g max-g)
        (list a (g)))))
  => (#f (x)))
(test "lock-object: immediate and static objects"
  (list (locked-object? 5) (locked-object? #t) (locked-object? car)
    (begin (lock-object 5) (unlock-object 5) 5) (locked-object? (list 1)))
  => (#t #t #t 5 #f))
(test "unlock-object: as often as locked"
  (without-collections
    (let ([x (list 'x)])
      (do ([i 0 (+ i 1)]) ((= i 5)) (lock-object x))
      (collect-all)
      (let loop ([i 0] [l '()])
        (if (= i 6) (reverse l) (begin (unlock-object x) (loop (+ i 1) (cons (locked-object? x) l)))))))
  => (#t #t #t #t #f #f))
(test "unlock-object: an object that isn't held dies afterwards"
  (without-collections
    (let ([w (let ([x (make-vector 10 0)]) (lock-object x) (weak-cons x '()))])
      (collect-all)
      (let ([alive (vector? (car w))])
        (unlock-object (car w))
        (collect max-g max-g)
        (list alive (car w)))))
  => (#t #!bwp))
(test "immobile objects: keep their places and contents, from generation to generation"
  (without-collections
    (let* ([l (list (box-immobile (list 'boxed)) (make-immobile-vector 5 (list 'fill))
                (make-immobile-bytevector 100 9)
                (make-immobile-reference-bytevector 16))]
           [before (addresses l)])
      (bytevector-reference-set! (list-ref l 3) 8 (list 'referred))
      (let* ([a (begin (collect 0 1) (equal? before (addresses l)))]
             [b (begin (collect-all) (equal? before (addresses l)))])
        (vector-set! (cadr l) 2 (list 'young))
        (set-box! (car l) (list 'younger))
        (collect 0 1)
        (list a b (unbox (car l)) (vector->list (cadr l)) (bytevector-u8-ref (caddr l) 99)
          (bytevector-reference-ref (list-ref l 3) 8)))))
  => (#t #t (younger) ((fill) (fill) (young) (fill) (fill)) 9 (referred)))
(test "immobile objects: die like others"
  (without-collections
    (let ([l (map (lambda (x) (weak-cons x '()))
               (list (box-immobile 1) (make-immobile-vector 5 0) (make-immobile-bytevector 100)
                 (make-immobile-vector 10000 0)))])
      (collect 0 1)
      (map car l)))
  => (#!bwp #!bwp #!bwp #!bwp))
(test "immobile objects: many of them, most of them lost"
  (without-collections
    (let* ([l (map (lambda (i) (let ([b (make-immobile-vector 10 i)]) b)) (iota 5000))]
           [kept (filter (lambda (v) (= 0 (modulo (vector-ref v 0) 100))) l)] [before (addresses kept)])
      (set! l #f)
      (collect-all)
      (collect max-g max-g)
      (list (equal? before (addresses kept)) (apply + (map (lambda (v) (vector-ref v 9)) kept)))))
  => (#t 122500))
(test "keep-live: what is needed no more otherwise stays until then"
  (without-collections
    (let* ([make (lambda () (let ([x (make-immobile-bytevector 8)]) (cons (weak-cons x '()) x)))]
           [p (make)] [q (make)] [w (car p)] [v (car q)] [x (cdr p)] [y (cdr q)])
      (set! p #f)
      (set! q #f)
      (collect 0 1)
      (let ([a (bytevector? (car w))] [b (car v)])
        (keep-live x)
        (collect 1 1)
        (list a b (car w)))))
  => (#t #!bwp #!bwp))

;; --- Phantom and reference bytevectors

(test "phantom bytevectors: their length counts as allocated, until they die"
  (without-collections
    (collect-all)
    (let* ([n (bytes-allocated)] [p (make-phantom-bytevector 50000000)] [with (- (bytes-allocated) n)])
      (collect-all)
      (let ([old (- (bytes-allocated) n)])
        (set-phantom-bytevector-length! p 1000)
        (let ([less (- (bytes-allocated) n)] [length (phantom-bytevector-length p)])
          (set-phantom-bytevector-length! p 50000000)
          (keep-live p)
          (set! p #f)
          (collect max-g max-g)
          (list (>= with 50000000) (>= old 50000000) (< less 1000000) length
            (< (- (bytes-allocated) n) 1000000))))))
  => (#t #t #t 1000 #t))
(test-error "phantom bytevectors: no negative length"
  (make-phantom-bytevector (hidden -1))
  => "Exception in make-phantom-bytevector: -1 is not a valid phantom bytevector length")
(test "reference bytevectors: their elements live and are followed, in every generation"
  (without-collections
    (let ([b (make-reference-bytevector 80)] [held (list 'held)])
      (bytevector-reference-set! b 0 held)
      (bytevector-reference-set! b 8 (list 'only-here))
      (bytevector-reference-set! b 16 #f)
      (collect-all)
      (bytevector-reference-set! b 24 (list 'young))
      (bytevector-reference-set! b 32 (make-bytevector 4 7))
      (collect 0 1)
      (collect 1 2)
      (list (reference-bytevector? b) (eq? (bytevector-reference-ref b 0) held)
        (bytevector-reference-ref b 8)
        (bytevector-reference-ref b 16) (bytevector-reference-ref b 24)
        (bytevector-u8-ref (bytevector-reference-ref b 32) 3)
        (= (bytevector-uint-ref b 0 (native-endianness) 8) (object->reference-address held)))))
  => (#t #t (only-here) #f (young) 7 #t))
(test "reference bytevectors: an element that is cleared dies"
  (without-collections
    (let* ([b (make-reference-bytevector 16)]
           [w (let ([x (list 'x)]) (bytevector-reference-set! b 0 x) (weak-cons x '()))])
      (collect 0 1)
      (let ([alive (car w)])
        (set! alive (pair? alive))
        (bytevector-reference-set! b 0 #f)
        (collect 1 1)
        (list alive (car w)))))
  => (#t #!bwp))

;; --- Records and stencil vectors by mask

(define (random-fields n seed)
  (let loop ([i 0] [s seed] [l '()])
    (if (= i n) (reverse l)
        (let* ([s (modulo (+ (* s 1103515245) 12345) 2147483648)]
               [type (list-ref '(ptr ptr integer-64 double-float) (modulo (quotient s 1024) 4))])
          (loop (+ i 1) s (cons (list (if (even? (quotient s 65536)) 'mutable 'immutable) type
                                  (string->symbol (format "f~a" i))) l))))))
(define (value-for type i)
  (case type [(ptr) (list i (number->string i))] [(integer-64) (- (* i 8192) 5)] [else (+ i 0.25)]))
;; Whether records with random raw and pointer fields survive through all generations, changed when old.
(define (masked-records n seed)
  (without-collections
    (let* ([fields (random-fields n seed)] [rtd (make-record-type (format "masked-~a" n) fields)]
           [values (map (lambda (f i) (value-for (cadr f) i)) fields (iota n))]
           [r (apply (record-constructor rtd) values)]
           [good? (lambda (values)
                    (andmap (lambda (v i) (equal? v ((record-accessor rtd i) r))) values (iota n)))]
           [a (begin (collect-all) (good? values))]
           [changed (map (lambda (f v i)
                           (if (and (eq? (car f) 'mutable) (eq? (cadr f) 'ptr))
                               (let ([x (vector i 'changed)]) ((record-mutator rtd i) r x) x)
                               v))
                      fields values (iota n))]
           [b (begin (collect 0 1) (good? changed))]
           [c (begin (collect 1 2) (collect-all) (good? changed))])
      (and a b c))))
(test "records with any pointer mask: a few fields"
  (map (lambda (seed) (masked-records (+ 1 (modulo seed 12)) seed)) (iota 24))
  => (#t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t))
(test "records with any pointer mask: masks of 59 to 65 bits, at the edge of a fixnum"
  (map (lambda (n) (masked-records n (* 7 n))) '(57 58 59 60 61 62 63 64 65))
  => (#t #t #t #t #t #t #t #t #t))
(test "records with any pointer mask: bignum masks"
  (map (lambda (n) (masked-records n n)) '(70 100 127 128 129 200 500)) => (#t #t #t #t #t #t #t))
(test "records with any pointer mask: pointers alone, in a hundred fields"
  (without-collections
    (let* ([field (lambda (i) (list 'mutable (string->symbol (format "f~a" i))))]
           [rtd (make-record-type "all-pointers" (map field (iota 100)))]
           [r (apply (record-constructor rtd) (map list (iota 100)))])
      (collect-all)
      ((record-mutator rtd 99) r (list 'young))
      (collect 0 1)
      (list ((record-accessor rtd 0) r) ((record-accessor rtd 98) r) ((record-accessor rtd 99) r))))
  => ((0) (98) (young)))
(test "records with any pointer mask: raw words that look like references"
  (without-collections
    (let* ([rtd (make-record-type "raw" '((mutable integer-64 a) (mutable ptr b) (mutable integer-64 c)))]
           [l (map (lambda (i) (list i)) (iota 1000))]
           [make (lambda (x)
                   (let ([a (object->reference-address x)]) ((record-constructor rtd) a x (- a 8))))]
           [rs (map make l)]
           [before (map (lambda (r) ((record-accessor rtd 0) r)) rs)])
      (collect-all)
      (list (equal? before (map (lambda (r) ((record-accessor rtd 0) r)) rs))
        (andmap (lambda (r x) (eq? ((record-accessor rtd 1) r) x)) rs l))))
  => (#t #t))
(test "records with any pointer mask: their types die with them"
  (without-collections
    (let* ([w (let* ([rtd (make-record-type "mortal" '((mutable integer-64 a) (mutable ptr b)))]
                     [r ((record-constructor rtd) 1 (list 2))])
                (list (weak-cons rtd '()) (weak-cons r '())))])
      (collect 0 1)
      (map car w)))
  => (#!bwp #!bwp))
(test "stencil vectors: every mask of six bits, through all generations"
  (without-collections
    (let ([l (map (lambda (mask) (apply stencil-vector mask (map list (iota (fxpopcount mask)))))
               (iota 64))])
      (collect-all)
      (for-each
        (lambda (v) (when (> (stencil-vector-length v) 0) (stencil-vector-set! v 0 (vector 'young))))
        l)
      (collect 0 1)
      (collect 1 2)
      (andmap
        (lambda (v mask)
          (and (= (stencil-vector-mask v) mask)
            (let ([n (fxpopcount mask)])
              (let loop ([i 0])
                (or (= i n)
                  (and (equal? (stencil-vector-ref v i) (if (= i 0) (vector 'young) (list i)))
                    (loop (+ i 1))))))))
        l (iota 64))))
  => #t)
(test "stencil vectors: as wide as they can be"
  (without-collections
    (let* ([w (stencil-vector-mask-width)] [v (apply stencil-vector (- (expt 2 w) 1) (map list (iota w)))])
      (collect-all)
      (stencil-vector-set! v (- w 1) (list 'last))
      (collect 0 1)
      (list (= (stencil-vector-length v) w) (stencil-vector-ref v 0) (stencil-vector-ref v (- w 1))
        (stencil-vector? (stencil-vector-update v 1 1 'new)))))
  => (#t (0) (last) #t))

;; --- Code

(test "code and its relocations: constants and calls of code that has moved"
  (without-collections
    (let* ([make (lambda (i)
                   (eval `(let ([helper (lambda (x) (cons ',(list i) x))])
                            (lambda (x)
                              (list (helper x) ',(vector i "text" (* i 1.5) (expt 3 (+ 100 i))) 'sym)))))]
           [fs (map make (iota 50))]
           [good? (lambda ()
                    (andmap
                      (lambda (f i)
                        (equal? (f 'x) `(((,i) . x) #(,i "text" ,(* i 1.5) ,(expt 3 (+ 100 i))) sym)))
                      fs (iota 50)))]
           [code (lambda () (map (lambda (f) (object->reference-address (#%$closure-code f))) fs))]
           [first (code)] [a (begin (collect 0 1) (good?))] [moved (not (equal? first (code)))]
           [b (begin (collect 1 2) (good?))]
           [c (begin (collect-all) (good?))])
      (list a moved b c (#%$generation (#%$closure-code (car fs))))))
  => (#t #t #t #t 4))
(test "code and its relocations: what is called by name after it was defined again"
  (without-collections
    (eval '(define (storage-callee x) (list 'old x)))
    (let ([f (eval '(lambda (x) (storage-callee x)))])
      (collect-all)
      (let ([a (f 1)])
        (eval '(define (storage-callee x) (list 'new x)))
        (collect 0 1)
        (list a (f 1)))))
  => ((old 1) (new 1)))
(test "code and its relocations: code that nobody needs is collected, with its constants"
  (without-collections
    (let* ([constant (list 'constant)] [f (eval `(lambda () ',constant))]
           [w (list (weak-cons f '()) (weak-cons (#%$closure-code f) '()) (weak-cons constant '()))])
      (set! constant #f)
      (collect 0 1)
      (let ([held (eq? (caddr (map car w)) (f))])
        (set! f #f)
        (collect 1 1)
        (list held (map car w)))))
  => (#t (#!bwp #!bwp #!bwp)))
(test "code and its relocations: large procedures"
  (without-collections
    (let ([f (eval `(lambda (x) (list ,@(map (lambda (i) `(cons x ',(list i))) (iota 2000)))))])
      (collect-all)
      (let ([l (f 'a)]) (list (length l) (car l) (list-ref l 1999)))))
  => (2000 (a 0) (a 1999)))
(test "locked code during a foreign call: code that collects moves, or stays, and goes on"
  (without-collections
    (let ([f (eval '(lambda ()
                      (let ([collect (foreign-procedure "(cs)do_gc" (int int int ptr) ptr)]
                            [x (list 'local 2.5)])
                        (collect 0 1 1 #f)
                        (let ([y (list x '(quoted list) 3.75)])
                          (collect 1 2 2 #f)
                          (list y 12345678901234567890 "end")))))])
      (let* ([a (f)] [generation (#%$generation (#%$closure-code f))] [b (f)])
        (list (equal? a b) a generation))))
  => (#t (((local 2.5) (quoted list) 3.75) 12345678901234567890 "end") 2))
(test "locked code during a foreign call: it dies when it is left"
  (without-collections
    (let* ([f (eval '(lambda () ((foreign-procedure "(cs)do_gc" (int int int ptr) ptr) 0 1 1 #f) 'done))]
           [w (weak-cons (#%$closure-code f) '())] [a (f)])
      (set! f #f)
      (collect-all)
      (list a (car w))))
  => (done #!bwp))

;; --- Continuations

(define (stack-words k) (list (#%$continuation-stack-length k) (#%$continuation-stack-clength k)))
(test "continuations: multi-shot ones have a stack of what they use, before and after collections"
  (without-collections
    (let ([k #f])
      (define (down n) (if (= n 0) (call/cc (lambda (c) (set! k c) 0)) (+ 1 (down (- n 1)))))
      (down 1000)
      (let* ([a (stack-words k)] [b (begin (collect-all) (stack-words k))])
        (list (apply = a) (equal? a b)))))
  => (#t #t))
(test "continuations: one-shot ones with room in their stacks, in the middle of a collection"
  (without-collections
    (let ([r (list 'frame (call/1cc
                            (lambda (c)
                              (let* ([a (stack-words c)] [b (begin (collect 0 1) (stack-words c))]
                                     [d (begin (collect 1 2) (stack-words c))])
                                (list (apply >= a) (apply >= b) (equal? b d) (<= (car b) (car a)))))))])
      r))
  => (frame (#t #t #t #t)))
(test "continuations: a used one-shot continuation holds nothing"
  (without-collections
    (let* ([w (weak-cons #f '())]
           [k (let ([x (list 'in-frame)])
                (set-car! w x)
                (let ([k (call/1cc (lambda (c) c))]) (set-car! x 'used) k))])
      (collect 0 1)
      (list (stack-words k) (car w))))
  => ((-1 -1) #!bwp))
(test "continuations: one-shot, suspended, collected and resumed"
  (without-collections
    (let ([k #f] [back #f])
      (define (worker l)
        (let ([x (call/1cc (lambda (c) (set! k c) (back 'suspended)))]) (list x (length l))))
      (let ([r (call/cc (lambda (b) (set! back b) (worker (iota 1000))))])
        (if (eq? r 'suspended)
            (begin (collect 0 1) (collect 1 2) (collect-all) (k 'resumed))
            r))))
  => (resumed 1000))
(test "continuations: a thousand multi-shot ones, entered again after collections"
  (without-collections
    (let* ([ks '()] [results '()]
           [r (let loop ([i 0])
                (if (= i 1000) 0
                    (let ([x (call/cc (lambda (k) (set! ks (cons k ks)) 1))]) (+ x (loop (+ i 1))))))])
      (set! results (cons r results))
      (when (< (length results) 5)
        (collect (length results))
        ((list-ref ks (* 200 (length results))) 10))
      results))
  => (1009 1009 1009 1009 1000))
(test "continuations: the running stack is shortened when a large frame has gone"
  (without-collections
    (let ()
      (define (wide . l)
        (let ([n (length l)])
          (collect 0 1)
          (list n (bytes-allocated 1 'data) (bytes-allocated 0 'data))))
      (define l (iota 300000))
      (collect-all)
      (let* ([before (+ (bytes-allocated 1 'data) (bytes-allocated 0 'data))] [r (apply wide l)])
        (list (car r) (< (- (+ (cadr r) (caddr r)) before) 1000000)))))
  => (300000 #t))
(test "continuations: dynamic winds and parameters survive"
  (without-collections
    (let ([trail '()] [p (make-parameter 'outside)] [k #f] [n 0])
      (define (note x) (set! trail (cons x trail)))
      (parameterize ([p 'inside])
        (dynamic-wind
          (lambda () (note 'in))
          (lambda () (call/cc (lambda (c) (set! k c))) (note (p)))
          (lambda () (note 'out))))
      (set! n (+ n 1))
      (collect-all)
      (if (< n 3) (k #f) (list (reverse trail) (p)))))
  => ((in inside out in inside out in inside out) outside))

;; --- Ports

(test "ports: buffers half read and half written, through all generations"
  (without-collections
    (let ([in (open-input-string (apply string-append (map (lambda (i) (format "~a " i)) (iota 1000))))]
          [bin (open-bytevector-input-port
                 (u8-list->bytevector (map (lambda (i) (modulo i 256)) (iota 1000))))]
          [out (open-output-string)])
      (let-values ([(bout get) (open-bytevector-output-port)])
        (let loop ([i 0] [sum 0])
          (if (< i 1000)
              (let ([x (read in)] [b (get-u8 bin)])
                (write x out)
                (put-u8 bout b)
                (when (= 0 (modulo i 100)) (collect (modulo (quotient i 100) max-g)))
                (loop (+ i 1) (+ sum x b)))
              (list sum (string-length (get-output-string out)) (bytevector-length (get))
                (eof-object? (get-u8 bin))))))))
  => (624216 2890 1000 #t))
(test "ports: files that are lost are still closed properly when guarded"
  (without-collections
    (let ([name "storage-port"] [g (make-guardian)])
      (let ([p (open-output-file name 'replace)]) (g p) (display "written before the port was lost" p))
      (collect 0 1)
      (let ([p (g)]) (close-port p))
      (call-with-input-file name get-string-all)))
  => "written before the port was lost")
(test "ports: those that are old take and give young objects"
  (without-collections
    (let ([p (open-input-string "1 2")])
      (collect-all)
      (set-port-name! p (string-append "young" " name"))
      (set-textual-port-input-buffer! p (string-copy "(a b) rest"))
      (collect 0 1)
      (let ([x (read p)]) (list x (port-name p)))))
  => ((a b) "young name"))

;; A list of many arguments is made at once; a long one gets a run of segments of its own.
(test "long lists of arguments survive"
  (let* ([numbers (iota 5000)] [l (apply (lambda x x) (map list numbers))] [tail (list-tail l 3000)])
    (collect)
    (collect 1 2)
    (make-vector 100000)
    (collect (collect-maximum-generation))
    (list (equal? l (map list numbers)) (equal? tail (list-tail (map list numbers) 3000))))
  => (#t #t))
(test "a part of a long list of arguments survives, the rest goes"
  (let* ([l (list-tail (apply (lambda x x) (map list (iota 60000))) 59990)] [weak (weak-cons l '())])
    (collect 0 1)
    (set-car! (car l) (string #\a))
    (collect 0 1)
    (collect 1 2)
    (let ([kept (list (caar l) (car (list-ref l 9)) (eq? (car weak) l))])
      (set! l #f)
      (collect (collect-maximum-generation))
      (list kept (bwp-object? (car weak)))))
  => (("a" 59999 #t) #t))
(test "long lists of arguments in guardians, ephemerons and tables by address"
  (let* ([l (apply (lambda x x) (map list (iota 3000)))]
         [g (make-guardian)] [table (make-eq-hashtable)] [e (ephemeron-cons (list-ref l 100) 'there)])
    (g (list-tail l 10))
    (hashtable-set! table (list-tail l 20) 'twenty)
    (collect 0 1)
    (let ([found (hashtable-ref table (list-tail l 20) #f)] [held (car e)])
      (list found (equal? held '(100)) (g))))
  => (twenty #t #f))
