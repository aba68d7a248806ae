;;; Animation: planets on a canvas
;; draw takes commands: the methods and properties of a
;; canvas in JavaScript, and clear and circle.
;; It runs until you press Stop.
(define width 420)
(define height 320)
(define screen (canvas width height))

(define planets  ; distance, radius, days for a turn, colour
  '((45 4 88 "#b8763e")
    (70 7 225 "#d9a441")
    (100 7 365 "#2f7fb5")
    (135 5 687 "#c2410c")))

(define (place distance period time)
  (let ([angle (/ time (* period 1.5))])
    (values (+ (/ width 2) (* distance (cos angle)))
            (+ (/ height 2) (* distance (sin angle))))))

(define (planet-commands planet time)
  (let-values ([(distance radius period colour) (apply values planet)])
    (let-values ([(x y) (place distance period time)])
      `((begin-path)
        (arc ,(/ width 2) ,(/ height 2) ,distance 0 7)
        (stroke)
        (fill-style ,colour)
        (circle ,x ,y ,radius)))))

(define (frame time)
  (draw screen
    `((fill-style "#10141c")
      (fill-rect 0 0 ,width ,height)
      (stroke-style "#ffffff30")
      (fill-style "#ffd75e")
      (circle ,(/ width 2) ,(/ height 2) 16)
      ,@(apply append
          (map (lambda (p) (planet-commands p time)) planets)))))

(let loop ()
  (frame (wait-frame))
  (loop))
