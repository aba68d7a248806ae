;;; Queens: search by backtracking
;; amb chooses one of several values. If a later assertion
;; fails, the program goes back to the last choice, by a
;; continuation, and takes the next one.
(define fail-stack '())

(define (fail)
  (if (null? fail-stack)
      (errorf 'amb "there is no solution")
      (let ([back (car fail-stack)])
        (set! fail-stack (cdr fail-stack))
        (back back))))

(define (choose values)
  (let ([left values])
    (let ([here (call/cc (lambda (k) k))])
      (if (null? left)
          (fail)
          (let ([value (car left)])
            (set! left (cdr left))
            (set! fail-stack (cons here fail-stack))
            value)))))

(define (assert-that condition)
  (unless condition (fail)))

(define (safe? column queens)
  (let loop ([queens queens] [distance 1])
    (or (null? queens)
        (and (not (= (car queens) column))
             (not (= (abs (- (car queens) column)) distance))
             (loop (cdr queens) (+ distance 1))))))

(define (queens n)
  (set! fail-stack '())
  (let loop ([row 0] [found '()])
    (if (= row n)
        found
        (let ([column (choose (iota n))])
          (assert-that (safe? column found))
          (loop (+ row 1) (cons column found))))))

(define size 28)

(define (square x y queen?)
  (string-append
    (format "<rect x=~s y=~s width=~s height=~s fill=~s />"
      (* x size) (* y size) size size
      (if (even? (+ x y)) "#f0e6d2" "#b58863"))
    (if queen?
        (format "<text x=~s y=~s font-size=20>♛</text>"
          (+ (* x size) 5) (+ (* y size) 21))
        "")))

(define (board queens)
  (let ([n (length queens)])
    (format "<svg role=img aria-label=board width=~s height=~s>~a</svg>"
      (* n size) (* n size)
      (apply string-append
        (map (lambda (column y)
               (apply string-append
                 (map (lambda (x) (square x y (= x column)))
                      (iota n))))
             queens
             (iota n))))))

(define solution (queens 8))
solution
(display-html (board solution))
