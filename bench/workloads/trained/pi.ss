;; The digits of pi one after the other from an unending product of matrices: multiplication and
;; division of integers that grow to thousands of digits.

(module (work)
  ;; The series 2 + 1/3 (2 + 2/5 (2 + 3/7 (...))) as matrices (q r; 0 t), each applied when the next
  ;; digit is not yet certain.
  (define (digits count)
    (let next ([q 1] [r 0] [t 1] [k 1] [count count] [found '()])
      (if (= count 0)
          (reverse found)
          (let ([digit (quotient (+ (* 3 q) r) t)])
            (if (= digit (quotient (+ (* 4 q) r) t))
                (next (* 10 q) (* 10 (- r (* digit t))) t k (- count 1) (cons digit found))
                (let ([odd (+ k k 1)])
                  (next (* q k) (* (+ q q r) odd) (* t odd) (+ k 1) count found)))))))

  ;; The same digits by arctangents, all at once.
  (define (machin count)
    (let ([unit (expt 10 (+ count 10))])
      (define (arctangent n)
        (let more ([power (quotient unit n)] [divisor 1] [sum 0])
          (if (= power 0)
              sum
              (let ([term (quotient power divisor)])
                (more (quotient power (* n n))
                      (+ divisor 2)
                      (if (= (modulo divisor 4) 1) (+ sum term) (- sum term)))))))
      (quotient (* 4 (- (* 4 (arctangent 5)) (arctangent 239))) (expt 10 11))))

  (define (work)
    (let ([one-by-one (digits 2900)])
      (list (list-tail one-by-one 2890)
            (= (fold-left (lambda (n digit) (+ (* 10 n) digit)) 0 one-by-one)
               (machin 2900))))))

(measure work (lambda (result) (equal? result '((6 8 0 6 7 4 9 1 9 2) #t))))
