;; A random directed graph in vectors of lists: strongly connected components by depth-first search
;; with a stack, distances by breadth-first search with two lists for a queue.

(module (work)
  (define next
    (let ([state 90001])
      (lambda (limit)
        (set! state (modulo (+ (* state 1664525) 1013904223) 4294967296))
        (modulo (quotient state 4096) limit))))

  (define (random-graph size edges)
    (let ([successors (make-vector size '())])
      (do ([i 0 (+ i 1)])
          ((= i edges) successors)
        (let ([from (next size)])
          (vector-set! successors from (cons (next size) (vector-ref successors from)))))))

  ;; The sizes of the components, in the order in which they are closed.
  (define (components successors)
    (let* ([size (vector-length successors)]
           [order (make-vector size #f)]
           [low (make-vector size 0)]
           [open? (make-vector size #f)]
           [stack '()]
           [count 0]
           [sizes '()])
      (define (lower! node value)
        (when (< value (vector-ref low node)) (vector-set! low node value)))
      (define (close! node)
        (let pop ([n 1])
          (let ([top (car stack)])
            (set! stack (cdr stack))
            (vector-set! open? top #f)
            (if (= top node)
                (set! sizes (cons n sizes))
                (pop (+ n 1))))))
      (define (visit node)
        (vector-set! order node count)
        (vector-set! low node count)
        (vector-set! open? node #t)
        (set! count (+ count 1))
        (set! stack (cons node stack))
        (for-each
          (lambda (other)
            (cond
              [(not (vector-ref order other))
               (visit other)
               (lower! node (vector-ref low other))]
              [(vector-ref open? other) (lower! node (vector-ref order other))]))
          (vector-ref successors node))
        (when (= (vector-ref low node) (vector-ref order node)) (close! node)))
      (do ([node 0 (+ node 1)])
          ((= node size) sizes)
        (unless (vector-ref order node) (visit node)))))

  ;; How many nodes can be reached, and the sum of their distances.
  (define (distances successors start)
    (let ([distance (make-vector (vector-length successors) #f)])
      (vector-set! distance start 0)
      (let search ([front (list start)] [back '()] [reached 0] [sum 0])
        (cond
          [(pair? front)
           (let* ([node (car front)] [d (vector-ref distance node)])
             (let each ([others (vector-ref successors node)] [back back])
               (cond
                 [(null? others) (search (cdr front) back (+ reached 1) (+ sum d))]
                 [(vector-ref distance (car others)) (each (cdr others) back)]
                 [else
                  (vector-set! distance (car others) (+ d 1))
                  (each (cdr others) (cons (car others) back))])))]
          [(pair? back) (search (reverse back) '() reached sum)]
          [else (list reached sum)]))))

  (define (work)
    (map (lambda (edges)
           (let* ([graph (random-graph 20000 edges)] [sizes (components graph)])
             (unless (= (apply + sizes) 20000) (errorf 'components "not every node once"))
             (list (length sizes) (apply max sizes)
                   (apply + (apply append
                              (map (lambda (start) (distances graph start)) '(1 2 3)))))))
         '(20000 25000 30000 40000 60000 80000 100000))))

(measure work
  (lambda (result)
    (equal? result
      '((19965 36 104)
        (17593 2395 475697)
        (13069 6931 473490)
        (7384 12617 433312)
        (2288 17713 553261)
        (745 19256 505294)
        (264 19737 429094)))))
