(define-record-type point (fields (mutable x) y))

(define (step-0 a b)
  (let ([p (make-point
             (cond
               [(even?
                  (let-values ([(p q) (values (+ a a) 321)])
                    (max q (+ b 76))))
                (modulo (* 174 (- 5 a)) 176)]
               [(> 151
                   ((lambda (p . rest) (+ (length rest) (let ([p b]) 48)))
                     (let ([p 90]) 53)
                     (+ a b))) =>
                (lambda (true)
                  ((lambda (p . rest) (+ (length rest) (let ([p b]) 48)))
                    (let ([p 90]) 53)
                    (+ a b)))]
               [else
                (let-values ([(p q) (values (+ a a) 321)])
                  (max q (+ b 76)))])
             (cond
               [(even?
                  (let-values ([(p q) (values (if (< 78 b) b 31) 143)])
                    (max q (let ([p b]) b))))
                (modulo (* 219 (+ 1 b)) 221)]
               [(> 366 (modulo (* 33 (let ([p b]) a)) 35)) =>
                (lambda (true) (modulo (* 33 (let ([p b]) a)) 35))]
               [else
                (let-values ([(p q) (values (if (< 78 b) b 31) 143)])
                  (max q (let ([p b]) b)))]))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-1 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 68) (return (modulo x 1000))))
        (list
          a
          b
          ((lambda (p . rest)
             (+ (length rest)
                (+ (cond
                     [(even? p) a]
                     [(> 371 a) => (lambda (true) a)]
                     [else p])
                   (modulo (* 477 a) 479))))
            ((lambda (p . rest) (+ (length rest) (+ b p)))
              (- a a)
              (+ 99 b))
            (case (modulo
                    ((lambda (p . rest) (+ (length rest) b)) a a)
                    5)
              [(0 1) (- 3 32)]
              [(2) (let ([p 96]) b)]
              [else 346]))
          ((lambda (p . rest) (+ (length rest) (- (- a p) (+ a p))))
            (let ([p (cond
                       [(even? 0) a]
                       [(> 122 a) => (lambda (true) a)]
                       [else 0])])
              (cond
                [(even? a) b]
                [(> 50 b) => (lambda (true) b)]
                [else a]))
            (if (< (let ([p a]) b) (+ a 67)) (- 38 22) 341))))
      68)))

(define (step-2 a b)
  (let ([add (lambda (x)
               (+ x
                  (let-values ([(p q)
                                (values
                                  ((lambda (p . rest)
                                     (+ (length rest) (- b b)))
                                    ((lambda (p . rest)
                                       (+ (length rest) 83))
                                      a
                                      b)
                                    (modulo (* 400 15) 402))
                                  386)])
                    (max q
                         (- ((lambda (p . rest) (+ (length rest) 41)) 76 a)
                            (modulo (* 396 40) 398))))))])
    (modulo (apply + (map add (list a b 20))) 1000)))

(define (step-3 a b)
  (let ([p (make-point
             (modulo
               (* 141
                  (modulo
                    (* 445
                       (cond
                         [(even? 45) a]
                         [(> 363 b) => (lambda (true) b)]
                         [else 45]))
                    447))
               143)
             (case (modulo
                     (- (cond
                          [(even? b) a]
                          [(> 380 a) => (lambda (true) a)]
                          [else b])
                        (cond
                          [(even? 48) b]
                          [(> 303 a) => (lambda (true) a)]
                          [else 48]))
                     5)
               [(0 1)
                (if (< (- 16 70)
                       (let-values ([(p q) (values a 323)]) (max q p)))
                    (modulo (* 30 a) 32)
                    304)]
               [(2)
                (modulo
                  (* 38 ((lambda (p . rest) (+ (length rest) a)) a 51))
                  40)]
               [else 477]))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-4 a b)
  (let ([add (lambda (x)
               (+ x
                  (if (< (let ([p (if (< 67 75) 18 471)])
                           (case (modulo 49 5)
                             [(0 1) a]
                             [(2) b]
                             [else 306]))
                         ((lambda (p . rest)
                            (+ (length rest) (modulo (* 369 b) 371)))
                           (let-values ([(p q) (values a 203)]) (max q a))
                           (cond
                             [(even? b) b]
                             [(> 369 b) => (lambda (true) b)]
                             [else b])))
                      (cond
                        [(even? (modulo (* 277 20) 279)) (let ([p b]) 17)]
                        [(> 151
                            (let-values ([(p q) (values a 448)])
                              (max q 6))) =>
                         (lambda (true)
                           (let-values ([(p q) (values a 448)])
                             (max q 6)))]
                        [else (modulo (* 277 20) 279)])
                      42)))])
    (modulo (apply + (map add (list a b 97))) 1000)))

(define (step-5 a b)
  (let* ([c (modulo
              (* 188
                 (modulo
                   (* 334 (let-values ([(p q) (values b 441)]) (max q b)))
                   336))
              190)]
         [d (step-0 (modulo c 1000) b)])
    (modulo (+ d (modulo (* 263 (- 16 13)) 265)) 1000)))

(define (step-6 a b)
  (let* ([c (cond
              [(even? (modulo (* 357 (- a b)) 359))
               (modulo
                 (* 252 (case (modulo a 5) [(0 1) 10] [(2) b] [else 211]))
                 254)]
              [(> 176 (modulo (* 446 (- b a)) 448)) =>
               (lambda (true) (modulo (* 446 (- b a)) 448))]
              [else (modulo (* 357 (- a b)) 359)])]
         [d (step-4 (modulo c 1000) b)])
    (modulo
      (+ d
         (if (< (modulo (* 189 a) 191)
                (cond
                  [(even? c) c]
                  [(> 245 d) => (lambda (true) d)]
                  [else c]))
             ((lambda (p . rest) (+ (length rest) b)) 84 70)
             157))
      1000)))

(define (step-7 a b)
  (let ([s (number->string
             (cond
               [(even?
                  ((lambda (p . rest) (+ (length rest) (- b p)))
                    (case (modulo a 5) [(0 1) a] [(2) a] [else 244])
                    (case (modulo b 5) [(0 1) a] [(2) b] [else 369])))
                (+ (if (< 23 a) 86 56) (let ([p 57]) b))]
               [(> 178 (+ (if (< b b) b 61) (modulo (* 396 b) 398))) =>
                (lambda (true)
                  (+ (if (< b b) b 61) (modulo (* 396 b) 398)))]
               [else
                ((lambda (p . rest) (+ (length rest) (- b p)))
                  (case (modulo a 5) [(0 1) a] [(2) a] [else 244])
                  (case (modulo b 5) [(0 1) a] [(2) b] [else 369]))]))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-8 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 0) (return (modulo x 1000))))
        (list
          a
          b
          (case (modulo
                  (+ (case (modulo b 5) [(0 1) b] [(2) a] [else 88])
                     (if (< 10 a) b 374))
                  5)
            [(0 1)
             (let ([p (if (< a a) b 401)])
               ((lambda (p . rest) (+ (length rest) 70)) p b))]
            [(2)
             (cond
               [(even? (modulo (* 318 92) 320))
                (cond
                  [(even? b) a]
                  [(> 172 68) => (lambda (true) 68)]
                  [else b])]
               [(> 114 ((lambda (p . rest) (+ (length rest) b)) 34 21)) =>
                (lambda (true)
                  ((lambda (p . rest) (+ (length rest) b)) 34 21))]
               [else (modulo (* 318 92) 320)])]
            [else 101])
          (+ (case (modulo
                     (cond
                       [(even? 39) a]
                       [(> 222 a) => (lambda (true) a)]
                       [else 39])
                     5)
               [(0 1)
                (cond
                  [(even? 16) b]
                  [(> 194 82) => (lambda (true) 82)]
                  [else 16])]
               [(2) (modulo (* 359 26) 361)]
               [else 409])
             (if (< (cond
                      [(even? b) b]
                      [(> 444 a) => (lambda (true) a)]
                      [else b])
                    ((lambda (p . rest) (+ (length rest) 43)) b a))
                 (- b a)
                 258))))
      0)))

(define (step-9 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 56) (return (modulo x 1000))))
        (list
          a
          b
          (let-values ([(p q)
                        (values
                          (let ([p (let ([p a]) 91)]) (- 82 31))
                          391)])
            (max q
                 (let ([p (case (modulo p 5) [(0 1) a] [(2) p] [else 49])])
                   ((lambda (p . rest) (+ (length rest) p)) p p))))
          (modulo
            (* 205 (modulo (* 216 (if (< 42 a) a 352)) 218))
            207)))
      56)))

(define (step-10 a b)
  (let* ([c (cond
              [(even? (- (- b a) (modulo (* 26 b) 28)))
               (let ([p (+ 49 97)]) (if (< 46 p) p 188))]
              [(> 323
                  (case (modulo
                          (case (modulo a 5)
                            [(0 1) 67]
                            [(2) 79]
                            [else 492])
                          5)
                    [(0 1) (if (< 75 a) a 485)]
                    [(2) (let-values ([(p q) (values a 385)]) (max q 65))]
                    [else 248])) =>
               (lambda (true)
                 (case (modulo
                         (case (modulo a 5) [(0 1) 67] [(2) 79] [else 492])
                         5)
                   [(0 1) (if (< 75 a) a 485)]
                   [(2) (let-values ([(p q) (values a 385)]) (max q 65))]
                   [else 248]))]
              [else (- (- b a) (modulo (* 26 b) 28))])]
         [d (step-0 (modulo c 1000) b)])
    (modulo
      (+ d
         (case (modulo
                 (cond
                   [(even? d) 11]
                   [(> 401 25) => (lambda (true) 25)]
                   [else d])
                 5)
           [(0 1) (let ([p 39]) p)]
           [(2) (let ([p 63]) a)]
           [else 218]))
      1000)))

(define (step-11 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 73) (return (modulo x 1000))))
        (list
          a
          b
          (let-values ([(p q)
                        (values
                          (modulo (* 232 (let ([p 59]) b)) 234)
                          200)])
            (max q
                 (cond
                   [(even? (+ a a)) (if (< p b) 94 343)]
                   [(> 160 (- b b)) => (lambda (true) (- b b))]
                   [else (+ a a)])))
          (+ (let-values ([(p q)
                           (values
                             (cond
                               [(even? a) b]
                               [(> 280 b) => (lambda (true) b)]
                               [else a])
                             361)])
               (max q (let-values ([(p q) (values 72 194)]) (max q p))))
             ((lambda (p . rest) (+ (length rest) (- p p)))
               (cond
                 [(even? a) b]
                 [(> 479 24) => (lambda (true) 24)]
                 [else a])
               (if (< 14 a) 23 219)))))
      73)))

(define (step-12 a b)
  (let ([p (make-point
             (+ (let ([p (- a 97)])
                  (let-values ([(p q) (values 45 329)]) (max q p)))
                ((lambda (p . rest)
                   (+ (length rest)
                      (case (modulo a 5) [(0 1) a] [(2) 84] [else 152])))
                  (case (modulo b 5) [(0 1) b] [(2) a] [else 492])
                  (let-values ([(p q) (values a 123)]) (max q 21))))
             (- (- (let-values ([(p q) (values a 154)]) (max q a))
                   (modulo (* 427 b) 429))
                (case (modulo (modulo (* 255 a) 257) 5)
                  [(0 1) (if (< b b) 7 385)]
                  [(2) (modulo (* 156 a) 158)]
                  [else 354])))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-13 a b)
  (let ([add (lambda (x)
               (+ x
                  (let ([p ((lambda (p . rest)
                              (+ (length rest)
                                 ((lambda (p . rest) (+ (length rest) p))
                                   86
                                   p)))
                             (let ([p b]) b)
                             (let ([p 17]) a))])
                    (- (if (< p a) p 185) (+ p 62)))))])
    (modulo (apply + (map add (list a b 65))) 1000)))

(define (step-14 a b)
  (let ([v (make-vector 5 b)])
    (vector-set!
      v
      1
      (if (< (let ([p ((lambda (p . rest) (+ (length rest) 84))
                        a
                        a)])
               (let-values ([(p q) (values p 271)]) (max q 32)))
             ((lambda (p . rest)
                (+ (length rest) (modulo (* 210 b) 212)))
               (+ 43 2)
               ((lambda (p . rest) (+ (length rest) p)) a b)))
          (if (< ((lambda (p . rest) (+ (length rest) a)) b 67)
                 (+ 72 b))
              (case (modulo 27 5) [(0 1) b] [(2) 13] [else 386])
              160)
          398))
    (vector-set!
      v
      2
      (modulo
        (* 330
           (- (cond
                [(even? b) 95]
                [(> 305 a) => (lambda (true) a)]
                [else b])
              (if (< 43 a) b 284)))
        332))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-15 a b)
  (let ([p (make-point
             (- (- (case (modulo a 5) [(0 1) b] [(2) 82] [else 100])
                   (modulo (* 357 a) 359))
                (let ([p ((lambda (p . rest) (+ (length rest) b)) 23 b)])
                  (let-values ([(p q) (values 14 403)]) (max q 58))))
             (modulo
               (* 64
                  ((lambda (p . rest)
                     (+ (length rest)
                        (cond
                          [(even? p) p]
                          [(> 327 83) => (lambda (true) 83)]
                          [else p])))
                    (let ([p b]) p)
                    (if (< b a) 35 471)))
               66))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-16 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 28) (return (modulo x 1000))))
        (list
          a
          b
          (- (let ([p (let-values ([(p q) (values b 119)])
                        (max q a))])
               (let-values ([(p q) (values 57 172)]) (max q b)))
             ((lambda (p . rest) (+ (length rest) (- p p)))
               (cond
                 [(even? a) a]
                 [(> 160 63) => (lambda (true) 63)]
                 [else a])
               (modulo (* 285 a) 287)))
          (- (case (modulo (+ a a) 5)
               [(0 1) (if (< a 11) 87 405)]
               [(2) (modulo (* 170 b) 172)]
               [else 68])
             (if (< (+ b 10) (modulo (* 456 b) 458))
                 (case (modulo 63 5) [(0 1) 46] [(2) a] [else 220])
                 405))))
      28)))

(define (step-17 a b)
  (let* ([c (case (modulo
                    (cond
                      [(even?
                         (case (modulo 28 5) [(0 1) b] [(2) b] [else 286]))
                       (modulo (* 290 53) 292)]
                      [(> 347
                          (let-values ([(p q) (values b 109)]) (max q 26))) =>
                       (lambda (true)
                         (let-values ([(p q) (values b 109)]) (max q 26)))]
                      [else
                       (case (modulo 28 5) [(0 1) b] [(2) b] [else 286])])
                    5)
              [(0 1)
               (- (modulo (* 206 51) 208)
                  (case (modulo a 5) [(0 1) b] [(2) b] [else 411]))]
              [(2)
               (- (if (< a a) a 354)
                  (cond
                    [(even? b) b]
                    [(> 94 45) => (lambda (true) 45)]
                    [else b]))]
              [else 285])]
         [d (step-9 (modulo c 1000) b)])
    (modulo (+ d (modulo (* 409 (- c 89)) 411)) 1000)))

