;;; Generators by call/cc
;; A generator is a procedure that returns the next value
;; each time. Inside, yield keeps where the producer is, as
;; a continuation.
(define (make-generator produce)
  (define return #f)
  (define (resume)
    (produce (lambda (value)
               (call/cc (lambda (here)
                          (set! resume (lambda () (here (void))))
                          (return value)))))
    (set! resume (lambda () (return 'done)))
    (return 'done))
  (lambda ()
    (call/cc (lambda (k)
               (set! return k)
               (resume)))))

;; The leaves of a tree, one after another.
(define (leaves tree)
  (make-generator
    (lambda (yield)
      (let walk ([tree tree])
        (cond
          [(null? tree) (void)]
          [(pair? tree) (walk (car tree)) (walk (cdr tree))]
          [else (yield tree)])))))

;; Have two trees the same leaves? Neither is flattened, and
;; the first difference ends the walk.
(define (same-fringe? a b)
  (let ([next-a (leaves a)] [next-b (leaves b)])
    (let loop ()
      (let ([x (next-a)] [y (next-b)])
        (cond
          [(not (eqv? x y)) (printf "~s is not ~s\n" x y) #f]
          [(eq? x 'done) #t]
          [else (loop)])))))

(same-fringe? '(1 (2 3) 4) '((1 2) (3 (4))))
(same-fringe? '(1 (2 3) 4) '((1 2) (5 (4))))

;; Endless ones are fine, too.
(define (naturals)
  (make-generator
    (lambda (yield)
      (let loop ([n 0]) (yield n) (loop (+ n 1))))))

(define (primes)
  (make-generator
    (lambda (yield)
      (let loop ([n 2] [found '()])
        (if (exists (lambda (p) (= 0 (modulo n p))) found)
            (loop (+ n 1) found)
            (begin (yield n) (loop (+ n 1) (cons n found))))))))

(define (take generator n)
  (if (= n 0)
      '()
      (let ([x (generator)])
        (cons x (take generator (- n 1))))))

(take (naturals) 5)
(take (primes) 20)
