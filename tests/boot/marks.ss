;; Continuation marks and the attachments under them: with-continuation-mark, the accessors of
;; marks, and the primitives that set, get and consume an attachment of a frame.

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

(define current ($primitive $current-attachments))
(define calling-with ($primitive $call-setting-continuation-attachment))
(define getting ($primitive $call-getting-continuation-attachment))
(define consuming ($primitive $call-consuming-continuation-attachment))
(test "no attachments here" (#%$current-attachments) => ())
(test "attachments set by the primitive, inline"
  (#%$call-setting-continuation-attachment 'x
   (lambda ()
     (car (list (#%$call-setting-continuation-attachment 'y
                 (lambda () (#%$current-attachments)))))))
  => (y x))
(test "attachments set by the procedure"
  (calling-with 'x (lambda () (car (list (calling-with 'y (lambda () (current))))))) => (y x))
(test "a second setting of the same frame replaces"
  (#%$call-setting-continuation-attachment 'x
   (lambda () (#%$call-setting-continuation-attachment 'y (lambda () (#%$current-attachments)))))
  => (y))
(test "getting an attachment"
  (#%$call-setting-continuation-attachment 'x
   (lambda ()
     (#%$call-getting-continuation-attachment 'none
      (lambda (v) (list v (#%$current-attachments))))))
  => (x (x)))
(test "getting without one"
  (car (list (#%$call-getting-continuation-attachment 'none (lambda (v) v)))) => none)
(test "getting, by the procedure"
  (calling-with 'x (lambda () (getting 'none (lambda (v) (list v (current)))))) => (x (x)))
(test "consuming an attachment"
  (#%$call-setting-continuation-attachment 'x
   (lambda ()
     (#%$call-consuming-continuation-attachment 'none
      (lambda (v) (list v (#%$current-attachments))))))
  => (x ()))
(test "consuming, by the procedure"
  (calling-with 'x (lambda () (consuming 'none (lambda (v) (list v (current)))))) => (x ()))
(test "consuming without one"
  (car (list (consuming 'none (lambda (v) (list v (current)))))) => (none ()))
(test "attachments of a continuation object"
  (calling-with 'x (lambda () (car (list (call/cc (lambda (k) (#%$continuation-attachments k)))))))
  => (x))
(test "attachments and multiple values"
  (values->list (calling-with 'x (lambda () (values 1 2)))) => (1 2))
(test "attachments through underflow of a captured stack"
  (let ([k #f] [n 0])
    (let ([v (calling-with 'outer
               (lambda ()
                 (let ([r (let down ([d 1000])
                            (if (= d 0)
                              (begin (call/cc (lambda (c) (set! k c))) 0)
                              (+ 1 (down (- d 1)))))])
                   (cons r (current)))))])
      (set! n (+ n 1))
      (if (< n 3) (k #f) v)))
  => (1000 outer))
(test "call-in-continuation sets the attachments"
  (calling-with 'outer
    (lambda ()
      (car (list (call/cc
                   (lambda (k)
                     (calling-with 'inner
                       (lambda ()
                         (car (list (call-in-continuation k (lambda () (current)))))))))))))
  => (outer))
(test "a thousand attachments and back"
  (let loop ([n 1000])
    (if (= n 0)
      (length (current))
      (let ([r (calling-with n (lambda () (let ([r (loop (- n 1))]) r)))]) r)))
  => 1000)