(define (step-18 a b)
  (let ([v (make-vector 6 b)])
    (vector-set!
      v
      1
      (+ (let-values ([(p q) (values (+ a 50) 90)])
           (max q (if (< p p) 36 204)))
         (let ([p (cond
                    [(even? a) b]
                    [(> 497 a) => (lambda (true) a)]
                    [else a])])
           (+ a 11))))
    (vector-set!
      v
      2
      (cond
        [(even?
           (cond
             [(even? (let-values ([(p q) (values b 226)]) (max q p)))
              (+ 74 72)]
             [(> 316 (let-values ([(p q) (values 30 263)]) (max q p))) =>
              (lambda (true)
                (let-values ([(p q) (values 30 263)]) (max q p)))]
             [else (let-values ([(p q) (values b 226)]) (max q p))]))
         (+ (let ([p 57]) p) (+ b b))]
        [(> 366
            (if (< (cond
                     [(even? a) a]
                     [(> 403 69) => (lambda (true) 69)]
                     [else a])
                   (cond
                     [(even? b) b]
                     [(> 323 b) => (lambda (true) b)]
                     [else b]))
                (+ b b)
                497)) =>
         (lambda (true)
           (if (< (cond
                    [(even? a) a]
                    [(> 403 69) => (lambda (true) 69)]
                    [else a])
                  (cond
                    [(even? b) b]
                    [(> 323 b) => (lambda (true) b)]
                    [else b]))
               (+ b b)
               497))]
        [else
         (cond
           [(even? (let-values ([(p q) (values b 226)]) (max q p)))
            (+ 74 72)]
           [(> 316 (let-values ([(p q) (values 30 263)]) (max q p))) =>
            (lambda (true)
              (let-values ([(p q) (values 30 263)]) (max q p)))]
           [else (let-values ([(p q) (values b 226)]) (max q p))])]))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-19 a b)
  (let ([p (make-point
             (modulo
               (* 96
                  (cond
                    [(even? ((lambda (p . rest) (+ (length rest) p)) 22 a))
                     (if (< a a) 4 88)]
                    [(> 140 (if (< a a) 19 88)) =>
                     (lambda (true) (if (< a a) 19 88))]
                    [else ((lambda (p . rest) (+ (length rest) p)) 22 a)]))
               98)
             (if (< (modulo
                      (* 287
                         ((lambda (p . rest) (+ (length rest) 83)) 80 b))
                      289)
                    (let-values ([(p q)
                                  (values
                                    (let-values ([(p q) (values 82 474)])
                                      (max q a))
                                    441)])
                      (max q (- 98 a))))
                 (let-values ([(p q) (values (- a b) 39)])
                   (max q (+ 75 p)))
                 139))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-20 a b)
  (let ([p (make-point
             (case (modulo (- (let ([p a]) p) (if (< a 39) 89 262)) 5)
               [(0 1)
                (let-values ([(p q) (values (if (< a 22) 18 73) 103)])
                  (max q (+ a p)))]
               [(2)
                (case (modulo (modulo (* 178 a) 180) 5)
                  [(0 1) (let ([p a]) a)]
                  [(2) (- a b)]
                  [else 352])]
               [else 74])
             (let ([p (- (cond
                           [(even? a) a]
                           [(> 66 83) => (lambda (true) 83)]
                           [else a])
                         (cond
                           [(even? a) a]
                           [(> 256 a) => (lambda (true) a)]
                           [else a]))])
               (let ([p (modulo (* 49 a) 51)]) (if (< p 18) p 215))))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-21 a b)
  (let ([add (lambda (x)
               (+ x
                  (let ([p (+ (let ([p b]) p)
                              ((lambda (p . rest) (+ (length rest) 27))
                                99
                                a))])
                    (let-values ([(p q) (values (let ([p b]) a) 466)])
                      (max q (+ p p))))))])
    (modulo (apply + (map add (list a b 97))) 1000)))

(define (step-22 a b)
  (let* ([c (let-values ([(p q)
                          (values (+ (if (< b a) 80 392) (- 71 77)) 158)])
              (max q (+ (+ a a) (+ 76 53))))]
         [d (step-21 (modulo c 1000) b)])
    (modulo
      (+ d
         (cond
           [(even? (if (< c 49) 92 18)) (if (< b 42) a 382)]
           [(> 76
               (cond
                 [(even? b) c]
                 [(> 401 44) => (lambda (true) 44)]
                 [else b])) =>
            (lambda (true)
              (cond
                [(even? b) c]
                [(> 401 44) => (lambda (true) 44)]
                [else b]))]
           [else (if (< c 49) 92 18)]))
      1000)))

(define (step-23 a b)
  (let ([add (lambda (x)
               (+ x
                  (if (< (modulo
                           (* 97
                              ((lambda (p . rest) (+ (length rest) 6))
                                74
                                83))
                           99)
                         ((lambda (p . rest)
                            (+ (length rest)
                               (cond
                                 [(even? 79) 79]
                                 [(> 386 2) => (lambda (true) 2)]
                                 [else 79])))
                           (cond
                             [(even? b) 50]
                             [(> 430 b) => (lambda (true) b)]
                             [else b])
                           (if (< 83 a) 10 451)))
                      (- (let ([p 56]) 33) (modulo (* 11 b) 13))
                      318)))])
    (modulo (apply + (map add (list a b 49))) 1000)))

(define (step-24 a b)
  (let ([v (make-vector 3 b)])
    (vector-set!
      v
      1
      (let-values ([(p q)
                    (values (modulo (* 40 (if (< b b) b 9)) 42) 329)])
        (max q
             (+ (let-values ([(p q) (values 31 3)]) (max q b))
                (- 22 b)))))
    (vector-set!
      v
      2
      (- (case (modulo (+ b a) 5)
           [(0 1) (+ a 40)]
           [(2) (let ([p b]) b)]
           [else 101])
         (- (modulo (* 354 88) 356)
            (let-values ([(p q) (values 40 453)]) (max q 15)))))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-25 a b)
  (let ([add (lambda (x)
               (+ x
                  ((lambda (p . rest)
                     (+ (length rest)
                        (if (< (+ 74 b) (let ([p 13]) p))
                            ((lambda (p . rest) (+ (length rest) p)) p b)
                            163)))
                    (let-values ([(p q) (values (let ([p b]) a) 454)])
                      (max q
                           (case (modulo p 5)
                             [(0 1) b]
                             [(2) b]
                             [else 416])))
                    (- (if (< 51 b) a 460) (modulo (* 123 a) 125)))))])
    (modulo (apply + (map add (list a b 53))) 1000)))

(define (step-26 a b)
  (let loop ([c 0] [d a])
    (if (= c 2)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo (+ d (modulo (* 375 (+ c c)) 377)) 5000)))))

(define (step-27 a b)
  (let ([add (lambda (x)
               (+ x
                  (let ([p (cond
                             [(even?
                                ((lambda (p . rest) (+ (length rest) 42))
                                  57
                                  72))
                              (let-values ([(p q) (values a 471)])
                                (max q b))]
                             [(> 466
                                 (let-values ([(p q) (values 74 77)])
                                   (max q p))) =>
                              (lambda (true)
                                (let-values ([(p q) (values 74 77)])
                                  (max q p)))]
                             [else
                              ((lambda (p . rest) (+ (length rest) 42))
                                57
                                72)])])
                    (if (< (- 60 b) (- 96 a))
                        (case (modulo p 5) [(0 1) a] [(2) a] [else 216])
                        488))))])
    (modulo (apply + (map add (list a b 98))) 1000)))

(define (step-28 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 57) (return (modulo x 1000))))
        (list
          a
          b
          (cond
            [(even?
               (case (modulo
                       (let-values ([(p q) (values b 488)]) (max q p))
                       5)
                 [(0 1) ((lambda (p . rest) (+ (length rest) 38)) 44 72)]
                 [(2)
                  (cond
                    [(even? b) a]
                    [(> 19 a) => (lambda (true) a)]
                    [else b])]
                 [else 236]))
             (let ([p ((lambda (p . rest) (+ (length rest) 85)) a 15)])
               (modulo (* 340 b) 342))]
            [(> 441 (+ (modulo (* 394 a) 396) (modulo (* 441 b) 443))) =>
             (lambda (true)
               (+ (modulo (* 394 a) 396) (modulo (* 441 b) 443)))]
            [else
             (case (modulo
                     (let-values ([(p q) (values b 488)]) (max q p))
                     5)
               [(0 1) ((lambda (p . rest) (+ (length rest) 38)) 44 72)]
               [(2)
                (cond
                  [(even? b) a]
                  [(> 19 a) => (lambda (true) a)]
                  [else b])]
               [else 236])])
          (case (modulo
                  (let-values ([(p q)
                                (values
                                  (case (modulo 63 5)
                                    [(0 1) 66]
                                    [(2) a]
                                    [else 318])
                                  283)])
                    (max q (let ([p p]) a)))
                  5)
            [(0 1)
             (let-values ([(p q) (values (if (< a b) b 156) 57)])
               (max q (let ([p b]) 33)))]
            [(2)
             (- (- 70 40)
                ((lambda (p . rest) (+ (length rest) b)) a 78))]
            [else 170])))
      57)))

(define (step-29 a b)
  (let ([add (lambda (x)
               (+ x
                  (+ (cond
                       [(even?
                          ((lambda (p . rest) (+ (length rest) p)) a 75))
                        (- b b)]
                       [(> 300 (let ([p b]) 1)) =>
                        (lambda (true) (let ([p b]) 1))]
                       [else
                        ((lambda (p . rest) (+ (length rest) p)) a 75)])
                     (+ (if (< 70 b) 50 373)
                        (let-values ([(p q) (values b 83)])
                          (max q 58))))))])
    (modulo (apply + (map add (list a b 36))) 1000)))

(define (step-30 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 15) (return (modulo x 1000))))
        (list
          a
          b
          (let ([p (+ (let-values ([(p q) (values a 48)]) (max q a))
                      (- 21 a))])
            (+ (let ([p p]) p) (modulo (* 255 41) 257)))
          ((lambda (p . rest)
             (+ (length rest)
                (cond
                  [(even? (- b p)) (modulo (* 31 b) 33)]
                  [(> 198 (+ p a)) => (lambda (true) (+ p a))]
                  [else (- b p)])))
            (let ([p (let ([p a]) p)]) (modulo (* 78 p) 80))
            (- (+ b 99) (let ([p a]) a)))))
      15)))

(define (step-31 a b)
  (let ([p (make-point
             (modulo
               (* 398
                  (if (< (cond
                           [(even? b) 84]
                           [(> 275 23) => (lambda (true) 23)]
                           [else b])
                         (let ([p a]) b))
                      (case (modulo a 5) [(0 1) 74] [(2) 53] [else 327])
                      161))
               400)
             (modulo
               (* 126
                  (- (modulo (* 343 b) 345)
                     (let-values ([(p q) (values b 270)]) (max q p))))
               128))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-32 a b)
  (let loop ([c 0] [d a])
    (if (= c 2)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d (let ([p (let ([p 42]) c)]) (let ([p 33]) 43)))
            5000)))))

(define (step-33 a b)
  (let ([add (lambda (x)
               (+ x
                  (let ([p (cond
                             [(even? (if (< 81 20) 97 454))
                              (case (modulo a 5)
                                [(0 1) 1]
                                [(2) a]
                                [else 170])]
                             [(> 241 (if (< 96 b) a 255)) =>
                              (lambda (true) (if (< 96 b) a 255))]
                             [else (if (< 81 20) 97 454)])])
                    ((lambda (p . rest)
                       (+ (length rest)
                          (let-values ([(p q) (values 27 360)])
                            (max q b))))
                      (if (< a a) a 115)
                      (case (modulo 28 5)
                        [(0 1) b]
                        [(2) 84]
                        [else 84])))))])
    (modulo (apply + (map add (list a b 43))) 1000)))

(define (step-34 a b)
  (let ([v (make-vector 5 b)])
    (vector-set!
      v
      1
      (let-values ([(p q)
                    (values
                      (let-values ([(p q) (values (let ([p 15]) b) 208)])
                        (max q
                             (case (modulo 61 5)
                               [(0 1) 57]
                               [(2) p]
                               [else 396])))
                      174)])
        (max q
             ((lambda (p . rest)
                (+ (length rest) (modulo (* 370 p) 372)))
               (- a p)
               ((lambda (p . rest) (+ (length rest) p)) p 69)))))
    (vector-set!
      v
      2
      (+ (+ (case (modulo b 5) [(0 1) b] [(2) a] [else 129])
            (if (< 52 a) b 39))
         (+ (let ([p a]) b)
            ((lambda (p . rest) (+ (length rest) b)) 62 41))))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-35 a b)
  (let ([s (number->string
             ((lambda (p . rest)
                (+ (length rest)
                   (if (< (cond
                            [(even? b) b]
                            [(> 172 b) => (lambda (true) b)]
                            [else b])
                          (- a 52))
                       (modulo (* 190 b) 192)
                       171)))
               (let ([p (+ b a)])
                 (case (modulo 44 5) [(0 1) b] [(2) p] [else 338]))
               (case (modulo
                       (cond
                         [(even? a) b]
                         [(> 480 b) => (lambda (true) b)]
                         [else a])
                       5)
                 [(0 1) ((lambda (p . rest) (+ (length rest) p)) 96 a)]
                 [(2)
                  (cond
                    [(even? 63) 86]
                    [(> 139 49) => (lambda (true) 49)]
                    [else 63])]
                 [else 93])))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-36 a b)
  (let ([p (make-point
             (let-values ([(p q)
                           (values
                             (let-values ([(p q)
                                           (values
                                             (cond
                                               [(even? b) b]
                                               [(> 332 90) =>
                                                (lambda (true) 90)]
                                               [else b])
                                             469)])
                               (max q
                                    (cond
                                      [(even? p) 58]
                                      [(> 423 a) => (lambda (true) a)]
                                      [else p])))
                             282)])
               (max q
                    (case (modulo
                            (cond
                              [(even? a) a]
                              [(> 408 a) => (lambda (true) a)]
                              [else a])
                            5)
                      [(0 1) (if (< p b) p 240)]
                      [(2) (if (< a a) b 458)]
                      [else 96])))
             (- ((lambda (p . rest)
                   (+ (length rest)
                      (case (modulo 91 5) [(0 1) b] [(2) 1] [else 148])))
                  (let ([p a]) p)
                  (modulo (* 252 b) 254))
                (let ([p ((lambda (p . rest) (+ (length rest) 34)) a 35)])
                  (- a a))))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-37 a b)
  (let* ([c (if (< (let-values ([(p q) (values (- b b) 121)])
                     (max q (+ 94 a)))
                   (modulo
                     (* 51
                        (case (modulo b 5) [(0 1) b] [(2) 78] [else 33]))
                     53))
                (let-values ([(p q) (values (if (< 16 b) a 272) 321)])
                  (max q (- 77 65)))
                108)]
         [d (step-4 (modulo c 1000) b)])
    (modulo (+ d (+ (let ([p c]) 74) (let ([p 6]) p))) 1000)))

(define (step-38 a b)
  (let loop ([c 0] [d a])
    (if (= c 5)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d
               (- (+ a c)
                  (cond
                    [(even? c) b]
                    [(> 236 c) => (lambda (true) c)]
                    [else c])))
            5000)))))

(define (step-39 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 4) (return (modulo x 1000))))
        (list
          a
          b
          (modulo
            (* 227
               (if (< ((lambda (p . rest) (+ (length rest) b)) b b)
                      (let ([p a]) p))
                   (let-values ([(p q) (values b 390)]) (max q a))
                   472))
            229)
          (- (modulo (* 453 (+ b a)) 455)
             (modulo (* 465 (- a b)) 467))))
      4)))

