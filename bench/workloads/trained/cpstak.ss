;; Takeuchi's function in continuation-passing style: every return is a call of a closure.

(module (work)
  (define (tak x y z k)
    (if (< y x)
        (tak (- x 1) y z
          (lambda (a)
            (tak (- y 1) z x
              (lambda (b)
                (tak (- z 1) x y
                  (lambda (c) (tak a b c k)))))))
        (k z)))
  (define (work)
    (let again ([rounds 200] [sum 0])
      (if (= rounds 0)
          sum
          (tak 18 12 6 (lambda (value) (again (- rounds 1) (+ sum value))))))))

(measure work (lambda (result) (= result (* 200 7))))
