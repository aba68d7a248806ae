;;; The Mandelbrot set
;; Line by line: the page shows what is done so far.
(define width 320)
(define height 240)
(define screen (canvas width height))
(define greatest 60)

(define (escape-time cx cy)
  (let loop ([x 0.0] [y 0.0] [n 0])
    (let ([xx (fl* x x)] [yy (fl* y y)])
      (if (or (fx= n greatest) (fl> (fl+ xx yy) 4.0))
          n
          (loop (fl+ (fl- xx yy) cx)
                (fl+ (fl* 2.0 (fl* x y)) cy)
                (fx+ n 1))))))

(define (colour n)
  (if (= n greatest)
      "#10141c"
      (format "hsl(~a 70% ~a%)"
        (modulo (+ 190 (* n 7)) 360)
        (min 85 (+ 25 n)))))

;; Neighbours of one colour are one rectangle.
(define (line-commands py)
  (define cy (fl- (fl* (inexact py) (fl/ 2.4 (inexact height))) 1.2))
  (define (time-at px)
    (escape-time
      (fl- (fl* (inexact px) (fl/ 3.2 (inexact width))) 2.2)
      cy))
  (let loop ([px 1] [start 0] [time (time-at 0)] [commands '()])
    (let ([next (and (< px width) (time-at px))])
      (if (eqv? next time)
          (loop (+ px 1) start time commands)
          (let ([commands `((fill-style ,(colour time))
                            (fill-rect ,start ,py ,(- px start) 1)
                            ,@commands)])
            (if next (loop (+ px 1) px next commands) commands))))))

(do ([py 0 (+ py 1)]) ((= py height))
  (draw screen (line-commands py)))
