;; Builds every alkane of up to so many carbon atoms once: radicals are shared vectors, chosen as
;; multisets so that none comes twice. A molecule has a carbon atom or a bond in its centre.

(module (work)
  ;; Calls add with every multiset, a list, of so many radicals of together that many atoms, none
  ;; larger than largest, with tail behind.
  (define (for-each-choice add radicals count atoms largest tail)
    (if (= count 0)
        (when (= atoms 0) (add tail))
        (do ([size (min atoms largest) (- size 1)])
            ((or (< size 0) (< (* size count) atoms)))
          (for-each-of-size add radicals count atoms size (vector-ref radicals size) tail))))

  ;; The same where the first is one of these, of that size; equal sizes go down this list together.
  (define (for-each-of-size add radicals count atoms size choices tail)
    (unless (null? choices)
      (let ([tail (cons (car choices) tail)] [count (- count 1)] [atoms (- atoms size)])
        (when (and (> count 0) (>= atoms size))
          (for-each-of-size add radicals count atoms size choices tail))
        (for-each-choice add radicals count atoms (- size 1) tail))
      (for-each-of-size add radicals count atoms size (cdr choices) tail)))

  (define (choices radicals count atoms largest make)
    (let ([found '()])
      (for-each-choice
        (lambda (parts) (set! found (cons (make parts) found)))
        radicals count atoms largest '())
      found))

  ;; All radicals of up to so many atoms, in a vector of lists by size; hydrogen has size 0.
  (define (all-radicals atoms)
    (let ([radicals (make-vector (+ atoms 1) '(h))])
      (do ([n 1 (+ n 1)])
          ((> n atoms) radicals)
        (vector-set! radicals n
          (choices radicals 3 (- n 1) (- n 1) (lambda (parts) (list->vector (cons 'c parts))))))))

  (define (paraffins radicals n)
    (append
      (choices radicals 4 (- n 1) (quotient (- n 1) 2)
        (lambda (parts) (list->vector (cons 'centre parts))))
      (if (even? n)
          (let ([half (quotient n 2)])
            (choices radicals 2 n half
              (lambda (parts) (list->vector (cons 'bond parts)))))
          '())))

  (define (work)
    (let again ([rounds 7])
      (let* ([radicals (all-radicals 9)]
             [counts (map (lambda (n) (length (paraffins radicals (+ n 1)))) (iota 18))])
        (if (= rounds 1) counts (again (- rounds 1)))))))

(measure work
  (lambda (result)
    (equal? result
      '(1 1 1 2 3 5 9 18 35 75 159 355 802 1858 4347 10359 24894 60523))))
