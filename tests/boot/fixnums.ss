;; Fixnum and flonum operations by name, on edge operands: first as the compiler folds or inlines them,
;; then as procedures. Operands are hidden from the compiler, so that the bytecode of each operation runs.

(define big (greatest-fixnum))
(define small (least-fixnum))
;; The operation inline on unknown operands, and as a procedure.
(define-syntax each
  (syntax-rules ()
    [(_ op (arg ...) ...) (list (op (hidden arg) ...) ... ((hidden op) arg ...) ...)]))

(test "fx+ fx- fx*"
  (list (each fx+ (3 4) (big small) (-1 1)) (each fx- (3 4) (small small) (0 5))
    (each fx* (3 4) (-7 8) (1073741824 -1073741824)))
  => ((7 -1 0 7 -1 0) (-1 0 -5 -1 0 -5) (12 -56 -1152921504606846976 12 -56 -1152921504606846976)))
(test "fx+ and fx- of one and three arguments"
  (list (fx+ (hidden 1) 2 3) (fx- (hidden 5)) (fx- (hidden 10) 1 2) (fx+) (fx*)) => (6 -5 7 0 1))
(test "fxquotient fxremainder fxmodulo"
  (list (each fxquotient (7 2) (-7 2) (7 -2) (small 3)) (each fxremainder (7 2) (-7 2) (7 -2))
    (each fxmodulo (7 2) (-7 2) (7 -2)))
  => ((3 -3 -3 -384307168202282325 3 -3 -3 -384307168202282325) (1 -1 1 1 -1 1) (1 1 -1 1 1 -1)))
(test "fxdiv fxmod fxdiv0 fxmod0"
  (list (each fxdiv (7 2) (-7 2) (7 -2) (-7 -2)) (each fxmod (7 2) (-7 2) (7 -2) (-7 -2))
    (each fxdiv0 (7 4) (-7 4)) (each fxmod0 (7 4) (-7 4)))
  => ((3 -4 -3 4 3 -4 -3 4) (1 1 1 1 1 1 1 1) (2 -2 2 -2) (-1 1 -1 1)))
(test "fx/ and fx1+ fx1-"
  (list (each fx/ (7 2)) (each fx1+ (7)) (each fx1- (7)) (each fxabs (-5) (5)))
  => ((3 3) (8 8) (6 6) (5 5 5 5)))
