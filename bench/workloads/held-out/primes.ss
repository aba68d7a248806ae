;; Primes three ways: by trial division, by a sieve in a vector, and by modular powers, a test that
;; decides for numbers of this size.

(module (work)
  (define (prime-by-division? n)
    (let try ([d 2])
      (cond
        [(> (* d d) n) #t]
        [(= (remainder n d) 0) #f]
        [else (try (+ d 1))])))

  (define (power-modulo base exponent n)
    (let more ([base base] [exponent exponent] [product 1])
      (cond
        [(= exponent 0) product]
        [(odd? exponent)
         (more (modulo (* base base) n) (quotient exponent 2) (modulo (* product base) n))]
        [else (more (modulo (* base base) n) (quotient exponent 2) product)])))

  ;; Miller and Rabin's test; with these bases it decides for odd numbers below 25 million.
  (define (prime-by-powers? n)
    (let halve ([odd (- n 1)] [twos 0])
      (if (even? odd)
          (halve (quotient odd 2) (+ twos 1))
          (for-all
            (lambda (base)
              (or (= (modulo base n) 0)
                  (let square ([x (power-modulo base odd n)] [left twos] [first? #t])
                    (cond
                      [(= left 0) #f]
                      [(= x (- n 1)) #t]
                      [(= x 1) first?]
                      [else (square (modulo (* x x) n) (- left 1) #f)]))))
            '(2 3 5)))))

  (define (sieve size)
    (let ([prime? (make-vector size #t)])
      (vector-fill! prime? #t)
      (vector-set! prime? 0 #f)
      (vector-set! prime? 1 #f)
      (do ([i 2 (+ i 1)])
          ((>= (* i i) size) prime?)
        (when (vector-ref prime? i)
          (do ([j (* i i) (+ j i)])
              ((>= j size))
            (vector-set! prime? j #f))))))

  (define (count prime? from to)
    (let each ([n from] [found 0])
      (if (= n to)
          found
          (each (+ n 1) (if (prime? n) (+ found 1) found)))))

  (define (work)
    (let ([sieved (sieve 1000000)])
      (list (count prime-by-division? 2 90000)
            (count prime-by-powers? 3 40000)
            (count (lambda (n) (vector-ref sieved n)) 0 1000000)))))

(measure work (lambda (result) (equal? result '(8713 4202 78498))))
