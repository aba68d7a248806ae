;; Exact integers and ratios: fixnums at their edges, bignums of every size, division in all its
;; forms, gcd, powers and roots, bits, ratios.

(define b (expt 10 40))
(define (factorial n) (if (= n 0) 1 (* n (factorial (- n 1)))))
(define (digest n) (modulo n 1000000007))

(test "fixnum limits"
  (list (greatest-fixnum) (least-fixnum) (fixnum-width))
  => (1152921504606846975 -1152921504606846976 61))
(test "beyond the greatest fixnum" (+ (hidden (greatest-fixnum)) 1) => 1152921504606846976)
(test "beyond the least fixnum" (- (hidden (least-fixnum)) 1) => -1152921504606846977)
(test "back into the fixnums" (fixnum? (- (+ (hidden (greatest-fixnum)) 1) 1)) => #t)
(test "minus the least fixnum" (- (hidden (least-fixnum))) => 1152921504606846976)
(test "abs of the least fixnum" (abs (hidden (least-fixnum))) => 1152921504606846976)
(test "the least fixnum divided by minus one"
  (quotient (hidden (least-fixnum)) -1) => 1152921504606846976)
(test "fixnum products that overflow"
  (map (lambda (x) (* x x)) (list (hidden 1073741824) -4294967296 1152921504606846975))
  => (1152921504606846976 18446744073709551616 1329227995784915870597964051066650625))
(test "fixnum product that just fits" (fixnum? (* (hidden 1073741823) 1073741824)) => #t)
(test "sums with carries over words"
  (+ (hidden (- (expt 2 128) 1)) 1) => 340282366920938463463374607431768211456)
(test "differences with borrows over words"
  (- (hidden (expt 2 128)) 1) => 340282366920938463463374607431768211455)
(test "a difference that shrinks" (- (+ b 5) b) => 5)
(test "sums of mixed signs"
  (list (+ b (- b)) (+ (- b) 1) (- (- b) b))
  => (0 -9999999999999999999999999999999999999999 -20000000000000000000000000000000000000000))
(test "a product of two bignums"
  (* b (+ b 1))
  => 100000000000000000000000000000000000000010000000000000000000000000000000000000000)
(test "a product with signs"
  (list (* b -3) (* (- b) (- 2)) (* b 0))
  => (-30000000000000000000000000000000000000000 20000000000000000000000000000000000000000 0))
(test "factorial of 30" (factorial 30) => 265252859812191058636308480000000)
(test "factorial of 1000, its digits and digest"
  (let ([f (factorial 1000)]) (list (string-length (number->string f)) (digest f) (modulo f 1009)))
  => (2568 641419708 782))
(test "a large product"
  (let ([a (- (expt 3 5000) 1)] [c (+ (expt 7 4000) 3)]) (digest (* a c))) => 269827317)
(test "a large square"
  (let ([a (- (expt 10 3000) 7)]) (= (* a a) (+ (expt 10 6000) (- (* 14 (expt 10 3000))) 49)))
  => #t)
(test "a very large product" (let ([a (expt 3 50000)]) (digest (* a a a))) => 745083674)
(test "quotient and remainder of bignums"
  (let ([n (factorial 50)] [d (factorial 20)])
    (list (digest (quotient n d)) (remainder n d) (remainder (+ n 17) d)))
  => (260699330 0 17))
(test "division gives back the dividend"
  (andmap
    (lambda (i)
      (let* ([n (+ (* (expt 7 (* 3 i)) (expt 11 i)) i)]
             [d (+ (expt 5 (* 2 i)) 13)]
             [q (quotient n d)]
             [r (remainder n d)])
        (and (= n (+ (* q d) r)) (<= 0 r) (< r d))))
    (iota 120))
  => #t)
(test "division with estimates that are too large"
  (let ([n (- (expt 2 192) 1)] [d (+ (expt 2 127) 1)]) (list (quotient n d) (remainder n d)))
  => (36893488147419103231 170141183460469231694793815568465002496))
(test "quotient, remainder, modulo by signs"
  (map (lambda (n d) (list (quotient n d) (remainder n d) (modulo n d))) '(7 -7 7 -7) '(2 2 -2 -2))
  => ((3 1 1) (-3 -1 1) (-3 1 -1) (3 -1 -1)))
(test "the same for bignums"
  (map (lambda (n d) (list (quotient n d) (remainder n d) (modulo n d)))
    (list (+ b 1) (- (+ b 1)) (+ b 1) (- (+ b 1))) '(10 10 -10 -10))
  => ((1000000000000000000000000000000000000000 1 1)
      (-1000000000000000000000000000000000000000 -1 9)
      (-1000000000000000000000000000000000000000 1 -9)
      (1000000000000000000000000000000000000000 -1 -1)))
(test "div and mod by signs"
  (map (lambda (n d) (values->list (div-and-mod n d))) '(7 -7 7 -7) '(2 2 -2 -2))
  => ((3 1) (-4 1) (-3 1) (4 1)))
(test "div0 and mod0 by signs"
  (map (lambda (n d) (values->list (div0-and-mod0 n d))) '(7 -7 7 -7 8) '(4 4 -4 -4 5))
  => ((2 -1) (-2 1) (-2 -1) (2 1) (2 -2)))
(test "div and mod of bignums"
  (let-values ([(q r) (div-and-mod (- (expt 10 30)) 7)]) (list q r))
  => (-142857142857142857142857142858 6))
(test "div0 of bignums"
  (let-values ([(q r) (div0-and-mod0 (expt 10 30) 7)]) (list q r))
  => (142857142857142857142857142857 1))
(test "gcd and lcm"
  (list (gcd 12 18) (gcd 0 5) (gcd) (gcd -12 8) (lcm 4 6) (lcm -3 5) (lcm)) => (6 5 0 4 12 15 1))
(test "gcd of bignums"
  (list (gcd (factorial 30) (expt 2 100))
    (gcd (* 12345678901234567890 (expt 3 50)) (* 98765432109876543210 (expt 3 40)))
    (gcd (factorial 40) (+ (factorial 40) 1)))
  => (67108864 10941898914245425812215123592090 1))
(test "gcd of large numbers"
  (let ([g (- (expt 2 521) 1)]) (= g (gcd (* g (expt 3 500)) (* g (expt 5 400))))) => #t)
(test "lcm of one to a hundred"
  (apply lcm (map add1 (iota 100))) => 69720375229712477164533808935312303556800)
(test "expt"
  (list (expt 2 10) (expt -3 3) (expt 7 0) (expt 0 0) (expt 2 -2) (expt 2/3 3) (expt -1 1000001))
  => (1024 -27 1 1 1/4 8/27 -1))
(test "expt of two"
  (list (= (expt 2 1000) (bitwise-arithmetic-shift-left 1 1000)) (bitwise-length (expt 2 10000)))
  => (#t 10001))
(test "expt-mod"
  (list (expt-mod 3 100 7) (expt-mod 2 1000 1000000007)
    (expt-mod 12345678901234567890 98765 (+ (expt 10 20) 39)))
  => (4 688423210 81671834944732264898))
(test "exact-integer-sqrt"
  (map (lambda (n) (values->list (exact-integer-sqrt n)))
    (list 0 1 2 3 4 17 1000000 (expt 10 40) (- (expt 10 40) 1)))
  => ((0 0) (1 0) (1 1) (1 2) (2 0) (4 1) (1000 0) (100000000000000000000 0)
      (99999999999999999999 199999999999999999998)))
(test "exact-integer-sqrt of large numbers"
  (andmap
    (lambda (i)
      (let ([n (+ (expt 7 i) i)])
        (let-values ([(s r) (exact-integer-sqrt n)])
          (and (= n (+ (* s s) r)) (< n (* (+ s 1) (+ s 1)))))))
    (iota 200))
  => #t)
(test "sqrt of exact squares"
  (list (sqrt 16) (sqrt 1/4) (sqrt (expt 10 60)) (sqrt -9) (sqrt 0))
  => (4 1/2 1000000000000000000000000000000 +3i 0))
(test "isqrt" (list (isqrt 99) (isqrt (expt 10 41))) => (9 316227766016837933199))
(test "comparison of fixnums and bignums"
  (list (< (greatest-fixnum) (expt 2 60) (expt 2 61)) (> (- (expt 2 60)) (- (expt 2 61)))
    (= (expt 2 100) (* (expt 2 50) (expt 2 50))) (<= b b (+ b 1)) (> 1 (- b)) (< b 1))
  => (#t #t #t #t #t #f))
(test "max and min"
  (list (max 1 b 3) (min 1 (- b) 3) (max 1/2 1/3) (min 5))
  => (10000000000000000000000000000000000000000 -10000000000000000000000000000000000000000 1/2 5))
(test "predicates"
  (map (lambda (n) (list (integer? n) (even? n) (zero? n) (positive? n) (bignum? n) (fixnum? n)))
    (list 0 -3 b (- 1 b)))
  => ((#t #t #t #f #f #t) (#t #f #f #f #f #t) (#t #t #f #t #t #f) (#t #f #f #f #t #f)))
(test "bignums are equal? and eqv? by value, not always eq?"
  (list (eqv? (expt 10 30) (expt 10 30)) (equal? (expt 10 30) (expt 10 30))
    (eqv? (expt 10 30) (- (expt 10 30))))
  => (#t #t #f))

(test "logand of negative numbers"
  (list (logand -1 255) (logand -256 4095) (logand b -1) (logand (- b) (expt 2 70)))
  => (255 3840 10000000000000000000000000000000000000000 1180591620717411303424))
(test "logior and logxor"
  (list (logior 12 10) (logxor 12 10) (logior (expt 2 70) 1) (logxor -1 (expt 2 65)) (logior -4 3))
  => (14 6 1180591620717411303425 -36893488147419103233 -1))
(test "lognot"
  (list (lognot 0) (lognot -1) (lognot (expt 2 64)) (lognot (- (expt 2 64))))
  => (-1 0 -18446744073709551617 18446744073709551615))
(test "two's complement identities on bignums"
  (andmap
    (lambda (i)
      (let ([x (* (if (even? i) 1 -1) (+ (expt 3 (* 2 i)) i))]
            [y (* (if (even? (quotient i 2)) 1 -1) (+ (expt 5 i) 1))])
        (and (= (+ (logand x y) (logior x y)) (+ x y))
          (= (logxor x y) (- (logior x y) (logand x y))) (= (lognot x) (- -1 x)))))
    (iota 100))
  => #t)
(test "shifts of fixnums"
  (list (ash 1 10) (ash 1 60) (ash 1 64) (ash -1 3) (ash 1024 -3) (ash -1 -1) (ash -5 -1)
    (ash 5 -100) (ash -5 -100))
  => (1024 1152921504606846976 18446744073709551616 -8 128 -1 -3 0 -1))
(test "shifts of bignums"
  (list (ash (expt 2 100) -99) (ash (- (expt 2 100)) -99) (ash (- (+ (expt 2 100) 1)) -100)
    (ash (expt 3 50) 7) (ash (- (expt 3 50)) 70))
  => (2 -2 -2 91890942424557131362591872 -847544348798892439652940749688313000363032576))
(test "a shift by whole words"
  (list (ash (expt 3 60) -32) (ash (expt 3 60) -64) (= (ash (ash (expt 3 60) 64) -64) (expt 3 60)))
  => (9869960666451650558 2298029294 #t))
(test "bit count, length, first set"
  (map (lambda (n) (list (bitwise-bit-count n) (bitwise-length n) (bitwise-first-bit-set n)))
    (list 0 1 -1 255 -256 (expt 2 100) (- (expt 2 100)) (- (expt 2 100) 1)))
  => ((0 0 -1) (1 1 0) (-1 0 0) (8 8 0) (-9 8 8) (1 101 100) (-101 100 100) (100 100 0)))
(test "bit fields"
  (list (bitwise-bit-field #b1101101 2 5) (bitwise-bit-set? (expt 2 70) 70)
    (bitwise-bit-set? -1 1000) (bitwise-copy-bit 0 70 1) (bitwise-if #b1100 #b1010 #b0101)
    (bitwise-copy-bit-field 0 2 4 #b11) (bitwise-rotate-bit-field #b110 0 4 1)
    (bitwise-reverse-bit-field #b1101 0 4))
  => (3 #t #t 1180591620717411303424 9 12 12 11))
(test "logbit operations"
  (list (logbit? 3 8) (logbit1 70 0) (logbit0 3 15) (logtest 6 1) (logtest (expt 2 80) (expt 2 80)))
  => (#t 1180591620717411303424 7 #f #t))
(test "integer-length"
  (map integer-length (list 0 1 -1 7 -8 8 (expt 2 64) (- (expt 2 64)))) => (0 1 0 3 3 4 65 64))

(test "ratios are reduced"
  (list (/ 6 4) (/ -6 4) (/ 6 -4) (/ 4 2) (/ 0 5) (/ 1 3)) => (3/2 -3/2 -3/2 2 0 1/3))
(test "arithmetic of ratios"
  (list (+ 1/2 1/3) (- 1/2 1/3) (* 2/3 3/4) (/ 2/3 4/9) (+ 1/2 1/2) (- 1/3) (/ 2/3))
  => (5/6 1/6 1/2 3/2 1 -1/3 3/2))
(test "ratios of bignums"
  (list (/ (factorial 20) (factorial 22)) (+ (/ 1 b) (/ 1 (+ b 1))) (* (/ b 3) (/ 3 b)))
  => (1/462
      20000000000000000000000000000000000000001/100000000000000000000000000000000000000010000000000000000000000000000000000000000
      1))
(test "numerator and denominator"
  (list (numerator 6/4) (denominator 6/4) (numerator -1/3) (denominator 5) (numerator 0.5)
    (denominator 0.125))
  => (3 2 -1 1 1.0 8.0))
(test "floor, ceiling, round, truncate of ratios"
  (map (lambda (x) (list (floor x) (ceiling x) (round x) (truncate x))) '(7/2 -7/2 5/2 1/3 -1/3 3))
  => ((3 4 4 3) (-4 -3 -4 -3) (2 3 2 2) (0 1 0 0) (-1 0 0 0) (3 3 3 3)))
(test "comparison of ratios"
  (list (< 1/3 1/2 2/3) (= 1/2 2/4) (> -1/3 -1/2) (< 1/3 0.34) (= 0.5 1/2)) => (#t #t #t #t #t))
(test "the harmonic number of a hundred"
  (let loop ([i 1] [s 0]) (if (> i 100) s (loop (+ i 1) (+ s (/ 1 i)))))
  => 14466636279520351160221518043104131447711/2788815009188499086581352357412492142272)
(test "rationalize"
  (list (rationalize 3/10 1/10) (rationalize .3 1/10) (rationalize 1/3 1/100))
  => (1/3 0.3333333333333333 1/3))
(test "exact of a flonum"
  (list (exact 0.5) (exact 0.1) (exact -1e20) (exact 1e-5))
  => (1/2 3602879701896397/36028797018963968 -100000000000000000000
      5902958103587057/590295810358705651712))
(test "number theory: a Mersenne prime by Lucas and Lehmer"
  (let ([p 127])
    (let ([m (- (expt 2 p) 1)])
      (let loop ([i 2] [s 4]) (if (= i p) (zero? s) (loop (+ i 1) (modulo (- (* s s) 2) m))))))
  => #t)
(test "a hundred digits of pi"
  (let* ([one (expt 10 110)]
         [arctan (lambda (x)
                   (let loop ([term (quotient one x)] [n 1] [sum 0] [sign 1])
                     (if (= term 0)
                       sum
                       (loop (quotient term (* x x)) (+ n 2) (+ sum (* sign (quotient term n)))
                         (- sign)))))])
    (quotient (* 4 (- (* 4 (arctan 5)) (arctan 239))) (expt 10 10)))
  => 31415926535897932384626433832795028841971693993751058209749445923078164062862089986280348253421170679)
(test "bignums survive collections"
  (let ([l (map (lambda (i) (expt 3 (* i 10))) (iota 100))])
    (collect 0 1)
    (collect 1 2)
    (digest (apply + l)))
  => 213928617)
(test-error "exact-integer-sqrt of a negative number"
  (exact-integer-sqrt (hidden -1))
  => "Exception in exact-integer-sqrt: -1 is not a nonnegative exact integer")
(test-error "gcd of a flonum that is not an integer"
  (gcd (hidden 1.5) 2) => "Exception in gcd: 1.5 is not an integer")
(test-error "even? of a ratio" (even? (hidden 1/2)) => "Exception in even?: 1/2 is not an integer")
(test-error "logand of a flonum"
  (logand (hidden 1.0) 1) => "Exception in logand: 1.0 is not an exact integer")
(test-error "expt of zero to a negative power"
  (expt (hidden 0) -1) => "Exception in expt: undefined for values 0 and -1")
