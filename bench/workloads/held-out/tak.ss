;; Takeuchi's function: deep non-tail recursion with three arguments, called
;; through a top-level variable.

(define (tak x y z)
  (if (< y x)
      (tak (tak (- x 1) y z)
           (tak (- y 1) z x)
           (tak (- z 1) x y))
      z))

(measure
  (lambda ()
    (let again ([rounds 70] [sum 0])
      (if (= rounds 0)
          sum
          (again (- rounds 1) (+ sum (tak 21 14 7))))))
  (lambda (result) (= result (* 70 14))))