(define (step-40 a b)
  (let ([s (number->string
             (case (modulo
                     (if (< ((lambda (p . rest) (+ (length rest) p)) a 22)
                            (- a 25))
                         (+ a 56)
                         471)
                     5)
               [(0 1) (- (- b 6) (+ 73 b))]
               [(2)
                (+ ((lambda (p . rest) (+ (length rest) b)) b b)
                   (modulo (* 115 b) 117))]
               [else 59]))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-41 a b)
  (let ([add (lambda (x)
               (+ x
                  (- (cond
                       [(even?
                          ((lambda (p . rest) (+ (length rest) 58)) a a))
                        (if (< 52 b) 22 457)]
                       [(> 211 (- b b)) => (lambda (true) (- b b))]
                       [else
                        ((lambda (p . rest) (+ (length rest) 58)) a a)])
                     (modulo
                       (* 72
                          (cond
                            [(even? a) b]
                            [(> 435 35) => (lambda (true) 35)]
                            [else a]))
                       74))))])
    (modulo (apply + (map add (list a b 89))) 1000)))

(define (step-42 a b)
  (let ([p (make-point
             (cond
               [(even?
                  (let ([p ((lambda (p . rest) (+ (length rest) a))
                             38
                             33)])
                    (modulo (* 41 p) 43)))
                (let ([p (let ([p 32]) b)]) (modulo (* 416 b) 418))]
               [(> 455
                   (case (modulo
                           (let-values ([(p q) (values a 77)]) (max q p))
                           5)
                     [(0 1) (modulo (* 461 1) 463)]
                     [(2) (if (< b a) 60 6)]
                     [else 131])) =>
                (lambda (true)
                  (case (modulo
                          (let-values ([(p q) (values a 77)]) (max q p))
                          5)
                    [(0 1) (modulo (* 461 1) 463)]
                    [(2) (if (< b a) 60 6)]
                    [else 131]))]
               [else
                (let ([p ((lambda (p . rest) (+ (length rest) a)) 38 33)])
                  (modulo (* 41 p) 43))])
             (let-values ([(p q)
                           (values
                             (case (modulo
                                     (case (modulo a 5)
                                       [(0 1) a]
                                       [(2) b]
                                       [else 423])
                                     5)
                               [(0 1) (let ([p b]) a)]
                               [(2)
                                (let-values ([(p q) (values b 260)])
                                  (max q 39))]
                               [else 159])
                             53)])
               (max q
                    (+ ((lambda (p . rest) (+ (length rest) b)) p b)
                       (- b p)))))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-43 a b)
  (let ([v (make-vector 7 b)])
    (vector-set!
      v
      1
      (case (modulo (- (- 32 a) (+ a a)) 5)
        [(0 1)
         (if (< ((lambda (p . rest) (+ (length rest) 6)) a a)
                (case (modulo 78 5) [(0 1) a] [(2) b] [else 166]))
             (let ([p 35]) 72)
             194)]
        [(2)
         (+ (cond
              [(even? a) b]
              [(> 385 b) => (lambda (true) b)]
              [else a])
            (- a a))]
        [else 186]))
    (vector-set!
      v
      2
      (cond
        [(even?
           (case (modulo (if (< b 19) b 79) 5)
             [(0 1) (+ 34 a)]
             [(2) (- 91 b)]
             [else 403]))
         (modulo
           (* 373 (case (modulo 29 5) [(0 1) 75] [(2) a] [else 179]))
           375)]
        [(> 430
            ((lambda (p . rest)
               (+ (length rest) (modulo (* 337 b) 339)))
              (if (< a b) a 249)
              (- b b))) =>
         (lambda (true)
           ((lambda (p . rest)
              (+ (length rest) (modulo (* 337 b) 339)))
             (if (< a b) a 249)
             (- b b)))]
        [else
         (case (modulo (if (< b 19) b 79) 5)
           [(0 1) (+ 34 a)]
           [(2) (- 91 b)]
           [else 403])]))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-44 a b)
  (let ([v (make-vector 5 b)])
    (vector-set!
      v
      1
      (case (modulo
              (- ((lambda (p . rest) (+ (length rest) 26)) 93 17)
                 (case (modulo 34 5) [(0 1) b] [(2) a] [else 2]))
              5)
        [(0 1)
         (let ([p (if (< a 37) b 281)])
           ((lambda (p . rest) (+ (length rest) a)) b p))]
        [(2)
         (if (< ((lambda (p . rest) (+ (length rest) b)) 62 35)
                (modulo (* 128 a) 130))
             ((lambda (p . rest) (+ (length rest) a)) b a)
             60)]
        [else 266]))
    (vector-set!
      v
      2
      (case (modulo
              (let-values ([(p q) (values (+ 30 a) 453)])
                (max q (modulo (* 266 46) 268)))
              5)
        [(0 1)
         (if (< (modulo (* 425 a) 427)
                (case (modulo b 5) [(0 1) 29] [(2) b] [else 117]))
             (case (modulo a 5) [(0 1) 60] [(2) b] [else 349])
             486)]
        [(2)
         (if (< ((lambda (p . rest) (+ (length rest) b)) a b)
                (let ([p b]) 56))
             (modulo (* 268 a) 270)
             4)]
        [else 369]))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-45 a b)
  (let ([v (make-vector 3 b)])
    (vector-set!
      v
      1
      (if (< (case (modulo
                     (case (modulo 30 5) [(0 1) b] [(2) 76] [else 123])
                     5)
               [(0 1) (- b b)]
               [(2) ((lambda (p . rest) (+ (length rest) b)) a b)]
               [else 376])
             (if (< (case (modulo a 5) [(0 1) 2] [(2) a] [else 262])
                    (if (< a b) a 74))
                 (+ 25 81)
                 340))
          (let-values ([(p q)
                        (values
                          (let-values ([(p q) (values b 111)]) (max q 0))
                          288)])
            (max q (+ b 89)))
          129))
    (vector-set!
      v
      2
      (let-values ([(p q)
                    (values
                      (cond
                        [(even?
                           ((lambda (p . rest) (+ (length rest) 88)) a a))
                         ((lambda (p . rest) (+ (length rest) p)) 75 b)]
                        [(> 166
                            (let-values ([(p q) (values 46 217)])
                              (max q b))) =>
                         (lambda (true)
                           (let-values ([(p q) (values 46 217)])
                             (max q b)))]
                        [else
                         ((lambda (p . rest) (+ (length rest) 88)) a a)])
                      299)])
        (max q
             (cond
               [(even? (let ([p p]) p)) (- p 6)]
               [(> 157 (let ([p 70]) 14)) =>
                (lambda (true) (let ([p 70]) 14))]
               [else (let ([p p]) p)]))))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-46 a b)
  (let ([s (number->string
             (- (- (- a b) (if (< a 86) 69 482))
                (cond
                  [(even? ((lambda (p . rest) (+ (length rest) 41)) a b))
                   (+ 21 a)]
                  [(> 232 (+ 66 b)) => (lambda (true) (+ 66 b))]
                  [else
                   ((lambda (p . rest) (+ (length rest) 41)) a b)])))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-47 a b)
  (let ([s (number->string
             (let ([p (- (if (< 18 12) a 28) (- 45 a))])
               (modulo
                 (* 294 ((lambda (p . rest) (+ (length rest) 1)) 14 34))
                 296)))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-48 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 16) (return (modulo x 1000))))
        (list
          a
          b
          (case (modulo (- (let ([p a]) a) (let ([p a]) p)) 5)
            [(0 1)
             (case (modulo
                     (let-values ([(p q) (values 53 17)]) (max q 31))
                     5)
               [(0 1) (if (< b b) b 211)]
               [(2) (- a 0)]
               [else 105])]
            [(2) (modulo (* 121 (+ 16 16)) 123)]
            [else 276])
          (- (let-values ([(p q)
                           (values
                             (let-values ([(p q) (values 38 443)])
                               (max q b))
                             301)])
               (max q
                    (cond
                      [(even? a) 24]
                      [(> 274 57) => (lambda (true) 57)]
                      [else a])))
             (+ (- b a) (let ([p b]) p)))))
      16)))

(define (step-49 a b)
  (let loop ([c 0] [d a])
    (if (= c 5)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d
               (let ([p (- a b)])
                 (let-values ([(p q) (values d 137)]) (max q d))))
            5000)))))

(define (step-50 a b)
  (let ([p (make-point
             (+ (let ([p ((lambda (p . rest) (+ (length rest) a)) 80 b)])
                  (modulo (* 440 23) 442))
                (+ (if (< a b) 20 62) (let ([p 91]) p)))
             (modulo
               (* 330 (let ([p (let ([p b]) p)]) (modulo (* 324 11) 326)))
               332))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-51 a b)
  (let loop ([c 0] [d a])
    (if (= c 5)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d
               ((lambda (p . rest) (+ (length rest) (if (< c p) b 208)))
                 (cond
                   [(even? d) 83]
                   [(> 439 a) => (lambda (true) a)]
                   [else d])
                 (let ([p 3]) 57)))
            5000)))))

(define (step-52 a b)
  (let loop ([c 0] [d a])
    (if (= c 5)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d
               (case (modulo (modulo (* 353 d) 355) 5)
                 [(0 1)
                  (cond
                    [(even? a) d]
                    [(> 136 a) => (lambda (true) a)]
                    [else a])]
                 [(2) (case (modulo a 5) [(0 1) c] [(2) a] [else 179])]
                 [else 362]))
            5000)))))

(define (step-53 a b)
  (let ([p (make-point
             (modulo
               (* 189
                  (- (let ([p a]) 42)
                     (let-values ([(p q) (values a 197)]) (max q 94))))
               191)
             (- (if (< (+ 73 38)
                       (cond
                         [(even? b) b]
                         [(> 123 a) => (lambda (true) a)]
                         [else b]))
                    (cond
                      [(even? 49) a]
                      [(> 489 a) => (lambda (true) a)]
                      [else 49])
                    179)
                ((lambda (p . rest) (+ (length rest) (- a 77)))
                  (+ 20 66)
                  ((lambda (p . rest) (+ (length rest) 46)) a b))))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-54 a b)
  (let ([s (number->string
             (cond
               [(even? (let ([p (let ([p 33]) a)]) (modulo (* 370 a) 372)))
                (modulo (* 144 (modulo (* 170 82) 172)) 146)]
               [(> 436
                   (if (< (case (modulo 23 5)
                            [(0 1) 21]
                            [(2) a]
                            [else 221])
                          (+ b a))
                       (- a 13)
                       364)) =>
                (lambda (true)
                  (if (< (case (modulo 23 5) [(0 1) 21] [(2) a] [else 221])
                         (+ b a))
                      (- a 13)
                      364))]
               [else
                (let ([p (let ([p 33]) a)]) (modulo (* 370 a) 372))]))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-55 a b)
  (let* ([c (let ([p ((lambda (p . rest)
                        (+ (length rest)
                           (let-values ([(p q) (values a 43)]) (max q p))))
                       (if (< b b) 50 350)
                       (case (modulo 92 5)
                         [(0 1) 49]
                         [(2) b]
                         [else 150]))])
              (+ (cond
                   [(even? b) b]
                   [(> 291 58) => (lambda (true) 58)]
                   [else b])
                 ((lambda (p . rest) (+ (length rest) p)) b p)))]
         [d (step-36 (modulo c 1000) b)])
    (modulo
      (+ d
         (let-values ([(p q)
                       (values
                         ((lambda (p . rest) (+ (length rest) a)) 65 a)
                         45)])
           (max q (- 49 a))))
      1000)))

(define (step-56 a b)
  (let loop ([c 0] [d a])
    (if (= c 3)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d
               (- (+ d 47) ((lambda (p . rest) (+ (length rest) 80)) 3 a)))
            5000)))))

(define (step-57 a b)
  (let* ([c (case (modulo
                    (let ([p (cond
                               [(even? a) b]
                               [(> 214 32) => (lambda (true) 32)]
                               [else a])])
                      (+ b b))
                    5)
              [(0 1)
               (let-values ([(p q) (values (if (< a b) 47 240) 333)])
                 (max q (let-values ([(p q) (values b 253)]) (max q p))))]
              [(2)
               (case (modulo
                       (cond
                         [(even? b) 40]
                         [(> 211 68) => (lambda (true) 68)]
                         [else b])
                       5)
                 [(0 1) ((lambda (p . rest) (+ (length rest) 92)) a 32)]
                 [(2)
                  (cond
                    [(even? a) a]
                    [(> 97 48) => (lambda (true) 48)]
                    [else a])]
                 [else 232])]
              [else 116])]
         [d (step-27 (modulo c 1000) b)])
    (modulo
      (+ d
         (let ([p (let ([p a]) 75)])
           ((lambda (p . rest) (+ (length rest) p)) d p)))
      1000)))

(define (step-58 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 40) (return (modulo x 1000))))
        (list
          a
          b
          ((lambda (p . rest)
             (+ (length rest)
                (if (< (let-values ([(p q) (values b 14)]) (max q b))
                       (+ b 88))
                    (cond
                      [(even? 81) a]
                      [(> 151 a) => (lambda (true) a)]
                      [else 81])
                    289)))
            (modulo (* 118 (modulo (* 377 a) 379)) 120)
            (let ([p (- 35 a)])
              (let-values ([(p q) (values 86 84)]) (max q 41))))
          (let ([p (let-values ([(p q) (values (- 24 b) 246)])
                     (max q
                          (let-values ([(p q) (values b 497)])
                            (max q b))))])
            (- (+ 53 a) (modulo (* 238 a) 240)))))
      40)))

(define (step-59 a b)
  (let loop ([c 0] [d a])
    (if (= c 4)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d
               (+ (modulo (* 311 a) 313)
                  (case (modulo b 5) [(0 1) c] [(2) d] [else 360])))
            5000)))))

(define (step-60 a b)
  (let* ([c (- (case (modulo
                       ((lambda (p . rest) (+ (length rest) 30)) b 30)
                       5)
                 [(0 1) (case (modulo a 5) [(0 1) a] [(2) a] [else 392])]
                 [(2) (let-values ([(p q) (values 73 128)]) (max q p))]
                 [else 141])
               ((lambda (p . rest)
                  (+ (length rest)
                     ((lambda (p . rest) (+ (length rest) 18)) b b)))
                 (- a b)
                 (let-values ([(p q) (values b 48)]) (max q 23))))]
         [d (step-14 (modulo c 1000) b)])
    (modulo
      (+ d
         (modulo
           (* 300 ((lambda (p . rest) (+ (length rest) p)) b c))
           302))
      1000)))

(define (step-61 a b)
  (let ([add (lambda (x)
               (+ x
                  (+ (- (cond
                          [(even? a) 28]
                          [(> 489 b) => (lambda (true) b)]
                          [else a])
                        (+ 2 a))
                     (+ (cond
                          [(even? 94) 16]
                          [(> 104 37) => (lambda (true) 37)]
                          [else 94])
                        ((lambda (p . rest) (+ (length rest) 85))
                          b
                          b)))))])
    (modulo (apply + (map add (list a b 48))) 1000)))

