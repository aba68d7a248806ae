;; Counts the monotone maps between small lattices by trying every value of every element: orders
;; are closures, maps are association lists. From the subsets of a set to a lattice of n subsets
;; there are as many as Dedekind's numbers (3, 6, 20, 168) to the power of n.

(module (work)
  (define-record-type order (fields elements below?))

  ;; The subsets of a set of that size, as numbers; a subset never stands before its own subsets.
  (define (subsets size)
    (make-order (iota (expt 2 size)) (lambda (a b) (= (bitwise-and a b) a))))

  (define (chain size) (make-order (iota size) <=))

  (define (pairs a b)
    (make-order
      (apply append
        (map (lambda (x) (map (lambda (y) (cons x y)) (order-elements b)))
             (order-elements a)))
      (let ([below-a? (order-below? a)] [below-b? (order-below? b)])
        (lambda (x y)
          (and (below-a? (car x) (car y)) (below-b? (cdr x) (cdr y)))))))

  (define (count-maps from to)
    (let ([below? (order-below? from)]
          [values-below? (order-below? to)]
          [values (order-elements to)])
      (define (fits? element value map)
        (for-all
          (lambda (entry)
            (or (not (below? (car entry) element)) (values-below? (cdr entry) value)))
          map))
      (let extend ([elements (order-elements from)] [map '()])
        (if (null? elements)
            1
            (let ([element (car elements)])
              (let try ([values values] [count 0])
                (cond
                  [(null? values) count]
                  [(fits? element (car values) map)
                   (try (cdr values)
                        (+ count (extend (cdr elements) (cons (cons element (car values)) map))))]
                  [else (try (cdr values) count)])))))))

  (define (work)
    (list (count-maps (subsets 4) (subsets 1))
          (count-maps (subsets 4) (subsets 2))
          (count-maps (subsets 3) (subsets 2))
          (count-maps (subsets 2) (subsets 3))
          (count-maps (subsets 3) (subsets 3))
          (count-maps (subsets 3) (chain 3))
          (count-maps (subsets 3) (pairs (chain 3) (chain 3)))
          (count-maps (chain 5) (chain 5))
          (count-maps (pairs (chain 2) (subsets 2)) (chain 2)))))

(measure work
  (lambda (result) (equal? result '(168 28224 400 216 8000 168 28224 126 20))))
