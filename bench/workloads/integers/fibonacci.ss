;; The Fibonacci number of a million digits, by doubling, and its text.

(define (fibonacci n) ; of n and n + 1
  (if (= n 0)
      (values 0 1)
      (let-values ([(a b) (fibonacci (quotient n 2))])
        (let ([c (* a (- (* 2 b) a))]
              [d (+ (* a a) (* b b))])
          (if (even? n) (values c d) (values d (+ c d)))))))

(measure
  (lambda ()
    (let-values ([(a b) (fibonacci 4784969)])
      (number->string a)))
  (lambda (result)
    (and (= (string-length result) 1000000)
         (string=? (substring result 0 10) "1072739564")
         (string=? (substring result 999990 1000000) "8405156269"))))
