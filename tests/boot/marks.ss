;; Continuation marks: with-continuation-mark and the accessors of marks.
;; releases: all but 9.5.9.8

(define (marks key) (continuation-marks->list (current-continuation-marks) key))

(test "no marks" (marks 'a) => ())
(test "one mark" (with-continuation-mark 'a 1 (marks 'a)) => (1))
(test "a mark in tail position replaces"
  (with-continuation-mark 'a 1 (with-continuation-mark 'a 2 (marks 'a))) => (2))
(test "a mark in non-tail position adds"
  (with-continuation-mark 'a 1 (car (list (with-continuation-mark 'a 2 (marks 'a))))) => (2 1))
(test "two keys on one frame"
  (with-continuation-mark 'a 1 (with-continuation-mark 'b 2 (list (marks 'a) (marks 'b))))
  => ((1) (2)))
(test "a mark is gone afterwards" (begin (with-continuation-mark 'a 1 (void)) (marks 'a)) => ())
(test "keys are compared by eq?" (with-continuation-mark (list 'k) 1 (marks (list 'k))) => ())
(test "the value of with-continuation-mark" (+ 1 (with-continuation-mark 'a 1 41)) => 42)
(test "multiple values through a mark"
  (values->list (with-continuation-mark 'a 1 (values 1 2 3))) => (1 2 3))
(test "marks of a recursion"
  (let loop ([n 5])
    (if (= n 0) (marks 'depth) (car (list (with-continuation-mark 'depth n (loop (- n 1)))))))
  => (1 2 3 4 5))
(test "a loop in tail position keeps one mark"
  (let loop ([n 10000]) (with-continuation-mark 'n n (if (= n 0) (marks 'n) (loop (- n 1)))))
  => (0))
(test "ten thousand marks deep"
  (length (let loop ([n 10000])
            (if (= n 0) (marks 'd) (car (list (with-continuation-mark 'd n (loop (- n 1))))))))
  => 10000)
(test "continuation-marks-first"
  (with-continuation-mark 'a 1
    (car (list (with-continuation-mark 'a 2
                 (continuation-marks-first (current-continuation-marks) 'a)))))
  => 2)
(test "continuation-marks-first without one"
  (continuation-marks-first (current-continuation-marks) 'nothing 'default) => default)
(test "call-with-immediate-continuation-mark"
  (with-continuation-mark 'a 7 (call-with-immediate-continuation-mark 'a 'none (lambda (v) v)))
  => 7)
(test "call-with-immediate-continuation-mark without one"
  (with-continuation-mark 'a 7
    (car (list (call-with-immediate-continuation-mark 'a 'none (lambda (v) v)))))
  => none)
(test "marks of a captured continuation"
  (let ([k (with-continuation-mark 'a 1
             (car (list (with-continuation-mark 'a 2 (car (list (call/cc (lambda (k) k))))))))])
    (continuation-marks->list (continuation-next-marks k) 'a))
  => (2 1))
(test "marks after re-entry"
  (let ([k #f] [n 0])
    (let ([l (with-continuation-mark 'a n
               (car (list (begin (call/cc (lambda (c) (set! k c))) (marks 'a)))))])
      (set! n (+ n 1))
      (if (< n 3) (k #f) l)))
  => (0))
(test "an escape drops marks"
  (begin (call/cc (lambda (k) (with-continuation-mark 'a 1 (k #f)))) (marks 'a)) => ())
(test "marks and dynamic-wind"
  (let ([seen '()])
    (with-continuation-mark 'a 1
      (dynamic-wind
        (lambda () (set! seen (cons (marks 'a) seen)))
        (lambda () (set! seen (cons (marks 'a) seen)))
        (lambda () (set! seen (cons (marks 'a) seen)))))
    seen)
  => ((1) (1) (1)))
(test "an iterator over several keys"
  (with-continuation-mark 'a 1
    (car (list (with-continuation-mark 'b 2
                 (car (list (with-continuation-mark 'a 3
                              (let loop ([i (continuation-marks->iterator
                                              (current-continuation-marks) '#(a b) '-)]
                                         [l '()])
                                (call-with-values i
                                  (lambda (v next)
                                    (if v (loop next (cons v l)) (reverse l))))))))))))
  => (#(3 -) #(- 2) #(1 -)))
(test "marks survive a collection"
  (with-continuation-mark 'a (list 1 2) (car (list (begin (collect) (collect 1 2) (marks 'a)))))
  => ((1 2)))
(test "marks of continuation of the handler"
  (with-continuation-mark 'a 'at-raise
    (car (list (with-exception-handler (lambda (c) (marks 'a)) (lambda () (raise-continuable 1))))))
  => (at-raise))
(test "marks across a million-frame recursion"
  (let ()
    (define (down n) (if (= n 0) (marks 'top) (let ([r (down (- n 1))]) r)))
    (with-continuation-mark 'top 'here (car (list (down 1000000)))))
  => (here))
(test "continuation-marks?"
  (map continuation-marks? (list (current-continuation-marks) 5 '())) => (#t #f #f))
