;; Deep recursion: stack overflow and underflow, a million frames, and continuations captured deep down
;; and entered again from outside.

(define (count-up n) (if (= n 0) 0 (+ 1 (count-up (- n 1)))))
(define (build n) (if (= n 0) '() (cons n (build (- n 1)))))

(test "ten thousand frames" (count-up 10000) => 10000)
(test "a hundred thousand frames" (count-up 100000) => 100000)
(test "a million frames" (count-up 1000000) => 1000000)
(test "a million frames, three times over"
  (list (count-up 1000000) (count-up 1000000) (count-up 1000000)) => (1000000 1000000 1000000))
(test "a list built by recursion a million deep"
  (let ([l (build 1000000)]) (list (length l) (car l) (car (last-pair l)))) => (1000000 1000000 1))
(test "big frames"
  (let ()
    (define (wide n a b c d e f g h i j k l)
      (if (= n 0) (list a b c d e f g h i j k l)
          (let ([r (wide (- n 1) (+ a 1) b c d e f g h i j k l)])
            (if (= (car r) a) 'wrong (cons (+ (car r) (- l l)) (cdr r))))))
    (wide 50000 0 1 2 3 4 5 6 7 8 9 10 11))
  => (50000 1 2 3 4 5 6 7 8 9 10 11))
(test "frames that hold flonums"
  (let ()
    (define (sum n)
      (if (= n 0) 0.0 (let ([x (sqrt (fixnum->flonum n))]) (+ (* x 1.0) (sum (- n 1))))))
    (flonum->fixnum (sum 100000)))
  => 21082008)
(test "deep recursion with a collection at the bottom"
  (let ()
    (define (down n) (if (= n 0) (begin (collect) (collect 2 3) '()) (cons n (down (- n 1)))))
    (apply + (down 100000)))
  => 5000050000)
(test "deep recursion with collections on the way"
  (let ()
    (define (down n)
      (when (= 0 (modulo n 10000)) (collect))
      (if (= n 0) '() (cons (list n) (down (- n 1)))))
    (length (down 100000)))
  => 100000)
(test "map over a hundred thousand"
  (apply + (map (lambda (x) (* 2 x)) (iota 100000))) => 9999900000)
(test "fold-right over a hundred thousand" (fold-right + 0 (iota 100000)) => 4999950000)
(test "append of long lists" (length (append (iota 200000) (iota 100000))) => 300000)
(test "equal? on a deep list"
  (let ([a (fold-left (lambda (acc i) (list acc)) '() (iota 200000))]
        [b (fold-left (lambda (acc i) (list acc)) '() (iota 200000))])
    (equal? a b))
  => #t)
(test "ackermann 2 9"
  (let ()
    (define (a m n)
      (cond [(= m 0) (+ n 1)] [(= n 0) (a (- m 1) 1)] [else (a (- m 1) (a m (- n 1)))]))
    (list (a 2 9) (a 3 5)))
  => (21 253))
(test "non-tail mutual recursion"
  (letrec ([ev (lambda (n) (if (= n 0) 0 (+ 1 (od (- n 1)))))]
           [od (lambda (n) (if (= n 0) 0 (+ 1 (ev (- n 1)))))])
    (ev 300000))
  => 300000)

(test "an escape from a million frames"
  (call/cc (lambda (k) (let loop ([n 1000000]) (if (= n 0) (k 'out) (+ 1 (loop (- n 1))))))) => out)
(test "a one-shot escape from a million frames"
  (call/1cc (lambda (k) (let loop ([n 1000000]) (if (= n 0) (k 'out) (+ 1 (loop (- n 1)))))))
  => out)
(test "captured at the bottom, entered again five times"
  (let ([k #f] [n 0] [trail '()])
    (define (down d) (if (= d 0) (call/cc (lambda (c) (set! k c) 0)) (+ 1 (down (- d 1)))))
    (let ([v (down 10000)])
      (set! trail (cons v trail))
      (set! n (+ n 1))
      (if (< n 5) (k n) (reverse trail))))
  => (10000 10001 10002 10003 10004))
(test "captured under a million frames, entered again"
  (let ([k #f] [n 0])
    (define (down d) (if (= d 0) (call/cc (lambda (c) (set! k c) 0)) (+ 1 (down (- d 1)))))
    (let ([v (down 1000000)]) (set! n (+ n 1)) (if (< n 3) (k n) v)))
  => 1000002)
(test "captured at every level, entered from the outside"
  (let ([ks '()])
    (define (down d)
      (if (= d 0) 0 (+ 1 (call/cc (lambda (c) (set! ks (cons c ks)) (down (- d 1)))))))
    (let ([v (down 2000)])
      (if (null? ks)
        v
        (let ([c (list-ref ks (quotient (length ks) 2))])
          (if (= v 2000) (begin (set! ks (list c)) (c -5)) (begin (set! ks '()) v))))))
  => 995)
(test "call/cc at every level of a hundred thousand"
  (let ()
    (define (down d) (if (= d 0) 0 (+ 1 (call/cc (lambda (c) (down (- d 1)))))))
    (down 100000))
  => 100000)
(test "call/1cc at every level of a hundred thousand"
  (let ()
    (define (down d) (if (= d 0) 0 (+ 1 (call/1cc (lambda (c) (down (- d 1)))))))
    (down 100000))
  => 100000)
(test "dynamic-wind at every level of ten thousand"
  (let ([n 0])
    (let down ([d 10000])
      (if (= d 0)
        0
        (+ 1 (dynamic-wind void (lambda () (down (- d 1))) (lambda () (set! n (+ n 1)))))))
    n)
  => 10000)
(test "continuations between two deep stacks"
  (let ([a #f] [b #f] [trail '()])
    (define (note x) (set! trail (cons x trail)))
    (define (down d thunk) (if (= d 0) (thunk) (+ 1 (down (- d 1) thunk))))
    (call/cc (lambda (done)
      (let ([v (down 20000 (lambda () (call/cc (lambda (c) (set! a c) 0))))])
        (note v)
        (when (< (length trail) 5)
          (if b (b 1)
              (begin
                (let ([w (down 30000 (lambda () (call/cc (lambda (c) (set! b c) 0))))])
                  (note w)
                  (if (< (length trail) 5) (a 7) (done #f)))))))))
    (reverse trail))
  => (20000 30000 20007 30001 20007))
(test "a deep continuation survives collections"
  (let ([k #f] [n 0])
    (define (down d)
      (if (= d 0)
        (call/cc (lambda (c) (set! k c) 0))
        (let ([l (list d)]) (+ (- (car l) d) 1 (down (- d 1))))))
    (let ([v (down 50000)]) (set! n (+ n 1)) (collect n n) (if (< n 4) (k n) v)))
  => 50003)
(test "an error from the depth is caught outside"
  (guard (c [(error? c) (condition-message c)])
    (let down ([d 100000]) (if (= d 0) (error 'deep "bottom") (+ 1 (down (- d 1))))))
  => "bottom")
(test "guard at the top of every ten-thousand frames"
  (let down ([d 30]) (if (= d 0) 0 (+ (count-up 10000) (guard (c [#t -1]) (down (- d 1))))))
  => 300000)
(test "multiple values through deep frames"
  (let ()
    (define (f n)
      (if (= n 0) (values 0 0) (let-values ([(a b) (f (- n 1))]) (values (+ a 1) (+ b 2)))))
    (values->list (f 100000)))
  => (100000 200000))
(test "apply in non-tail position in the depth"
  (let ()
    (define (f . l) (if (= (car l) 0) 0 (+ 1 (apply f (- (car l) 1) (cdr l)))))
    (f 100000 'a 'b 'c))
  => 100000)
(test "a deep recursion in a sort's comparison"
  (length (sort (lambda (a b) (count-up 1000) (< a b)) (reverse (iota 200)))) => 200)
(test "string port output from the depth"
  (string-length (with-output-to-string (lambda ()
                                          (let down ([d 20000])
                                            (unless (= d 0) (down (- d 1)) (write-char #\x))))))
  => 20000)
(test "reader and printer on a deep list"
  (let* ([d 20000]
         [s (string-append (make-string d #\() (make-string d #\)))]
         [x (read (open-input-string s))])
    (string=? s (with-output-to-string (lambda () (write x)))))
  => #t)
