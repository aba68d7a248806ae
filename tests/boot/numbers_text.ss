;; Numbers as text: printing to the last digit in several radixes, the shortest representation of
;; flonums, reading in every notation, and texts that aren't numbers.

(define (round-trip? x) (eqv? x (string->number (number->string x))))
(define (bits->flonum n)
  (let ([b (make-bytevector 8)])
    (bytevector-u64-native-set! b 0 n)
    (bytevector-ieee-double-native-ref b 0)))
;; A generator of our own, so that nothing here depends on random.
(define (pseudo-bits seed n)
  (let loop ([i 0] [s seed] [l '()])
    (if (= i n)
      l
      (let ([s (modulo (+ (* s 6364136223846793005) 1442695040888963407) (expt 2 64))])
        (loop (+ i 1) s (cons s l))))))

;; releases: all but 9.5.9.8
(test "flonums in short"
  (map number->string
    '(0.0 -0.0 1.0 -1.5 0.1 100.0 123456789.0 1e21 1e22 1e100 1e-5 0.001 1e-7 1234567890123456789.0
      3.141592653589793))
  => ("0.0" "-0.0" "1.0" "-1.5" "0.1" "100.0" "123456789.0" "1e21" "1e22" "1e100" "1e-5" "0.001"
      "1e-7" "1.2345678901234568e18" "3.141592653589793"))
;; releases: 9.5.9.8
(test "flonums in short, older"
  (map number->string
    '(0.0 -0.0 1.0 -1.5 0.1 100.0 123456789.0 1e21 1e22 1e100 1e-5 0.001 1e-7 1234567890123456789.0
      3.141592653589793))
  => ("0.0" "-0.0" "1.0" "-1.5" "0.1" "100.0" "123456789.0" "1e+21" "1e+22" "1e+100" "1e-5" "0.001"
       "1e-7" "1234567890123456800.0" "3.141592653589793"))
(test "special flonums"
  (map number->string '(+inf.0 -inf.0 +nan.0)) => ("+inf.0" "-inf.0" "+nan.0"))
;; releases: all but 9.5.9.8
(test "flonums at the edges"
  (map number->string
    '(1.7976931348623157e308 2.2250738585072014e-308 5e-324 2.225073858507201e-308
      4.9406564584124654e-324 9007199254740993.0 9007199254740992.0 0.30000000000000004 5e-320))
  => ("1.7976931348623157e308" "2.2250738585072014e-308" "5e-324|1" "2.225073858507201e-308|52"
      "5e-324|1" "9.007199254740992e15" "9.007199254740992e15" "0.30000000000000004" "5e-320|14"))
;; releases: 9.5.9.8
(test "flonums at the edges, older"
  (map number->string
    '(1.7976931348623157e308 2.2250738585072014e-308 5e-324 2.225073858507201e-308
      4.9406564584124654e-324 9007199254740993.0 9007199254740992.0 0.30000000000000004 5e-320))
  => ("1.7976931348623157e+308" "2.2250738585072014e-308" "5e-324" "2.225073858507201e-308"
       "5e-324" "9007199254740992.0" "9007199254740992.0" "0.30000000000000004" "5e-320"))
;; releases: all but 9.5.9.8
(test "flonums known to be hard to print"
  (map number->string
    '(2e23 8.41e21 9.5e-8 2.2250738585072011e-308 6.02214076e23 1.8446744073709552e19 4.35
      0.000123456789012345 123456.789e3 5.0e-5))
  => ("2e23" "8.41e21" "9.5e-8" "2.225073858507201e-308|52" "6.02214076e23" "1.8446744073709552e19"
      "4.35" "1.23456789012345e-4" "123456789.0" "5e-5"))
