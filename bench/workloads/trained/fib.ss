;; Doubly recursive Fibonacci numbers: calls through top-level variables and
;; small-integer arithmetic.

(define (fib n)
  (if (< n 2)
      n
      (+ (fib (- n 1)) (fib (- n 2)))))

(measure
  (lambda () (fib 35))
  (lambda (result) (= result 9227465)))
