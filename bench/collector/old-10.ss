;; Young garbage beside 10 megabytes in the oldest generation, which were made before (old-heap.ss):
;; the pauses should not tell how many there are.

(load (string-append (path-parent (car (command-line-arguments))) "/old-heap.ss"))

(define kept (keep-megabytes 10))
(collect (collect-maximum-generation))

(measure (lambda () (make-garbage kept)) (lambda (ignored) (= (sum-of-kept kept) 10000)))
