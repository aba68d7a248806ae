;;; Input: guess a number
;; The program reads what you type at the prompt below the
;; output.
(define secret (+ 1 (random 100)))

(let loop ([tries 1])
  (printf "A number from 1 to 100? ")
  (let ([guess (read)])
    (cond
      [(not (fixnum? guess))
       (printf "That is no number.\n")
       (loop tries)]
      [(< guess secret)
       (printf "It is greater.\n")
       (loop (+ tries 1))]
      [(> guess secret)
       (printf "It is less.\n")
       (loop (+ tries 1))]
      [else (printf "Yes, after ~a tries!\n" tries)])))
