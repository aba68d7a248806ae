;; Short-lived trees of records built up and down while others stay: allocation and young
;; collections, in the manner of GCBench but small.

(module (work)
  (define-record-type node (fields (mutable left) (mutable right) depth) (nongenerative))

  (define (grow depth)
    (if (= depth 0)
        (make-node #f #f 0)
        (make-node (grow (- depth 1)) (grow (- depth 1)) depth)))

  (define (plant! tree depth)
    (unless (= depth 0)
      (node-left-set! tree (make-node #f #f depth))
      (node-right-set! tree (make-node #f #f depth))
      (plant! (node-left tree) (- depth 1))
      (plant! (node-right tree) (- depth 1))))

  (define (size tree)
    (if tree (+ 1 (size (node-left tree)) (size (node-right tree))) 0))

  ;; The trees that stay are in a vector; one of them is replaced in every round.
  (define (work)
    (let ([kept (make-vector 16 #f)])
      (do ([round 0 (+ round 1)])
          ((= round 500))
        (let* ([depth (+ 6 (modulo round 7))] [top (make-node #f #f depth)])
          (plant! top depth)
          (unless (= (size top) (size (grow depth))) (errorf 'forest "not of the same size"))
          (vector-set! kept (modulo (* round 5) 16) top)))
      (apply + (map size (vector->list kept))))))

(measure work (lambda (result) (= result 33264)))
