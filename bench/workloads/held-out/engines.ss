;; Engines: threads that are stopped by the timer and take turns in a queue, and one that stops by
;; itself to hand a value on.

(module (work)
  (define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))

  (define (count-change amount coins)
    (cond
      [(= amount 0) 1]
      [(or (< amount 0) (null? coins)) 0]
      [else (+ (count-change amount (cdr coins)) (count-change (- amount (car coins)) coins))]))

  (define (collatz n)
    (let more ([n n] [steps 0])
      (cond
        [(= n 1) steps]
        [(even? n) (more (quotient n 2) (+ steps 1))]
        [else (more (+ (* 3 n) 1) (+ steps 1))])))

  (define (longest-collatz limit)
    (let each ([n 1] [best 0])
      (if (= n limit) best (each (+ n 1) (max best (collatz n))))))

  ;; Runs the thunks in turns; the list of their values, in their order.
  (define (round-robin ticks thunks)
    (let ([values (make-vector (length thunks) #f)])
      (let turn ([waiting (map (lambda (thunk i) (cons i (make-engine thunk)))
                               thunks (iota (length thunks)))]
                 [stopped '()])
        (cond
          [(pair? waiting)
           (let ([number (caar waiting)])
             ((cdar waiting) ticks
               (lambda (left value)
                 (vector-set! values number value)
                 (turn (cdr waiting) stopped))
               (lambda (engine)
                 (turn (cdr waiting) (cons (cons number engine) stopped)))))]
          [(pair? stopped) (turn (reverse stopped) '())]
          [else (vector->list values)]))))

  ;; A thread that fills a box and stops, and its reader.
  (define (hand-over count)
    (let ([box (box #f)])
      (let turn ([engine (make-engine
                           (lambda ()
                             (do ([i 1 (+ i 1)])
                                 ((> i count) 'done)
                               (set-box! box i)
                               (engine-block))))]
                 [sum 0])
        (engine 1000
          (lambda (left value) (list value sum))
          (lambda (engine)
            (let ([n (unbox box)])
              (set-box! box 0)
              (turn engine (+ sum n))))))))

  (define (work)
    (list (round-robin 50
            (list (lambda () (fib 26))
                  (lambda () (count-change 400 '(50 25 10 5 1)))
                  (lambda () (longest-collatz 8000))
                  (lambda () (length (list-sort < (map (lambda (i) (modulo (* i 7919) 5003))
                                                       (iota 5000)))))
                  (lambda () (fib 20))))
          (hand-over 50000))))

(measure work
  (lambda (result)
    (equal? result '((121393 26517 261 5000 6765) (done 1250025000)))))
