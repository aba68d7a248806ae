;; Inexact and complex arithmetic: elementary functions, special values, exact and inexact complex
;; numbers, and generic rounding and division of flonums.

(define pi 3.141592653589793)
;; C libraries differ in the last digit of the inverse hyperbolic functions: two units are allowed.
(define (near? a b) (<= (abs (- a b)) (* 4.5e-16 (abs b))))
(define (close? a b) (< (magnitude (- a b)) (* 1e-13 (+ 1.0 (magnitude b)))))

(test "arithmetic of flonums"
  (list (+ 0.1 0.2) (- 0.3 0.1) (* 1.1 1.1) (/ 1.0 3) (/ 0.0 1) (- 0.0) (+ 1 0.5))
  => (0.30000000000000004 0.19999999999999998 1.2100000000000002 0.3333333333333333 0.0 -0.0 1.5))
(test "infinities"
  (list (/ 1.0 0.0) (/ -1.0 0.0) (+ +inf.0 1) (* -1 +inf.0) (nan? (- +inf.0 +inf.0))
    (nan? (* 0.0 +inf.0)) (* 0 +inf.0) (/ 5 +inf.0))
  => (+inf.0 -inf.0 +inf.0 -inf.0 #t #t 0 0.0))
(test-error "an exact zero divides a flonum"
  (/ (hidden 1.5) 0) => "Exception in /: undefined for 0")
(test "nan is unequal to itself"
  (list (= +nan.0 +nan.0) (eqv? +nan.0 +nan.0) (< +nan.0 1) (> +nan.0 1) (nan? +nan.0))
  => (#f #t #f #f #t))
(test "signed zeros"
  (list (eqv? 0.0 -0.0) (= 0.0 -0.0) (/ 1.0 -0.0) (sqrt -0.0) (+ -0.0 -0.0) (+ 0.0 -0.0)
    (* -1.0 0.0) (atan -0.0 -1.0) (abs -0.0) (eqv? (- 0 0.0) -0.0))
  => (#f #t -inf.0 -0.0 -0.0 0.0 -0.0 -3.141592653589793 0.0 #t))
(test "overflow and underflow"
  (list (* 1e308 10) (* 1e-308 1e-308) (/ 1e-308 1e10) (+ 1.7976931348623157e308 1e292))
  => (+inf.0 0.0 1e-318|18 +inf.0))
(test "rounding"
  (map (lambda (x) (list (floor x) (ceiling x) (round x) (truncate x)))
    '(2.5 -2.5 3.5 0.4 -0.4 1e300))
  => ((2.0 3.0 2.0 2.0) (-3.0 -2.0 -2.0 -2.0) (3.0 4.0 4.0 3.0) (0.0 1.0 0.0 0.0)
      (-1.0 -0.0 -0.0 -0.0) (1e300 1e300 1e300 1e300)))
(test "quotient and modulo of flonums"
  (list (quotient 7.0 2) (remainder -7.0 2) (modulo -7.0 2) (div 7.5 2) (mod -7.5 2) (div0 7.5 4)
    (mod0 7.5 4))
  => (3.0 -1.0 1.0 3.0 0.5 2.0 -0.5))
(test "exp and log"
  (list (exp 0) (exp 1) (exp 1.5) (exp -1000) (exp 1000.0) (log 1) (log 2.718281828459045)
    (log 100 10) (log 8 2) (log 0.0))
  => (1 2.718281828459045 4.4816890703380645 0.0 +inf.0 0 1.0 2.0 3.0 -inf.0))
(test "log of large and small"
  (list (log (expt 10 1000)) (log 1/1000) (log (/ (expt 10 500) 3)))
  => (2302.585092994045 -6.907755278982137 1150.1939342083544))
(test-error "log of zero" (log (hidden 0)) => "Exception in log: undefined for 0")
(test "sin, cos, tan"
  (list (sin 0) (sin 1) (cos 0) (cos 1.0) (tan 1) (sin 1e22) (cos pi) (sin pi))
  => (0 0.8414709848078965 1 0.5403023058681398 1.5574077246549023 -0.8522008497671888 -1.0
      1.2246467991473532e-16))
(test "asin, acos, atan"
  (list (asin 1) (asin 0.5) (acos 1) (acos 0.5) (atan 1) (atan 1 1) (atan -1 -1) (atan 1 0)
    (atan 0 -1) (atan 0.0 -1) (atan +inf.0))
  => (1.5707963267948966 0.5235987755982989 0 1.0471975511965979 0.7853981633974483
      0.7853981633974483 -2.356194490192345 1.5707963267948966 3.141592653589793 3.141592653589793
      1.5707963267948966))
(test "hyperbolic functions" (map (lambda (f) (f 1.5)) (list sinh cosh tanh))
  => (2.1292794550948173 2.352409615243247 0.9051482536448664))
(test "inverse hyperbolic functions"
  (map near?
    (list (asinh 1.5) (acosh 1.5) (atanh 0.5))
    '(1.1947632172871094 0.9624236501192069 0.5493061443340548))
  => (#t #t #t))
(test "atanh of an exact zero" (atanh 0) => 0)
(test "sqrt"
  (list (sqrt 2) (sqrt 2.25) (sqrt 1e300) (sqrt -4) (sqrt -2.0) (sqrt 1/9) (sqrt (expt 10 41))
    (sqrt +inf.0))
  => (1.4142135623730951 1.5 1e150 0+2i 0.0+1.4142135623730951i 1/3 3.1622776601683794e20 +inf.0))
(test "expt with flonums"
  (list (expt 2.0 3) (expt 2 0.5) (expt 2.0 0.5) (expt -8.0 3) (expt 0.0 0) (expt 0 0.0)
    (expt 1.5 -2) (expt 10 -3) (expt 10. 308) (expt 2 1000.0) (expt 1/2 10.0))
  => (8.0 1.4142135623730951 1.4142135623730951 -512.0 1 1.0 0.4444444444444444 1/1000 1e308
      1.0715086071862673e301 9.765625e-4))
(test "number classes"
  (map (lambda (x) (list (number? x) (complex? x) (real? x) (rational? x) (integer? x) (exact? x)))
    '(1 1/2 1.0 1.5 +inf.0 1+2i 1.0+2.0i))
  => ((#t #t #t #t #t #t) (#t #t #t #t #f #t) (#t #t #t #t #t #f) (#t #t #t #t #f #f)
      (#t #t #t #f #f #f) (#t #t #f #f #f #t) (#t #t #f #f #f #f)))
(test "finite, infinite, nan"
  (map (lambda (x) (list (finite? x) (infinite? x) (nan? x))) '(1 1.5 +inf.0 -inf.0 +nan.0))
  => ((#t #f #f) (#t #f #f) (#f #t #f) (#f #t #f) (#f #f #t)))
(test "abs, max, min with contagion"
  (list (abs -1.5) (max 1 2.0) (max 1 2 1.5) (min 1 2.0) (nan? (max 1.0 +nan.0)))
  => (1.5 2.0 2.0 1.0 #t))
(test "the sum of a tenth a thousand times"
  (let loop ([i 0] [s 0.0]) (if (= i 1000) s (loop (+ i 1) (+ s 0.1)))) => 99.9999999999986)
(test "e by its series"
  (let loop ([n 1] [term 1.0] [s 1.0]) (if (= n 25) s (loop (+ n 1) (/ term n) (+ s (/ term n)))))
  => 2.7182818284590455)
(test "flonums in deep structures survive collections"
  (let ([v (make-vector 1000 #f)])
    (do ([i 0 (+ i 1)]) ((= i 1000)) (vector-set! v i (sqrt (+ i 0.5))))
    (collect 0 1)
    (collect 1 2)
    (let loop ([i 0]) (or (= i 1000) (and (= (vector-ref v i) (sqrt (+ i 0.5))) (loop (+ i 1))))))
  => #t)

(test "exact complex arithmetic"
  (list (+ 1+2i 3-4i) (- 1+2i 1) (* 1+2i 3-4i) (/ 1+2i 3-4i) (* +i +i) (- 5+3i 2+3i) (/ 1 +i))
  => (4-2i +2i 11+2i -1/5+2/5i -1 3 -i))
(test "exact complex of ratios and bignums"
  (list (* 1/2+1/3i 2/3-1/2i)
    (* (make-rectangular (expt 10 20) 1) (make-rectangular (expt 10 20) -1)) (expt 1+i 10)
    (expt 1+2i -2))
  => (1/2-1/36i 10000000000000000000000000000000000000001 +32i -3/25-4/25i))
(test "inexact complex arithmetic"
  (list (+ 1.0+2.0i 3) (* 1.5+0.5i 2.0-1.0i) (/ 1.0+2.0i 3.0-4.0i) (- 1.0+2.0i 1.0+2.0i)
    (* 2 1.5+0.5i) (* 1.0+2.0i 1.0-2.0i))
  => (4.0+2.0i 3.5-0.5i -0.2+0.4i 0.0+0.0i 3.0+1.0i 5.0+0.0i))
(test "parts of complex numbers"
  (list (real-part 3+4i) (imag-part 3+4i) (magnitude 3+4i) (real-part 2.5) (imag-part 2.5)
    (angle -1) (angle 1) (magnitude -5) (conjugate 3+4i) (magnitude-squared 3+4i))
  => (3 4 5 2.5 0 3.141592653589793 0 5 3-4i 25))
(test "make-rectangular and make-polar"
  (list (make-rectangular 1 2) (make-rectangular 1.0 2) (make-rectangular 5 0)
    (make-rectangular 5 0.0) (make-polar 2 0))
  => (1+2i 1.0+2.0i 5 5.0+0.0i 2))
(test "make-polar is close" (close? (make-polar 2 (/ pi 2)) +2.0i) => #t)
(test "angle is close"
  (list (close? (angle 1+i) (/ pi 4)) (close? (angle -1.0-1.0i) (* -3/4 pi))) => (#t #t))
(test "sqrt of complex numbers"
  (list (sqrt -1) (sqrt 3+4i) (sqrt -5+12i)
    (close? (sqrt +i) (make-rectangular (sqrt 0.5) (sqrt 0.5))))
  => (+i 2+i 2+3i #t))
(test "exp and log of complex numbers"
  (list (close? (exp (make-rectangular 0 pi)) -1) (close? (log -1) (make-rectangular 0 pi))
    (close? (exp (log 1+2i)) 1+2i))
  => (#t #t #t))
(test "trigonometry of complex numbers"
  (let ([z 0.5+0.25i])
    (list (close? (sin (asin z)) z) (close? (cos (acos z)) z) (close? (tan (atan z)) z)
      (close? (+ (* (sin z) (sin z)) (* (cos z) (cos z))) 1) (close? (sinh (asinh z)) z)
      (close? (tanh (atanh z)) z)))
  => (#t #t #t #t #t #t))
(test "values of complex functions"
  (map (lambda (f) (f 1.0+1.0i)) (list sin cos exp sqrt log))
  => (1.2984575814159773+0.6349639147847361i 0.8337300251311491-0.9888977057628651i
      1.4686939399158851+2.2873552871788423i 1.09868411346781+0.45508986056222733i
      0.34657359027997264+0.7853981633974483i))
(test "asin and acos beyond one"
  (list (asin 2) (acos 2) (asin 2.0) (atan +2i))
  => (1.5707963267948966-1.3169578969248166i 0.0+1.3169578969248166i
      1.5707963267948966-1.3169578969248166i 1.5707963267948966+0.5493061443340549i))
(test "expt with complex numbers"
  (list (expt +i 2) (expt +i +i) (expt 2 1+i) (expt 1.5+2i 3))
  => (-1 0.20787957635076193+0.0i 1.5384778027279442+1.2779225526272695i
       -14.625+5.500000000000004i))
(test "comparison of complex numbers"
  (list (= 1+2i 1+2i) (= 1+2i 1.0+2.0i) (eqv? 1+2i 1+2i) (eqv? 1.0+2.0i 1+2i) (= 1+2i 1))
  => (#t #t #t #f #f))
(test-error "less of complex numbers"
  (< (hidden 1+2i) 3) => "Exception in <: 1+2i is not a real number")
(test "cfl operations"
  (list (cfl+ 1.0+2.0i 3.0) (cfl* 1.0+1.0i 1.0-1.0i) (cfl/ 1.0 0.0+1.0i) (cfl-real-part 1.0+2.0i)
    (cfl-imag-part 1.0) (cfl-magnitude-squared 3.0+4.0i) (cfl= 1.0+0.0i 1.0)
    (fl-make-rectangular 1.0 2.0) (cfl-conjugate 1.0+2.0i))
  => (4.0+2.0i 2.0+0.0i 0.0-1.0i 1.0 0.0 25.0 #t 1.0+2.0i 1.0-2.0i))
(test "exact and inexact of complex numbers"
  (list (exact 1.5+2.5i) (inexact 1/2+1/4i) (exact->inexact 1+i)) => (3/2+5/2i 0.5+0.25i 1.0+1.0i))
(test "inexact complex numbers survive a collection"
  (let ([l (map (lambda (i) (make-rectangular (+ i 0.5) (* 2.0 i))) (iota 100))])
    (collect 0 1)
    (apply + l))
  => 5000.0+9900.0i)
(test "the mandelbrot set in small"
  (map
    (lambda (c)
      (let loop ([z 0] [n 0])
        (cond [(> (magnitude z) 2) n] [(= n 50) 'in] [else (loop (+ (* z z) c) (+ n 1))])))
    '(0.0+0.0i 0.25+0.5i 0.5+0.5i -1.5+0.0i 1.0+1.0i -0.75+0.1i))
  => (in in 5 in 2 33))
(test "nonnegative? and nonpositive?"
  (list (nonnegative? 0.0) (nonpositive? -1/2) (nonnegative? -5)) => (#t #t #f))
(test "integer-valued? and friends"
  (list (integer-valued? 2.0) (integer-valued? 2.0+0.0i) (rational-valued? 1.5)
    (real-valued? 1.0+0.0i) (real-valued? 1+i))
  => (#t #t #t #t #f))
