; Loops over fixnums, flonums and large integers; vectors and bytevectors.
(define (primes n)
  (let ([sieve (make-vector (+ n 1) #t)])
    (let loop ([i 2] [found '()])
      (cond
        [(> i n) (reverse found)]
        [(vector-ref sieve i)
         (do ([j (* i i) (+ j i)]) ((> j n)) (vector-set! sieve j #f))
         (loop (+ i 1) (cons i found))]
        [else (loop (+ i 1) found)]))))
(define (factorial n) (if (= n 0) 1 (* n (factorial (- n 1)))))
(define (norm . xs) (sqrt (apply + (map (lambda (x) (* x x)) xs))))
(define (checksum bytes)
  (let loop ([i 0] [sum 7])
    (if (= i (bytevector-length bytes)) sum
        (loop (+ i 1) (mod (+ (* 31 sum) (bytevector-u8-ref bytes i)) 65521)))))
(write (list (primes 100) (factorial 30) (norm 3.0 4.0) (/ 6 4)
             (checksum (string->utf8 "bytes of a text")) (exact->inexact 1/3)))
(newline)
