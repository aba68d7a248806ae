;; A large old vector written at random places with new pairs: each store must be remembered, and
;; each collection must find what the stores made reachable, but need not read the rest.

(module (work)
  (define size 1000000)

  (define (work)
    (let ([v (make-vector size '())])
      (collect 0 1)
      (collect 1 2)
      (collect 2 3)
      (let more ([i 0] [state 2463534])
        (if (= i 4000000)
            (let sum ([i 0] [total 0])
              (if (= i size)
                  total
                  (sum (+ i 1) (if (null? (vector-ref v i)) total (+ total 1)))))
            (let ([state (fxlogand (+ (fx* state 1664525) 1013904223) #xffffffff)])
              (vector-set! v (fxmodulo (fxsrl state 4) size) (list i state))
              (more (+ i 1) state)))))))

(measure work (lambda (result) (and (< 900000 result) (<= result 1000000))))
