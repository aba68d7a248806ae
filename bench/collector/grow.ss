;; A gigabyte that stays is made (old-heap.ss), with all the promotions that it takes.

(load (string-append (path-parent (car (command-line-arguments))) "/old-heap.ss"))

(measure (lambda () (keep-megabytes 1000)) (lambda (kept) (= (sum-of-kept kept) 1000000)))