;; releases: 9.5.9.8
(test "flonums known to be hard to print, older"
  (map number->string
    '(2e23 8.41e21 9.5e-8 2.2250738585072011e-308 6.02214076e23 1.8446744073709552e19 4.35
      0.000123456789012345 123456.789e3 5.0e-5))
  => ("2e+23" "8.41e+21" "9.5e-8" "2.225073858507201e-308" "6.02214076e+23"
       "18446744073709552000.0" "4.35" "0.000123456789012345" "123456789.0" "5e-5"))
(test-true "a thousand flonums of any bits come back"
  (andmap (lambda (n) (let ([x (bits->flonum n)]) (or (nan? x) (round-trip? x))))
    (pseudo-bits 1 1000)))
(test-true "a thousand flonums between one and two come back"
  (andmap
    (lambda (n) (round-trip? (bits->flonum (logor (ash 1023 52) (logand n (- (expt 2 52) 1))))))
    (pseudo-bits 2 1000)))
(test-true "two hundred subnormal flonums come back"
  (andmap (lambda (n) (round-trip? (bits->flonum (logand n (- (expt 2 52) 1)))))
    (pseudo-bits 3 200)))
(test-true "two thousand powers of ten come back"
  (andmap (lambda (i) (round-trip? (string->number (format "1e~a" (- i 310))))) (iota 620)))
(test-true "neighbours of powers of two come back"
  (andmap
    (lambda (e)
      (let ([n (ash e 52)])
        (and (round-trip? (bits->flonum n)) (round-trip? (bits->flonum (+ n 1)))
          (round-trip? (bits->flonum (- (+ n (expt 2 52)) 1))))))
    (map add1 (iota 2045))))
