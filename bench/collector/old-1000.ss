;; 1000 megabytes that live for good beside young garbage (old-heap.ss).

(load (string-append (path-parent (car (command-line-arguments))) "/old-heap.ss"))

(measure (lambda () (old-heap 1000)) (lambda (result) (= result 1000000)))
