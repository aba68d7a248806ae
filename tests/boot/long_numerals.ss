;; Long numbers in every notation, which the kernel reads: the result must be that of the image's own
;; algorithms, which still read numbers that begin with #10r.

(define seed 20)
(define (random-below n)
  (set! seed (mod (+ (* seed 6364136223846793005) 1442695040888963407) (expt 2 64)))
  (mod (div seed (expt 2 33)) n))
(define (one-of . l) (list-ref l (random-below (length l))))
;; Digits: any, or nearly all zeros, or nines.
(define (digits n)
  (let ([s (make-string n)] [kind (random-below 6)])
    (do ([i 0 (+ i 1)]) ((= i n) s)
      (string-set! s i
        (case kind
          [(0) (if (= 0 (random-below 50)) #\7 #\0)]
          [(1) #\9]
          [else (string-ref "0123456789" (random-below 10))])))))
(define (sign) (one-of "" "-" "+"))
(define (any-length) (one-of (random-below 10) (random-below 50) (random-below 500) (random-below 1500)))
(define (exponent)
  (string-append (one-of "e" "E" "s" "F" "d" "l") (sign)
    (number->string (one-of (random-below 10) (random-below 400) (random-below 2500) (+ 2030 (random-below 40))))))
(define (decimal)
  (string-append (one-of (digits (any-length)) "" "0" (digits 40)) (one-of "." ".") (digits (any-length))
    (one-of "" (exponent) (exponent))))
;; A number halfway between two flonums, and numbers that differ from it only in far decimal places.
(define (halfway)
  (let* ([e (one-of (- (random-below 2100) 1080) (- (random-below 60) 1080) 1023 -1074)]
         [v (* (+ (* 2 (+ (expt 2 52) (random-below (expt 2 52)))) 1) (expt 2 (- e 53)))]
         [k (max 0 (- 53 e))]
         [n (+ (* v (expt 10 (+ k 900))) (one-of 0 0 1 -1))])
    (string-append (number->string n) "e-" (number->string (+ k 900)))))
;; prefix: how the exactness is written for the kernel, and for the image.
(define (same? prefix text)
  (let ([a (string->number (string-append (car prefix) text))]
        [b (string->number (string-append "#10r" (cdr prefix) text))])
    (or (eqv? a b) (begin (printf "~a~a: ~s ~s\n" (car prefix) text a b) #f))))
(define prefixes
  '(("" . "") ("#d" . "") ("#e" . "#e") ("#i" . "#i") ("#d#e" . "#e") ("#I#D" . "#i") ("" . "")))
(define (all-same? n text)
  (let loop ([n n])
    (or (= n 0)
      (and (same? (apply one-of prefixes) (string-append (sign) (text))) (loop (- n 1))))))
(define (integer-text) (digits (+ 40 (random-below 1500))))

(test-true "decimals" (all-same? 150 decimal))
(test-true "halves between flonums" (all-same? 60 halfway))
(test-true "integers" (all-same? 20 integer-text))
(test-true "ratios" (all-same? 60 (lambda () (string-append (digits (any-length)) "/" (digits (any-length))))))
(test-true "what comes after a long number"
  (all-same? 100
    (lambda ()
      (string-append (one-of (integer-text) (decimal))
        (one-of "i" "@1" "+1i" "-.5i" "|53" "/0" "." ".." "e" "e+" "-" "#" "##.#" "x" " " "/" "/-1" ".e5"
          "e5e5" "e5.")))))
(test-true "exponents without end"
  (all-same? 60
    (lambda ()
      (string-append (one-of "0." "." "5.") (digits (+ 40 (random-below 60))) "e" (one-of "" "-")
        (one-of "3000" "400" "0000000000000000000000000000000000001")))))
(test "exponents of any size, inexact"
  (let ([s (make-string 60 #\7)])
    (map string->number
      (list (string-append s "e99999999999999999999999") (string-append "-" s "e99999999999999999999999")
        (string-append s "e-99999999999999999999999") (string-append "-." s "e-99999999999999999999999")
        (string-append "-" (make-string 60 #\0) "e99999999999999999999999"))))
  => (+inf.0 -inf.0 0.0 -0.0 -0.0))
;; Far outside the range of flonums, the image looks only at the exponent's sign.
(test "mantissas of thousands of digits with small exponents"
  (let ([s (make-string 3000 #\7)] [z (make-string 3000 #\0)])
    (map string->number
      (list (string-append s ".") (string-append s "e1") (string-append s "e-1") (string-append "." z s)
        (string-append "." z s "e1") (string-append "." z s "e-1") (string-append s "e-2999")
        (string-append "." z s "e3000"))))
  => (+inf.0 +inf.0 0.0 0.0 +inf.0 0.0 7.777777777777778 0.7777777777777778))
(test "the limit of such mantissas"
  (map
    (lambda (n)
      (let ([s (make-string n #\7)])
        (map string->number (list (string-append s "e-1") (string-append s "e1")))))
    '(2042 2044 2046 2047 2048 2049 2051))
  => ((+inf.0 +inf.0) (+inf.0 +inf.0) (+inf.0 +inf.0) (+inf.0 +inf.0) (0.0 +inf.0) (0.0 +inf.0) (0.0 +inf.0)))
(test "zeros"
  (let ([z (make-string 50 #\0)])
    (map (lambda (p) (string->number (string-append (car p) z (cdr p))))
      '(("" . "") ("-" . "") ("#i" . "") ("#i-" . "") ("#e-" . ".") ("-" . ".0") ("-." . "") ("-." . "e7")
        ("-" . "/7") ("#i-" . "/7")
        ("-" . "e7") ("#e-." . "e7") ("#e-" . "/7") ("1/" . "") ("#i1/" . "") ("#i-1/" . "") ("#i0/" . ""))))
  => (0 0 0.0 -0.0 0 -0.0 -0.0 -0.0 0 -0.0 -0.0 0 0 #f +inf.0 -inf.0 +nan.0))
(test "prefixes, in both orders and radices"
  (let ([s (make-string 40 #\1)])
    (map (lambda (p) (let ([n (string->number (string-append p s))]) (and n (list (exact? n) (mod (exact n) 1000003)))))
      '("#x#e" "#e#x" "#i#b" "#O#i-" "#X#E+" "#d#d" "#e#e" "#e#i" "#x#o" "#d#e-" "#e#" "#" "#ex")))
  => ((#t 803209) (#t 803209) (#f 329251) (#f 739455) (#t 803209) #f #f #f #f (#t 412226) #f #f #f))
(test "decimals in other radices"
  (let ([s (make-string 40 #\1)])
    (list (string->number (string-append s ".8") 16) (string->number (string-append "#b." s))
      (string->number (string-append "#o" s "s3")) (string->number (string-append "#d" s ".8") 16)))
  => (9.743344248872686e46 0.9999999999990905 9.722353340598241e37 1.1111111111111112e39))
(test-true "a hundred thousand digits"
  (let* ([x (expt 3 209590)] [y (expt 7 118329)] [a (number->string x)] [b (number->string y)] [n (string-length a)])
    (and (= n 100000 (string-length b))
      (= (string->number (string-append a "/" b)) (/ x y))
      (= (string->number (string-append "#e-" a "." b)) (- (+ x (/ y (expt 10 n)))))
      (= (string->number (string-append "#e" a "e1234")) (* x (expt 10 1234)))
      (eqv? (string->number (string-append "0." a)) (inexact (/ x (expt 10 n))))
      (eqv? (string->number (string-append "-" a "." b "e-100000")) (- (inexact (/ x (expt 10 n)))))
      (eqv? (string->number (string-append "#i-" a "/" b)) (- (inexact (/ x y))))
      (eqv? (string->number (string-append "#i" a)) +inf.0))))
(test-true "by the reader and the compiler"
  (let* ([s (digits 2000)] [text (format "(1~a.5 -1/3~a #e1.~a #i1~a/3~a)" s s s s s)]
         [l (read (open-input-string text))])
    (and (eqv? (car l) +inf.0) (= (cadr l) (/ -1 (string->number (string-append "3" s))))
      (= (caddr l) (+ 1 (/ (string->number s) (expt 10 2000))))
      (eqv? (cadddr l)
        (inexact (/ (string->number (string-append "1" s)) (string->number (string-append "3" s)))))
      (equal? l (eval `',l)))))
(test-true "a long symbol that begins as a number"
  (let ([s (string-append "1." (digits 100) "e5x")]) (eq? (string->symbol s) (read (open-input-string s)))))
(test-true "R6RS mode"
  (let ([s (make-string 50 #\3)])
    (define (in-mode text) (read (open-input-string (string-append "#!r6rs " text))))
    (and (= (in-mode s) (string->number s))
      (eqv? (in-mode (string-append s ".5e-9")) (string->number (string-append s ".5e-9")))
      (= (in-mode (string-append "#x" s "/7")) (/ (string->number s 16) 7)))))