(define (step-62 a b)
  (let ([p (make-point
             ((lambda (p . rest)
                (+ (length rest)
                   (cond
                     [(even?
                        (case (modulo a 5) [(0 1) 5] [(2) 33] [else 391]))
                      (if (< a b) p 419)]
                     [(> 223
                         (case (modulo p 5) [(0 1) b] [(2) 27] [else 207])) =>
                      (lambda (true)
                        (case (modulo p 5) [(0 1) b] [(2) 27] [else 207]))]
                     [else
                      (case (modulo a 5) [(0 1) 5] [(2) 33] [else 391])])))
               (if (< ((lambda (p . rest) (+ (length rest) a)) 25 41)
                      (modulo (* 84 a) 86))
                   (modulo (* 481 a) 483)
                   144)
               (- (let ([p a]) a)
                  (cond
                    [(even? b) 46]
                    [(> 436 93) => (lambda (true) 93)]
                    [else b])))
             (- (case (modulo
                        (cond
                          [(even? 11) b]
                          [(> 224 a) => (lambda (true) a)]
                          [else 11])
                        5)
                  [(0 1) ((lambda (p . rest) (+ (length rest) p)) a a)]
                  [(2) (modulo (* 337 70) 339)]
                  [else 235])
                (if (< (case (modulo 63 5) [(0 1) 29] [(2) 64] [else 52])
                       (cond
                         [(even? a) a]
                         [(> 146 a) => (lambda (true) a)]
                         [else a]))
                    (cond
                      [(even? b) 90]
                      [(> 175 41) => (lambda (true) 41)]
                      [else b])
                    320)))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-63 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 94) (return (modulo x 1000))))
        (list
          a
          b
          (let-values ([(p q)
                        (values
                          (cond
                            [(even?
                               (case (modulo b 5)
                                 [(0 1) 18]
                                 [(2) b]
                                 [else 292]))
                             (let ([p a]) 63)]
                            [(> 443
                                (cond
                                  [(even? 17) b]
                                  [(> 187 a) => (lambda (true) a)]
                                  [else 17])) =>
                             (lambda (true)
                               (cond
                                 [(even? 17) b]
                                 [(> 187 a) => (lambda (true) a)]
                                 [else 17]))]
                            [else
                             (case (modulo b 5)
                               [(0 1) 18]
                               [(2) b]
                               [else 292])])
                          296)])
            (max q
                 ((lambda (p . rest) (+ (length rest) (modulo (* 4 19) 6)))
                   (case (modulo p 5) [(0 1) a] [(2) a] [else 113])
                   ((lambda (p . rest) (+ (length rest) b)) 19 67))))
          (modulo (* 15 (let ([p (- b b)]) (+ b a))) 17)))
      94)))

(define (step-64 a b)
  (let* ([c (- (- (if (< b 8) b 374) (+ a 79))
               (cond
                 [(even? (+ a b)) (let ([p 17]) 97)]
                 [(> 92 (modulo (* 87 49) 89)) =>
                  (lambda (true) (modulo (* 87 49) 89))]
                 [else (+ a b)]))]
         [d (step-57 (modulo c 1000) b)])
    (modulo
      (+ d
         (modulo
           (* 50 (case (modulo c 5) [(0 1) 45] [(2) d] [else 473]))
           52))
      1000)))

(define (step-65 a b)
  (let* ([c (if (< (case (modulo (if (< b b) 74 144) 5)
                     [(0 1) (if (< b a) b 76)]
                     [(2)
                      (cond
                        [(even? a) b]
                        [(> 414 a) => (lambda (true) a)]
                        [else a])]
                     [else 437])
                   (- (cond
                        [(even? a) b]
                        [(> 233 82) => (lambda (true) 82)]
                        [else a])
                      ((lambda (p . rest) (+ (length rest) p)) b 80)))
                (modulo
                  (* 29
                     (case (modulo 60 5) [(0 1) 23] [(2) 83] [else 300]))
                  31)
                143)]
         [d (step-24 (modulo c 1000) b)])
    (modulo
      (+ d
         (- (- d a)
            (cond
              [(even? 42) d]
              [(> 337 b) => (lambda (true) b)]
              [else 42])))
      1000)))

(define (step-66 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 5) (return (modulo x 1000))))
        (list
          a
          b
          (cond
            [(even?
               (let-values ([(p q)
                             (values
                               (case (modulo a 5)
                                 [(0 1) b]
                                 [(2) 31]
                                 [else 274])
                               257)])
                 (max q ((lambda (p . rest) (+ (length rest) a)) a 35))))
             (case (modulo
                     (cond
                       [(even? 12) 48]
                       [(> 380 a) => (lambda (true) a)]
                       [else 12])
                     5)
               [(0 1) (let ([p b]) 35)]
               [(2) (- a 68)]
               [else 226])]
            [(> 280 (modulo (* 175 (let ([p b]) b)) 177)) =>
             (lambda (true) (modulo (* 175 (let ([p b]) b)) 177))]
            [else
             (let-values ([(p q)
                           (values
                             (case (modulo a 5)
                               [(0 1) b]
                               [(2) 31]
                               [else 274])
                             257)])
               (max q ((lambda (p . rest) (+ (length rest) a)) a 35)))])
          (let ([p (case (modulo (let ([p b]) a) 5)
                     [(0 1) (if (< 41 b) b 186)]
                     [(2) (if (< b b) a 446)]
                     [else 348])])
            (cond
              [(even? (- a b)) (- 70 a)]
              [(> 109 (modulo (* 463 p) 465)) =>
               (lambda (true) (modulo (* 463 p) 465))]
              [else (- a b)]))))
      5)))

(define (step-67 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 45) (return (modulo x 1000))))
        (list
          a
          b
          (cond
            [(even? (modulo (* 207 (if (< b 59) b 179)) 209))
             (let-values ([(p q) (values (modulo (* 440 96) 442) 344)])
               (max q (- 57 30)))]
            [(> 384
                (cond
                  [(even? (modulo (* 111 25) 113)) (modulo (* 17 b) 19)]
                  [(> 471 (+ b b)) => (lambda (true) (+ b b))]
                  [else (modulo (* 111 25) 113)])) =>
             (lambda (true)
               (cond
                 [(even? (modulo (* 111 25) 113)) (modulo (* 17 b) 19)]
                 [(> 471 (+ b b)) => (lambda (true) (+ b b))]
                 [else (modulo (* 111 25) 113)]))]
            [else (modulo (* 207 (if (< b 59) b 179)) 209)])
          (- (+ (- 38 55) (modulo (* 361 b) 363))
             (case (modulo (- b 49) 5)
               [(0 1) (- a b)]
               [(2)
                (cond
                  [(even? a) b]
                  [(> 237 82) => (lambda (true) 82)]
                  [else a])]
               [else 128]))))
      45)))

(define (step-68 a b)
  (let ([add (lambda (x)
               (+ x
                  (let ([p (- (let-values ([(p q) (values a 123)])
                                (max q 36))
                              (if (< 32 b) b 137))])
                    (let ([p ((lambda (p . rest) (+ (length rest) p))
                               a
                               p)])
                      (let-values ([(p q) (values p 443)]) (max q p))))))])
    (modulo (apply + (map add (list a b 15))) 1000)))

(define (step-69 a b)
  (let ([s (number->string
             (let ([p (cond
                        [(even? (+ 86 a)) (+ b 31)]
                        [(> 470 (+ 98 47)) => (lambda (true) (+ 98 47))]
                        [else (+ 86 a)])])
               (let ([p (let-values ([(p q) (values a 498)]) (max q b))])
                 (cond
                   [(even? p) 65]
                   [(> 196 a) => (lambda (true) a)]
                   [else p]))))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-70 a b)
  (let* ([c ((lambda (p . rest)
               (+ (length rest)
                  (let-values ([(p q) (values (if (< a 53) a 316) 116)])
                    (max q (+ p 23)))))
              (case (modulo
                      (cond
                        [(even? b) b]
                        [(> 420 51) => (lambda (true) 51)]
                        [else b])
                      5)
                [(0 1) (let ([p a]) a)]
                [(2) (+ a 89)]
                [else 133])
              (if (< (if (< a 88) b 406) (- b b))
                  (modulo (* 26 17) 28)
                  458))]
         [d (step-5 (modulo c 1000) b)])
    (modulo
      (+ d
         (case (modulo
                 (cond
                   [(even? 51) 98]
                   [(> 197 a) => (lambda (true) a)]
                   [else 51])
                 5)
           [(0 1) (+ c b)]
           [(2) (case (modulo c 5) [(0 1) b] [(2) a] [else 294])]
           [else 411]))
      1000)))

(define (step-71 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 59) (return (modulo x 1000))))
        (list
          a
          b
          (case (modulo
                  (if (< (cond
                           [(even? b) b]
                           [(> 326 b) => (lambda (true) b)]
                           [else b])
                         ((lambda (p . rest) (+ (length rest) b)) b a))
                      (let ([p a]) a)
                      98)
                  5)
            [(0 1)
             (cond
               [(even? (+ a a)) (- a 30)]
               [(> 229 (if (< 37 b) 8 463)) =>
                (lambda (true) (if (< 37 b) 8 463))]
               [else (+ a a)])]
            [(2)
             (let-values ([(p q) (values (let ([p a]) a) 73)])
               (max q (let ([p a]) p)))]
            [else 307])
          (+ (let ([p (+ 19 91)]) (if (< 42 80) p 144))
             (cond
               [(even? (+ 54 a))
                ((lambda (p . rest) (+ (length rest) b)) b 33)]
               [(> 82 (let-values ([(p q) (values a 454)]) (max q 43))) =>
                (lambda (true)
                  (let-values ([(p q) (values a 454)]) (max q 43)))]
               [else (+ 54 a)]))))
      59)))

