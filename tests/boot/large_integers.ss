;; Integers of thousands to hundreds of thousands of digits, for which other algorithms are used than for
;; small ones: identities between operations, text in every radix, and errors, which are the same as for
;; small numbers.

;; Integers of a given number of bits, by squaring and a linear step: no two alike, dense in bits.
(define (dense seed bits)
  (let loop ([n (+ (* seed 6364136223846793005) 1442695040888963407)])
    (if (< (integer-length n) bits)
      (loop (+ (* n n) seed))
      (bitwise-arithmetic-shift-right n (- (integer-length n) bits)))))
(define sizes '(100 1000 3201 3299 10007 50000 200000))
(define (for-pairs ok?)
  (andmap
    (lambda (m) (andmap (lambda (n) (ok? (dense 3 m) (dense 5 n))) sizes))
    sizes))
(define big (dense 1 7000))
(define old-port (let ([p (open-output-string)]) (collect) p))

(test-true "the difference of squares"
  (for-pairs (lambda (a b) (= (* (+ a b) (- a b)) (- (* a a) (* b b))))))
(test-true "products with signs and powers of two"
  (for-pairs
    (lambda (a b)
      (let ([p (* a b)])
        (and (= (* (- a) b) (* a (- b)) (- p))
          (= (* (- a) (- b)) p)
          (= (* (bitwise-arithmetic-shift-left a 320) (bitwise-arithmetic-shift-left b 77))
             (bitwise-arithmetic-shift-left p 397)))))))
(test-true "a product modulo small primes"
  (for-pairs
    (lambda (a b)
      (andmap
        (lambda (p) (= (modulo (* a b) p) (modulo (* (modulo a p) (modulo b p)) p)))
        '(1000003 998244353 2147483647)))))
(test-true "quotient and remainder"
  (for-pairs
    (lambda (n d)
      (andmap
        (lambda (n d)
          (let ([q (quotient n d)] [r (remainder n d)])
            (and (= n (+ (* q d) r)) (< (abs r) (abs d))
              (or (= r 0) (eq? (negative? r) (negative? n))))))
        (list n n (- n) (- n)) (list d (- d) d (- d))))))
(test-true "div and mod, modulo, div0 and mod0"
  (for-pairs
    (lambda (n d)
      (andmap
        (lambda (n d)
          (let-values ([(q r) (div-and-mod n d)] [(q0 r0) (div0-and-mod0 n d)])
            (and (= n (+ (* q d) r)) (<= 0 r) (< r (abs d))
              (= n (+ (* q0 d) r0)) (<= (- (abs d)) (* 2 r0)) (< (* 2 r0) (abs d))
              (= (div n d) q) (= (mod n d) r)
              (let ([m (modulo n d)])
                (and (= 0 (modulo (- n m) d))
                  (or (= m 0) (eq? (negative? m) (negative? d))))))))
        (list n (- n)) (list d (- d))))))
(test-true "exact quotients"
  (for-pairs
    (lambda (a b)
      (let ([p (* a b)])
        (and (= (quotient p a) b) (= (remainder p b) 0) (= (/ p b) a) (= (/ p (- a)) (- b)))))))
(test-true "greatest common divisors"
  (for-pairs
    (lambda (a b)
      (let* ([g (gcd a b)] [c (dense 7 5000)] [k (gcd (* a c) (* b c))])
        (and (= k (* g c)) (= (gcd (- a) b) g) (= 0 (remainder a g)) (= 0 (remainder b g))
          (= (lcm a b) (quotient (* a b) g)))))))
(test-true "ratios are in lowest terms"
  (let ([r (/ (* 6 big) (* 9 (dense 2 6900)))])
    (and (= 1 (gcd (numerator r) (denominator r))) (= (* r r) (expt r 2))
      (= (+ r (/ 1 big)) (/ (+ (* (numerator r) big) (denominator r)) (* (denominator r) big))))))
(test-true "powers"
  (= (expt big 11) (* big (expt big 2) (expt (expt big 4) 2))))
(test-true "powers of one modulus"
  (let* ([m (dense 2 2000)] [e (dense 4 40)] [x (expt-mod big e m)])
    (= (modulo (* x big) m) (expt-mod big (+ e 1) m))))
(test-true "square roots"
  (andmap
    (lambda (bits)
      (let ([n (dense 9 bits)])
        (let-values ([(s r) (exact-integer-sqrt n)])
          (and (= n (+ (* s s) r)) (<= 0 r (* 2 s)) (= s (isqrt n))))))
    '(1000 10001 60000)))
(test "an even factor stays a bignum, a quotient may be a fixnum"
  (list (quotient big (- big)) (remainder big big) (quotient big (+ big 1)) (gcd big (+ big 1))
    (quotient (* 12 big) big) (fixnum? (quotient (* 12 big) big)))
  => (-1 0 0 1 12 #t))
(test-true "a remainder of a smaller number is that number"
  (let ([larger (* big big)]) (eqv? big (remainder big larger))))
(test "fibonacci numbers"
  (letrec ([fib (lambda (n) ; of n and n + 1
                  (if (= n 0) (values 0 1)
                    (let-values ([(a b) (fib (quotient n 2))])
                      (let ([c (* a (- (* 2 b) a))] [d (+ (* a a) (* b b))])
                        (if (even? n) (values c d) (values d (+ c d)))))))])
    (let-values ([(a b) (fib 100000)])
      (let ([s (number->string a)])
        (list (string-length s) (substring s 0 20) (substring s 20879 20899) (modulo a 1000000007)))))
  => (20899 "25974069347221724166" "49895374653428746875" 911435502))

(test-true "text in every radix comes back"
  (andmap
    (lambda (r)
      (let ([s (number->string big r)] [t (number->string (- big) r)])
        (and (string=? t (string-append "-" s))
          (= (string->number s r) (string->number (string-downcase s) r)
             (string->number (string-append "+" s) r) big)
          (= (string->number t r) (- big)))))
    (map (lambda (i) (+ i 2)) (iota 35))))
(test-true "text of powers of the radix, and their neighbours"
  (andmap
    (lambda (r)
      (let ([n (expt r 3000)])
        (and (string=? (number->string n r) (string-append "1" (make-string 3000 #\0)))
          (string=? (number->string (- n 1) r)
            (make-string 3000 (string-ref "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" (- r 1))))
          (= n (string->number (string-append (make-string 100 #\0) "1" (make-string 3000 #\0)) r)))))
    '(2 3 8 10 16 32 36)))
(test-true "text of a hundred thousand digits"
  (let* ([n (dense 11 332193)] [s (number->string n)])
    (and (= 100000 (string-length s))
      (= (string->number (substring s 0 500)) (quotient n (expt 10 99500)))
      (= (string->number (substring s 99000 100000)) (modulo n (expt 10 1000))))))
(test-true "what the reader makes of it"
  (andmap
    (lambda (prefix r)
      (let ([s (string-append prefix (number->string big r))])
        (and (= big (string->number s) (read (open-input-string s)))
          (= (- big)
             (read (open-input-string (string-append prefix "-" (number->string big r) ")")))))))
    '("" "#x" "#X" "#o" "#b" "#d" "#e" "#24r" "#x#e" "#e#x") '(10 16 16 8 2 10 10 24 16 16)))
(test-true "the reader in other notations with long numbers"
  (let ([s (number->string big)])
    (and (= (/ big 7) (string->number (string-append s "/7")))
      (= (/ 1 big) (string->number (string-append "1/" s)))
      (eqv? +inf.0 (string->number (string-append s ".0")))
      (eqv? +inf.0 (string->number (string-append "#i" s)))
      (= (* big 100) (string->number (string-append "#e" s "e2")))
      (= (make-rectangular 0 big) (string->number (string-append "+" s "i")))
      (= (+ big (/ 1 2)) (string->number (string-append "#e" s ".5"))))))
(test "texts that are not numbers, however long"
  (let ([s (make-string 500 #\7)])
    (map (lambda (t) (string->number t))
      (list (string-append s "a") (string-append "--" s) (string-append s "-") (string-append "#" s)
        (string-append "#b" s) (string-append "#y" s) (string-append " " s) (string-append s "\x661;")
        (make-string 500 #\-) (string-append s "/0") (string-append "#x" s "g"))))
  => (#f #f #f #f #f #f #f #f #f #f #f))
(test-true "a long symbol"
  (let ([s (string-append (make-string 500 #\7) "x")])
    (eq? (string->symbol s) (read (open-input-string s)))))
(test-true "print-radix"
  (let ([hex (number->string big 16)])
    (parameterize ([print-radix 16])
      (and (string=? (format "~s" big) (string-append "#x" hex))
        (string=? (format "~a" (- big)) (string-append "-" hex))
        (string=? (format "~s" (- big)) (string-append "#x-" hex))))))
(test-true "ports of every sort receive it"
  (let ([s (number->string big)])
    (and (string=? s (call-with-string-output-port (lambda (p) (display big p))))
      (string=? s (with-output-to-string (lambda () (write big))))
      (begin (put-datum old-port big) (string=? s (get-output-string old-port)))
      (string=? s
        (utf8->string
          (call-with-bytevector-output-port (lambda (p) (display big p)) (native-transcoder))))
      (= big
         (let ([file "large-integer"])
           (call-with-output-file file (lambda (p) (pretty-print big p)) 'truncate)
           (let ([n (call-with-input-file file read)]) (delete-file file) n)))
      (string=? (string-append "(" s " . " s ")") (format "~s" (cons big big)))
      (string=? (string-append s "/7") (number->string (/ big 7))))))
(test-true "printed lengths and columns"
  (let ([p (open-output-string)])
    (fresh-line p) (display big p)
    (= (port-position p) (string-length (number->string big)))))

(test-error "a product with a second factor that is not a number"
  (* big (hidden 'a)) => "Exception in *: a is not a number")
(test-error "a product with a first factor that is not a number" (* (hidden "a") big) => "Exception in *: \"a\" is not a number")
(test-error "division of a large number by zero"
  (quotient big (hidden 0)) => "Exception in quotient: undefined for 0")
(test-error "a remainder with a divisor that is not an integer"
  (remainder (hidden big) 1/2) => "Exception in remainder: 1/2 is not an integer")
(test-error "a division of something that is not an integer"
  (gcd big (hidden 'a)) => "Exception in gcd: a is not an integer")
(test-true "procedures are still what they were"
  (and (eq? * *) (equal? (format "~s ~s" quotient gcd) "#<procedure quotient> #<procedure gcd>")
    (= (procedure-arity-mask quotient) 4)
    (eq? 'procedure ((inspect/object quotient) 'type))
    (equal? "quotient" (((inspect/object quotient) 'code) 'name))))
(test-true "long arithmetic in an engine"
  (let ([e (make-engine (lambda () (do ([i 0 (+ i 1)] [n (- big 1234567) (remainder (* n n) big)]) ((= i 50) 'done))))])
    (let loop ([e e] [times 0])
      (e 500 (lambda (left v) (and (eq? v 'done) (> times 5)))
        (lambda (e) (loop e (+ times 1)))))))
