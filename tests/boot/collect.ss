;; Collections: collect in all its forms, the parameters of the collector, where and when programs may
;; collect, and structures of every kind that must come through collections unharmed.

(define max-g (collect-maximum-generation))
(define (collect-all) (do ([g 0 (+ g 1)]) ((> g max-g)) (collect g (min (+ g 1) max-g))))
(define-syntax without-collections
  (syntax-rules () [(_ e ...) (parameterize ([collect-request-handler void]) e ...)]))

;; One object of each generation, the youngest first; then the generations of such objects.
(define (ladder)
  (define (rung g) (let ([x (list g)]) (do ([i 0 (+ i 1)]) ((= i g) x) (collect i (+ i 1)))))
  (collect max-g max-g)
  (let loop ([g max-g] [l '()]) (if (< g 0) l (loop (- g 1) (cons (rung g) l)))))
(define (generations l) (map #%$generation l))
(define-syntax generations-after
  (syntax-rules () [(_ e ...) (without-collections (let ([l (ladder)]) e ... (generations l)))]))

(test "generation of an object"
  (without-collections
    (let ([x (list 1)])
      (list (#%$generation x) (begin (collect 0 1) (#%$generation x))
        (begin (collect 1 2) (#%$generation x)) (#%$generation 5) (#%$generation #t)
        (#%$generation '()) (#%$generation car))))
  => (0 1 2 #f #f #f 7))
(test "collect: returns void"
  (list (eq? (collect) (void)) (eq? (collect 0) (void)) (eq? (collect 0 1) (void))
    (eq? (collect 0 0) (void)))
  => (#t #t #t #t))
(test "collect: a generation goes to the next, the greatest stays"
  (list (generations-after (collect 0)) (generations-after (collect 1)) (generations-after (collect 2))
    (generations-after (collect 3)) (generations-after (collect 4)))
  => ((1 1 2 3 4) (2 2 2 3 4) (3 3 3 3 4) (4 4 4 4 4) (4 4 4 4 4)))
(test "collect: a target generation"
  (list (generations-after (collect 0 0)) (generations-after (collect 0 1))
    (generations-after (collect 1 1)) (generations-after (collect 1 2))
    (generations-after (collect 3 3)) (generations-after (collect 4 4)))
  => ((0 1 2 3 4) (1 1 2 3 4) (1 1 2 3 4) (2 2 2 3 4) (3 3 3 3 4) (4 4 4 4 4)))
(test "collect: a range of target generations"
  (list (generations-after (collect 1 1 1)) (generations-after (collect 1 2 2))
    (generations-after (collect 2 1 2)) (generations-after (collect 2 2 3))
    (generations-after (collect 2 1 3)) (generations-after (collect 3 1 3))
    (generations-after (collect 3 2 3)) (generations-after (collect 4 1 4))
    (generations-after (collect 4 3 4)))
  => ((1 1 2 3 4) (2 2 2 3 4) (1 2 2 3 4) (2 2 3 3 4) (1 2 3 3 4) (1 2 3 3 4) (2 2 3 3 4) (1 2 3 4 4)
      (3 3 3 4 4)))
(test "collect: a range of target generations and objects to account for"
  (without-collections
    (let* ([l (ladder)] [sizes (collect 2 1 2 (list (list 1) l))]) (list sizes (generations l))))
  => ((16 112) (1 2 2 3 4)))
(test-error "collect: a target below the generation's"
  (collect (hidden 2) 1) => "Exception in collect: invalid target generation 1 for generation 2")
(test-error "collect: a target too far"
  (collect 0 (hidden 2)) => "Exception in collect: invalid target generation 2 for generation 0")
(test-error "collect: static from another than the greatest generation"
  (collect 0 (hidden 'static)) => "Exception in collect: invalid target generation static for generation 0")
(test-error "collect: a least target greater than the greatest"
  (collect 2 (hidden 4) 3)
  => "Exception in collect: invalid minimum target generation 4 for generation 2 and maximum target generation 3")
(test-error "collect: a generation that is not there"
  (collect (hidden 99)) => "Exception in collect: invalid generation 99")
(test-error "collect: of a symbol"
  (collect (hidden 'all)) => "Exception in collect: invalid generation all")
(test "static generation: what is there is not collected, and keeps its place"
  (without-collections
    (let* ([x (list 1 (vector 2 "three" 4.0))] [w (weak-cons (list 'goes) x)])
      (collect max-g 'static)
      (let ([a (object->reference-address x)])
        (collect-all)
        (list (#%$generation x) (= a (object->reference-address x)) x (locked-object? x) (car w)))))
  => (7 #t (1 #(2 "three" 4.0)) #t #!bwp))
(test "static generation: changed to hold young objects"
  (without-collections
    (let ([x (list 1 2)] [v (make-vector 5000 0)])
      (collect max-g 'static)
      (set-car! x (list 'new))
      (vector-set! v 4000 (list 'in-large))
      (collect 0 1)
      (set-car! (cdr x) (list 'newer))
      (collect 1 2)
      (collect-all)
      (list x (vector-ref v 4000))))
  => (((new) (newer)) (in-large)))
(test "static generation: everything younger than the greatest can be kept out of it"
  (let ([l (generations-after (collect max-g 1 'static))]) (list (list-head l 4) (> (list-ref l 4) max-g)))
  => ((1 2 3 4) #t))

(test "collect-generation-radix: a very large one leaves old generations alone"
  (without-collections
    (parameterize ([collect-generation-radix 1000000])
      (let* ([x (list 1)] [next (lambda () (collect) (#%$generation x))])
        (collect max-g)
        (let* ([x (list 1)] [next (lambda () (collect) (#%$generation x))] [a (next)] [b (next)] [c (next)])
          (list a b c)))))
  => (1 1 1))
;; releases: all but 9.5.9.8
(test "collect-generation-radix: 1 collects every generation each time"
  (without-collections
    (parameterize ([collect-generation-radix 1] [collect-maximum-generation-threshold-factor 0])
      (let ([w (let ([x (list 1)]) (collect max-g max-g) (weak-cons x '()))])
        (collect)
        (car w))))
  => #!bwp)
;; releases: all but 9.5.9.8
(test "collect-generation-radix: generation n every radix to the n times"
  (without-collections
    (parameterize ([collect-generation-radix 2] [collect-maximum-generation-threshold-factor 0])
      (collect max-g)
      (let ([x (list 1)])
        (let loop ([i 0] [l '()])
          (if (= i 12) (reverse l) (begin (collect) (loop (+ i 1) (cons (#%$generation x) l))))))))
  => (1 2 2 3 3 3 3 4 4 4 4 4))
(test-error "collect-generation-radix: 0"
  (collect-generation-radix (hidden 0))
  => "Exception in collect-generation-radix: 0 is not a positive fixnum")
;; releases: all but 9.5.9.8
(test "collect-maximum-generation-threshold-factor: the oldest waits until the heap has grown"
  (without-collections
    (define (lost? factor)
      (parameterize ([collect-generation-radix 1] [collect-maximum-generation-threshold-factor factor])
        (let ([w (let ([x (list 1)]) (collect max-g max-g) (weak-cons x '()))])
          (do ([i 0 (+ i 1)]) ((= i 4)) (collect))
          (bwp-object? (car w)))))
    (list (lost? 1000) (lost? 0)))
  => (#f #t))
;; releases: all but 9.5.9.8
(test "collect-trip-bytes, collect-maximum-generation: their defaults"
  (list (fixnum? (collect-trip-bytes)) (collect-generation-radix) (collect-maximum-generation)
    (collect-notify) (release-minimum-generation) (in-place-minimum-generation)
    (collect-maximum-generation-threshold-factor) (heap-reserve-ratio))
  => (#t 4 4 #f 4 4 2 1.0))
(test-error "collect-trip-bytes: 0"
  (collect-trip-bytes (hidden 0)) => "Exception in collect-trip-bytes: 0 is not a positive fixnum")
(test "collect-maximum-generation: raised and lowered"
  (without-collections
    (let ([x (list 'x)] [w (weak-cons (list 'gone) '())])
      (define (all) (list (collect-maximum-generation) (release-minimum-generation) (#%$generation x)))
      (collect max-g max-g)
      (collect-maximum-generation 6)
      (collect 4 5)
      (collect 5 6)
      (let* ([a (all)] [b (begin (collect-maximum-generation 2) (all))] [c (begin (collect 2 2) (all))]
             [d (begin (collect-maximum-generation 1) (collect 1 1) (all))]
             [e (begin (collect-maximum-generation 4) (collect 1 2) (all))])
        (list a b c d e x (car w)))))
  => ((6 6 6) (2 2 6) (2 2 2) (1 1 1) (4 4 2) (x) #!bwp))
(test-error "collect-maximum-generation: 0"
  (collect-maximum-generation (hidden 0))
  => "Exception in collect-maximum-generation: new maximum generation must be at least 1")
(test-error "collect-maximum-generation: 7"
  (collect-maximum-generation (hidden 7))
  => "Exception in collect-maximum-generation: 7 exceeds maximum supported value 6")
(test "release-minimum-generation: follows collect-maximum-generation"
  (let* ([a (begin (release-minimum-generation 2) (collect-maximum-generation 3)
              (release-minimum-generation))]
         [b (begin (collect-maximum-generation 1) (release-minimum-generation))]
         [c (begin (collect-maximum-generation max-g) (release-minimum-generation))])
    (collect max-g max-g)
    (list a b c))
  => (2 1 4))
(test-error "release-minimum-generation: greater than the greatest generation"
  (release-minimum-generation (hidden 5))
  => "Exception in release-minimum-generation: new release minimum generation must not be be greater than collect-maximum-generation")
(test-error "in-place-minimum-generation: 7"
  (in-place-minimum-generation (hidden 7))
  => "Exception in in-place-minimum-generation: 7 exceeds maximum supported value 6")
;; How many of ten thousand lists change their place when their generation is collected into itself.
(define (moved g)
  (let ([l (map list (iota 10000))])
    (do ([i 0 (+ i 1)]) ((= i g)) (collect i (+ i 1)))
    (let ([before (map object->reference-address l)])
      (collect g g)
      (fold-left + 0 (map (lambda (a x) (if (= a (object->reference-address x)) 0 1)) before l)))))
(test "in-place-minimum-generation: objects of such generations keep their places"
  (without-collections
    (list (parameterize ([in-place-minimum-generation 1]) (< (moved 1) 1000))
      (parameterize ([in-place-minimum-generation 1]) (< (moved 3) 1000))
      (parameterize ([in-place-minimum-generation 2]) (> (moved 1) 9000))
      (parameterize ([in-place-minimum-generation 6]) (> (moved 4) 9000))))
  => (#t #t #t #t))
(test "in-place-minimum-generation: garbage between objects that stay is used again"
  (without-collections
    (parameterize ([in-place-minimum-generation 1])
      (collect max-g max-g)
      (let* ([l (map (lambda (i) (make-vector 10 i)) (iota 200000))]
             [full (begin (collect 0 1) (collect 1 1) (bytes-allocated))]
             [kept (let loop ([l l]) (if (null? l) '() (cons (car l) (loop (list-tail l 100)))))])
        (set! l #f)
        (do ([i 0 (+ i 1)]) ((= i 4)) (collect 1 1))
        (list (< (bytes-allocated) (- full 10000000)) (length kept)
          (apply + (map (lambda (v) (vector-ref v 9)) kept))))))
  => (#t 2000 199900000))

(define (allocate-times n)
  (let loop ([i 0]) (when (< i n) (hidden (make-vector 100 i)) (loop (+ i 1)))))
(test "collect-request-handler: called when enough was allocated"
  (let ([n 0])
    (parameterize ([collect-request-handler (lambda () (set! n (+ n 1)) (collect))])
      (allocate-times 50000))
    (> n 0))
  => #t)
(test "collect-request-handler: one that does nothing"
  (let ([n 0])
    (parameterize ([collect-request-handler (lambda () (set! n (+ n 1)))])
      (let loop ([i 0] [l '()])
        (if (< i 3000) (loop (+ i 1) (cons (make-vector 1000 i) l)) (length l)))))
  => 3000)
(test "collect-request-handler: collects, allocates, drains a guardian"
  (let ([g (make-guardian)] [freed 0])
    (parameterize ([collect-request-handler
                    (lambda ()
                      (collect)
                      (allocate-times 20000)
                      (collect 0 1)
                      (let loop ()
                        (let ([x (g)]) (when x (set! freed (+ freed 1)) (collect 0 1) (loop)))))])
      (do ([i 0 (+ i 1)]) ((= i 100)) (g (list i)) (allocate-times 1000)))
    (list (> freed 0) (<= freed 100)))
  => (#t #t))
(test "collect-request-handler: an escape out of it"
  (let ([n 0])
    (let ([r (call/cc
               (lambda (k)
                 (parameterize ([collect-request-handler (lambda () (set! n (+ n 1)) (k 'out))])
                   (allocate-times 1000000)
                   'not-called)))])
      (collect)
      (list r n)))
  => (out 1))
(test "collect-request-handler: an error in it is caught outside"
  (guard (c [#t (condition-message c)])
    (parameterize ([collect-request-handler (lambda () (error 'handler "no memory for you"))])
      (allocate-times 1000000)
      'not-called))
  => "no memory for you")
(test-error "collect-request-handler: no procedure"
  (collect-request-handler (hidden 5)) => "Exception in collect-request-handler: 5 is not a procedure")
(test "collect-rendezvous: calls the collect-request-handler"
  (let ([n 0])
    (without-collections
      (parameterize ([collect-request-handler (lambda () (set! n (+ n 1)) (collect 0 1))])
        (let ([w (weak-cons (list 'x) '())])
          (collect-rendezvous)
          (list n (car w))))))
  => (1 #!bwp))
(test-output "collect-notify: tells"
  (parameterize ([collect-notify #t])
    (let ([s (harness-capture (lambda () (collect 0 1)))]) (display (substring s 0 12))))
  => "\n[collecting")

(test "(collect) inside a guardian: between what it hands over"
  (without-collections
    (let ([g (make-guardian)] [h (make-guardian)])
      (do ([i 0 (+ i 1)]) ((= i 20)) (let ([x (list i)]) (g x) (h x)))
      (collect 0 1)
      (let loop ([seen '()])
        (collect)
        (let ([x (g)])
          (collect 0 1)
          (if x
              (begin (h (list 'more (car x))) (collect) (loop (cons (car x) seen)))
              (let count ([n 0])
                (if (h) (begin (collect) (count (+ n 1))) (list (list-sort < seen) n))))))))
  => ((0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19) 40))
(test "(collect) with the timer on: a collection at every tick"
  (let ([n 0] [l '()])
    (parameterize ([timer-interrupt-handler
                    (lambda () (set! n (+ n 1)) (collect (modulo n 3)) (set-timer 500))])
      (set-timer 500)
      (do ([i 0 (+ i 1)]) ((= i 20000))
        (set! l (cons (vector i (number->string i)) (if (= 0 (modulo i 100)) '() l))))
      (set-timer 0))
    (list (> n 20) (length l) (vector-ref (car l) 1)))
  => (#t 100 "19999"))
(test "(collect) with the timer on: engines that collect"
  (let loop ([e (make-engine
                  (lambda ()
                    (let count ([i 0] [l '()])
                      (when (= 0 (modulo i 100)) (collect))
                      (if (= i 3000) (length l) (count (+ i 1) (cons i l))))))]
             [n 0])
    (e 100 (lambda (ticks value) (list value (> n 5))) (lambda (e) (collect 0 1) (loop e (+ n 1)))))
  => (3000 #t))
(test "(collect) at a depth of a million frames"
  (let ()
    (define (down n) (if (= n 0) (begin (collect) (collect 0 1) (collect 1 2) 0) (+ 1 (down (- n 1)))))
    (down 1000000))
  => 1000000)
(test "(collect) at a depth of a million frames that hold objects, by hand and on request"
  (let ([handled 0])
    (parameterize ([collect-request-handler (lambda () (set! handled (+ handled 1)) (collect))])
      (define (down n)
        (let ([x (list n)] [y (vector n)])
          (when (= 0 (modulo n 250000)) (collect) (collect 2 3))
          (if (= n 0) 0 (let ([r (down (- n 1))]) (if (= (car x) (vector-ref y 0)) (+ r 1) r)))))
      (let ([r (down 1000000)]) (list r (> handled 0)))))
  => (1000000 #t))

(test "memory is given back"
  (let ([before (begin (collect-all) (bytes-allocated))])
    (let ([v (make-vector 1000000 0)])
      (let ([during (bytes-allocated)])
        (vector-set! v 0 1)
        (set! v #f)
        (collect-all)
        (list (> during (+ before 7000000)) (< (bytes-allocated) (+ before 4000000))))))
  => (#t #t))
(test "the memory of the process does not grow without bound"
  (let ([m #f])
    (do ([i 0 (+ i 1)]) ((= i 60))
      (hidden (make-vector 200000 i))
      (when (= i 10) (collect-all) (set! m (current-memory-bytes))))
    (collect-all)
    (< (current-memory-bytes) (* 2 m)))
  => #t)

(define (make-forest n)
  (let loop ([n n])
    (if (= n 0)
      '()
      (let ([t (loop (- n 1))])
        (vector t (list n) (number->string n) (* n 1.5) (string->symbol (number->string n)))))))
(test "a deep structure of many kinds"
  (let ([f (make-forest 10000)])
    (collect-all)
    (let loop ([t f] [s 0])
      (if (null? t)
        s
        (loop (vector-ref t 0) (+ s (car (vector-ref t 1)) (string->number (vector-ref t 2)))))))
  => 100010000)
(test "a wide vector of lists, changed at random between collections"
  (let ([v (make-vector 5000 '())])
    (let loop ([i 0] [s 12345])
      (when (< i 50000)
        (let ([s (modulo (+ (* s 1103515245) 12345) 2147483648)])
          (let ([k (modulo (quotient s 8) 5000)])
            (vector-set! v k (list i (vector-ref v (modulo i 5000))))
            (vector-set! v (modulo i 5000) '()))
          (when (= 0 (modulo i 5000)) (collect (modulo (quotient i 5000) 3)))
          (loop (+ i 1) s))))
    (collect-all)
    (let loop ([i 0] [n 0])
      (if (= i 5000)
        n
        (loop (+ i 1) (if (pair? (vector-ref v i)) (begin (car (vector-ref v i)) (+ n 1)) n)))))
  => 1818)
(test "closures survive"
  (let ([fs (map (lambda (i) (let ([n i]) (case-lambda [() n] [(d) (set! n (+ n d)) n])))
              (iota 1000))])
    (collect-all)
    (for-each (lambda (f) (f 10)) fs)
    (collect-all)
    (apply + (map (lambda (f) (f)) fs)))
  => 509500)
(test "code made by eval survives and dies"
  (begin
    (do ([i 0 (+ i 1)]) ((= i 30)) (eval `(lambda (x) (+ x ,i))))
    (let ([fs (map (lambda (i) (eval `(lambda (x) (list x ,i "const" ,(* i 0.5))))) (iota 20))])
      (collect-all)
      (map (lambda (f i) (car (f i))) fs (iota 20))))
  => (0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19))
(test "strings and bytevectors of many sizes"
  (let ([l (map (lambda (i) (cons (make-string i #\a) (make-bytevector (* 7 i) (modulo i 256))))
             (iota 300))])
    (collect-all)
    (andmap
      (lambda (p i)
        (and (= (string-length (car p)) i) (= (bytevector-length (cdr p)) (* 7 i))
          (or (= i 0) (= (bytevector-u8-ref (cdr p) (- (* 7 i) 1)) (modulo i 256)))))
      l (iota 300)))
  => #t)
(test "a large vector holds new objects after it has grown old"
  (let ([v (make-vector 100000 #f)])
    (collect-all)
    (do ([i 0 (+ i 997)]) ((>= i 100000)) (vector-set! v i (list i)))
    (collect 0 1)
    (collect 0 1)
    (let loop ([i 0] [ok #t])
      (if (>= i 100000) ok (loop (+ i 997) (and ok (equal? (vector-ref v i) (list i)))))))
  => #t)
(test "set-cdr! of old pairs"
  (let ([l (iota 1000)])
    (collect-all)
    (let loop ([p l]) (unless (null? p) (set-car! p (list (car p))) (loop (cdr p))))
    (collect 0 1)
    (collect 1 2)
    (apply + (map car l)))
  => 499500)
(test "a global variable set to new objects"
  (begin
    (eval '(define gc-global '()))
    (do ([i 0 (+ i 1)]) ((= i 100))
      (set-top-level-value! 'gc-global (cons i (top-level-value 'gc-global)))
      (when (= 0 (modulo i 10)) (collect (modulo i 3))))
    (length (top-level-value 'gc-global)))
  => 100)
(test "boxes, symbols' values and property lists as roots"
  (let ([b (box #f)] [s (gensym)])
    (collect-all)
    (set-box! b (list 1))
    (set-top-level-value! s (list 2))
    (putprop s 'p (list 3))
    (collect 0 1)
    (collect 1 2)
    (list (unbox b) (top-level-value s) (getprop s 'p)))
  => ((1) (2) (3)))
(test "allocation in a hurry"
  (let loop ([i 0] [l '()])
    (if (= i 2000000)
      (length l)
      (loop (+ i 1) (if (= 0 (modulo i 1000)) (cons i l) (begin (hidden (cons i i)) l)))))
  => 2000)
(test "a large string port through collections"
  (let ([p (open-output-string)])
    (do ([i 0 (+ i 1)]) ((= i 20000)) (write (list i "x") p) (when (= 0 (modulo i 5000)) (collect)))
    (string-length (get-output-string p)))
  => 208890)