(define (step-72 a b)
  (let ([p (make-point
             (case (modulo
                     ((lambda (p . rest) (+ (length rest) (+ 52 9)))
                       (let-values ([(p q) (values b 487)]) (max q a))
                       (modulo (* 495 83) 497))
                     5)
               [(0 1)
                (cond
                  [(even?
                     (cond
                       [(even? b) a]
                       [(> 221 a) => (lambda (true) a)]
                       [else b]))
                   (case (modulo 24 5) [(0 1) b] [(2) 11] [else 126])]
                  [(> 67 (let ([p a]) 43)) =>
                   (lambda (true) (let ([p a]) 43))]
                  [else
                   (cond
                     [(even? b) a]
                     [(> 221 a) => (lambda (true) a)]
                     [else b])])]
               [(2)
                (let-values ([(p q)
                              (values
                                ((lambda (p . rest) (+ (length rest) p))
                                  94
                                  a)
                                293)])
                  (max q (modulo (* 3 a) 5)))]
               [else 46])
             (cond
               [(even?
                  (let-values ([(p q)
                                (values
                                  (let-values ([(p q) (values b 147)])
                                    (max q 19))
                                  19)])
                    (max q
                         (let-values ([(p q) (values b 204)]) (max q p)))))
                (case (modulo
                        (let-values ([(p q) (values 88 12)]) (max q 22))
                        5)
                  [(0 1) (+ 70 b)]
                  [(2) (case (modulo 62 5) [(0 1) a] [(2) a] [else 290])]
                  [else 432])]
               [(> 60
                   (cond
                     [(even? (modulo (* 281 48) 283)) (if (< 21 55) a 220)]
                     [(> 167
                         (cond
                           [(even? 25) a]
                           [(> 38 98) => (lambda (true) 98)]
                           [else 25])) =>
                      (lambda (true)
                        (cond
                          [(even? 25) a]
                          [(> 38 98) => (lambda (true) 98)]
                          [else 25]))]
                     [else (modulo (* 281 48) 283)])) =>
                (lambda (true)
                  (cond
                    [(even? (modulo (* 281 48) 283)) (if (< 21 55) a 220)]
                    [(> 167
                        (cond
                          [(even? 25) a]
                          [(> 38 98) => (lambda (true) 98)]
                          [else 25])) =>
                     (lambda (true)
                       (cond
                         [(even? 25) a]
                         [(> 38 98) => (lambda (true) 98)]
                         [else 25]))]
                    [else (modulo (* 281 48) 283)]))]
               [else
                (let-values ([(p q)
                              (values
                                (let-values ([(p q) (values b 147)])
                                  (max q 19))
                                19)])
                  (max q
                       (let-values ([(p q) (values b 204)])
                         (max q p))))]))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-73 a b)
  (let ([p (make-point
             (- (- (if (< b a) a 275)
                   ((lambda (p . rest) (+ (length rest) a)) b 95))
                (modulo (* 190 (- a 76)) 192))
             (if (< (case (modulo
                            (cond
                              [(even? 74) a]
                              [(> 397 b) => (lambda (true) b)]
                              [else 74])
                            5)
                      [(0 1) (+ 45 a)]
                      [(2) (if (< b 50) a 336)]
                      [else 174])
                    ((lambda (p . rest)
                       (+ (length rest)
                          (cond
                            [(even? 21) 44]
                            [(> 233 77) => (lambda (true) 77)]
                            [else 21])))
                      (case (modulo b 5) [(0 1) 74] [(2) 25] [else 259])
                      (- b 18)))
                 (- (if (< 70 b) a 383) (+ 15 64))
                 115))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-74 a b)
  (let ([p (make-point
             (cond
               [(even?
                  (+ (let-values ([(p q) (values b 357)]) (max q 1))
                     (let ([p 2]) 1)))
                (case (modulo (+ a b) 5)
                  [(0 1) (- 62 b)]
                  [(2) (let-values ([(p q) (values a 339)]) (max q p))]
                  [else 320])]
               [(> 138
                   (modulo
                     (* 73 (let-values ([(p q) (values b 62)]) (max q p)))
                     75)) =>
                (lambda (true)
                  (modulo
                    (* 73 (let-values ([(p q) (values b 62)]) (max q p)))
                    75))]
               [else
                (+ (let-values ([(p q) (values b 357)]) (max q 1))
                   (let ([p 2]) 1))])
             (+ (let-values ([(p q)
                              (values
                                (case (modulo a 5)
                                  [(0 1) b]
                                  [(2) 75]
                                  [else 68])
                                206)])
                  (max q (let-values ([(p q) (values a 380)]) (max q b))))
                (cond
                  [(even? (modulo (* 118 53) 120)) (+ 48 b)]
                  [(> 256 (+ 26 b)) => (lambda (true) (+ 26 b))]
                  [else (modulo (* 118 53) 120)])))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-75 a b)
  (let loop ([c 0] [d a])
    (if (= c 4)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d
               (modulo
                 (* 484 (case (modulo c 5) [(0 1) 59] [(2) a] [else 159]))
                 486))
            5000)))))

(define (step-76 a b)
  (let ([p (make-point
             (case (modulo
                     (let-values ([(p q)
                                   (values
                                     (case (modulo a 5)
                                       [(0 1) b]
                                       [(2) 8]
                                       [else 40])
                                     199)])
                       (max q (if (< 7 b) 81 42)))
                     5)
               [(0 1)
                (cond
                  [(even? (let-values ([(p q) (values 21 114)]) (max q a)))
                   (if (< 65 a) a 96)]
                  [(> 6 (let ([p b]) 49)) =>
                   (lambda (true) (let ([p b]) 49))]
                  [else (let-values ([(p q) (values 21 114)]) (max q a))])]
               [(2)
                ((lambda (p . rest) (+ (length rest) (- a p)))
                  (let ([p a]) 33)
                  (if (< b b) 55 392))]
               [else 171])
             (let ([p (if (< (- b 10) (- 3 b)) (+ a a) 70)])
               (cond
                 [(even? (- p p)) (let ([p a]) 73)]
                 [(> 86
                     (cond
                       [(even? 4) b]
                       [(> 284 p) => (lambda (true) p)]
                       [else 4])) =>
                  (lambda (true)
                    (cond
                      [(even? 4) b]
                      [(> 284 p) => (lambda (true) p)]
                      [else 4]))]
                 [else (- p p)])))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-77 a b)
  (let ([s (number->string
             (let ([p (modulo (* 427 (if (< b 43) a 482)) 429)])
               (let ([p (- b p)]) (+ 52 p))))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-78 a b)
  (let ([p (make-point
             (modulo
               (* 24
                  ((lambda (p . rest) (+ (length rest) (+ 79 a)))
                    (- a a)
                    (case (modulo a 5) [(0 1) 72] [(2) b] [else 68])))
               26)
             (if (< (case (modulo (if (< 50 a) a 8) 5)
                      [(0 1) (- b 9)]
                      [(2) ((lambda (p . rest) (+ (length rest) 20)) b 29)]
                      [else 341])
                    (cond
                      [(even? (if (< b b) b 235)) (let ([p b]) a)]
                      [(> 288
                          (let-values ([(p q) (values 18 156)]) (max q p))) =>
                       (lambda (true)
                         (let-values ([(p q) (values 18 156)]) (max q p)))]
                      [else (if (< b b) b 235)]))
                 (if (< (if (< a 64) 43 275)
                        ((lambda (p . rest) (+ (length rest) a)) 18 38))
                     (let-values ([(p q) (values a 483)]) (max q p))
                     438)
                 0))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-79 a b)
  (let ([v (make-vector 3 b)])
    (vector-set!
      v
      1
      (cond
        [(even?
           (case (modulo
                   (case (modulo a 5) [(0 1) a] [(2) 99] [else 396])
                   5)
             [(0 1)
              (cond
                [(even? b) b]
                [(> 341 b) => (lambda (true) b)]
                [else b])]
             [(2) (if (< b a) a 255)]
             [else 434]))
         (cond
           [(even?
              (cond
                [(even? a) b]
                [(> 212 82) => (lambda (true) 82)]
                [else a]))
            (if (< b 85) a 34)]
           [(> 435
               (cond
                 [(even? b) a]
                 [(> 360 a) => (lambda (true) a)]
                 [else b])) =>
            (lambda (true)
              (cond
                [(even? b) a]
                [(> 360 a) => (lambda (true) a)]
                [else b]))]
           [else
            (cond
              [(even? a) b]
              [(> 212 82) => (lambda (true) 82)]
              [else a])])]
        [(> 459 (modulo (* 240 (modulo (* 74 b) 76)) 242)) =>
         (lambda (true) (modulo (* 240 (modulo (* 74 b) 76)) 242))]
        [else
         (case (modulo
                 (case (modulo a 5) [(0 1) a] [(2) 99] [else 396])
                 5)
           [(0 1)
            (cond
              [(even? b) b]
              [(> 341 b) => (lambda (true) b)]
              [else b])]
           [(2) (if (< b a) a 255)]
           [else 434])]))
    (vector-set!
      v
      2
      (cond
        [(even? (+ (if (< a a) a 446) (if (< b 98) b 9)))
         ((lambda (p . rest) (+ (length rest) (+ p 86)))
           (cond
             [(even? b) a]
             [(> 222 a) => (lambda (true) a)]
             [else b])
           (+ a b))]
        [(> 483
            (cond
              [(even? ((lambda (p . rest) (+ (length rest) a)) b 55))
               (let ([p 30]) p)]
              [(> 435 (modulo (* 103 a) 105)) =>
               (lambda (true) (modulo (* 103 a) 105))]
              [else ((lambda (p . rest) (+ (length rest) a)) b 55)])) =>
         (lambda (true)
           (cond
             [(even? ((lambda (p . rest) (+ (length rest) a)) b 55))
              (let ([p 30]) p)]
             [(> 435 (modulo (* 103 a) 105)) =>
              (lambda (true) (modulo (* 103 a) 105))]
             [else ((lambda (p . rest) (+ (length rest) a)) b 55)]))]
        [else (+ (if (< a a) a 446) (if (< b 98) b 9))]))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-80 a b)
  (let ([add (lambda (x)
               (+ x
                  (cond
                    [(even?
                       (modulo
                         (* 430
                            (cond
                              [(even? a) 20]
                              [(> 404 a) => (lambda (true) a)]
                              [else a]))
                         432))
                     (let ([p (+ b a)]) (if (< b 66) 15 243))]
                    [(> 285
                        (cond
                          [(even?
                             (cond
                               [(even? a) 1]
                               [(> 165 a) => (lambda (true) a)]
                               [else a]))
                           (let-values ([(p q) (values a 472)])
                             (max q 89))]
                          [(> 393
                              (let-values ([(p q) (values a 266)])
                                (max q 27))) =>
                           (lambda (true)
                             (let-values ([(p q) (values a 266)])
                               (max q 27)))]
                          [else
                           (cond
                             [(even? a) 1]
                             [(> 165 a) => (lambda (true) a)]
                             [else a])])) =>
                     (lambda (true)
                       (cond
                         [(even?
                            (cond
                              [(even? a) 1]
                              [(> 165 a) => (lambda (true) a)]
                              [else a]))
                          (let-values ([(p q) (values a 472)]) (max q 89))]
                         [(> 393
                             (let-values ([(p q) (values a 266)])
                               (max q 27))) =>
                          (lambda (true)
                            (let-values ([(p q) (values a 266)])
                              (max q 27)))]
                         [else
                          (cond
                            [(even? a) 1]
                            [(> 165 a) => (lambda (true) a)]
                            [else a])]))]
                    [else
                     (modulo
                       (* 430
                          (cond
                            [(even? a) 20]
                            [(> 404 a) => (lambda (true) a)]
                            [else a]))
                       432)])))])
    (modulo (apply + (map add (list a b 50))) 1000)))

(define (step-81 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 31) (return (modulo x 1000))))
        (list
          a
          b
          (case (modulo
                  (let-values ([(p q) (values (if (< 24 b) 89 232) 329)])
                    (max q ((lambda (p . rest) (+ (length rest) 57)) a a)))
                  5)
            [(0 1)
             ((lambda (p . rest) (+ (length rest) (+ b p)))
               (- a b)
               (let ([p 57]) 83))]
            [(2)
             (let-values ([(p q) (values (- 83 b) 381)])
               (max q (let ([p b]) p)))]
            [else 137])
          (let-values ([(p q)
                        (values (modulo (* 441 (- 22 72)) 443) 449)])
            (max q
                 (case (modulo (- b p) 5)
                   [(0 1)
                    (cond
                      [(even? b) 23]
                      [(> 204 a) => (lambda (true) a)]
                      [else b])]
                   [(2) (case (modulo p 5) [(0 1) b] [(2) 12] [else 192])]
                   [else 433])))))
      31)))

(define (step-82 a b)
  (let* ([c (if (< (- (modulo (* 81 85) 83)
                      (cond
                        [(even? b) b]
                        [(> 253 42) => (lambda (true) 42)]
                        [else b]))
                   (let ([p (let ([p b]) 28)])
                     (cond
                       [(even? p) 56]
                       [(> 81 58) => (lambda (true) 58)]
                       [else p])))
                (cond
                  [(even? (+ a b)) (modulo (* 16 a) 18)]
                  [(> 78 (- b b)) => (lambda (true) (- b b))]
                  [else (+ a b)])
                176)]
         [d (step-74 (modulo c 1000) b)])
    (modulo
      (+ d
         (case (modulo
                 ((lambda (p . rest) (+ (length rest) b)) c b)
                 5)
           [(0 1) (if (< 26 d) b 323)]
           [(2) (if (< a 70) 85 19)]
           [else 489]))
      1000)))

(define (step-83 a b)
  (let loop ([c 0] [d a])
    (if (= c 3)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d (modulo (* 209 (modulo (* 313 a) 315)) 211))
            5000)))))

(define (step-84 a b)
  (let ([p (make-point
             (if (< (let-values ([(p q)
                                  (values
                                    (case (modulo a 5)
                                      [(0 1) a]
                                      [(2) a]
                                      [else 295])
                                    407)])
                      (max q
                           ((lambda (p . rest) (+ (length rest) 22))
                             44
                             78)))
                    (let ([p (let-values ([(p q) (values b 330)])
                               (max q a))])
                      (modulo (* 493 b) 495)))
                 (modulo
                   (* 65 (let-values ([(p q) (values b 291)]) (max q b)))
                   67)
                 417)
             ((lambda (p . rest)
                (+ (length rest)
                   (modulo
                     (* 310
                        (cond
                          [(even? 93) 40]
                          [(> 458 p) => (lambda (true) p)]
                          [else 93]))
                     312)))
               (cond
                 [(even? (+ a 3))
                  ((lambda (p . rest) (+ (length rest) 15)) b a)]
                 [(> 418 (case (modulo a 5) [(0 1) b] [(2) a] [else 416])) =>
                  (lambda (true)
                    (case (modulo a 5) [(0 1) b] [(2) a] [else 416]))]
                 [else (+ a 3)])
               (- (- 60 b) (+ b a))))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-85 a b)
  (let ([add (lambda (x)
               (+ x
                  (+ (modulo
                       (* 73 ((lambda (p . rest) (+ (length rest) b)) b b))
                       75)
                     (let-values ([(p q) (values (let ([p b]) 4) 466)])
                       (max q (modulo (* 165 b) 167))))))])
    (modulo (apply + (map add (list a b 32))) 1000)))

(define (step-86 a b)
  (let ([v (make-vector 4 b)])
    (vector-set!
      v
      1
      (+ (modulo (* 117 (if (< a 77) a 39)) 119)
         (case (modulo
                 (case (modulo 93 5) [(0 1) 30] [(2) a] [else 153])
                 5)
           [(0 1) (- a b)]
           [(2) (case (modulo b 5) [(0 1) a] [(2) b] [else 227])]
           [else 47])))
    (vector-set!
      v
      2
      ((lambda (p . rest)
         (+ (length rest)
            (if (< (cond
                     [(even? a) 46]
                     [(> 497 a) => (lambda (true) a)]
                     [else a])
                   (- p p))
                (if (< p p) a 2)
                396)))
        ((lambda (p . rest) (+ (length rest) (+ p b)))
          (let ([p 20]) p)
          (let ([p 69]) 4))
        (modulo (* 280 (+ a b)) 282)))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-87 a b)
  (let ([add (lambda (x)
               (+ x
                  (let ([p (+ (modulo (* 275 b) 277)
                              (case (modulo a 5)
                                [(0 1) 7]
                                [(2) 28]
                                [else 45]))])
                    (let-values ([(p q) (values (+ b a) 293)])
                      (max q (if (< p p) a 265))))))])
    (modulo (apply + (map add (list a b 78))) 1000)))

(define (step-88 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 64) (return (modulo x 1000))))
        (list
          a
          b
          (cond
            [(even? (+ (modulo (* 395 a) 397) (let ([p a]) a)))
             (+ ((lambda (p . rest) (+ (length rest) b)) b b)
                (case (modulo 84 5) [(0 1) 39] [(2) 95] [else 105]))]
            [(> 269
                (if (< (let-values ([(p q) (values a 5)]) (max q 91))
                       (let ([p b]) 21))
                    (let ([p a]) a)
                    385)) =>
             (lambda (true)
               (if (< (let-values ([(p q) (values a 5)]) (max q 91))
                      (let ([p b]) 21))
                   (let ([p a]) a)
                   385))]
            [else (+ (modulo (* 395 a) 397) (let ([p a]) a))])
          (let-values ([(p q)
                        (values
                          (if (< (- 64 b) (+ b a)) (let ([p a]) b) 91)
                          40)])
            (max q
                 ((lambda (p . rest) (+ (length rest) (+ p p)))
                   (- a a)
                   (cond
                     [(even? a) b]
                     [(> 401 99) => (lambda (true) 99)]
                     [else a]))))))
      64)))

(define (step-89 a b)
  (let loop ([c 0] [d a])
    (if (= c 3)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d
               ((lambda (p . rest)
                  (+ (length rest)
                     ((lambda (p . rest) (+ (length rest) 88)) a p)))
                 ((lambda (p . rest) (+ (length rest) a)) 98 a)
                 (if (< c 76) c 237)))
            5000)))))

(define (step-90 a b)
  (let ([s (number->string
             (if (< (if (< (- a 39)
                           (let-values ([(p q) (values b 133)])
                             (max q 20)))
                        (if (< b a) 5 164)
                        114)
                    (+ ((lambda (p . rest) (+ (length rest) p)) b b)
                       ((lambda (p . rest) (+ (length rest) p)) 30 b)))
                 (- (let ([p a]) 33) (- 35 34))
                 337))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-91 a b)
  (let loop ([c 0] [d a])
    (if (= c 4)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d
               (- (let-values ([(p q) (values b 369)]) (max q 20))
                  (case (modulo 98 5) [(0 1) d] [(2) 85] [else 168])))
            5000)))))

(define (step-92 a b)
  (let loop ([c 0] [d a])
    (if (= c 2)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d
               (if (< (case (modulo b 5) [(0 1) c] [(2) a] [else 35])
                      (case (modulo a 5) [(0 1) d] [(2) 14] [else 297]))
                   (- d b)
                   402))
            5000)))))

(define (step-93 a b)
  (let* ([c (let-values ([(p q)
                          (values
                            (+ ((lambda (p . rest) (+ (length rest) a))
                                 29
                                 88)
                               (if (< 94 a) a 478))
                            255)])
              (max q
                   (case (modulo
                           (case (modulo b 5) [(0 1) a] [(2) p] [else 138])
                           5)
                     [(0 1)
                      (case (modulo a 5) [(0 1) p] [(2) 94] [else 130])]
                     [(2) (modulo (* 423 p) 425)]
                     [else 345])))]
         [d (step-76 (modulo c 1000) b)])
    (modulo
      (+ d
         ((lambda (p . rest) (+ (length rest) (if (< 44 p) 0 367)))
           ((lambda (p . rest) (+ (length rest) c)) b 14)
           (+ 62 d)))
      1000)))

(define (step-94 a b)
  (let loop ([c 0] [d a])
    (if (= c 2)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d
               ((lambda (p . rest)
                  (+ (length rest)
                     (case (modulo 59 5) [(0 1) a] [(2) b] [else 409])))
                 (+ a a)
                 (case (modulo d 5) [(0 1) 91] [(2) 67] [else 413])))
            5000)))))

(define (step-95 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 2) (return (modulo x 1000))))
        (list
          a
          b
          (if (< ((lambda (p . rest)
                    (+ (length rest)
                       (let-values ([(p q) (values b 85)]) (max q p))))
                   ((lambda (p . rest) (+ (length rest) 18)) a a)
                   (if (< b b) a 135))
                 (case (modulo (let ([p b]) a) 5)
                   [(0 1)
                    (cond
                      [(even? 8) 95]
                      [(> 469 a) => (lambda (true) a)]
                      [else 8])]
                   [(2) (- 86 5)]
                   [else 179]))
              (let ([p (- b a)]) (let ([p p]) a))
              423)
          (case (modulo
                  (modulo
                    (* 86
                       (cond
                         [(even? 5) b]
                         [(> 481 b) => (lambda (true) b)]
                         [else 5]))
                    88)
                  5)
            [(0 1)
             (+ (if (< a 54) a 378)
                (let-values ([(p q) (values b 94)]) (max q b)))]
            [(2) (if (< (+ 86 33) (+ b a)) (if (< a 12) a 103) 297)]
            [else 302])))
      2)))

