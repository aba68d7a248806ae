;; A flow of three variables, followed by Runge and Kutta's method, and roots by Newton's: flonum
;; operations by name, on locals and in an flvector.

(module (work)
  ;; Lorenz's equations, dt a step: where (x, y, z) is after so many steps.
  (define (follow steps dt)
    (let ([half (fl/ dt 2.0)] [sixth (fl/ dt 6.0)])
      (let step ([n 0] [x 1.0] [y 1.0] [z 20.0])
        (if (fx= n steps)
            (list x y z)
            (let* ([ax (fl* 10.0 (fl- y x))]
                   [ay (fl- (fl* x (fl- 28.0 z)) y)]
                   [az (fl- (fl* x y) (fl* 2.5 z))]
                   [x1 (fl+ x (fl* half ax))]
                   [y1 (fl+ y (fl* half ay))]
                   [z1 (fl+ z (fl* half az))]
                   [bx (fl* 10.0 (fl- y1 x1))]
                   [by (fl- (fl* x1 (fl- 28.0 z1)) y1)]
                   [bz (fl- (fl* x1 y1) (fl* 2.5 z1))])
              (step (fx+ n 1)
                    (fl+ x (fl* sixth (fl+ ax (fl* 2.0 bx))))
                    (fl+ y (fl* sixth (fl+ ay (fl* 2.0 by))))
                    (fl+ z (fl* sixth (fl+ az (fl* 2.0 bz))))))))))

  ;; The square root of a, and how many steps it took.
  (define (newton a)
    (let step ([n 0] [x a])
      (let ([next (fl* 0.5 (fl+ x (fl/ a x)))])
        (if (or (fl< (flabs (fl- next x)) 1e-9) (fx> n 50))
            (values n next)
            (step (fx+ n 1) next)))))

  (define (sum-of-roots n)
    (let each ([i 1] [steps 0] [sum 0.0])
      (if (fx> i n)
          (cons steps sum)
          (let-values ([(more root) (newton (fixnum->flonum i))])
            (each (fx+ i 1) (fx+ steps more) (fl+ sum root))))))

  ;; The value of a polynomial whose coefficients are in an flvector, from the highest down.
  (define (polynomial coefficients x)
    (let ([n (flvector-length coefficients)])
      (let next ([i 0] [value 0.0])
        (if (fx= i n)
            value
            (next (fx+ i 1) (fl+ (fl* value x) (flvector-ref coefficients i)))))))

  (define (area coefficients from to parts)
    (let ([width (fl/ (fl- to from) (fixnum->flonum parts))])
      (do ([i 0 (fx+ i 1)]
           [x (fl+ from (fl* 0.5 width)) (fl+ x width)]
           [sum 0.0 (fl+ sum (fl* width (polynomial coefficients x)))])
          ((fx= i parts) sum))))

  (define (work)
    (list (follow 2000000 0.002)
          (sum-of-roots 600000)
          (area (flvector 1.0 -2.0 0.5 3.0 -1.0 0.25) -1.0 2.0 500000))))

;; Where the flow is after so long hangs on every rounding, but it never leaves that box. The sum of the
;; roots is Euler and Maclaurin's, the area the integral.
(measure work
  (lambda (result)
    (define (near? x y) (fl< (flabs (fl- x y)) 1e-6))
    (let ([where (car result)] [steps (caadr result)] [sum (cdadr result)] [area (caddr result)])
      (and (andmap (lambda (x limit) (fl< (flabs x) limit)) where '(25.0 35.0 60.0))
           (fx= steps 7928821)
           (near? (fl/ sum 309839054.787) 1.0)
           (near? area 7.425)))))
