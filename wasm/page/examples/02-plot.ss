;;; Plots: a square wave of sines
;; The first n terms of the Fourier series of a square wave.
(define (square-wave n)
  (lambda (x)
    (let loop ([k 1] [sum 0])
      (if (> k n)
          (* sum (/ 4 3.141592653589793))
          (let ([odd (- (* 2 k) 1)])
            (loop (+ k 1) (+ sum (/ (sin (* odd x)) odd))))))))

(plot (map square-wave '(1 3 15)) -4 4)

;; Points, as pairs: how long Collatz's sequences are.
(define (collatz n)
  (let loop ([n n] [steps 0])
    (cond
      [(= n 1) steps]
      [(even? n) (loop (quotient n 2) (+ steps 1))]
      [else (loop (+ (* 3 n) 1) (+ steps 1))])))

(plot (map (lambda (n) (cons n (collatz n))) (cdr (iota 120))))
