;; A ring of atoms on springs that also repel each other, moved step by step: records with mutable
;; flonum fields, generic arithmetic, square roots. The energy must stay what it was.

(module (work)
  (define-record-type atom
    (fields (mutable x) (mutable y) (mutable z)
            (mutable vx) (mutable vy) (mutable vz)
            (mutable fx) (mutable fy) (mutable fz))
    (protocol (lambda (new) (lambda (x y z) (new x y z 0.0 0.0 0.0 0.0 0.0 0.0)))))

  (define (ring size)
    (let ([atoms (make-vector size)] [turn (/ (* 8.0 (atan 1.0)) size)])
      (do ([i 0 (+ i 1)])
          ((= i size) atoms)
        (vector-set! atoms i
          (make-atom (* 2.5 (cos (* i turn)))
                     (* 2.4 (sin (* i turn)))
                     (if (even? i) 0.1 -0.2))))))

  (define (push! a dx dy dz strength)
    (atom-fx-set! a (+ (atom-fx a) (* dx strength)))
    (atom-fy-set! a (+ (atom-fy a) (* dy strength)))
    (atom-fz-set! a (+ (atom-fz a) (* dz strength))))

  ;; Adds the forces between two atoms, returns their energy: a spring of length 1 between
  ;; neighbours, repulsion by the sixth power of the distance between others.
  (define (interact! a b neighbours?)
    (let* ([dx (- (atom-x a) (atom-x b))]
           [dy (- (atom-y a) (atom-y b))]
           [dz (- (atom-z a) (atom-z b))]
           [square (+ (* dx dx) (* dy dy) (* dz dz))])
      (let-values ([(energy strength)
                    (if neighbours?
                        (let* ([distance (sqrt square)] [stretch (- distance 1.0)])
                          (values (* 20.0 stretch stretch) (/ (* -40.0 stretch) distance)))
                        (let ([sixth (/ 1.0 (* square square square))])
                          (values sixth (/ (* 6.0 sixth) square))))])
        (push! a dx dy dz strength)
        (push! b dx dy dz (- strength))
        energy)))

  (define (forces! atoms)
    (let ([size (vector-length atoms)])
      (vector-for-each
        (lambda (a) (atom-fx-set! a 0.0) (atom-fy-set! a 0.0) (atom-fz-set! a 0.0))
        atoms)
      (let each ([i 0] [j 1] [energy 0.0])
        (cond
          [(= j size) (if (= (+ i 2) size) energy (each (+ i 1) (+ i 2) energy))]
          [else
           (each i (+ j 1)
             (+ energy
                (interact! (vector-ref atoms i) (vector-ref atoms j)
                  (or (= (- j i) 1) (= (- j i) (- size 1))))))]))))

  (define (accelerate! atoms time)
    (vector-for-each
      (lambda (a)
        (atom-vx-set! a (+ (atom-vx a) (* time (atom-fx a))))
        (atom-vy-set! a (+ (atom-vy a) (* time (atom-fy a))))
        (atom-vz-set! a (+ (atom-vz a) (* time (atom-fz a)))))
      atoms))

  (define (move! atoms time)
    (vector-for-each
      (lambda (a)
        (atom-x-set! a (+ (atom-x a) (* time (atom-vx a))))
        (atom-y-set! a (+ (atom-y a) (* time (atom-vy a))))
        (atom-z-set! a (+ (atom-z a) (* time (atom-vz a)))))
      atoms))

  (define (kinetic atoms)
    (/ (fold-left
         (lambda (sum a)
           (+ sum (* (atom-vx a) (atom-vx a)) (* (atom-vy a) (atom-vy a))
              (* (atom-vz a) (atom-vz a))))
         0.0 (vector->list atoms))
       2.0))

  ;; The energy at the beginning and at the end.
  (define (work)
    (let* ([atoms (ring 14)] [before (forces! atoms)])
      (let step ([n 0] [energy before])
        (if (= n 3500)
            (list before (+ energy (kinetic atoms)))
            (begin
              (accelerate! atoms 0.001)
              (move! atoms 0.002)
              (let ([energy (forces! atoms)])
                (accelerate! atoms 0.001)
                (step (+ n 1) energy))))))))

(measure work
  (lambda (result) (< (abs (- (car result) (cadr result))) 1e-3)))
