;; Counts all placements of queens on a board, keeping the rows as a list and
;; trying every row of the next column: list traversal and short-lived pairs.

(module (work)
  (define (safe? row queens)
    (let check ([queens queens] [distance 1])
      (or (null? queens)
          (let ([other (car queens)])
            (and (not (= other row))
                 (not (= (abs (- other row)) distance))
                 (check (cdr queens) (+ distance 1)))))))
  (define (count-placements size)
    (let place ([column 0] [queens '()])
      (if (= column size)
          1
          (let try ([row 0] [total 0])
            (cond
              [(= row size) total]
              [(safe? row queens)
               (try (+ row 1)
                    (+ total (place (+ column 1) (cons row queens))))]
              [else (try (+ row 1) total)])))))
  (define (work) (map count-placements '(8 9 10 11 11))))

(measure work (lambda (result) (equal? result '(92 352 724 2680 2680))))