(define (step-96 a b)
  (let ([s (number->string
             (let-values ([(p q)
                           (values
                             (case (modulo (if (< b 56) b 228) 5)
                               [(0 1)
                                ((lambda (p . rest) (+ (length rest) a))
                                  b
                                  b)]
                               [(2) (- 2 a)]
                               [else 406])
                             453)])
               (max q
                    ((lambda (p . rest)
                       (+ (length rest)
                          (cond
                            [(even? a) 19]
                            [(> 368 16) => (lambda (true) 16)]
                            [else a])))
                      (- a 22)
                      (cond
                        [(even? 63) 27]
                        [(> 292 p) => (lambda (true) p)]
                        [else 63])))))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-97 a b)
  (let* ([c (let-values ([(p q)
                          (values
                            (case (modulo (modulo (* 485 b) 487) 5)
                              [(0 1) (modulo (* 98 a) 100)]
                              [(2) (let ([p 0]) a)]
                              [else 486])
                            316)])
              (max q
                   (let-values ([(p q) (values (if (< p b) a 111) 444)])
                     (max q (if (< 26 p) 24 198)))))]
         [d (step-59 (modulo c 1000) b)])
    (modulo
      (+ d
         (case (modulo (if (< 55 67) d 64) 5)
           [(0 1) (modulo (* 160 b) 162)]
           [(2) (let-values ([(p q) (values d 292)]) (max q 73))]
           [else 444]))
      1000)))

(define (step-98 a b)
  (let ([p (make-point
             ((lambda (p . rest)
                (+ (length rest)
                   (cond
                     [(even? (+ a 79)) (- p 7)]
                     [(> 293 (modulo (* 71 p) 73)) =>
                      (lambda (true) (modulo (* 71 p) 73))]
                     [else (+ a 79)])))
               (cond
                 [(even? (if (< b 12) 39 346)) (- 32 34)]
                 [(> 36 (- a b)) => (lambda (true) (- a b))]
                 [else (if (< b 12) 39 346)])
               (- ((lambda (p . rest) (+ (length rest) a)) 47 94)
                  (if (< 4 7) 81 231)))
             (let ([p (- (modulo (* 247 30) 249)
                         (cond
                           [(even? 88) b]
                           [(> 236 a) => (lambda (true) a)]
                           [else 88]))])
               (+ (- p a) (- a b))))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-99 a b)
  (let ([p (make-point
             (+ (cond
                  [(even? (let ([p b]) 28)) (if (< 62 53) b 482)]
                  [(> 275 (+ a 7)) => (lambda (true) (+ a 7))]
                  [else (let ([p b]) 28)])
                (cond
                  [(even? ((lambda (p . rest) (+ (length rest) 47)) a a))
                   (let ([p a]) p)]
                  [(> 171 (modulo (* 329 44) 331)) =>
                   (lambda (true) (modulo (* 329 44) 331))]
                  [else ((lambda (p . rest) (+ (length rest) 47)) a a)]))
             ((lambda (p . rest)
                (+ (length rest)
                   (- (let-values ([(p q) (values 78 358)]) (max q p))
                      (modulo (* 378 a) 380))))
               (let ([p (+ a a)])
                 (let-values ([(p q) (values 21 219)]) (max q 71)))
               (let ([p (- 65 b)]) (- 77 p))))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-100 a b)
  (let ([add (lambda (x)
               (+ x
                  (let-values ([(p q)
                                (values
                                  (let-values ([(p q)
                                                (values
                                                  (modulo (* 462 9) 464)
                                                  418)])
                                    (max q
                                         (let-values ([(p q)
                                                       (values a 407)])
                                           (max q 58))))
                                  385)])
                    (max q
                         (let ([p (if (< p b) a 1)])
                           ((lambda (p . rest) (+ (length rest) 19))
                             90
                             p))))))])
    (modulo (apply + (map add (list a b 96))) 1000)))

(define (step-101 a b)
  (let loop ([c 0] [d a])
    (if (= c 4)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d
               (- (+ 79 b) ((lambda (p . rest) (+ (length rest) 48)) a b)))
            5000)))))

(define (step-102 a b)
  (let ([v (make-vector 5 b)])
    (vector-set!
      v
      1
      (modulo
        (* 476
           (+ (modulo (* 234 a) 236)
              (let-values ([(p q) (values b 14)]) (max q b))))
        478))
    (vector-set!
      v
      2
      (if (< (- (let-values ([(p q) (values a 473)]) (max q 13))
                (let ([p 62]) b))
             (modulo
               (* 157 (case (modulo b 5) [(0 1) a] [(2) b] [else 177]))
               159))
          (let ([p (let ([p 73]) b)]) (let ([p b]) p))
          151))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-103 a b)
  (let ([s (number->string
             (modulo
               (* 42 (if (< (+ a a) (- b a)) (if (< 35 a) 43 173) 322))
               44))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-104 a b)
  (let ([s (number->string
             (let ([p (if (< (if (< 42 a) 14 221)
                             (cond
                               [(even? a) a]
                               [(> 64 b) => (lambda (true) b)]
                               [else a]))
                          (modulo (* 366 38) 368)
                          424)])
               (let-values ([(p q) (values (- b 19) 98)])
                 (max q (- 94 a)))))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-105 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 58) (return (modulo x 1000))))
        (list
          a
          b
          (let-values ([(p q)
                        (values
                          ((lambda (p . rest)
                             (+ (length rest)
                                (cond
                                  [(even? p) b]
                                  [(> 483 p) => (lambda (true) p)]
                                  [else p])))
                            (- b a)
                            (let ([p b]) b))
                          196)])
            (max q (+ (modulo (* 85 63) 87) (+ 85 a))))
          ((lambda (p . rest)
             (+ (length rest)
                ((lambda (p . rest)
                   (+ (length rest)
                      (case (modulo p 5) [(0 1) 42] [(2) p] [else 13])))
                  (if (< p 0) a 212)
                  (if (< a a) a 156))))
            (if (< (if (< 8 49) 53 471) (modulo (* 336 b) 338))
                ((lambda (p . rest) (+ (length rest) p)) a 96)
                116)
            (if (< (- b a)
                   (cond
                     [(even? a) b]
                     [(> 360 a) => (lambda (true) a)]
                     [else a]))
                (let-values ([(p q) (values b 46)]) (max q 55))
                350))))
      58)))

(define (step-106 a b)
  (let ([s (number->string
             (let ([p (modulo (* 193 (let ([p b]) 95)) 195)])
               (case (modulo (modulo (* 231 33) 233) 5)
                 [(0 1) (if (< b p) 69 2)]
                 [(2) ((lambda (p . rest) (+ (length rest) p)) a a)]
                 [else 304])))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-107 a b)
  (let ([add (lambda (x)
               (+ x
                  (- (if (< (+ 50 69) (let ([p a]) b))
                         (cond
                           [(even? a) b]
                           [(> 132 b) => (lambda (true) b)]
                           [else a])
                         400)
                     (let-values ([(p q)
                                   (values (modulo (* 41 a) 43) 467)])
                       (max q (modulo (* 322 38) 324))))))])
    (modulo (apply + (map add (list a b 34))) 1000)))

(define (step-108 a b)
  (let ([p (make-point
             (let ([p (let-values ([(p q)
                                    (values
                                      (cond
                                        [(even? 70) a]
                                        [(> 396 a) => (lambda (true) a)]
                                        [else 70])
                                      328)])
                        (max q (let ([p p]) 93)))])
               (let ([p (if (< 12 33) b 235)]) (let ([p 49]) b)))
             (case (modulo
                     ((lambda (p . rest) (+ (length rest) (+ p a)))
                       (cond
                         [(even? 67) 8]
                         [(> 205 a) => (lambda (true) a)]
                         [else 67])
                       (- b b))
                     5)
               [(0 1)
                (case (modulo
                        (case (modulo a 5) [(0 1) a] [(2) 18] [else 339])
                        5)
                  [(0 1) (+ 70 36)]
                  [(2) (- b b)]
                  [else 121])]
               [(2)
                (let ([p ((lambda (p . rest) (+ (length rest) a)) b a)])
                  ((lambda (p . rest) (+ (length rest) b)) a b))]
               [else 230]))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-109 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 55) (return (modulo x 1000))))
        (list
          a
          b
          (if (< (- (let ([p a]) p) (+ b a))
                 (cond
                   [(even? (- a 3)) (modulo (* 46 a) 48)]
                   [(> 454 (modulo (* 194 b) 196)) =>
                    (lambda (true) (modulo (* 194 b) 196))]
                   [else (- a 3)]))
              (let ([p ((lambda (p . rest) (+ (length rest) b)) b a)])
                (- a 14))
              215)
          (if (< (let-values ([(p q)
                               (values
                                 (let-values ([(p q) (values 34 271)])
                                   (max q 79))
                                 183)])
                   (max q
                        (case (modulo 77 5)
                          [(0 1) 14]
                          [(2) b]
                          [else 364])))
                 (+ ((lambda (p . rest) (+ (length rest) 3)) a b)
                    (let-values ([(p q) (values 84 45)]) (max q p))))
              (+ ((lambda (p . rest) (+ (length rest) 4)) a a)
                 (case (modulo a 5) [(0 1) 29] [(2) a] [else 122]))
              464)))
      55)))

(define (step-110 a b)
  (let ([v (make-vector 4 b)])
    (vector-set!
      v
      1
      (let ([p (let ([p (- b 94)]) (if (< 7 59) b 47))])
        ((lambda (p . rest) (+ (length rest) (- 41 a)))
          ((lambda (p . rest) (+ (length rest) 77)) b 28)
          (let-values ([(p q) (values 45 53)]) (max q p)))))
    (vector-set!
      v
      2
      (+ (case (modulo (- b a) 5)
           [(0 1) (let-values ([(p q) (values b 458)]) (max q 58))]
           [(2) (- 75 b)]
           [else 79])
         (let-values ([(p q)
                       (values
                         (cond
                           [(even? 60) 50]
                           [(> 486 b) => (lambda (true) b)]
                           [else 60])
                         368)])
           (max q (modulo (* 159 b) 161)))))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-111 a b)
  (let ([p (make-point
             (let ([p (- (let-values ([(p q) (values a 437)]) (max q 96))
                         (- a b))])
               (let-values ([(p q) (values (let ([p a]) 80) 84)])
                 (max q (let-values ([(p q) (values b 236)]) (max q 54)))))
             (+ (let-values ([(p q) (values (let ([p 12]) 24) 355)])
                  (max q (case (modulo a 5) [(0 1) b] [(2) p] [else 349])))
                (cond
                  [(even? (modulo (* 99 a) 101)) (if (< a a) b 129)]
                  [(> 120 (- a a)) => (lambda (true) (- a a))]
                  [else (modulo (* 99 a) 101)])))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-112 a b)
  (let ([s (number->string
             (case (modulo (modulo (* 339 (- 67 36)) 341) 5)
               [(0 1)
                (+ (- 72 a)
                   (cond
                     [(even? a) 58]
                     [(> 488 a) => (lambda (true) a)]
                     [else a]))]
               [(2)
                (cond
                  [(even?
                     (cond
                       [(even? a) a]
                       [(> 121 b) => (lambda (true) b)]
                       [else a]))
                   ((lambda (p . rest) (+ (length rest) 53)) a a)]
                  [(> 401 (- b b)) => (lambda (true) (- b b))]
                  [else
                   (cond
                     [(even? a) a]
                     [(> 121 b) => (lambda (true) b)]
                     [else a])])]
               [else 166]))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-113 a b)
  (let ([v (make-vector 6 b)])
    (vector-set!
      v
      1
      (case (modulo
              (- (case (modulo 7 5) [(0 1) b] [(2) a] [else 336])
                 (let ([p a]) b))
              5)
        [(0 1) (- (- 61 a) (let ([p a]) b))]
        [(2)
         (- (modulo (* 472 a) 474)
            (cond
              [(even? b) a]
              [(> 210 77) => (lambda (true) 77)]
              [else b]))]
        [else 364]))
    (vector-set!
      v
      2
      (let ([p (- (if (< b 17) 56 56) (if (< a b) b 213))])
        (modulo (* 345 (- 72 91)) 347)))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-114 a b)
  (let ([v (make-vector 6 b)])
    (vector-set!
      v
      1
      (case (modulo
              (+ (- a b)
                 (case (modulo 16 5) [(0 1) b] [(2) a] [else 235]))
              5)
        [(0 1)
         (case (modulo
                 (let-values ([(p q) (values 1 123)]) (max q b))
                 5)
           [(0 1) (let ([p a]) b)]
           [(2) (case (modulo a 5) [(0 1) b] [(2) b] [else 314])]
           [else 250])]
        [(2)
         (let ([p (if (< 63 a) b 12)])
           (let-values ([(p q) (values p 393)]) (max q b)))]
        [else 112]))
    (vector-set!
      v
      2
      (cond
        [(even?
           (case (modulo
                   ((lambda (p . rest) (+ (length rest) b)) b a)
                   5)
             [(0 1) (+ 64 10)]
             [(2) (+ b b)]
             [else 460]))
         (case (modulo
                 (case (modulo 57 5) [(0 1) b] [(2) 98] [else 130])
                 5)
           [(0 1)
            (cond
              [(even? a) a]
              [(> 314 42) => (lambda (true) 42)]
              [else a])]
           [(2)
            (cond
              [(even? b) 88]
              [(> 62 b) => (lambda (true) b)]
              [else b])]
           [else 259])]
        [(> 449
            (let ([p (cond
                       [(even? 42) 49]
                       [(> 28 65) => (lambda (true) 65)]
                       [else 42])])
              (case (modulo b 5) [(0 1) 21] [(2) 88] [else 263]))) =>
         (lambda (true)
           (let ([p (cond
                      [(even? 42) 49]
                      [(> 28 65) => (lambda (true) 65)]
                      [else 42])])
             (case (modulo b 5) [(0 1) 21] [(2) 88] [else 263])))]
        [else
         (case (modulo
                 ((lambda (p . rest) (+ (length rest) b)) b a)
                 5)
           [(0 1) (+ 64 10)]
           [(2) (+ b b)]
           [else 460])]))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-115 a b)
  (let* ([c (case (modulo
                    (modulo (* 482 (if (< 86 a) a 367)) 484)
                    5)
              [(0 1)
               ((lambda (p . rest) (+ (length rest) (- a b)))
                 (case (modulo 45 5) [(0 1) 8] [(2) 30] [else 71])
                 (let ([p 13]) p))]
              [(2)
               (- ((lambda (p . rest) (+ (length rest) p)) 6 55)
                  (let-values ([(p q) (values 73 376)]) (max q p)))]
              [else 164])]
         [d (step-69 (modulo c 1000) b)])
    (modulo
      (+ d
         (let-values ([(p q) (values (if (< d d) 90 87) 384)])
           (max q (- c p))))
      1000)))

(define (step-116 a b)
  (let ([s (number->string
             (case (modulo
                     (+ (if (< 59 a) b 347)
                        ((lambda (p . rest) (+ (length rest) 44)) b 59))
                     5)
               [(0 1) (+ (+ b 3) (let ([p b]) p))]
               [(2)
                (cond
                  [(even? (+ a a)) (let ([p 18]) 44)]
                  [(> 96 (if (< a b) a 308)) =>
                   (lambda (true) (if (< a b) a 308))]
                  [else (+ a a)])]
               [else 42]))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-117 a b)
  (let loop ([c 0] [d a])
    (if (= c 5)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d
               (if (< (let-values ([(p q) (values 65 78)]) (max q d))
                      ((lambda (p . rest) (+ (length rest) p)) a c))
                   (case (modulo 66 5) [(0 1) b] [(2) 52] [else 486])
                   321))
            5000)))))

(define (step-118 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 17) (return (modulo x 1000))))
        (list
          a
          b
          ((lambda (p . rest)
             (+ (length rest)
                (case (modulo (if (< a 41) p 288) 5)
                  [(0 1) (if (< 78 a) p 280)]
                  [(2) (let ([p a]) 33)]
                  [else 133])))
            (if (< (let-values ([(p q) (values a 454)]) (max q 76))
                   (if (< a b) a 426))
                (let ([p a]) p)
                444)
            (let ([p (if (< b a) b 354)])
              (cond
                [(even? 61) 84]
                [(> 91 60) => (lambda (true) 60)]
                [else 61])))
          (if (< (if (< (case (modulo b 5)
                          [(0 1) b]
                          [(2) a]
                          [else 210])
                        (let ([p a]) b))
                     (case (modulo a 5) [(0 1) 57] [(2) a] [else 36])
                     369)
                 (let-values ([(p q) (values (let ([p b]) p) 359)])
                   (max q (- 54 a))))
              (- (cond
                   [(even? 5) a]
                   [(> 350 a) => (lambda (true) a)]
                   [else 5])
                 (cond
                   [(even? a) 98]
                   [(> 278 90) => (lambda (true) 90)]
                   [else a]))
              181)))
      17)))

