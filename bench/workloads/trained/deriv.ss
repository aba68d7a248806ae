;; Symbolic derivatives, five times over, of expressions that are simplified as they are built:
;; lists made and taken apart, dispatch by symbols.

(module (work)
  (define (sum a b)
    (cond
      [(eqv? a 0) b]
      [(eqv? b 0) a]
      [(and (number? a) (number? b)) (+ a b)]
      [(equal? a b) (product 2 a)]
      [else (list '+ a b)]))

  (define (product a b)
    (cond
      [(or (eqv? a 0) (eqv? b 0)) 0]
      [(eqv? a 1) b]
      [(eqv? b 1) a]
      [(and (number? a) (number? b)) (* a b)]
      [(number? b) (product b a)]
      [(and (number? a) (pair? b) (eq? (car b) '*) (number? (cadr b)))
       (product (* a (cadr b)) (caddr b))]
      [else (list '* a b)]))

  (define (power base n)
    (case n
      [(0) 1]
      [(1) base]
      [else (if (number? base) (expt base n) (list '^ base n))]))

  (define (derive e x)
    (cond
      [(number? e) 0]
      [(symbol? e) (if (eq? e x) 1 0)]
      [else
       (let* ([a (cadr e)] [da (derive a x)])
         (case (car e)
           [(+) (sum da (derive (caddr e) x))]
           [(*) (sum (product da (caddr e)) (product a (derive (caddr e) x)))]
           [(^) (product (caddr e) (product (power a (- (caddr e) 1)) da))]
           [(sin) (product (list 'cos a) da)]
           [(cos) (product -1 (product (list 'sin a) da))]
           [(exp) (product e da)]
           [else (errorf 'derive "unknown ~s" e)]))]))

  (define (derive-times n e x)
    (if (= n 0) e (derive-times (- n 1) (derive e x) x)))

  ;; Where x is 0, so that cos and exp are 1 and sin is 0.
  (define (at-0 e)
    (cond
      [(number? e) e]
      [(symbol? e) 0]
      [else
       (case (car e)
         [(+) (+ (at-0 (cadr e)) (at-0 (caddr e)))]
         [(*) (* (at-0 (cadr e)) (at-0 (caddr e)))]
         [(^) (expt (at-0 (cadr e)) (caddr e))]
         [(sin) 0]
         [else 1])]))

  (define expressions
    '((^ x 7)
      (* (sin x) (cos x))
      (exp (* 3 x))
      (* (+ (^ x 3) (* 4 x)) (* (exp x) (sin (* 2 x))))
      (^ (+ (* x x) (+ x 1)) 6)
      (sin (sin (* x (+ x 1))))))

  (define (work)
    (let again ([rounds 700])
      (let ([values (map (lambda (e) (at-0 (derive-times 5 e 'x))) expressions)])
        (if (= rounds 1) values (again (- rounds 1)))))))

(measure work (lambda (result) (equal? result '(0 16 243 -240 15120 -108))))
