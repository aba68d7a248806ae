;; build: not stress
;; When the kernel requests a collection by itself. (A stress build requests one whenever it can.)

(test "collect-trip-bytes sets how often"
  (let ([count (lambda (trip)
                 (let ([n 0])
                   (parameterize ([collect-trip-bytes trip]
                                  [collect-request-handler (lambda ()
                                                             (set! n (+ n 1))
                                                             (collect 0 0))])
                     (do ([i 0 (+ i 1)]) ((= i 50000)) (make-vector 100 i)))
                   n))])
    (let ([often (count 500000)] [seldom (count 8000000)])
      (list (> often (* 3 seldom)) (< 1 seldom 20))))
  => (#t #t))
(test "phantom bytevectors: what they stand for counts for collect-trip-bytes"
  (let ([count (lambda (length)
                 (let ([n 0])
                   (parameterize ([collect-request-handler (lambda () (set! n (+ n 1)) (collect 0 1))])
                     (do ([i 0 (+ i 1)]) ((= i 8000))
                       (hidden (make-phantom-bytevector length))
                       (hidden (make-vector 1000 0))))
                   n))])
    (collect)
    (let* ([a (count 10)] [b (count 20000000)]) (>= b (+ a 2))))
  => #t)