(define (step-119 a b)
  (let ([s (number->string
             (- (case (modulo (- 55 a) 5)
                  [(0 1) (- b 30)]
                  [(2) ((lambda (p . rest) (+ (length rest) 31)) a b)]
                  [else 74])
                (let ([p (+ b a)])
                  ((lambda (p . rest) (+ (length rest) 10)) b 38))))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-120 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 31) (return (modulo x 1000))))
        (list
          a
          b
          ((lambda (p . rest)
             (+ (length rest)
                (let-values ([(p q) (values (modulo (* 123 a) 125) 130)])
                  (max q (- p 36)))))
            (modulo
              (* 328 (let-values ([(p q) (values b 1)]) (max q a)))
              330)
            (modulo
              (* 44 (let-values ([(p q) (values 10 172)]) (max q a)))
              46))
          (- ((lambda (p . rest) (+ (length rest) (+ b 82)))
               ((lambda (p . rest) (+ (length rest) 21)) 81 a)
               (let ([p a]) a))
             (cond
               [(even? (modulo (* 125 b) 127)) (modulo (* 399 49) 401)]
               [(> 352 (case (modulo a 5) [(0 1) 57] [(2) a] [else 471])) =>
                (lambda (true)
                  (case (modulo a 5) [(0 1) 57] [(2) a] [else 471]))]
               [else (modulo (* 125 b) 127)]))))
      31)))

(define (step-121 a b)
  (let ([p (make-point
             ((lambda (p . rest)
                (+ (length rest)
                   (let ([p (if (< 43 p) b 118)])
                     (cond
                       [(even? p) 7]
                       [(> 331 p) => (lambda (true) p)]
                       [else p]))))
               (modulo (* 418 (+ a 31)) 420)
               (modulo (* 327 (modulo (* 217 b) 219)) 329))
             (case (modulo
                     (+ ((lambda (p . rest) (+ (length rest) p)) 59 a)
                        (let-values ([(p q) (values b 150)]) (max q b)))
                     5)
               [(0 1)
                (case (modulo
                        ((lambda (p . rest) (+ (length rest) b)) a 70)
                        5)
                  [(0 1)
                   (cond
                     [(even? a) 90]
                     [(> 498 a) => (lambda (true) a)]
                     [else a])]
                  [(2) (+ 73 b)]
                  [else 480])]
               [(2)
                (- (modulo (* 96 a) 98)
                   ((lambda (p . rest) (+ (length rest) b)) b 13))]
               [else 219]))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-122 a b)
  (let ([p (make-point
             (modulo
               (* 255
                  (let-values ([(p q)
                                (values
                                  ((lambda (p . rest) (+ (length rest) b))
                                    a
                                    b)
                                  443)])
                    (max q (modulo (* 267 p) 269))))
               257)
             ((lambda (p . rest)
                (+ (length rest) (let ([p (if (< b p) 73 58)]) (+ 94 p))))
               (- ((lambda (p . rest) (+ (length rest) 0)) 38 46)
                  (let ([p b]) 24))
               (let-values ([(p q)
                             (values
                               (case (modulo a 5)
                                 [(0 1) a]
                                 [(2) b]
                                 [else 46])
                               13)])
                 (max q (let ([p b]) p)))))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-123 a b)
  (let ([v (make-vector 3 b)])
    (vector-set!
      v
      1
      (let-values ([(p q)
                    (values
                      (let ([p (- 57 b)])
                        (case (modulo b 5) [(0 1) p] [(2) p] [else 184]))
                      171)])
        (max q
             (if (< (case (modulo a 5) [(0 1) p] [(2) p] [else 20])
                    (if (< p b) a 459))
                 (if (< 41 b) a 384)
                 179))))
    (vector-set!
      v
      2
      (let ([p (case (modulo (- 31 a) 5)
                 [(0 1) (let-values ([(p q) (values a 410)]) (max q 22))]
                 [(2) (let ([p b]) b)]
                 [else 291])])
        (case (modulo
                (cond
                  [(even? p) a]
                  [(> 84 b) => (lambda (true) b)]
                  [else p])
                5)
          [(0 1) (if (< 89 p) 67 480)]
          [(2) ((lambda (p . rest) (+ (length rest) b)) b b)]
          [else 166])))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-124 a b)
  (let ([s (number->string
             (case (modulo (- (if (< a b) 54 346) (let ([p 6]) 9)) 5)
               [(0 1)
                (- (let-values ([(p q) (values 58 263)]) (max q a))
                   (let-values ([(p q) (values a 195)]) (max q 54)))]
               [(2)
                (+ (let-values ([(p q) (values a 57)]) (max q 9))
                   (case (modulo 51 5) [(0 1) b] [(2) 43] [else 157]))]
               [else 125]))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-125 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 13) (return (modulo x 1000))))
        (list
          a
          b
          (let-values ([(p q)
                        (values
                          (- (let ([p b]) a)
                             ((lambda (p . rest) (+ (length rest) p)) a a))
                          17)])
            (max q
                 (let ([p (modulo (* 289 p) 291)]) (if (< p p) p 121))))
          (if (< ((lambda (p . rest) (+ (length rest) (- 16 a)))
                   (- 99 a)
                   ((lambda (p . rest) (+ (length rest) 58)) a a))
                 (cond
                   [(even? (modulo (* 380 a) 382)) (if (< 74 27) 87 32)]
                   [(> 363 (+ b 18)) => (lambda (true) (+ b 18))]
                   [else (modulo (* 380 a) 382)]))
              (case (modulo (- a 6) 5)
                [(0 1) (modulo (* 409 a) 411)]
                [(2) (modulo (* 313 93) 315)]
                [else 351])
              420)))
      13)))

(define (step-126 a b)
  (let ([add (lambda (x)
               (+ x
                  (case (modulo
                          (case (modulo
                                  (cond
                                    [(even? a) a]
                                    [(> 137 b) => (lambda (true) b)]
                                    [else a])
                                  5)
                            [(0 1) (let ([p 24]) 11)]
                            [(2)
                             (cond
                               [(even? 56) a]
                               [(> 93 b) => (lambda (true) b)]
                               [else 56])]
                            [else 278])
                          5)
                    [(0 1)
                     (let-values ([(p q) (values (- a a) 226)])
                       (max q
                            (cond
                              [(even? 88) a]
                              [(> 367 a) => (lambda (true) a)]
                              [else 88])))]
                    [(2)
                     (cond
                       [(even? (if (< b b) a 402)) (modulo (* 448 b) 450)]
                       [(> 225 (+ 97 a)) => (lambda (true) (+ 97 a))]
                       [else (if (< b b) a 402)])]
                    [else 251])))])
    (modulo (apply + (map add (list a b 87))) 1000)))

(define (step-127 a b)
  (let* ([c (+ (modulo (* 19 (let ([p 84]) b)) 21)
               (cond
                 [(even? (if (< 98 a) b 360)) (- a a)]
                 [(> 317 (if (< a a) 98 349)) =>
                  (lambda (true) (if (< a a) 98 349))]
                 [else (if (< 98 a) b 360)]))]
         [d (step-73 (modulo c 1000) b)])
    (modulo
      (+ d
         (case (modulo (- d a) 5)
           [(0 1) (let ([p c]) p)]
           [(2) (let ([p d]) d)]
           [else 490]))
      1000)))

(define (step-128 a b)
  (let ([s (number->string
             ((lambda (p . rest)
                (+ (length rest)
                   (modulo
                     (* 52
                        (let-values ([(p q) (values 43 322)]) (max q p)))
                     54)))
               (case (modulo
                       (let-values ([(p q) (values a 317)]) (max q 56))
                       5)
                 [(0 1) (let ([p a]) b)]
                 [(2) (let ([p 69]) b)]
                 [else 422])
               ((lambda (p . rest)
                  (+ (length rest)
                     (case (modulo a 5) [(0 1) 71] [(2) 71] [else 261])))
                 (+ 92 a)
                 ((lambda (p . rest) (+ (length rest) a)) b a))))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-129 a b)
  (let ([add (lambda (x)
               (+ x
                  (let ([p (let ([p (let-values ([(p q) (values b 39)])
                                      (max q b))])
                             (cond
                               [(even? b) b]
                               [(> 12 p) => (lambda (true) p)]
                               [else b]))])
                    (cond
                      [(even?
                         (case (modulo a 5) [(0 1) b] [(2) p] [else 271]))
                       ((lambda (p . rest) (+ (length rest) 96)) 67 p)]
                      [(> 191 (- p 23)) => (lambda (true) (- p 23))]
                      [else
                       (case (modulo a 5)
                         [(0 1) b]
                         [(2) p]
                         [else 271])]))))])
    (modulo (apply + (map add (list a b 98))) 1000)))

(define (step-130 a b)
  (let ([p (make-point
             (modulo (* 47 (modulo (* 86 (if (< a a) b 113)) 88)) 49)
             (if (< ((lambda (p . rest)
                       (+ (length rest) (let ([p 96]) 15)))
                      (+ a 15)
                      (+ b a))
                    (+ (if (< b 7) 5 10)
                       (cond
                         [(even? a) a]
                         [(> 111 a) => (lambda (true) a)]
                         [else a])))
                 (case (modulo
                         (let-values ([(p q) (values 12 238)]) (max q b))
                         5)
                   [(0 1)
                    (cond
                      [(even? a) b]
                      [(> 229 a) => (lambda (true) a)]
                      [else a])]
                   [(2) (let ([p b]) b)]
                   [else 244])
                 358))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-131 a b)
  (let ([v (make-vector 7 b)])
    (vector-set!
      v
      1
      (- ((lambda (p . rest)
            (+ (length rest)
               ((lambda (p . rest) (+ (length rest) b)) p 45)))
           (case (modulo 31 5) [(0 1) a] [(2) b] [else 468])
           (case (modulo 92 5) [(0 1) b] [(2) b] [else 444]))
         (let-values ([(p q)
                       (values
                         (let-values ([(p q) (values 94 274)]) (max q p))
                         340)])
           (max q (- p p)))))
    (vector-set!
      v
      2
      (if (< (- (case (modulo a 5) [(0 1) 89] [(2) a] [else 110])
                (cond
                  [(even? 58) b]
                  [(> 4 a) => (lambda (true) a)]
                  [else 58]))
             (let ([p (case (modulo a 5) [(0 1) 94] [(2) b] [else 57])])
               (modulo (* 374 p) 376)))
          (case (modulo
                  (let-values ([(p q) (values a 95)]) (max q 93))
                  5)
            [(0 1) (let-values ([(p q) (values a 104)]) (max q b))]
            [(2)
             (cond
               [(even? b) a]
               [(> 403 2) => (lambda (true) 2)]
               [else b])]
            [else 94])
          470))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-132 a b)
  (let ([v (make-vector 6 b)])
    (vector-set!
      v
      1
      (let ([p (case (modulo
                       (cond
                         [(even? b) b]
                         [(> 327 57) => (lambda (true) 57)]
                         [else b])
                       5)
                 [(0 1) (let ([p b]) p)]
                 [(2) (+ a b)]
                 [else 480])])
        (case (modulo (- a a) 5)
          [(0 1) (let ([p p]) 23)]
          [(2) ((lambda (p . rest) (+ (length rest) p)) b 77)]
          [else 4])))
    (vector-set!
      v
      2
      (+ (let-values ([(p q)
                       (values
                         (case (modulo 12 5) [(0 1) 21] [(2) b] [else 490])
                         119)])
           (max q (if (< p p) a 81)))
         (+ (cond
              [(even? b) 13]
              [(> 183 b) => (lambda (true) b)]
              [else b])
            (+ b a))))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-133 a b)
  (let* ([c ((lambda (p . rest)
               (+ (length rest)
                  ((lambda (p . rest) (+ (length rest) (if (< a a) p 463)))
                    (cond
                      [(even? p) b]
                      [(> 271 b) => (lambda (true) b)]
                      [else p])
                    (+ b a))))
              (let-values ([(p q) (values (modulo (* 405 a) 407) 451)])
                (max q (modulo (* 211 p) 213)))
              (case (modulo (if (< 31 a) a 333) 5)
                [(0 1) (let ([p b]) p)]
                [(2) (let-values ([(p q) (values a 212)]) (max q p))]
                [else 472]))]
         [d (step-86 (modulo c 1000) b)])
    (modulo
      (+ d
         (case (modulo (- d a) 5)
           [(0 1) (case (modulo 33 5) [(0 1) 58] [(2) d] [else 487])]
           [(2) ((lambda (p . rest) (+ (length rest) 59)) c 4)]
           [else 433]))
      1000)))

(define (step-134 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 57) (return (modulo x 1000))))
        (list
          a
          b
          (modulo
            (* 317
               (- (cond
                    [(even? 41) b]
                    [(> 414 b) => (lambda (true) b)]
                    [else 41])
                  (modulo (* 156 b) 158)))
            319)
          (let-values ([(p q)
                        (values
                          (+ (if (< 16 a) a 142) (modulo (* 147 a) 149))
                          206)])
            (max q
                 (let ([p (+ 99 80)])
                   (let-values ([(p q) (values a 58)]) (max q 96)))))))
      57)))

(define (step-135 a b)
  (let ([add (lambda (x)
               (+ x
                  (modulo
                    (* 440
                       (cond
                         [(even? (modulo (* 445 30) 447)) (let ([p a]) 8)]
                         [(> 72 (- 87 a)) => (lambda (true) (- 87 a))]
                         [else (modulo (* 445 30) 447)]))
                    442)))])
    (modulo (apply + (map add (list a b 78))) 1000)))

(define (step-136 a b)
  (let ([v (make-vector 6 b)])
    (vector-set!
      v
      1
      (cond
        [(even?
           (case (modulo
                   ((lambda (p . rest) (+ (length rest) a)) a a)
                   5)
             [(0 1) (modulo (* 39 a) 41)]
             [(2) (let-values ([(p q) (values b 450)]) (max q a))]
             [else 135]))
         (modulo (* 219 (let ([p b]) b)) 221)]
        [(> 397
            (cond
              [(even? ((lambda (p . rest) (+ (length rest) a)) 82 7))
               ((lambda (p . rest) (+ (length rest) p)) b 69)]
              [(> 108 (if (< b b) a 382)) =>
               (lambda (true) (if (< b b) a 382))]
              [else ((lambda (p . rest) (+ (length rest) a)) 82 7)])) =>
         (lambda (true)
           (cond
             [(even? ((lambda (p . rest) (+ (length rest) a)) 82 7))
              ((lambda (p . rest) (+ (length rest) p)) b 69)]
             [(> 108 (if (< b b) a 382)) =>
              (lambda (true) (if (< b b) a 382))]
             [else ((lambda (p . rest) (+ (length rest) a)) 82 7)]))]
        [else
         (case (modulo
                 ((lambda (p . rest) (+ (length rest) a)) a a)
                 5)
           [(0 1) (modulo (* 39 a) 41)]
           [(2) (let-values ([(p q) (values b 450)]) (max q a))]
           [else 135])]))
    (vector-set!
      v
      2
      (if (< (cond
               [(even?
                  (cond
                    [(even? a) a]
                    [(> 159 b) => (lambda (true) b)]
                    [else a]))
                (if (< 96 b) a 466)]
               [(> 10
                   (cond
                     [(even? 74) b]
                     [(> 457 b) => (lambda (true) b)]
                     [else 74])) =>
                (lambda (true)
                  (cond
                    [(even? 74) b]
                    [(> 457 b) => (lambda (true) b)]
                    [else 74]))]
               [else
                (cond
                  [(even? a) a]
                  [(> 159 b) => (lambda (true) b)]
                  [else a])])
             (case (modulo
                     (let-values ([(p q) (values a 81)]) (max q b))
                     5)
               [(0 1) (modulo (* 242 a) 244)]
               [(2) (let ([p 53]) b)]
               [else 85]))
          (- (modulo (* 270 a) 272) (if (< 6 a) 16 468))
          61))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-137 a b)
  (let loop ([c 0] [d a])
    (if (= c 5)
        (modulo d 1000)
        (loop
          (+ c 1)
          (modulo
            (+ d (modulo (* 270 (let ([p d]) 56)) 272))
            5000)))))

