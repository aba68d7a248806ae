;; Dynamic binding: parameters set for the extent of a call, fluid-let, dynamic-wind entered and
;; left by returning and by escaping.

(module (work)
  (define depth (make-parameter 0))
  (define unit (make-parameter 1 (lambda (n) (max n 1))))
  (define level 0)

  ;; Leaves of a binary tree, each counted in the unit of where it stands.
  (define (leaves height)
    (if (= height (depth))
        (unit)
        (parameterize ([depth (+ (depth) 1)] [unit (- 3 (unit))])
          (+ (leaves height) (leaves height)))))

  (define (deepest height)
    (if (= height 0)
        level
        (fluid-let ([level (+ level 1)])
          (max (deepest (- height 1)) (deepest (- height 1))))))

  ;; Goes down so many levels, winding; escapes from the bottom or returns level by level.
  (define (descend levels escape?)
    (let ([entered 0] [left 0])
      (let ([value
             (call/1cc
               (lambda (escape)
                 (let down ([n levels])
                   (cond
                     [(> n 0)
                      (dynamic-wind
                        (lambda () (set! entered (+ entered 1)))
                        (lambda () (+ 1 (down (- n 1))))
                        (lambda () (set! left (+ left 1))))]
                     [escape? (escape -1)]
                     [else 0]))))])
        (list value entered left))))

  (define (sums lists) (apply map + lists))

  (define (work)
    (let again ([rounds 160] [found '(0 0 0)])
      (if (= rounds 0)
          (list found (leaves 18) (deepest 18) (depth) level)
          (again (- rounds 1)
                 (sums (list found (descend 2000 #f) (descend 3000 #t) (descend 10 #t))))))))

(measure work
  (lambda (result)
    (equal? result '((319680 801600 801600) 262144 18 0 0))))
