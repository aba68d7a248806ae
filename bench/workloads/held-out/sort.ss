;; Sorts the same numbers three ways: merging lists with a comparison passed
;; as an argument, quicksort in a vector, and heap sort in a vector.

(module (work)
  (define (random-list size)
    (let more ([i 0] [state 2463534] [numbers '()])
      (if (= i size)
          numbers
          (let ([state (modulo (+ (* state 1664525) 1013904223) 4294967296)])
            (more (+ i 1) state (cons (quotient state 256) numbers))))))

  (define (merge-sort less? items)
    (define (merge a b)
      (cond
        [(null? a) b]
        [(null? b) a]
        [(less? (car b) (car a)) (cons (car b) (merge a (cdr b)))]
        [else (cons (car a) (merge (cdr a) b))]))
    (let sort ([items items] [size (length items)])
      (if (< size 2)
          (if (= size 0) '() (list (car items)))
          (let ([half (quotient size 2)])
            (merge (sort items half)
                   (sort (list-tail items half) (- size half)))))))

  (define (swap! v i j)
    (let ([x (vector-ref v i)])
      (vector-set! v i (vector-ref v j))
      (vector-set! v j x)))

  (define (quicksort! v)
    (let sort ([low 0] [high (- (vector-length v) 1)])
      (when (< low high)
        (let ([pivot (vector-ref v (quotient (+ low high) 2))])
          (let partition ([i low] [j high])
            (let up ([i i])
              (if (< (vector-ref v i) pivot)
                  (up (+ i 1))
                  (let down ([j j])
                    (if (< pivot (vector-ref v j))
                        (down (- j 1))
                        (if (<= i j)
                            (begin
                              (swap! v i j)
                              (partition (+ i 1) (- j 1)))
                            (begin
                              (sort low j)
                              (sort i high))))))))))))

  (define (heap-sort! v)
    (define (sink! root size)
      (let ([child (+ root root 1)])
        (when (< child size)
          (let ([child (if (and (< (+ child 1) size)
                                (< (vector-ref v child) (vector-ref v (+ child 1))))
                           (+ child 1)
                           child)])
            (when (< (vector-ref v root) (vector-ref v child))
              (swap! v root child)
              (sink! child size))))))
    (let ([size (vector-length v)])
      (do ([i (- (quotient size 2) 1) (- i 1)])
          ((< i 0))
        (sink! i size))
      (do ([i (- size 1) (- i 1)])
          ((< i 1))
        (swap! v 0 i)
        (sink! 0 i))))

  (define (ordered? items)
    (or (null? items)
        (null? (cdr items))
        (and (<= (car items) (cadr items))
             (ordered? (cdr items)))))

  (define (work)
    (let* ([numbers (random-list 150000)]
           [merged (merge-sort < numbers)]
           [quick (list->vector numbers)]
           [heap (list->vector numbers)])
      (quicksort! quick)
      (heap-sort! heap)
      (list (ordered? merged)
            (= (apply + merged) (apply + numbers))
            (equal? (vector->list quick) merged)
            (equal? (vector->list heap) merged)))))

(measure work (lambda (result) (equal? result '(#t #t #t #t))))
