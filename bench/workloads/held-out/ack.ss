;; Ackermann's function: calls nested in arguments and in tail position, a deep and jagged stack.

(define (ack m n)
  (cond
    [(= m 0) (+ n 1)]
    [(= n 0) (ack (- m 1) 1)]
    [else (ack (- m 1) (ack m (- n 1)))]))

(measure
  (lambda () (map (lambda (n) (ack 3 n)) '(5 6 7 8 9)))
  (lambda (result) (equal? result '(253 509 1021 2045 4093))))
