;; Halves numbers written as lists of that length by recursion: a frame for each pair that is made.

(module (work)
  (define (half items)
    (if (null? items)
        '()
        (cons (car items) (half (cddr items)))))
  (define (work)
    (let ([items (iota 400)])
      (let again ([rounds 50000] [sum 0])
        (if (= rounds 0)
            sum
            (again (- rounds 1) (+ sum (cadr (half items)))))))))

(measure work (lambda (result) (= result (* 50000 2))))