(define (step-138 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 98) (return (modulo x 1000))))
        (list
          a
          b
          (if (< (case (modulo
                         (cond
                           [(even? a) a]
                           [(> 419 a) => (lambda (true) a)]
                           [else a])
                         5)
                   [(0 1) ((lambda (p . rest) (+ (length rest) p)) 42 a)]
                   [(2) (let ([p b]) p)]
                   [else 416])
                 ((lambda (p . rest) (+ (length rest) (let ([p a]) 53)))
                   (let-values ([(p q) (values a 384)]) (max q 11))
                   (+ b 22)))
              (- (cond
                   [(even? b) b]
                   [(> 323 14) => (lambda (true) 14)]
                   [else b])
                 (let ([p a]) 86))
              92)
          (+ (modulo (* 312 (let ([p b]) b)) 314)
             (cond
               [(even? (case (modulo 1 5) [(0 1) 17] [(2) 5] [else 426]))
                (let ([p a]) 20)]
               [(> 14 (let-values ([(p q) (values a 362)]) (max q 36))) =>
                (lambda (true)
                  (let-values ([(p q) (values a 362)]) (max q 36)))]
               [else (case (modulo 1 5) [(0 1) 17] [(2) 5] [else 426])]))))
      98)))

(define (step-139 a b)
  (let ([v (make-vector 3 b)])
    (vector-set!
      v
      1
      (cond
        [(even?
           (if (< (case (modulo b 5) [(0 1) b] [(2) a] [else 343])
                  (if (< 74 a) 28 53))
               (case (modulo b 5) [(0 1) a] [(2) b] [else 364])
               317))
         (+ (let ([p b]) 56) (+ b b))]
        [(> 242
            (- (case (modulo a 5) [(0 1) b] [(2) 28] [else 452])
               (modulo (* 392 b) 394))) =>
         (lambda (true)
           (- (case (modulo a 5) [(0 1) b] [(2) 28] [else 452])
              (modulo (* 392 b) 394)))]
        [else
         (if (< (case (modulo b 5) [(0 1) b] [(2) a] [else 343])
                (if (< 74 a) 28 53))
             (case (modulo b 5) [(0 1) a] [(2) b] [else 364])
             317)]))
    (vector-set!
      v
      2
      (case (modulo
              (let-values ([(p q) (values (let ([p a]) 38) 286)])
                (max q (case (modulo b 5) [(0 1) 33] [(2) a] [else 431])))
              5)
        [(0 1)
         ((lambda (p . rest) (+ (length rest) (- p 57)))
           (let ([p a]) 60)
           (- b a))]
        [(2)
         (+ (if (< a 8) a 163)
            (let-values ([(p q) (values a 476)]) (max q a)))]
        [else 74]))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-140 a b)
  (let* ([c (let ([p (case (modulo (+ 39 a) 5)
                       [(0 1) (if (< a a) b 3)]
                       [(2) (+ a 23)]
                       [else 207])])
              (case (modulo (+ 42 p) 5)
                [(0 1) (modulo (* 388 a) 390)]
                [(2) (if (< p b) 20 49)]
                [else 371]))]
         [d (step-14 (modulo c 1000) b)])
    (modulo
      (+ d
         ((lambda (p . rest) (+ (length rest) (- c 60)))
           (modulo (* 141 17) 143)
           (if (< 33 a) d 481)))
      1000)))

(define (step-141 a b)
  (let ([p (make-point
             (case (modulo
                     (- ((lambda (p . rest) (+ (length rest) b)) 6 8)
                        (+ b a))
                     5)
               [(0 1) (+ (+ b a) (+ b a))]
               [(2)
                (if (< (case (modulo a 5) [(0 1) a] [(2) b] [else 473])
                       (- b b))
                    ((lambda (p . rest) (+ (length rest) b)) b b)
                    273)]
               [else 112])
             (case (modulo
                     (+ ((lambda (p . rest) (+ (length rest) p)) 80 b)
                        (case (modulo 45 5) [(0 1) b] [(2) b] [else 96]))
                     5)
               [(0 1)
                (cond
                  [(even?
                     (let-values ([(p q) (values 40 329)]) (max q 52)))
                   (modulo (* 361 b) 363)]
                  [(> 55
                      (cond
                        [(even? b) b]
                        [(> 323 85) => (lambda (true) 85)]
                        [else b])) =>
                   (lambda (true)
                     (cond
                       [(even? b) b]
                       [(> 323 85) => (lambda (true) 85)]
                       [else b]))]
                  [else
                   (let-values ([(p q) (values 40 329)]) (max q 52))])]
               [(2)
                (let-values ([(p q) (values (if (< b b) b 311) 172)])
                  (max q ((lambda (p . rest) (+ (length rest) a)) b a)))]
               [else 249]))])
    (point-x-set! p (+ (point-y p) b))
    (modulo (+ (point-x p) (point-y p)) 1000)))

(define (step-142 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 39) (return (modulo x 1000))))
        (list
          a
          b
          (let ([p (let-values ([(p q) (values (+ a 77) 456)])
                     (max q (if (< a 62) a 29)))])
            ((lambda (p . rest) (+ (length rest) (+ 81 p)))
              (- p a)
              (let ([p a]) a)))
          (modulo
            (* 476
               (if (< (- 9 28) (- a 72))
                   ((lambda (p . rest) (+ (length rest) a)) a 15)
                   356))
            478)))
      39)))

(define (step-143 a b)
  (let ([add (lambda (x)
               (+ x
                  (- (let ([p (let-values ([(p q) (values b 77)])
                                (max q 51))])
                       (- p a))
                     (+ (+ 89 a)
                        ((lambda (p . rest) (+ (length rest) 15))
                          b
                          b)))))])
    (modulo (apply + (map add (list a b 48))) 1000)))

(define (step-144 a b)
  (let ([v (make-vector 3 b)])
    (vector-set!
      v
      1
      (- (case (modulo
                 (let-values ([(p q) (values a 431)]) (max q 71))
                 5)
           [(0 1) ((lambda (p . rest) (+ (length rest) b)) 52 a)]
           [(2) (if (< b b) b 446)]
           [else 0])
         (if (< (+ a a) (modulo (* 499 b) 501))
             (let ([p a]) a)
             137)))
    (vector-set!
      v
      2
      (cond
        [(even?
           (case (modulo
                   (case (modulo 81 5) [(0 1) a] [(2) b] [else 430])
                   5)
             [(0 1) (if (< 6 a) b 414)]
             [(2) ((lambda (p . rest) (+ (length rest) a)) b b)]
             [else 367]))
         (let ([p (- 13 b)]) (let ([p b]) a))]
        [(> 49
            (modulo
              (* 204 ((lambda (p . rest) (+ (length rest) p)) a a))
              206)) =>
         (lambda (true)
           (modulo
             (* 204 ((lambda (p . rest) (+ (length rest) p)) a a))
             206))]
        [else
         (case (modulo
                 (case (modulo 81 5) [(0 1) a] [(2) b] [else 430])
                 5)
           [(0 1) (if (< 6 a) b 414)]
           [(2) ((lambda (p . rest) (+ (length rest) a)) b b)]
           [else 367])]))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-145 a b)
  (let ([s (number->string
             (cond
               [(even?
                  (let-values ([(p q) (values (let ([p 9]) a) 161)])
                    (max q (modulo (* 13 19) 15))))
                (let ([p (let-values ([(p q) (values b 476)]) (max q a))])
                  (case (modulo p 5) [(0 1) b] [(2) a] [else 258]))]
               [(> 128
                   (let-values ([(p q)
                                 (values
                                   (cond
                                     [(even? b) b]
                                     [(> 378 65) => (lambda (true) 65)]
                                     [else b])
                                   366)])
                     (max q
                          (let-values ([(p q) (values 68 459)])
                            (max q p))))) =>
                (lambda (true)
                  (let-values ([(p q)
                                (values
                                  (cond
                                    [(even? b) b]
                                    [(> 378 65) => (lambda (true) 65)]
                                    [else b])
                                  366)])
                    (max q
                         (let-values ([(p q) (values 68 459)])
                           (max q p)))))]
               [else
                (let-values ([(p q) (values (let ([p 9]) a) 161)])
                  (max q (modulo (* 13 19) 15)))]))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-146 a b)
  (let ([v (make-vector 7 b)])
    (vector-set!
      v
      1
      (+ (let-values ([(p q) (values (let ([p 90]) 22) 64)])
           (max q ((lambda (p . rest) (+ (length rest) p)) a a)))
         (+ (cond
              [(even? 22) 51]
              [(> 94 b) => (lambda (true) b)]
              [else 22])
            (case (modulo b 5) [(0 1) 27] [(2) 95] [else 372]))))
    (vector-set!
      v
      2
      (- (cond
           [(even? ((lambda (p . rest) (+ (length rest) 59)) a b))
            (cond
              [(even? b) a]
              [(> 281 a) => (lambda (true) a)]
              [else b])]
           [(> 23 (modulo (* 365 a) 367)) =>
            (lambda (true) (modulo (* 365 a) 367))]
           [else ((lambda (p . rest) (+ (length rest) 59)) a b)])
         (- (let ([p 1]) b)
            ((lambda (p . rest) (+ (length rest) b)) a 57))))
    (modulo (apply + (vector->list v)) 1000)))

(define (step-147 a b)
  (let* ([c (- (- (let-values ([(p q) (values b 58)])
                    (max q 54))
                  (case (modulo a 5) [(0 1) a] [(2) 17] [else 267]))
               (+ (case (modulo b 5) [(0 1) b] [(2) 21] [else 322])
                  (if (< 35 11) b 88)))]
         [d (step-29 (modulo c 1000) b)])
    (modulo
      (+ d
         ((lambda (p . rest)
            (+ (length rest)
               (let-values ([(p q) (values 5 97)]) (max q p))))
           (let ([p a]) c)
           (+ a c)))
      1000)))

(define (step-148 a b)
  (let ([s (number->string
             (+ (+ (if (< 26 b) a 148)
                   (let-values ([(p q) (values a 173)]) (max q b)))
                (let-values ([(p q)
                              (values
                                (case (modulo b 5)
                                  [(0 1) a]
                                  [(2) a]
                                  [else 311])
                                270)])
                  (max q
                       (cond
                         [(even? b) 27]
                         [(> 95 92) => (lambda (true) 92)]
                         [else b])))))])
    (modulo
      (+ (string-length s) a (char->integer (string-ref s 0)))
      1000)))

(define (step-149 a b)
  (call/cc
    (lambda (return)
      (for-each
        (lambda (x) (when (> x 99) (return (modulo x 1000))))
        (list
          a
          b
          (case (modulo
                  (+ (modulo (* 379 b) 381)
                     (cond
                       [(even? a) b]
                       [(> 321 55) => (lambda (true) 55)]
                       [else a]))
                  5)
            [(0 1)
             (- ((lambda (p . rest) (+ (length rest) 20)) b 51)
                (let-values ([(p q) (values 30 368)]) (max q a)))]
            [(2) (modulo (* 478 (+ a b)) 480)]
            [else 275])
          (cond
            [(even? (modulo (* 7 (modulo (* 256 b) 258)) 9))
             (if (< (cond
                      [(even? b) b]
                      [(> 353 a) => (lambda (true) a)]
                      [else b])
                    (- 34 a))
                 (if (< b 18) 86 68)
                 161)]
            [(> 397
                (modulo
                  (* 187
                     (case (modulo 74 5) [(0 1) 33] [(2) a] [else 351]))
                  189)) =>
             (lambda (true)
               (modulo
                 (* 187 (case (modulo 74 5) [(0 1) 33] [(2) a] [else 351]))
                 189))]
            [else (modulo (* 7 (modulo (* 256 b) 258)) 9)])))
      99)))

(define (sum-of-steps)
  (+ (step-0 0 0) (step-1 37 91) (step-2 74 182)
   (step-3 111 273) (step-4 148 364) (step-5 185 455)
   (step-6 222 546) (step-7 259 637) (step-8 296 728)
   (step-9 333 819) (step-10 370 910) (step-11 407 1)
   (step-12 444 92) (step-13 481 183) (step-14 518 274)
   (step-15 555 365) (step-16 592 456) (step-17 629 547)
   (step-18 666 638) (step-19 703 729) (step-20 740 820)
   (step-21 777 911) (step-22 814 2) (step-23 851 93)
   (step-24 888 184) (step-25 925 275) (step-26 962 366)
   (step-27 999 457) (step-28 36 548) (step-29 73 639)
   (step-30 110 730) (step-31 147 821) (step-32 184 912)
   (step-33 221 3) (step-34 258 94) (step-35 295 185)
   (step-36 332 276) (step-37 369 367) (step-38 406 458)
   (step-39 443 549) (step-40 480 640) (step-41 517 731)
   (step-42 554 822) (step-43 591 913) (step-44 628 4)
   (step-45 665 95) (step-46 702 186) (step-47 739 277)
   (step-48 776 368) (step-49 813 459) (step-50 850 550)
   (step-51 887 641) (step-52 924 732) (step-53 961 823)
   (step-54 998 914) (step-55 35 5) (step-56 72 96)
   (step-57 109 187) (step-58 146 278) (step-59 183 369)
   (step-60 220 460) (step-61 257 551) (step-62 294 642)
   (step-63 331 733) (step-64 368 824) (step-65 405 915)
   (step-66 442 6) (step-67 479 97) (step-68 516 188)
   (step-69 553 279) (step-70 590 370) (step-71 627 461)
   (step-72 664 552) (step-73 701 643) (step-74 738 734)
   (step-75 775 825) (step-76 812 916) (step-77 849 7)
   (step-78 886 98) (step-79 923 189) (step-80 960 280)
   (step-81 997 371) (step-82 34 462) (step-83 71 553)
   (step-84 108 644) (step-85 145 735) (step-86 182 826)
   (step-87 219 917) (step-88 256 8) (step-89 293 99)
   (step-90 330 190) (step-91 367 281) (step-92 404 372)
   (step-93 441 463) (step-94 478 554) (step-95 515 645)
   (step-96 552 736) (step-97 589 827) (step-98 626 918)
   (step-99 663 9) (step-100 700 100) (step-101 737 191)
   (step-102 774 282) (step-103 811 373) (step-104 848 464)
   (step-105 885 555) (step-106 922 646) (step-107 959 737)
   (step-108 996 828) (step-109 33 919) (step-110 70 10)
   (step-111 107 101) (step-112 144 192) (step-113 181 283)
   (step-114 218 374) (step-115 255 465) (step-116 292 556)
   (step-117 329 647) (step-118 366 738) (step-119 403 829)
   (step-120 440 920) (step-121 477 11) (step-122 514 102)
   (step-123 551 193) (step-124 588 284) (step-125 625 375)
   (step-126 662 466) (step-127 699 557) (step-128 736 648)
   (step-129 773 739) (step-130 810 830) (step-131 847 921)
   (step-132 884 12) (step-133 921 103) (step-134 958 194)
   (step-135 995 285) (step-136 32 376) (step-137 69 467)
   (step-138 106 558) (step-139 143 649) (step-140 180 740)
   (step-141 217 831) (step-142 254 922) (step-143 291 13)
   (step-144 328 104) (step-145 365 195) (step-146 402 286)
   (step-147 439 377) (step-148 476 468) (step-149 513 559)))