;; releases: all but 9.5.9.8
(test "flonums in radix two"
  (map (lambda (x) (number->string x 2)) '(0.5 -2.75 1e3 0.1))
  => ("0.1" "-10.11" "1111101000.0" "1.100110011001100110011001100110011001100110011001101e-100"))
;; releases: 9.5.9.8
(test "flonums in radix two, older"
  (map (lambda (x) (number->string x 2)) '(0.5 -2.75 1e3 0.1))
  => ("0.1" "-10.11" "1111101000.0"
       "0.0001100110011001100110011001100110011001100110011001101"))
(test "flonums in radixes 8 and 16"
  (list (number->string 0.1 8) (number->string 255.5 16) (number->string 1e20 16))
  => ("0.0631463146314631464" "FF.8" "56BC75E2D63100000.0"))
(test "integers in radixes"
  (map (lambda (r) (number->string 1000000 r)) '(2 3 7 8 10 12 16 36))
  => ("11110100001001000000" "1212210202001" "11333311" "3641100" "1000000" "402854" "F4240"
      "LFLS"))
(test "negative bignums in radixes"
  (map (lambda (r) (number->string (- (expt 10 25)) r)) '(2 8 16 36))
  => ("-100001000101100101010001011000010100000000010100100001001010000000000000000000000000"
      "-4105452130240024411200000000" "-84595161401484A000000" "-198EXBVSHGPUNUK1S"))
(test "ratios in radixes"
  (list (number->string 22/7) (number->string -1/3 2) (number->string 255/256 16))
  => ("22/7" "-1/11" "FF/100"))
(test "print-radix and number->string"
  (parameterize ([print-radix 16]) (list (number->string 255) (format "~s ~a" 255 255)))
  => ("255" "#xFF FF"))
(test "bignums of round numbers of digits"
  (map (lambda (n) (string-length (number->string (expt 10 n)))) '(18 19 20 37 38 39 100 1000))
  => (19 20 21 38 39 40 101 1001))
(test-true "bignums come back in every radix"
  (andmap
    (lambda (r)
      (let ([n (- (expt 7 300) (expt 5 200))])
        (and (= n (string->number (number->string n r) r))
          (= (- n) (string->number (number->string (- n) r) r)))))
    (map (lambda (i) (+ i 2)) (iota 35))))
(test "a number of ten thousand digits"
  (let* ([s (make-string 10000 #\7)] [n (string->number s)])
    (list (modulo n 1000003) (string=? s (number->string n))))
  => (710261 #t))
(test "print-precision" (parameterize ([print-precision 5]) (number->string 1.5)) => "1.5|53")
(test "precision marks"
  (list (number->string 1.5 10 53) (string->number "1.5|10")) => ("1.5|53" 1.5))
;; releases: all but 9.5.9.8
(test "print-subnormal-precision"
  (parameterize ([print-subnormal-precision #f]) (number->string 5e-324)) => "5e-324")
;; releases: all but 9.5.9.8
(test "print-positive-exponent-sign"
  (parameterize ([print-positive-exponent-sign #t]) (number->string 1e100)) => "1e+100")
;; releases: all but 9.5.9.8
(test "print-select-flonum-exponential-format"
  (parameterize ([print-select-flonum-exponential-format (lambda (r e n) (> e 2))])
    (number->string 123456.0))
  => "1.23456e5")
;; releases: all but 9.5.9.8
(test "complex numbers"
  (map number->string '(1+2i -1/2-3/4i +i -i 1.5-2.5i 0.0+1.0i +inf.0-nan.0i 1e10+1e-10i))
  => ("1+2i" "-1/2-3/4i" "0+1i" "0-1i" "1.5-2.5i" "0.0+1.0i" "+inf.0+nan.0i" "1e10+1e-10i"))
;; releases: 9.5.9.8
(test "complex numbers, older"
  (map number->string '(1+2i -1/2-3/4i +i -i 1.5-2.5i 0.0+1.0i +inf.0-nan.0i 1e10+1e-10i))
  => ("1+2i" "-1/2-3/4i" "0+1i" "0-1i" "1.5-2.5i" "0.0+1.0i" "+inf.0+nan.0i"
       "10000000000.0+1e-10i"))

(test "reading integers"
  (map string->number
    '("0" "-0" "+5" "123456789012345678901234567890" "-1" "007" "#e1.5" "#x-FF" "#b101" "#o777"
      "#d10" "#xDEADbeef"))
  => (0 0 5 123456789012345678901234567890 -1 7 3/2 -255 5 511 10 3735928559))
(test "reading ratios"
  (map string->number '("1/2" "-4/6" "10/5" "#x10/FF" "0/5" "1/0" "1//2"))
  => (1/2 -2/3 2 16/255 0 #f #f))
(test "reading decimals"
  (map string->number
    '("1." ".5" "-.5" "1.50" "1e3" "1E3" "1e-3" "-1.5e+3" "." "1e" "e5" "1.2.3" "1e400" "1e-400"
      "0e500"))
  => (1.0 0.5 -0.5 1.5 1000.0 1000.0 0.001 -1500.0 #f #f #f #f +inf.0 0.0 0.0))
(test "reading with exactness"
  (map string->number
    '("#e0.1" "#i1/3" "#e1e20" "#i5" "#x#e10" "#e#x10" "#e1.2e-3" "#i#b101" "#e1e-2"))
  => (1/10 0.3333333333333333 100000000000000000000 5.0 16 16 3/2500 5.0 1/100))
(test "reading what is special"
  (map string->number '("+inf.0" "-inf.0" "+nan.0" "inf" "+INF.0" "-nan.0" "+inf.0i" "1+inf.0i"))
  => (+inf.0 -inf.0 +nan.0 #f +inf.0 +nan.0 0.0+inf.0i 1.0+inf.0i))
(test "reading complex numbers"
  (map string->number
    '("1+2i" "+i" "-i" "1-i" "1.5e2-3i" "1/2+3/4i" "1@0" "+1i" "i" "1+2" "1+i2" "1i"))
  => (1+2i 0+1i 0-1i 1-1i 150.0-3.0i 1/2+3/4i 1 0+1i #f #f #f #f))
(test "reading polar numbers"
  (string->number "2@3.141592653589793") => -2.0+2.4492935982947064e-16i)
(test "texts that are not numbers"
  (map string->number
    '("" "+" "-" "abc" "1a" "1 2" " 1" "1 " "--1" "+-1" "#x" "#xg" "1_000" "0x10" "1,5" "#b2"
      "#q1"))
  => (#f #f #f #f #f #f #f #f #f #f #f #f #f #f #f #f #f))
(test "reading in a radix"
  (list (string->number "ff" 16) (string->number "zz" 36) (string->number "102" 2)
    (string->number "#xff" 10) (string->number "1e2" 16) (string->number "-101" 2))
  => (255 1295 #f 255 482 -5))
(test "old exponent markers"
  (map string->number '("1s2" "1f2" "1d2" "1l2" "1t2")) => (100.0 100.0 100.0 100.0 #f))
(test "hashes as digits"
  (map string->number '("1#" "1#.#" "#e1#" "12##/3#")) => (10.0 10.0 10 40.0))
(test "reading rounds correctly"
  (map string->number
    '("9007199254740993" "9007199254740993.0"
      "0.500000000000000166533453693773481063544750213623046875" "2.2250738585072012e-308"
      "6929495644600919.5" "3.518437208883201171875e13"
      "1.00000000000000011102230246251565404236316680908203125"
      "1.00000000000000011102230246251565404236316680908203124"
      "1.00000000000000011102230246251565404236316680908203126"))
  => (9007199254740993 9.007199254740992e15 0.5000000000000002 2.2250738585072014e-308
      6.92949564460092e15 3.5184372088832016e13 1.0 1.0 1.0000000000000002))
(test "a long decimal"
  (string->number (string-append "0." (make-string 300 #\0)
                    "1234567890123456789012345678901234567890"))
  => 1.2345678901234567e-301)
(test "many digits before the point"
  (string->number (string-append (make-string 300 #\9) ".5")) => 1e300)
(test-true "decimals read as their exact values' nearest"
  (andmap
    (lambda (n)
      (let ([x (/ n (expt 10 17))])
        (eqv? (exact->inexact x) (string->number (string-append "#i" (number->string x))))))
    (map (lambda (n) (quotient n 3)) (pseudo-bits 4 300))))
(test "exact->inexact rounds to even"
  (map exact->inexact
    (list (+ (expt 2 53) 1) (+ (expt 2 53) 3) (- (expt 2 64) 1) (/ 1 3)
      (/ (expt 10 400) (+ (expt 10 399) 1)) (expt 2 1023) (expt 2 1024) (- (expt 2 1024))
      (/ 1 (expt 2 1074)) (/ 1 (expt 2 1075)) (/ 3 (expt 2 1075))))
  => (9.007199254740992e15 9.007199254740996e15 1.8446744073709552e19 0.3333333333333333 10.0
      8.98846567431158e307 +inf.0 -inf.0 5e-324|1 0.0 1e-323|2))
(test "exact->inexact of bignums near halves"
  (map exact->inexact
    (list (+ (expt 2 100) (expt 2 47)) (+ (expt 2 100) (expt 2 47) 1)
      (+ (expt 2 100) (- (expt 2 47) 1)) (+ (expt 2 100) (* 3 (expt 2 47)))))
  => (1.2676506002282294e30 1.2676506002282297e30 1.2676506002282294e30 1.26765060022823e30))
(test "inexact->exact and back"
  (andmap
    (lambda (n)
      (let ([x (bits->flonum n)])
        (or (nan? x) (infinite? x) (eqv? x (exact->inexact (inexact->exact x))))))
    (pseudo-bits 5 500))
  => #t)
(test "comparing flonums with exact numbers"
  (list (= 0.1 1/10) (< 0.1 1/10) (> 0.1 1/10) (= 9007199254740992.0 9007199254740993)
    (< 9007199254740992.0 9007199254740993) (= 1e22 (expt 10 22)) (= 1e23 (expt 10 23))
    (< (expt 10 400) +inf.0) (> (- (expt 10 400)) -inf.0))
  => (#f #f #t #f #t #t #f #t #t))
