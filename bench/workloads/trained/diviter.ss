;; Halves numbers written as lists of that length by a loop that takes two pairs and makes one.

(module (work)
  (define (half items)
    (let more ([items items] [taken '()])
      (if (null? items)
          taken
          (more (cddr items) (cons (car items) taken)))))
  (define (work)
    (let ([items (iota 400)])
      (let again ([rounds 100000] [sum 0])
        (if (= rounds 0)
            sum
            (again (- rounds 1) (+ sum (car (half items)))))))))

(measure work (lambda (result) (= result (* 100000 398))))
