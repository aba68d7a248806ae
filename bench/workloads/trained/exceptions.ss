;; Conditions: raised by procedures of the library and by raise, handled by guard with its clauses,
;; raised again outwards, continued by with-exception-handler.

(module (work)
  (define-condition-type &spill &error make-spill spill? (amount spill-amount))

  ;; What goes wrong depends on the number.
  (define (risky n)
    (case (modulo n 6)
      [(0) (car n)]
      [(1) (vector-ref '#(1 2 3) n)]
      [(2) (raise n)]
      [(3) (raise (condition (make-spill n) (make-message-condition "spilt")))]
      [(4) (raise-continuable n)]
      [else n]))

  (define (kind n)
    (guard (c
            [(spill? c) (if (= (spill-amount c) n) 'spill 'wrong)]
            [(number? c) 'number]
            [(assertion-violation? c) 'violation]
            [(error? c) 'error])
      (risky n)
      'fine))

  (define (tally numbers)
    (let ([counts (map (lambda (kind) (cons kind 0)) '(spill number violation fine error wrong))])
      (for-each
        (lambda (n)
          (let ([entry (assq (kind n) counts)])
            (set-cdr! entry (+ (cdr entry) 1))))
        numbers)
      (map cdr counts)))

  ;; Through so many guards that don't want it.
  (define (from-below levels)
    (if (= levels 0)
        (raise 'bottom)
        (guard (c [(number? c) c] [(string? c) (string-length c)])
          (+ 1 (from-below (- levels 1))))))

  ;; Every odd number is answered by the handler.
  (define (sum-of-answers size)
    (with-exception-handler
      (lambda (n) (* n 2))
      (lambda ()
        (do ([i 0 (+ i 1)]
             [sum 0 (+ sum (if (odd? i) (raise-continuable i) i))])
            ((= i size) sum)))))

  (define (work)
    (list (tally (iota 63000))
          (map (lambda (levels) (guard (c [(symbol? c) c]) (from-below levels)))
               '(10 100 300))
          (sum-of-answers 350000))))

(measure work
  (lambda (result)
    (equal? result '((10500 21000 20999 10501 0 0) (bottom bottom bottom) 91874825000))))
