;; What old-10.ss, old-100.ss and old-1000.ss share: so many megabytes of lists, vectors, strings and
;; records that live for good, then a gigabyte of young garbage. (old-heap megabytes) is the work.

(module (old-heap)
  (define-record-type entry (fields key (mutable value)) (nongenerative))

  ;; About a thousand bytes.
  (define (piece i)
    (list (make-entry i (make-vector 40 i)) (make-string 60 #\x) (iota 16) (make-bytevector 100 1)))

  (define (garbage n)
    (do ([i 0 (+ i 1)]) ((= i n)) (piece i)))

  (define (old-heap megabytes)
    (let* ([n (* megabytes 1000)] [kept (make-vector n #f)])
      (do ([i 0 (+ i 1)]) ((= i n)) (vector-set! kept i (piece i)))
      ;; Young garbage, with a few stores into what is old.
      (do ([i 0 (+ i 1)])
          ((= i 1000))
        (garbage 1000)
        (let ([entry (car (vector-ref kept (modulo (* i 7919) n)))])
          (entry-value-set! entry (list i))))
      (let sum ([i 0] [total 0])
        (if (= i n)
            total
            (sum (+ i 1) (+ total (bytevector-u8-ref (cadddr (vector-ref kept i)) 99))))))))
