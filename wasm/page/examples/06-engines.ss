;;; Engines: processes that take turns
;; An engine runs a computation for a number of ticks, then
;; stops it, wherever it is. Here a scheduler gives each
;; process a turn, until all are done.
(define (fib n)
  (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))

(define (round-robin names engines)
  (let loop ([queue (map cons names engines)] [turns 0])
    (if (null? queue)
        (printf "all done after ~a turns\n" turns)
        (let ([name (caar queue)] [engine (cdar queue)])
          (engine 2000
            (lambda (ticks-left value)
              (printf "turn ~a: ~a is done: ~a\n" turns name value)
              (loop (cdr queue) (+ turns 1)))
            (lambda (rest)
              (loop (append (cdr queue) (list (cons name rest)))
                    (+ turns 1))))))))

(round-robin
  '("(fib 20)" "(fib 10)" "(fib 18)" "a loop of 50,000")
  (list (make-engine (lambda () (fib 20)))
        (make-engine (lambda () (fib 10)))
        (make-engine (lambda () (fib 18)))
        (make-engine (lambda ()
                       (let loop ([i 50000])
                         (if (= i 0) 'finished (loop (- i 1))))))))
