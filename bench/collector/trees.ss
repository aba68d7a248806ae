;; Binary trees built from the leaves up and from the root down, of growing depth, while one large
;; tree and a vector of flonums stay alive: the collector's classical exercise (GCBench).

(module (work)
  (define-record-type node
    (fields (mutable left) (mutable right) i j)
    (nongenerative))

  (define (grow depth)
    (if (= depth 0)
        (make-node #f #f 0 0)
        (make-node (grow (- depth 1)) (grow (- depth 1)) 0 0)))

  (define (populate! depth tree)
    (unless (= depth 0)
      (node-left-set! tree (make-node #f #f 0 0))
      (node-right-set! tree (make-node #f #f 0 0))
      (populate! (- depth 1) (node-left tree))
      (populate! (- depth 1) (node-right tree))))

  (define (size tree)
    (if tree (+ 1 (size (node-left tree)) (size (node-right tree))) 0))

  (define (nodes depth) (- (expt 2 (+ depth 1)) 1))

  (define (work)
    (let ([kept (make-node #f #f 0 0)] [numbers (make-vector 500000 0.0)])
      (populate! 17 kept)
      (do ([i 0 (+ i 1)]) ((= i 500000)) (vector-set! numbers i (/ 1.0 (+ i 1.0))))
      (do ([depth 4 (+ depth 2)])
          ((> depth 16))
        (do ([i (quotient (* 2 (nodes 18)) (nodes depth)) (- i 1)])
            ((<= i 0))
          (let ([top (make-node #f #f 0 0)])
            (populate! depth top)
            (grow depth))))
      (list (size kept) (vector-ref numbers 999)))))

(measure work (lambda (result) (equal? result '(262143 0.001))))
