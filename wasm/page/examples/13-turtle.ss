;;; Turtle: a plant that grows by rules
;; A Lindenmayer system: each symbol is replaced by a list,
;; again and again; a turtle draws the result.
(define rules
  '((x f + < < x > - x > - f < - f x > + x)
    (f f f)))

(define (replacement symbol)
  (cond
    [(assq symbol rules) => cdr]
    [else (list symbol)]))

(define (grow symbols times)
  (if (= times 0)
      symbols
      (grow (apply append (map replacement symbols)) (- times 1))))

(define pi 3.141592653589793)
(define angle (* 25 (/ pi 180)))

;; The lines that the turtle draws. < and > keep its place and
;; direction, and go back to them.
(define (lines symbols step)
  (let loop ([symbols symbols]
             [x 150.0] [y 390.0] [direction (* -0.65 pi)]
             [kept '()]
             [found '()])
    (define (go x y direction kept)
      (loop (cdr symbols) x y direction kept found))
    (if (null? symbols)
        found
        (case (car symbols)
          [(f)
           (let* ([xx (+ x (* step (cos direction)))]
                  [yy (+ y (* step (sin direction)))]
                  [line (format "M~,1f ~,1fL~,1f ~,1f" x y xx yy)])
             (loop (cdr symbols) xx yy direction kept
               (cons line found)))]
          [(+) (go x y (- direction angle) kept)]
          [(-) (go x y (+ direction angle) kept)]
          [(<) (go x y direction (cons (list x y direction) kept))]
          [(>) (apply go (append (car kept) (list (cdr kept))))]
          [else (go x y direction kept)]))))

(define plant (grow '(x) 5))
(printf "~a symbols\n" (length plant))

(display-html
  (format "<svg role=img aria-label=plant width=400 height=400>~a</svg>"
    (format "<path fill=none stroke=#2f8f4e stroke-width=1.2 d=~s />"
      (apply string-append (lines plant 3.4)))))
