;; Random numbers: ranges and kinds, seeds, and the sequences that the release's own generators
;; produce from a seed.

(define (draw n limit)
  (let loop ([i 0] [l '()])
    (if (= i n) (reverse l) (let ([x (random limit)]) (loop (+ i 1) (cons x l))))))
(define (seeded seed n limit) (random-seed seed) (draw n limit))

(test "a seeded sequence of small integers" (seeded 1 10 100) => (78 10 71 50 46 78 0 33 56 17))
(test "another seed" (seeded 123456789 10 1000) => (659 809 66 78 871 774 816 287 785 234))
(test "a seeded sequence of larger integers"
  (seeded 7 6 1000000000) => (883468144 970191691 555393082 21532068 847874327 194253833))
(test "beyond thirty-two bits"
  (seeded 7 5 (expt 2 50))
  => (287454935116964 842475579406462 432210579113774 975122433818485 879344781571043))
(test "a seeded sequence of bignums"
  (seeded 7 4 (expt 10 30))
  => (887571213631203051079531531225 327641839371756199796455405649 336698641043531572220112982049
      309669724334025055291351444113))
(test "a seeded sequence of flonums"
  (seeded 7 5 1.0)
  => (0.056512181820644436 0.6767369569929822 0.44983851178080725 0.9275926436493738
      0.14661732815442785))
(test "flonums with a limit"
  (seeded 11 4 100.0) => (36.61148620476191 21.05876060927878 18.012408613876694 47.02135862890131))
(test "seeds at the edge"
  (map (lambda (s) (seeded s 3 1000)) '(1 4294967295 65536))
  => ((578 10 171) (407 248 294) (507 932 724)))
(test "the same seed, the same sequence"
  (equal? (seeded 99 50 1000000) (seeded 99 50 1000000)) => #t)
(test "random-seed gives the state back"
  (begin
    (random-seed 5)
    (draw 3 10)
    (let ([s (random-seed)]) (let ([a (draw 5 100)]) (random-seed s) (equal? a (draw 5 100)))))
  => #t)
(test "integers are in their range"
  (andmap (lambda (x) (and (fixnum? x) (<= 0 x 6))) (draw 1000 7)) => #t)
(test "every value occurs"
  (sort <
    (let loop ([seen '()] [n 0])
      (if (= n 1000)
        seen
        (let ([x (random 6)]) (loop (if (memv x seen) seen (cons x seen)) (+ n 1))))))
  => (0 1 2 3 4 5))
(test "flonums are in their range"
  (andmap (lambda (x) (and (flonum? x) (<= 0.0 x) (< x 2.5))) (draw 1000 2.5)) => #t)
(test "bignums are in their range"
  (andmap (lambda (x) (and (<= 0 x) (< x (expt 10 40)))) (draw 200 (expt 10 40))) => #t)
(test "the mean of ten thousand"
  (let ([mean (/ (apply + (seeded 3 10000 1000)) 10000.0)]) (< 480 mean 520)) => #t)
(test-error "random of zero" (random (hidden 0)) => "Exception in random: invalid argument 0")
(test-error "random of a negative number"
  (random (hidden -5)) => "Exception in random: invalid argument -5")
(test-error "random of a ratio"
  (random (hidden 1/2)) => "Exception in random: invalid argument 1/2")
(test-error "a bad seed"
  (random-seed (hidden -1)) => "Exception in random-seed: invalid argument -1")
(test "a generator object"
  (let ([g (make-pseudo-random-generator)])
    (list (pseudo-random-generator? g) (pseudo-random-generator? 5)))
  => (#t #f))
(test "a seeded generator"
  (let ([g (make-pseudo-random-generator)])
    (pseudo-random-generator-seed! g 42)
    (map (lambda (i) (pseudo-random-generator-next! g 1000)) (iota 8)))
  => (985 856 213 830 981 262 73 88))
(test "a seeded generator of flonums"
  (let ([g (make-pseudo-random-generator)])
    (pseudo-random-generator-seed! g 42)
    (map (lambda (i) (pseudo-random-generator-next! g)) (iota 4)))
  => (0.9816760481774385 0.26208547514718467 0.07337258110323383 0.0887121382290788))
;; releases: all but 10.2.0-pre-release.2
(test "a seeded generator of bignums"
  (let ([g (make-pseudo-random-generator)])
    (pseudo-random-generator-seed! g 42)
    (map (lambda (i) (pseudo-random-generator-next! g (expt 10 25))) (iota 3)))
  => (2133551812160182685638182 8666963015722365148318170 733793181276276474599459))
;; releases: 10.2.0-pre-release.2
(test "a seeded generator of bignums, newer"
  (let ([g (make-pseudo-random-generator)])
    (pseudo-random-generator-seed! g 42)
    (map (lambda (i) (pseudo-random-generator-next! g (expt 10 25))) (iota 3)))
  => (8307151896490924668618857 1279253908162158421590923 9820249541386790955944852))
(test "a generator of a large seed"
  (let ([g (make-pseudo-random-generator)])
    (pseudo-random-generator-seed! g (expt 10 40))
    (pseudo-random-generator-next! g 1000000))
  => 857349)
(test "a generator's state as a vector"
  (let* ([g (make-pseudo-random-generator)]
         [v (begin (pseudo-random-generator-seed! g 42) (pseudo-random-generator->vector g))]
         [h (vector->pseudo-random-generator v)])
    (list v
      (= (pseudo-random-generator-next! g 1000000) (pseudo-random-generator-next! h 1000000))))
  => (#(1065257778 3337072581 755447728 3923441269 1755651313 2452761378) #t))
(test "a generator's state set again"
  (let ([g (make-pseudo-random-generator)])
    (vector->pseudo-random-generator! g '#(1 2 3 4 5 6))
    (map (lambda (i) (pseudo-random-generator-next! g 100)) (iota 5)))
  => (65 41 96 33 0))
(test "a generator survives a collection"
  (let ([g (make-pseudo-random-generator)])
    (pseudo-random-generator-seed! g 1)
    (let ([a (pseudo-random-generator-next! g 1000)])
      (collect 0 1)
      (let ([b (pseudo-random-generator-next! g 1000)])
        (pseudo-random-generator-seed! g 1)
        (list (= a (pseudo-random-generator-next! g 1000))
          (= b (pseudo-random-generator-next! g 1000))))))
  => (#t #t))
