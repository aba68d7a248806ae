;; Recursion a million frames deep that allocates all the way: the frames below are old soon and
;; must not be walked at each collection.

(module (work)
  (define (build n)
    (if (= n 0)
        '()
        (let ([rest (build (- n 1))])
          (cons (list n n) rest))))

  (define (tower n)
    (if (= n 0)
        0
        (let ([v (make-vector 8 n)])
          (+ 1 (tower (- n 1)) (- (vector-ref v 3) n)))))

  (define (work)
    (let more ([i 0] [total 0])
      (if (= i 12)
          total
          (more (+ i 1) (+ total (length (build 1000000)) (tower 1000000)))))))

(measure work (lambda (result) (= result 24000000)))
