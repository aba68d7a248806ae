;;; Big and exact numbers
;; Integers and fractions have as many digits as they need.
(expt 2 200)
(define harmonic (apply + (map / (cdr (iota 21)))))
harmonic
(exact->inexact harmonic)

;; The digits of pi, one at a time (Gibbons' spigot).
(define (pi-digits count)
  (let loop ([q 1] [r 0] [t 1] [k 1] [n 3] [l 3] [left count])
    (cond
      [(= left 0) (newline)]
      [(< (+ (* 4 q) (- r t)) (* n t))
       (display n)
       (loop (* 10 q)
             (* 10 (- r (* n t)))
             t k
             (- (quotient (* 10 (+ (* 3 q) r)) t) (* 10 n))
             l
             (- left 1))]
      [else
       (loop (* q k)
             (* (+ (* 2 q) r) l)
             (* t l)
             (+ k 1)
             (quotient (+ (* q (+ (* 7 k) 2)) (* r l)) (* t l))
             (+ l 2)
             left)])))

(pi-digits 200)

;; Is a number prime? By Fermat's test, with huge powers.
(define (power-modulo base power modulus)
  (cond
    [(= power 0) 1]
    [(even? power)
     (let ([root (power-modulo base (quotient power 2) modulus)])
       (modulo (* root root) modulus))]
    [else
     (modulo (* base (power-modulo base (- power 1) modulus))
             modulus)]))

(define (probably-prime? n)
  (for-all (lambda (a) (= 1 (power-modulo a (- n 1) n))) '(2 3 5 7)))

(filter (lambda (p) (probably-prime? (- (expt 2 p) 1)))
        '(31 61 67 89 107 127))
