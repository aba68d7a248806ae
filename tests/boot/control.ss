;; Continuations, winders and multiple values: call/cc and call/1cc entered again and again,
;; generators, coroutines, dynamic-wind, parameterize.

(test "an escape" (+ 1 (call/cc (lambda (k) (+ 10 (k 1))))) => 2)
(test "no escape" (+ 1 (call/cc (lambda (k) 10))) => 11)
(test "an escape out of map"
  (call/cc (lambda (k) (map (lambda (x) (if (< x 0) (k x) x)) '(1 2 -3 4)))) => -3)
(test "call/1cc escapes" (+ 1 (call/1cc (lambda (k) (+ 10 (k 1))))) => 2)
(test "call/1cc returns" (+ 1 (call/1cc (lambda (k) 10))) => 11)
(test "a continuation is a procedure of values"
  (call-with-values (lambda () (call/cc (lambda (k) (k 1 2 3)))) list) => (1 2 3))
(test "a continuation re-entered five times"
  (let ([n 0] [k #f])
    (call/cc (lambda (c) (set! k c)))
    (set! n (+ n 1))
    (when (< n 5) (k #f))
    n)
  => 5)
(test "a continuation re-entered a hundred thousand times"
  (let ([n 0] [k #f])
    (let ([v (call/cc (lambda (c) (set! k c) 0))])
      (set! n (+ n 1))
      (if (< v 100000) (k (+ v 1)) (list n v))))
  => (100001 100000))
(test "re-entry keeps the frame's own variables"
  (let ([k #f] [trail '()])
    (let ([a (list 1)])
      (let ([b (+ (car a) (call/cc (lambda (c) (set! k c) 1)))])
        (set! trail (cons b trail))
        (if (< (length trail) 4) (k (* 10 (length trail))) (reverse trail)))))
  => (2 11 21 31))
(test "re-entry into a list under construction"
  (let* ([k #f] [n 0]
         [l (map (lambda (x) (call/cc (lambda (c) (when (= x 2) (set! k c)) x))) '(1 2 3))])
    (set! n (+ n 1))
    (if (< n 3) (k (* n 100)) l))
  => (1 200 3))

(define (tree->generator tree)
  (define return #f)
  (define (next)
    (call/cc
      (lambda (r)
        (set! return r)
        (resume))))
  (define (resume)
    (let walk ([t tree])
      (cond [(null? t) (void)]
            [(pair? t) (walk (car t)) (walk (cdr t))]
            [else (call/cc (lambda (k) (set! resume (lambda () (k #f))) (return t)))]))
    (return 'done))
  next)
(test "a generator over a tree"
  (let ([g (tree->generator '((1 2) (3 (4 5)) 6))])
    (let loop ([l '()]) (let ([x (g)]) (if (eq? x 'done) (reverse l) (loop (cons x l))))))
  => (1 2 3 4 5 6))
(test "same fringe"
  (let ([a (tree->generator '(1 (2 3) 4))] [b (tree->generator '((1 2) (3 4)))])
    (let loop ()
      (let ([x (a)] [y (b)]) (cond [(not (eqv? x y)) #f] [(eq? x 'done) #t] [else (loop)]))))
  => #t)
(test "a generator of ten thousand"
  (let ([g (tree->generator (iota 10000))])
    (let loop ([s 0]) (let ([x (g)]) (if (eq? x 'done) s (loop (+ s x))))))
  => 49995000)
(define (one-shot-generator produce)
  (define return #f)
  (define resume
    (lambda (ignored)
      (produce (lambda (v) (call/1cc (lambda (k) (set! resume k) (return v)))))
      (return 'done)))
  (lambda () (call/1cc (lambda (r) (set! return r) (resume #f)))))
(test "a generator of one-shot continuations"
  (let ([g (one-shot-generator (lambda (yield) (for-each yield '(a b c))))])
    (let* ([a (g)] [b (g)] [c (g)] [d (g)]) (list a b c d)))
  => (a b c done))
(test "fifty thousand one-shot switches"
  (let ([g (one-shot-generator (lambda (yield) (let loop ([i 0]) (yield i) (loop (+ i 1)))))])
    (let loop ([n 0] [s 0]) (if (= n 50000) s (loop (+ n 1) (+ s (g))))))
  => 1249975000)
(test-error "a one-shot continuation used twice"
  (let ([k #f] [n 0]) (call/1cc (lambda (c) (set! k c))) (set! n (+ n 1)) (if (< n 3) (k #f) n))
  => "Exception: attempt to invoke shot one-shot continuation")
;; releases: all but 10.2.0-pre-release.2
(test "a one-shot continuation promoted by call/cc"
  (let ([k #f] [n 0])
    (call/1cc (lambda (c) (call/cc (lambda (all) (set! k c)))))
    (set! n (+ n 1))
    (if (< n 4) (k #f) n))
  => 4)
;; releases: 10.2.0-pre-release.2
(test-error "a one-shot continuation promoted by call/cc, newer"
  (let ([k #f] [n 0])
    (call/1cc (lambda (c) (call/cc (lambda (all) (set! k c)))))
    (set! n (+ n 1))
    (if (< n 4) (k #f) n))
  => "Exception: attempt to invoke shot one-shot continuation")
(test "coroutines by a queue"
  (let ([queue '()] [trail '()])
    (define (enqueue! t) (set! queue (append queue (list t))))
    (define (dispatch) (unless (null? queue) (let ([t (car queue)]) (set! queue (cdr queue)) (t))))
    (define (yield) (call/cc (lambda (k) (enqueue! (lambda () (k #f))) (dispatch))))
    (define (spawn name n)
      (enqueue! (lambda ()
                  (do ([i 0 (+ i 1)]) ((= i n)) (set! trail (cons (cons name i) trail)) (yield))
                  (dispatch))))
    (spawn 'a 3)
    (spawn 'b 2)
    (spawn 'c 3)
    (call/cc
      (lambda (done) (enqueue! (lambda () (yield) (yield) (yield) (yield) (done #f))) (dispatch)))
    (reverse trail))
  => ((a . 0) (b . 0) (c . 0) (a . 1) (b . 1) (c . 1) (a . 2) (c . 2)))
(test "amb by backtracking"
  (let ([fail (lambda () 'exhausted)])
    (define (amb l)
      (let ([saved fail])
        (call/cc
          (lambda (k)
            (for-each (lambda (x) (call/cc (lambda (next) (set! fail (lambda () (next #f))) (k x))))
              l)
            (set! fail saved)
            (fail)))))
    (let* ([a (amb (iota 20))] [b (amb (iota 20))] [c (amb (iota 20))])
      (if (and (< 0 a b c) (= (+ (* a a) (* b b)) (* c c)) (> a 5)) (list a b c) (fail))))
  => (6 8 10))

(define (winding thunk)
  (let ([trail '()])
    (define (note x) (set! trail (cons x trail)))
    (thunk note)
    (reverse trail)))
(test "dynamic-wind in order"
  (winding (lambda (note)
             (dynamic-wind
               (lambda () (note 'in))
               (lambda () (note 'body))
               (lambda () (note 'out)))))
  => (in body out))
(test "dynamic-wind returns values"
  (call-with-values (lambda () (dynamic-wind void (lambda () (values 1 2)) void)) list) => (1 2))
(test "an escape unwinds two levels"
  (winding (lambda (note)
             (call/cc
               (lambda (k)
                 (dynamic-wind
                   (lambda () (note 'in1))
                   (lambda ()
                     (dynamic-wind
                       (lambda () (note 'in2))
                       (lambda () (k #f))
                       (lambda () (note 'out2))))
                   (lambda () (note 'out1)))))))
  => (in1 in2 out2 out1))
(test "re-entry winds in again"
  (winding (lambda (note)
             (let ([k #f] [n 0])
               (dynamic-wind
                 (lambda () (note 'in))
                 (lambda () (call/cc (lambda (c) (set! k c))) (note 'body))
                 (lambda () (note 'out)))
               (set! n (+ n 1))
               (when (< n 3) (k #f)))))
  => (in body out in body out in body out))
(test "a jump between two sibling winds"
  (winding (lambda (note)
             (let ([k #f] [once #f])
               (dynamic-wind
                 (lambda () (note 'a-in))
                 (lambda () (call/cc (lambda (c) (set! k c))) (note 'a))
                 (lambda () (note 'a-out)))
               (unless once
                 (set! once #t)
                 (dynamic-wind
                   (lambda () (note 'b-in))
                   (lambda () (k #f))
                   (lambda () (note 'b-out)))))))
  => (a-in a a-out b-in b-out a-in a a-out))
(test "an escape from within an out thunk"
  (winding (lambda (note)
             (call/cc
               (lambda (k)
                 (dynamic-wind
                   (lambda () (note 'in))
                   (lambda () (note 'body))
                   (lambda () (note 'out) (k #f)))))
             (note 'after)))
  => (in body out after))
(test "a thousand winders deep"
  (let ([ins 0] [outs 0])
    (call/cc
      (lambda (k)
        (let loop ([n 1000])
          (if (= n 0)
            (k #f)
            (dynamic-wind
              (lambda () (set! ins (+ ins 1)))
              (lambda () (loop (- n 1)))
              (lambda () (set! outs (+ outs 1))))))))
    (list ins outs))
  => (1000 1000))
(test "dynamic-wind with #t for critical sections"
  (dynamic-wind #t void (lambda () 'body) void) => body)

(define p (make-parameter 10))
(define checked
  (make-parameter 1
    (lambda (x) (unless (number? x) (errorf 'checked "~s is not a number" x)) (* 2 x))))
(test "parameterize binds and restores" (list (p) (parameterize ([p 20]) (p)) (p)) => (10 20 10))
(test "parameterize restores after an escape"
  (begin (call/cc (lambda (k) (parameterize ([p 20]) (k #f)))) (p)) => 10)
(test "a parameter set inside parameterize" (list (parameterize ([p 1]) (p 2) (p)) (p)) => (2 10))
(test "a parameter's filter, applied on the way back too"
  (list (checked) (parameterize ([checked 5]) (checked)) (checked)) => (2 10 4))
(test-error "a parameter's filter refuses"
  (parameterize ([checked 'a]) 1) => "Exception in checked: a is not a number")
(test "re-entry into parameterize"
  (let ([k #f] [n 0] [seen '()])
    (parameterize ([p 'inner])
      (call/cc (lambda (c) (set! k c)))
      (set! seen (cons (p) seen)))
    (set! seen (cons (p) seen))
    (set! n (+ n 1))
    (if (< n 2) (k #f) (reverse seen)))
  => (inner 10 inner 10))
(test "nested parameterize of two"
  (parameterize ([p 1] [checked 3]) (parameterize ([p (+ (p) 1)]) (list (p) (checked)))) => (2 6))

(test "no values" (values->list (values)) => ())
(test "one value" (values->list 'one) => (one))
(test "ten values" (values->list (values 1 2 3 4 5 6 7 8 9 10)) => (1 2 3 4 5 6 7 8 9 10))
(test "a thousand values" (length (values->list (apply values (iota 1000)))) => 1000)
(test "values through a tail call"
  (let () (define (f n) (if (= n 0) (values 1 2) (f (- n 1)))) (values->list (f 1000))) => (1 2))
(test "values through call/cc and dynamic-wind"
  (values->list (call/cc (lambda (k) (dynamic-wind void (lambda () (k 1 2 3)) void)))) => (1 2 3))
(test "call-with-values of a consumer with rest"
  (call-with-values (lambda () (values 1 2 3 4)) (lambda (a . r) (list a r))) => (1 (2 3 4)))
(test "a producer that is a continuation's receiver"
  (call-with-values (lambda () (call-with-values (lambda () (values 1 2)) values)) cons) => (1 . 2))
(test "values are ignored in a body" (begin (values 1 2) (values) 'end) => end)
(test "apply with several spread arguments" (apply list 1 2 '(3 4)) => (1 2 3 4))
(test "mutual tail calls a million deep"
  (letrec ([a (lambda (n) (if (= n 0) 'done (b (- n 1))))]
           [b (lambda (n) (if (= n 0) 'done (a (- n 1))))])
    (a 1000000))
  => done)
(test "call-in-continuation"
  (+ 1 (call/cc (lambda (k) (* 100 (call-in-continuation k (lambda () 41)))))) => 42)
(test "call/cc in call/cc"
  (call/cc (lambda (a) (+ 1 (call/cc (lambda (b) (a (call/cc (lambda (c) (b 5))))))))) => 6)
(test "the yin-yang puzzle, in part"
  (let ([out '()] [n 0])
    (call/cc
      (lambda (stop)
        (let* ([yin ((lambda (cc) (set! out (cons '@ out)) cc) (call/cc (lambda (c) c)))]
               [yang ((lambda (cc)
                        (set! out (cons '* out))
                        (set! n (+ n 1))
                        (when (> n 6) (stop #f))
                        cc)
                      (call/cc (lambda (c) c)))])
          (yin yang))))
    (reverse out))
  => (\x40; * \x40; * * \x40; * * * \x40; *))
(test "continuations survive collections"
  (let ([k #f] [n 0])
    (let ([v (+ 1000 (call/cc (lambda (c) (set! k c) 0)))])
      (set! n (+ n 1))
      (collect (min n 4) (min n 4))
      (if (< n 6) (k n) v)))
  => 1005)
(test "ctak 12 8 4"
  (let ()
    (define (ctak x y z) (call/cc (lambda (k) (ctak-aux k x y z))))
    (define (ctak-aux k x y z)
      (if (not (< y x)) (k z)
          (call/cc (lambda (k) (ctak-aux k
            (call/cc (lambda (k) (ctak-aux k (- x 1) y z)))
            (call/cc (lambda (k) (ctak-aux k (- y 1) z x)))
            (call/cc (lambda (k) (ctak-aux k (- z 1) x y))))))))
    (ctak 12 8 4))
  => 5)
