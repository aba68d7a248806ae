;; Continuations entered again and again: generators that run in turns to compare the leaves of
;; trees, and a search that goes back to its last choice.

(module (work)
  ;; A procedure that returns the next leaf at each call, then the symbol end.
  (define (leaves tree)
    (define return #f)
    (define (yield leaf)
      (call/cc
        (lambda (here)
          (set! resume (lambda () (here #f)))
          (return leaf))))
    (define (resume)
      (let walk ([tree tree])
        (cond
          [(pair? tree) (walk (car tree)) (walk (cdr tree))]
          [(not (null? tree)) (yield tree)]))
      (set! resume (lambda () (return 'end)))
      (return 'end))
    (lambda ()
      (call/cc
        (lambda (k)
          (set! return k)
          (resume)))))

  (define (same-leaves? a b)
    (let ([next-a (leaves a)] [next-b (leaves b)])
      (let more ([count 0])
        (let ([x (next-a)] [y (next-b)])
          (cond
            [(not (eqv? x y)) (list 'different count)]
            [(eq? x 'end) (list 'same count)]
            [else (more (+ count 1))])))))

  (define (leaning items)
    (fold-left (lambda (tree item) (cons tree item)) '() items))
  (define (balanced items size)
    (if (= size 1)
        (car items)
        (let ([half (quotient size 2)])
          (cons (balanced items half) (balanced (list-tail items half) (- size half))))))

  ;; The value of body, called with amb and fail: amb returns an item of its list, fail goes back to
  ;; the last amb that has another one; #f if none has.
  (define (search body)
    (call/cc
      (lambda (found)
        (define last-choice (lambda () (found #f)))
        (define (fail) (last-choice))
        (define (amb items)
          (call/cc
            (lambda (here)
              (let ([before last-choice])
                (let try ([items items])
                  (if (null? items)
                      (begin (set! last-choice before) (fail))
                      (call/cc
                        (lambda (next)
                          (set! last-choice (lambda () (next #f)))
                          (here (car items)))))
                  (try (cdr items)))))))
        (body amb fail))))

  ;; Six people in a row of seats: a puzzle by choice and contradiction.
  (define (seats)
    (search
      (lambda (amb fail)
        (define (require ok?) (unless ok? (fail)))
        (define (other-than taken)
          (amb (filter (lambda (n) (not (memv n taken))) '(1 2 3 4 5 6))))
        (let* ([a (other-than '())]
               [b (other-than (list a))]
               [c (other-than (list a b))]
               [d (other-than (list a b c))]
               [e (other-than (list a b c d))]
               [f (other-than (list a b c d e))])
          (require (= (abs (- a b)) 1))
          (require (> c d))
          (require (= (+ e f) (* 2 a)))
          (require (> (abs (- b f)) 2))
          (require (< e c))
          (list a b c d e f)))))

  (define (triangle limit)
    (search
      (lambda (amb fail)
        (let* ([a (amb (iota limit))] [b (amb (iota limit))] [c (amb (iota limit))])
          (unless (and (< 33 a b) (= (* c c) (+ (* a a) (* b b)))) (fail))
          (list a b c)))))

  (define (work)
    (let* ([items (iota 60000)] [other (append (list-head items 45000) (list 'x))])
      (list (same-leaves? (leaning items) (balanced items 60000))
            (same-leaves? (balanced items 60000) (balanced other 45001))
            (seats)
            (map triangle '(40 60 80 90))))))

(measure work
  (lambda (result)
    (equal? result
      '((same 60000) (different 45000) (3 2 6 4 1 5)
        (#f (40 42 58) (36 48 60) (36 48 60))))))
