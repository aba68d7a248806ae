;; Takeuchi's function where a list stands for each number: its length is the number.

(module (work)
  (define (longer? a b)
    (and (pair? a)
         (or (null? b) (longer? (cdr a) (cdr b)))))
  (define (tak x y z)
    (if (longer? x y)
        (tak (tak (cdr x) y z)
             (tak (cdr y) z x)
             (tak (cdr z) x y))
        z))
  (define (work)
    (let again ([rounds 40] [sum 0])
      (if (= rounds 0)
          sum
          (again (- rounds 1) (+ sum (length (tak (iota 20) (iota 13) (iota 7)))))))))

(measure work (lambda (result) (= result (* 40 13))))
