;; A heap that lives long: accounts in a hashtable by name, each with its history, changed at random
;; while the names of the requests and the answers are garbage at once.

(module (work)
  (define-record-type account (fields name (mutable balance) (mutable history)))

  (define next
    (let ([state 161803])
      (lambda (limit)
        (set! state (modulo (+ (* state 1664525) 1013904223) 4294967296))
        (modulo (quotient state 256) limit))))

  (define (name i) (string-append "account-" (number->string i)))

  (define (open-accounts count)
    (let ([accounts (make-hashtable string-hash string=?)])
      (do ([i 0 (+ i 1)])
          ((= i count) accounts)
        (let ([name (name i)])
          (hashtable-set! accounts name (make-account name 1000 '()))))))

  (define (enter! account amount)
    (account-balance-set! account (+ (account-balance account) amount))
    (account-history-set! account (cons amount (account-history account)))
    ;; Nothing older than sixteen entries is kept.
    (let ([sixteenth (let skip ([entries (account-history account)] [n 15])
                       (cond
                         [(null? entries) #f]
                         [(= n 0) entries]
                         [else (skip (cdr entries) (- n 1))]))])
      (when sixteenth (set-cdr! sixteenth '()))))

  (define (transfer! accounts from to amount)
    (let ([from (hashtable-ref accounts (name from) #f)] [to (hashtable-ref accounts (name to) #f)])
      (if (< (account-balance from) amount)
          0
          (begin
            (enter! from (- amount))
            (enter! to amount)
            1))))

  (define (work)
    (let ([accounts (open-accounts 10000)])
      (let again ([i 0] [done 0])
        (if (= i 20000)
            (let-values ([(names all) (hashtable-entries accounts)])
              (list done
                    (apply + (map account-balance (vector->list all)))
                    (apply + (map (lambda (a) (length (account-history a))) (vector->list all)))
                    (apply max (map account-balance (vector->list all)))))
            (let* ([from (next 10000)] [to (next 10000)] [amount (next 900)])
              (again (+ i 1) (+ done (transfer! accounts from to amount)))))))))

(measure work
  (lambda (result)
    (equal? result '(16459 10000000 32918 5421))))
