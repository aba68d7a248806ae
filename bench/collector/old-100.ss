;; 100 megabytes that live for good beside young garbage (old-heap.ss).

(load (string-append (path-parent (car (command-line-arguments))) "/old-heap.ss"))

(measure (lambda () (old-heap 100)) (lambda (result) (= result 100000)))
