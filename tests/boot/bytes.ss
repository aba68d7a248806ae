;; Vectors and bytevectors of every kind: accessors in all widths and byte orders, fxvectors,
;; flvectors, stencil vectors, immutable ones, copies and fills.

(define bv (u8-list->bytevector (list 1 2 3 4 5 6 7 8 9 128 255 254 253 252 251 250)))
(define-syntax at (syntax-rules () [(_ ref i ...) (list (ref bv i) ...)]))
(define-syntax both
  (syntax-rules ()
    [(_ ref i ...)
     (list (list (ref bv i (endianness little)) ...) (list (ref bv i (endianness big)) ...))]))
(define-syntax set-and-get
  (syntax-rules ()
    [(_ set ref v ...)
     (let* ([b (make-bytevector 16 #xAA)]
            [got (map
                   (lambda (x)
                     (set b 3 x (endianness little))
                     (let ([little (ref b 3 (endianness little))])
                       (set b 4 x (endianness big))
                       (list (= x little) (= x (ref b 4 (endianness big)))
                         (bytevector->u8-list b))))
                   (list v ...))])
       got)]))

(test "8 bits"
  (list (at bytevector-u8-ref 0 9 10) (at bytevector-s8-ref 0 9 10)) => ((1 128 255) (1 -128 -1)))
(test "16 bits in both orders"
  (list (both bytevector-u16-ref 0 1 9) (both bytevector-s16-ref 0 9 10))
  => (((513 770 65408) (258 515 33023)) ((513 -128 -257) (258 -32513 -2))))
(test "24 bits"
  (list (both bytevector-u24-ref 0 9) (both bytevector-s24-ref 0 9))
  => (((197121 16711552) (66051 8454142)) ((197121 -65664) (66051 -8323074))))
(test "32 bits"
  (list (both bytevector-u32-ref 0 1 9) (both bytevector-s32-ref 0 9))
  => (((67305985 84148994 4261347200) (16909060 33752069 2164260605))
      ((67305985 -33620096) (16909060 -2130706691))))
(test "40, 48 and 56 bits"
  (list (both bytevector-u40-ref 0 9) (both bytevector-s40-ref 9) (both bytevector-u48-ref 0 9)
    (both bytevector-s48-ref 9) (both bytevector-u56-ref 0 9) (both bytevector-s56-ref 9))
  => (((21542142465 1086593105792) (4328719365 554050715132)) ((-12918521984) (-545460912644))
      ((6618611909121 277064011677568) (1108152157446 141836983074043))
      ((-4410965033088) (-139637993636613))
      ((1976943448883713 70645808189341568) (283686952306183 36310267666955258))
      ((-1411785848586368) (-35747326370972678))))
(test "64 bits"
  (list (both bytevector-u64-ref 0 1 8) (both bytevector-s64-ref 0 3 8))
  => (((578437695752307201 650777868590383874 18085326896471441417)
       (72623859790382856 144964032628459529 684828614008306682))
      ((578437695752307201 -36018866936740604 -361417177238110199)
       (72623859790382856 289644378304643327 684828614008306682))))
(test "native accessors agree with the native order"
  (list (= (bytevector-u16-native-ref bv 2) (bytevector-u16-ref bv 2 (native-endianness)))
    (= (bytevector-s32-native-ref bv 8) (bytevector-s32-ref bv 8 (native-endianness)))
    (= (bytevector-u64-native-ref bv 8) (bytevector-u64-ref bv 8 (native-endianness))))
  => (#t #t #t))
(test "the native order is one of two" (and (memq (native-endianness) '(little big)) #t) => #t)
(test "setting 16 bits"
  (set-and-get bytevector-u16-set! bytevector-u16-ref 0 1 65535 4660)
  => ((#t #t (170 170 170 0 0 0 170 170 170 170 170 170 170 170 170 170))
      (#t #t (170 170 170 1 0 1 170 170 170 170 170 170 170 170 170 170))
      (#t #t (170 170 170 255 255 255 170 170 170 170 170 170 170 170 170 170))
      (#t #t (170 170 170 52 18 52 170 170 170 170 170 170 170 170 170 170))))
(test "setting signed 32 bits"
  (set-and-get bytevector-s32-set! bytevector-s32-ref 0 -1 2147483647 -2147483648 -559038737)
  => ((#t #t (170 170 170 0 0 0 0 0 170 170 170 170 170 170 170 170))
      (#t #t (170 170 170 255 255 255 255 255 170 170 170 170 170 170 170 170))
      (#t #t (170 170 170 255 127 255 255 255 170 170 170 170 170 170 170 170))
      (#t #t (170 170 170 0 128 0 0 0 170 170 170 170 170 170 170 170))
      (#t #t (170 170 170 239 222 173 190 239 170 170 170 170 170 170 170 170))))
(test "setting 64 bits"
  (set-and-get bytevector-u64-set! bytevector-u64-ref 0 1 18446744073709551615 81985529216486895)
  => ((#t #t (170 170 170 0 0 0 0 0 0 0 0 0 170 170 170 170))
      (#t #t (170 170 170 1 0 0 0 0 0 0 0 1 170 170 170 170))
      (#t #t (170 170 170 255 255 255 255 255 255 255 255 255 170 170 170 170))
      (#t #t (170 170 170 239 1 35 69 103 137 171 205 239 170 170 170 170))))
(test "setting signed 64 bits"
  (set-and-get bytevector-s64-set! bytevector-s64-ref 0 -1 9223372036854775807 -9223372036854775808)
  => ((#t #t (170 170 170 0 0 0 0 0 0 0 0 0 170 170 170 170))
      (#t #t (170 170 170 255 255 255 255 255 255 255 255 255 170 170 170 170))
      (#t #t (170 170 170 255 127 255 255 255 255 255 255 255 170 170 170 170))
      (#t #t (170 170 170 0 128 0 0 0 0 0 0 0 170 170 170 170))))
(test "setting 24 and 56 bits"
  (list (set-and-get bytevector-s24-set! bytevector-s24-ref -1 8388607 -8388608)
    (set-and-get bytevector-u56-set! bytevector-u56-ref 72057594037927935 1))
  => (((#t #t (170 170 170 255 255 255 255 170 170 170 170 170 170 170 170 170))
       (#t #t (170 170 170 255 127 255 255 170 170 170 170 170 170 170 170 170))
       (#t #t (170 170 170 0 128 0 0 170 170 170 170 170 170 170 170 170)))
      ((#t #t (170 170 170 255 255 255 255 255 255 255 255 170 170 170 170 170))
       (#t #t (170 170 170 1 0 0 0 0 0 0 1 170 170 170 170 170)))))
(test "doubles in both orders"
  (let ([b (make-bytevector 16 0)])
    (bytevector-ieee-double-set! b 1 3.14 (endianness big))
    (let ([l (bytevector->u8-list b)])
      (bytevector-ieee-double-set! b 8 -1e300 (endianness little))
      (list l (bytevector-ieee-double-ref b 8 (endianness little))
        (bytevector-ieee-double-native-ref b 8))))
  => ((0 64 9 30 184 81 235 133 31 0 0 0 0 0 0 0) -1e300 -1e300))
(test "singles round"
  (let ([b (make-bytevector 8 0)])
    (map
      (lambda (x)
        (bytevector-ieee-single-set! b 0 x (endianness little))
        (bytevector-ieee-single-ref b 0 (endianness little)))
      '(0.1 1.5 1e300 -0.0 1e-50 16777217.0)))
  => (0.10000000149011612 1.5 +inf.0 -0.0 0.0 16777216.0))
(test "special doubles keep their bits"
  (let ([b (make-bytevector 8)])
    (map
      (lambda (x)
        (bytevector-ieee-double-native-set! b 0 x)
        (number->string (bytevector-u64-native-ref b 0) 16))
      '(0.0 -0.0 1.0 +inf.0 -inf.0 5e-324)))
  => ("0" "8000000000000000" "3FF0000000000000" "7FF0000000000000" "FFF0000000000000" "1"))
(test "integers of any width"
  (list (bytevector-uint-ref bv 0 (endianness big) 10)
    (bytevector-sint-ref bv 9 (endianness little) 7)
    (let ([b (make-bytevector 12 0)])
      (bytevector-sint-set! b 1 -12345678901234567890 (endianness big) 11)
      (bytevector-sint-ref b 1 (endianness big) 11)))
  => (4759477275222530853248 -1411785848586368 -12345678901234567890))
(test "lists of integers"
  (list (bytevector->uint-list #vu8(1 2 3 4) (endianness big) 2)
    (bytevector->sint-list #vu8(255 255 0 1) (endianness big) 2)
    (uint-list->bytevector '(513 65535) (endianness little) 2)
    (sint-list->bytevector '(-1 -2) (endianness big) 3) (bytevector->u8-list #vu8(9))
    (bytevector->s8-list #vu8(255)) (s8-list->bytevector '(-1 1)))
  => ((258 772) (-1 1) #vu8(1 2 255 255) #vu8(255 255 255 255 255 254) (9) (-1) #vu8(255 1)))
(test "copy, fill, truncate, equality"
  (let ([b (make-bytevector 5 1)])
    (bytevector-copy! #vu8(9 8 7) 1 b 2 2)
    (let ([c (bytevector-copy b)])
      (bytevector-fill! b 3)
      (list b c (bytevector=? c #vu8(1 1 8 7 1)) (bytevector-truncate! (bytevector-copy c) 2))))
  => (#vu8(3 3 3 3 3) #vu8(1 1 8 7 1) #t #vu8(1 1)))
(test "overlapping copies"
  (let ([b (u8-list->bytevector (iota 10))])
    (bytevector-copy! b 0 b 3 6)
    (let ([c (u8-list->bytevector (iota 10))]) (bytevector-copy! c 3 c 0 6) (list b c)))
  => (#vu8(0 1 2 0 1 2 3 4 5 9) #vu8(3 4 5 6 7 8 6 7 8 9)))
(test "a bytevector of ten million"
  (let ([b (make-bytevector 10000000 1)])
    (bytevector-u8-set! b 9999999 7)
    (collect)
    (list (bytevector-length b) (bytevector-u8-ref b 9999999) (bytevector-u8-ref b 5000000)))
  => (10000000 7 1))
(test "empty bytevectors and vectors"
  (list (bytevector-length (bytevector)) (equal? #vu8() (make-bytevector 0))
    (vector-length (vector)) (eq? '#() (vector)))
  => (0 #t 0 #t))
(test "immutable bytevectors"
  (let ([b (bytevector->immutable-bytevector (bytevector 1 2))])
    (list (immutable-bytevector? b) (mutable-bytevector? (bytevector)) (bytevector=? b #vu8(1 2))))
  => (#t #t #t))
(test-error "setting an immutable bytevector"
  (bytevector-u8-set! (bytevector->immutable-bytevector (hidden (bytevector 1))) 0 1)
  => "Exception in bytevector-u8-set!: #vu8(1) is not a mutable bytevector")
(test-error "a reference across the end"
  (bytevector-u32-ref bv (hidden 14) (endianness little))
  => "Exception in bytevector-u32-ref: invalid index 14 for 4-byte field of bytevector #vu8(1 2 3 4 5 6 ...)")
(test-error "a native reference that is not aligned"
  (bytevector-u32-native-ref bv (hidden 2))
  => "Exception in bytevector-u32-native-ref: invalid index 2 for bytevector #vu8(1 2 3 4 5 6 ...)")
(test-error "a value out of range"
  (bytevector-s16-set! (make-bytevector 4) 0 (hidden 40000) (endianness big))
  => "Exception in bytevector-s16-set!: invalid value 40000")
(test-error "an unknown byte order"
  (bytevector-u16-ref bv 0 (hidden 'middle))
  => "Exception in bytevector-u16-ref: unrecognized endianness middle")
(test-error "a bytevector of negative length"
  (make-bytevector (hidden -1))
  => "Exception in make-bytevector: -1 is not a valid bytevector length")
(test-error "a list that is not of bytes"
  (u8-list->bytevector (hidden '(1 256))) => "Exception in u8-list->bytevector: invalid value 256")

;; releases: all but 9.5.9.8
(test "vector constructors"
  (list (vector 1 2) (make-vector 2 'x) (vector->list '#(1 2 3)) (list->vector '(a b))
    (vector-copy '#(1 2)) (vector-append '#(1) '#() '#(2 3)))
  => (#(1 2) #(x x) (1 2 3) #(a b) #(1 2) #(1 2 3)))
(test "vector-set!, fill, map, for-each"
  (let ([v (vector 1 2 3)])
    (vector-set! v 1 'two)
    (let ([w (vector-map (lambda (x y) (list x y)) v '#(a b c))])
      (vector-fill! v 0)
      (let ([l '()]) (vector-for-each (lambda (x) (set! l (cons x l))) w) (list v w l))))
  => (#(0 0 0) #((1 a) (two b) (3 c)) ((3 c) (two b) (1 a))))
;; releases: all but 9.5.9.8
(test "vector-set/copy and subvectors"
  (list (vector-set/copy '#(1 2 3) 1 'x) (vector-copy '#(1 2 3 4) 1 2)) => (#(1 x 3) #(2 3)))
(test "vector-cas!"
  (let ([v (vector 1 2)]) (list (vector-cas! v 0 1 'new) (vector-cas! v 0 1 'newer) v))
  => (#t #f #(new 2)))
(test "vector-set-fixnum!" (let ([v (vector 'a)]) (vector-set-fixnum! v 0 5) v) => #(5))
;; releases: all but 9.5.9.8
(test "immutable vectors"
  (let ([v (vector->immutable-vector (vector 1 2))])
    (list (immutable-vector? v) (mutable-vector? (vector)) (immutable-vector? (immutable-vector 1))
      (vector-ref v 1)))
  => (#t #t #t 2))
;; releases: all but 9.5.9.8
(test-error "setting an immutable vector"
  (vector-set! (immutable-vector 1 2) 0 (hidden 1))
  => "Exception in vector-set!: #(1 2) is not a mutable vector")
(test "a literal vector of vectors" (vector-ref (vector-ref '#(#(1 2) #(3 4)) 1) 0) => 3)
(test "a matrix product"
  (let* ([n 30]
         [m (lambda (f)
              (let ([v (make-vector (* n n))])
                (do ([i 0 (+ i 1)]) ((= i (* n n)) v) (vector-set! v i (f i)))))]
         [a (m (lambda (i) (modulo i 7)))]
         [b (m (lambda (i) (modulo i 5)))])
    (let ([c (m (lambda (ij)
                  (let ([i (quotient ij n)] [j (remainder ij n)])
                    (do ([k 0 (+ k 1)]
                         [s 0 (+ s (* (vector-ref a (+ (* i n) k)) (vector-ref b (+ (* k n) j))))]) ((=
                                                                                                       k
                                                                                                       n)
                                                                                                     s)))))])
      (apply + (vector->list c))))
  => 161640)
(test "the sieve"
  (let* ([n 20000] [v (make-vector n #t)])
    (let loop ([i 2] [c 0])
      (cond
        [(= i n) c]
        [(vector-ref v i) (do ([j (* i i) (+ j i)]) ((>= j n)) (vector-set! v j #f))
         (loop (+ i 1) (+ c 1))]
        [else (loop (+ i 1) c)])))
  => 2262)
(test "fxvectors"
  (let ([v (make-fxvector 3 7)])
    (fxvector-set! v 0 (least-fixnum))
    (list v (fxvector-ref v 0) (fxvector-length v) (fxvector->list (fxvector 1 2))
      (list->fxvector '(3 4)) (fxvector? v) (let ([w (fxvector-copy v)]) (fxvector-fill! w 0) w)))
  => (#vfx(-1152921504606846976 7 7) -1152921504606846976 3 (1 2) #vfx(3 4) #t #vfx(0 0 0)))
(test-error "an fxvector holds fixnums only"
  (fxvector-set! (fxvector 1) 0 (hidden 1.5)) => "Exception in fxvector-set!: 1.5 is not a fixnum")
(test "flvectors"
  (let ([v (make-flvector 3 0.5)])
    (flvector-set! v 1 -1e300)
    (list v (flvector-ref v 1) (flvector-length v) (flvector->list (flvector 1.0))
      (list->flvector '(2.5)) (flvector? v) (flvector-copy v)))
  => (#vfl(0.5 -1e300 0.5) -1e300 3 (1.0) #vfl(2.5) #t #vfl(0.5 -1e300 0.5)))
(test-error "an flvector holds flonums only"
  (flvector-set! (flvector 1.0) 0 (hidden 1)) => "Exception in flvector-set!: 1 is not a flonum")
(test-error "an flvector index out of range"
  (flvector-ref (flvector 1.0) (hidden 1))
  => "Exception in flvector-ref: 1 is not a valid index for #vfl(1.0)")
(test "stencil vectors"
  (let ([s (stencil-vector #b10110 'a 'b 'c)])
    (list (stencil-vector-length s) (stencil-vector-mask s) (stencil-vector-ref s 0)
      (stencil-vector-ref s 2) (begin (stencil-vector-set! s 1 'B) (stencil-vector-ref s 1))
      (stencil-vector? s) (stencil-vector? (vector)) (stencil-vector-mask-width)))
  => (3 22 a c B #t #f 58))
(test "stencil-vector-update"
  (let* ([s (stencil-vector #b1101 'a 'b 'c)] [t (stencil-vector-update s #b0100 #b0010 'x)])
    (list (stencil-vector-mask t)
      (map (lambda (i) (stencil-vector-ref t i)) (iota (stencil-vector-length t)))))
  => (11 (a x c)))
;; releases: all but 9.5.9.8
(test-print "stencil vectors print" (stencil-vector 5 'a 'b) => "#5vs(a b)")
;; releases: 9.5.9.8
(test-print "stencil vectors print, older" (stencil-vector 5 'a 'b) => "#stencil[5](a b)")
(test "stencil-vector-truncate!"
  (let ([s (stencil-vector #b111 'a 'b 'c)])
    (stencil-vector-truncate! s #b011)
    (list (stencil-vector-length s) (stencil-vector-ref s 1)))
  => (2 b))
(test "stencil vectors through collections"
  (let ([l (map (lambda (m) (apply stencil-vector m (map list (iota (fxpopcount m)))))
             (iota 300))])
    (collect 0 1)
    (collect 1 2)
    (andmap
      (lambda (s m)
        (and (= (stencil-vector-mask s) m)
          (equal? (map (lambda (i) (car (stencil-vector-ref s i))) (iota (stencil-vector-length s)))
            (iota (fxpopcount m)))))
      l (iota 300)))
  => #t)
(test "virtual registers"
  (begin
    (set-virtual-register! 0 (list 'v))
    (collect 0 1)
    (list (virtual-register 0) (>= (virtual-register-count) 8)))
  => ((v) #t))
