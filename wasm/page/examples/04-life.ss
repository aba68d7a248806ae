;;; The game of life
;; Conway's automaton on a torus, in a vector of 0 and 1.
;; Press Stop to end it.
(define columns 60)
(define rows 44)
(define size 7)
(define screen (canvas (* columns size) (* rows size)))

(define (random-cells)
  (let ([cells (make-vector (* columns rows) 0)])
    (do ([i 0 (+ i 1)]) ((= i (vector-length cells)) cells)
      (when (< (random 100) 28) (vector-set! cells i 1)))))

(define (cell cells x y)
  (vector-ref cells (+ (* (modulo y rows) columns) (modulo x columns))))

(define (neighbours cells x y)
  (define (row y)
    (+ (cell cells (- x 1) y) (cell cells x y) (cell cells (+ x 1) y)))
  (- (+ (row (- y 1)) (row y) (row (+ y 1)))
     (cell cells x y)))

(define (next cells)
  (let ([new (make-vector (* columns rows) 0)])
    (do ([y 0 (+ y 1)]) ((= y rows) new)
      (do ([x 0 (+ x 1)]) ((= x columns))
        (let ([n (neighbours cells x y)])
          (when (or (= n 3) (and (= n 2) (= (cell cells x y) 1)))
            (vector-set! new (+ (* y columns) x) 1)))))))

(define (show cells)
  (let loop ([i 0] [commands '()])
    (if (= i (vector-length cells))
        (draw screen `((clear) (fill-style "#17646b") ,@commands))
        (loop (+ i 1)
              (if (= (vector-ref cells i) 1)
                  (cons `(fill-rect ,(* size (modulo i columns))
                                    ,(* size (quotient i columns))
                                    ,(- size 1)
                                    ,(- size 1))
                        commands)
                  commands)))))

(let loop ([cells (random-cells)])
  (show cells)
  (wait-frame)
  (loop (next cells)))
