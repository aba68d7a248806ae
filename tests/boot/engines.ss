;; Engines, timer interrupts and disabled interrupts; the tests don't count ticks.

(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))

(test "an engine that completes"
  ((make-engine (lambda () 3)) 1000
   (lambda (left . v) (list (and (fixnum? left) (<= 0 left 1000)) v)) (lambda (e) 'expired))
  => (#t (3)))
(test "an engine that returns values"
  ((make-engine (lambda () (values 1 2))) 1000 (lambda (left . v) v) (lambda (e) 'expired))
  => (1 2))
(test "an engine that expires"
  ((make-engine (lambda () (fib 25))) 10 (lambda (left v) 'done) (lambda (e) (procedure? e))) => #t)
(test "an engine resumed until it is done"
  (let loop ([e (make-engine (lambda () (fib 18)))] [n 1])
    (e 1000 (lambda (left v) (list v (> n 3))) (lambda (e) (loop e (+ n 1)))))
  => (2584 #t))
(test "engine-block"
  ((make-engine (lambda () (engine-block) 'rest)) 100000 (lambda (left v) 'done)
   (lambda (e) (e 100000 (lambda (left v) (list 'second v)) (lambda (e) 'again))))
  => (second rest))
(test "engine-return"
  ((make-engine (lambda () (+ 1 (engine-return 5 6)))) 1000 (lambda (left . v) v)
   (lambda (e) 'expired))
  => (5 6))
(test "two engines in turns"
  (let loop ([queue (list (make-engine (lambda () (list 'a (fib 16))))
                      (make-engine (lambda () (list 'b (fib 17)))))]
             [done '()])
    (if (null? queue)
      (sort (lambda (x y) (string<? (symbol->string (car x)) (symbol->string (car y)))) done)
      ((car queue) 300 (lambda (left v) (loop (cdr queue) (cons v done)))
       (lambda (e) (loop (append (cdr queue) (list e)) done)))))
  => ((a 987) (b 1597)))
(test "an endless loop in an engine"
  ((make-engine (lambda () (let loop () (loop)))) 1000 (lambda (left v) 'done)
   (lambda (e) 'expired))
  => expired)
(test "an endless loop of calls in an engine"
  ((make-engine (lambda () (letrec ([a (lambda () (b))] [b (lambda () (a))]) (a)))) 1000
   (lambda (left v) 'done) (lambda (e) 'expired))
  => expired)
(test "a round robin of fifty engines"
  (let loop ([queue (map (lambda (i) (make-engine (lambda () (fib 10) i))) (iota 50))] [sum 0])
    (if (null? queue)
      sum
      ((car queue) 100 (lambda (left v) (loop (cdr queue) (+ sum v)))
       (lambda (e) (loop (append (cdr queue) (list e)) sum)))))
  => 1225)
(test "an engine in deep recursion"
  (let ()
    (define (down n) (if (= n 0) 0 (+ 1 (down (- n 1)))))
    (let loop ([e (make-engine (lambda () (down 100000)))]) (e 500 (lambda (left v) v) loop)))
  => 100000)
(test "an engine entered twice from the same point"
  (let ([kept #f] [n 0])
    ((make-engine (lambda () (fib 15))) 100 (lambda (l v) 'early) (lambda (e) (set! kept e)))
    (list (let loop ([e kept]) (e 1000 (lambda (l v) v) loop))
      (let loop ([e kept]) (e 700 (lambda (l v) v) loop))))
  => (610 610))
(test "a parameterize inside an engine"
  (let* ([p (make-parameter 0)] [e (make-engine (lambda () (parameterize ([p 1]) (fib 15) (p))))])
    (let loop ([e e] [outside '()])
      (e 200 (lambda (l v) (list v (andmap zero? outside)))
        (lambda (e) (loop e (cons (p) outside))))))
  => (1 #t))

(test "the timer fires"
  (let ([fired 0])
    (parameterize ([timer-interrupt-handler (lambda () (set! fired (+ fired 1)))])
      (set-timer 100) (fib 15) (set-timer 0) fired))
  => 1)
(test "the timer set again by its handler"
  (let ([fired 0])
    (parameterize ([timer-interrupt-handler (lambda ()
                                              (set! fired (+ fired 1))
                                              (when (< fired 20) (set-timer 100)))])
      (set-timer 100)
      (fib 18)
      (set-timer 0)
      fired))
  => 20)
(test "set-timer gives what was left"
  (begin (set-timer 1000000) (let ([left (set-timer 0)]) (and (> left 900000) (<= left 1000000))))
  => #t)
(test "a timer that is taken back does not fire"
  (let ([fired #f])
    (parameterize ([timer-interrupt-handler (lambda () (set! fired #t))])
      (set-timer 100000)
      (fib 5)
      (set-timer 0)
      (fib 20)
      fired))
  => #f)
(test "an escape from the timer's handler"
  (call/cc
    (lambda (k)
      (parameterize ([timer-interrupt-handler (lambda () (k 'escaped))])
        (set-timer 500)
        (let loop () (loop)))))
  => escaped)
(test "an error raised by the timer's handler"
  (guard (c [(symbol? c) c])
    (parameterize ([timer-interrupt-handler (lambda () (raise 'time-out))])
      (set-timer 500)
      (let loop ([i 0]) (loop (+ i 1)))))
  => time-out)
(test "interrupts held off"
  (let ([fired #f])
    (parameterize ([timer-interrupt-handler (lambda () (set! fired #t))])
      (let ([inside (with-interrupts-disabled (set-timer 10) (fib 12) fired)])
        (fib 20)
        (set-timer 0)
        (list inside fired))))
  => (#f #t))
(test "disable and enable count"
  (list (disable-interrupts) (disable-interrupts) (enable-interrupts) (enable-interrupts))
  => (1 2 1 0))
(test "critical-section returns" (critical-section (+ 1 2)) => 3)
(test "the timer in the middle of bignums"
  (let ([fired 0])
    (parameterize ([timer-interrupt-handler (lambda () (set! fired (+ fired 1)) (set-timer 50))])
      (set-timer 50)
      (let ([n (let loop ([i 1] [a 1]) (if (> i 200) a (loop (+ i 1) (* a i))))])
        (set-timer 0)
        (list (> fired 3) (modulo n 1000003)))))
  => (#t 396754))
(test "a collect request in the middle of an engine"
  (let loop ([e (make-engine (lambda ()
                               (let loop ([i 0] [l '()])
                                 (if (= i 20000)
                                   (length l)
                                   (loop (+ i 1) (cons (make-vector 20 i) l))))))])
    (e 5000 (lambda (l v) v) loop))
  => 20000)
