;; Guardians: what they hand over and when, ordered ones, representatives, guardians of guardians.

(define max-g (collect-maximum-generation))
(define (collect-all) (do ([g 0 (+ g 1)]) ((> g max-g)) (collect g (min (+ g 1) max-g))))
(define-syntax without-collections
  (syntax-rules () [(_ e ...) (parameterize ([collect-request-handler void]) e ...)]))
(define (drain g) (let loop ([n 0]) (if (g) (loop (+ n 1)) n)))

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
  (parameterize ([collect-request-handler void])
    (let ([g (make-guardian)] [x (list 'x)])
      (g x)
      (collect 0 1)
      (collect 1 2)
      (let ([a (g)]) (set! x #f) (collect 0 1) (let ([b (g)]) (collect 2 3) (list a b (g))))))
  => (#f #f (x)))
(test "resurrection and a second death"
  (parameterize ([collect-request-handler void])
    (let ([g (make-guardian)])
      (g (list 'again))
      (collect 0 1)
      (let ([x (g)]) (g x) (set! x #f) (collect 0 1) (collect 1 2) (g))))
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
(test "guardian?"
  (list (guardian? (make-guardian)) (guardian? (make-guardian #t)) (guardian? (ftype-guardian iptr))
    (guardian? car) (guardian? "oops"))
  => (#t #t #t #f #f))
(test "guarded ports can be closed"
  (let ([g (make-guardian)])
    (g (open-input-string "lost"))
    (collect 0 1)
    (let ([p (g)]) (let ([s (get-string-all p)]) (close-port p) s)))
  => "lost")

;; --- with weak pairs

(test "guardians: a weak pair keeps its car until the object is handed over and dropped"
  (without-collections
    (let* ([g (make-guardian)] [p (let ([x (cons 'aaa 'bbb)]) (g x) (weak-cons x '()))])
      (collect 0 1)
      (let* ([y (g)] [a (car p)])
        (let ([same (eq? a y)])
          (set! y #f)
          (set! a #f)
          (collect 1 1)
          (list same (car p))))))
  => (#t #!bwp))
(test "guardians: a weak pair loses its car when a representative is handed over"
  (without-collections
    (let* ([g (make-guardian)] [p (let ([x (cons 'aaa 'bbb)]) (g x 'rep) (weak-cons x '()))]
           [e (let ([x (cons 'ccc 'ddd)]) (g x 'rep2) (ephemeron-cons x x))])
      (collect 0 1)
      (let* ([a (g)] [b (g)]) (list (eq? a b) (symbol? a) (symbol? b) (car p) (car e) (cdr e)))))
  => (#f #t #t #!bwp #!bwp #!bwp))
(test "guardians: a weak pair loses its car when the guardian is dropped"
  (without-collections
    (let ([p (let* ([g (make-guardian)] [x (cons 'aaa 'bbb)]) (g x) (weak-cons x '()))])
      (collect 0 1)
      (car p)))
  => #!bwp)
(test "guardians: keys of a weak table that a guardian saves stay in the table"
  (without-collections
    (let ([g (make-guardian)] [h (make-weak-eq-hashtable)])
      (do ([i 0 (+ i 1)]) ((= i 100)) (let ([k (list i)]) (g k) (eq-hashtable-set! h k i)))
      (collect 0 1)
      (let* ([n (hashtable-size h)]
             [sum (let loop ([s 0]) (let ([k (g)]) (if k (loop (+ s (eq-hashtable-ref h k #f))) s)))])
        (collect 1 1)
        (list n sum (hashtable-size h)))))
  => (100 4950 0))

;; --- representatives

(test "guardians: a representative that refers to the object is handed over with it"
  (without-collections
    (let ([g (make-guardian)])
      (let ([x (list 'x)]) (g x (vector 'agent x)))
      (collect 0 1)
      (let* ([a (g)] [b (g)]) (list a b))))
  => (#(agent (x)) #f))
(test "guardians: a representative lives as long as the entry"
  (without-collections
    (let ([g (make-guardian)] [x (list 'x)])
      (g x (list 'agent 1))
      (collect-all)
      (let ([a (g)])
        (keep-live x)
        (set! x #f)
        (collect-all)
        (list a (g) (g)))))
  => (#f (agent 1) #f))
(test "guardians: #f as a representative"
  (without-collections
    (let ([g (make-guardian)])
      (g (list 'x) #f)
      (g (list 'y) 'y)
      (collect 0 1)
      (let* ([a (g)] [b (g)]) (and (memq 'y (list a b)) #t))))
  => #t)
(test "guardians: fixnums and the like are never lost"
  (without-collections
    (let ([g (make-guardian)]) (g 5) (g #\a) (g '()) (g car) (collect-all) (g)))
  => #f)

;; --- guardians of guardians, resurrection

(define (chain n)
  (let loop ([n n] [x (list 'innermost)])
    (if (= n 0) x (let ([g (make-guardian)]) (g x) (loop (- n 1) g)))))
(test "guardians of guardians: a chain of them, handed over one by one"
  (without-collections
    (let ([g (make-guardian)])
      (g (chain 20))
      (collect 0 1)
      (let loop ([x (g)] [n 0])
        (cond [(guardian? x) (collect) (loop (x) (+ n 1))] [else (list n x)]))))
  => (20 (innermost)))
(test "guardians of guardians: dropped together with what they watch"
  (without-collections
    (let ([w (weak-cons #f '())])
      (let ([g (make-guardian)] [h (make-guardian)] [x (list 'x)])
        (g h)
        (h g)
        (h x)
        (set-car! w x))
      (collect 0 1)
      (car w)))
  => #!bwp)
(test "guardians of guardians: two that watch each other, one held"
  (without-collections
    (let ([g (make-guardian)])
      (let ([h (make-guardian)]) (g h) (h g) (h (list 'x)))
      (collect 0 1)
      (let ([h (g)]) (list (guardian? h) (h) (h) (g)))))
  => (#t (x) #f #f))
(test "guardians: registered with itself"
  (without-collections
    (let ([w (let ([g (make-guardian)]) (g g) (weak-cons g '()))])
      (collect 0 1)
      (car w)))
  => #!bwp)
(test "resurrection: in every generation, again and again"
  (without-collections
    (let ([g (make-guardian)])
      (g (vector 'phoenix (list 1 2)))
      (let loop ([n 0] [seen '()])
        (if (= n 12) (list (length seen) (andmap (lambda (x) (equal? x '(1 2))) seen))
            (begin
              (collect (min n max-g) (min (+ n 1) max-g))
              (let ([x (g)])
                (if x (begin (g x) (loop (+ n 1) (cons (vector-ref x 1) seen))) (loop (+ n 1) seen))))))))
  => (12 #t))
(test "resurrection: shared structure comes back whole, each piece once"
  (without-collections
    (let ([g (make-guardian)])
      (let* ([shared (list 'shared)] [a (vector 'a shared)] [b (vector 'b shared)]) (g a) (g b) (g shared))
      (collect 0 1)
      (let* ([l (let loop ([l '()]) (let ([x (g)]) (if x (loop (cons x l)) l)))] [s (find pair? l)]
             [vs (filter vector? l)])
        (list (length l) (eq? (vector-ref (car vs) 1) s) (eq? (vector-ref (cadr vs) 1) s)))))
  => (3 #t #t))
(test "guardians: entries of every generation at once"
  (without-collections
    (let ([g (make-guardian)] [held '()])
      (do ([i 0 (+ i 1)]) ((= i 5))
        (do ([j 0 (+ j 1)]) ((= j 100)) (let ([x (list i j)]) (g x) (set! held (cons x held))))
        (collect i (min (+ i 1) max-g)))
      (let ([before (g)])
        (set! held '())
        (collect max-g max-g)
        (list before (drain g)))))
  => (#f 500))
(test "guardians: symbols, strings, records, procedures, ports, bignums"
  (without-collections
    (let ([g (make-guardian)])
      (for-each g
        (list (string->symbol (hidden "lost-symbol-of-guardians")) (make-string 3 #\s) (make-vector 3 0)
          (open-input-string "p") (expt (hidden 2) 100) (box 1) (gensym) (make-bytevector 10)
          (let ([x (hidden 1)]) (lambda () x))
          (weak-cons 1 2) (make-eq-hashtable) (make-guardian)
          (make-phantom-bytevector 10) (stencil-vector 1 (hidden 2))))
      (collect 0 1)
      (drain g)))
  => 14)

;; --- ordered guardians

(test "ordered guardians: an object comes before what it refers to"
  (without-collections
    (let ([g (make-guardian #t)])
      (let* ([a (list 'a)] [b (list 'b a)] [c (list 'c b)]) (g a) (g b) (g c))
      (let* ([next (lambda () (collect 0 1) (collect 1 1) (let ([x (g)]) (and x (car x))))]
             [x (next)] [y (next)] [z (next)] [none (next)])
        (list x y z none))))
  => (c b a #f))
(test "ordered guardians: cycles are never handed over"
  (without-collections
    (let ([g (make-guardian #t)] [w #f])
      (let ([a (list 'a)] [b (list 'b)])
        (set-cdr! a b)
        (set-cdr! b a)
        (g a)
        (g b)
        (set! w (weak-cons a '())))
      (collect 0 1)
      (let ([before (g)])
        (set-cdr! (cdar w) '())
        (collect 1 1)
        (let ([a (g)]) (list before (car a) (cadr a))))))
  => (#f a b))
(test "ordered guardians: an object that refers to itself is a cycle"
  (without-collections
    (let ([g (make-guardian #t)])
      (let ([a (list 'a)]) (set-cdr! a a) (g a))
      (collect 0 1)
      (let* ([x (g)] [r (make-guardian #t)])
        (r (vector 'no-cycle))
        (collect 0 1)
        (list x (r)))))
  => (#f #(no-cycle)))
(test "ordered guardians: a representative that refers to the object makes a cycle"
  (without-collections
    (let ([g (make-guardian #t)])
      (let ([a (list 'a)]) (g a (vector a)))
      (collect 0 1)
      (g)))
  => #f)
(test "ordered guardians: weak references don't count"
  (without-collections
    (let ([g (make-guardian #t)])
      (let ([a (list 'a #f)] [b (list 'b #f)])
        (set-car! (cdr a) (weak-cons b '()))
        (set-car! (cdr b) (weak-cons a '()))
        (g a)
        (g b))
      (collect 0 1)
      (let* ([x (g)] [y (g)])
        (list (eq? x y) (and (memq (car x) '(a b)) #t) (and (memq (car y) '(a b)) #t)))))
  => (#f #t #t))
(test "ordered guardians: an unordered one has its object first"
  (without-collections
    (let ([g (make-guardian)] [o (make-guardian #t)])
      (let ([x (list 'x)]) (g x) (o x))
      (collect 0 1)
      (let* ([a (o)] [b (g)] [name (car b)])
        (set! b #f)
        (collect 1 1)
        (list a name (o)))))
  => (#f x (x)))

;; --- unregister-guardian, ftype-guardian

(test "unregister-guardian: what isn't handed over yet, as often as registered"
  (without-collections
    (let ([g (make-guardian)] [x (cons 'a 'b)] [y (cons 'c 'd)])
      (g x)
      (g x)
      (g y)
      (g y)
      (set! y #f)
      (collect 0 0)
      (let* ([l (unregister-guardian g)] [a (g)] [b (g)] [c (g)]) (list l a b c x))))
  => (((a . b) (a . b)) (c . d) (c . d) #f (a . b)))
(test "unregister-guardian: gives representatives, and leaves other guardians alone"
  (without-collections
    (let ([g (make-guardian)] [h (make-guardian)] [x (list 'x)])
      (g x 'rep)
      (h x)
      (collect 0 1)
      (g (list 'young))
      (let* ([l (unregister-guardian g)] [again (unregister-guardian g)])
        (keep-live x)
        (set! x #f)
        (collect 1 1)
        (list (length l) (and (memq 'rep l) #t) again (g) (h)))))
  => (2 #t () #f (x)))
(test "unregister-guardian: in all generations"
  (without-collections
    (let ([g (make-guardian)] [held '()])
      (do ([i 0 (+ i 1)]) ((= i 5))
        (let ([x (list i)]) (g x) (set! held (cons x held)))
        (collect i (min (+ i 1) max-g)))
      (let ([l (unregister-guardian g)]) (list-sort < (map car l)))))
  => (0 1 2 3 4))
(define-ftype counted-thing (struct [count iptr] [x integer-32]))
(test "ftype-guardian: an object is handed over when its count goes to zero"
  (without-collections
    (let* ([g (ftype-guardian counted-thing)] [address (foreign-alloc (ftype-sizeof counted-thing))]
           [make (lambda () (let ([p (make-ftype-pointer counted-thing address)]) (g p) p))])
      (foreign-set! 'iptr address 0 2)
      (make)
      (collect 0 1)
      (let* ([a (g)] [count (foreign-ref 'iptr address 0)])
        (make)
        (collect 0 1)
        (let* ([p (g)]
               [r (list a count (ftype-pointer? counted-thing p) (= (ftype-pointer-address p) address)
                    (foreign-ref 'iptr address 0) (g))])
          (foreign-free address)
          r))))
  => (#f 1 #t #t 0 #f))
(test "guardians: ten thousand objects, some held, through random collections"
  (without-collections
    (let ([g (make-guardian)] [held '()] [given 0])
      (do ([i 0 (+ i 1)]) ((= i 10000))
        (let ([x (vector i)])
          (g x)
          (when (= 0 (modulo i 10)) (set! held (cons x held))))
        (when (= 0 (modulo i 500)) (collect (modulo (quotient i 500) 4))
          (set! given (+ given (drain g)))))
      (collect max-g max-g)
      (list (+ given (drain g)) (length held) (apply + (map (lambda (v) (vector-ref v 0)) held)))))
  => (9000 1000 4995000))
