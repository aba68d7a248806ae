;; What grow.ss, old-10.ss, old-100.ss and old-1000.ss share: so many megabytes of lists, vectors, strings
;; and records that live for good, and young garbage beside them.

(module (keep-megabytes sum-of-kept make-garbage)
  (define-record-type entry (fields key (mutable value)) (nongenerative))

  ;; About a thousand bytes.
  (define (piece i)
    (list (make-entry i (make-vector 40 i)) (make-string 60 #\x) (iota 16) (make-bytevector 100 1)))

  (define (keep-megabytes megabytes)
    (let* ([n (* megabytes 1000)] [kept (make-vector n #f)])
      (do ([i 0 (+ i 1)]) ((= i n) kept)
        (vector-set! kept i (piece i)))))

  ;; Their number, if each is as it was made.
  (define (sum-of-kept kept)
    (let ([n (vector-length kept)])
      (let sum ([i 0] [total 0])
        (if (= i n)
            total
            (sum (+ i 1) (+ total (bytevector-u8-ref (cadddr (vector-ref kept i)) 99)))))))

  ;; A gigabyte, with a store into what is kept for each megabyte.
  (define (make-garbage kept)
    (do ([i 0 (+ i 1)])
        ((= i 1000))
      (do ([j 0 (+ j 1)]) ((= j 1000)) (piece j))
      (let ([entry (car (vector-ref kept (modulo (* i 7919) (vector-length kept))))])
        (entry-value-set! entry (list i))))))
