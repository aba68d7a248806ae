;; Storage: collect in all its forms, parameters of the collector, guardians, weak and ephemeron
;; pairs, locked objects, phantom and immobile objects, and structures of every kind that must come
;; through collections unharmed.

(define max-g (collect-maximum-generation))
(define (collect-all) (do ([g 0 (+ g 1)]) ((> g max-g)) (collect g (min (+ g 1) max-g))))
(define (drain g) (let loop ([n 0]) (if (g) (loop (+ n 1)) n)))

(test "collect returns void"
  (list (eq? (collect) (void)) (eq? (collect 0) (void)) (eq? (collect 0 1) (void))
    (eq? (collect 0 0) (void)))
  => (#t #t #t #t))
(test "collect from every generation"
  (begin (do ([g 0 (+ g 1)]) ((> g max-g)) (collect g) (collect g g)) 'done) => done)
(test "collect with a minimal target"
  (begin (collect 2 1 2) (collect 2 1 3) (collect 3 1 4) 'done) => done)
(test "collect with objects to be told of"
  (let ([a (list 1 2)] [b (vector 3)]) (pair? (list (collect 0 1 1 (list a b)) a b))) => #t)
(test "collect to static"
  (begin
    (set-top-level-value! 'static-test (list 1 (vector 2 "three" 4.0)))
    (collect max-g 'static)
    (collect)
    (collect-all)
    (top-level-value 'static-test))
  => (1 #(2 "three" 4.0)))
(test "an old object changed to hold a new one, after static"
  (begin
    (set-car! (cdr (top-level-value 'static-test)) (list 'new))
    (vector-set! (let ([v (make-vector 5 0)]) v) 0 1)
    (collect 0 1)
    (collect 1 2)
    (top-level-value 'static-test))
  => (1 (new)))
(test-error "a target below the generation's"
  (collect (hidden 2) 1) => "Exception in collect: invalid target generation 1 for generation 2")
(test-error "a generation that is not there"
  (collect (hidden 99)) => "Exception in collect: invalid generation 99")
(test-error "collect of a symbol"
  (collect (hidden 'all)) => "Exception in collect: invalid generation all")
(test "parameters of the collector"
  (list (fixnum? (collect-trip-bytes)) (collect-generation-radix) (collect-maximum-generation)
    (collect-notify) (release-minimum-generation) (in-place-minimum-generation))
  => (#t 4 4 #f 4 4))
(define (allocate-times n)
  (let loop ([i 0]) (when (< i n) (hidden (make-vector 100 i)) (loop (+ i 1)))))
(test "collect-request-handler is called"
  (let ([n 0])
    (parameterize ([collect-request-handler (lambda () (set! n (+ n 1)) (collect))])
      (allocate-times 50000))
    (> n 0))
  => #t)
(test "a collect-request-handler that does nothing"
  (let ([n 0])
    (parameterize ([collect-request-handler (lambda () (set! n (+ n 1)))])
      (let loop ([i 0] [l '()])
        (if (< i 3000) (loop (+ i 1) (cons (make-vector 1000 i) l)) (length l)))))
  => 3000)
(test "collect-generation-radix"
  (parameterize ([collect-generation-radix 1000]) (collect) (collect) (collect-generation-radix))
  => 1000)
(test "collect-rendezvous" (begin (collect-rendezvous) 'done) => done)
(test-output "collect-notify tells"
  (parameterize ([collect-notify #t])
    (let ([s (harness-capture (lambda () (collect 0 1)))]) (display (substring s 0 12))))
  => "\n[collecting")
(test "bytes-allocated by generation"
  (list (>= (bytes-allocated 0) 0) (>= (bytes-allocated 1) 0) (> (bytes-allocated 'static) 1000000))
  => (#t #t #t))
(test "memory is given back"
  (let ([before (begin (collect-all) (bytes-allocated))])
    (let ([v (make-vector 1000000 0)])
      (let ([during (bytes-allocated)])
        (vector-set! v 0 1)
        (set! v #f)
        (collect-all)
        (list (> during (+ before 7000000)) (< (bytes-allocated) (+ before 4000000))))))
  => (#t #t))
(test "the memory of the process does not grow without bound"
  (let ([m #f])
    (do ([i 0 (+ i 1)]) ((= i 60))
      (hidden (make-vector 200000 i))
      (when (= i 10) (collect-all) (set! m (current-memory-bytes))))
    (collect-all)
    (< (current-memory-bytes) (* 2 m)))
  => #t)

(test "a guardian keeps what is lost"
  (let ([g (make-guardian)]) (g (list 'lost)) (collect 0 1) (list (g) (g))) => ((lost) #f))
(test "a guardian leaves what is held"
  (let ([g (make-guardian)] [x (list 'held)]) (g x) (collect-all) (let ([r (g)]) (list r x)))
  => (#f (held)))
(test "a guardian with a representative"
  (let ([g (make-guardian)]) (g (list 'lost) 'its-name) (collect 0 1) (list (g) (g)))
  => (its-name #f))
(test "an object in two guardians"
  (let ([g (make-guardian)] [h (make-guardian)] [x (list 'x)])
    (g x)
    (h x)
    (set! x #f)
    (collect 0 1)
    (let ([a (g)] [b (h)]) (list a (eq? a b))))
  => ((x) #t))
(test "registered twice, given twice"
  (let ([g (make-guardian)]) (let ([x (list 'x)]) (g x) (g x)) (collect 0 1) (drain g)) => 2)
(test "a hundred in a guardian"
  (let ([g (make-guardian)])
    (do ([i 0 (+ i 1)]) ((= i 100)) (g (vector i)))
    (collect 0 1)
    (drain g))
  => 100)
(test "a guardian that was itself lost"
  (let ([g (make-guardian)])
    (let ([h (make-guardian)]) (h (list 'inner)) (g h))
    (collect 0 1)
    (let ([h (g)]) (list (procedure? h) (h))))
  => (#t (inner)))
(test "a guardian in an old generation"
  (let ([g (make-guardian)]) (collect-all) (g (list 'young)) (collect 0 1) (g)) => (young))
(test "objects that grow old before they are lost"
  (let ([g (make-guardian)] [x (list 'x)])
    (g x)
    (collect 0 1)
    (collect 1 2)
    (let ([a (g)]) (set! x #f) (collect 0 1) (let ([b (g)]) (collect 2 3) (list a b (g)))))
  => (#f #f (x)))
(test "resurrection and a second death"
  (let ([g (make-guardian)])
    (g (list 'again))
    (collect 0 1)
    (let ([x (g)]) (g x) (set! x #f) (collect 0 1) (collect 1 2) (g)))
  => (again))
(test "a cycle in a guardian"
  (let ([g (make-guardian)])
    (let ([x (list 1 2)]) (set-cdr! (cdr x) x) (g x))
    (collect 0 1)
    (let ([x (g)]) (eq? x (cddr x))))
  => #t)
(test "an ordered guardian"
  (let ([g (make-guardian #t)])
    (parameterize ([collect-request-handler void])
      (let* ([inner (list 'inner)] [outer (list 'outer inner)]) (g inner) (g outer))
      (collect 0 1)
      (let* ([a (car (g))] [b (g)]) (collect 0 1) (collect 1 2) (list a b (g)))))
  => (outer #f (inner)))
(test "unregister-guardian"
  (let ([g (make-guardian)])
    (let ([x (list 'x)])
      (g x)
      (let ([l (unregister-guardian g)]) (set! x #f) (collect 0 1) (list (length l) (g)))))
  => (1 #f))
(test "guardian?" (list (guardian? (make-guardian)) (guardian? car)) => (#t #f))
(test "ftype-guardian"
  (let ()
    (define-ftype counted-thing (struct [count iptr] [x integer-32]))
    (let ([g (ftype-guardian counted-thing)]) (procedure? g)))
  => #t)
(test "guarded ports can be closed"
  (let ([g (make-guardian)])
    (g (open-input-string "lost"))
    (collect 0 1)
    (let ([p (g)]) (let ([s (get-string-all p)]) (close-port p) s)))
  => "lost")

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

(define (make-forest n)
  (let loop ([n n])
    (if (= n 0)
      '()
      (let ([t (loop (- n 1))])
        (vector t (list n) (number->string n) (* n 1.5) (string->symbol (number->string n)))))))
(test "a deep structure of many kinds"
  (let ([f (make-forest 10000)])
    (collect-all)
    (let loop ([t f] [s 0])
      (if (null? t)
        s
        (loop (vector-ref t 0) (+ s (car (vector-ref t 1)) (string->number (vector-ref t 2)))))))
  => 100010000)
(test "a wide vector of lists, changed at random between collections"
  (let ([v (make-vector 5000 '())])
    (let loop ([i 0] [s 12345])
      (when (< i 50000)
        (let ([s (modulo (+ (* s 1103515245) 12345) 2147483648)])
          (let ([k (modulo (quotient s 8) 5000)])
            (vector-set! v k (list i (vector-ref v (modulo i 5000))))
            (vector-set! v (modulo i 5000) '()))
          (when (= 0 (modulo i 5000)) (collect (modulo (quotient i 5000) 3)))
          (loop (+ i 1) s))))
    (collect-all)
    (let loop ([i 0] [n 0])
      (if (= i 5000)
        n
        (loop (+ i 1) (if (pair? (vector-ref v i)) (begin (car (vector-ref v i)) (+ n 1)) n)))))
  => 1818)
(test "closures survive"
  (let ([fs (map (lambda (i) (let ([n i]) (case-lambda [() n] [(d) (set! n (+ n d)) n])))
              (iota 1000))])
    (collect-all)
    (for-each (lambda (f) (f 10)) fs)
    (collect-all)
    (apply + (map (lambda (f) (f)) fs)))
  => 509500)
(test "code made by eval survives and dies"
  (begin
    (do ([i 0 (+ i 1)]) ((= i 30)) (eval `(lambda (x) (+ x ,i))))
    (let ([fs (map (lambda (i) (eval `(lambda (x) (list x ,i "const" ,(* i 0.5))))) (iota 20))])
      (collect-all)
      (map (lambda (f i) (car (f i))) fs (iota 20))))
  => (0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19))
(test "strings and bytevectors of many sizes"
  (let ([l (map (lambda (i) (cons (make-string i #\a) (make-bytevector (* 7 i) (modulo i 256))))
             (iota 300))])
    (collect-all)
    (andmap
      (lambda (p i)
        (and (= (string-length (car p)) i) (= (bytevector-length (cdr p)) (* 7 i))
          (or (= i 0) (= (bytevector-u8-ref (cdr p) (- (* 7 i) 1)) (modulo i 256)))))
      l (iota 300)))
  => #t)
(test "a large vector holds new objects after it has grown old"
  (let ([v (make-vector 100000 #f)])
    (collect-all)
    (do ([i 0 (+ i 997)]) ((>= i 100000)) (vector-set! v i (list i)))
    (collect 0 1)
    (collect 0 1)
    (let loop ([i 0] [ok #t])
      (if (>= i 100000) ok (loop (+ i 997) (and ok (equal? (vector-ref v i) (list i)))))))
  => #t)
(test "set-cdr! of old pairs"
  (let ([l (iota 1000)])
    (collect-all)
    (let loop ([p l]) (unless (null? p) (set-car! p (list (car p))) (loop (cdr p))))
    (collect 0 1)
    (collect 1 2)
    (apply + (map car l)))
  => 499500)
(test "a global variable set to new objects"
  (begin
    (eval '(define gc-global '()))
    (do ([i 0 (+ i 1)]) ((= i 100))
      (set-top-level-value! 'gc-global (cons i (top-level-value 'gc-global)))
      (when (= 0 (modulo i 10)) (collect (modulo i 3))))
    (length (top-level-value 'gc-global)))
  => 100)
(test "boxes, symbols' values and property lists as roots"
  (let ([b (box #f)] [s (gensym)])
    (collect-all)
    (set-box! b (list 1))
    (set-top-level-value! s (list 2))
    (putprop s 'p (list 3))
    (collect 0 1)
    (collect 1 2)
    (list (unbox b) (top-level-value s) (getprop s 'p)))
  => ((1) (2) (3)))
(test "allocation in a hurry"
  (let loop ([i 0] [l '()])
    (if (= i 2000000)
      (length l)
      (loop (+ i 1) (if (= 0 (modulo i 1000)) (cons i l) (begin (hidden (cons i i)) l)))))
  => 2000)
(test "a large string port through collections"
  (let ([p (open-output-string)])
    (do ([i 0 (+ i 1)]) ((= i 20000)) (write (list i "x") p) (when (= 0 (modulo i 5000)) (collect)))
    (string-length (get-output-string p)))
  => 208890)
