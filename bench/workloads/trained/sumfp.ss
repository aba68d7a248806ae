;; Sums of flonums by generic arithmetic: of whole numbers, of a series and of a vector, with the
;; error carried along.

(module (work)
  (define (sum-to n)
    (let more ([i n] [sum 0.0])
      (if (< i 0.0) sum (more (- i 1.0) (+ sum i)))))

  ;; A quarter of pi, slowly.
  (define (leibniz terms)
    (let more ([i 0] [divisor 1.0] [sign 1.0] [sum 0.0])
      (if (= i terms)
          sum
          (more (+ i 1) (+ divisor 2.0) (- sign) (+ sum (/ sign divisor))))))

  (define (careful-sum numbers)
    (let ([size (vector-length numbers)])
      (let more ([i 0] [sum 0.0] [error 0.0])
        (if (= i size)
            sum
            (let* ([x (- (vector-ref numbers i) error)] [next (+ sum x)])
              (more (+ i 1) next (- (- next sum) x)))))))

  (define (work)
    (list (sum-to 2000000.0)
          (< (abs (- (* 4.0 (leibniz 1000000)) (* 4.0 (atan 1.0)))) 2e-6)
          (careful-sum (make-vector 500000 0.1)))))

(measure work (lambda (result) (equal? result '(2000001000000.0 #t 50000.0))))
