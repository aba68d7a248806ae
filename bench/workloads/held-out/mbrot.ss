;; The Mandelbrot set: how many steps each point of a grid takes to leave it. Flonum operations by
;; name, a loop that holds nothing but numbers.

(module (work)
  (define limit 100)

  (define (steps cr ci)
    (let step ([n 0] [zr 0.0] [zi 0.0])
      (if (fx= n limit)
          n
          (let ([rr (fl* zr zr)] [ii (fl* zi zi)])
            (if (fl> (fl+ rr ii) 4.0)
                n
                (step (fx+ n 1)
                      (fl+ (fl- rr ii) cr)
                      (fl+ (fl* 2.0 (fl* zr zi)) ci)))))))

  ;; How many points never leave, and the steps of the others.
  (define (survey columns rows)
    (let ([dx (fl/ 3.0 (fixnum->flonum columns))] [dy (fl/ 2.0 (fixnum->flonum rows))])
      (let each ([x 0] [y 0] [inside 0] [sum 0])
        (cond
          [(fx= y rows) (list inside sum)]
          [(fx= x columns) (each 0 (fx+ y 1) inside sum)]
          [else
           (let ([n (steps (fl+ -2.0 (fl* dx (fixnum->flonum x)))
                           (fl+ -1.0 (fl* dy (fixnum->flonum y))))])
             (if (fx= n limit)
                 (each (fx+ x 1) y (fx+ inside 1) sum)
                 (each (fx+ x 1) y inside (fx+ sum n))))]))))

  (define (work) (survey 1024 640)))

(measure work (lambda (result) (equal? result '(169171 2968157))))
