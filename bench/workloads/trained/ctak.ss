;; Takeuchi's function where every value is returned by calling a captured
;; continuation: capture, reinstatement and stack splitting.

(module (work)
  (define (tak-into return x y z)
    (if (< y x)
        (tak-into return
          (call/cc (lambda (k) (tak-into k (- x 1) y z)))
          (call/cc (lambda (k) (tak-into k (- y 1) z x)))
          (call/cc (lambda (k) (tak-into k (- z 1) x y))))
        (return z)))
  (define (work)
    (let again ([rounds 70] [sum 0])
      (if (= rounds 0)
          sum
          (again (- rounds 1)
                 (+ sum (call/cc (lambda (k) (tak-into k 18 12 6)))))))))

(measure work (lambda (result) (= result (* 70 7))))
