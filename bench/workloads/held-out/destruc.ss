;; Lists changed in place: rings of pairs are cut, spliced, reversed and merged with set-cdr!,
;; their items rewritten with set-car!.

(module (work)
  (define next
    (let ([state 4711])
      (lambda (limit)
        (set! state (modulo (+ (* state 69069) 1) 4294967296))
        (modulo (quotient state 65536) limit))))

  (define (reverse-list! items)
    (let turn ([items items] [done '()])
      (if (null? items)
          done
          (let ([rest (cdr items)])
            (set-cdr! items done)
            (turn rest items)))))

  (define (append-list! a b)
    (if (null? a)
        b
        (let last ([p a])
          (if (null? (cdr p))
              (begin (set-cdr! p b) a)
              (last (cdr p))))))

  ;; Cuts after n pairs, n at least 1; returns the rest.
  (define (cut! items n)
    (if (= n 1)
        (let ([rest (cdr items)])
          (set-cdr! items '())
          rest)
        (cut! (cdr items) (- n 1))))

  (define (merge! a b)
    (let ([head (list #f)])
      (let join ([last head] [a a] [b b])
        (cond
          [(null? a) (set-cdr! last b)]
          [(null? b) (set-cdr! last a)]
          [(< (car b) (car a)) (set-cdr! last b) (join b a (cdr b))]
          [else (set-cdr! last a) (join a (cdr a) b)]))
      (cdr head)))

  (define (sort! items size)
    (if (= size 1)
        items
        (let* ([half (quotient size 2)] [rest (cut! items half)])
          (merge! (sort! items half) (sort! rest (- size half))))))

  (define (scramble! items size)
    (do ([items items (cdr items)])
        ((null? items))
      (set-car! items (modulo (+ (* 31 (car items)) 7) 10007)))
    (let* ([rest (cut! items (+ 1 (next (- size 1))))]
           [items (append-list! (reverse-list! rest) items)])
      (append-list! (cut! items (+ 1 (next (- size 1)))) items)))

  (define (digest items)
    (fold-left (lambda (sum item) (modulo (+ (* sum 17) item) 1000003)) 0 items))

  (define (work)
    (let again ([round 0] [items (iota 2000)])
      (if (= round 1200)
          (list (length items) (digest items) (digest (sort! items 2000)))
          (let ([items (scramble! items 2000)])
            (again (+ round 1)
                   (if (= (modulo round 8) 0) (sort! items 2000) items)))))))

(measure work (lambda (result) (equal? result '(2000 659488 517381))))