(test "fx comparisons"
  (list (each fx= (1 1) (1 2)) (each fx< (1 2) (2 1) (small big)) (each fx> (1 2) (2 1))
    (each fx<= (1 1) (2 1)) (each fx>= (1 1) (1 2)) (fx< (hidden 1) 2 3) (fx< (hidden 1) 3 2))
  => ((#t #f #t #f) (#t #f #t #t #f #t) (#f #t #f #t) (#t #f #t #f) (#t #f #t #f) #t #f))
(test "fx predicates"
  (list (each fxzero? (0) (1)) (each fxpositive? (1) (0)) (each fxnegative? (-1) (0))
    (each fxeven? (2) (-3)) (each fxodd? (2) (-3)) (each fxnonpositive? (0) (1))
    (each fxnonnegative? (0) (-1)))
  => ((#t #f #t #f) (#t #f #t #f) (#t #f #t #f) (#t #f #t #f) (#f #t #f #t) (#t #f #t #f)
      (#t #f #t #f)))
(test "fxmax fxmin"
  (list (each fxmax (1 2) (big small)) (each fxmin (1 2) (big small)) (fxmax 3 (hidden 9) 4))
  => ((2 1152921504606846975 2 1152921504606846975) (1 -1152921504606846976 1 -1152921504606846976)
      9))
(test "fxlogand fxlogor fxlogxor fxlognot"
  (list (each fxlogand (12 10) (-1 255) (small big)) (each fxlogor (12 10) (small big))
    (each fxlogxor (12 10) (-1 big)) (each fxlognot (0) (big)))
  => ((8 255 0 8 255 0) (14 -1 14 -1) (6 -1152921504606846976 6 -1152921504606846976)
      (-1 -1152921504606846976 -1 -1152921504606846976)))
(test "fxsll fxsra fxsrl"
  (list (each fxsll (1 10) (-1 4) (1 59)) (each fxsra (1024 3) (-1 60) (small 59) (-5 1))
    (each fxsrl (1024 3) (-1 1) (-1 60) (small 60)))
  => ((1024 -16 576460752303423488 1024 -16 576460752303423488) (128 -1 -2 -3 128 -1 -2 -3)
      (128 1152921504606846975 1 1 128 1152921504606846975 1 1)))
(test "fxsll by a constant"
  (list (fxsll (hidden 3) 0) (fxsll (hidden 3) 1) (fxsll (hidden -3) 40) (fxsra (hidden -1000) 2)
    (fxsrl (hidden -1) 59))
  => (3 6 -3298534883328 -250 3))
(test "fxarithmetic-shift"
  (each fxarithmetic-shift (5 3) (5 -1) (-5 -1) (0 60)) => (40 2 -3 0 40 2 -3 0))
(test "wraparound operations"
  (list (each fx+/wraparound (big 1) (small -1) (1 2)) (each fx-/wraparound (small 1) (0 small))
    (each fx*/wraparound (big 2) (big big) (small 3)) (each fxsll/wraparound (big 1) (3 59)))
  => ((-1152921504606846976 1152921504606846975 3 -1152921504606846976 1152921504606846975 3)
      (1152921504606846975 -1152921504606846976 1152921504606846975 -1152921504606846976)
      (-2 1 -1152921504606846976 -2 1 -1152921504606846976)
      (-2 -576460752303423488 -2 -576460752303423488)))
(test "carry operations"
  (list (values->list (fx+/carry (hidden big) big 1)) (values->list (fx-/carry (hidden small) 1 0))
    (values->list (fx*/carry (hidden big) big 5)))
  => ((-1 1) (1152921504606846975 -1) (6 576460752303423487)))
(test "fxlength fxbit-count fxfirst-bit-set"
  (list (each fxlength (0) (255) (-256) (big) (small)) (each fxbit-count (0) (255) (-1) (big))
    (each fxfirst-bit-set (0) (8) (small)))
  => ((0 8 8 60 60 0 8 8 60 60) (0 8 -1 60 0 8 -1 60) (-1 3 60 -1 3 60)))
(test "fxpopcount"
  (list (each fxpopcount (0) (255) (big)) (each fxpopcount32 (4294967295))
    (each fxpopcount16 (65535) (4660)))
  => ((0 8 60 0 8 60) (32 32) (16 5 16 5)))
(test "fxbit-field and friends"
  (list (each fxbit-field (#b1101101 2 5)) (each fxbit-set? (5 0) (5 1) (-1 59))
    (each fxcopy-bit (0 3 1)) (each fxcopy-bit-field (0 2 4 3)) (each fxrotate-bit-field (6 0 4 1))
    (each fxreverse-bit-field (13 0 4)) (each fxif (12 10 5)) (each fxnot (5)))
  => ((3 3) (#t #f #t #t #f #t) (8 8) (12 12) (12 12) (11 11) (9 9) (-6 -6)))
(test "fxlogbit"
  (list (each fxlogbit? (0 5) (1 5)) (each fxlogbit1 (1 5)) (each fxlogbit0 (0 5))
    (each fxlogtest (6 1) (6 2)))
  => ((#t #f #t #f) (7 7) (4 4) (#f #t #f #t)))
(test-error "fx- underflows"
  (fx- (hidden small) 1)
  => "Exception in fx-: fixnum overflow with arguments -1152921504606846976 and 1")
(test-error "fx* underflows"
  (fx* (hidden small) 2)
  => "Exception in fx*: fixnum overflow with arguments 2 and -1152921504606846976")
(test-error "fx- of the least"
  (fx- (hidden small))
  => "Exception in fx-: fixnum overflow with arguments 0 and -1152921504606846976")
(test-error "fxabs of the least"
  (fxabs (hidden small))
  => "Exception in fxabs: fixnum overflow computing (fxabs -1152921504606846976)")
(test-error "fxquotient by zero"
  (fxquotient (hidden 5) (hidden 0)) => "Exception in fxquotient: attempt to divide by zero")
(test-error "fxquotient of the least by minus one"
  (fxquotient (hidden small) (hidden -1))
  => "Exception in fxquotient: fixnum overflow computing (fxquotient -1152921504606846976 -1)")
(test-error "fxsll that overflows"
  (fxsll (hidden 3) 60) => "Exception in fxsll: fixnum overflow with arguments 3 and 60")
(test-error "fxsll by too much"
  (fxsll (hidden 1) (hidden 61)) => "Exception in fxsll: fixnum overflow with arguments 1 and 61")
(test-error "fxsra by a negative"
  (fxsra (hidden 1) (hidden -1)) => "Exception in fxsra: invalid shift count -1")
(test-error "fx+ of a flonum"
  (fx+ (hidden 1) (hidden 1.0)) => "Exception in fx+: 1.0 is not a fixnum")
(test-error "fx< of a bignum"
  (fx< (hidden 1) (hidden (expt 2 70)))
  => "Exception in fx<: 1180591620717411303424 is not a fixnum")
(test-error "fxvector-ref out of range"
  (fxvector-ref (hidden (fxvector 1 2)) 2)
  => "Exception in fxvector-ref: 2 is not a valid index for #vfx(1 2)")

(test "fl arithmetic"
  (list (each fl+ (1.5 2.25)) (each fl- (1.5 2.25)) (each fl* (1.5 2.0)) (each fl/ (1.0 4.0))
    (each flabs (-1.5)) (fl- (hidden 2.5)) (fl+ (hidden 1.0) 2.0 3.0) (fl+) (fl*))
  => ((3.75 3.75) (-0.75 -0.75) (3.0 3.0) (0.25 0.25) (1.5 1.5) -2.5 6.0 0.0 1.0))
(test "fl division by zero and worse"
  (list (each fl/ (1.0 0.0) (-1.0 0.0) (1.0 -0.0)) (nan? (fl/ (hidden 0.0) 0.0))
    (nan? (fl- (hidden +inf.0) +inf.0)) (nan? (fl* (hidden 0.0) +inf.0)))
  => ((+inf.0 -inf.0 -inf.0 +inf.0 -inf.0 -inf.0) #t #t #t))
(test "fl comparisons"
  (list (each fl= (1.0 1.0) (0.0 -0.0) (+nan.0 +nan.0))
    (each fl< (1.0 2.0) (+nan.0 1.0) (-inf.0 0.0)) (each fl> (1.0 2.0))
    (each fl<= (1.0 1.0) (1.0 +nan.0)) (each fl>= (2.0 1.0)) (fl< (hidden 1.0) 2.0 3.0))
  => ((#t #t #f #t #t #f) (#t #f #t #t #f #t) (#f #f) (#t #f #t #f) (#t #t) #t))
(test "fl predicates"
  (list (each flzero? (0.0) (-0.0) (1e-320)) (each flpositive? (0.0) (1.0))
    (each flnegative? (-0.0) (-1.0)) (each flnan? (+nan.0) (1.0)) (each flinfinite? (-inf.0) (1.0))
    (each flfinite? (1e308) (+inf.0)) (each flinteger? (2.0) (2.5) (+inf.0))
    (each fleven? (2.0) (3.0)) (each flodd? (2.0) (3.0)))
  => ((#t #t #f #t #t #f) (#f #t #f #t) (#f #t #f #t) (#t #f #t #f) (#t #f #t #f) (#t #f #t #f)
      (#t #f #f #t #f #f) (#t #f #t #f) (#f #t #f #t)))
(test "fl rounding"
  (list (each flfloor (2.5) (-2.5)) (each flceiling (2.5) (-2.5))
    (each flround (2.5) (3.5) (-2.5) (0.5)) (each fltruncate (2.7) (-2.7))
    (each flround (4503599627370497.5) (1e300)))
  => ((2.0 -3.0 2.0 -3.0) (3.0 -2.0 3.0 -2.0) (2.0 4.0 -2.0 0.0 2.0 4.0 -2.0 0.0)
      (2.0 -2.0 2.0 -2.0) (4.503599627370498e15 1e300 4.503599627370498e15 1e300)))
(test "flmax flmin"
  (list (each flmax (1.0 2.0) (-0.0 0.0)) (each flmin (1.0 2.0)) (nan? (flmax (hidden 1.0) +nan.0)))
  => ((2.0 -0.0 2.0 0.0) (1.0 1.0) #t))
(test "fl div and mod"
  (list (each fldiv (7.0 2.0) (-7.0 2.0)) (each flmod (7.0 2.0) (-7.0 2.0)) (each fldiv0 (7.0 4.0))
    (each flmod0 (7.0 4.0)))
  => ((3.0 -4.0 3.0 -4.0) (1.0 1.0 1.0 1.0) (2.0 2.0) (-1.0 -1.0)))
(test "fl functions"
  (list (each flsqrt (2.0) (0.25)) (each flexp (0.0) (1.0)) (each fllog (1.0) (10.0))
    (fllog (hidden 8.0) 2.0) (each flsin (0.0) (1.0)) (each flcos (0.0) (1.0)) (each fltan (1.0))
    (each flasin (1.0)) (each flacos (1.0) (0.5)) (each flatan (1.0)) (each flatan (1.0 -1.0))
    (each flexpt (2.0 0.5) (2.0 10.0)))
  => ((1.4142135623730951 0.5 1.4142135623730951 0.5) (1.0 2.718281828459045 1.0 2.718281828459045)
      (0.0 2.302585092994046 0.0 2.302585092994046) 3.0
      (0.0 0.8414709848078965 0.0 0.8414709848078965)
      (1.0 0.5403023058681398 1.0 0.5403023058681398) (1.5574077246549023 1.5574077246549023)
      (1.5707963267948966 1.5707963267948966) (0.0 1.0471975511965979 0.0 1.0471975511965979)
      (0.7853981633974483 0.7853981633974483) (2.356194490192345 2.356194490192345)
      (1.4142135623730951 1024.0 1.4142135623730951 1024.0)))
(test "flnumerator fldenominator flsingle"
  (list (each flnumerator (0.75)) (each fldenominator (0.75)) (each flsingle (0.1) (1e300) (1.5)))
  => ((3.0 3.0) (4.0 4.0) (0.10000000149011612 +inf.0 1.5 0.10000000149011612 +inf.0 1.5)))
(test "conversions"
  (list (each fixnum->flonum (3) (big)) (each flonum->fixnum (3.7) (-3.7))
    (each real->flonum (1/3) (5) (2.5)))
  => ((3.0 1.152921504606847e18 3.0 1.152921504606847e18) (3 -3 3 -3)
      (0.3333333333333333 5.0 2.5 0.3333333333333333 5.0 2.5)))
(test "decode-float"
  (map decode-float (list 1.0 -0.5 0.0 1e-320 1e308))
  => (#(4503599627370496 -52 1) #(4503599627370496 -53 -1) #(0 0 1) #(2024 -1074 1)
      #(5010420900022432 971 1)))
(test-error "fl+ of a fixnum"
  (fl+ (hidden 1.0) (hidden 1)) => "Exception in fl+: 1 is not a flonum")
(test-error "fl< of a symbol" (fl< (hidden 'a) 1.0) => "Exception in fl<: a is not a flonum")
;; releases: all but 9.5.9.8
(test-error "flonum->fixnum of what does not fit"
  (flonum->fixnum (hidden 1e30))
  => "Exception in flonum->fixnum: result for 1e30 would be outside of fixnum range")
;; releases: 9.5.9.8
(test-error "flonum->fixnum of what does not fit, older"
  (flonum->fixnum (hidden 1e30))
  => "Exception in flonum->fixnum: result for 1e+30 would be outside of fixnum range")
(test-error "fixnum->flonum of a flonum"
  (fixnum->flonum (hidden 1.0)) => "Exception in fixnum->flonum: 1.0 is not a fixnum")
(test "flonums in a loop are not mixed up"
  (let loop ([i 0] [a 0.0] [b 1.0])
    (if (fx= i 100000) (list a b) (loop (fx+ i 1) (fl+ a 1.0) (fl* b 1.00001))))
  => (100000.0 2.718268237192295))
(test "flonum locals through a call and back"
  (let ([x (hidden 1.5)] [y (hidden 2.5)])
    (let* ([a (fl+ x y)] [l (list a)] [b (fl* a (car l))]) (collect) (list a b x y l)))
  => (4.0 16.0 1.5 2.5 (4.0)))
(test "a loop of flonums in a vector"
  (let ([v (make-flvector 1000 0.0)])
    (do ([i 0 (fx+ i 1)]) ((fx= i 1000)) (flvector-set! v i (flsqrt (fixnum->flonum i))))
    (do ([i 0 (fx+ i 1)] [s 0.0 (fl+ s (flvector-ref v i))]) ((fx= i 1000) (flround s))))
  => 21066.0)
(test "generic arithmetic on mixtures, inline"
  (map (lambda (x y) (list (+ x y) (- x y) (* x y) (< x y) (= x y)))
    (map hidden '(1 1.5 1/2 100000000000000000000 -1 2)) '(2.5 2 0.5 1.0 100000000000000000000 1/2))
  => ((3.5 -1.5 2.5 #t #f) (3.5 -0.5 3.0 #t #f) (1.0 0.0 0.25 #f #t) (1e20 1e20 1e20 #f #f)
      (99999999999999999999 -100000000000000000001 -100000000000000000000 #t #f) (5/2 3/2 1 #f #f)))
